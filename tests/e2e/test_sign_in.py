"""Signing in and the register, by clicking."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.builders import World
from workflow.models import Entry, Person, Seat, StandIn

PageOf = Callable[..., Page]
NEW = "mưa rơi trên Yên Bái"


def type_in(page: Page, name: str, password: str) -> None:
    page.fill("#username", name)
    page.fill("#password", password)
    page.click("main button.btn--primary")


def test_an_administrator_gives_a_seat_and_a_code_and_the_person_comes_in(page_of: PageOf, played: World) -> None:
    page = page_of(played.xuan)
    page.goto("/to-chuc/")
    page.click("[data-branch] >> nth=0")
    page.click(".tree .tree [data-branch] >> nth=0")
    page.click("text=Chi bộ Bưu điện tỉnh")
    page.click("a[href$='nguoi-moi/']")
    for field, text in (("full_name", "Lò Văn Páo"), ("username", "pao.lv"), ("phone", "0912 345 678")):
        page.fill(f"#{field}", text)
    page.select_option("#role", "drafter")
    page.click("main form.sheet .btn--primary")
    page.click("form[action$='ma-mot-lan/'] button")
    code = page.locator("#word").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", code)
    page.emulate_media(media="print")
    expect(page.locator("#word")).to_be_visible()
    expect(page.locator(".bar")).to_be_hidden()

    page.context.clear_cookies()
    page.emulate_media(media="screen")
    page.goto("/")
    type_in(page, "pao.lv", code)
    expect(page).to_have_url(re.compile("/tai-khoan/mat-khau/$"))
    for field, text in (("current", code), ("new", NEW), ("twice", NEW)):
        page.fill(f"#{field}", text)
    page.click("main .btn--primary")
    expect(page.locator("h1")).to_contain_text("Lò Văn Páo")
    assert Person.objects.get(username="pao.lv").check_password(NEW)


def test_without_scripts_a_secretary_appoints_a_stand_in_after_the_session_ended(
    page_of: PageOf, played: World
) -> None:
    played.hung.set_password(NEW)
    played.hung.save()
    page = page_of(played.hung, width=360, script=False)
    page.goto(f"/to-chuc/{played.cell.pk}/ky-thay/")
    page.fill("#basis", "Thông báo số 05-TB/CB")
    page.context.clear_cookies(name="sessionid")
    page.click("main form.sheet .btn--primary")
    page.fill("#again_name", "hung")
    page.fill("#again_password", "sai")
    page.click("main .btn--primary")
    page.fill("#again_name", "hung")
    page.fill("#again_password", NEW)
    page.click("main .btn--primary")
    expect(page.locator(".say--good")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Thông báo số 05-TB/CB")
    assert StandIn.objects.get().person_id == played.binh.pk


def test_an_officer_paints_a_day_and_a_second_person_confirms_a_seat(page_of: PageOf, played: World) -> None:
    page = page_of(played.yen)
    page.goto(f"/to-chuc/{played.duk.pk}/lich/2026/")
    page.fill("#first", "2026-06-15")
    page.select_option("#kind", "SWAPPED_OFF")
    page.fill("#note", "Ngày hội")
    page.click("main form .btn--primary")
    expect(page.locator(".day--SWAPPED_OFF[title*='Ngày hội']")).to_be_visible()

    admin = page_of(played.xuan)
    admin.goto(f"/to-chuc/{played.cell.pk}/giao-chuc-vu/?nguoi=stranger")
    admin.select_option("#role", "deputy")
    admin.click("main form.sheet .btn--primary")
    expect(admin.locator(".say--good")).to_be_visible()
    superior = page_of(played.khanh)
    superior.goto(f"/to-chuc/{played.cell.pk}/")
    superior.click("form[action$='xac-nhan/'] button")
    expect(superior.locator(".say--good")).to_be_visible()
    assert Seat.objects.get(person=played.stranger).confirmed_by_id == played.khanh.pk


def test_the_register_of_django_runs_under_the_strict_policy(page_of: PageOf, played: World) -> None:
    Person.objects.filter(pk=played.xuan.pk).update(is_staff=True)
    page = page_of(played.xuan)
    for address in ("/admin/", "/admin/workflow/person/", f"/admin/workflow/person/{played.lan.pk}/change/"):
        page.goto(address)
        expect(page.locator("#content")).to_be_visible()
    expect(page.locator("#content")).to_contain_text("Nguyễn Thị Lan")


def test_words_typed_before_a_one_time_code_are_saved_after_the_new_password(page_of: PageOf, played: World) -> None:
    page = page_of(played.lan)
    page.goto(f"/bao-cao/{played.report().pk}/soan/{played.section('I.1').pk}/")
    expect(page.locator(".ProseMirror")).to_be_visible()
    played.lan.set_password("ABCD-EFGH-JKLM")
    played.lan.must_change_password = True
    played.lan.save()
    page.locator(".ProseMirror").click()
    page.keyboard.type("Không được mất")
    dialog = page.locator("#again-dialog")
    dialog.locator("#again_name").fill("lan")
    dialog.locator("#again_password").fill("ABCD-EFGH-JKLM")
    dialog.get_by_role("button").click()
    dialog.locator("#current").fill("ABCD-EFGH-JKLM")
    dialog.locator("#new").fill(NEW)
    dialog.locator("#twice").fill(NEW)
    dialog.get_by_role("button").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=15000)
    assert Entry.objects.get(report=played.report()).text == "<p>Không được mất</p>"

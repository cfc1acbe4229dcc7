"""Soạn báo cáo in a real browser: with the editor, without a script, without a connection, after the session ended."""

from collections.abc import Callable

from django.conf import settings
from playwright.sync_api import Page, expect

from tests.builders import World, write_everything
from workflow.choices import ReportState
from workflow.models import Entry, Report, Value

PageOf = Callable[..., Page]
EDITOR = ".ProseMirror[contenteditable]"


def kept(world: World, key: str) -> Entry:
    return Entry.objects.get(report=world.report(), section=world.section(key))


def at(world: World, key: str) -> str:
    return f"/bao-cao/{world.report().pk}/soan/{world.section(key).pk}/"


def test_the_drafter_writes_and_the_text_saves_itself(page_of: PageOf, played: World) -> None:
    page = page_of(played.lan)
    page.goto(f"/bao-cao/{played.report().pk}/")
    page.get_by_role("link", name="Bắt đầu soạn").click()
    page.locator("#outline-title").wait_for()
    page.get_by_role("link", name="1 Lãnh đạo, chỉ đạo").first.click()
    page.locator(EDITOR).click()
    page.keyboard.type("Chi bộ đã quán triệt ")
    page.get_by_role("button", name="Chữ đậm").click()
    page.keyboard.type("đầy đủ")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=8000)
    assert kept(played, "I.1").text == "<p>Chi bộ đã quán triệt <strong>đầy đủ</strong></p>"

    page.get_by_role("button", name="Mục sau").click()
    page.get_by_role("button", name="Thêm dòng").click()
    page.locator("#rows textarea").nth(2).fill("Kế hoạch số 06-KH/CB")
    page.locator("#rows textarea").nth(0).fill("Kế hoạch số 05-KH/CB")
    page.locator("[data-move=down]").first.click()
    page.get_by_role("button", name="Mục sau").click()
    expect(page.locator("h1")).to_contain_text("Số liệu")
    assert [row["name"] for row in kept(played, "I.2").rows] == ["Kế hoạch số 06-KH/CB", "Kế hoạch số 05-KH/CB"]

    page.get_by_label("Đảng viên được quán triệt", exact=False).first.fill("45")
    page.get_by_label("Tổng số đảng viên", exact=False).first.fill("48")
    expect(page.locator("[id^=ratio-]")).to_have_text("93,75 %", timeout=8000)
    page.locator(".toolbar").get_by_role("button", name="Trình chi bộ cho ý kiến").click()
    page.locator("#hand-over").get_by_role("button", name="Trình chi bộ cho ý kiến").click()
    expect(page.get_by_text("Đã trình dự thảo xin ý kiến.")).to_be_visible()
    assert played.report().state == ReportState.REVIEW


def test_words_typed_before_the_editor_came_stay_and_are_saved(page_of: PageOf, played: World) -> None:
    page, held = page_of(played.lan), []
    page.route("**/django_prose_editor/editor.js", lambda route: held.append(route))
    with page.expect_request("**/django_prose_editor/editor.js"):
        page.goto(at(played, "I.1"), wait_until="commit")
    page.locator("textarea#text").fill("Gõ trên máy chậm")
    with page.expect_response("**/django_prose_editor/editor.js"):
        held[0].continue_()
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=8000)
    expect(page.locator("textarea#text")).to_have_value("Gõ trên máy chậm")
    assert kept(played, "I.1").text == "<p>Gõ trên máy chậm</p>"


def test_words_survive_a_lost_connection_and_an_ended_session(page_of: PageOf, played: World) -> None:
    played.lan.set_password("mat-khau-that-dai-7")
    played.lan.save()
    # A page of its own: without a connection the browser itself logs errors.
    page = page_of(played.lan).context.new_page()
    page.goto(at(played, "I.1"))
    page.locator(EDITOR).click()
    page.context.set_offline(True)
    page.keyboard.type("Gõ khi mất mạng")
    expect(page.locator("#saved")).to_have_attribute("data-state", "offline", timeout=8000)
    expect(page.locator("#saved")).to_contain_text("đang giữ trong máy này")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=15000)
    assert kept(played, "I.1").text == "<p>Gõ khi mất mạng</p>"

    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.keyboard.type(" và khi hết phiên")
    dialog = page.locator("#again-dialog")
    expect(dialog).to_be_visible(timeout=8000)
    dialog.locator("input[name=username]").fill("lan")
    dialog.locator("input[type=password]").fill("mat-khau-that-dai-7")
    dialog.get_by_role("button").first.click()
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=15000)
    assert kept(played, "I.1").text == "<p>Gõ khi mất mạng và khi hết phiên</p>"

    page.context.set_offline(True)
    page.keyboard.type(", rồi tắt máy")
    expect(page.locator("#saved")).to_have_attribute("data-state", "offline", timeout=8000)
    # A machine that is switched off sends no last save either.
    page.evaluate("() => { window.fetch = () => Promise.reject(); }")
    page.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(at(played, "I.1"))
    again.get_by_role("button", name="Lấy lại").click()
    expect(again.locator(EDITOR)).to_contain_text("rồi tắt máy")
    expect(again.locator("#saved")).to_have_attribute("data-state", "saved", timeout=8000)
    assert kept(played, "I.1").text.endswith("rồi tắt máy</p>")


def test_without_a_script_everything_is_written_and_handed_over(page_of: PageOf, played: World) -> None:
    write_everything(played, played.report())
    page = page_of(played.lan, width=360, script=False)
    page.goto(at(played, "I.1"))
    page.locator("#text").fill("Gồm:\n- một\n- hai")
    page.get_by_role("button", name="Lưu dự thảo").click()
    expect(page.locator("#said")).to_contain_text("Đã lưu.")
    assert kept(played, "I.1").text == "<p>Gồm:</p><ul><li><p>một</p></li><li><p>hai</p></li></ul>"
    page.goto(at(played, "III"))
    page.locator("#number-A5").fill("1.045")
    page.locator("#number-A6").fill("1.048,5x")
    page.get_by_role("button", name="Lưu dự thảo").click()
    expect(page.locator("#error-A6")).to_contain_text("không phải là số")
    expect(page.locator("#number-A5")).to_have_value("1.045")
    page.locator("#number-A6").fill("1.048")
    page.locator(".toolbar").get_by_role("button").click()
    assert Value.objects.get(report=played.report(), indicator__code="A6").number == 1048
    page.locator("#hand-over").get_by_role("button", name="Trình chi bộ cho ý kiến").click()
    assert Report.objects.get(pk=played.report().pk).state == ReportState.REVIEW

"""The office at its board: it finds a unit, opens it, reminds it, and acts on several at once."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.builders import NOW, World
from workflow.actions import deadlines
from workflow.choices import Verb
from workflow.models import Event, Extension

PageOf = Callable[..., Page]
CELL, OTHER = "Chi bộ Sở Thông tin và Truyền thông", "Chi bộ Bưu điện tỉnh"


def reminded(world: World) -> list[int]:
    return sorted(Event.objects.filter(verb=Verb.REMIND).values_list("stream_id", flat=True))


def test_an_officer_finds_a_unit_reminds_it_from_the_drawer_and_then_all(page_of: PageOf, played: World) -> None:
    page = page_of(played.yen)
    page.goto("/theo-doi/")
    page.get_by_label("Tên đơn vị").press_sequentially("buu dien")
    expect(page.locator("#many tbody tr")).to_have_count(1)
    page.get_by_role("link", name=OTHER).click()
    drawer = page.get_by_role("dialog", name=OTHER)
    expect(drawer).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    page.get_by_role("link", name=OTHER).click()
    drawer.get_by_role("button", name="Đôn đốc").click()
    expect(page.get_by_text(f"Đã đôn đốc {OTHER}.")).to_be_visible()
    assert reminded(played) == [played.report("other").pk]

    page.get_by_role("link", name="Bỏ lọc").click()
    page.get_by_label("Chọn tất cả đơn vị trên trang này").check()
    expect(page.get_by_text("Đã chọn: 3")).to_be_visible()
    page.get_by_role("button", name="Đôn đốc …").click()
    page.get_by_role("main").get_by_role("button", name="Đôn đốc").click()
    expect(page.get_by_text("Đã thực hiện 3/3 đơn vị")).to_be_visible()
    assert len(reminded(played)) == 4


def test_a_leader_decides_on_a_phone_without_scripts(page_of: PageOf, played: World) -> None:
    asked = NOW + timedelta(days=66)
    deadlines.ask_extension(
        report_id=played.report().pk, actor=played.lan, due=asked, reason="Chờ số liệu của ngành dọc.", now=NOW
    )
    page = page_of(played.khanh, width=360, script=False)
    page.goto(f"/dot/{played.campaign.pk}/theo-doi/?time=EXTENSION")
    page.get_by_role("link", name=CELL).click()
    expect(page.get_by_role("heading", level=1, name=CELL)).to_be_visible()
    page.get_by_label("Đồng ý như đề nghị").check()
    page.get_by_role("button", name="Quyết định việc gia hạn").click()
    expect(page.get_by_text("Đã quyết định việc gia hạn")).to_be_visible()
    assert Extension.objects.get().decided_due == asked
    assert played.report().due == asked

"""The leader at the board, on a telephone without scripts."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.builders import NOW, World
from workflow.actions import deadlines
from workflow.models import Extension

PageOf = Callable[..., Page]
CELL = "Chi bộ Sở Thông tin và Truyền thông"


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

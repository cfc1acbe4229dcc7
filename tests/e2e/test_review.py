"""The cell's desk in a real browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.builders import World, to_review
from workflow.choices import ReportState
from workflow.models import ReviewRound

PageOf = Callable[..., Page]


def test_without_script_the_secretary_enters_the_minutes_and_closes_the_round(played: World, page_of: PageOf) -> None:
    report = to_review(played, played.report())
    page = page_of(played.hung, script=False)
    page.goto(f"/bao-cao/{report.pk}/y-kien/")
    page.get_by_role("link", name="Nhập kết quả từ biên bản").click()
    for name, typed in {"number": "04-BB/CB", "present": "4", "agree": "4", "disagree": "1", "other": "0"}.items():
        page.fill(f"#{name}", typed)
    page.fill("#place-0", "Chi bộ nhất trí với dự thảo.")
    page.get_by_role("button", name="Nhập kết quả").click()
    expect(page.locator('[role="alert"]')).to_be_visible()
    expect(page.locator("#place-0")).to_have_value("Chi bộ nhất trí với dự thảo.")
    page.fill("#disagree", "0")
    page.get_by_role("button", name="Nhập kết quả").click()
    assert ReviewRound.objects.get().minutes_agree == 4
    page.locator('input[name="adopted"][value="yes"]').check()
    page.get_by_role("button", name="Chốt ý kiến").click()
    expect(page.locator("#said")).to_contain_text("được thông qua")
    assert played.report().state == ReportState.REVISING

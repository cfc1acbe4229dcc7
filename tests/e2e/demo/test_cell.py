"""The cell: a member gives every kind of opinion in turn; the deputy assigns, enters the minutes, concludes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.demo.reports import CELL, fits, report
from workflow.actions import drafting
from workflow.choices import OpinionKind, ReportState, ReviewResult
from workflow.models import Opinion, OpinionPoint, Person, ReviewRound

SignedIn = Callable[..., Page]
PLACE = "2. Nhiệm vụ chủ yếu trong thời gian tới"


def given() -> Opinion:
    return Opinion.objects.get(round__report=report(CELL), person__username="le-minh-lien")


def test_a_member_gives_an_opinion_on_a_phone_and_changes_it_through_every_kind(signed_in: SignedIn) -> None:
    page = signed_in("le-minh-lien", width=360)
    page.get_by_role("link", name="Cho ý kiến").click()
    assert fits(page)
    section = page.get_by_role("region", name=PLACE)
    section.get_by_text("Ghi ý kiến ở mục này", exact=True).click()
    section.get_by_role("textbox").fill("Bổ sung thời gian hoàn thành từng việc.")
    page.get_by_label("Nhất trí, có ý kiến bổ sung").check()
    page.get_by_role("button", name="Gửi ý kiến").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã ghi nhận ý kiến")
    assert given().kind == OpinionKind.AGREE_WITH_ADDITIONS
    assert OpinionPoint.objects.get(opinion=given()).text == "Bổ sung thời gian hoàn thành từng việc."

    for kind in (OpinionKind.DISAGREE, OpinionKind.RESERVE, OpinionKind.AGREE):
        page.get_by_label(str(kind.label), exact=True).check()
        page.get_by_role("button", name="Gửi lại ý kiến").click()
        expect(page.get_by_role("listitem").filter(has_text="Lê Minh Liên")).to_contain_text(str(kind.label))
        assert given().kind == kind
    assert Opinion.objects.filter(round__report=report(CELL)).count() == 5


@pytest.fixture
def asked_again(demonstration: None) -> ReviewRound:
    """The drafter of the cell has taken the draft back and asks anew: nobody has answered in this round."""
    drafter = Person.objects.get(username="ha-thi-minh-hien")
    now, lies = timezone.now(), report(CELL)
    drafting.recall(report_id=lies.pk, actor=drafter, reason="Sửa lại số liệu.", now=now)
    closes = now + timedelta(days=4)
    return drafting.submit_for_review(report_id=lies.pk, actor=drafter, closes_at=closes, now=now)


def test_a_deputy_assigns_the_drafting_enters_the_minutes_and_concludes(
    asked_again: ReviewRound, signed_in: SignedIn
) -> None:
    page = signed_in("hoang-thi-hong-phuong")
    page.get_by_role("link", name="Sơ kết 5 năm").click()
    also = page.get_by_role("region", name="Việc khác")
    also.locator("summary").get_by_text("Phân công soạn thảo").click()
    also.get_by_label("Người soạn thảo").select_option("Nguyễn Công Hải")
    also.get_by_role("button", name="Phân công soạn thảo").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã phân công và thông báo cho người soạn thảo.")
    drafter = report(CELL).drafter
    assert drafter is not None
    assert drafter.full_name == "Nguyễn Công Hải"

    page.get_by_role("link", name="Cho ý kiến").click()
    page.get_by_role("link", name="Nhập kết quả từ biên bản").click()
    page.get_by_label("Số biên bản").fill("07-BB/CB")
    page.get_by_label("Ngày họp").fill("2026-06-10")
    for name, number in {"Có mặt": 14, "Nhất trí": 13, "Không nhất trí": 2, "Ý kiến khác": 0}.items():
        page.get_by_label(name, exact=True).fill(str(number))
    page.get_by_label("Ý kiến đối với cả báo cáo (không bắt buộc)").fill("Nêu rõ hơn kết quả phối hợp.")
    page.get_by_role("button", name="Nhập kết quả").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Số biên bản")).to_have_value("07-BB/CB")
    page.get_by_label("Không nhất trí", exact=True).fill("1")
    page.get_by_role("button", name="Nhập kết quả").click()

    page.get_by_label("Được thông qua").first.check()
    page.get_by_role("button", name="Chốt ý kiến").click()
    expect(page.get_by_role("status").first).to_contain_text("được thông qua")
    asked_again.refresh_from_db()
    assert (asked_again.minutes_number, asked_again.minutes_agree) == ("07-BB/CB", 13)
    assert asked_again.result == ReviewResult.ADOPTED
    assert report(CELL).state == ReportState.REVISING

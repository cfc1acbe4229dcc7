"""The drafter: writes what was asked, answers, hands over, takes back, asks for more time."""

import re
from collections.abc import Callable
from urllib.parse import unquote_plus

from playwright.sync_api import Page, expect

from tests.e2e.demo.reports import QUARTER, let_in, report
from workflow.choices import AnswerKind, ReportState
from workflow.models import Entry, Remark, Value

SignedIn = Callable[..., Page]
TASKS, COUNTED = "2. Nhiệm vụ chủ yếu trong thời gian tới", "Số hội nghị, buổi sinh hoạt quán triệt"


def write(page: Page, words: str) -> None:
    """At the end of the section's text, as soon as the editor has taken the plain field's place."""
    expect(page.get_by_role("toolbar", name="Định dạng")).to_be_visible()
    text = page.get_by_role("textbox", name="Nội dung của mục")
    text.click()
    expect(text).to_be_focused()
    page.keyboard.press("Control+End")
    # A slow machine saves in the middle of typing too: only the save with the last word counts.
    with page.expect_response(lambda answer: words[-20:] in unquote_plus(answer.request.post_data or "")):
        page.keyboard.type(words)


def saved(page: Page) -> None:
    expect(page.get_by_role("status").get_by_text("Đã lưu lúc 10:")).to_be_visible()


def test_a_drafter_mends_what_was_returned_answers_and_submits_it_for_signature(signed_in: SignedIn) -> None:
    page = signed_in("le-van-luan")
    expect(page.get_by_role("heading", name="Chào đồng chí Lê Văn Luân")).to_be_visible()
    expect(page.get_by_role("region", name="Cần làm ngay (1)")).to_contain_text("Chưa thấy kết quả sử dụng hộp thư")
    page.get_by_role("link", name="Soạn tiếp").click()

    page.get_by_role("link", name=re.compile(TASKS)).click()
    write(page, "\nQuý III: mở hai lớp bồi dưỡng báo cáo viên.")
    saved(page)
    text = Entry.objects.get(report=report(), section__heading__contains="Nhiệm vụ chủ yếu").text
    assert text.endswith("<p>Quý III: mở hai lớp bồi dưỡng báo cáo viên.</p>")
    beside = page.get_by_role("region", name="Ý kiến, yêu cầu (1)")
    beside.get_by_label("Nội dung tiếp thu hoặc giải trình").fill("Đã bổ sung thời gian hoàn thành.")
    beside.get_by_role("button", name="Tiếp thu", exact=True).click()
    expect(page.get_by_role("region", name="Ý kiến, yêu cầu (1)")).to_contain_text("Đã bổ sung thời gian")

    page.get_by_role("link", name=re.compile("1. Công tác lãnh đạo, chỉ đạo")).click()
    page.get_by_role("textbox", name=COUNTED).fill("7")
    saved(page)
    assert Value.objects.get(report=report(), indicator__label=COUNTED).number == 7
    page.get_by_role("button", name="Trình ký").click()

    expect(page.get_by_text("Còn 1 ý kiến, yêu cầu chưa được tiếp thu, giải trình.")).to_be_visible()
    open_one = page.get_by_role("article").filter(has_text="Chưa tiếp thu, giải trình")
    open_one.get_by_label("Nội dung tiếp thu hoặc giải trình").fill("Số liệu đã có ở mục 1.2, bảng thứ nhất.")
    open_one.get_by_role("button", name="Giải trình", exact=True).click()
    expect(page.get_by_text("Đã đủ nội dung theo đề cương.")).to_be_visible()
    answers = Remark.objects.filter(report=report(), binding=True).order_by("pk").values_list("answer", flat=True)
    assert sorted(answers) == sorted([AnswerKind.ACCEPTED, AnswerKind.EXPLAINED])
    page.get_by_role("region", name="Trình ký").get_by_role("button", name="Trình ký").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã trình")
    assert report().state == ReportState.SIGNING


def test_a_drafter_takes_a_report_back_and_asks_the_cell_once_more(signed_in: SignedIn) -> None:
    page = signed_in("le-van-luan")
    page.get_by_role("link", name="Xem").click()
    also = page.get_by_role("region", name="Việc khác")
    also.locator("summary").get_by_text("Thu hồi").click()
    also.get_by_role("textbox", name="Lý do").fill("Còn nhầm số đảng viên dự bị.")
    also.get_by_role("button", name="Thu hồi").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã thu hồi")
    assert report(number=QUARTER).state == ReportState.REVISING

    page.get_by_role("link", name="Soạn tiếp").click()
    page.get_by_text("Xin ý kiến lần nữa").click()
    page.get_by_label("Lấy ý kiến đến hết ngày").fill("2026-06-15")
    page.get_by_role("button", name="Trình chi bộ cho ý kiến").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã trình dự thảo xin ý kiến.")
    again = report(number=QUARTER)
    assert again.state == ReportState.REVIEW
    assert again.rounds.count() == 2


def test_a_drafter_asks_for_more_time(signed_in: SignedIn) -> None:
    page = signed_in("le-van-luan")
    page.get_by_role("link", name=re.compile("Sơ kết 5 năm")).click()
    also = page.get_by_role("region", name="Việc khác")
    also.locator("summary").get_by_text("Đề nghị gia hạn").click()
    also.get_by_label("Đến hết ngày").fill("2026-06-19")
    also.get_by_role("textbox", name="Lý do").fill("Chờ số liệu của ngành dọc.")
    also.get_by_role("button", name="Đề nghị gia hạn").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã gửi đề nghị gia hạn lên cấp trên.")
    expect(page.get_by_role("region", name="Thời hạn, gia hạn")).to_contain_text("Thứ Sáu, 19/06/2026")
    asked = report().extensions.get()
    assert (asked.reason, asked.decision) == ("Chờ số liệu của ngành dọc.", "")


def test_a_drafter_opens_an_unread_request_and_is_told_what_is_missing(signed_in: SignedIn) -> None:
    assert report("moi-truong-do-thi").opened_at is None
    page = signed_in(let_in("tran-thuy-ngan"))
    page.get_by_role("link", name=re.compile("Sơ kết 5 năm")).click()
    assert report("moi-truong-do-thi").opened_at is not None
    page.get_by_role("link", name="Bắt đầu soạn").click()
    page.get_by_role("button", name="Trình cấp ủy cho ý kiến").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("region", name="Trình cấp ủy cho ý kiến")).to_contain_text("Còn thiếu 51 mục")
    assert report("moi-truong-do-thi").state == ReportState.DRAFT
    page.get_by_role("link", name="Bắt đầu soạn").click()
    write(page, "Đảng ủy đã quán triệt Chỉ thị đến toàn thể đảng viên.")
    saved(page)
    assert Entry.objects.get(report=report("moi-truong-do-thi")).text.startswith("<p>Đảng ủy đã quán triệt")

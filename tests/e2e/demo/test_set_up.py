"""The officer prepares a request step by step and opens it; a unit reads it on its first page."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.demo.reports import OWN
from workflow.choices import CampaignState, ReviewMode
from workflow.models import Campaign, Report

SignedIn = Callable[..., Page]
LETTER, SUBJECT = "702-CV/ĐUK", "V/v báo cáo kết quả học tập Nghị quyết"


def test_an_officer_sets_up_a_request_and_opens_it_for_the_units_of_a_list(signed_in: SignedIn) -> None:
    page = signed_in("do-cong-hieu")
    page.get_by_role("link", name="Đợt báo cáo", exact=True).click()
    page.get_by_role("link", name="Chuẩn bị đợt mới").click()
    page.get_by_label("Trích yếu công văn yêu cầu báo cáo").fill(SUBJECT)
    page.get_by_role("button", name="Bắt đầu chuẩn bị").click()
    page.get_by_label("Số, ký hiệu").fill(LETTER)
    page.get_by_label("Ngày của công văn").fill("2026-06-10")
    page.get_by_label("Căn cứ", exact=True).fill("Chương trình công tác năm 2026")
    page.get_by_role("button", name="Lưu và tiếp tục").click()

    page.get_by_role("link", name="Thêm mục").click()
    page.get_by_label("Số thứ tự mục").fill("I")
    page.get_by_label("Tên mục").fill("Kết quả học tập")
    page.get_by_label("Hướng dẫn").fill("Nêu rõ số buổi, số người dự.")
    page.get_by_role("button", name="Lưu mục").click()
    page.get_by_role("link", name="Chỉ tiêu", exact=True).click()
    page.get_by_label("Mã").fill("A1")
    page.get_by_label("Chỉ tiêu", exact=True).fill("Số buổi học tập")
    page.get_by_role("button", name="Lưu chỉ tiêu").click()
    page.get_by_role("link", name="Tiếp tục: Đối tượng báo cáo").click()

    page.get_by_label("Chọn theo danh sách").first.check()
    for words, name in (
        ("so thong tin", "Chi bộ Sở Thông tin và Truyền thông"),
        ("buu dien", "Đảng ủy Bưu điện tỉnh"),
    ):
        page.get_by_label("Tìm đơn vị theo tên").fill(words)
        page.get_by_role("button", name="Tìm", exact=True).click()
        page.get_by_label(name).check()
    page.get_by_role("button", name="Lưu và tiếp tục").click()

    page.get_by_label("Thời hạn theo lời công văn").fill("gửi trước ngày 20/6/2026")
    page.get_by_role("button", name="Đọc ngày từ lời văn").click()
    expect(page.get_by_text("Trước ngày 20/6/2026")).to_be_visible()
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.get_by_label("Biểu quyết").check()
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    prepared = Campaign.objects.get(number=LETTER)
    assert (prepared.state, prepared.review_mode) == (CampaignState.DRAFT, ReviewMode.VOTE)
    assert not Report.objects.filter(campaign=prepared).exists()

    page.get_by_role("button", name="Mở đợt báo cáo cho 2 đơn vị").click()
    expect(page.get_by_role("heading", name="Tiến độ của các đơn vị")).to_be_visible()
    asked = Report.objects.filter(campaign=prepared).values_list("organization__code", flat=True)
    assert set(asked) == {OWN, "buu-dien"}

    unit = signed_in("le-van-luan", width=360)
    unit.get_by_role("link", name="Đợt báo cáo", exact=True).click()
    unit.get_by_role("link", name=LETTER).click()
    expect(unit.get_by_text("Nêu rõ số buổi, số người dự.")).to_be_visible()

"""An officer prepares and opens a request by clicking, without scripts; a leader and a unit meet it."""

from collections.abc import Callable
from typing import Any

from tests.builders import World
from workflow.choices import CampaignState, ReviewMode
from workflow.models import Campaign, Report, Section


def prepare(page: Any) -> None:
    """From the list to the last step, each step by its own button."""
    page.goto("/dot/")
    page.get_by_role("link", name="Chuẩn bị đợt mới").click()
    page.get_by_label("Trích yếu công văn yêu cầu báo cáo").fill("V/v báo cáo tổng kết năm 2026")
    page.get_by_role("button", name="Bắt đầu chuẩn bị").click()
    page.get_by_label("Số, ký hiệu").fill("701-CV/ĐUK")
    page.get_by_label("Ngày của công văn").fill("2026-06-01")
    page.get_by_label("Căn cứ", exact=True).fill("Chương trình công tác năm 2026")
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.get_by_role("link", name="Thêm mục").click()
    page.get_by_label("Số thứ tự mục").fill("I")
    page.get_by_label("Tên mục").fill("Kết quả thực hiện")
    page.get_by_label("Hướng dẫn").fill("Nêu rõ số liệu, kết quả cụ thể.")
    page.get_by_role("button", name="Lưu mục").click()
    page.get_by_role("link", name="Chỉ tiêu", exact=True).click()
    page.get_by_label("Mã").fill("A1")
    page.get_by_label("Chỉ tiêu", exact=True).fill("Số hội nghị đã tổ chức")
    page.get_by_role("button", name="Lưu chỉ tiêu").click()
    page.get_by_role("link", name="Tiếp tục: Đối tượng báo cáo").click()
    page.get_by_label("Chọn theo danh sách").first.check()
    page.get_by_label("Tìm đơn vị theo tên").fill("buu dien")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_label("Chi bộ Bưu điện tỉnh").check()
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.get_by_label("Thời hạn theo lời công văn").fill("gửi trước ngày 31/8/2026")
    page.get_by_role("button", name="Đọc ngày từ lời văn").click()
    assert page.get_by_text("Trước ngày 31/8/2026 → Chủ nhật 30/8 → hết Thứ Hai 31/8/2026").is_visible()
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.get_by_label("Biểu quyết").check()
    page.get_by_role("button", name="Lưu và tiếp tục").click()


def test_an_officer_prepares_and_opens_a_request_without_scripts(page_of: Callable[..., Any], played: World) -> None:
    page = page_of(played.yen, script=False, width=360)
    prepare(page)
    campaign = Campaign.objects.get(number="701-CV/ĐUK")
    assert (campaign.state, campaign.review_mode) == (CampaignState.DRAFT, ReviewMode.VOTE)
    assert not Report.objects.filter(campaign=campaign).exists()
    page.get_by_role("button", name="Mở đợt báo cáo cho 1 đơn vị").click()
    page.get_by_role("heading", name="Tiến độ của các đơn vị").wait_for()
    assert list(Report.objects.filter(campaign=campaign).values_list("organization__code", flat=True)) == ["other"]


def test_a_step_is_saved_when_another_step_is_chosen_above(page_of: Callable[..., Any], played: World) -> None:
    page = page_of(played.yen)
    page.goto("/dot/moi/")
    page.get_by_label("Trích yếu công văn yêu cầu báo cáo").fill("V/v báo cáo")
    page.get_by_role("button", name="Bắt đầu chuẩn bị").click()
    page.get_by_label("Số, ký hiệu").fill("702-CV/ĐUK")
    page.get_by_role("navigation", name="Các bước").get_by_role("button", name="Quy trình").click()
    page.get_by_role("heading", name="Quy trình", level=1).wait_for()
    assert Campaign.objects.filter(number="702-CV/ĐUK").exists()


def test_a_leader_moves_the_deadline_and_the_officer_adds_to_the_outline(
    page_of: Callable[..., Any], played: World
) -> None:
    leader = page_of(played.khanh)
    leader.goto(f"/dot/{played.campaign.pk}/")
    leader.get_by_role("link", name="Điều chỉnh hạn gửi").click()
    leader.get_by_label("Hạn mới: ngày cuối cùng để gửi").fill("2026-08-14")
    leader.get_by_role("button", name="Điều chỉnh hạn gửi").click()
    leader.get_by_text("14/08/2026").first.wait_for()
    officer = page_of(played.yen)
    officer.goto(f"/dot/{played.campaign.pk}/")
    officer.get_by_role("link", name="Bổ sung đề cương").click()
    officer.get_by_label("Tên mục").fill("Kiến nghị, đề xuất")
    officer.get_by_role("button", name="Gửi phần bổ sung").click()
    officer.get_by_role("heading", name="Tiến độ của các đơn vị").wait_for()
    assert Section.objects.filter(heading="Kiến nghị, đề xuất", since_version=2).exists()
    unit = page_of(played.lan, width=360)
    unit.goto(f"/dot/{played.campaign.pk}/")
    assert unit.get_by_text("Kiến nghị, đề xuất").is_visible()
    assert unit.evaluate("document.documentElement.scrollWidth <= innerWidth")

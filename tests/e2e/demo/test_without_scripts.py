"""The same desks with JavaScript switched off: a drafter, a secretary and an officer get their work done."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.demo.reports import MAIN, QUARTER, report
from workflow.choices import AnswerKind, ReportState, Verb
from workflow.models import Entry, Event, Remark, StandIn

SignedIn = Callable[..., Page]
STATISTICS = "Chi bộ Cục Thống kê tỉnh"


def test_a_drafter_writes_and_answers(signed_in: SignedIn) -> None:
    page = signed_in("le-van-luan", width=360, script=False)
    page.get_by_role("link", name="Soạn tiếp").click()
    page.get_by_role("link", name=re.compile("1. Phương hướng")).click()
    page.get_by_label("Nội dung của mục").fill("Hai việc:\n- một\n- hai")
    page.get_by_role("button", name="Lưu dự thảo").first.click()
    expect(page.get_by_text("Đã lưu.")).to_be_visible()
    kept = Entry.objects.get(report=report(), section__heading="Phương hướng")
    assert kept.text == "<p>Hai việc:</p><ul><li><p>một</p></li><li><p>hai</p></li></ul>"
    page.get_by_role("button", name="Mục sau").click()
    page.get_by_label("Nội dung tiếp thu hoặc giải trình").fill("Đã bổ sung.")
    page.get_by_role("button", name="Tiếp thu", exact=True).click()
    expect(page.get_by_text("Đã bổ sung.").first).to_be_visible()
    assert Remark.objects.get(report=report(), answer=AnswerKind.ACCEPTED).answer_text == "Đã bổ sung."


def test_a_secretary_returns_a_report_and_appoints_a_stand_in(signed_in: SignedIn) -> None:
    page = signed_in("luong-hong-long", width=360, script=False)
    page.get_by_role("link", name="Đọc và ký").click()
    page.get_by_role("link", name="Trả lại để chỉnh sửa").click()
    page.get_by_label("Đối với cả báo cáo").fill("Kiểm tra lại các số liệu của quý.")
    page.get_by_label("Lấy ý kiến lại").check()
    page.get_by_role("button", name="Trả lại").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã trả lại")
    assert report(number=QUARTER).state == ReportState.DRAFT

    page.get_by_role("link", name="Tổ chức", exact=True).click()
    page.get_by_role("link", name="Chi bộ Sở Thông tin và Truyền thông").first.click()
    page.get_by_role("link", name="Phân công ký thay khi vắng mặt").click()
    page.get_by_label("Căn cứ bằng văn bản").fill("Thông báo số 05-TB/CB")
    page.get_by_role("button", name="Phân công ký thay khi vắng mặt").click()
    expect(page.get_by_role("region", name="Ký thay bí thư")).to_contain_text("Thông báo số 05-TB/CB")
    assert StandIn.objects.get().organization == report().organization


def test_an_officer_finds_a_unit_reminds_it_and_receives_a_report(signed_in: SignedIn) -> None:
    page = signed_in("do-cong-hieu", script=False)
    page.get_by_role("listitem").filter(has_text=MAIN).get_by_role("link", name="Theo dõi").first.click()
    page.get_by_label("Tên đơn vị").fill("cuc thong ke")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("link", name=STATISTICS).click()
    page.get_by_role("button", name="Đôn đốc").click()
    expect(page.get_by_role("status").first).to_contain_text(f"Đã đôn đốc {STATISTICS}.")
    assert Event.objects.filter(verb=Verb.REMIND).latest("pk").stream_id == report("cuc-thong-ke").pk

    page.get_by_role("link", name="Về bảng theo dõi").click()
    page.get_by_role("link", name="Bỏ lọc").click()
    page.get_by_role("link", name="Đã gửi – chờ tiếp nhận 8").click()
    page.get_by_role("link", name="Chi bộ Ban Nội chính Tỉnh ủy").click()
    page.get_by_role("link", name="Tiếp nhận").click()
    page.get_by_label("Số đến").fill("345")
    page.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã tiếp nhận báo cáo của Chi bộ Ban Nội chính Tỉnh ủy")
    assert report("ban-noi-chinh-tu").state == ReportState.RECEIVED

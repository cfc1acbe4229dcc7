"""The signer's desk on a phone: sign, return, appoint a stand-in; then the clerk gives the number and sends."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.demo.reports import OWN, QUARTER, fits, report
from workflow.choices import ReportState
from workflow.models import IssuedDocument, Remark, Signature, StandIn

SignedIn = Callable[..., Page]
PASSWORD = "chi-bo-mau"
ORGANIZING = "II- Công tác tổ chức xây dựng Đảng và đảng viên"


def test_the_secretary_signs_on_a_phone_and_the_clerk_numbers_and_sends(signed_in: SignedIn) -> None:
    page = signed_in("luong-hong-long", width=360)
    page.get_by_role("link", name="Đọc và ký").click()
    assert fits(page)
    expect(page.get_by_text("Chi bộ: 14/15 nhất trí (cần 8)")).to_be_visible()
    page.get_by_text("Đọc toàn văn báo cáo").click()
    expect(page.get_by_role("heading", name=ORGANIZING)).to_be_visible()
    page.get_by_label("Mật khẩu của đồng chí để xác nhận").fill("sai mật khẩu")
    page.get_by_role("button", name="Ký ban hành").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert report(number=QUARTER).state == ReportState.SIGNING
    page.get_by_label("Mật khẩu của đồng chí để xác nhận").fill(PASSWORD)
    page.get_by_role("button", name="Ký ban hành").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã ký lúc")
    signed = Signature.objects.get(report=report(number=QUARTER))
    expect(page.get_by_role("status").first).to_contain_text(signed.sha256[:4].upper())
    assert signed.person.username == "luong-hong-long"

    clerk = signed_in("do-quoc-hung")
    clerk.get_by_role("link", name="Cấp số, gửi").click()
    clerk.get_by_label("Số văn bản").fill("61")
    clerk.get_by_role("button", name="Cấp số và gửi").click()
    expect(clerk.get_by_role("status").first).to_contain_text("61-BC/CB")
    assert IssuedDocument.objects.get(report=report(number=QUARTER)).number == 61
    assert report(number=QUARTER).state == ReportState.SENT


def test_the_secretary_returns_from_the_pile_with_a_reason_at_a_section(signed_in: SignedIn) -> None:
    page = signed_in("luong-hong-long", width=360)
    page.goto("/ky-lan-luot/")
    page.get_by_role("link", name="Trả lại để chỉnh sửa").click()
    page.get_by_role("button", name="Trả lại").click()
    expect(page.get_by_role("alert")).to_be_visible()
    section = page.get_by_role("region", name=ORGANIZING)
    section.get_by_text("Ghi ý kiến ở mục này", exact=True).click()
    section.get_by_role("textbox").fill("Kiểm tra lại số đảng viên dự bị.")
    assert fits(page)
    page.get_by_role("button", name="Trả lại").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã trả lại")
    expect(page.get_by_text("Không có báo cáo nào chờ đồng chí ký")).to_be_visible()
    reason = Remark.objects.get(report=report(number=QUARTER))
    assert reason.section is not None
    assert str(reason.section) == ORGANIZING
    assert report(number=QUARTER).state == ReportState.REVISING


def test_the_secretary_appoints_the_deputy_for_the_days_of_an_absence(signed_in: SignedIn) -> None:
    page = signed_in("luong-hong-long", width=360)
    page.get_by_role("link", name="Tổ chức", exact=True).click()
    page.get_by_role("link", name="Chi bộ Sở Thông tin và Truyền thông").first.click()
    page.get_by_role("link", name="Phân công ký thay khi vắng mặt").click()
    page.get_by_label("Từ ngày").fill("2026-06-15")
    page.get_by_label("Đến hết ngày").fill("2026-06-19")
    page.get_by_label("Căn cứ bằng văn bản").fill("Thông báo số 05-TB/CB, ngày 10/6/2026")
    page.get_by_role("button", name="Phân công ký thay khi vắng mặt").click()
    expect(page.get_by_role("region", name="Ký thay bí thư")).to_contain_text("Thông báo số 05-TB/CB")
    assert fits(page)
    appointed = StandIn.objects.get(organization__code=OWN)
    assert (appointed.person.full_name, appointed.since.day) == ("Nguyễn Thị Lan Hiền", 15)

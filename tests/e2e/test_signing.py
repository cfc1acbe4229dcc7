"""The signer's and the clerk's desks in a real browser."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.builders import NOW, World, to_signing
from workflow.choices import ReportState
from workflow.models import IssuedDocument, Person, Remark, Signature

PageOf = Callable[..., Page]
PASSWORD = "Sen hong no giua ho"  # noqa: S105 – of the tests' persons


def with_password(person: Person) -> Person:
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def test_the_secretary_signs_on_a_phone_and_the_clerk_numbers_it(played: World, page_of: PageOf) -> None:
    report = to_signing(played, played.report(), NOW - timedelta(days=5))
    page = page_of(with_password(played.hung), width=360)
    page.goto("/")
    page.locator(f'a[href="/bao-cao/{report.pk}/ky/"]').first.click()
    page.get_by_text("Đọc toàn văn báo cáo").click()
    expect(page.get_by_text("Chi bộ đã quán triệt đầy đủ.").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.fill("#password", "sai mật khẩu")
    page.get_by_role("button", name="Ký ban hành").click()
    expect(page.locator('[role="alert"]')).to_be_visible()
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Ký ban hành").click()
    expect(page.locator("#said")).to_contain_text("Đã ký lúc")
    signed = Signature.objects.get()
    expect(page.locator("#said")).to_contain_text(signed.sha256[:4].upper())

    page = page_of(played.mai)
    page.goto("/")
    page.locator(f'a[href="/bao-cao/{report.pk}/van-thu/"]').first.click()
    page.fill("#number", "12")
    page.get_by_role("button", name="Cấp số và gửi").click()
    expect(page.locator("#said")).to_contain_text("12-BC/CB")
    assert IssuedDocument.objects.get().number == 12
    assert played.report().state == ReportState.SENT


def test_without_script_a_unit_without_a_clerk_returns_then_signs_and_sends(played: World, page_of: PageOf) -> None:
    report = to_signing(played, played.report("other"), NOW - timedelta(days=5))
    page = page_of(with_password(played.phuc), width=360, script=False)
    page.goto("/ky-lan-luot/")
    page.get_by_role("link", name="Trả lại để chỉnh sửa").click()
    page.get_by_role("button", name="Trả lại").click()
    expect(page.locator('[role="alert"]')).to_be_visible()
    assert not Remark.objects.exists()
    page.goto("/ky-lan-luot/")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Ký và gửi").click()
    expect(page.locator("#said")).to_contain_text("01-BC/CB")
    assert played.report("other").state == ReportState.SENT
    assert report.pk == Signature.objects.get().report_id

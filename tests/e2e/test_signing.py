"""The signer's and the clerk's desks in a real browser."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.builders import NOW, World, to_signing
from workflow.choices import ReportState
from workflow.models import Person, Remark, Signature

PageOf = Callable[..., Page]
PASSWORD = "Sen hong no giua ho"  # noqa: S105 – of the tests' persons


def with_password(person: Person) -> Person:
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


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

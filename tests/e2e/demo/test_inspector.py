"""The inspector reads everything that was sent, finds no verb anywhere, and a form made by hand is refused."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.demo.reports import MAIN, report
from workflow.choices import ReportState
from workflow.models import Event

SignedIn = Callable[..., Page]
SENT = "ban-noi-chinh-tu"
# Buttons that send something; one that filters, shows or prints does not.
BUTTONS = """() => [...document.querySelectorAll("main button")]
    .filter(one => one.type === "submit" && one.form?.method === "post" && one.offsetParent)
    .map(one => one.innerText.trim())"""
BY_HAND = """([address, body]) => fetch(address, {method: "POST", body: new URLSearchParams({...body,
    csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value})}).then(answer => answer.status)"""


def test_an_inspector_reads_and_finds_no_verb(signed_in: SignedIn) -> None:
    page = signed_in("dinh-ba-son")
    page.get_by_role("listitem").filter(has_text=MAIN).get_by_role("link", name="Theo dõi").first.click()
    expect(page.get_by_role("heading", name="98 đơn vị")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    assert page.evaluate(BUTTONS) == []
    page.get_by_label("Tên đơn vị").press_sequentially("noi chinh")
    expect(page.get_by_role("heading", name="1 đơn vị", exact=True)).to_be_visible()
    page.get_by_role("link", name="Chi bộ Ban Nội chính Tỉnh ủy").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("heading", name="Diễn biến")).to_be_visible()
    assert page.evaluate(BUTTONS) == []
    drawer.get_by_role("link", name="Mở báo cáo").click()
    assert page.evaluate(BUTTONS) == []
    page.get_by_role("link", name="Bản 1").click()
    expect(page.get_by_role("img").first).to_be_visible()


def test_a_form_that_an_inspector_makes_by_hand_is_refused(signed_in: SignedIn) -> None:
    sent, unsent = report(SENT), report()
    page = signed_in("dinh-ba-son")
    told = Event.objects.count()
    seen = repr(timezone.now().timestamp())
    office = {"verb": "receive", "revision": str(sent.current_revision_id), "incoming_number": "1"}
    board = f"/dot/{sent.campaign_id}/theo-doi/{unsent.pk}"
    tried = {
        f"/bao-cao/{sent.pk}/tiep-nhan/": office,
        f"{board}/don-doc/": {"seen": seen},
        f"/bao-cao/{unsent.pk}/": {"verb": "recall", "reason": "thử"},
        f"/bao-cao/{sent.pk}/ky/": {"password": "chi-bo-mau", "revision": str(sent.current_revision_id)},
        f"/dot/{sent.campaign_id}/ket-thuc/": {"reason": "thử"},
    }
    answers = {address: page.evaluate(BY_HAND, [address, body]) for address, body in tried.items()}
    assert set(answers.values()) <= {403, 404}, answers
    assert Event.objects.count() == told
    assert report(SENT).state == ReportState.SENT

"""The officer at the board of 98 units: finds, opens, reminds one and many, proposes; the leader decides and closes."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.demo.reports import MAIN, QUARTER, report
from workflow.choices import CampaignState, ExtensionDecision, Verb
from workflow.models import Event

SignedIn = Callable[..., Page]
CUSTOMS, STATISTICS = "Chi bộ Chi cục Hải quan Yên Bái", "Chi bộ Cục Thống kê tỉnh"
SIGNERS = 9


def reminded() -> int:
    return Event.objects.filter(verb=Verb.REMIND, actor__username="do-cong-hieu").count()


def board_of(page: Page, number: str) -> None:
    page.get_by_role("listitem").filter(has_text=number).get_by_role("link", name="Theo dõi").first.click()
    expect(page.get_by_role("navigation", name="Theo dõi đợt báo cáo")).to_be_visible()


def test_an_officer_filters_finds_a_unit_without_diacritics_and_reminds_it_from_the_drawer(signed_in: SignedIn) -> None:
    page = signed_in("do-cong-hieu")
    before = reminded()
    board_of(page, MAIN)
    expect(page.get_by_role("heading", name="98 đơn vị")).to_be_visible()
    page.get_by_role("link", name=f"Chờ ký {SIGNERS}").click()
    expect(page.get_by_role("heading", name=f"{SIGNERS} đơn vị")).to_be_visible()
    page.get_by_role("link", name="Bỏ lọc").click()
    page.get_by_label("Tên đơn vị").press_sequentially("cuc thong ke")
    expect(page.get_by_role("heading", name="1 đơn vị", exact=True)).to_be_visible()

    page.get_by_role("link", name=STATISTICS).click()
    drawer = page.get_by_role("dialog", name=STATISTICS)
    expect(drawer).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    page.get_by_role("link", name=STATISTICS).click()
    expect(drawer.get_by_role("link", name="0900 000 194")).to_be_visible()
    times = int(page.locator("#results td.number").inner_text())
    drawer.get_by_role("button", name="Đôn đốc").click()
    expect(drawer.get_by_text(f"Đã đôn đốc {STATISTICS}.")).to_be_visible()
    expect(page.locator("#results td.number")).to_have_text(str(times + 1))
    assert reminded() == before + 1
    last = Event.objects.filter(verb=Verb.REMIND).latest("pk")
    assert last.stream_id == report("cuc-thong-ke").pk

    drawer.get_by_label("Đồng ý như đề nghị").check()
    drawer.get_by_role("button", name="Đề xuất về việc gia hạn").click()
    expect(drawer.get_by_role("status")).to_contain_text("đề xuất")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=STATISTICS)).to_be_focused()
    asked = report("cuc-thong-ke").extensions.get()
    assert (asked.proposal, asked.decision) == (ExtensionDecision.GRANTED, "")
    assert asked.proposed_by is not None
    assert asked.proposed_by.username == "do-cong-hieu"


def test_an_officer_reminds_all_who_wait_for_a_signature_and_reads_the_result_of_each(signed_in: SignedIn) -> None:
    page = signed_in("do-cong-hieu")
    before = reminded()
    board_of(page, MAIN)
    page.get_by_role("link", name=f"Chờ ký {SIGNERS}").click()
    expect(page.get_by_role("heading", name=f"{SIGNERS} đơn vị")).to_be_visible()
    page.get_by_label("Chọn tất cả đơn vị trên trang này").check()
    expect(page.get_by_text(f"Đã chọn: {SIGNERS}")).to_be_visible()
    page.get_by_role("button", name="Đôn đốc …").click()
    expect(page.get_by_role("heading", name=f"({SIGNERS})")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Đôn đốc").click()
    expect(page.get_by_text(f"Đã thực hiện {SIGNERS}/{SIGNERS} đơn vị")).to_be_visible()
    expect(page.get_by_role("row", name="Đảng ủy Bưu điện tỉnh")).to_be_visible()
    assert reminded() == before + SIGNERS


def test_a_leader_decides_an_extension_in_the_drawer(signed_in: SignedIn) -> None:
    page = signed_in("do-phuong-thuy")
    board_of(page, MAIN)
    page.get_by_role("link", name="4 Đề nghị gia hạn").click()
    page.get_by_role("link", name=CUSTOMS).click()
    drawer = page.get_by_role("dialog", name=CUSTOMS)
    drawer.get_by_label("Đồng ý gia hạn đến hết một ngày khác").check()
    drawer.get_by_label("Chọn ngày").fill("2026-06-18")
    drawer.get_by_role("button", name="Quyết định việc gia hạn").click()
    expect(page.get_by_text("Đã quyết định việc gia hạn")).to_be_visible()
    decided = report("hai-quan").extensions.get()
    assert decided.decision == ExtensionDecision.GRANTED
    assert report("hai-quan").due == decided.decided_due
    assert decided.asked_due != decided.decided_due


def test_a_leader_closes_a_request_and_sees_first_who_has_not_sent(signed_in: SignedIn) -> None:
    page = signed_in("do-phuong-thuy")
    page.get_by_role("link", name="Đợt báo cáo", exact=True).click()
    page.get_by_role("link", name=QUARTER).click()
    page.get_by_role("link", name="Kết thúc đợt báo cáo").click()
    expect(page.get_by_text("6 đơn vị chưa gửi")).to_be_visible()
    page.get_by_label("Lý do").fill("Tỉnh ủy đã kết thúc kỳ báo cáo quý III.")
    page.get_by_role("button", name="Kết thúc đợt báo cáo").click()
    expect(page.get_by_text("Đã kết thúc").first).to_be_visible()
    assert report(number=QUARTER).campaign.state == CampaignState.CLOSED

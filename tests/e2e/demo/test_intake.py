"""The officer with what has come in: receives, asks for more, and takes a unit's text into the committee's report."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.demo.reports import MAIN, report
from workflow.choices import ReportState
from workflow.models import Entry, Remark

SignedIn = Callable[..., Page]
PLACE = "2. Nhiệm vụ chủ yếu trong thời gian tới"


def test_an_officer_receives_one_report_and_asks_the_next_for_more(signed_in: SignedIn) -> None:
    page = signed_in("do-cong-hieu")
    page.get_by_role("listitem").filter(has_text=MAIN).get_by_role("link", name="Theo dõi").first.click()
    page.get_by_role("link", name="Đã gửi – chờ tiếp nhận 8").click()
    page.get_by_role("link", name="Chi bộ Ban Nội chính Tỉnh ủy").click()
    page.get_by_role("dialog").get_by_role("link", name="Tiếp nhận").click()
    page.get_by_label("Số đến").fill("345")
    page.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã tiếp nhận báo cáo của Chi bộ Ban Nội chính Tỉnh ủy")
    received = report("ban-noi-chinh-tu")
    assert (received.state, received.incoming_number) == (ReportState.RECEIVED, "345")

    expect(page.get_by_role("heading", level=1)).to_have_text("Chi bộ Ngân hàng Hợp tác xã Chi nhánh Yên Bái")
    page.get_by_role("link", name="Yêu cầu bổ sung").click()
    asked = page.get_by_role("region", name="Yêu cầu bổ sung")
    asked.locator("summary").filter(has_text="Nhiệm vụ chủ yếu").click()
    asked.get_by_label(f"Yêu cầu đối với mục {PLACE}").fill("Nêu rõ thời gian hoàn thành từng nhiệm vụ.")
    asked.get_by_role("button", name="Yêu cầu bổ sung").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã gửi yêu cầu bổ sung")
    assert report("co-opbank").state == ReportState.SUPPLEMENT
    assert Remark.objects.get(report=report("co-opbank"), text__startswith="Nêu rõ thời gian").binding


def test_an_officer_fills_the_totals_and_takes_the_texts_of_two_units(signed_in: SignedIn) -> None:
    own = report("duk", "810-CV/TU")
    page = signed_in("do-cong-hieu")
    page.get_by_role("link", name="Tổng hợp", exact=True).click()
    page.get_by_role("listitem").filter(has_text=MAIN).get_by_role("link", name="Tổng hợp đợt này").click()
    page.get_by_role("button", name="Điền các tổng vào báo cáo của cấp mình").click()
    filled = own.values.exclude(number=None).count()
    expect(page.get_by_role("status").first).to_contain_text(f"Đã điền {filled} số liệu")
    assert filled > 10

    page.get_by_role("link", name=re.compile("4. Đánh giá chung")).click()
    chosen = [str(box.get_attribute("value")) for box in page.get_by_role("checkbox").all()[:2]]
    for place in range(len(chosen)):
        page.get_by_role("checkbox").nth(place).check()
    page.get_by_role("button", name="Chèn các đơn vị đã đánh dấu").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã chèn bài của 2 đơn vị")
    expect(page.get_by_text("đã dùng").first).to_be_visible()
    entry = Entry.objects.get(report=own, section__heading="Đánh giá chung")
    assert {str(taken) for taken in entry.sources.values_list("revision_id", flat=True)} == set(chosen)

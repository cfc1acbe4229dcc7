"""The office at work: through the pile, on paper, and at the workbench."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from tests.builders import NOW, World, to_received, to_sent
from workflow.choices import ReportState
from workflow.models import Entry, Remark

LATER = NOW + timedelta(days=9)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@pytest.fixture
def days_on(played: World) -> Iterator[World]:
    with time_machine.travel(LATER, tick=True):
        yield played


def test_an_officer_goes_through_the_pile(days_on: World, page_of: Callable[..., Page]) -> None:
    world = days_on
    to_sent(world, world.report())
    to_sent(world, world.report("other"), NOW + timedelta(hours=1))
    page = page_of(world.dung)
    page.goto(f"/bao-cao/{world.report().pk}/tiep-nhan/")

    # One key leads round the pile, but not from a field.
    page.get_by_label("Số đến").press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text(world.cell.name)
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text(world.other.name)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text(world.cell.name)

    page.get_by_label("Số đến").fill("345")
    page.get_by_role("button", name="Tiếp nhận").click()
    expect(page.get_by_role("status")).to_contain_text(f"Đã tiếp nhận báo cáo của {world.cell.name}")
    expect(page.get_by_role("heading", level=1)).to_have_text(world.other.name)
    assert world.report().incoming_number == "345"

    page.locator("summary", has_text="Lãnh đạo, chỉ đạo").click()
    page.get_by_label("Yêu cầu đối với mục 1 Lãnh đạo, chỉ đạo").fill("Bổ sung số hội nghị.")
    page.get_by_role("button", name="Yêu cầu bổ sung").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi yêu cầu bổ sung")
    assert world.report("other").state == ReportState.SUPPLEMENT
    assert Remark.objects.get().section == world.section("I.1")

    page.get_by_role("button", name="Rút yêu cầu bổ sung").click()
    expect(page.get_by_role("status")).to_contain_text("Đã rút yêu cầu bổ sung")
    assert world.report("other").state == ReportState.RECEIVED


def test_an_officer_takes_paper_and_texts_without_any_script(
    days_on: World, page_of: Callable[..., Page], tmp_path: Path
) -> None:
    world = days_on
    to_received(world, world.report())
    scan = tmp_path / "bao-cao.png"
    scan.write_bytes(PNG)
    page = page_of(world.dung, width=360, script=False)

    page.goto(f"/bao-cao/{world.report('other').pk}/tiep-nhan/")
    page.get_by_role("link", name="Tiếp nhận bản giấy").click()
    page.get_by_label("Bản quét").set_input_files(scan)
    page.get_by_label("Số, ký hiệu").fill("05-BC/CB")
    page.get_by_label("Ngày ghi trên báo cáo").fill("2026-06-08")
    page.get_by_label("Tôi cam kết").check()
    page.get_by_role("button", name="Tiếp nhận bản giấy").click()
    expect(page.get_by_role("status")).to_contain_text(f"Đã tiếp nhận bản giấy của {world.other.name}")
    assert world.report("other").state == ReportState.RECEIVED

    page.goto("/tong-hop/")
    page.get_by_role("link", name="Tổng hợp đợt này").click()
    page.get_by_role("button", name="Điền các tổng").click()
    expect(page.get_by_role("status")).to_contain_text("Đã điền 2 số liệu")
    page.get_by_role("link", name="1 Lãnh đạo, chỉ đạo").click()
    page.get_by_label(world.cell.name).check()
    page.get_by_role("button", name="Chèn các đơn vị đã đánh dấu").click()
    expect(page.get_by_role("status")).to_contain_text("Đã chèn bài của 1 đơn vị")
    assert world.cell.name in Entry.objects.get(section=world.section("I.1"), report=world.own_report).text


def test_ticks_stay_while_the_texts_are_narrowed(days_on: World, page_of: Callable[..., Page]) -> None:
    world = days_on
    for unit in ("cell", "other"):
        to_received(world, world.report(unit))
    page = page_of(world.dung)
    page.goto(f"/dot/{world.campaign.pk}/tong-hop/muc/{world.section('I.1').pk}/")
    page.get_by_label(world.cell.name).check()
    page.get_by_role("searchbox", name="Tìm trong bài của các đơn vị").fill("buu dien")
    expect(page.get_by_label(world.cell.name)).to_be_hidden()
    expect(page.get_by_label(world.other.name)).to_be_visible()
    page.get_by_role("searchbox", name="Tìm trong bài của các đơn vị").fill("")
    expect(page.get_by_label(world.cell.name)).to_be_checked()

"""Tổng hợp: totals, the units' texts, and what goes into the committee's own report."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.builders import (
    NOW,
    OUTLINE,
    World,
    confirmation,
    open_upper,
    prepared_campaign,
    resubmit,
    revision_of,
    sign_and_issue,
    to_received,
    to_sent,
    to_signing,
)
from workflow.actions import campaigns, drafting, intake, preparing, signing
from workflow.actions.organizations import end_seat
from workflow.choices import Role
from workflow.models import Entry, Indicator, Person, Report, Seat, Section, Value

SeenBy = Callable[[Person], Client]
LATER = NOW + timedelta(days=10)


@pytest.fixture
def gathered(seen_by: SeenBy, world: World, frozen: time_machine.Traveller) -> World:
    """Two of three units received, the third sent."""
    to_received(world, world.report())
    to_received(world, world.report("other"))
    to_sent(world, world.report("party"))
    frozen.move_to(LATER, tick=False)
    return world


@pytest.fixture
def office(gathered: World, seen_by: SeenBy) -> Client:
    return seen_by(gathered.dung)


def bench(world: World) -> str:
    return f"/dot/{world.campaign.pk}/tong-hop/"


def section(world: World, key: str) -> str:
    return f"{bench(world)}muc/{world.section(key).pk}/"


def figure(world: World, code: str) -> str:
    indicator = Indicator.objects.get(outline=world.campaign.outline, code=code)
    return f"{bench(world)}so-lieu/{indicator.pk}/"


def told(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def received(world: World, unit: str = "cell") -> int:
    revision_id = world.report(unit).received_revision_id
    assert revision_id is not None
    return revision_id


# who may look


def test_the_office_chooses_among_its_requests(office: Client, gathered: World) -> None:
    page = told(office.get("/tong-hop/"))
    assert f'href="{bench(gathered)}"' in page
    assert "đã tiếp nhận 2/3 báo cáo" in page


@pytest.mark.parametrize(("name", "status"), [("lan", 404), ("thu", 404), ("uyen", 404), ("giang", 403), ("yen", 200)])
def test_the_workbench_is_for_the_office_of_the_issuer(
    seen_by: SeenBy, gathered: World, name: str, status: int
) -> None:
    browser = seen_by(gathered.people[name])
    for page in (bench(gathered), section(gathered, "I.1"), figure(gathered, "A5")):
        assert browser.get(page).status_code == status
    if status != 200:
        assert browser.post(bench(gathered)).status_code == status


def test_who_has_no_office_has_no_workbench(seen_by: SeenBy, world: World) -> None:
    assert seen_by(world.lan).get("/tong-hop/").status_code == 403


def test_a_drafter_of_the_committee_without_an_office_seat_reads_no_unit(seen_by: SeenBy, gathered: World) -> None:
    seat = Seat.objects.get(person=gathered.dung, role=Role.OFFICER)
    end_seat(seat_id=seat.pk, actor=gathered.xuan, until=NOW.date(), now=LATER)
    assert seen_by(gathered.dung).get(section(gathered, "I.1")).status_code == 403


def test_an_officer_who_drafts_not_reads_but_inserts_nothing(seen_by: SeenBy, gathered: World) -> None:
    browser = seen_by(gathered.yen)
    page = told(browser.get(section(gathered, "I.1")))
    assert "Chi bộ đã quán triệt đầy đủ." in page
    assert 'value="take"' not in page
    answer = browser.post(section(gathered, "I.1"), {"verb": "take", "version": 0, "revision": received(gathered)})
    assert answer.status_code == 403
    assert not Entry.objects.filter(report=gathered.own_report).exists()


def test_a_request_in_preparation_has_no_workbench(seen_by: SeenBy, world: World) -> None:
    campaign = preparing.prepare_campaign(issuer_id=world.duk.pk, actor=world.dung, subject="V/v khác", now=NOW)
    assert seen_by(world.dung).get(f"/dot/{campaign.pk}/tong-hop/").status_code == 404


# figures


def test_totals_say_from_how_many_units_and_who_is_missing(office: Client, gathered: World) -> None:
    page = told(office.get(bench(gathered)))
    assert ">90<" in page.replace(" ", "")
    assert "2/3 đơn vị" in page
    assert "93,75 %" in page
    missing = page.split("<details", 3)[-1].split("</details>")[0]
    assert "Đảng bộ Sở Văn hóa, Thể thao và Du lịch" in page
    assert "Chi bộ Bưu điện tỉnh" not in missing


def test_filling_puts_the_totals_into_the_committees_report(office: Client, gathered: World) -> None:
    answer = office.post(bench(gathered))
    assert (answer.status_code, answer["Location"]) == (303, bench(gathered))
    filled = dict(Value.objects.filter(report=gathered.own_report).values_list("indicator__code", "number"))
    assert filled == {"A5": Decimal(90), "A6": Decimal(96)}
    assert "Đã điền 2 số liệu" in told(office.get(bench(gathered)))
    assert office.post(bench(gathered)).status_code == 303


def test_a_figure_that_differs_from_the_total_is_shown(office: Client, gathered: World) -> None:
    office.post(bench(gathered))
    assert "khác tổng" not in told(office.get(bench(gathered)))
    intake.leave_out(report_id=gathered.report().pk, actor=gathered.dung, reason="Chưa chốt.", now=LATER)
    assert told(office.get(bench(gathered))).count("khác tổng") == 2


def test_a_figure_is_followed_to_each_unit(office: Client, gathered: World) -> None:
    page = told(office.get(figure(gathered, "A5")))
    assert page.count(">45") >= 2
    assert f'href="/bao-cao/{gathered.report("other").pk}/tiep-nhan/"' in page
    # What was sent but not received does not count and is not told.
    row = page.split("Đảng bộ Sở Văn hóa, Thể thao và Du lịch")[1].split("</tr>")[0]
    assert "45" not in row
    assert "93,75 %" in told(office.get(figure(gathered, "A56")))


def test_a_figure_of_another_request_is_not_found(office: Client, gathered: World) -> None:
    upper = open_upper(gathered)
    foreign = Indicator.objects.filter(outline=upper.outline).first()
    assert foreign is not None
    assert office.get(f"{bench(gathered)}so-lieu/{foreign.pk}/").status_code == 404
    assert office.get(f"{bench(gathered)}muc/{foreign.section_id}/").status_code == 404


def test_nothing_is_filled_once_the_committees_report_was_signed(office: Client, gathered: World) -> None:
    own = to_signing(gathered, gathered.own_report)
    signing.sign(
        report_id=own.pk,
        actor=gathered.khanh,
        revision_id=revision_of(own),
        confirmed=confirmation(gathered.khanh, LATER),
        now=LATER,
    )
    page = office.get(bench(gathered))
    assert "Điền các tổng" not in told(page)
    assert office.post(bench(gathered)).status_code == 409


# texts


def insert(browser: Client, world: World, *units: str, version: int = 0, key: str = "I.1", verb: str = "take") -> Any:
    ticked = [received(world, unit) for unit in units]
    return browser.post(section(world, key), {"verb": verb, "version": version, "revision": ticked})


def own_entry(world: World, key: str = "I.1") -> Entry:
    return Entry.objects.get(report=world.own_report, section=world.section(key))


def test_ticked_texts_are_inserted_with_their_units_and_counted_as_used(office: Client, gathered: World) -> None:
    assert "Dùng 0/2" in told(office.get(section(gathered, "I.1")))
    answer = insert(office, gathered, "cell")
    assert (answer.status_code, answer["Location"]) == (303, section(gathered, "I.1"))
    assert own_entry(gathered).text == f"{gathered.cell.name}: Chi bộ đã quán triệt đầy đủ."
    for page in (section(gathered, "I.1"), bench(gathered)):
        assert "Dùng 1/2" in told(office.get(page))


def test_what_a_unit_wrote_in_two_sections_for_one_stands_together_and_is_ticked_once(
    office: Client, world: World, gathered: World
) -> None:
    """The unit stood there once a section, and one tick inserted both."""
    upper = open_upper(world)
    own = Report.objects.get(campaign=upper, organization=world.duk)
    sections = [replace(one, feeds="I.1" if one.key in {"I", "I.1"} else "") for one in OUTLINE.sections]
    lower = prepared_campaign(
        world.duk, world.dung, number="95-CV/ĐUK", answers=own, outline=replace(OUTLINE, sections=sections)
    )
    campaigns.open_campaign(campaign_id=lower.pk, actor=world.dung, now=NOW)
    to_received(world, Report.objects.get(campaign=lower, organization=world.cell))
    fed = Section.objects.get(outline=upper.outline, key="I.1")
    page = told(office.get(f"/dot/{lower.pk}/tong-hop/muc/{fed.pk}/"))
    assert page.count('name="revision"') == 1
    assert page.count("Chi bộ đã quán triệt đầy đủ.") == 2
    assert "Dùng 0/1" in page
    assert "I Tình hình quán triệt</h4>" in page
    assert "1 Lãnh đạo, chỉ đạo</h4>" in page


def test_only_received_texts_stand_at_the_workbench(office: Client, gathered: World) -> None:
    page = told(office.get(section(gathered, "I.1")))
    assert gathered.cell.name in page
    assert gathered.party.name not in page
    sent = revision_of(gathered.report("party"))
    answer = office.post(section(gathered, "I.1"), {"verb": "take", "version": 0, "revision": [sent]})
    assert answer.status_code == 404
    assert not Entry.objects.filter(report=gathered.own_report).exists()


def test_a_stale_page_inserts_nothing_and_keeps_its_ticks(office: Client, gathered: World) -> None:
    drafting.save_entry(
        report_id=gathered.own_report.pk,
        actor=gathered.khanh,
        section_id=gathered.section("I.1").pk,
        version=0,
        text="Đoạn mới của bí thư.",
        now=LATER,
    )
    answer = insert(office, gathered, "other")
    assert answer.status_code == 409
    page = told(answer)
    assert 'data-code="stale_revision"' in page
    assert f'value="{received(gathered, "other")}" checked' in page
    assert f'value="{received(gathered)}" checked' not in page
    # The newest text stands beside it, and its version is now the one to write over.
    assert "Đoạn mới của bí thư." in page
    assert 'name="version" value="1"' in page
    assert insert(office, gathered, "other", version=1).status_code == 303
    assert own_entry(gathered).text.startswith("Đoạn mới của bí thư.")


def test_a_second_click_inserts_nothing_twice(office: Client, gathered: World) -> None:
    assert insert(office, gathered, "cell").status_code == 303
    assert insert(office, gathered, "cell").status_code == 409
    assert own_entry(gathered).text.count(gathered.cell.name) == 1


def test_nothing_ticked_inserts_nothing(office: Client, gathered: World) -> None:
    answer = insert(office, gathered)
    assert (answer.status_code, 'data-code="nothing_ticked"' in told(answer)) == (422, True)
    assert not Entry.objects.filter(report=gathered.own_report).exists()


def test_units_are_searched_without_diacritics(office: Client, gathered: World) -> None:
    page = told(office.get(section(gathered, "I.1"), {"q": "BUU DIEN"}))
    assert page.count('class="sheet paragraph"') == 1
    assert gathered.other.name in page
    assert "Không đơn vị nào viết" in told(office.get(section(gathered, "I.1"), {"q": "xyz"}))


def test_rows_of_all_units_are_put_together(office: Client, gathered: World) -> None:
    assert insert(office, gathered, verb="merge", key="I.2").status_code == 303
    assert [row["unit"] for row in own_entry(gathered, "I.2").rows] == [gathered.other.name, gathered.cell.name]
    page = told(office.get(section(gathered, "I.2")))
    assert "Dùng 2/2" in page
    assert insert(office, gathered, verb="merge", key="I.2").status_code == 409


def test_a_newer_version_of_a_used_text_is_pointed_out(office: Client, gathered: World) -> None:
    insert(office, gathered, "cell")
    report: Report = gathered.report()
    asked = {"report_id": report.pk, "actor": gathered.dung, "now": LATER}
    intake.request_supplement(
        **asked, revision_id=revision_of(report), remarks=[(None, "Bổ sung.")], due=LATER + timedelta(days=5)
    )
    resubmit(gathered, report, LATER)
    sign_and_issue(gathered, report, LATER)
    intake.receive(**asked, revision_id=revision_of(report))
    page = told(office.get(section(gathered, "I.1")))
    assert "đang dùng bản cũ" in page
    assert "Dùng 1/2" in page


def test_the_workbench_takes_as_many_queries_for_many_units_as_for_few(
    office: Client, gathered: World, django_assert_max_num_queries: Any
) -> None:
    office.get(bench(gathered))
    with django_assert_max_num_queries(25):
        office.get(bench(gathered))
    with django_assert_max_num_queries(20):
        office.get(section(gathered, "I.1"))

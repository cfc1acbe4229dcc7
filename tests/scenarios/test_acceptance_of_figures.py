"""The acceptance scenarios of domain.md section 8, 9–12: numbers, names and totals."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.builders import (
    DRAFTERS,
    NOW,
    SECRETARIES,
    SINCE,
    World,
    desk,
    kept_world,
    office,
    prepared_campaign,
    revision_of,
    sign_and_issue,
    to_received,
    write_everything,
)
from workflow.actions import campaigns, drafting, intake, organizations
from workflow.actions.drafting import Figure
from workflow.actions.register import OrganizationDraft, SeatDraft, TermDraft, register
from workflow.choices import Body, OrganizationKind, ReviewMode, Role
from workflow.models import IssuedDocument, Organization, Report
from workflow.queries.totals import campaign_totals
from workflow.rules.canonical import content_hash

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def send(world: World, report: Report, now: datetime, figures: dict[str, Figure] | None = None) -> IssuedDocument:
    """Write, submit and send where no review is asked."""
    write_everything(world, report, now)
    drafter = desk(world, report, DRAFTERS)
    if figures:
        drafting.save_entry(
            report_id=report.pk,
            actor=drafter,
            section_id=world.section("III").pk,
            version=1,
            text="",
            figures=figures,
            now=now,
        )
    drafting.submit_for_signing(report_id=report.pk, actor=drafter, now=now)
    return sign_and_issue(world, report, now)


def test_9_numbers_start_at_01_in_a_new_term() -> None:
    world = kept_world(ReviewMode.NONE)
    assert send(world, world.report(), NOW).printed_number == "01-BC/CB"
    second = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK", mode=ReviewMode.NONE)
    campaigns.open_campaign(campaign_id=second.pk, actor=world.dung, now=NOW)
    report = Report.objects.get(campaign=second, organization=world.cell)
    organizations.start_term(organization_id=world.cell.pk, actor=world.xuan, since=NOW.date() + DAY, now=NOW)

    assert send(world, report, NOW + DAY).printed_number == "01-BC/CB"


def test_11_a_paper_keeps_the_name_that_the_unit_had_when_it_was_sent() -> None:
    world = kept_world(ReviewMode.NONE)
    before = send(world, world.report(), NOW)
    content, old = before.content, world.cell.name
    organizations.rename_organization(
        organization_id=world.cell.pk,
        actor=world.xuan,
        name="Chi bộ Sở Khoa học và Công nghệ",
        letterhead_name="CHI BỘ SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        letterhead_above="",
        symbol="CB",
        since=date(2026, 6, 2),
        now=NOW + DAY,
    )
    second = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK", mode=ReviewMode.NONE)
    campaigns.open_campaign(campaign_id=second.pk, actor=world.dung, now=NOW + DAY)
    after = send(world, Report.objects.get(campaign=second, organization=world.cell), NOW + 2 * DAY)

    before.refresh_from_db()
    assert before.content == content
    assert content_hash(before.content) == before.sha256
    assert old in before.content
    assert old not in after.content
    assert "Chi bộ Sở Khoa học và Công nghệ" in after.content


def _more_cells(codes: list[str]) -> None:
    """Further cells under the đảng bộ, with the drafter and the secretary of the first."""
    roles = {"sub_drafter": Role.DRAFTER, "sub_secretary": Role.SECRETARY}
    register(
        organizations=[
            OrganizationDraft(code, OrganizationKind.SUB_CELL, f"Chi bộ {code}", "party", official_members=3)
            for code in codes
        ],
        seats=[SeatDraft(code, person, role, SINCE) for code in codes for person, role in roles.items()]
        + [SeatDraft(code, "sub_secretary", Role.MEMBER, SINCE, None, True, Body.CELL) for code in codes],
        terms=[TermDraft(code, SINCE) for code in codes],
        actor=None,
        now=NOW,
    )


def test_10_seven_sub_cells_of_which_one_is_missing_are_shown_as_six_of_seven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = kept_world()
    codes = ["sub", *(f"sub{number}" for number in range(2, 8))]
    _more_cells(codes[1:])
    for code in codes:
        monkeypatch.setitem(DRAFTERS, code, "sub_drafter")
        monkeypatch.setitem(SECRETARIES, code, "sub_secretary")
    campaign = prepared_campaign(world.party, world.thu, number="05-CV/ĐU", answers=world.report("party"))
    campaigns.open_campaign(campaign_id=campaign.pk, actor=world.thu, now=NOW)
    inner = World(world.people, {unit.code: unit for unit in Organization.objects.all()}, campaign)
    for code in codes[:6]:
        to_received(inner, inner.report(code))

    found = campaign_totals(campaign)["A5"]

    assert (found.received, found.expected, found.value) == (6, 7, Decimal(6 * 45))


def test_12_a_ratio_of_many_units_is_the_ratio_of_their_sums() -> None:
    world = kept_world(ReviewMode.NONE)
    for unit, (part, whole) in {"cell": (1, 2), "other": (9, 10)}.items():
        report = world.report(unit)
        send(world, report, NOW, {"A5": Figure(number=Decimal(part)), "A6": Figure(number=Decimal(whole))})
        intake.receive(report_id=report.pk, actor=office(world, report), revision_id=revision_of(report), now=NOW)

    # 10/12, not the mean of 50 % and 90 %
    assert campaign_totals(world.campaign)["A56"].value == Decimal("0.833333")

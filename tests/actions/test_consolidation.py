"""The committee's own report: filled from the units, consolidating them, releasing them. design.md section 5."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import (
    NOW,
    World,
    confirmation,
    resubmit,
    revision_of,
    to_received,
    to_sent,
    to_signing,
)
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns, consolidation, drafting, intake, review, signing
from workflow.actions.drafting import Figure
from workflow.choices import ReportState, Verb
from workflow.models import Entry, Event, Report, Source, Value
from workflow.queries.integrity import check_integrity
from workflow.queries.totals import campaign_totals

LATER = NOW + timedelta(days=10)


@pytest.fixture
def gathered(world: World) -> World:
    """Two of three units received; the committee's own report is still a draft."""
    to_received(world, world.report())
    to_received(world, world.report("other"))
    return world


def fill(world: World) -> int:
    return consolidation.fill_totals(report_id=world.own_report.pk, actor=world.dung, now=LATER)


def numbers(report: Report) -> dict[str, Any]:
    return dict(Value.objects.filter(report=report).values_list("indicator__code", "number"))


# fill_totals


def test_totals_are_those_of_the_received_and_included_and_remember_where_they_came_from(gathered: World) -> None:
    world = gathered
    to_sent(world, world.report("party"))  # sent, not received

    assert fill(world) == 2

    own = world.own_report
    assert numbers(own) == {"A5": Decimal(90), "A6": Decimal(96)}
    assert own.started_at == LATER
    taken = {world.report().received_revision_id, world.report("other").received_revision_id}
    assert set(Source.objects.filter(value__report=own).values_list("revision", flat=True)) == taken

    intake.leave_out(report_id=world.report().pk, actor=world.dung, reason="Chưa chốt.", now=LATER)
    fill(world)
    assert numbers(own) == {"A5": Decimal(45), "A6": Decimal(48)}
    assert Source.objects.filter(value__report=own).count() == 2
    assert check_integrity() == []


def test_a_total_that_nobody_gave_leaves_the_figure_as_it_is(world: World) -> None:
    own = world.own_report
    drafting.save_entry(
        report_id=own.pk,
        actor=world.dung,
        section_id=world.section("III").pk,
        version=0,
        text="",
        figures={"A5": Figure(number=Decimal(7))},
        now=NOW,
    )

    assert fill(world) == 0
    assert numbers(own) == {"A5": Decimal(7)}


def test_a_figure_that_was_added_up_may_be_blanked_and_filled_again(gathered: World) -> None:
    world = gathered
    fill(world)
    drafting.save_entry(
        report_id=world.own_report.pk,
        actor=world.dung,
        section_id=world.section("III").pk,
        version=0,
        text="",
        figures={"A5": Figure()},
        now=LATER,
    )
    assert numbers(world.own_report)["A5"] is None
    fill(world)
    assert numbers(world.own_report)["A5"] == 90


def test_a_report_that_nobody_gathers_for_is_not_filled(world: World) -> None:
    for verb in (
        lambda: consolidation.fill_totals(report_id=world.report().pk, actor=world.lan, now=NOW),
        lambda: merge(world, report=world.report(), actor=world.lan),
        lambda: take(world, [], report=world.report(), actor=world.lan),
    ):
        with refused(errors.NotVisible, "not_visible"):
            verb()


# merge_rows, take_text


def merge(world: World, version: int = 0, key: str = "I.2", **given: Any) -> Entry:
    report = given.pop("report", None) or world.own_report
    stated: dict[str, Any] = {"actor": world.dung, "now": LATER} | given
    return consolidation.merge_rows(report_id=report.pk, section_id=world.section(key).pk, version=version, **stated)


def take(world: World, revisions: list[int], version: int = 0, **given: Any) -> Entry:
    report = given.pop("report", None) or world.own_report
    stated: dict[str, Any] = {"actor": world.dung, "now": LATER} | given
    return consolidation.take_text(
        report_id=report.pk,
        section_id=world.section("I.1").pk,
        version=version,
        revision_ids=revisions,
        **stated,
    )


def test_merged_rows_name_their_units_and_sources(gathered: World) -> None:
    entry = merge(gathered)

    assert entry.rows == [
        {"name": "Kế hoạch số 05-KH/CB", "unit": unit.name} for unit in (gathered.other, gathered.cell)
    ]
    assert Source.objects.filter(entry=entry).count() == 2
    assert gathered.own_report.started_at == LATER
    assert merge(gathered, version=1).version == 2
    with refused(errors.StaleRevision, "stale_revision"):
        merge(gathered, version=1)
    with refused(errors.NotAsked, "not_asked"):
        merge(gathered, key="I.1")


def test_taken_text_is_appended_with_its_unit(gathered: World) -> None:
    revision = gathered.report().received_revision_id
    assert revision is not None
    entry = take(gathered, [revision])

    assert entry.text == f"{gathered.cell.name}: Chi bộ đã quán triệt đầy đủ."
    assert Source.objects.get(entry=entry).revision_id == revision
    assert gathered.own_report.started_at == LATER
    assert take(gathered, [revision], version=1).text.count(gathered.cell.name) == 2
    with refused(errors.StaleRevision, "stale_revision"):
        take(gathered, [revision], version=1)


def test_nothing_is_taken_from_what_was_not_received(gathered: World) -> None:
    unreceived = revision_of(to_sent(gathered, gathered.report("party")))
    with refused(errors.NotVisible, "not_visible"):
        take(gathered, [unreceived])


# consolidate, release


@pytest.fixture
def signed(gathered: World) -> World:
    """The committee's own report is signed over `cell`; `other` was left out, `party` was not received."""
    world = gathered
    intake.leave_out(report_id=world.report("other").pk, actor=world.dung, reason="Chưa chốt.", now=LATER)
    to_sent(world, world.report("party"))
    to_signing(world, world.own_report)
    _sign(world)
    return world


def _sign(world: World) -> None:
    own = world.own_report
    signing.sign(
        report_id=own.pk,
        actor=world.khanh,
        revision_id=revision_of(own),
        confirmed=confirmation(world.khanh, LATER),
        now=LATER,
    )


def states(world: World) -> dict[str, str]:
    return dict(Report.objects.filter(campaign=world.campaign).values_list("organization__code", "state"))


TAKEN_IN = {"cell": ReportState.CONSOLIDATED, "other": ReportState.RECEIVED, "party": ReportState.SENT}
RELEASED = TAKEN_IN | {"cell": ReportState.RECEIVED}


def test_the_signature_of_the_upper_report_takes_in_the_received_and_included(signed: World) -> None:
    assert states(signed) == TAKEN_IN
    event = Event.objects.get(verb=Verb.CONSOLIDATE)
    assert (event.stream_id, event.actor, event.facts) == (
        signed.report().pk, signed.khanh, {"upper": signed.own_report.pk},
    )  # fmt: skip
    assert check_integrity() == []


def _return(world: World) -> None:
    review.return_signed(
        report_id=world.own_report.pk,
        actor=world.khanh,
        revision_id=revision_of(world.own_report),
        remarks=[(None, "Sai số liệu.")],
        now=LATER,
    )


def _issue(world: World) -> None:
    signing.issue(
        report_id=world.own_report.pk, actor=world.giang, revision_id=revision_of(world.own_report), now=LATER
    )


def _recall_sent(world: World) -> None:
    _issue(world)
    signing.recall_sent(
        report_id=world.own_report.pk,
        actor=world.khanh,
        revision_id=revision_of(world.own_report),
        reason="Nhầm.",
        now=LATER,
    )


def _ask_for_more(world: World) -> None:
    _issue(world)
    intake.request_supplement(
        report_id=world.own_report.pk,
        actor=world.dung,
        revision_id=revision_of(world.own_report),
        remarks=[(None, "Bổ sung.")],
        due=LATER + timedelta(days=9),
        now=LATER,
    )


def _exempt(world: World) -> None:
    intake.exempt(report_id=world.own_report.pk, actor=world.dung, reason="Không phải báo cáo.", now=LATER)


@pytest.mark.parametrize("backwards", [_return, _recall_sent, _ask_for_more, _exempt])
def test_whenever_the_upper_report_goes_backwards_the_lower_ones_are_free(
    signed: World, backwards: Callable[[World], None]
) -> None:
    backwards(signed)

    assert states(signed) == RELEASED
    assert Event.objects.get(verb=Verb.RELEASE).stream_id == signed.report().pk
    assert check_integrity() == []


def test_what_was_released_is_taken_in_again(signed: World) -> None:
    _return(signed)
    resubmit(signed, signed.own_report, LATER)
    _sign(signed)

    assert states(signed) == TAKEN_IN


def test_a_consolidated_report_is_not_asked_for_a_supplement(signed: World) -> None:
    report = signed.report()
    with refused(errors.AlreadyDone, "already_done"):
        intake.request_supplement(
            report_id=report.pk,
            actor=signed.dung,
            revision_id=revision_of(report),
            remarks=[(None, "Bổ sung.")],
            due=LATER + timedelta(days=9),
            now=LATER,
        )


def test_the_totals_say_of_how_many_units_they_are(gathered: World) -> None:
    campaigns.cut_off(campaign_id=gathered.campaign.pk, actor=gathered.dung, now=LATER)
    found = campaign_totals(gathered.campaign)

    assert (found["A5"].value, found["A5"].received, found["A5"].expected) == (Decimal(90), 2, 3)
    assert found["A56"].value == Decimal("0.9375")
    assert (found["A2"].value, found["A2"].blank) == (None, 2)

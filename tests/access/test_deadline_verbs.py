"""Verbs on many reports, the reason of a lateness, the fair clock and the ledger × every seat and relation."""

from collections.abc import Callable, Sequence

import pytest

from tests.access.crowd import AT, EVERYBODY, Crowd, build_crowd, outcome
from tests.access.test_report_verbs import LEADER, OFFICE, OFFICER, OWN, SEE
from tests.builders import NOW
from tests.refusals import snapshot
from workflow import errors
from workflow.actions import campaigns, deadlines, intake, timeliness
from workflow.actions.bulk import Answer
from workflow.models import Person
from workflow.queries.stage_clock import desk_times
from workflow.queries.timeliness import late_reason, ledger, supplement_standings

pytestmark = pytest.mark.django_db

LATER = NOW.replace(month=9)


def only(answers: Sequence[Answer]) -> None:
    """The answer for the one report that was asked for, as a single verb gives it."""
    (answer,) = answers
    if answer.refusal is not None:
        raise answer.refusal


BULK: dict[str, tuple[Callable[[int, Person], object], set[str]]] = {
    "propose_extensions": (
        lambda report, who: only(deadlines.propose_extensions(report_ids=[report], actor=who, due=LATER, now=AT)),
        OFFICER,
    ),
    "decide_extensions": (
        lambda report, who: only(
            deadlines.decide_extensions(report_ids=[report], actor=who, due=None, as_asked=True, now=AT)
        ),
        LEADER,
    ),
    "remind_all": (
        lambda report, who: only(intake.remind_all(report_ids=[report], actor=who, now=AT)),
        OFFICER,
    ),
}


def test_a_verb_on_many_reports_belongs_to_the_desk_of_the_single_one() -> None:
    crowd = build_crowd()
    report = crowd.report.pk
    deadlines.ask_extension(report_id=report, actor=crowd.world.thu, due=LATER, reason="Bận đại hội.", now=AT)
    before = snapshot()

    found = {
        (verb, name): outcome(lambda act=act, name=name: act(report, crowd.people[name]), before)  # type: ignore[misc]
        for verb, (act, _may) in BULK.items()
        for name in EVERYBODY
    }

    assert found == {
        (verb, name): "done" if name in may else "403" if name in SEE else "404"
        for verb, (_act, may) in BULK.items()
        for name in EVERYBODY
    }
    assert snapshot() == before


def closed(crowd: Crowd) -> None:
    """Late, explained, and closed."""
    world = crowd.world
    campaigns.amend(campaign_id=world.campaign.pk, actor=world.khanh, due=NOW.replace(day=5), now=NOW)
    timeliness.give_late_reason(report_id=crowd.report.pk, actor=world.thu, reason="Bận đại hội.", now=AT)
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Hết đợt.", now=AT)


READINGS: dict[str, Callable[[Crowd, Person], object]] = {
    "reason": lambda crowd, who: late_reason(crowd.report.pk, who, AT),
    "supplements": lambda crowd, who: supplement_standings(crowd.report.pk, who, AT),
    "desk times": lambda crowd, who: desk_times(crowd.report.pk, who, AT),
}


def test_reason_and_desk_times_are_read_by_unit_and_issuer_and_by_no_grandparent() -> None:
    crowd = build_crowd()
    closed(crowd)

    def reads(reading: Callable[[Crowd, Person], object], name: str) -> bool:
        try:
            reading(crowd, crowd.people[name])
        except errors.NotVisible:
            return False
        return True

    for what, reading in READINGS.items():
        assert {name for name in EVERYBODY if reads(reading, name)} == SEE, what


def rows_read(crowd: Crowd, name: str) -> set[str]:
    try:
        return {row.unit for row in ledger(crowd.world.duk.pk, 2026, crowd.people[name], AT).rows}
    except errors.NotVisible:
        return set()


def test_the_ledger_is_read_whole_by_the_issuers_office_and_by_a_unit_its_own_rows() -> None:
    crowd = build_crowd()
    closed(crowd)
    units = {crowd.world.units[code].name for code in ("cell", "other", "party")}
    own = {crowd.world.party.name}

    found = {name: rows_read(crowd, name) for name in EVERYBODY}

    # One person holds every seat of another cell that was asked as well.
    elsewhere = {"other": {crowd.world.cell.name}}
    assert found == {
        name: units if name in OFFICE else own if name in OWN else elsewhere.get(name, set()) for name in EVERYBODY
    }


def test_the_ledger_is_exported_by_those_who_read_it() -> None:
    crowd = build_crowd()
    closed(crowd)
    before = snapshot()

    found = {
        name: outcome(
            lambda name=name: timeliness.export_timeliness(  # type: ignore[misc]
                issuer_id=crowd.world.duk.pk, year=2026, actor=crowd.people[name], now=AT
            ),
            before,
        )
        for name in EVERYBODY
    }

    assert found == {name: "done" if name in SEE | {"other"} else "404" for name in EVERYBODY}
    assert snapshot() == before

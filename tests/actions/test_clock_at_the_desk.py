"""What waits for a signature, and what the office hears, by the clock."""

from datetime import date

import pytest

from tests.builders import NOW, World, kept_world, resubmit, to_signing
from tests.sweeps import at, sweep_daily
from workflow.actions import clock, drafting, intake
from workflow.choices import ReportState, ReviewMode, Verb
from workflow.models import ClimbedRung, Event, UrgingLetter
from workflow.rules.calendar import LOCAL

pytestmark = pytest.mark.django_db


def test_a_signature_that_waits_more_than_two_working_days_is_reminded_of_once(world: World) -> None:
    """The round is concluded on Friday 5/6/2026; Monday and Tuesday are the two working days."""
    to_signing(world, world.report("cell"))
    clock.sweep(now=at(date(2026, 6, 6)))

    sweep_daily(date(2026, 6, 6), date(2026, 6, 12))

    row = ClimbedRung.objects.get(rung__desk=ReportState.SIGNING)
    assert row.at.astimezone(LOCAL).date() == date(2026, 6, 10)
    event = Event.objects.get(verb=Verb.DESK_WAITS)
    assert (event.stream_id, event.facts["days"]) == (world.report("cell").pk, 2)


def test_a_signature_given_in_time_is_not_reminded_of(world: World) -> None:
    report = to_signing(world, world.report("cell"))
    clock.sweep(now=at(date(2026, 6, 6)))
    intake.exempt(report_id=report.pk, actor=world.dung, reason="Giải thể.", now=at(date(2026, 6, 8)))

    sweep_daily(date(2026, 6, 9), date(2026, 6, 12))

    assert not Event.objects.filter(verb=Verb.DESK_WAITS).exists()


def test_the_office_hears_once_how_many_units_are_overdue_and_finds_the_letter_drafted(world: World) -> None:
    clock.sweep(now=at(date(2026, 7, 31)))

    sweep_daily(date(2026, 8, 3), date(2026, 8, 5))

    told = list(Event.objects.filter(verb=Verb.UNITS_OVERDUE, stream_id=world.campaign.pk).order_by("pk"))
    assert [(event.facts["offset"], event.facts["units"]) for event in told] == [(1, 3), (3, 3)]
    letter = UrgingLetter.objects.get()
    assert (letter.campaign, letter.made_by, len(letter.annex)) == (world.campaign, None, 3)


def test_a_report_without_review_waits_for_its_signature_like_any_other() -> None:
    world = kept_world(ReviewMode.NONE)

    assert clock.sweep(now=NOW) == clock.Swept(0, True)
    assert world.campaign.rungs.filter(desk=ReportState.SIGNING).count() == 1


def test_a_signature_waits_since_the_last_time_it_came_to_the_desk(world: World) -> None:
    """Recalled on Monday and submitted again at once: Tuesday and Wednesday are the two working days."""
    report = to_signing(world, world.report("cell"))
    clock.sweep(now=at(date(2026, 6, 6)))
    drafting.recall(report_id=report.pk, actor=world.lan, reason="Sửa số liệu.", now=at(date(2026, 6, 8), 9))
    resubmit(world, report, at(date(2026, 6, 8), 10))

    sweep_daily(date(2026, 6, 9), date(2026, 6, 12))

    row = ClimbedRung.objects.get(rung__desk=ReportState.SIGNING)
    assert row.due == at(date(2026, 6, 8), 10)
    assert row.at.astimezone(LOCAL).date() == date(2026, 6, 11)

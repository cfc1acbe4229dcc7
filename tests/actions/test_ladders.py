"""A ladder is written, changed while its request runs, paused and resumed. design.md section 7, domain.md §4.5."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from tests.builders import NOW, World, prepared_campaign
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns, clock, ladders
from workflow.choices import DayKind, HolidayRule, ReportState, Role, Stream, Verb
from workflow.models import CampaignRemark, ClimbedRung, Event, Pause, Rung, UrgingLetter
from workflow.queries.integrity import check_integrity
from workflow.queries.ladder import ladder_dates, ladder_of
from workflow.rules.calendar import LOCAL, WorkingCalendar, exclusive_due
from workflow.rules.ladder import HOUSE_LADDER, RungSpec

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
UNIT = (Role.DRAFTER, Role.SECRETARY)
T_7, T_3, T_1, T0, T1, T3, T5, DESK = HOUSE_LADDER
EVERYBODY = {"cell", "other", "party"}


def local(day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
    """A moment of 2026. The request's last day is Friday 31/7: T-3 is Tuesday 28/7."""
    return datetime(2026, month, day, hour, minute, tzinfo=LOCAL)


def change(world: World, ladder: Sequence[RungSpec], now: datetime = NOW) -> None:
    ladders.change_ladder(campaign_id=world.campaign.pk, actor=world.dung, ladder=ladder, now=now)


def pause(world: World, now: datetime = NOW, *, units: Sequence[str] = (), until: datetime | None = None) -> Pause:
    return ladders.pause_ladder(
        campaign_id=world.campaign.pk,
        actor=world.dung,
        unit_ids=[world.units[unit].pk for unit in units],
        until=until,
        reason="Bão số 3.",
        now=now,
    )


def resume(world: World, now: datetime) -> None:
    ladders.resume_ladder(campaign_id=world.campaign.pk, actor=world.dung, now=now)


def rung(world: World, offset: int, desk: str = "") -> Rung:
    return Rung.objects.get(campaign=world.campaign, offset=offset, desk=desk)


def reminded(world: World, offset: int) -> set[str]:
    """The units that a rung has reminded."""
    climbed = ClimbedRung.objects.filter(rung=rung(world, offset))
    return set(climbed.values_list("report__organization__code", flat=True))


@pytest.fixture
def running(world: World) -> World:
    """The clock has run until the eve of T-3."""
    clock.sweep(now=local(27, 18))
    return world


def last_event(world: World) -> Event:
    return Event.objects.filter(stream=Stream.CAMPAIGN, stream_id=world.campaign.pk).latest("seq")


# writing and changing


def test_a_request_opens_with_the_house_ladder(world: World) -> None:
    in_order = sorted(HOUSE_LADDER, key=lambda spec: (spec.desk, spec.offset_working_days))

    assert ladder_of(world.campaign.pk) == in_order
    assert {rung.since for rung in world.campaign.rungs.all()} == {NOW}


def test_the_ladder_that_was_prepared_is_the_one_that_runs(world: World) -> None:
    prepared = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    wanted = [replace(T_1, hour=time(14)), replace(T1, audience=(Role.LEADER,))]
    campaigns.edit_campaign(campaign_id=prepared.pk, actor=world.dung, fields={}, ladder=wanted, now=NOW)
    campaigns.open_campaign(campaign_id=prepared.pk, actor=world.dung, now=NOW)

    assert ladder_of(prepared.pk) == wanted


def test_a_change_is_recorded_without_words(world: World) -> None:
    change(world, [T_3, T3], NOW + DAY)

    assert ladder_of(world.campaign.pk) == [T_3, T3]
    event = last_event(world)
    assert (event.verb, event.facts, event.actor) == (Verb.CHANGE_LADDER, {"rungs": 2}, world.dung)


@pytest.mark.parametrize(
    "unsound",
    [[], [replace(T_3, audience=())], [replace(T_3, hour=time(22))], [T_3, replace(T_3, audience=(Role.LEADER,))]],
    ids=["empty", "nobody", "at night", "twice a day"],
)
def test_an_unsound_ladder_changes_nothing(world: World, unsound: list[RungSpec]) -> None:
    with refused(errors.LadderUnsound, "ladder_unsound"):
        change(world, unsound)
    prepared = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    with refused(errors.LadderUnsound, "ladder_unsound"):
        campaigns.edit_campaign(campaign_id=prepared.pk, actor=world.dung, fields={}, ladder=unsound, now=NOW)
    change(world, [T_3])


def test_a_ladder_is_changed_only_while_its_request_runs(world: World) -> None:
    prepared = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    for campaign in (prepared, world.campaign):
        if campaign == world.campaign:
            campaigns.cancel(campaign_id=campaign.pk, actor=world.khanh, reason="Dừng.", now=NOW)
        with refused(errors.AlreadyDone, "already_done"):
            ladders.change_ladder(campaign_id=campaign.pk, actor=world.dung, ladder=[T_3], now=NOW)
        with refused(errors.AlreadyDone, "already_done"):
            ladders.pause_ladder(campaign_id=campaign.pk, actor=world.dung, reason="Bão.", now=NOW)
        with refused(errors.AlreadyDone, "already_done"):
            ladders.resume_ladder(campaign_id=campaign.pk, actor=world.dung, now=NOW)


def test_an_unchanged_rung_keeps_what_it_owes_and_a_changed_audience_does_not_begin_anew(running: World) -> None:
    change(running, [replace(T_3, audience=(Role.DEPUTY,)), T_1], local(28, 9))

    assert rung(running, -3).since == rung(running, -1).since == NOW
    clock.sweep(now=local(28, 9, 5))
    assert reminded(running, -3) == EVERYBODY, "the moment at 08:00 was owed before the change and still is"


def test_an_hour_that_has_gone_by_when_it_is_set_is_not_made_up_for(running: World) -> None:
    change(running, [replace(T_3, hour=time(14))], local(27, 19))
    change(running, [replace(T_3, hour=time(9))], local(28, 10))
    clock.sweep(now=local(28, 15))

    assert reminded(running, -3) == set()


def test_an_hour_that_is_still_to_come_when_it_is_set_reminds_at_that_hour(running: World) -> None:
    change(running, [replace(T_3, hour=time(14))], local(28, 7, 30))
    clock.sweep(now=local(28, 8, 5))
    assert reminded(running, -3) == set()

    clock.sweep(now=local(28, 14))
    assert reminded(running, -3) == EVERYBODY


def test_what_was_sent_in_the_morning_is_not_sent_again_in_the_afternoon(running: World) -> None:
    clock.sweep(now=local(28, 8))
    change(running, [replace(T_3, hour=time(14))], local(28, 9))
    clock.sweep(now=local(28, 14, 1))

    assert ClimbedRung.objects.filter(rung=rung(running, -3)).count() == 3
    assert check_integrity() == []


def test_a_removed_rung_is_silent_and_kept_for_what_it_sent(running: World) -> None:
    clock.sweep(now=local(28, 8))
    known = rung(running, -3).pk
    change(running, [T0], local(28, 9))
    clock.sweep(now=local(30, 9))

    assert ladder_of(running.campaign.pk) == [T0]
    assert (rung(running, -3).pk, rung(running, -3).retired) == (known, True)
    assert reminded(running, -3) == EVERYBODY
    assert reminded(running, -1) == set()
    clock.sweep(now=local(31, 8))
    assert reminded(running, 0) == EVERYBODY


def test_a_rung_that_comes_back_is_the_same_one_and_makes_up_for_nothing(running: World) -> None:
    known = rung(running, -3).pk
    change(running, [T_1], local(27, 19))
    change(running, [T_3, T_1], local(28, 9))
    clock.sweep(now=local(28, 10))

    assert (rung(running, -3).pk, rung(running, -3).retired, rung(running, -3).since) == (known, False, local(28, 9))
    assert reminded(running, -3) == set(), "08:00 lay in the time without it"
    clock.sweep(now=local(30, 8))
    assert reminded(running, -1) == EVERYBODY


def test_a_rung_that_came_back_does_not_send_twice(running: World) -> None:
    clock.sweep(now=local(28, 8))
    change(running, [T_1], local(28, 9))
    change(running, [replace(T_3, hour=time(16)), T_1], local(28, 10))
    clock.sweep(now=local(28, 17))

    assert ClimbedRung.objects.filter(rung=rung(running, -3)).count() == 3


def test_the_rung_of_a_desk_and_the_rung_of_the_due_are_two_on_the_same_offset(world: World) -> None:
    change(world, [replace(T1, offset_working_days=2), DESK])
    change(world, [replace(T1, offset_working_days=2)])

    assert not rung(world, 2).retired
    assert rung(world, 2, ReportState.SIGNING).retired


def test_the_ladder_of_one_request_is_not_the_others(world: World) -> None:
    other = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    campaigns.open_campaign(campaign_id=other.pk, actor=world.dung, now=NOW)
    change(world, [T_3])

    assert len(ladder_of(other.pk)) == len(HOUSE_LADDER)


def test_three_days_after_the_deadline_the_clock_drafts_the_letter_once(running: World) -> None:
    clock.sweep(now=local(5, 7, 59, month=8))
    assert not UrgingLetter.objects.exists()

    for _ in range(2):
        clock.sweep(now=local(5, 8, month=8))

    letter = UrgingLetter.objects.get()
    assert (letter.campaign, letter.made_by, len(letter.annex)) == (running.campaign, None, 3)
    assert check_integrity() == []


def test_without_a_rung_that_asks_for_it_the_clock_drafts_no_letter(running: World) -> None:
    change(running, [replace(T3, letter=False)], local(27, 19))
    clock.sweep(now=local(5, 8, month=8))

    assert not UrgingLetter.objects.exists()


# pauses


def test_a_pause_of_all_until_resumed_silences_and_makes_up_for_nothing(running: World) -> None:
    made = pause(running, local(28, 7))
    clock.sweep(now=local(28, 9))
    clock.sweep(now=local(30, 9))
    resume(running, local(30, 12))
    clock.sweep(now=local(30, 13))
    assert reminded(running, -3) == reminded(running, -1) == set()

    clock.sweep(now=local(31, 8))
    assert reminded(running, 0) == EVERYBODY
    made.refresh_from_db()
    assert (made.since, made.until, made.everybody) == (local(28, 7), local(30, 12), True)


def test_a_pause_of_some_units_silences_these_only(running: World) -> None:
    made = pause(running, local(28, 7), units=["cell", "party", "cell"])
    clock.sweep(now=local(28, 9))

    assert reminded(running, -3) == {"other"}
    assert not made.everybody
    assert set(made.units.all()) == {running.cell, running.party}


def test_a_pause_ends_by_itself_at_its_moment(running: World) -> None:
    pause(running, local(28, 7), until=local(30, 8))
    clock.sweep(now=local(28, 9))
    clock.sweep(now=local(30, 8, 1))

    assert reminded(running, -3) == set()
    assert reminded(running, -1) == EVERYBODY, "until is exclusive: at 08:00 the ladder runs again"


def test_a_pause_moves_no_due_and_its_reason_stands_in_no_event(world: World) -> None:
    due = world.report().due
    made = pause(world, units=["cell"], until=NOW + DAY)

    assert world.report().due == due
    assert (made.reason, made.made_by) == ("Bão số 3.", world.dung)
    event = last_event(world)
    assert (event.verb, event.facts) == (
        Verb.PAUSE_LADDER, {"pause": made.pk, "units": 1, "until": int((NOW + DAY).timestamp())},
    )  # fmt: skip
    assert not CampaignRemark.objects.exists()


def test_a_pause_has_a_reason_a_moment_ahead_and_units_of_the_request(world: World) -> None:
    asked = {"campaign_id": world.campaign.pk, "actor": world.dung, "now": NOW}
    with refused(errors.ReasonMissing, "reason_missing"):
        ladders.pause_ladder(reason=" \n", **asked)
    for until in (NOW, NOW - DAY):
        with refused(errors.DueNotInFuture, "due_not_in_future"):
            pause(world, until=until)
    with refused(errors.UnitsUnknown, "units_unknown"):
        pause(world, units=["cell", "sub"])
    pause(world, until=NOW + timedelta(microseconds=1))


def test_resuming_ends_every_pause_that_runs_and_no_other(world: World) -> None:
    over = pause(world, until=NOW + HOUR)
    of_all, of_one = pause(world, NOW + 2 * HOUR, until=NOW + 9 * DAY), pause(world, NOW + 3 * HOUR, units=["cell"])
    resume(world, NOW + DAY)

    ends = [Pause.objects.get(pk=made.pk).until for made in (over, of_all, of_one)]
    assert ends == [NOW + HOUR, NOW + DAY, NOW + DAY]
    assert last_event(world).facts == {"pauses": [of_all.pk, of_one.pk]}


def test_what_is_not_paused_is_not_resumed(world: World) -> None:
    with refused(errors.NotPaused, "not_paused"):
        resume(world, NOW)
    pause(world, until=NOW + HOUR)
    with refused(errors.NotPaused, "not_paused"):
        resume(world, NOW + HOUR)
    pause(world, NOW + HOUR)
    resume(world, NOW + 2 * HOUR)
    with refused(errors.NotPaused, "not_paused"):
        resume(world, NOW + 2 * HOUR)


def test_a_pause_of_one_request_does_not_silence_another(world: World) -> None:
    other = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    campaigns.open_campaign(campaign_id=other.pk, actor=world.dung, now=NOW)
    clock.sweep(now=local(27, 18))
    pause(world, local(27, 19))
    clock.sweep(now=local(28, 8))

    assert set(ClimbedRung.objects.values_list("report__campaign", flat=True)) == {other.pk}


# real dates

TET_2027 = [(date(2027, 2, day), DayKind.HOLIDAY, None) for day in range(4, 11)]


def dates(last_day: date, calendar: WorkingCalendar, now: datetime) -> list[tuple[int, str, bool]]:
    found = ladder_dates(HOUSE_LADDER, exclusive_due(last_day, HolidayRule.KEEP, calendar), now, calendar)
    return [
        (one.rung.offset_working_days, f"{one.moment:%d/%m %H:%M}", one.passed)
        for one in found
        if one.moment is not None
    ]


def test_the_dates_step_over_tết_2027() -> None:
    """Off from Thursday 4/2 to Wednesday 10/2/2027, the due on Friday 12/2."""
    found = dates(date(2027, 2, 12), WorkingCalendar.of(TET_2027), datetime(2027, 2, 1, 8, tzinfo=LOCAL))

    assert found == [
        (-7, "27/01 08:00", True),
        (-3, "02/02 08:00", False),
        (-1, "11/02 08:00", False),
        (0, "12/02 08:00", False),
        (1, "15/02 08:00", False),
        (3, "17/02 08:00", False),
        (5, "19/02 08:00", False),
    ]


def test_a_due_inside_tết_is_reminded_of_before_it_and_urged_after_it() -> None:
    found = dict(
        (offset, day)
        for offset, day, _passed in dates(
            date(2027, 2, 8), WorkingCalendar.of(TET_2027), datetime(2027, 1, 1, tzinfo=LOCAL)
        )
    )

    assert (found[-1], found[0], found[1]) == ("02/02 08:00", "03/02 08:00", "11/02 08:00")


def test_a_swapped_saturday_counts_and_the_monday_given_for_it_does_not() -> None:
    """Saturday 22/8/2026 is worked for Monday 31/8 off; 1–2/9 is Quốc khánh. The due: Friday 28/8."""
    calendar = WorkingCalendar.of(
        [
            (date(2026, 8, 22), DayKind.WORKED, None),
            (date(2026, 8, 31), DayKind.SWAPPED_OFF, None),
            (date(2026, 9, 1), DayKind.HOLIDAY, None),
            (date(2026, 9, 2), DayKind.HOLIDAY, None),
        ]
    )
    found = {offset: day for offset, day, _passed in dates(date(2026, 8, 28), calendar, local(1, 0))}

    assert found == {
        -7: "20/08 08:00",
        -3: "25/08 08:00",
        -1: "27/08 08:00",
        0: "28/08 08:00",
        1: "03/09 08:00",
        3: "07/09 08:00",
        5: "09/09 08:00",
    }


def test_a_rung_whose_moment_is_now_is_not_passed_and_a_desks_rung_has_no_date() -> None:
    due = exclusive_due(date(2026, 7, 31), HolidayRule.KEEP, WorkingCalendar())
    at_the_moment, after = (
        ladder_dates([T_3, DESK], due, now, WorkingCalendar()) for now in (local(28, 8), local(28, 8, 1))
    )

    assert [(one.moment, one.passed) for one in at_the_moment] == [(local(28, 8), False), (None, False)]
    assert [one.passed for one in after] == [True, False]

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from workflow.choices import DayKind, HolidayRule, ReportState, Role
from workflow.errors import LadderUnsound
from workflow.rules.calendar import LOCAL, DayRow, WorkingCalendar, exclusive_due, last_day_of, local_day
from workflow.rules.ladder import (
    HOUSE_HOUR,
    HOUSE_LADDER,
    LONGEST_OFFSET,
    MOST_RUNGS,
    OFFICE_ROLES,
    UNIT_ROLES,
    RungSpec,
    rung_moment,
    sound_ladder,
)

ORDINARY = WorkingCalendar()
OF_THE_DUE = [rung for rung in HOUSE_LADDER if not rung.desk]
START = date(2026, 1, 1)
DAYS = st.integers(0, 90).map(lambda offset: START + timedelta(days=offset))
CALENDARS = st.lists(st.builds(DayRow, DAYS, st.sampled_from(DayKind)), unique_by=lambda row: row.day, max_size=40).map(
    lambda rows: WorkingCalendar.of(rows)
)
DUES = st.builds(lambda day, hour: datetime.combine(day, time(hour), LOCAL), DAYS, st.sampled_from([0, 8, 17]))


def house_days(due: datetime, calendar: WorkingCalendar) -> list[date]:
    return [local_day(rung_moment(rung.offset_working_days, rung.hour, due, calendar)) for rung in OF_THE_DUE]


def test_the_house_ladder_around_an_ordinary_friday() -> None:
    due = exclusive_due(date(2022, 7, 29), HolidayRule.KEEP, ORDINARY)

    assert house_days(due, ORDINARY) == [
        date(2022, 7, 20),
        date(2022, 7, 26),
        date(2022, 7, 28),
        date(2022, 7, 29),
        date(2022, 8, 1),
        date(2022, 8, 3),
        date(2022, 8, 5),
    ]


def test_a_due_kept_on_a_sunday_is_reminded_of_on_the_friday_and_escalated_on_the_monday() -> None:
    due = exclusive_due(date(2022, 7, 31), HolidayRule.KEEP, ORDINARY)

    assert rung_moment(-1, HOUSE_HOUR, due, ORDINARY) == datetime(2022, 7, 28, 8, tzinfo=LOCAL)
    assert rung_moment(0, HOUSE_HOUR, due, ORDINARY) == datetime(2022, 7, 29, 8, tzinfo=LOCAL)
    assert rung_moment(1, HOUSE_HOUR, due, ORDINARY) == datetime(2022, 8, 1, 8, tzinfo=LOCAL)


def test_a_due_before_midnight_is_counted_from_its_own_day() -> None:
    due = datetime(2022, 7, 29, 17, tzinfo=LOCAL)

    assert rung_moment(0, time(7, 30), due, ORDINARY) == datetime(2022, 7, 29, 7, 30, tzinfo=LOCAL)


def test_an_extension_moves_every_rung() -> None:
    first = exclusive_due(date(2022, 7, 22), HolidayRule.KEEP, ORDINARY)
    extended = exclusive_due(date(2022, 7, 29), HolidayRule.KEEP, ORDINARY)
    moved = [day + timedelta(days=7) for day in house_days(first, ORDINARY)]

    assert house_days(extended, ORDINARY) == moved


@given(CALENDARS, DUES)
def test_the_house_ladder_climbs_and_never_calls_on_a_day_off(calendar: WorkingCalendar, due: datetime) -> None:
    days = house_days(due, calendar)

    assert days == sorted(set(days))
    assert all(calendar.is_working_day(day) for day in days)


@given(CALENDARS, DUES, st.integers(0, 12))
def test_a_rung_before_the_due_is_the_last_day_with_so_many_working_days_left(
    calendar: WorkingCalendar, due: datetime, left: int
) -> None:
    due_day = last_day_of(due)
    candidates = (due_day - timedelta(days=back) for back in range(400))
    slow = next(
        day
        for day in candidates
        if calendar.is_working_day(day) and calendar.working_days_between(day, due_day) == left
    )

    assert rung_moment(-left, HOUSE_HOUR, due, calendar) == datetime.combine(slow, HOUSE_HOUR, LOCAL)


@given(CALENDARS, DUES, st.integers(1, 12))
def test_a_rung_after_the_due_is_the_first_day_so_many_working_days_late(
    calendar: WorkingCalendar, due: datetime, late: int
) -> None:
    due_day = last_day_of(due)
    candidates = (due_day + timedelta(days=on) for on in range(400))
    slow = next(day for day in candidates if calendar.working_days_between(due_day, day) == late)

    assert rung_moment(late, HOUSE_HOUR, due, calendar) == datetime.combine(slow, HOUSE_HOUR, LOCAL)


@pytest.mark.parametrize(
    ("offset", "audience"),
    [
        (-7, {Role.DRAFTER, Role.SECRETARY}),
        (-3, {Role.DRAFTER, Role.SECRETARY}),
        (-1, {Role.DRAFTER, Role.SECRETARY, Role.DEPUTY}),
        (0, {Role.DRAFTER, Role.SECRETARY, Role.DEPUTY}),
        (1, {Role.SECRETARY, Role.OFFICER}),
        (3, {Role.OFFICER}),
        (5, {Role.LEADER}),
    ],
)
def test_each_rung_calls_the_seats_of_the_house(offset: int, audience: set[Role]) -> None:
    (rung,) = [rung for rung in OF_THE_DUE if rung.offset_working_days == offset]

    assert set(rung.audience) == audience
    assert rung.hour == time(8)


def test_the_ladder_has_no_other_rungs_of_the_due_and_one_of_the_secretarys_desk() -> None:
    assert [rung.offset_working_days for rung in OF_THE_DUE] == [-7, -3, -1, 0, 1, 3, 5]
    assert [rung for rung in HOUSE_LADDER if rung.desk] == [
        RungSpec(2, time(8), (Role.SECRETARY, Role.DEPUTY), desk=ReportState.SIGNING)
    ]


def test_the_letter_is_drafted_three_working_days_after_the_deadline_and_at_no_other_time() -> None:
    assert [rung.offset_working_days for rung in HOUSE_LADDER if rung.letter] == [3]


# What the office writes itself

PLAIN = RungSpec(1, time(8), (Role.SECRETARY,))


def rungs(count: int) -> list[RungSpec]:
    return [replace(PLAIN, offset_working_days=offset) for offset in range(1, count + 1)]


def test_the_house_ladder_is_sound() -> None:
    assert sound_ladder(HOUSE_LADDER)


@pytest.mark.parametrize(
    ("unsound", "word"),
    [
        ([], "it has no rungs; to silence it, pause the reminders"),
        (rungs(MOST_RUNGS + 1), "it has too many rungs"),
        ([PLAIN, replace(PLAIN, hour=time(9))], "two rungs fall on the same day"),
        ([replace(PLAIN, offset_working_days=LONGEST_OFFSET + 1)], "a rung lies too far from the deadline"),
        ([replace(PLAIN, offset_working_days=-LONGEST_OFFSET - 1)], "a rung lies too far from the deadline"),
        ([replace(PLAIN, hour=time(20))], "a rung falls into the quiet hours, 20:00 to 07:00"),
        ([replace(PLAIN, hour=time(6, 59))], "a rung falls into the quiet hours, 20:00 to 07:00"),
        ([replace(PLAIN, audience=())], "a rung reminds nobody"),
        ([replace(PLAIN, audience=(Role.SECRETARY, Role.INSPECTOR))], "a rung reminds an unknown seat"),
        (
            [replace(PLAIN, desk=ReportState.REVIEW)],
            "a report is not watched at this desk, or not for so many days",
        ),
        (
            [replace(PLAIN, desk=ReportState.SIGNING, offset_working_days=0)],
            "a report is not watched at this desk, or not for so many days",
        ),
        (
            [replace(PLAIN, audience=(Role.OFFICER,), desk=ReportState.SIGNING)],
            "a rung of a desk reminds seats of the unit only",
        ),
        ([replace(PLAIN, letter=True)], "a letter is drafted only after the deadline, where the rung tells the office"),
        (
            [replace(PLAIN, letter=True, audience=(Role.OFFICER,), offset_working_days=0)],
            "a letter is drafted only after the deadline, where the rung tells the office",
        ),
        (
            [replace(PLAIN, letter=True, desk=ReportState.SIGNING)],
            "a letter is drafted only after the deadline, where the rung tells the office",
        ),
    ],
)
def test_a_ladder_that_cannot_be_used_is_refused_with_the_rule_it_breaks(unsound: list[RungSpec], word: str) -> None:
    with override("en"), pytest.raises(LadderUnsound) as caught:
        sound_ladder(unsound)

    assert caught.value.facts == {"rule": word}


@pytest.mark.parametrize(
    "sound",
    [
        rungs(MOST_RUNGS),
        [replace(PLAIN, offset_working_days=LONGEST_OFFSET), replace(PLAIN, offset_working_days=-LONGEST_OFFSET)],
        [replace(PLAIN, hour=time(7))],
        [replace(PLAIN, hour=time(19, 59))],
        [replace(PLAIN, audience=tuple(sorted(OFFICE_ROLES | UNIT_ROLES)))],
        [PLAIN, replace(PLAIN, desk=ReportState.SIGNING)],
        [replace(PLAIN, letter=True, audience=(Role.SECRETARY, Role.LEADER))],
    ],
    ids=["most rungs", "farthest", "07:00", "19:59", "everybody", "due and desk", "letter to a leader"],
)
def test_a_ladder_just_inside_the_rules_is_sound(sound: list[RungSpec]) -> None:
    assert sound_ladder(sound)

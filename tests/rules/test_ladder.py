from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.choices import DayKind, HolidayRule, Role
from workflow.rules.calendar import LOCAL, DayRow, WorkingCalendar, exclusive_due, last_day_of, local_day
from workflow.rules.ladder import HOUSE_HOUR, HOUSE_LADDER, rung_moment

ORDINARY = WorkingCalendar()
START = date(2026, 1, 1)
DAYS = st.integers(0, 90).map(lambda offset: START + timedelta(days=offset))
CALENDARS = st.lists(st.builds(DayRow, DAYS, st.sampled_from(DayKind)), unique_by=lambda row: row.day, max_size=40).map(
    lambda rows: WorkingCalendar.of(rows, None)
)
DUES = st.builds(lambda day, hour: datetime.combine(day, time(hour), LOCAL), DAYS, st.sampled_from([0, 8, 17]))


def house_days(due: datetime, calendar: WorkingCalendar) -> list[date]:
    return [local_day(rung_moment(rung.offset_working_days, rung.hour, due, calendar)) for rung in HOUSE_LADDER]


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
    (rung,) = [rung for rung in HOUSE_LADDER if rung.offset_working_days == offset]

    assert set(rung.audience) == audience
    assert rung.hour == time(8)


def test_the_ladder_has_no_other_rungs() -> None:
    assert [rung.offset_working_days for rung in HOUSE_LADDER] == [-7, -3, -1, 0, 1, 3, 5]

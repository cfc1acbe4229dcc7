"""Nothing leaves the system from 20:00 to 07:00 and on days off (domain.md §4.5)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.calendar import LOCAL, WorkingCalendar
from workflow.rules.quiet import digest_days, is_quiet_hour, next_open

MINUTE = timedelta(minutes=1)
ORDINARY = WorkingCalendar()
# domain.md §4.7: Tết 2027 from Thursday 04/02 to Wednesday 10/02.
TET = WorkingCalendar(days_off=tuple(date(2027, 2, day) for day in (4, 5, 8, 9, 10)))
# The government's exchange of August 2026: Monday 31/8 off, Saturday 22/8 worked.
EXCHANGED = WorkingCalendar(days_off=(date(2026, 8, 31),), days_worked=(date(2026, 8, 22),))


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LOCAL)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("hour", "quiet"),
    [
        (time(0), True),
        (time(6, 59, 59, 999_999), True),
        (time(7), False),
        (time(12), False),
        (time(19, 59, 59, 999_999), False),
        (time(20), True),
        (time(23, 59), True),
    ],
)
def test_quiet_is_from_twenty_to_seven(hour: time, quiet: bool) -> None:
    assert is_quiet_hour(hour) is quiet


@pytest.mark.parametrize(
    ("calendar", "now", "then"),
    [
        (ORDINARY, local(2026, 6, 1, 9, 0), local(2026, 6, 1, 9, 0)),
        (ORDINARY, local(2026, 6, 1, 6, 59), local(2026, 6, 1, 7, 0)),
        (ORDINARY, local(2026, 6, 1, 20, 0), local(2026, 6, 2, 7, 0)),
        (ORDINARY, local(2026, 6, 5, 21, 0), local(2026, 6, 8, 7, 0)),
        (ORDINARY, local(2026, 6, 6, 10, 0), local(2026, 6, 8, 7, 0)),
        (TET, local(2027, 2, 3, 19, 59), local(2027, 2, 3, 19, 59)),
        (TET, local(2027, 2, 3, 20, 0), local(2027, 2, 11, 7, 0)),
        (TET, local(2027, 2, 10, 9, 0), local(2027, 2, 11, 7, 0)),
        (EXCHANGED, local(2026, 8, 22, 9, 0), local(2026, 8, 22, 9, 0)),
        (EXCHANGED, local(2026, 8, 31, 9, 0), local(2026, 9, 1, 7, 0)),
    ],
)
def test_it_goes_at_once_or_at_seven_of_the_next_working_day(
    calendar: WorkingCalendar, now: datetime, then: datetime
) -> None:
    assert next_open(now, calendar) == then
    assert next_open(now.astimezone(UTC), calendar) == then


@pytest.mark.parametrize(
    ("calendar", "now", "days"),
    [
        (ORDINARY, local(2026, 6, 1, 9, 0), (date(2026, 6, 1), date(2026, 6, 2))),
        (ORDINARY, local(2026, 6, 5, 9, 0), (date(2026, 6, 5), date(2026, 6, 8))),
        (ORDINARY, local(2026, 6, 6, 9, 0), (date(2026, 6, 8), date(2026, 6, 8))),
        (TET, local(2027, 2, 3, 9, 0), (date(2027, 2, 3), date(2027, 2, 11))),
        (TET, local(2027, 2, 5, 9, 0), (date(2027, 2, 11), date(2027, 2, 11))),
    ],
)
def test_digests_go_on_working_days(calendar: WorkingCalendar, now: datetime, days: tuple[date, date]) -> None:
    assert digest_days(now, calendar) == days


# Two weeks in which any day may be worked or off, and the ordinary ones around them.
FIRST = date(2026, 5, 25)
WEEKS = [FIRST + timedelta(days=n) for n in range(14)]
calendars = st.sets(st.sampled_from(WEEKS)).map(
    lambda odd: WorkingCalendar(
        days_off=tuple(day for day in sorted(odd) if day.weekday() < 5),
        days_worked=tuple(day for day in sorted(odd) if day.weekday() >= 5),
    )
)
minutes = st.integers(0, 14 * 24 * 60 - 1).map(lambda n: datetime.combine(FIRST, time(), LOCAL) + n * MINUTE)


def open_then(moment: datetime, calendar: WorkingCalendar) -> bool:
    """A plain model: a working day, and the clock shows an hour from 7 to 19."""
    return calendar.is_working_day(moment.date()) and moment.hour in range(7, 20)


@given(minutes, calendars)
def test_the_next_opening_is_the_first_open_minute(now: datetime, calendar: WorkingCalendar) -> None:
    minute = now
    while not open_then(minute, calendar):
        minute += MINUTE
    assert next_open(now, calendar) == minute
    assert next_open(next_open(now, calendar), calendar) == next_open(now, calendar)


@given(minutes, calendars)
def test_the_digest_days_are_the_first_two_working_days(now: datetime, calendar: WorkingCalendar) -> None:
    coming = [now.date() + timedelta(days=n) for n in range(30)]
    worked = [day for day in coming if calendar.is_working_day(day)]
    later = [day for day in worked if day > now.date()]
    assert digest_days(now, calendar) == (worked[0], later[0])

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.choices import DayKind, HolidayRule, Timeliness
from workflow.rules.calendar import LOCAL, WorkingCalendar, exclusive_due
from workflow.rules.timeliness import Standing, is_on_time, lateness, standing

ORDINARY = WorkingCalendar()
AUGUST_2026 = WorkingCalendar.of(
    [(date(2026, 8, 22), DayKind.WORKED, None), (date(2026, 8, 31), DayKind.SWAPPED_OFF, None)]
)
MOMENTS = st.integers(0, 60 * 24 * 60).map(
    lambda minutes: datetime(2026, 8, 1, tzinfo=LOCAL) + timedelta(minutes=minutes)
)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LOCAL)


def slow_days_after(last_day: date, until: date) -> int:
    return sum(
        AUGUST_2026.is_working_day(last_day + timedelta(days=offset))
        for offset in range(1, (until - last_day).days + 1)
    )


def test_a_deadline_moved_to_monday_holds_until_its_midnight() -> None:
    """Domain scenario 5: 31/7/2022 is a Sunday and the request moves it on."""
    due = exclusive_due(date(2022, 7, 31), HolidayRule.NEXT, ORDINARY)
    now = at(2022, 9, 1)

    assert standing(due, at(2022, 8, 1, 23, 59), now, ORDINARY) == Standing(Timeliness.ON_TIME)
    assert standing(due, at(2022, 8, 2), now, ORDINARY) == Standing(Timeliness.LATE, 1)


@pytest.mark.parametrize(
    ("sent_at", "late"),
    [(at(2026, 8, 22, 9), 1), (at(2026, 8, 23, 9), 1), (at(2026, 8, 24, 9), 2)],
)
def test_a_worked_saturday_counts_as_a_day_late(sent_at: datetime, late: int) -> None:
    """Domain scenario 6: due Friday 21/8/2026, the Saturday after it is worked."""
    due = exclusive_due(date(2026, 8, 21), HolidayRule.KEEP, AUGUST_2026)

    assert standing(due, sent_at, at(2026, 9, 1), AUGUST_2026) == Standing(Timeliness.LATE, late)


def test_sent_on_the_weekend_after_a_friday_is_late_by_less_than_a_working_day() -> None:
    due = exclusive_due(date(2026, 8, 14), HolidayRule.KEEP, AUGUST_2026)

    assert standing(due, at(2026, 8, 16, 9), at(2026, 9, 1), AUGUST_2026) == Standing(Timeliness.LATE, 0)


def test_sent_after_the_hour_on_the_last_day_is_late_by_less_than_a_working_day() -> None:
    due = at(2022, 7, 29, 17)

    assert standing(due, at(2022, 7, 29, 17), at(2022, 8, 1), ORDINARY) == Standing(Timeliness.LATE, 0)
    assert standing(due, at(2022, 7, 29, 16, 59), at(2022, 8, 1), ORDINARY) == Standing(Timeliness.ON_TIME)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2022, 7, 25, 9), Standing(Timeliness.NOT_DUE, 4)),
        (at(2022, 7, 26, 9), Standing(Timeliness.DUE_SOON, 3)),
        (at(2022, 7, 28, 23, 59), Standing(Timeliness.DUE_SOON, 1)),
        (at(2022, 7, 29), Standing(Timeliness.DUE_TODAY)),
        (at(2022, 7, 29, 23, 59), Standing(Timeliness.DUE_TODAY)),
        (at(2022, 7, 30), Standing(Timeliness.OVERDUE, 0)),
        (at(2022, 8, 1), Standing(Timeliness.OVERDUE, 1)),
        (at(2022, 8, 3, 9), Standing(Timeliness.OVERDUE, 3)),
    ],
)
def test_an_unsent_report_approaches_its_due_and_passes_it(now: datetime, expected: Standing) -> None:
    friday = exclusive_due(date(2022, 7, 29), HolidayRule.KEEP, ORDINARY)

    assert standing(friday, None, now, ORDINARY) == expected


def test_a_due_kept_on_a_sunday_is_soon_on_the_last_working_day_before_it() -> None:
    sunday = exclusive_due(date(2022, 7, 31), HolidayRule.KEEP, ORDINARY)

    assert standing(sunday, None, at(2022, 7, 29, 9), ORDINARY) == Standing(Timeliness.DUE_SOON, 0)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_on_time_is_sent_before_the_due_and_nothing_else(due: datetime, sent_at: datetime, now: datetime) -> None:
    found = standing(due, sent_at, now, AUGUST_2026)

    assert is_on_time(due, sent_at) == (sent_at < due) == (found.timeliness == Timeliness.ON_TIME)
    assert found.timeliness in {Timeliness.ON_TIME, Timeliness.LATE}


@given(MOMENTS, MOMENTS)
def test_lateness_is_counted_from_the_last_day_of_the_due(due: datetime, moment: datetime) -> None:
    last_day = (due - timedelta(microseconds=1)).date()

    assert lateness(due, moment, AUGUST_2026) == slow_days_after(last_day, moment.date())


@given(MOMENTS, MOMENTS)
def test_a_report_sent_now_is_as_late_as_it_was_overdue(due: datetime, now: datetime) -> None:
    unsent, sent = standing(due, None, now, AUGUST_2026), standing(due, now, now, AUGUST_2026)

    assert (unsent.timeliness == Timeliness.OVERDUE) == (sent.timeliness == Timeliness.LATE)
    if unsent.timeliness == Timeliness.OVERDUE:
        assert unsent.working_days == sent.working_days


@given(MOMENTS, st.lists(MOMENTS, min_size=2, max_size=2).map(sorted))
def test_time_moves_an_unsent_report_one_way(due: datetime, moments: list[datetime]) -> None:
    order = [Timeliness.NOT_DUE, Timeliness.DUE_SOON, Timeliness.DUE_TODAY, Timeliness.OVERDUE]
    first, second = (standing(due, None, now, AUGUST_2026) for now in moments)

    assert order.index(first.timeliness) <= order.index(second.timeliness)


@given(MOMENTS, st.none() | MOMENTS, MOMENTS)
def test_nothing_is_expected_of_the_exempt(due: datetime, sent_at: datetime | None, now: datetime) -> None:
    assert standing(due, sent_at, now, ORDINARY, exempt=True) == Standing(Timeliness.NOT_EXPECTED)


def test_a_request_that_no_longer_runs_expects_nothing_more_but_keeps_what_was_sent() -> None:
    due, now = at(2022, 7, 30), at(2022, 9, 1)

    assert standing(due, None, now, ORDINARY, running=False) == Standing(Timeliness.NOT_EXPECTED)
    assert standing(due, at(2022, 8, 1), now, ORDINARY, running=False) == Standing(Timeliness.LATE, 1)


def test_the_house_may_widen_what_soon_means() -> None:
    due = exclusive_due(date(2022, 7, 29), HolidayRule.KEEP, ORDINARY)

    assert standing(due, None, at(2022, 7, 22, 9), ORDINARY, soon=5) == Standing(Timeliness.DUE_SOON, 5)

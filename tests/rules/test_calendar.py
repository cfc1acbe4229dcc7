from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from workflow.choices import DayKind, HolidayRule
from workflow.rules.calendar import (
    LOCAL,
    DayRow,
    WorkingCalendar,
    exclusive_due,
    last_day_of,
    local_day,
    print_due,
    say_due,
)

UNIT, SUPERIOR, ROOT, OTHER_UNIT = 7, 3, 1, 8
LINE = (UNIT, SUPERIOR, ROOT)  # nearest first
DAY = timedelta(days=1)
START = date(2026, 1, 1)
DAYS = st.integers(0, 120).map(lambda offset: START + offset * DAY)
ROWS = st.lists(
    st.builds(DayRow, DAYS, st.sampled_from(DayKind), st.sampled_from([None, *LINE, OTHER_UNIT])),
    unique_by=lambda row: (row.day, row.organization_id),
    max_size=60,
)


def slow_is_working(rows: list[DayRow], day: date) -> bool:
    for owner in (*LINE, None):
        for row in rows:
            if row.day == day and row.organization_id == owner:
                return row.kind == DayKind.WORKED
    return day.weekday() < 5


def days_after(after: date, until: date) -> list[date]:
    return [after + offset * DAY for offset in range(1, (until - after).days + 1)]


@given(ROWS, DAYS)
def test_a_day_is_as_the_nearest_of_the_line_says_else_the_general_row_else_the_week(
    rows: list[DayRow], day: date
) -> None:
    assert WorkingCalendar.of(rows, LINE).is_working_day(day) == slow_is_working(rows, day)


@given(ROWS)
def test_rows_in_another_order_and_of_others_make_the_same_calendar(rows: list[DayRow]) -> None:
    ours = [row for row in reversed(rows) if row.organization_id != OTHER_UNIT]

    assert WorkingCalendar.of(ours, LINE) == WorkingCalendar.of(rows, LINE)
    assert hash(WorkingCalendar.of(ours, LINE)) == hash(WorkingCalendar.of(rows, LINE))


def test_of_two_superiors_the_nearer_decides_and_each_day_on_its_own() -> None:
    one, two = date(2026, 6, 8), date(2026, 6, 9)
    rows = [
        DayRow(one, DayKind.HOLIDAY, ROOT),
        DayRow(two, DayKind.HOLIDAY, ROOT),
        DayRow(one, DayKind.WORKED, SUPERIOR),
    ]
    calendar = WorkingCalendar.of(rows, LINE)

    assert calendar.is_working_day(one)
    assert not calendar.is_working_day(two)
    assert not WorkingCalendar.of(rows, [ROOT]).is_working_day(one)


def test_a_worked_weekday_and_a_holiday_on_a_sunday_change_nothing() -> None:
    rows = [DayRow(date(2026, 6, 8), DayKind.WORKED), DayRow(date(2026, 6, 7), DayKind.HOLIDAY)]
    calendar = WorkingCalendar.of(rows, LINE)

    assert (calendar.days_off, calendar.days_worked) == ((), ())
    assert calendar.working_days_between(date(2026, 6, 5), date(2026, 6, 12)) == 5


@given(ROWS, DAYS, DAYS)
def test_days_between_are_counted_after_the_first_up_to_and_with_the_last(
    rows: list[DayRow], after: date, until: date
) -> None:
    calendar = WorkingCalendar.of(rows, LINE)

    assert calendar.working_days_between(after, until) == sum(
        slow_is_working(rows, day) for day in days_after(after, until)
    )


@given(ROWS, DAYS, st.integers(1, 15))
def test_the_nth_working_day_is_reached_by_counting(rows: list[DayRow], day: date, n: int) -> None:
    calendar = WorkingCalendar.of(rows, LINE)
    later = [d for d in days_after(day, day + 400 * DAY) if slow_is_working(rows, d)]
    earlier = [d for d in days_after(day - 400 * DAY, day - DAY) if slow_is_working(rows, d)]

    assert calendar.add_working_days(day, n) == later[n - 1]
    assert calendar.add_working_days(day, -n) == earlier[-n]
    assert calendar.add_working_days(day, 0) == day


@given(ROWS, DAYS)
def test_the_nearest_working_days_enclose_only_days_off(rows: list[DayRow], day: date) -> None:
    calendar = WorkingCalendar.of(rows, LINE)
    before, after = calendar.previous_working_day(day), calendar.next_working_day(day)

    assert before <= day <= after
    assert calendar.is_working_day(before)
    assert calendar.is_working_day(after)
    assert (before == after) == calendar.is_working_day(day)
    assert not any(slow_is_working(rows, d) for d in days_after(before, after - DAY))


def test_a_worked_saturday_is_a_working_day_and_its_exchange_is_not() -> None:
    rows = [
        DayRow(date(2026, 8, 22), DayKind.WORKED),
        DayRow(date(2026, 8, 31), DayKind.SWAPPED_OFF),
    ]
    calendar = WorkingCalendar.of(rows, LINE)

    assert calendar.is_working_day(date(2026, 8, 22))
    assert not calendar.is_working_day(date(2026, 8, 31))


def test_an_organisation_may_work_on_a_general_holiday() -> None:
    day = date(2026, 11, 24)
    rows = [DayRow(day, DayKind.HOLIDAY), DayRow(day, DayKind.WORKED, UNIT)]

    assert WorkingCalendar.of(rows, LINE).is_working_day(day)
    assert not WorkingCalendar.of(rows, [OTHER_UNIT]).is_working_day(day)
    assert not WorkingCalendar.of(rows).is_working_day(day)


def test_the_swaps_of_2026_are_worked_for() -> None:
    rows = [
        DayRow(date(2026, 1, 1), DayKind.HOLIDAY),
        DayRow(date(2026, 1, 2), DayKind.SWAPPED_OFF),
        DayRow(date(2026, 1, 10), DayKind.WORKED),
        DayRow(date(2026, 8, 22), DayKind.WORKED),
        DayRow(date(2026, 8, 31), DayKind.SWAPPED_OFF),
    ]
    calendar = WorkingCalendar.of(rows)

    assert calendar.next_working_day(date(2026, 1, 1)) == date(2026, 1, 5)
    assert calendar.working_days_between(date(2026, 1, 2), date(2026, 1, 11)) == 6
    assert calendar.working_days_between(date(2026, 8, 21), date(2026, 8, 22)) == 1
    assert calendar.previous_working_day(date(2026, 8, 31)) == date(2026, 8, 28)


def test_a_year_is_filled_by_a_holiday_and_not_by_a_worked_saturday() -> None:
    rows = [
        DayRow(date(2026, 1, 1), DayKind.HOLIDAY),
        DayRow(date(2027, 1, 9), DayKind.WORKED),
        DayRow(date(2028, 1, 3), DayKind.HOLIDAY, OTHER_UNIT),
    ]
    calendar = WorkingCalendar.of(rows, LINE)

    assert calendar.has_year(2026)
    assert calendar.years_filled == {2026}
    assert WorkingCalendar.of(rows, [OTHER_UNIT]).years_filled == {2026, 2028}


def test_a_long_rest_is_searched_through() -> None:
    rest = [DayRow(START + offset * DAY, DayKind.HOLIDAY) for offset in range(300)]

    assert WorkingCalendar.of(rest).next_working_day(START) == START + 300 * DAY


def test_a_calendar_without_working_days_is_refused_instead_of_searched_for_ever() -> None:
    closed = [DayRow(START + offset * DAY, DayKind.HOLIDAY) for offset in range(800)]
    calendar = WorkingCalendar.of(closed)

    with pytest.raises(ValueError, match="no working day"):
        calendar.next_working_day(START)
    with pytest.raises(ValueError, match="no working day"):
        calendar.add_working_days(START, 1)
    assert calendar.previous_working_day(START) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("rule", "due_day"),
    [
        (HolidayRule.KEEP, date(2022, 8, 1)),
        (HolidayRule.NEXT, date(2022, 8, 2)),
        (HolidayRule.PREVIOUS, date(2022, 7, 30)),
    ],
)
def test_a_deadline_on_a_sunday_moves_as_the_request_says(rule: HolidayRule, due_day: date) -> None:
    due = exclusive_due(date(2022, 7, 31), rule, WorkingCalendar())

    assert due == datetime.combine(due_day, time(), LOCAL)


@given(ROWS, DAYS, st.sampled_from(HolidayRule), st.times(min_value=time(0, 1)))
def test_a_due_with_an_hour_keeps_it_on_the_moved_day(
    rows: list[DayRow], day: date, rule: HolidayRule, hour: time
) -> None:
    calendar = WorkingCalendar.of(rows, LINE)
    due = exclusive_due(day, rule, calendar, hour)

    assert due.time() == hour
    assert local_day(due) == last_day_of(due) == last_day_of(exclusive_due(day, rule, calendar))


@given(ROWS, DAYS, st.sampled_from(HolidayRule))
def test_the_last_day_of_a_due_is_the_moved_day(rows: list[DayRow], day: date, rule: HolidayRule) -> None:
    calendar = WorkingCalendar.of(rows, LINE)
    moved = {
        HolidayRule.KEEP: day,
        HolidayRule.NEXT: calendar.next_working_day(day),
        HolidayRule.PREVIOUS: calendar.previous_working_day(day),
    }[rule]
    due = exclusive_due(day, rule, calendar)

    assert last_day_of(due) == last_day_of(due.astimezone(UTC)) == moved
    assert local_day(due) == moved + DAY


def test_a_due_at_midnight_is_printed_as_the_end_of_the_day_before() -> None:
    assert print_due(datetime(2022, 7, 31, 17, tzinfo=UTC)) == "24 giờ ngày 31/7/2022"
    assert print_due(datetime(2022, 7, 29, 17, tzinfo=LOCAL)) == "17 giờ 00 ngày 29/7/2022"
    assert print_due(datetime(2022, 7, 29, 8, 30, tzinfo=LOCAL)) == "8 giờ 30 ngày 29/7/2022"


def test_a_due_is_said_in_the_readers_language() -> None:
    midnight, hour = datetime(2022, 7, 31, 17, tzinfo=UTC), datetime(2022, 7, 29, 8, 30, tzinfo=LOCAL)
    with override("vi"):
        assert (say_due(midnight), say_due(hour)) == ("24 giờ ngày 31/7/2022", "8 giờ 30 ngày 29/7/2022")
    with override("en"):
        assert (say_due(midnight), say_due(hour)) == ("end of 31/07/2022", "08:30, 29/07/2022")


def test_before_the_25th_means_the_24th_is_the_last_day() -> None:
    before_the_25th = datetime(2022, 7, 25, tzinfo=LOCAL)

    assert last_day_of(before_the_25th) == date(2022, 7, 24)


def test_an_instant_late_in_utc_is_already_the_next_day_here() -> None:
    assert local_day(datetime(2022, 7, 31, 16, 59, tzinfo=UTC)) == date(2022, 7, 31)
    assert local_day(datetime(2022, 7, 31, 17, tzinfo=UTC)) == date(2022, 8, 1)


def test_an_instant_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2022, 7, 31))  # noqa: DTZ001 - the point is that it has no zone

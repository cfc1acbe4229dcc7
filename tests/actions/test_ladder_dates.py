"""When the rungs of a ladder come due, on real dates. design.md section 7, domain.md §4.5."""

from datetime import date, datetime

from tests.rungs import DESK, T_3, local
from workflow.choices import DayKind, HolidayRule
from workflow.queries.ladder import ladder_dates
from workflow.rules.calendar import LOCAL, WorkingCalendar, exclusive_due
from workflow.rules.ladder import HOUSE_LADDER

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

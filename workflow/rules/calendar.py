"""Working days and deadlines, in the time of Việt Nam.

A deadline is stored as an exclusive instant: "24 giờ ngày 31/7" is 01/8 00:00
(BLDS 2015 art. 147–148; design.md §7).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from workflow.choices import DayKind, HolidayRule
from workflow.rules.vietnamese import format_day, format_day_short

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
# Longer than any stop of work a calendar can mean; beyond it the calendar is wrong, not the search.
_LONGEST_REST = 366


class DayRow(NamedTuple):
    """One line of the calendar table; `organization_id` None stands for everybody."""

    day: date
    kind: str
    organization_id: int | None = None


def days_in_force(rows: Iterable[tuple[date, str, int | None]], line: Sequence[int]) -> Mapping[date, DayRow]:
    """The row that holds for each day: of the organisation nearest in the line, else the general one.

    Rows of organisations outside the line are left out. At most one row per day and organisation is expected.
    """
    distance: dict[int | None, int] = {None: len(line)} | {one: place for place, one in enumerate(line)}
    nearest: dict[date, DayRow] = {}
    for day, kind, owner in rows:
        if owner not in distance:
            continue
        known = nearest.get(day)
        if known is None or distance[owner] < distance[known.organization_id]:
            nearest[day] = DayRow(day, kind, owner)
    return nearest


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The days one organisation works: Monday to Friday but for `days_off`, and also `days_worked`."""

    days_off: tuple[date, ...] = ()
    days_worked: tuple[date, ...] = ()
    years_filled: frozenset[int] = frozenset()

    @classmethod
    def of(cls, rows: Iterable[tuple[date, str, int | None]], line: Sequence[int] = ()) -> Self:
        """Gather the rows of an organisation's line – itself, then its superiors, nearest first – and the general ones.

        A year counts as filled when it has at least one HOLIDAY among them.
        """
        known = [row for row in rows if row[2] is None or row[2] in line]
        kinds = {day: row.kind for day, row in days_in_force(known, line).items()}
        worked = {day for day, kind in kinds.items() if kind == DayKind.WORKED}
        return cls(
            days_off=tuple(day for day in sorted(kinds.keys() - worked) if day.weekday() < 5),
            days_worked=tuple(day for day in sorted(worked) if day.weekday() >= 5),
            years_filled=frozenset(day.year for day, kind, _owner in known if kind == DayKind.HOLIDAY),
        )

    def has_year(self, year: int) -> bool:
        return year in self.years_filled

    def is_working_day(self, day: date) -> bool:
        if day.weekday() < 5:
            return not _contains(self.days_off, day)
        return _contains(self.days_worked, day)

    def next_working_day(self, day: date) -> date:
        """The first working day on or after `day`. Raises ValueError when there is none within a year."""
        return self._seek(day, _DAY)

    def previous_working_day(self, day: date) -> date:
        """The last working day on or before `day`. Raises ValueError when there is none within a year."""
        return self._seek(day, -_DAY)

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day` (the |n|-th before it if negative); `day` itself is never counted.

        n = 0 gives `day` unmoved, even when it is a day off. Raises ValueError as next_working_day does.
        """
        step = _DAY if n > 0 else -_DAY
        for _ in range(abs(n)):
            day = self._seek(day + step, step)
        return day

    def working_days_between(self, after: date, until: date) -> int:
        """Working days in (after, until]: `after` is not counted, `until` is; 0 when it is not later."""
        if until <= after:
            return 0
        weekdays = _weekdays_before(until + _DAY) - _weekdays_before(after + _DAY)
        return weekdays - _count(self.days_off, after, until) + _count(self.days_worked, after, until)

    def _seek(self, day: date, step: timedelta) -> date:
        for _ in range(_LONGEST_REST):
            if self.is_working_day(day):
                return day
            day += step
        raise ValueError(f"the calendar has no working day within a year of {day.isoformat()}")


def moved_day(last_day: date, rule: HolidayRule | str, calendar: WorkingCalendar) -> date:
    """The last day after the holiday rule. Raises ValueError as next_working_day does."""
    if rule == HolidayRule.NEXT:
        return calendar.next_working_day(last_day)
    if rule == HolidayRule.PREVIOUS:
        return calendar.previous_working_day(last_day)
    return last_day


def exclusive_due(
    last_day: date, rule: HolidayRule | str, calendar: WorkingCalendar, hour: time | None = None
) -> datetime:
    """The instant at which the last day, moved by the holiday rule, ends: 00:00 local of the day after it.

    With an `hour`, that local hour of the moved day. On time means before this instant. Raises ValueError as
    next_working_day does.
    """
    day = moved_day(last_day, rule, calendar)
    return datetime.combine(day + _DAY, time(), LOCAL) if hour is None else datetime.combine(day, hour, LOCAL)


def last_day_of(due: datetime) -> date:
    """The local day of the last instant before an exclusive due: 01/8 00:00 → 31/7, 29/7 17:00 → 29/7."""
    return local_day(due - _INSTANT)


def local_day(instant: datetime) -> date:
    """The day in Việt Nam. Raises ValueError for an instant without a time zone."""
    return _local(instant).date()


def print_due(due: datetime) -> str:
    """24 giờ ngày 31/7/2022 for a due at midnight, otherwise 17 giờ 00 ngày 29/7/2022."""
    moment = _local(due)
    if moment.time() == time():
        return f"24 giờ ngày {format_day_short(last_day_of(due))}"
    return f"{moment.hour} giờ {moment.minute:02d} ngày {format_day_short(moment.date())}"


def say_due(due: datetime) -> str:
    """The same in the language that is active; in English: end of 31/07/2022, or 17:00, 29/07/2022."""
    if get_language() != "en":
        return print_due(due)
    moment = _local(due)
    if moment.time() == time():
        return f"end of {format_day(last_day_of(due))}"
    return f"{moment:%H:%M}, {format_day(moment.date())}"


def _local(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(LOCAL)


def _weekdays_before(day: date) -> int:
    """Mondays to Fridays from 01/01/0001, a Monday, up to the day before."""
    weeks, rest = divmod(day.toordinal() - 1, 7)
    return 5 * weeks + min(rest, 5)


def _count(days: tuple[date, ...], after: date, until: date) -> int:
    return bisect_right(days, until) - bisect_right(days, after)


def _contains(days: tuple[date, ...], day: date) -> bool:
    place = bisect_right(days, day)
    return place > 0 and days[place - 1] == day

"""How long a report lay on each desk, in working time: the time on days that the issuer works, from 0 to 24 local.

The desks' times add up to the whole working time of the report, so that no wait is charged twice or to nobody. Time at
the office is never the unit's lateness, which is counted from `due` and `sent_at` alone (rules/timeliness.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from workflow.choices import RUNNING, ReportState, Stage
from workflow.rules.calendar import LOCAL, WorkingCalendar, local_day

_DAY = timedelta(days=1)
_NOTHING = timedelta()

# Which desk a state lies on. States that are not here are ends: there the clock stands still.
STAGES: Mapping[str, Stage] = {
    ReportState.DRAFT: Stage.DRAFTER,
    ReportState.REVISING: Stage.DRAFTER,
    ReportState.SUPPLEMENT: Stage.DRAFTER,
    ReportState.REVIEW: Stage.CELL,
    ReportState.SIGNING: Stage.SECRETARY,
    ReportState.SIGNED: Stage.CLERK,
    ReportState.SENT: Stage.OFFICE,
    ReportState.RECEIVED: Stage.OFFICE,
}


class Change(NamedTuple):
    """A state and the instant from which on it holds. Changes are given in the order of the audit trail."""

    at: datetime
    state: str


class Span(NamedTuple):
    begin: datetime
    end: datetime


class WorkingDay(NamedTuple):
    """A local day: the working time before it, counted from the first day of its table, and whether it is worked."""

    day: date
    before: timedelta
    worked: bool


def working_time(begin: datetime, end: datetime, calendar: WorkingCalendar) -> timedelta:
    """The part of [begin, end) that lies on working days; nothing when it ends before it begins."""
    if end <= begin:
        return _NOTHING
    first, last = local_day(begin), local_day(end)
    whole = calendar.working_days_between(first - _DAY, last - _DAY) * _DAY
    return whole - _worked_today(begin, calendar) + _worked_today(end, calendar)


def working_days(first: date, last: date, calendar: WorkingCalendar) -> list[WorkingDay]:
    """Each day from `first` to `last`.

    Working time between two instants is the difference of their `before` + time of the day (where it is worked), which
    is how the database counts it for many reports.
    """
    count = (last - first).days + 1
    return [
        WorkingDay(day, calendar.working_days_between(first - _DAY, day - _DAY) * _DAY, calendar.is_working_day(day))
        for day in (first + offset * _DAY for offset in range(count))
    ]


def stage_times(
    changes: Iterable[Change], until: datetime, calendar: WorkingCalendar, closed: Sequence[Span] = ()
) -> dict[Stage, timedelta]:
    """Working time on each desk up to `until`, without the disjoint spans in which the request was `closed`."""
    times = dict.fromkeys(Stage, _NOTHING)
    for state, span in _spans(changes, until):
        stage = STAGES.get(state)
        if stage is not None:
            rest = sum((_common(span, one, calendar) for one in closed), _NOTHING)
            times[stage] += working_time(span.begin, span.end, calendar) - rest
    return times


def came_to_desk(changes: Iterable[Change], until: datetime) -> tuple[Stage, datetime] | None:
    """The desk where the report lies, and since when without a break; None at an end."""
    present: tuple[Stage, datetime] | None = None
    for state, span in _spans(changes, until):
        stage = STAGES.get(state)
        if stage is None:
            present = None
        elif present is None or present[0] is not stage:
            present = stage, span.begin
    return present


def closed_spans(changes: Iterable[Change], until: datetime) -> list[Span]:
    """When a request was closed or cancelled, from its own changes; the last span may reach to `until`."""
    ended: datetime | None = None
    found = []
    for at, state in changes:
        if state in RUNNING and ended is not None:
            found.append(Span(ended, at))
            ended = None
        elif state not in RUNNING and ended is None:
            ended = at
    return found if ended is None else [*found, Span(ended, max(ended, until))]


def _spans(changes: Iterable[Change], until: datetime) -> Iterator[tuple[str, Span]]:
    """Each state with the time it held. An instant before the one before it counts as that one."""
    present: Change | None = None
    for at, state in changes:
        begin = at if present is None else max(at, present.at)
        if begin > until:
            break
        if present is not None:
            yield present.state, Span(present.at, begin)
        present = Change(begin, state)
    if present is not None:
        yield present.state, Span(present.at, until)


def _common(one: Span, other: Span, calendar: WorkingCalendar) -> timedelta:
    return working_time(max(one.begin, other.begin), min(one.end, other.end), calendar)


def _worked_today(instant: datetime, calendar: WorkingCalendar) -> timedelta:
    day = local_day(instant)
    return instant - datetime.combine(day, time(), LOCAL) if calendar.is_working_day(day) else _NOTHING

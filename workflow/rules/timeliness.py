"""Whether a report is on time, late or still expected, in working days (design.md §7, domain.md §4.7)."""

from datetime import datetime
from typing import NamedTuple

from workflow.choices import Timeliness
from workflow.rules.calendar import WorkingCalendar, last_day_of, local_day

SOON = 3


class Standing(NamedTuple):
    """`working_days`: how many late or overdue, or how many are left; 0 for ON_TIME and NOT_EXPECTED.

    LATE or OVERDUE with 0 means less than one working day; it is never on time.
    """

    timeliness: Timeliness
    working_days: int = 0


def is_on_time(due: datetime, sent_at: datetime) -> bool:
    """Whether it was sent before the exclusive due."""
    return sent_at < due


def lateness(due: datetime, moment: datetime, calendar: WorkingCalendar) -> int:
    """Working days in (last day of the due, local day of the moment]; 0 on the last day itself or earlier."""
    return calendar.working_days_between(last_day_of(due), local_day(moment))


def standing(
    due: datetime,
    sent_at: datetime | None,
    now: datetime,
    calendar: WorkingCalendar,
    *,
    exempt: bool = False,
    running: bool = True,
    soon: int = SOON,
) -> Standing:
    """Where a report stands against its due. What was sent keeps its standing whatever the time is now.

    Unsent: DUE_TODAY on the last day, DUE_SOON with `soon` working days left or fewer, today not counted.
    Exempt, or unsent in a request that is not `running`: NOT_EXPECTED. To judge the unsent of a closed
    request, give the moment of closing as `now` and leave `running` true.
    """
    if exempt:
        return Standing(Timeliness.NOT_EXPECTED)
    if sent_at is not None:
        if is_on_time(due, sent_at):
            return Standing(Timeliness.ON_TIME)
        return Standing(Timeliness.LATE, lateness(due, sent_at, calendar))
    if not running:
        return Standing(Timeliness.NOT_EXPECTED)
    if now >= due:
        return Standing(Timeliness.OVERDUE, lateness(due, now, calendar))
    today, last_day = local_day(now), last_day_of(due)
    if today == last_day:
        return Standing(Timeliness.DUE_TODAY)
    left = calendar.working_days_between(today, last_day)
    return Standing(Timeliness.DUE_SOON if left <= soon else Timeliness.NOT_DUE, left)

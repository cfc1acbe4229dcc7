"""The rungs on which an unsent report is reminded of and then escalated (design.md §7)."""

from dataclasses import dataclass
from datetime import datetime, time

from workflow.choices import Role
from workflow.rules.calendar import LOCAL, WorkingCalendar, last_day_of

HOUSE_HOUR = time(8)


@dataclass(frozen=True, slots=True)
class RungSpec:
    """A reminder `offset_working_days` after the due day (before it when negative), at a local hour."""

    offset_working_days: int
    hour: time
    audience: tuple[Role, ...]


HOUSE_LADDER = (
    RungSpec(-7, HOUSE_HOUR, (Role.DRAFTER, Role.SECRETARY)),
    RungSpec(-3, HOUSE_HOUR, (Role.DRAFTER, Role.SECRETARY)),
    RungSpec(-1, HOUSE_HOUR, (Role.DRAFTER, Role.SECRETARY, Role.DEPUTY)),
    RungSpec(0, HOUSE_HOUR, (Role.DRAFTER, Role.SECRETARY, Role.DEPUTY)),
    RungSpec(1, HOUSE_HOUR, (Role.SECRETARY, Role.OFFICER)),
    RungSpec(3, HOUSE_HOUR, (Role.OFFICER,)),
    RungSpec(5, HOUSE_HOUR, (Role.LEADER,)),
)


def rung_moment(offset: int, hour: time, due: datetime, calendar: WorkingCalendar) -> datetime:
    """The instant of a rung, always on a working day; `hour` is local.

    A rung before or on the due day falls on the last working day with |offset| working days left, so a due
    day off is reminded of on the working day before it; a later rung on the first day that is `offset`
    working days late. Raises ValueError when the calendar has no working day within a year.
    """
    due_day = calendar.previous_working_day(last_day_of(due))
    return datetime.combine(calendar.add_working_days(due_day, offset), hour, LOCAL)

"""When nothing leaves the system: at night, on days off; and when a person's daily digest goes (domain.md §4.5)."""

from datetime import date, datetime, time, timedelta

from workflow.rules.calendar import LOCAL, WorkingCalendar

QUIET_FROM, QUIET_UNTIL = time(20), time(7)


def is_quiet_hour(hour: time) -> bool:
    """Whether a local hour lies in [20:00, 07:00)."""
    return hour >= QUIET_FROM or hour < QUIET_UNTIL


def next_open(now: datetime, calendar: WorkingCalendar) -> datetime:
    """`now` itself outside the quiet hours, else the 07:00 at which they end."""
    local = now.astimezone(LOCAL)
    if calendar.is_working_day(local.date()) and not is_quiet_hour(local.time()):
        return now
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(calendar.next_working_day(day), QUIET_UNTIL, LOCAL)


def digest_days(now: datetime, calendar: WorkingCalendar) -> tuple[date, date]:
    """The next day of digests from today on, and the one after today: which of them depends on the person's hour."""
    today = now.astimezone(LOCAL).date()
    return calendar.next_working_day(today), calendar.next_working_day(today + timedelta(days=1))

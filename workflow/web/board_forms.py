"""What is typed and chosen on the board's pages, read."""

from datetime import UTC, datetime

from django.http import QueryDict

from workflow import errors
from workflow.choices import HolidayRule, Stage
from workflow.queries.board import NOBODY, PLACES, SORTS, TIMES, Wanted
from workflow.rules.calendar import WorkingCalendar, exclusive_due
from workflow.web.typed import NO_ID, typed_day, typed_id


def wanted_of(query: QueryDict) -> Wanted:
    """What an address asks for; what it does not know it leaves out."""

    def one_of(name: str, known: tuple[str, ...]) -> str:
        value = query.get(name, "")
        return value if value in known else ""

    officer, parent = query.get("officer", ""), typed_id(query.get("parent", ""))
    return Wanted(
        q=query.get("q", "").replace("\x00", "")[:200],
        state=one_of("state", PLACES),
        time=one_of("time", TIMES),
        desk=one_of("desk", tuple(Stage)),
        officer=officer if officer == NOBODY else str(typed_id(officer) or ""),
        viewed=one_of("viewed", ("yes", "no")),
        parent=None if parent == NO_ID else parent,
        sort=one_of("sort", SORTS) or "name",
        page=typed_id(query.get("page", "")) or 1,
    )


def due_given(typed: QueryDict, calendar: WorkingCalendar, name: str = "day") -> datetime:
    """The end of the day that was chosen. Raises DueNotInFuture where none was, DayUnreadable."""
    day = typed_day(typed.get(name, ""))
    if day is None:
        raise errors.DueNotInFuture
    return exclusive_due(day, HolidayRule.KEEP, calendar)


def decision_given(typed: QueryDict, calendar: WorkingCalendar) -> datetime | None:
    """Refused (None), until another day, or the very due that stood on the screen, as seconds. Raises WrongAnswer."""
    decision = typed.get("decision", "")
    if decision == "refuse":
        return None
    if decision == "day":
        return due_given(typed, calendar)
    return _instant(decision)


def seen_at(typed: QueryDict) -> datetime:
    """When the screen was made on which this was pressed. Raises WrongAnswer."""
    return _instant(typed.get("seen", ""))


def seen_now(now: datetime) -> str:
    """The moment of a screen, as its forms carry it."""
    return repr(now.timestamp())


def _instant(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError) as wrong:
        raise errors.WrongAnswer from wrong

"""What stands in a form's fields, as days, numbers and ids."""

from datetime import date, datetime, time
from uuid import UUID

from django.utils.dateparse import parse_time

from workflow.errors import DayUnreadable
from workflow.rules.calendar import LOCAL
from workflow.rules.vietnamese import read_day

NO_ID = 0
_LONGEST_ID = 18
# A year outside is a slip of the hand; the Party was founded in 1930.
_YEARS = range(1900, 2201)


def typed_day(text: str) -> date | None:
    """The day of a field, 2026-07-31 or 31/07/2026; None for an empty one. Raises DayUnreadable for what is no day."""
    if not text.strip():
        return None
    day = read_day(text)
    if day is None or day.year not in _YEARS:
        raise DayUnreadable
    return day


def typed_moment(day: str, hour: str) -> datetime | None:
    """The local moment of a date and a time field; None where one of them is missing. Raises DayUnreadable."""
    try:
        at: time | None = parse_time(hour.strip())
    except ValueError:
        at = None
    on = typed_day(day)
    return None if on is None or at is None else datetime.combine(on, at.replace(tzinfo=None), LOCAL)


def typed_id(text: str) -> int:
    """The id, or other whole number, in a field or an address; NO_ID for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else NO_ID


def typed_number(text: str) -> int | None:
    """The number of a document; None for an empty field (the next free one), 0 for what is no number."""
    text = text.strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def typed_key(text: str) -> UUID | None:
    """The key of a file; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None

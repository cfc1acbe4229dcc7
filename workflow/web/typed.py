"""What stands in a form's fields, as days and ids; what is none of them is None or no id of anything."""

from datetime import date, datetime, time

from django.utils.dateparse import parse_date, parse_time

from workflow.rules.calendar import LOCAL

NO_ID = 0
_LONGEST_ID = 18


def typed_day(text: str) -> date | None:
    """The day of a date field (2026-07-31)."""
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


def typed_moment(day: str, hour: str) -> datetime | None:
    """The local moment of a date and a time field."""
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

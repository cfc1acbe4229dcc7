"""What was typed into the register's forms, read as what it means. A refusal says what to write instead."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from workflow import errors

WRITTEN = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")


def day(text: str) -> date:
    """2026-07-29, as the browser's date field sends it, or 29/07/2026. Raises DayUnreadable."""
    text = text.strip()
    try:
        if written := WRITTEN.fullmatch(text):
            return date(*map(int, reversed(written.groups())))
        return date.fromisoformat(text)
    except ValueError:
        raise errors.DayUnreadable from None


def day_or_none(text: str) -> date | None:
    return day(text) if text.strip() else None


def hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        return None


def chosen(words: Any, fields: Mapping[str, str], field: str, label: str) -> Any:
    """One of the stored words. Raises ChoiceMissing."""
    text = fields.get(field, "")
    if text not in words.values:
        raise errors.ChoiceMissing(field=label)
    return words(text)

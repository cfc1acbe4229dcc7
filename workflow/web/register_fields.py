"""What was typed into the register's forms, read as what it means. A refusal says what to write instead."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from workflow import errors
from workflow.web.typed import typed_day


def day(text: str) -> date:
    """The day of a field that has to be filled. Raises DayUnreadable."""
    typed = typed_day(text)
    if typed is None:
        raise errors.DayUnreadable
    return typed


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

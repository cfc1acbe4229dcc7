"""Short texts on their way into a column."""

from typing import Any

from django.db.models import Model

from workflow import errors
from workflow.rules.vietnamese import normalize


def line(model: type[Model], field: str, text: str) -> str:
    """The text in NFC as the column keeps it. Raises TextTooLong beyond its length, UnreadableText."""
    column: Any = model._meta.get_field(field)
    kept = normalize(text)
    limit = getattr(column, "max_length", None)
    if limit is not None and len(kept) > limit:
        raise errors.TextTooLong(field=str(column.verbose_name), limit=limit)
    return kept

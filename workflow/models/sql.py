"""How a statement of ours is read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

# A statement takes at most 65,535 parameters, so many rows are written in lots.
LOT = 500
Parameters = Sequence[Any] | Mapping[str, Any]


def read(statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """All rows that the statement answers with."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def each_of(words: Iterable[str]) -> RawSQL:
    """For `__in`: one parameter for however many words."""
    return RawSQL("SELECT unnest(%s::text[])", [list(words)])

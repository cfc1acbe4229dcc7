"""How a statement of ours is read."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Parameters = Sequence[Any] | Mapping[str, Any]


def read(statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """All rows that the statement answers with."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

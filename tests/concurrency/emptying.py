"""Emptying the test database between committed tests: a row at a time, because the tables hold a few rows each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations


@contextmanager
def emptied_by_delete() -> Iterator[None]:
    """Let Django's flush delete rows instead of truncating tables: 10 ms instead of 200–1,000 ms for our 47 tables."""

    def delete(self: DatabaseOperations, style: Any, tables: Sequence[str], **_options: Any) -> list[str]:
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608 – our own tables' names

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", delete)
        yield

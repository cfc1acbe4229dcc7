"""Breaking the N-th write of a call, and seeing that nothing of the call is left."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, transaction

Call = Callable[[], object]
Execute = Callable[..., Any]

# A locking read ends in FOR … UPDATE and writes nothing.
WRITES = re.compile(r'\b(INSERT INTO|DELETE FROM|UPDATE\s+"?workflow_)')
# The server itself fails, so the transaction is as broken as it is when the disk is full.
DISK_FULL = "DO $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$"
TABLES = sorted(model._meta.db_table for model in apps.get_app_config("workflow").get_models(include_auto_created=True))


class Writes:
    """Counts the writes of a connection; before the `nth` calls `breaks`, and sends what it returns in its place."""

    def __init__(self, nth: int = 0, breaks: Callable[[str], str] = lambda _sql: DISK_FULL) -> None:
        self.nth = nth
        self.breaks = breaks
        self.count = 0

    def __call__(self, execute: Execute, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.search(sql):
            self.count += 1
            if self.count == self.nth:
                broken = self.breaks(sql)
                return execute(broken, None if broken != sql else params, many and broken == sql, context)
        return execute(sql, params, many, context)


def writes_of(call: Call) -> int:
    writes = Writes()
    with connection.execute_wrapper(writes):
        call()
    return writes.count


@contextmanager
def undone() -> Iterator[None]:
    """Do the block and take it back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _of_every_table(expression: str) -> dict[str, Any]:
    statement = " UNION ALL ".join(
        f"SELECT '{table}', ({expression})::text FROM {table} AS one"  # noqa: S608 – our own tables' names
        for table in TABLES
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return dict(cursor.fetchall())


def everything_stored() -> dict[str, str]:
    """A hash of the content of every table."""
    return _of_every_table("md5(coalesce(string_agg(one::text, chr(10) ORDER BY one::text), ''))")


def rows_stored() -> dict[str, str]:
    """The number of rows of every table."""
    return _of_every_table("count(*)")

"""What a refusal must leave behind: nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from workflow.errors import RuleBroken

_TABLES = [model._meta.db_table for model in apps.get_app_config("workflow").get_models(include_auto_created=True)]
_SNAPSHOT = " UNION ALL ".join(
    f"SELECT '{table}', count(*), md5(coalesce(string_agg(line::text, '|' ORDER BY id), '')) FROM {table} line"  # noqa: S608
    for table in _TABLES
)

Snapshot = dict[str, tuple[int, str]]


def snapshot() -> Snapshot:
    """Every row of every table: count and hash."""
    with connection.cursor() as cursor:
        cursor.execute(_SNAPSHOT)
        return {table: (count, digest) for table, count, digest in cursor.fetchall()}


@contextmanager
def refused(refusal: type[RuleBroken], code: str, **facts: Any) -> Iterator[None]:
    """The block is refused with exactly this error and code, its sentence can be said, and no row has changed."""
    before = snapshot()
    with pytest.raises(refusal) as caught:
        yield
    assert type(caught.value) is refusal
    assert caught.value.code == code
    assert str(caught.value)
    assert {name: caught.value.facts.get(name) for name in facts} == facts
    assert snapshot() == before

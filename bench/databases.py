"""Databases of a bench: one template, and a fresh copy of it for every round of every side.

A copy has the same rows, sequences and statistics as the template, so that two sides which write the same rows can be
compared row by row afterwards.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

# Filled by the database's own clock: the only columns that differ between two sides.
BY_THE_CLOCK = {"workflow_event": ("recorded_at", "hash")}

ROWS_AND_HASH = """
    SELECT count(*), coalesce(md5(string_agg((to_jsonb(r) - {}::text[])::text, '' ORDER BY id)), '') FROM {} r
"""

Fingerprint = Mapping[str, tuple[int, str]]


def connect(name: str, *, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
    """Open a plain psycopg connection to a database of the configured server."""
    server = connection.settings_dict
    return psycopg.connect(
        host=server["HOST"],
        port=server["PORT"],
        user=server["USER"],
        password=server["PASSWORD"],
        dbname=name,
        autocommit=autocommit,
    )


def use(name: str) -> None:
    """Point Django's connection at a database and open it."""
    connection.close()
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def _run(statement: str, *names: str) -> None:
    with connect("postgres", autocommit=True) as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def drop(name: str) -> None:
    _run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@contextmanager
def empty(name: str) -> Iterator[str]:
    """Make an empty database and drop it at the end."""
    drop(name)
    _run("CREATE DATABASE {}", name)
    try:
        yield name
    finally:
        drop(name)


@contextmanager
def template(name: str, build: Callable[[], None]) -> Iterator[str]:
    """Make a database with the project's schema and what `build` writes; drop it at the end."""
    with empty(name):
        use(name)
        call_command("migrate", verbosity=0)
        build()
        connection.close()
        with connect(name, autocommit=True) as database:
            database.execute("VACUUM (FREEZE, ANALYZE)")
        try:
            yield name
        finally:
            connection.close()


@contextmanager
def fresh_copy(of: str, name: str) -> Iterator[str]:
    """Copy a template and drop the copy at the end; what lies in the log is on the disk before the copy is used."""
    drop(name)
    _run("CREATE DATABASE {} TEMPLATE {}", name, of)
    _run("CHECKPOINT")
    try:
        yield name
    finally:
        connection.close()
        drop(name)


def tables(database: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    rows = database.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'workflow\\_%' ORDER BY relname"
    )
    return [name for (name,) in rows]


def fingerprint(name: str) -> Fingerprint:
    """Number of rows and hash over all rows of each of the project's tables, without what the clock filled in."""
    found = {}
    with connect(name) as database:
        for table in tables(database):
            clocked = sql.Literal(list(BY_THE_CLOCK.get(table, ())))
            query = sql.SQL(ROWS_AND_HASH).format(clocked, sql.Identifier(table))
            found[table] = next((count, digest) for count, digest in database.execute(query))
    return found


def differing(one: Fingerprint, other: Fingerprint) -> list[str]:
    """Tables in which two databases do not hold the very same rows."""
    return [f"{table}: {one[table][0]} and {other[table][0]} rows" for table in one if one[table] != other.get(table)]

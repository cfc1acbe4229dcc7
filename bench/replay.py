"""The floor of a verb: exactly the rows it wrote, written again by prepared statements, one for each table touched.

Triggers of a recording copy note what every verb changes; the statements are made from that and not by hand, so the
floor stays the floor when the engine changes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from bench.databases import tables

Connection = psycopg.Connection[tuple[Any, ...]]

NOTE_CHANGES = """
CREATE TABLE bench_change (id bigint GENERATED ALWAYS AS IDENTITY, place text, before jsonb, after jsonb);
CREATE FUNCTION bench_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bench_change (place, before, after) VALUES (TG_TABLE_NAME,
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END, CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END);
    RETURN NULL;
END $$;
"""
NOTE_ON = "CREATE TRIGGER bench_note AFTER INSERT OR UPDATE OR DELETE ON {} FOR EACH ROW EXECUTE FUNCTION bench_note()"
NOTED = "SELECT place, before::text, after::text FROM bench_change ORDER BY id"
TYPES = "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
# A trigger fills these.
FILLED = {"workflow_event": {"seq", "recorded_at", "hash"}}
LOCK = "SELECT * FROM workflow_report WHERE id = %s FOR NO KEY UPDATE"


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    parameters: list[Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One call of a verb: the report it locks and the statements that write what it wrote."""

    verb: str
    report_id: int
    statements: list[Statement]


class Recorder:
    """Reads what changed since it was asked last. The changes must be committed."""

    def __init__(self, database: Connection) -> None:
        self.database = database
        database.execute(NOTE_CHANGES)
        self.types: dict[str, dict[str, str]] = {}
        for table in tables(database):
            database.execute(sql.SQL(NOTE_ON).format(sql.Identifier(table)))
            self.types[table] = dict(database.execute(TYPES, [table]).fetchall())

    def statements(self) -> list[Statement]:
        noted = self.database.execute(NOTED).fetchall()
        self.database.execute("TRUNCATE bench_change")
        return [
            statement
            for table, rows in _merged(noted).items()
            for statement in _statements(table, rows, self.types[table])
        ]


Rows = dict[int, tuple[dict[str, Any] | None, dict[str, Any] | None]]


def _merged(noted: Iterable[tuple[Any, ...]]) -> dict[str, Rows]:
    """First before and last after of each row, by table in the order first touched."""
    found: dict[str, Rows] = {}
    for table, before_text, after_text in noted:
        before, after = (text and json.loads(text, parse_float=Decimal) for text in (before_text, after_text))
        rows = found.setdefault(table, {})
        row_id = (before or after)["id"]
        first = rows[row_id][0] if row_id in rows else before
        rows[row_id] = (first, after)
    return found


def _statements(table: str, rows: Rows, types: Mapping[str, str]) -> Iterator[Statement]:
    inserted = [after for before, after in rows.values() if before is None and after is not None]
    deleted = [row_id for row_id, (before, after) in rows.items() if before is not None and after is None]
    updated = [after for before, after in rows.values() if before is not None and after is not None]
    changed = {
        name
        for before, after in rows.values()
        if before is not None and after is not None
        for name in after
        if before[name] != after[name]
    }
    if deleted:
        yield Statement(f"DELETE FROM {table} WHERE id = ANY(%s::bigint[])", [deleted])  # noqa: S608 – our tables
    if inserted:
        names = [name for name in inserted[0] if name not in FILLED.get(table, ())]
        yield _insert(table, names, inserted, types)
    if changed:
        yield _update(table, sorted(changed), updated, types)


def _insert(table: str, names: list[str], rows: list[dict[str, Any]], types: Mapping[str, str]) -> Statement:
    one = "(" + ", ".join(f"%s::{types[name]}" for name in names) + ")"
    places = ", ".join([one] * len(rows))
    text = f"INSERT INTO {table} ({', '.join(names)}) VALUES {places}"  # noqa: S608 – names from the catalogue
    return Statement(text, [_parameter(row[name], types[name]) for row in rows for name in names])


def _update(table: str, names: list[str], rows: list[dict[str, Any]], types: Mapping[str, str]) -> Statement:
    if len(rows) == 1:
        places = ", ".join(f"{name} = %s::{types[name]}" for name in names)
        text = f"UPDATE {table} SET {places} WHERE id = %s"  # noqa: S608 – names from the catalogue
        return Statement(text, [*(_parameter(rows[0][name], types[name]) for name in names), rows[0]["id"]])
    columns = ["id", *names]
    one = "(" + ", ".join(f"%s::{types[name]}" for name in columns) + ")"
    places = ", ".join(f"{name} = new.{name}" for name in names)
    text = (
        f"UPDATE {table} old SET {places} FROM (VALUES {', '.join([one] * len(rows))}) "  # noqa: S608
        f"AS new ({', '.join(columns)}) WHERE old.id = new.id"
    )
    return Statement(text, [_parameter(row[name], types[name]) for row in rows for name in columns])


def _parameter(value: Any, column_type: str) -> Any:
    return Jsonb(value) if column_type == "jsonb" and value is not None else value


def replay(database: Connection, call: Recorded) -> None:
    """Lock the report and write the rows, in one transaction of prepared statements."""
    with database.transaction():
        database.execute(LOCK, [call.report_id], prepare=True).fetchone()
        for statement in call.statements:
            database.execute(statement.text, statement.parameters, prepare=True)

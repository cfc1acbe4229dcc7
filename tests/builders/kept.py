"""What actions have built once is laid into the database again row by row: 10 ms for a world instead of 160."""

import pickle
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.apps import apps
from django.db import connection, transaction

from workflow.flows import asked

P = ParamSpec("P")
T = TypeVar("T")


def kept(build: Callable[P, T]) -> Callable[P, T]:
    """The same rows, ids and objects as `build` made when this process first called it with these arguments.

    Nothing may stand in the tables before.
    """
    known: dict[bytes, tuple[bytes, dict[str, bytes]]] = {}

    @wraps(build)
    def laid(*args: P.args, **named: P.kwargs) -> T:
        asked_for = pickle.dumps((args, named))
        if asked_for in known:
            made, rows = known[asked_for]
            _lay(rows)
        else:
            assert _rows() == {}
            made, rows = known.setdefault(asked_for, (pickle.dumps(build(*args, **named)), _rows()))
        made_again: T = pickle.loads(made)  # noqa: S301 – our own
        return made_again

    return laid


def _rows() -> dict[str, bytes]:
    """What stands in each table that is not empty."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("workflow").get_models(include_auto_created=True):
            with cursor.copy(f"COPY {model._meta.db_table} TO STDOUT") as copy:
                if written := b"".join(bytes(part) for part in copy):
                    found[model._meta.db_table] = written
    return found


def _lay(rows: dict[str, bytes]) -> None:
    # Ids come again with other content behind them: an outline that grew in the test before must not be remembered.
    asked._read_frozen.cache_clear()
    with transaction.atomic(), connection.cursor() as cursor:
        # The rows bring their links and hashes along; triggers would link them anew.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, written in rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(written)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

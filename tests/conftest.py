"""The tests' world: a cast in three organisations, set up through actions, on the real PostgreSQL."""

from collections.abc import Iterable, Iterator

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

from tests.builders import World, build_world


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_guards() -> Iterator[None]:
    """The audit trail refuses TRUNCATE; only the throw-away test database may be emptied between tests."""
    flush = DatabaseOperations.execute_sql_flush

    def past_the_guards(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
        guarded = ["SET session_replication_role = replica", *sql_list, "SET session_replication_role = DEFAULT"]
        flush(self, guarded)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", past_the_guards)
        yield


@pytest.fixture
def world(db: None) -> World:
    """The cast and an open request with a review by opinions."""
    return build_world()


@pytest.fixture
def shared_world(transactional_db: None) -> World:
    """The same, committed: for tests with several connections."""
    return build_world()

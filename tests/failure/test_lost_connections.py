"""Real transactions whose connection dies: before any of the writes, at the commit, or after it."""

from collections.abc import Callable, Iterator
from functools import partial

import psycopg
import pytest
from django.db import OperationalError, connection

from tests.builders import World
from tests.failure.breaking import Writes, everything_stored
from tests.failure.trials import Trial
from tests.failure.trials_of_reports import REPORT_TRIALS
from tests.failure.trials_of_requests import REGISTER_TRIALS, REQUEST_TRIALS
from workflow import errors
from workflow.models import Event
from workflow.queries.integrity import check_integrity

TRIALS = {trial.name: trial for trial in [*REPORT_TRIALS, *REQUEST_TRIALS, *REGISTER_TRIALS]}
UNDER_TRIAL = [
    TRIALS[name]
    for name in (
        "save_entry draft",
        "submit_for_signing supplement",
        "sign upper",
        "sign_and_issue signing",
        "register_paper signed",
        "open_campaign",
        "close",
        "register",
    )
]
under_trial = pytest.mark.parametrize("trial", UNDER_TRIAL, ids=[trial.name for trial in UNDER_TRIAL])


class Killer:
    """Ends the tested connection's server process, from a connection of its own."""

    def __init__(self) -> None:
        self.line = psycopg.connect(**connection.get_connection_params(), autocommit=True)

    def __call__(self, sql: str = "") -> str:
        # The cursor class in the parameters is Django's; a plain one is enough.
        with psycopg.Cursor(self.line) as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        return sql


@pytest.fixture
def kill(transactional_db: None) -> Iterator[Killer]:
    killer = Killer()
    with killer.line:
        yield killer


@under_trial
def test_whenever_the_connection_dies_nothing_is_left_and_a_retry_succeeds(
    shared_world: World, kill: Killer, trial: Trial
) -> None:
    call = trial.prepare(shared_world)
    before, last = everything_stored(), Event.objects.latest("pk").pk
    nth, died = 0, True
    while died:
        nth += 1
        writes = Writes(nth, breaks=kill)
        with connection.execute_wrapper(writes):
            died = dies(call)
        if died:
            assert everything_stored() == before, nth

    assert nth > 2
    assert trial.tells <= set(Event.objects.filter(pk__gt=last).values_list("verb", flat=True))
    assert check_integrity() == []


def dies(call: Callable[[], object]) -> bool:
    """Whether the call broke because its connection was gone; a new one stands ready then."""
    connection.ensure_connection()
    process = connection.connection.info.backend_pid
    try:
        call()
    except OperationalError:
        connection.ensure_connection()
        assert connection.connection.info.backend_pid != process
        return True
    return False


@under_trial
def test_a_connection_that_dies_at_the_commit_leaves_nothing_and_a_retry_succeeds(
    shared_world: World, kill: Killer, monkeypatch: pytest.MonkeyPatch, trial: Trial
) -> None:
    call = trial.prepare(shared_world)
    before = everything_stored()
    commit = connection._commit  # type: ignore[attr-defined]

    def die_first() -> None:
        kill()
        commit()

    with monkeypatch.context() as broken:
        broken.setattr(connection, "_commit", die_first)
        assert dies(call)
    assert everything_stored() == before

    call()

    assert everything_stored() != before
    assert check_integrity() == []


@pytest.mark.parametrize("name", ["sign upper", "sign_and_issue signing", "close", "open_campaign"])
def test_a_retry_of_what_was_committed_without_an_answer_is_told_so_and_doubles_nothing(
    shared_world: World, kill: Killer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    call = TRIALS[name].prepare(shared_world)
    commit = connection._commit  # type: ignore[attr-defined]

    def answer_nothing() -> None:
        commit()
        kill()
        connection.connection.execute("SELECT 1")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "_commit", partial(with_the_errors_of_django, answer_nothing))
        assert dies(call)
    done = everything_stored()

    with pytest.raises(errors.AlreadyDone):
        call()

    assert everything_stored() == done
    assert check_integrity() == []


def with_the_errors_of_django(call: Callable[[], None]) -> None:
    with connection.wrap_database_errors:
        call()

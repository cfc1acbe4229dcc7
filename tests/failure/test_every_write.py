"""The N-th write fails, for every N, in every action: nothing is left of it, and a plain retry succeeds."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection

import workflow.actions
from tests.builders import World
from tests.failure.breaking import Writes, everything_stored, rows_stored, undone, writes_of
from tests.failure.trials import Trial
from tests.failure.trials_of_accounts import ACCOUNT_TRIALS
from tests.failure.trials_of_calendars import CALENDAR_TRIALS
from tests.failure.trials_of_deadlines import DEADLINE_TRIALS
from tests.failure.trials_of_letters import LETTER_TRIALS
from tests.failure.trials_of_notices import NOTICE_TRIALS
from tests.failure.trials_of_papers import PAPER_TRIALS
from tests.failure.trials_of_reports import REPORT_TRIALS
from tests.failure.trials_of_requests import REGISTER_TRIALS, REQUEST_TRIALS
from workflow.actions import accounts, clock
from workflow.choices import Verb
from workflow.models import Event
from workflow.queries.integrity import check_integrity

TRIALS = [
    *REPORT_TRIALS,
    *REQUEST_TRIALS,
    *REGISTER_TRIALS,
    *CALENDAR_TRIALS,
    *DEADLINE_TRIALS,
    *LETTER_TRIALS,
    *NOTICE_TRIALS,
    *ACCOUNT_TRIALS,
    *PAPER_TRIALS,
]
# Nobody asks for them: they happen inside other verbs, whose trials tell them.
CAUSED = {
    Verb.SET_UP, Verb.CONSOLIDATE, Verb.RELEASE, Verb.EDITED, Verb.UPPER_AMENDED, Verb.UPPER_CANCELLED
}  # fmt: skip
# The clock commits step by step; test_failing_clock.py breaks each of its writes.
BY_THE_CLOCK = {Verb.DUE_NEAR, Verb.DUE_DAY, Verb.OVERDUE, Verb.DESK_WAITS, Verb.UNITS_OVERDUE}


# A try at a password stays noted whatever comes of it; what follows it is set_password's trial.
KEEP_THE_ATTEMPT = {accounts.check_password, accounts.change_password, accounts.confirm_identity}


def verbs_told(after: int) -> set[str]:
    return set(Event.objects.filter(pk__gt=after).values_list("verb", flat=True))


@pytest.mark.parametrize("trial", TRIALS, ids=[trial.name for trial in TRIALS])
def test_whichever_write_fails_nothing_is_left_and_a_retry_succeeds(world: World, trial: Trial) -> None:
    call = trial.prepare(world)
    before, last = everything_stored(), Event.objects.latest("pk").pk
    assert check_integrity() == []
    with undone():
        writes = writes_of(call)
        undisturbed = rows_stored()
        assert trial.tells <= verbs_told(last)
    assert writes
    assert everything_stored() == before

    for nth in range(1, writes + 1):
        with undone():
            with connection.execute_wrapper(Writes(nth)), pytest.raises(OperationalError, match="no space left"):
                call()
            # The very rows whose integrity was clean.
            assert everything_stored() == before, nth

            call()
            assert rows_stored() == undisturbed, nth
            assert check_integrity() == [], nth


def test_every_verb_has_a_trial() -> None:
    assert {trial.verb for trial in TRIALS} - {None} == set(Verb) - CAUSED - BY_THE_CLOCK
    assert set().union(*(trial.tells for trial in TRIALS)) >= CAUSED


def actions() -> set[Callable[..., object]]:
    """What a door may call: everything public in workflow.actions that takes keywords only, `now` among them."""
    found: set[Callable[..., object]] = set()
    for info in pkgutil.iter_modules(workflow.actions.__path__):
        module = importlib.import_module(f"workflow.actions.{info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            parameters = inspect.signature(function).parameters
            by_keyword = all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in parameters.values())
            if (
                function.__module__ == module.__name__
                and not name.startswith("_")
                and "now" in parameters
                and by_keyword
            ):
                found.add(function)
    return found


def test_every_action_has_a_trial() -> None:
    assert {trial.action for trial in TRIALS} == actions() - {clock.sweep} - KEEP_THE_ATTEMPT

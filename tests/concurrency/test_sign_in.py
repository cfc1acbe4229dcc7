"""Many guesses at once are no more tries than one after the other."""

from functools import partial

import pytest

from tests.builders import NOW, World
from tests.concurrency.interleaving import Outcome, interleaved, together
from workflow import errors
from workflow.actions import accounts
from workflow.models import SignInAttempt
from workflow.rules.throttle import FROM_ONE_ADDRESS

GUESSES, ADDRESS = 12, "10.0.0.1"
guess = partial(accounts.check_password, username="lan", address=ADDRESS, now=NOW)


@pytest.fixture
def known(shared_world: World) -> None:
    shared_world.lan.set_password("Chiếc-lá-cuối-thu")
    shared_world.lan.save()


def looked_at(outcome: Outcome) -> int:
    """How many passwords were compared at all."""
    return sum(isinstance(refusal, errors.SignInRefused) for refusal in outcome.refusals)


@pytest.mark.usefixtures("known")
def test_twelve_guesses_at_once_get_five_tries() -> None:
    outcome = together(*(partial(guess, password=f"đoán {n}") for n in range(GUESSES)))
    assert outcome.accidents == []
    assert looked_at(outcome) == FROM_ONE_ADDRESS
    assert sum(isinstance(refusal, errors.SignInLocked) for refusal in outcome.refusals) == GUESSES - FROM_ONE_ADDRESS


def last_two() -> Outcome:
    """One try is left, and two take it: the second begins while the first stands before its note."""
    SignInAttempt.objects.bulk_create(
        SignInAttempt(username="lan", address=ADDRESS, at=NOW) for _time in range(FROM_ONE_ADDRESS - 1)
    )
    one, two = (partial(guess, password=f"đoán {n}") for n in range(2))
    return interleaved(one, two, before='INSERT INTO "workflow_signinattempt"')


@pytest.mark.usefixtures("known")
def test_of_two_guesses_for_the_last_try_the_second_waits_and_is_locked_out() -> None:
    outcome = last_two()
    assert outcome.waited
    assert looked_at(outcome) == 1


@pytest.mark.usefixtures("known")
def test_without_the_lock_on_the_name_both_get_the_last_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "one_attempt_at_a_time", lambda _name: None)
    outcome = last_two()
    assert not outcome.waited
    assert looked_at(outcome) == 2

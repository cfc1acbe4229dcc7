"""Two that tell at the same time share the work."""

from functools import partial

import pytest
from django.db import transaction

from tests.builders import NOW, World
from tests.concurrency.interleaving import interleaved
from workflow.delivery import fanout
from workflow.delivery.fanout import fan_out
from workflow.models import Event, Notice, Person
from workflow.queries.integrity import check_integrity

pytestmark = pytest.mark.django_db


def tell_three_and_go_on() -> int:
    """Tell of three events, and look at something else before the commit."""
    with transaction.atomic():
        told = next(fanout._batches(fanout._parameters(NOW)))
        Person.objects.count()
    return told


def test_two_at_once_share_the_work(shared_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "BATCH", 3)
    waiting = Event.objects.filter(fanned_out=False).count()

    outcome = interleaved(tell_three_and_go_on, partial(fan_out, now=NOW), before="SELECT COUNT")

    assert not outcome.waited
    assert outcome.values == [3, waiting - 3]
    assert check_integrity() == []


def test_without_skipping_what_is_locked_the_second_waits_for_the_first(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "BATCH", 3)
    monkeypatch.setattr(fanout, "FAN_OUT", fanout.FAN_OUT.replace(" SKIP LOCKED", ""))

    outcome = interleaved(tell_three_and_go_on, partial(fan_out, now=NOW), before="SELECT COUNT")

    assert outcome.waited


def test_whatever_a_killed_one_had_not_committed_the_next_one_does(shared_world: World) -> None:
    waiting = Event.objects.filter(fanned_out=False).count()
    with transaction.atomic():
        assert fan_out(now=NOW) == waiting
        transaction.set_rollback(True)

    assert not Notice.objects.exists()
    assert fan_out(now=NOW) == waiting
    assert check_integrity() == []

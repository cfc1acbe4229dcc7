"""The N-th write of a sweep or a fan-out fails: what was committed is whole, and the next tick does the rest."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection

from tests.builders import World, to_signing
from tests.failure.breaking import Writes, rows_stored
from workflow.actions import clock
from workflow.choices import Verb
from workflow.delivery import fanout
from workflow.models import ClimbedRung, Event, UrgingLetter
from workflow.queries.integrity import check_integrity
from workflow.rules.calendar import LOCAL

# T+3 of Friday 31/7/2026: the office is told, the letter drafted; a signature has waited since June.
BEFORE = datetime(2026, 8, 5, 7, 50, tzinfo=LOCAL)
COME = datetime(2026, 8, 5, 8, 1, tzinfo=LOCAL)
SIGNED_ON_FRIDAY = datetime(2026, 7, 27, 9, 0, tzinfo=LOCAL)


def sweep() -> object:
    return clock.sweep(now=COME)


def tell() -> object:
    return fanout.fan_out(now=COME)


@pytest.fixture
def morning(shared_world: World) -> World:
    clock.sweep(now=BEFORE - timedelta(days=7))
    to_signing(shared_world, shared_world.report("cell"), SIGNED_ON_FRIDAY)
    clock.sweep(now=BEFORE)
    fanout.fan_out(now=BEFORE)
    return shared_world


WRITES_OF = {sweep: 7, tell: 1}
EVERY_WRITE = [
    pytest.param(work, nth, id=f"{work.__name__} {nth}")
    for work, writes in WRITES_OF.items()
    for nth in range(1, writes + 1)
]


@pytest.mark.usefixtures("morning")
def test_so_many_writes_there_are() -> None:
    for work, expected in WRITES_OF.items():
        writes = Writes()
        with connection.execute_wrapper(writes):
            work()
        assert writes.count == expected, work.__name__


@pytest.mark.parametrize(("work", "nth"), EVERY_WRITE)
@pytest.mark.usefixtures("morning")
def test_whichever_write_fails_the_next_tick_does_the_rest(work: Callable[[], object], nth: int) -> None:
    if work is tell:
        sweep()
    with connection.execute_wrapper(Writes(nth)), pytest.raises(OperationalError, match="no space left"):
        work()
    assert check_integrity() == []
    assert told_by_rungs() == ClimbedRung.objects.filter(rung__desk="SIGNING").count()

    work()

    assert check_integrity() == []
    whole = rows_stored()
    assert Event.objects.filter(verb=Verb.UNITS_OVERDUE, at=COME).count() == 1
    assert UrgingLetter.objects.count() == 1
    work()
    assert rows_stored() == whole


def told_by_rungs() -> int:
    """The T+3 of this morning tells the office; only the waiting signature tells the unit."""
    return Event.objects.filter(verb=Verb.DESK_WAITS).count()

"""Two sweeps and two fan-outs at once. Each locked case has its control: without the lock everybody is told twice.

In the real clock every statement is its own transaction; here the first one is held open, so that the second comes
exactly in the middle.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from tests.builders import World
from tests.concurrency.interleaving import Outcome, interleaved, together
from tests.concurrency.scene import Scene
from tests.letters import LATE, draft
from workflow.actions import clock
from workflow.choices import ReportState, Verb
from workflow.delivery import fanout
from workflow.models import ClimbedRung, ClockMark, Event, Notice, UrgingLetter
from workflow.queries.integrity import check_integrity
from workflow.rules.calendar import LOCAL

# T-7 of Friday 31/7/2026.
BEFORE = datetime(2026, 7, 22, 7, 50, tzinfo=LOCAL)
COME = datetime(2026, 7, 22, 8, 0, 30, tzinfo=LOCAL)
A_MINUTE = timedelta(minutes=1)
LEDGER = "ON CONFLICT (report_id, rung_id, due) DO NOTHING"
THE_MARK = '^UPDATE "workflow_clockmark"'
THE_END = "^SELECT 'the end'"


def held_open(work: Callable[[], object]) -> Callable[[], object]:
    def whole() -> object:
        with transaction.atomic():
            done = work()
            connection.cursor().execute("SELECT 'the end'")
        return done

    return whole


def sweep(at: datetime = COME) -> clock.Swept:
    return clock.sweep(now=at)


def two_sweeps() -> Outcome:
    return interleaved(held_open(sweep), sweep, before=THE_MARK)


@contextmanager
def without(constraint: str, table: str) -> Iterator[None]:
    """Take a constraint away, as if the ledger did not exist; put it back over emptied tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [constraint])
        definition = cursor.fetchone()[0]
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 – named by the tests below
            cursor.execute("SET session_replication_role = DEFAULT")
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}")


@pytest.fixture
def morning(shared_world: World) -> World:
    """The clock has run until ten minutes before the first rung of three units."""
    fanout.fan_out(now=BEFORE)
    sweep(BEFORE)
    return shared_world


@pytest.mark.usefixtures("morning")
def test_of_two_sweeps_at_once_the_second_does_not_wait_and_climbs_nothing() -> None:
    outcome = two_sweeps()

    assert not outcome.waited
    assert outcome.values == [clock.Swept(3, True), clock.Swept(0, False)]
    assert ClimbedRung.objects.count() == Event.objects.filter(verb=Verb.DUE_NEAR).count() == 3
    assert check_integrity() == []


@pytest.mark.usefixtures("morning")
def test_control_without_the_lock_and_the_ledger_two_sweeps_remind_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    careless = clock.CLIMB.replace("FOR NO KEY UPDATE SKIP LOCKED", "").replace(LEDGER, "")
    assert careless.count("SKIP LOCKED") == 1  # the campaign's
    monkeypatch.setattr(clock, "CLIMB", careless)
    monkeypatch.setattr(clock, "CLIMB_DESK", clock.CLIMB_DESK.replace(LEDGER, ""))

    # The chain of events alone would make the second one fail.
    with without("climbed_once", "workflow_climbedrung"), without("event_seq", "workflow_event"):
        two_sweeps()

        assert ClimbedRung.objects.count() == Event.objects.filter(verb=Verb.DUE_NEAR).count() == 6


def test_a_report_that_somebody_holds_is_left_to_the_next_sweep_and_the_mark_waits(morning: World) -> None:
    scene = Scene.at(morning, ReportState.DRAFT)

    outcome = interleaved(held_open(lambda: scene.save("Đang viết.")), sweep, before=THE_END)

    assert outcome.values[1] == clock.Swept(2, False)
    assert ClockMark.objects.get().moment == BEFORE
    assert sweep(COME + A_MINUTE) == clock.Swept(1, True)
    assert ClockMark.objects.get().moment == COME + A_MINUTE
    assert sweep(COME + 2 * A_MINUTE) == clock.Swept(0, True)


def test_many_sweeps_and_fan_outs_at_once_tell_everybody_once(morning: World) -> None:
    told = Notice.objects.count()

    outcome = together(*[sweep] * 4, *[lambda: fanout.fan_out(now=COME)] * 4)

    assert outcome.accidents == []
    sweep(COME + A_MINUTE)
    fanout.fan_out(now=COME + A_MINUTE)
    assert ClimbedRung.objects.count() == 3
    # The drafter and the secretary of each of the three units.
    assert Notice.objects.count() - told == 6
    assert check_integrity() == []


def two_fan_outs() -> Outcome:
    sweep()

    def tell() -> int:
        return fanout.fan_out(now=COME)

    return interleaved(held_open(tell), tell, before=THE_END)


@pytest.mark.usefixtures("morning")
def test_of_two_fan_outs_at_once_the_second_finds_nothing_to_tell() -> None:
    told = Notice.objects.count()

    outcome = two_fan_outs()

    assert not outcome.waited
    assert outcome.values == [3, 0]
    assert Notice.objects.count() - told == 6


@pytest.mark.usefixtures("morning")
def test_control_without_the_lock_and_the_ledger_two_fan_outs_tell_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing is written on the events either, so that the second does not wait for the first there.
    careless = fanout.FAN_OUT.replace("FOR UPDATE SKIP LOCKED", "").replace(
        "ON CONFLICT (person_id, event_id) DO NOTHING", ""
    )
    head, _update, _rest = careless.rpartition("UPDATE workflow_event event")
    monkeypatch.setattr(fanout, "FAN_OUT", f"{head} SELECT 1 FROM notice")  # noqa: S608
    told = Notice.objects.count()

    with without("notice_once", "workflow_notice"):
        two_fan_outs()

        assert Notice.objects.count() - told == 12
        connection.cursor().execute("DELETE FROM workflow_delivery")


def test_an_officer_who_drafts_the_urging_letter_while_the_clock_does_gets_the_only_one(shared_world: World) -> None:
    """Both write on the request's stream and lock the request: in opposite order they ended in a deadlock."""
    sweep(LATE - timedelta(hours=10))

    outcome = interleaved(lambda: draft(shared_world), lambda: sweep(LATE), before="INSERT INTO workflow_event")

    assert outcome.winners == [0, 1]
    assert UrgingLetter.objects.get().made_by == shared_world.dung
    assert Event.objects.filter(verb=Verb.UNITS_OVERDUE).count() == 1

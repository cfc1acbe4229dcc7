"""The seal against writers: no event with a smaller id appears after the seal."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.builders import World
from tests.concurrency.interleaving import interleaved, together
from tests.concurrency.scene import LATER, Scene
from workflow import errors
from workflow.actions.sealing import seal
from workflow.choices import ReportState
from workflow.models import Event, Seal
from workflow.queries.integrity import check_integrity

# The trigger has chained the event and its id is taken; the transaction is still open.
AFTER_THE_EVENT = '^UPDATE "workflow_report"'


def seal_now() -> Seal:
    return seal(now=LATER)


def write_elsewhere_and_seal(world: World) -> Callable[[], Seal]:
    """A later id is committed before the seal is made."""
    other = Scene(world, world.report("other").pk, 0)

    def both() -> Seal:
        other.save("Bưu điện.", who="oanh")
        return seal_now()

    return both


def test_a_seal_waits_for_whoever_is_writing(shared_world: World) -> None:
    scene = Scene.at(shared_world, ReportState.DRAFT)

    outcome = interleaved(
        lambda: scene.save("Đang viết."), write_elsewhere_and_seal(shared_world), before=AFTER_THE_EVENT
    )

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert Seal.objects.get().events == Event.objects.count()
    assert check_integrity() == []


def test_without_the_lock_the_seal_is_broken_by_the_writer_it_did_not_see(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene.at(shared_world, ReportState.DRAFT)
    write_and_seal = write_elsewhere_and_seal(shared_world)

    def unlocked() -> Seal:
        def skip(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            return None if sql.startswith("LOCK TABLE") else execute(sql, params, many, context)

        with connection.execute_wrapper(skip):
            return write_and_seal()

    outcome = interleaved(lambda: scene.save("Đang viết."), unlocked, before=AFTER_THE_EVENT)

    assert not outcome.waited
    assert outcome.winners == [0, 1]
    assert [problem.invariant for problem in check_integrity()] == ["the chain verifies against the seal"]


def test_a_writer_does_not_wait_for_the_counting_and_comes_after_the_seal(shared_world: World) -> None:
    scene = Scene.at(shared_world, ReportState.DRAFT)
    events = Event.objects.count()

    outcome = interleaved(seal_now, lambda: scene.save("Sau niêm phong."), before='^INSERT INTO "workflow_seal"')

    assert not outcome.waited
    assert outcome.winners == [0, 1]
    assert Seal.objects.get().events == events
    assert Event.objects.count() == events + 1
    assert check_integrity() == []


def test_two_seals_at_once_are_one(shared_world: World) -> None:
    outcome = interleaved(seal_now, seal_now)

    assert outcome.winners == [0, 1]
    assert Seal.objects.count() == 1
    lines = (Path(settings.SEAL_DIRECTORY) / "seals.jsonl").read_text().splitlines()
    assert len(lines) == 2
    assert len(set(lines)) == 1
    assert check_integrity() == []


def test_without_the_second_look_two_seals_at_once_break_a_constraint(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create(defaults: dict[str, Any], **keys: Any) -> tuple[Seal, bool]:
        return Seal.objects.create(**keys, **defaults), True

    monkeypatch.setattr(Seal.objects, "get_or_create", create)

    outcome = interleaved(seal_now, seal_now)

    assert len(outcome.accidents) == 1


def test_seals_among_six_writers_leave_every_seal_whole(shared_world: World) -> None:
    def write(unit: str, who: str) -> None:
        scene = Scene(shared_world, shared_world.report(unit).pk, 0)
        for key in ("I", "I.1", "III"):
            scene.save("Song song.", key=key, who=who)

    def seal_often() -> None:
        for _ in range(3):
            seal_now()

    outcome = together(
        partial(write, "cell", "lan"),
        partial(write, "other", "oanh"),
        partial(write, "party", "thu"),
        partial(write, "cell", "binh"),
        seal_often,
        seal_often,
    )

    assert not outcome.accidents
    assert all(isinstance(refusal, errors.StaleRevision) for refusal in outcome.refusals)
    assert Seal.objects.exists()
    assert check_integrity() == []

"""A trial: an action, brought to the point where it can be done. One at least for every verb and every action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from tests.builders import World
from tests.concurrency.scene import LATER, Scene
from workflow.choices import ReportState, Verb

Action = Callable[..., object]
Prepared = Callable[[], object]


@dataclass(frozen=True)
class Trial:
    """`prepare` sets everything up and returns the call; `tells` are the verbs of the events that it leaves."""

    name: str
    action: Action
    prepare: Callable[[World], Prepared]
    tells: frozenset[Verb] = field(default_factory=frozenset)
    verb: Verb | None = None


def named(action: Action, remark: str = "") -> str:
    return f"{action.__name__} {remark}".strip()


def filled(asked: Mapping[str, Any], place: Any) -> dict[str, Any]:
    """What is asked, with what can be known only in the prepared world filled in."""
    return {name: value(place) if callable(value) else value for name, value in asked.items()}


def on_report(
    verb: Verb,
    action: Action,
    state: ReportState,
    who: str,
    *,
    remark: str = "",
    before: Callable[[Scene], object] = lambda _scene: None,
    scene: Callable[[World, ReportState], Scene] = Scene.at,
    revision: bool = False,
    now: datetime = LATER,
    tells: frozenset[Verb] | None = None,
    **asked: Any,
) -> Trial:
    """An action of `who` on a report at a state; what is asked may be a function of the scene."""

    def prepare(world: World) -> Prepared:
        place = scene(world, state)
        before(place)
        seen = {"revision_id": place.revision_id} if revision else {}
        return partial(
            action, report_id=place.report_id, actor=world.people[who], now=now, **seen, **filled(asked, place)
        )

    return Trial(named(action, remark or state.lower()), action, prepare, tells or frozenset({verb}), verb)


def in_world(
    verb: Verb | None,
    action: Action,
    prepare: Callable[[World], dict[str, Any]],
    *,
    remark: str = "",
    now: datetime = LATER,
    tells: frozenset[Verb] | None = None,
) -> Trial:
    """Any other action; `prepare` sets up and returns what is asked."""
    expected = tells if tells is not None else frozenset({verb} if verb else ())
    return Trial(
        named(action, remark), action, lambda world: partial(action, now=now, **prepare(world)), expected, verb
    )

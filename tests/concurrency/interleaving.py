"""Actors at once on the real PostgreSQL, each in a thread with a connection of its own. Nothing sleeps.

`interleaved` fixes the order: the first stands between its look and its change until the second waits for a lock or
has gone through. With the lock the second waits; with the lock taken away it goes through, and the race is there.
"""

import re
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.db import connection

from workflow.errors import RuleBroken

Call = Callable[[], object]
LIMIT = 20.0  # seconds; nothing here takes one, so whoever passes it hangs
STEP = 0.002
# The first statement of a verb that changes something: locking reads end in FOR … UPDATE.
A_CHANGE = r"(?s)^\s*(INSERT|UPDATE|DELETE)|^\s*WITH moving "


class Actor(threading.Thread):
    """A call in a thread with its own connection; keeps what came of it."""

    def __init__(self, call: Call, *wrappers: Callable[..., Any]) -> None:
        super().__init__(daemon=True)
        self.call = call
        self.wrappers = wrappers
        self.pid = 0
        self.value: object = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            connection.ensure_connection()
            self.pid = connection.connection.info.backend_pid
            with ExitStack() as stack:
                for wrapper in self.wrappers:
                    stack.enter_context(connection.execute_wrapper(wrapper))
                self.value = self.call()
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def waits(self) -> bool:
        """Whether its connection waits for a lock. To be asked from the test's own thread."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pid = %s AND NOT granted)", [self.pid])
            return bool(cursor.fetchone()[0])


@dataclass(frozen=True)
class Outcome:
    """What came of the actors, in the order they were named, and whether the last one had to wait."""

    values: Sequence[object]
    errors: Sequence[Exception | None]
    waited: bool = False

    @property
    def winners(self) -> list[int]:
        return [place for place, error in enumerate(self.errors) if error is None]

    @property
    def refusals(self) -> list[RuleBroken]:
        return [error for error in self.errors if isinstance(error, RuleBroken)]

    @property
    def accidents(self) -> list[Exception]:
        """What is no refusal: a violated constraint, a deadlock, a bug."""
        return [error for error in self.errors if error is not None and not isinstance(error, RuleBroken)]


def until(condition: Callable[[], bool], actor: Actor) -> None:
    """Wait for the condition, or for the actor's end."""
    deadline = time.monotonic() + LIMIT
    while actor.is_alive() and not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {LIMIT} s for {actor.call}")
        actor.join(STEP)


def interleaved(first: Call, second: Call, *, before: str = A_CHANGE, nth: int = 1) -> Outcome:
    """Let `second` begin while `first` stands before its `nth` statement that matches `before`."""
    stands, may_go_on, seen = threading.Event(), threading.Event(), [0]

    def stand(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.search(before, sql):
            seen[0] += 1
            if seen[0] == nth:
                stands.set()
                if not may_go_on.wait(LIMIT):
                    raise TimeoutError("nobody let the first actor go on")
        return execute(sql, params, many, context)

    one, two = Actor(first, stand), Actor(second)
    try:
        one.start()
        until(stands.is_set, one)
        if not stands.is_set():
            raise AssertionError("the first actor never came to its change") from one.error
        two.start()
        until(two.waits, two)
        waited = two.is_alive()
    finally:
        may_go_on.set()
        gather([one, two])
    return Outcome([one.value, two.value], [one.error, two.error], waited)


def together(*calls: Call) -> Outcome:
    """Let all begin at the same moment, in no fixed order."""
    gate = threading.Barrier(len(calls))

    def through_the_gate(call: Call) -> Call:
        def begin() -> object:
            gate.wait(LIMIT)
            return call()

        return begin

    actors = [Actor(through_the_gate(call)) for call in calls]
    try:
        for actor in actors:
            actor.start()
    finally:
        gather(actors)
    return Outcome([actor.value for actor in actors], [actor.error for actor in actors])


def gather(actors: Sequence[Actor]) -> None:
    """Wait for the end of all that were started; whoever hangs loses the connection, so that the next test can run."""
    deadline = time.monotonic() + LIMIT
    for actor in actors:
        if actor.ident is not None:
            actor.join(max(0.0, deadline - time.monotonic()))
    hanging = [actor for actor in actors if actor.is_alive()]
    for actor in hanging:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [actor.pid])
    if hanging:
        raise TimeoutError(f"{len(hanging)} actors did not end")

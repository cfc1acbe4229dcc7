"""Kills with -9 that land in the middle of a sweep, a fan-out or a delivery – and know whether they did."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
from django.db import connection

from tests.chaos.stage import Sink, until
from tests.chaos.troupe import Player, Troupe, connections_of, is_alive

# Whoever holds such a lock on the table has written to it and not committed.
WRITTEN = {"workflow_climbedrung": "sweep", "workflow_officetold": "sweep", "workflow_notice": "fan-out"}
IN_THE_MIDDLE = """
    SELECT DISTINCT activity.pid, activity.client_port, class.relname
      FROM pg_stat_activity activity
      JOIN pg_locks held ON held.pid = activity.pid AND held.mode = 'RowExclusiveLock' AND held.granted
      JOIN pg_class class ON class.oid = held.relation AND class.relname = ANY(%s)
     WHERE activity.datname = current_database() AND activity.application_name LIKE 'chaos-%%'
"""
# A sweep is half through when it has climbed since the clock was set back and not set it on. Its worker's child has a
# connection as long as it is at a task.
HALF_THROUGH = """
    SELECT activity.pid, activity.client_port FROM pg_stat_activity activity
     WHERE activity.datname = current_database() AND activity.application_name LIKE 'chaos-clock-%%'
       AND activity.query NOT LIKE '%%fanned_out%%' AND activity.query NOT LIKE '%%jsonb_to_recordset%%'
       AND EXISTS (SELECT 1 FROM workflow_clockmark WHERE moment <= %(since)s)
       AND (   EXISTS (SELECT 1 FROM workflow_climbedrung WHERE at > %(since)s)
            OR EXISTS (SELECT 1 FROM workflow_officetold WHERE at > %(since)s))
"""
# What a commit of each has to look at, so that it waits as long as somebody else holds it.
HELD = {
    "sweep": "SELECT 1 FROM workflow_rung FOR UPDATE",
    "fan-out": "SELECT 1 FROM workflow_person WHERE username LIKE '%-deputy' FOR UPDATE",
}
ROLES = {"sweep": "clock", "fan-out": "clock", "delivery": "delivery"}
# How long to lie in wait before killing an idle one, which is noted as such.
HUNT = 4.0


@dataclass(frozen=True)
class Kill:
    """What was wanted and who was killed; in the middle of what; how many were sending; whether statements were cut."""

    wanted: str
    victim: str
    middle: frozenset[str]
    senders: int
    cut: bool


@dataclass(frozen=True)
class Work:
    """A piece of work in progress: its kind, the worker's port, and PostgreSQL's process if it is a statement."""

    kind: str
    port: int
    backend: int = 0


@dataclass
class Killer:
    troupe: Troupe
    sink: Sink
    url: str
    set_back: datetime | None = None  # when the clock was last set back

    def in_the_middle(self, wanted: str = "") -> list[Work]:
        """Everything that is being done, or what there is to see of one kind."""
        sending = [Work("delivery", port) for port in list(self.sink.sending)]
        if wanted == "delivery":
            return sending
        with connection.cursor() as cursor:
            cursor.execute(IN_THE_MIDDLE, [list(WRITTEN)])
            found = [Work(WRITTEN[table], port, backend) for backend, port, table in cursor.fetchall()]
            if wanted == "fan-out":
                return found
            cursor.execute(HALF_THROUGH, {"since": self.set_back})
            found += [Work("sweep", port, backend) for backend, port in cursor.fetchall()]
        return [*found, *sending]

    def kill(self, wanted: str, victim: str, over: Callable[[], bool], *, held: bool, cut: bool) -> Kill | None:
        """Wait for the work that is wanted and kill its worker – the group, or the one child – in the middle of it.

        None when the work is over, or does not come in time.
        """
        deadline = time.monotonic() + HUNT
        with self.held(wanted if held else ""):
            while time.monotonic() < deadline and not over():
                if not any(work.kind == wanted for work in self.in_the_middle(wanted)):
                    time.sleep(0.002)
                    continue
                for player in list(self.troupe.playing[ROLES[wanted]]):
                    killed = self._kill_in_the_middle(player, wanted, victim, cut)
                    if killed is not None:
                        return killed
        return None

    def _kill_in_the_middle(self, player: Player, wanted: str, victim: str, cut: bool) -> Kill | None:
        """None, and everybody goes on, where the work was over before the worker was frozen."""
        player.freeze()
        children = {child.pid: connections_of(child) for child in player.children()}
        at_work = [
            (pid, work)
            for work in self.in_the_middle()
            for pid, connections in children.items()
            if work.port in connections
        ]
        hit = [pid for pid, work in at_work if work.kind == wanted]
        if not hit:
            player.go_on()
            return None
        if victim == "child":
            victims = hit[:1]
            os.kill(hit[0], signal.SIGKILL)
            player.go_on()
            until(lambda: not is_alive(hit[0]), "the end of the child")
        else:
            victims = list(children)
            self.troupe.leave(player)
        lost = [work for pid, work in at_work if pid in victims]
        if cut:
            self._cut([work.backend for work in lost if work.backend])
        senders = sum(self.sink.port in children[pid].values() for pid in victims)
        return Kill(wanted, victim, frozenset(work.kind for work in lost), senders, cut)

    def kill_at_once(self, wanted: str, players: list[Player]) -> Kill:
        """Kill these, whatever they are doing."""
        for player in players:
            player.freeze()
        children = [connections_of(child) for player in players for child in player.children()]
        ports = {port for connections in children for port in connections}
        middle = frozenset(work.kind for work in self.in_the_middle() if work.port in ports)
        for player in players:
            self.troupe.leave(player)
        senders = sum(self.sink.port in connections.values() for connections in children)
        victim = "group" if wanted in ROLES else wanted
        return Kill(wanted, victim, middle, senders, cut=False)

    def _cut(self, backends: list[int]) -> None:
        """The statements end unfinished, as when the connection breaks; else they would be finished for nobody."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [backends])

    @contextmanager
    def held(self, kind: str) -> Iterator[None]:
        """Somebody else's lock stops this kind of work just before its commit."""
        if kind not in HELD:
            yield
            return
        with psycopg.connect(self.url) as other:
            other.execute(HELD[kind])
            yield
            other.rollback()

    def wait_until_gone(self, role: str) -> None:
        """A killed worker's statement goes on in PostgreSQL; wait until none does."""

        def left() -> int:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND application_name LIKE %s",
                    [f"chaos-{role}-%"],
                )
                return int(cursor.fetchone()[0])

        until(lambda: left() == 0, f"the last connections of {role}")

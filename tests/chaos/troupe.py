"""The workers and beats of a run: started, frozen, killed with -9, each in a process group of its own."""

import itertools
import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.chaos.stage import begin, end, until

QUEUES = {"clock": "clock", "delivery": "delivery"}
CHILDREN = 2
ALONE = ("--without-mingle", "--without-gossip", "--without-heartbeat")
WORKER = (*ALONE, "--loglevel", "INFO", "--concurrency", str(CHILDREN))


@dataclass(frozen=True)
class Player:
    """A worker or a beat; its database connections carry its name."""

    role: str
    name: str
    pid: int

    def children(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.pid).children()
        except psutil.NoSuchProcess:
            return []

    def everybody(self) -> list[psutil.Process]:
        return [psutil.Process(self.pid), *self.children()]

    def freeze(self) -> None:
        os.killpg(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        until(lambda: not any(map(is_alive, group(self.pid))), f"the end of {self.name}")


def group(leader: int) -> list[int]:
    """The processes of a process group."""
    found = []
    for pid in psutil.pids():
        try:
            if os.getpgid(pid) == leader:
                found.append(pid)
        except ProcessLookupError:
            continue
    return found


def is_alive(pid: int) -> bool:
    """Whether it runs; one that only waits to be reaped does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def connections_of(process: psutil.Process) -> dict[int, int]:
    """Its connections: the port here, the port there."""
    try:
        return {one.laddr.port: one.raddr.port for one in process.net_connections("tcp4") if one.raddr}
    except psutil.NoSuchProcess:
        return {}


@dataclass
class Troupe:
    folder: Path
    nursery: subprocess.Popen[str]
    playing: dict[str, list[Player]] = field(default_factory=lambda: {"clock": [], "delivery": [], "beat": []})
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def enter(self, role: str) -> Player:
        """Start a worker of this queue, or a beat."""
        name = f"{role}-{next(self.numbers)}"
        if role == "beat":
            argv: Sequence[str] = ["beat", "--schedule", str(self.folder / name), "--loglevel", "WARNING"]
        else:
            argv = ["worker", "--hostname", f"{name}@chaos", "--queues", QUEUES[role], *WORKER]
        asked = {
            "argv": argv,
            "environment": {"PGAPPNAME": f"chaos-{name}"},
            "log": str(self._log(role)),
        }
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(json.dumps(asked) + "\n")
        self.nursery.stdin.flush()
        player = Player(role, name, int(self.nursery.stdout.readline()))
        self.playing[role].append(player)
        return player

    def _log(self, role: str) -> Path:
        return self.folder / f"{role}.log"

    def said(self, role: str) -> str:
        """What the players of a role have logged so far."""
        return self._log(role).read_text()

    def leave(self, player: Player) -> None:
        player.kill()
        self.playing[player.role].remove(player)

    def everybody_leaves(self) -> None:
        for player in [one for role in self.playing.values() for one in role]:
            self.leave(player)


@contextmanager
def own_troupe(folder: Path) -> Iterator[Troupe]:
    nursery = begin("tests.chaos.nursery", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    troupe = Troupe(folder, nursery)
    try:
        assert nursery.stdout is not None
        assert nursery.stdout.readline() == "ready\n"
        yield troupe
    finally:
        try:
            troupe.everybody_leaves()
        finally:
            end(nursery)

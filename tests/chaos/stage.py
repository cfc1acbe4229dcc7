"""What a chaos run stands on: a database, a Valkey and a mail server of its own, all gone with the run."""

import functools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from project.servers import place as places
from project.servers import valkey
from project.servers.process import Server, end_with_parent

CLONE = Path(__file__).resolve().parents[2]
PASSWORD = "chaos"
PATIENCE = 60.0
STEP = 0.005


def until(condition: Callable[[], Any], what: str, patience: float = PATIENCE, step: float = STEP) -> Any:
    """Wait for the condition and return its answer; TimeoutError says what was waited for."""
    deadline = time.monotonic() + patience
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {patience:.0f} s for {what}")
        time.sleep(step)
    return answer


def begin(*command: str, **pipes: Any) -> subprocess.Popen[str]:
    """Start a Python module that ends with this process. To be called by the main thread: the kernel goes by it."""
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=CLONE,
        text=True,
        preexec_fn=functools.partial(end_with_parent, os.getpid(), signal.SIGKILL),
        **pipes,
    )


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@contextmanager
def own_database(server_url: str, template: str) -> Iterator[str]:
    """The URL of a new database, a copy of the template, dropped afterwards."""
    name = f"chaos_{os.getpid()}"
    address = f"{server_url.rpartition('/')[0]}/{name}"
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(server_url, autocommit=True, dbname="postgres") as console:
        console.execute(copy)
    try:
        yield address
    finally:
        with psycopg.connect(server_url, autocommit=True, dbname="postgres") as console:
            console.execute(drop)


@dataclass
class Broker:
    """A Valkey that can be emptied, and stopped and started again on the same port."""

    place: places.Place
    run: Path
    lock: int
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        self.server = self._start()

    def _start(self) -> Server:
        return valkey.start(self.place, self.run, durable=False, password=PASSWORD, lock=self.lock)

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.server.port}/0"

    @contextmanager
    def away(self) -> Iterator[None]:
        """Killed, as by a power failure; with a clean end it would still take ticks back."""
        self.server.process.kill()
        self.server.process.wait()
        os.environ["VALKEY_PORT"] = str(self.server.port)
        try:
            yield
        finally:
            self.server = self._start()
            del os.environ["VALKEY_PORT"]

    def flush(self) -> None:
        self.ask("FLUSHALL")

    def ask(self, *commands: str) -> str:
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=5) as connection:
            said = [f"AUTH {PASSWORD}", *commands, "QUIT"]
            connection.sendall("".join(f"{line}\r\n" for line in said).encode())
            received = b""
            while part := connection.recv(4096):
                received += part
        return received.decode()


@contextmanager
def own_broker() -> Iterator[Broker]:
    place = places.settle()
    with places.throwaway_run(place) as (run, lock):
        broker = Broker(place, run, lock)
        try:
            yield broker
        finally:
            broker.server.stop()


class Sink:
    """The mail server; `sending` holds the ports of the senders whose mail it has in hand."""

    def __init__(self, directory: Path, slowness: float) -> None:
        self.directory = directory
        self.sending: dict[int, str] = {}
        self.mails = 0
        self.process = begin(
            "tests.chaos.sink", "--directory", str(directory), "--slowness", str(slowness), stdout=subprocess.PIPE
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            sender, stage = line.split()
            if stage == "answered":
                self.sending.pop(int(sender), None)
            else:
                self.sending[int(sender)] = stage
                self.mails += stage == "kept"


@contextmanager
def own_sink(directory: Path, slowness: float) -> Iterator[Sink]:
    sink = Sink(directory, slowness)
    try:
        yield sink
    finally:
        sink.process.kill()
        sink.process.wait()

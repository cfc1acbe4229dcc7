"""By configuration alone worker and beat find their broker through Redis Sentinel: project/celery.py."""

import functools
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.db import connections

from project.servers.process import end_with_parent
from tests.builders import World
from tests.chaos.stage import PASSWORD, Broker, begin, end, own_broker, until
from workflow.models import Event, Notice

MASTER = "reports"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def sentinel_over(broker: Broker, folder: Path) -> Iterator[int]:
    """A Sentinel that watches the broker; it knows the broker's password and asks for none itself."""
    port = free_port()
    settings = folder / "sentinel.conf"
    settings.write_text(
        f"port {port}\nbind 127.0.0.1\ndir {folder}\n"
        f"sentinel monitor {MASTER} 127.0.0.1 {broker.server.port} 1\n"
        f"sentinel auth-pass {MASTER} {PASSWORD}\n"
    )
    process = subprocess.Popen(
        [broker.place.valkey_server, settings, "--sentinel"],
        stdout=subprocess.DEVNULL,
        preexec_fn=functools.partial(end_with_parent, os.getpid(), signal.SIGKILL),
    )
    try:
        until(lambda: answers(port), "the sentinel's answer", patience=20)
        yield port
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return b"PONG" in connection.recv(64)
    except OSError:
        return False


def test_worker_and_beat_work_behind_a_sentinel(
    shared_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Event.objects.filter(fanned_out=False).exists()
    server, name = os.environ["DATABASE_URL"].rpartition("/")[0], connections["default"].settings_dict["NAME"]
    with own_broker() as broker, sentinel_over(broker, tmp_path) as port:
        monkeypatch.setenv("DATABASE_URL", f"{server}/{name}")
        monkeypatch.setenv("REDIS_URL", f"sentinel://:{PASSWORD}@127.0.0.1:{port}/0")
        monkeypatch.setenv("REDIS_SENTINEL_MASTER", MASTER)
        with ExitStack() as stack:
            for argv in (
                ["worker", "--pool", "solo", "--queues", "clock"],
                ["beat", "--schedule", str(tmp_path / "beat")],
            ):
                with (tmp_path / f"{argv[0]}.log").open("w") as log:
                    process = begin("celery", "-A", "project", *argv, stdout=log, stderr=log)
                stack.callback(end, process)
            try:
                until(lambda: not Event.objects.filter(fanned_out=False).exists(), "the fan-out", step=0.1)
            except TimeoutError:
                pytest.fail("\n".join(path.read_text() for path in tmp_path.glob("*.log")))
    assert Notice.objects.exists()

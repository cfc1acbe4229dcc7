"""A short series of kills -9 on real workers and beats; `make chaos` is the long one."""

import functools
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from django.db import connections

from project.servers.process import end_with_parent
from tests.chaos.stage import CLONE, until
from tests.chaos.troupe import is_alive

MARK = "CHAOS_RUN"
PATIENCE = 240


@pytest.fixture
def template(transactional_db: None) -> str:
    """The empty test database, which can be copied when nobody is connected to it."""
    connections.close_all()
    return str(connections["default"].settings_dict["NAME"])


def begin_series(run: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.chaos", *arguments],
        cwd=CLONE,
        env=os.environ | {MARK: run},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=functools.partial(end_with_parent, os.getpid(), signal.SIGKILL),
    )


def left_of(run: str) -> list[int]:
    """Processes that were started by a run and still live."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            started = f"{MARK}={run}".encode() in (place / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if started and is_alive(int(place.name)):
            found.append(int(place.name))
    return found


def test_kills_in_the_middle_lose_nothing_and_double_nothing_but_the_mail_in_hand(template: str) -> None:
    run = uuid.uuid4().hex
    series = begin_series(run, "--kills", "6", "--units", "15", "--template", template)
    printed, _ = series.communicate(timeout=PATIENCE)
    assert series.returncode == 0, printed
    assert left_of(run) == []


def test_nothing_survives_a_run_that_is_killed_itself(template: str) -> None:
    run = uuid.uuid4().hex
    series = begin_series(run, "--kills", "100", "--units", "12", "--template", template)
    assert series.stdout is not None
    assert any("Kill(" in line for line in series.stdout)
    # The first kill may have taken nearly everybody; they come back.
    until(lambda: len(left_of(run)) > 5, "workers and beats to survive")
    series.kill()
    series.communicate()
    until(lambda: left_of(run) == [], "the end of what the run had started")

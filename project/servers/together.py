"""Run several programs as one: their output line by line with a name before it, all ended together.

A program that ends is started again after a while, each time a longer one. One that ends at once when it is first
started would only end again: then everything ends, with one sentence that says why. Ctrl-C and a signal to end reach
the programs through here, so that each one is asked once and has time to finish what it is at.
"""

import contextlib
import functools
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from project.servers.process import ServersFailed, end_with_parent

AT_ONCE_SECONDS = 5
STEADY_SECONDS = 60
LONGEST_WAIT_SECONDS = 30
GRACE_SECONDS = 20
ROUND_SECONDS = 0.2
LINES_KEPT = 20
COLOURS = (36, 33, 32, 35, 34, 31)


@dataclass
class Program:
    """One program: its name in the log, its command, what its environment has besides ours."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES_KEPT))
    starts: int = 0
    started_at: float = 0
    start_again_at: float = 0
    waits: float = 1

    def is_up(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Together:
    """The programs in the order in which they are started; they are ended the other way round."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = programs
        self._leaving = threading.Event()
        self._readers: list[threading.Thread] = []
        self._width = max(len(program.name) for program in programs)
        self._speaking = threading.Lock()

    def run(self) -> int:
        """Until somebody asks for the end. Raises ServersFailed when a program ends at once."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._leave)
        try:
            for program in self.programs:
                self._start(program)
            while not self._leaving.wait(ROUND_SECONDS):
                for program in self.programs:
                    self._look_after(program)
        finally:
            self._end_all()
        return 0

    def _leave(self, signum: int, frame: FrameType | None) -> None:
        self._leaving.set()

    def _start(self, program: Program) -> None:
        program.starts += 1
        program.started_at, program.start_again_at = time.monotonic(), 0
        program.process = subprocess.Popen(
            program.command,
            env=os.environ | program.environment | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C is ours; we pass it on
            preexec_fn=functools.partial(end_with_parent, os.getpid(), signal.SIGTERM),
        )
        reader = threading.Thread(target=self._read, args=(program, program.process), daemon=True)
        reader.start()
        self._readers.append(reader)

    def _read(self, program: Program, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            program.last_lines.append(line.strip())
            self._say(program, line.rstrip())

    def _say(self, program: Program, line: str) -> None:
        name = program.name.ljust(self._width)
        if sys.stdout.isatty():
            name = f"\033[{COLOURS[self.programs.index(program) % len(COLOURS)]}m{name}\033[0m"
        with self._speaking:
            sys.stdout.write(f"{name} | {line}\n")
            sys.stdout.flush()

    def _look_after(self, program: Program) -> None:
        now = time.monotonic()
        if program.is_up():
            return
        if program.start_again_at:
            if now >= program.start_again_at:
                self._start(program)
            return
        assert program.process is not None
        _end_session(program.process)  # what it leaves behind would hold its port
        lived, code = now - program.started_at, program.process.returncode
        if program.starts == 1 and lived < AT_ONCE_SECONDS:
            time.sleep(ROUND_SECONDS)  # its last words are still being read
            words = next((line for line in reversed(program.last_lines) if line), "it said nothing")
            raise ServersFailed(f"{program.name} ended at once (code {code}): {words}")
        program.waits = 1 if lived > STEADY_SECONDS else min(program.waits * 2, LONGEST_WAIT_SECONDS)
        program.start_again_at = now + program.waits
        self._say(program, f"ended (code {code}); started again in {program.waits:.0f} s")

    def _end_all(self) -> None:
        """Ask all, the last started first, then wait; who does not come is ended with everything below it."""
        running = [program.process for program in reversed(self.programs) if program.process and program.is_up()]
        for process in running:
            process.send_signal(signal.SIGTERM)
        patience = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, patience - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _end_session(process)
        for reader in self._readers:
            reader.join(timeout=1)


def _end_session(process: subprocess.Popen[str]) -> None:
    """End whatever is left of the session that an ended program was the head of."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)

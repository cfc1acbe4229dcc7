"""Server processes that die with the launcher, listen on a port of their own and say why they failed."""

import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)
START_SECONDS = 120  # recovery after a crash replays the write-ahead log first
STOP_SECONDS = 30


class ServersFailed(Exception):
    """One sentence for the person at the keyboard; never shown as a traceback."""


def end_with_parent(parent: int, signum: int) -> None:
    """Have the kernel send `signum` to this process when `parent`, its present parent, ends in any way."""
    LIBC.prctl(PR_SET_PDEATHSIG, int(signum))
    if os.getppid() != parent:  # it ended before the kernel was asked
        os._exit(1)


@dataclass
class Server:
    """A running server process; `stop_signal` asks it to shut down cleanly and fast."""

    title: str
    process: subprocess.Popen[bytes]
    port: int
    log: Path
    stop_signal: signal.Signals
    answers: Callable[[], bool]

    def wait_until_it_answers(self) -> bool:
        """Return False if the process ended instead."""
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None:
            if self.answers():
                return True
            if time.monotonic() > deadline:
                raise ServersFailed(f"{self.title} did not answer within {START_SECONDS} s; see {self.log}.")
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        if self.process.poll() is not None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_on_a_port(variable: str, launch: Callable[[int], Server]) -> Server:
    """Start a server on the port named by the environment `variable`, else on one that the OS chooses."""
    for port in _ports(variable):
        server = launch(port)
        try:
            if server.wait_until_it_answers():
                return server
        except BaseException:
            server.stop()
            raise
        if "already in use" not in server.log.read_text(errors="replace"):
            break
    raise ServersFailed(f"{server.title} did not start: {last_complaint(server.log)} (log: {server.log})")


def _ports(variable: str) -> Iterator[int]:
    fixed = os.environ.get(variable)
    if fixed:
        yield _free_port(fixed, variable)
        return
    for _ in range(5):  # between our choice and the server's bind somebody else may take it
        yield _free_port("0", variable)


def _free_port(wanted: str, variable: str) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(wanted)))
        except (ValueError, OverflowError):
            raise ServersFailed(f"{variable}={wanted} is not a port number.") from None
        except OSError as error:
            reason = f"{error.strerror}; free it or unset {variable}."
            raise ServersFailed(f"Port {wanted} ({variable}): {reason}") from None
        port: int = probe.getsockname()[1]
        return port


def last_complaint(log: Path) -> str:
    """Return the line that says best why a server gave up: the last error, else the last line."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:", "rror "))]
    return (errors or lines or ["it said nothing"])[-1]

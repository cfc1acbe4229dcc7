"""What a mail costs a delivery worker, beside a bare loop over the same SMTP server.

    python -m bench.mail [--rounds 7] [--mails 2000] [--server-ms 5]

Engine: dispatch.deliver() claims, words, sends and notes every delivery, by one worker and by two at once. Bare loop:
the very same messages, put together beforehand, by smtplib over one connection. The SMTP server is a process of its own
that answers after 5 ms, about what a real one takes to write a mail to its disk, and throws the mail away. Rounds
alternate. Exit code 1 when a bound is broken.
"""

import argparse
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
os.environ.setdefault("EMAIL_HOST", "127.0.0.1")
django.setup()

from django.conf import settings  # noqa: E402 – after setup()

from bench import clock, databases  # noqa: E402
from bench.figures import Bound, median, print_table, verdict  # noqa: E402
from workflow.delivery import channels, dispatch, fanout, wording  # noqa: E402
from workflow.models import Delivery, Notice  # noqa: E402

TEMPLATE, ENGINE = "bench_mail", "bench_engine"
NOW = clock.TOLD + timedelta(hours=1)
SINK = """
import asyncio, sys
from aiosmtpd.smtp import SMTP

class Slow:
    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(float(sys.argv[1]) / 1000)
        return "250 OK"

async def serve():
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Slow()), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(serve())
"""


def start(*arguments: str) -> tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]:
    """Start a Python of its own; the process, what it reads and what it says."""
    process = subprocess.Popen(  # noqa: S603 – this very file
        [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    if process.stdin is None or process.stdout is None:
        raise SystemExit("the process has no pipes")
    return process, process.stdin, process.stdout


@contextmanager
def sink(milliseconds: float) -> Iterator[int]:
    """An SMTP server in a process of its own that keeps every mail waiting for so long; yields its port."""
    server, _stdin, said = start("-c", SINK, str(milliseconds))
    try:
        yield int(said.readline())
    finally:
        server.kill()
        server.wait()


def build(mails: int) -> None:
    """As many deliveries as mails, all due."""
    clock.build(mails // 3, 0)
    fanout.fan_out(now=clock.TOLD)
    Delivery.objects.all().update(next_attempt_at=NOW)


def bare(port: int) -> float:
    """Send every message over one connection; the seconds it took, without putting them together."""
    databases.use(TEMPLATE)
    about = wording.told(list(Notice.objects.values_list("pk", flat=True)), NOW)
    parcels = [channels.mail([one], f"bare-{one.notice_id}") for one in about.values()]
    databases.connection.close()
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for one in parcels:
            server.sendmail(one.sender, [one.to], one.message)
    return time.perf_counter() - started


def worker(name: str, port: int) -> None:
    """A worker of its own: ready when it says so, then delivers until nothing is due."""
    databases.use(name)
    settings.EMAIL_PORT = port
    print("ready", flush=True)
    sys.stdin.readline()
    while dispatch.deliver(now=NOW):
        pass


def by_workers(count: int, port: int) -> float:
    """Let so many workers deliver everything at once; the seconds until the last is done."""
    with databases.fresh_copy(TEMPLATE, ENGINE):
        workers = [start("-m", "bench.mail", "--worker", ENGINE, str(port)) for _ in range(count)]
        for _process, _go, said in workers:
            said.readline()
        started = time.perf_counter()
        for _process, go, _said in workers:
            go.write(b"\n")
            go.flush()
        for process, _go, _said in workers:
            if process.wait():
                raise SystemExit("a worker failed")
        elapsed = time.perf_counter() - started
        databases.use(ENGINE)
        if left := Delivery.objects.exclude(state="SENT").count():
            raise SystemExit(f"{left} deliveries were not sent")
        databases.connection.close()
    return elapsed


def run(rounds: int, mails: int, milliseconds: float) -> list[Bound]:
    """Measure and print; returns the bounds."""
    seconds: dict[str, list[float]] = {"bare loop": [], "one worker": [], "two workers": []}
    with databases.template(TEMPLATE, lambda: build(mails)), sink(milliseconds) as port:
        for number in range(rounds):
            sides = [
                ("bare loop", lambda: bare(port)),
                ("one worker", lambda: by_workers(1, port)),
                ("two workers", lambda: by_workers(2, port)),
            ]
            for name, side in sides if number % 2 == 0 else sides[::-1]:
                seconds[name].append(side())
    rows = [
        (name, f"{median(taken):.2f}", f"{min(taken):.2f}–{max(taken):.2f}", f"{mails // 3 * 3 / median(taken):.0f}")
        for name, taken in seconds.items()
    ]
    print_table((f"{mails // 3 * 3} mails", "s", "from–to", "mails/s"), rows)
    one, two, loop = (median(seconds[name]) for name in ("one worker", "two workers", "bare loop"))
    return [
        Bound("mails of a worker / of the bare loop", loop / one, 0.5, at_least=True),
        Bound("mails of two workers / of one", one / two, 1, at_least=True),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--server-ms", type=float, default=5, help="what the mail server takes to keep a mail")
    parser.add_argument("--worker", nargs=2, metavar=("DATABASE", "PORT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        worker(arguments.worker[0], int(arguments.worker[1]))
        return 0
    return verdict(run(arguments.rounds, arguments.mails, arguments.server_ms))


if __name__ == "__main__":
    sys.exit(main())

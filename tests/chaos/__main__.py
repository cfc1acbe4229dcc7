"""Kill -9 in the middle, then compare the ledgers.

    python -m tests.chaos [--kills N] [--units N] [--seed N] [--template DATABASE] [--fault NAME]

A real beat, real workers, Valkey, PostgreSQL (DATABASE_URL's server) and a mail server. Exit code 1 when the ledgers
differ. `--template` names a migrated database that holds nothing, to be copied; `--fault` takes a guard away from the
workers (faults.py), and the ledgers must differ.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import django
from django.core.management import call_command

from tests.chaos.hours import enter_the_afternoon
from tests.chaos.stage import own_broker, own_database, own_sink
from tests.chaos.troupe import own_troupe

SLOWNESS = 0.02
LAST_CHARACTERS = 40_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--units", type=int, default=60, help="below each of two committees, at least 10")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--template", default="")
    parser.add_argument("--fault", choices=("mark first", "noted first", "no broker, no worker"), default="")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    enter_the_afternoon()
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        url = stack.enter_context(own_database(os.environ["DATABASE_URL"], arguments.template or "template0"))
        broker = stack.enter_context(own_broker())
        sink = stack.enter_context(own_sink(folder / "mails", SLOWNESS))
        os.environ |= {
            "CHAOS_FAULT": arguments.fault,
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "DATABASE_URL": url,
            "REDIS_URL": broker.url,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(sink.port),
            "EMAIL_USE_TLS": "false",
            "EMAIL_HOST_USER": "",
            "GATEWAY_URL": "",
            "REDIS_SENTINEL_MASTER": "",
            "SEAL_DIRECTORY": str(folder / "seals"),
        }
        django.setup()
        if not arguments.template:
            call_command("migrate", verbosity=0)
        troupe = stack.enter_context(own_troupe(folder))
        from tests.chaos.series import Series  # needs the tables' classes

        series = Series(broker, sink, troupe, url, size=arguments.units, seed=arguments.seed)
        try:
            comparison = series.run(arguments.kills)
        except BaseException:
            show_logs(folder)
            raise
        print(f"seed {arguments.seed}, {time.monotonic() - began:.0f} s")
        for name, number in {**comparison.figures, **series.figures()}.items():
            print(f"{number:>8} {name}")
        for problem in comparison.problems:
            print(f"PROBLEM {problem}")
        if comparison.problems:
            show_logs(folder)
    return 1 if comparison.problems else 0


def show_logs(folder: Path) -> None:
    for log in sorted(folder.glob("*.log")):
        print(f"--- {log.name}\n{log.read_text()[-LAST_CHARACTERS:]}")


if __name__ == "__main__":
    sys.exit(main())

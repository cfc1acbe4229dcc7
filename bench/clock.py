"""What a sweep and a fan-out cost at the size of a nation, beside their floors.

    python -m bench.clock [--rounds 7] [--units 52000] [--reports 1000000]

Sweep: 1,000,000 unsent reports in requests of one issuer, a rung has come for 1 % of them; then once more, when
nothing has come. Fan-out: 52,000 units are asked for a report, three people each with an e-mail address. The floors
write the very same rows by psycopg, prepared, with one locking read and one statement for each table touched. Rounds
alternate; each has a fresh copy of one template, and the rows are compared afterwards. A broken bound: exit code 1.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
# Deliveries are made for whoever has an address only where there is a mail server.
os.environ.setdefault("EMAIL_HOST", "mail.invalid")
django.setup()

from django.db import connection  # noqa: E402 – after setup()

from bench import clock_floor, databases  # noqa: E402
from bench.figures import Bound, median, print_table, verdict  # noqa: E402
from bench.register import CALENDAR, OUTLINE, organization, prepare  # noqa: E402
from workflow.actions import campaigns, clock  # noqa: E402
from workflow.actions.register import PersonDraft, SeatDraft, register  # noqa: E402
from workflow.choices import AudienceRule, OrganizationKind, ReviewMode, Role  # noqa: E402
from workflow.delivery import fanout  # noqa: E402
from workflow.models import Person  # noqa: E402
from workflow.rules.calendar import LOCAL  # noqa: E402

TEMPLATE, ENGINE, FLOOR = "bench_clock", "bench_engine", "bench_floor"
OPENED = datetime(2026, 6, 1, 9, 0, tzinfo=LOCAL)
TOLD = datetime(2026, 6, 1, 9, 1, tzinfo=LOCAL)
# T-7 of a due on Friday 31/7/2026: Wednesday 22/7, 08:00.
BEFORE = datetime(2026, 7, 22, 7, 59, tzinfo=LOCAL)
COME = datetime(2026, 7, 22, 8, 0, 30, tzinfo=LOCAL)
IDLE = COME + timedelta(hours=2)
SINCE = OPENED.date() - timedelta(days=30)


def build(units: int, reports: int) -> None:
    """Register an issuer and its units with their people, and ask them for as many reports; 1 % is due first."""
    register(
        organizations=[
            organization("issuer", "", OrganizationKind.PROVINCE_COMMITTEE),
            *(organization(f"unit-{n}", "issuer", OrganizationKind.GRASSROOTS_CELL) for n in range(units)),
        ],
        people=[PersonDraft(username="issuer", full_name="Nguyễn Văn Dũng", email="dung@khoi.example")],
        seats=[SeatDraft(organization="issuer", person="issuer", role=Role.OFFICER, since=SINCE)],
        calendar=CALENDAR,
        actor=None,
        now=OPENED,
    )
    fanout.fan_out(now=OPENED)
    with connection.cursor() as cursor:
        for statement in (clock_floor.PEOPLE, clock_floor.SEATS):
            cursor.execute(statement, {"since": SINCE, "now": OPENED})
    officer = Person.objects.get(username="issuer")
    campaign = prepare("issuer", "1-CV/issuer", OUTLINE, ReviewMode.OPINIONS, AudienceRule.ALL)
    campaigns.open_campaign(campaign_id=campaign.pk, actor=officer, now=OPENED)
    with connection.cursor() as cursor:
        given: dict[str, Any] = {
            "campaign": campaign.pk,
            "copies": max(reports // units - 1, 0),
            "first": reports // 100,
            "later": OPENED + timedelta(days=200),
        }
        for statement in clock_floor.MORE_REPORTS:
            cursor.execute(statement, given)
    clock.sweep(now=OPENED)


@dataclass
class Bench:
    """One piece of work; seconds of each round of both sides."""

    name: str
    engine_side: Callable[[], int]
    floor_side: Callable[[clock_floor.Connection], None]
    rows: str
    engine: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    grown: list[int] = field(default_factory=list)

    def round(self, *, engine_first: bool) -> None:
        """Work once on both sides, in the order given, and compare what they wrote."""
        sides = [(ENGINE, self._engine), (FLOOR, self._floor)]
        written = []
        for name, side in sides if engine_first else sides[::-1]:
            with databases.fresh_copy(TEMPLATE, name):
                written.append(side(name))
                connection.close()
        if written[0] != written[1]:
            raise SystemExit(f"{self.name}: engine and floor wrote different rows: {written}")

    def _rows(self, name: str) -> tuple[object, ...]:
        with databases.connect(name) as database:
            return next(iter(database.execute(self.rows)))

    def _engine(self, name: str) -> tuple[object, ...]:
        databases.use(name)
        _warm(connection.cursor().execute)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        done = self.engine_side()
        self.engine.append(time.perf_counter() - started)
        self.grown.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
        if not done:
            raise SystemExit(f"{self.name}: nothing was done")
        written = self._rows(name)
        if self.name == "sweep":
            clock.sweep(now=IDLE - timedelta(minutes=1))  # long after the look back
        started = time.perf_counter()
        if idle(self.name):
            raise SystemExit(f"{self.name}: something was done twice")
        self.idle.append(time.perf_counter() - started)
        return written

    def _floor(self, name: str) -> tuple[object, ...]:
        with databases.connect(name, autocommit=True) as database:
            _warm(database.execute)
            started = time.perf_counter()
            self.floor_side(database)
            self.floor.append(time.perf_counter() - started)
        return self._rows(name)

    @property
    def ratio(self) -> float:
        return median(self.engine) / median(self.floor)


def _warm(execute: Callable[[str], object]) -> None:
    """Bring the tables into memory, as they are in a system at work."""
    for table in ("report", "seat", "person", "event", "organization"):
        execute(f"SELECT count(*) FROM (SELECT * FROM workflow_{table} OFFSET 0) AS every")  # noqa: S608


def idle(name: str) -> int:
    """The same again, when nothing waits."""
    return clock.sweep(now=IDLE).climbed if name == "sweep" else fanout.fan_out(now=TOLD)


def run(rounds: int, units: int, reports: int) -> list[Bound]:
    """Measure and print; returns the bounds."""
    benches = [
        Bench("sweep", lambda: clock.sweep(now=COME).climbed, clock_floor.sweep, clock_floor.CLIMBED_ROWS),
        Bench("fan-out", lambda: fanout.fan_out(now=TOLD), clock_floor.fan_out, clock_floor.NOTICE_ROWS),
    ]
    with databases.template(TEMPLATE, lambda: build(units, reports)):
        for number in range(rounds):
            for bench in benches:
                bench.round(engine_first=number % 2 == 0)
    print_table(
        ("work", "engine s", "from–to", "floor s", "again, idle ms", "memory grown, MiB"),
        [
            (
                bench.name,
                f"{median(bench.engine):.2f}",
                f"{min(bench.engine):.2f}–{max(bench.engine):.2f}",
                f"{median(bench.floor):.2f}",
                f"{1000 * median(bench.idle):.1f}",
                f"{max(bench.grown) / 1024:.1f}",
            )
            for bench in benches
        ],
    )
    return [Bound(f"{bench.name}, engine / floor", bench.ratio, 2) for bench in benches]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--units", type=int, default=52_000)
    parser.add_argument("--reports", type=int, default=1_000_000)
    arguments = parser.parse_args()
    return verdict(run(arguments.rounds, arguments.units, arguments.reports))


if __name__ == "__main__":
    sys.exit(main())

"""What the opening of a request for 52,000 organisations costs, beside its floor and beside stock viewflow.

    python -m bench.opening [--rounds 7] [--units 52000]

The engine opens through campaigns.open_campaign(). The floor writes the very same rows by psycopg, prepared, with one
locking read and one statement for each table touched. Two audiences: all direct children, and one kind of unit three
levels down. Stock viewflow.workflow opens processes one by one; a sample of 300 gives the time of one. Rounds
alternate; each has a fresh copy of one template, and both copies must hold the same rows afterwards. Figures are
medians over the rounds. Exit code 1 when a bound is broken.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django.setup()

from django.db import connection  # noqa: E402 – after setup()

from bench import databases, opening_floor  # noqa: E402
from bench.figures import Bound, median, print_table, verdict  # noqa: E402
from bench.register import NOW, Tree, build_trees  # noqa: E402
from bench.stock import beside  # noqa: E402
from workflow.actions import campaigns  # noqa: E402
from workflow.choices import AudienceRule  # noqa: E402
from workflow.models import Campaign, Organization, Person, Report, Seat  # noqa: E402

TEMPLATE, ENGINE, FLOOR, STOCK = "bench_trees", "bench_engine", "bench_floor", "bench_stock"
STOCK_SAMPLE = 300
# The floor's way to tell the units of each audience.
UNITS = {
    AudienceRule.ALL: "unit.parent_id = campaign.issuer_id",
    AudienceRule.KINDS: "unit.kind = ANY (campaign.audience_kinds)",
}


@dataclass
class Bench:
    """One tree's opening; seconds of each round of both sides."""

    tree: Tree
    opening: opening_floor.Opening
    engine: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    def round(self, *, engine_first: bool) -> None:
        """Open once on both sides, in the order given, and compare what they wrote."""
        sides = [(ENGINE, self._engine, self.engine), (FLOOR, self._floor, self.floor)]
        written = []
        for name, side, seconds in sides if engine_first else sides[::-1]:
            with databases.fresh_copy(TEMPLATE, name):
                seconds.append(side(name))
                connection.close()
                written.append(databases.fingerprint(name))
        if different := databases.differing(*written):
            raise SystemExit(f"engine and floor wrote different rows: {'; '.join(different)}")

    def _engine(self, name: str) -> float:
        databases.use(name)
        actor = Person.objects.get(pk=self.opening.actor)
        _warm(lambda: Organization.objects.count())
        started = time.perf_counter()
        campaigns.open_campaign(campaign_id=self.opening.campaign, actor=actor, now=NOW)
        elapsed = time.perf_counter() - started
        reports = Report.objects.filter(campaign_id=self.opening.campaign).count()
        if reports != self.tree.units:
            raise SystemExit(f"{reports} reports were made, not {self.tree.units}")
        return elapsed

    def _floor(self, name: str) -> float:
        with databases.connect(name, autocommit=True) as database:
            _warm(lambda: database.execute("SELECT count(*) FROM workflow_organization"))
            started = time.perf_counter()
            opening_floor.write(database, self.opening)
            return time.perf_counter() - started

    @property
    def ratio(self) -> float:
        return median(self.engine) / median(self.floor)


def _warm(read_units: Callable[[], object]) -> None:
    """Bring the organisations into memory, as they are in a system at work."""
    read_units()


def _bench(tree: Tree) -> Bench:
    campaign = Campaign.objects.get(number=f"1-CV/{tree.issuer}")
    seat = Seat.objects.get(organization=campaign.issuer_id)
    return Bench(tree, opening_floor.Opening(campaign.pk, seat.person_id, seat.pk, NOW, UNITS[tree.audience]))


def run(rounds: int, units: int) -> list[Bound]:
    """Measure and print; returns the bounds."""
    trees = [Tree("flat", AudienceRule.ALL, units), Tree("deep", AudienceRule.KINDS, units)]
    stock = []
    with databases.template(TEMPLATE, lambda: build_trees(trees)), databases.empty(STOCK):
        databases.use(TEMPLATE)
        benches = [_bench(tree) for tree in trees]
        connection.close()
        beside.measure(STOCK, 1, migrate=True)
        for number in range(rounds):
            for bench in benches:
                bench.round(engine_first=number % 2 == 0)
            stock.append(beside.measure(STOCK, STOCK_SAMPLE).opening)
    show(benches, median(stock))
    bounds = [Bound(f"opening {bench.tree.audience}, engine / floor", bench.ratio, 1.5) for bench in benches]
    return bounds + [
        Bound(
            f"opening {bench.tree.audience}, one of stock viewflow / one of the engine",
            median(stock) * units / 1000 / median(bench.engine),
            100,
            at_least=True,
        )
        for bench in benches
    ]


def show(benches: list[Bench], stock: float) -> None:
    """Print seconds, milliseconds for each report, and the spread of the rounds."""
    rows = []
    for bench in benches:
        for side, seconds in (("engine", bench.engine), ("floor", bench.floor)):
            middle = median(seconds)
            rows.append(
                (
                    f"{bench.tree.audience}, {bench.tree.units} units, {side}",
                    f"{middle:.2f}",
                    f"{min(seconds):.2f}–{max(seconds):.2f}",
                    f"{1000 * middle / bench.tree.units:.3f}",
                )
            )
    rows.append((f"stock viewflow, a sample of {STOCK_SAMPLE} one by one", "", "", f"{stock:.3f}"))
    print()
    print_table(("opening", "s", "from–to", "ms a report"), rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--units", type=int, default=52_000)
    arguments = parser.parse_args()
    return verdict(run(arguments.rounds, arguments.units))


if __name__ == "__main__":
    sys.exit(main())

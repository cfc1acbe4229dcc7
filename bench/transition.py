"""What a verb costs, from its locking read to its commit, beside its floor and beside stock viewflow.

    python -m bench.transition [--rounds 7] [--lifecycles 30]

The engine plays whole lifecycles through the actions. The floor writes the very same rows by psycopg, prepared, with
one locking read and one statement for each table that the verb touched. The same five steps are played in stock
viewflow.workflow as well. Rounds alternate; every round of engine and floor has a fresh copy of one template, and both
copies must hold the same rows afterwards. Figures are medians over the rounds. Exit code 1 when a bound is broken.
"""

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from statistics import fmean
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django.setup()

from django.db import connection  # noqa: E402 – after setup()

from bench import databases, lifecycle, replay  # noqa: E402
from bench.figures import Bound, median, print_table, verdict  # noqa: E402
from bench.register import build_cells  # noqa: E402
from bench.stock import beside  # noqa: E402

ISSUER, FULL, SHORT = "duk", "1-CV", "2-CV"
WARM_UP = 6  # PostgreSQL chooses a generic plan after five executions
TEMPLATE, ENGINE, FLOOR, STOCK = "bench_cells", "bench_engine", "bench_floor", "bench_stock"

Times = dict[str, list[float]]


class Stopwatch:
    """Runs verbs and keeps their milliseconds."""

    def __init__(self) -> None:
        self.times: Times = defaultdict(list)

    def __call__(self, verb: str, action: Callable[..., Any], **arguments: Any) -> Any:
        started = time.perf_counter()
        result = action(**arguments)
        self.times[verb].append(1000 * (time.perf_counter() - started))
        return result


class Tape:
    """Runs verbs, counts their statements (BEGIN and COMMIT apart) and records what they wrote."""

    def __init__(self, recorder: replay.Recorder) -> None:
        self.recorder = recorder
        self.calls: list[replay.Recorded] = []
        self.counts: dict[str, list[int]] = defaultdict(list)
        self._count = 0

    def _counting(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self._count += 1
        return execute(*arguments)

    def __call__(self, verb: str, action: Callable[..., Any], **arguments: Any) -> Any:
        self._count = 0
        with connection.execute_wrapper(self._counting):
            result = action(**arguments)
        self.counts[verb].append(self._count)
        self.calls.append(replay.Recorded(verb, arguments["report_id"], self.recorder.statements()))
        return result


class Bench:
    """One kind of lifecycle, measured on both sides."""

    def __init__(self, number: str, player: Callable[[lifecycle.Unit, lifecycle.Perform], None], count: int) -> None:
        self.number, self.player, self.count = number, player, count + WARM_UP
        self.calls, self.counts = self._record()
        self.engine: list[Times] = []
        self.floor: list[Times] = []

    def _record(self) -> tuple[list[list[replay.Recorded]], dict[str, list[int]]]:
        with databases.fresh_copy(TEMPLATE, ENGINE) as name:
            databases.use(name)
            calls: list[list[replay.Recorded]] = []
            with databases.connect(name, autocommit=True) as database:
                recorder = replay.Recorder(database)
                counts: dict[str, list[int]] = {}
                for unit in lifecycle.units(ISSUER, self.number, self.count):
                    tape = Tape(recorder)
                    self.player(unit, tape)
                    calls.append(tape.calls)
                    counts = tape.counts
            return calls, counts

    def round(self, *, engine_first: bool) -> None:
        """Play both sides once, in the order given, and compare what they wrote."""
        sides = (self._engine_round, self._floor_round) if engine_first else (self._floor_round, self._engine_round)
        one, other = [side() for side in sides]
        if different := databases.differing(one, other):
            raise SystemExit(f"engine and floor wrote different rows: {'; '.join(different)}")

    def _engine_round(self) -> databases.Fingerprint:
        with databases.fresh_copy(TEMPLATE, ENGINE) as name:
            databases.use(name)
            watch = Stopwatch()
            for number, unit in enumerate(lifecycle.units(ISSUER, self.number, self.count)):
                if number == WARM_UP:
                    watch = Stopwatch()
                self.player(unit, watch)
            self.engine.append(watch.times)
            connection.close()
            return databases.fingerprint(name)

    def _floor_round(self) -> databases.Fingerprint:
        with databases.fresh_copy(TEMPLATE, FLOOR) as name:
            watch = Stopwatch()
            with databases.connect(name, autocommit=True) as database:
                for number, calls in enumerate(self.calls):
                    if number == WARM_UP:
                        watch = Stopwatch()
                    for call in calls:
                        watch(call.verb, replay.replay, database=database, call=call)
            self.floor.append(watch.times)
            return databases.fingerprint(name)

    @property
    def verbs(self) -> list[str]:
        return list(self.counts)

    def of_verb(self, rounds: list[Times], verb: str) -> float:
        """Median over the rounds of the mean milliseconds of one call."""
        return median(fmean(times[verb]) for times in rounds)

    def of_all_verbs(self, rounds: list[Times]) -> float:
        """Median over the rounds of the mean over the verbs, each verb counting once."""
        return median(fmean(fmean(times[verb]) for verb in self.verbs) for times in rounds)

    def of_lifecycle(self, rounds: list[Times]) -> float:
        """Median over the rounds of the milliseconds of one whole lifecycle."""
        return median(sum(map(sum, times.values())) / (self.count - WARM_UP) for times in rounds)

    def show(self) -> None:
        rows = [self._row(verb) for verb in self.verbs]
        for what, figure in (("mean over the verbs", self.of_all_verbs), ("whole lifecycle", self.of_lifecycle)):
            engine, floor = figure(self.engine), figure(self.floor)
            rows.append((what, "", "", f"{engine:.2f}", "", f"{floor:.2f}", f"{engine / floor:.2f}"))
        print_table(("verb", "calls", "statements", "ms", "floor stm.", "floor ms", "ratio"), rows)

    def _row(self, verb: str) -> tuple[str, ...]:
        engine, floor = self.of_verb(self.engine, verb), self.of_verb(self.floor, verb)
        counts = self.counts[verb]
        written = [1 + len(call.statements) for call in self.calls[-1] if call.verb == verb]
        return (
            verb,
            str(len(counts)),
            f"{fmean(counts):.1f}",
            f"{engine:.2f}",
            f"{fmean(written):.1f}",
            f"{floor:.2f}",
            f"{engine / floor:.2f}",
        )


def run(rounds: int, lifecycles: int) -> list[Bound]:
    """Measure and print; returns the bounds."""
    with databases.template(TEMPLATE, lambda: build_cells(ISSUER, 300)), databases.empty(STOCK):
        full, short = Bench(FULL, lifecycle.play, lifecycles), Bench(SHORT, lifecycle.play_short, lifecycles)
        beside.measure(STOCK, 1, migrate=True)
        stock = []
        for number in range(rounds):
            for bench in (full, short):
                bench.round(engine_first=number % 2 == 0)
            stock.append(beside.measure(STOCK, lifecycles).lifecycle)
    print("\nA whole lifecycle with a review:\n")
    full.show()
    print("Five steps: write, submit, sign, issue, receive:\n")
    short.show()
    ours, theirs = short.of_lifecycle(short.engine), median(stock)
    print(f"The same five steps in stock viewflow.workflow: {theirs:.2f} ms a lifecycle, here {ours:.2f} ms\n")
    ratio = full.of_all_verbs(full.engine) / full.of_all_verbs(full.floor)
    return [
        Bound("transition, mean over the verbs, engine / floor", ratio, 3.5),
        Bound("five steps, stock viewflow / engine", theirs / ours, 5, at_least=True),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--lifecycles", type=int, default=30)
    arguments = parser.parse_args()
    return verdict(run(arguments.rounds, arguments.lifecycles))


if __name__ == "__main__":
    sys.exit(main())

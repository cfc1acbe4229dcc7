"""A series of kills while the offices work, and the clock that stands still and goes on between them."""

import logging
import random
import statistics
import threading
import time
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta

import psutil
from django.db.models import Max
from django.utils import timezone

from tests.chaos.cast import COMMITTEES, register_cast
from tests.chaos.comparing import Comparison, ask, compare
from tests.chaos.hours import BEGINS
from tests.chaos.kills import ROLES, Kill, Killer
from tests.chaos.ledger import Ledger
from tests.chaos.office import Office, let_time_pass
from tests.chaos.stage import Broker, Sink, until
from tests.chaos.troupe import Player, Troupe, connections_of, is_alive
from workflow.delivery.dispatch import LEASE
from workflow.models import ClimbedRung, ClockMark, Delivery, Notice

log = logging.getLogger(__name__)

LADDER = "ladder"
# What is hit and who is killed, and how often among a hundred.
KINDS = {
    ("sweep", "group"): 25,
    ("fan-out", "group"): 20,
    ("delivery", "group"): 18,
    ("everybody", "everybody"): 5,
    ("sweep", "child"): 10,
    ("delivery", "child"): 9,
    ("fan-out", "child"): 8,
    ("beat", "beat"): 5,
}
# A sweep is short; who misses it sets the clock back again.
TRIES = 8
# More than so many notices a unit on their way, and the office waits for the workers.
BACKLOG = 8
AWAY_SAVES = 5
# Far below what a client waits for a broker that is gone, far above what a busy machine takes.
NO_DELAY = 1.0
DRAIN_SECONDS = 120.0
CLAIMING_SECONDS = 3


class Series:
    def __init__(self, broker: Broker, sink: Sink, troupe: Troupe, url: str, *, size: int, seed: int) -> None:
        self.broker, self.sink, self.troupe = broker, sink, troupe
        self.chance = random.Random(seed)
        self.killer = Killer(troupe, sink, url)
        self.kills: list[Kill] = []
        self.problems: list[str] = []
        self.waves, self.beats, self.sent_again, self.broken_off = 0, 1, 0, 0
        self.swept_since: datetime | None = None
        self.away: list[tuple[float, float]] = []
        long_ago = BEGINS - timedelta(days=90)
        cast = register_cast(size, timezone.now(), long_ago)
        self.ledger = Ledger(cast)
        self.ledger.happened = Counter(
            (stream, pk, verb) for stream, pk, verb in ask("SELECT stream, stream_id, verb FROM workflow_event")
        )
        self.office = Office(self.ledger, long_ago, random.Random(seed + 1), most_on_its_way=BACKLOG * size)

    def run(self, kills: int) -> Comparison:
        """Play it to the end and compare the ledgers."""
        self._open_first_requests()
        self._stop_the_clock()
        for role in ("clock", "delivery", "beat"):
            self.troupe.enter(role)
        stop = threading.Event()
        working = threading.Thread(target=self.office.work, args=(stop,), daemon=True)
        working.start()
        try:
            for n, (wanted, victim) in enumerate(self._plan(kills)):
                self._episode(n, kills)
                self._kill_one(wanted, victim, n)
        finally:
            stop.set()
            working.join()
        self._look_after_the_office()
        self._drain()
        log.info("%.1f compare", time.monotonic())
        self.troupe.everybody_leaves()
        for role in ("clock", "delivery"):
            self.killer.wait_until_gone(role)
        senders = sum(kill.senders for kill in self.kills) + self.broken_off
        comparison = compare(self.ledger, self.sink.directory, senders)
        comparison.problems[:0] = [*self.problems, *self._never_hit(), *self._slow_without_a_broker()]
        return comparison

    def figures(self) -> dict[str, int]:
        """How many of each kind were killed, and how many of them in the middle of what was wanted."""
        counted = {"kills": len(self.kills)}
        for wanted, victim in KINDS:
            of_kind = [kill for kill in self.kills if (kill.wanted, kill.victim) == (wanted, victim)]
            counted[f"kills: {wanted}, {victim}"] = len(of_kind)
        for kind in ROLES:
            hit = [kill for kill in self.kills if kind in kill.middle]
            counted[f"kills in the middle of: {kind}"] = len(hit)
            if kind != "delivery":
                counted[f"statements of it cut: {kind}"] = sum(kill.cut for kill in hit)
        counted["kills of idle workers"] = sum(kill.wanted in ROLES and not kill.middle for kill in self.kills)
        counted["deliveries given up after six killed senders, sent again by the office"] = self.sent_again
        counted["clock stopped and started"] = self.waves
        with_it, without = self._saves()
        counted["drafts saved with a broker"] = len(with_it)
        counted["drafts saved without one"] = len(without)
        for title, seconds in (("with", with_it), ("without", without)):
            if seconds:
                counted[f"ms, median save {title} a broker"] = round(1000 * statistics.median(seconds))
                counted[f"ms, longest save {title} a broker"] = round(1000 * max(seconds))
        return counted

    def _never_hit(self) -> list[str]:
        return [
            f"no kill in the middle of a {kind}" for kind in ROLES if not any(kind in one.middle for one in self.kills)
        ]

    def _saves(self) -> tuple[list[float], list[float]]:
        """How long drafts took to be saved while there was a broker, and while there was none."""
        without = [took for at, took in self.office.seconds if any(since <= at < til for since, til in self.away)]
        with_it = [took for at, took in self.office.seconds if not any(since <= at < til for since, til in self.away)]
        return with_it, without

    def _slow_without_a_broker(self) -> list[str]:
        slow = [took for took in self._saves()[1] if took > NO_DELAY]
        return [f"{len(slow)} saves took up to {max(slow):.1f} s while the broker was away"] if slow else []

    def _plan(self, kills: int) -> list[tuple[str, str]]:
        """Each kind once, if there is room, then by chance; in any order."""
        rest = self.chance.choices(list(KINDS), weights=list(KINDS.values()), k=max(0, kills - len(KINDS)))
        plan = [*list(KINDS)[:kills], *rest]
        self.chance.shuffle(plan)
        return plan

    def _open_first_requests(self) -> None:
        now = timezone.now()
        for issuer in COMMITTEES:
            for _ in range(2):
                request = self.office.open_request(issuer, now)
                for unit in self.chance.sample(self.office.cast.writers(issuer), 5):
                    self.office.to_the_secretary(request, unit, now)

    def _kill_one(self, wanted: str, victim: str, n: int) -> None:
        kill = self._hunt(wanted, victim, held=n % 3 == 0, cut=self.chance.random() < 0.5)
        self.kills.append(kill)
        log.info("%s %s", time.monotonic(), kill)
        if not self.troupe.playing["clock"]:
            self._another_clock()
        if not self.troupe.playing["delivery"]:
            self._let_leases_run_out()
            self.troupe.enter("delivery")
        while len(self.troupe.playing["beat"]) < self.beats:
            self.troupe.enter("beat")
        self._look_after_the_office()

    def _look_after_the_office(self) -> None:
        if self.office.failure is not None:
            raise self.office.failure

    def _hunt(self, wanted: str, victim: str, *, held: bool, cut: bool) -> Kill:
        playing = self.troupe.playing
        if wanted == "beat":
            return self.killer.kill_at_once(wanted, playing["beat"][:1])
        if wanted == "everybody":
            return self.killer.kill_at_once(wanted, [player for role in playing.values() for player in role])
        for _ in range(TRIES):
            if wanted == "sweep" and not self._unswept():
                self._another_clock()
            if wanted == "fan-out":
                self.office.tell_many()
            over = (lambda: not self._unswept()) if wanted == "sweep" else bool
            kill = self.killer.kill(wanted, victim, over, held=held, cut=cut)
            if kill is not None:
                return kill
        return self.killer.kill_at_once(wanted, playing[ROLES[wanted]][:1])

    def _another_clock(self) -> None:
        """Only with no sweep under way can the clock be set back, without one that began before setting it on."""
        for player in list(self.troupe.playing["clock"]):
            self.troupe.leave(player)
        self.killer.wait_until_gone("clock")
        self._stop_the_clock()
        self.troupe.enter("clock")

    def _episode(self, n: int, kills: int) -> None:
        """Two beats in the second quarter; then the broker is emptied, and later away for a while."""
        quarter = max(1, kills // 4)
        if n == quarter:
            self.beats = 2
            self.troupe.enter("beat")
        elif n == 2 * quarter:
            self.beats = 1
            self.troupe.leave(self.troupe.playing["beat"][-1])
        if 2 * quarter <= n < 3 * quarter:
            self.broker.flush()
        if n == 3 * quarter:
            self._without_a_broker()

    def _without_a_broker(self) -> None:
        """It goes away in the middle of a fan-out: drafts are saved as ever, and the workers wait until it is back."""
        self.broken_off += sum(len(player.children()) for player in self.troupe.playing["delivery"])
        with ExitStack() as away:
            with self.killer.held("fan-out"):
                self.office.tell_many()
                until(lambda: self.killer.in_the_middle("fan-out"), "a fan-out")
                said = len(self.troupe.said("clock"))
                away.enter_context(self.broker.away())
                until(
                    lambda: "Connection to broker lost" in self.troupe.said("clock")[said:],
                    "the worker without a broker",
                )
            began, before = time.monotonic(), len(self.office.seconds)
            until(lambda: len(self.office.seconds) >= before + AWAY_SAVES or self.office.failure, "drafts saved")
            there = {one.raddr.port for one in psutil.Process().net_connections("tcp4") if one.raddr}
            if self.broker.server.port in there:
                self.problems.append("this process has a connection to the broker")
            self.away.append((began, time.monotonic()))
        latest = Notice.objects.aggregate(latest=Max("pk"))["latest"] or 0
        self.office.tell_many()
        until(lambda: self._ended() or Notice.objects.filter(pk__gt=latest).exists(), "a fan-out with the broker back")
        for player in self._ended():
            self.problems.append(f"{player.name} ended with its broker")
            self.troupe.leave(player)
            self.troupe.enter(player.role)

    def _ended(self) -> list[Player]:
        return [player for role in self.troupe.playing.values() for player in role if not is_alive(player.pid)]

    def _stop_the_clock(self) -> None:
        """With no sweep under way: check what the last one did, change deadlines, and set the clock back by weeks."""
        with self.office.desk:
            mark = ClockMark.objects.filter(hand=LADDER).first()
            if self.swept_since is not None:
                if mark is None or mark.moment <= self.swept_since:
                    return  # killed before it was through; the next one goes on
                self._check_climbed()
                now = timezone.now()
                self.office.move_a_deadline(now)
                self.office.move_a_deadline(now)
                self.office.sign_one(now)
            now = timezone.now()
            stopped = now - timedelta(days=self.chance.randint(30, 45))
            self.ledger.stop_and_start(stopped, now)
            ClockMark.objects.update_or_create(hand=LADDER, defaults={"moment": stopped})
            self.swept_since = self.killer.set_back = now
            self.waves += 1

    def _check_climbed(self) -> None:
        """A sweep that says it is complete has left nobody out."""
        rows = set(ClimbedRung.objects.values_list("report_id", "rung_id", "due"))
        missing = self.ledger.reminders() - rows
        if missing:
            self.problems.append(f"the clock went on without {len(missing)}, such as {sorted(missing)[:3]}")

    def _let_leases_run_out(self) -> None:
        """With no sender alive: nobody who claimed a mail will say any more whether it went."""
        Delivery.objects.filter(state__in=["CLAIMED", "SENDING"]).update(next_attempt_at=timezone.now())

    def _drain(self) -> None:
        """Let the workers come to the end of everything that is left."""
        log.info("%.1f drain", time.monotonic())
        until(lambda: not self._unswept(), "the last sweep but one")
        self._another_clock()
        until(lambda: not self._unswept(), "the last sweep")
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.office.backlog() or self._send_again():
            let_time_pass()
            if not Delivery.objects.filter(state="WAITING").exists():
                self._another_sender()
            if time.monotonic() > deadline:
                raise TimeoutError(f"still on its way after {DRAIN_SECONDS} s: {self.office.backlog()}")
            time.sleep(0.05)
        self._check_climbed()

    def _send_again(self) -> int:
        """What was given up because all who had claimed it were killed is seen by the office, which sends it again."""
        other = Delivery.objects.filter(state="FAILED").exclude(last_error="interrupted")
        self.problems += [f"delivery {one.pk} failed: {one.last_error}" for one in other]
        again = self.office.send_again(timezone.now())
        self.sent_again += again
        return again

    def _another_sender(self) -> None:
        """What was claimed a while ago by somebody without a connection was claimed by the killed."""
        now = timezone.now()
        long_ago = (now, now + LEASE - timedelta(seconds=CLAIMING_SECONDS))
        if not Delivery.objects.filter(state__in=["CLAIMED", "SENDING"], next_attempt_at__range=long_ago).exists():
            return
        (player,) = self.troupe.playing["delivery"]
        player.freeze()
        if any(self.sink.port in connections_of(child).values() for child in player.children()):
            player.go_on()
            return
        self.troupe.leave(player)
        self._let_leases_run_out()
        self.troupe.enter("delivery")

    def _unswept(self) -> bool:
        assert self.swept_since is not None
        return not ClockMark.objects.filter(hand=LADDER, moment__gt=self.swept_since).exists()

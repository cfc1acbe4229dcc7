"""The demonstration's state: the real request of 98 units in its lively middle, a quarter's request that is late."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from workflow.actions import drafting
from workflow.actions.clock import sweep
from workflow.actions.register import PersonDraft
from workflow.delivery.fanout import fan_out
from workflow.management.demo import fates
from workflow.management.demo.days import CASCADE, MAIN, QUARTER, UPPER, days_of, moved
from workflow.management.demo.fates import Fate
from workflow.management.examples.example import Example
from workflow.management.walkthrough.clock.hands import Hands
from workflow.management.walkthrough.play import Play
from workflow.management.walkthrough.stage import Story

WRITTEN_UNITS = 25
# The units whose people may sign in: what waits for them is chosen.
OWN, CELL = "so-tttt", "ldld"
CHOSEN: Mapping[str, Fate] = {
    OWN: fates.returned,
    CELL: fates.with_the_cell,
    "so-vhttdl": fates.half_written,
    "moi-truong-do-thi": fates.unread,
    "duong-sat-yen-lao": fates.on_paper,
    "co-quan-duk": fates.to_be_signed,
}
# How many of the other units are where, in the order in which the register lists them, mixed.
SHARES: Mapping[Fate, int] = {
    fates.has_arrived: 19,
    fates.just_sent: 8,
    fates.half_written: 13,
    fates.with_the_cell: 11,
    fates.to_be_signed: 9,
    fates.unread: 4,
    fates.read_only: 4,
    fates.to_be_answered: 4,
    fates.waits_for_its_number: 4,
    fates.to_be_completed: 4,
    fates.returned: 3,
    fates.to_be_concluded: 2,
    fates.not_adopted: 2,
    fates.wants_more_time: 2,
    fates.time_proposed: 2,
    fates.time_granted: 1,
    fates.spared: 2,
    fates.not_counted: 1,
    fates.completed_again: 1,
    fates.taken_back: 1,
}
# These have to begin soon, as a long way lies behind them.
LONG = {
    fates.has_arrived,
    fates.just_sent,
    fates.to_be_completed,
    fates.completed_again,
    fates.not_counted,
    fates.taken_back,
}
QUARTER_SHARES: Mapping[Fate, int] = {
    fates.has_arrived: 17,
    fates.sent_late: 3,
    fates.half_written: 2,
    fates.to_be_signed: 2,
    fates.to_be_concluded: 1,
}
CASCADE_SHARES: Mapping[Fate, int] = {
    fates.has_arrived: 3,
    fates.just_sent: 1,
    fates.to_be_signed: 1,
    fates.half_written: 1,
    fates.unread: 1,
}


class CalmHands(Hands):
    """They tell what has happened every few hours: the past need not be told by the second."""

    EVERY = timedelta(hours=3)
    _told = datetime.min.replace(tzinfo=UTC)

    def after_step(self) -> None:
        if self.now - self._told >= self.EVERY:
            self._told = self.now
            super().after_step()


class Demo(Play):
    """Opens the requests one after the other and lets every unit go as far as it is today."""

    def __init__(self, example: Example, now: datetime) -> None:
        self.days = days_of(example, now)
        asked = example.addressed(example.requests[QUARTER].issuer, example.requests[QUARTER].audience)
        others = [code for code in asked if code != OWN]
        moved(example, self.days, [OWN, *others[:: len(others) // (sum(QUARTER_SHARES.values()) - 1)]])
        example.people.update(_written_to(example))
        super().__init__(example, self.days.at(-28, 8), seed=630)
        self.stage.hands = CalmHands(self.stage.calendar, self.stage.now)
        self.until = now
        self.stage.begin(self.direct(), self.days.at(-27, 8, 30))

    def play(self) -> None:
        self.stage.play(until=self.until)
        sweep(now=self.until)
        fan_out(now=self.until)

    def direct(self) -> Story:
        self.open(UPPER)
        yield self.days.at(-26, 8, 30)
        own = self.units[UPPER]["duk"]
        drafting.open_request(report_id=own.report_id, actor=own.secretary, now=self.stage.now)
        drafting.assign(report_id=own.report_id, actor=own.secretary, person_id=own.drafter.pk, now=self.stage.now)
        yield self.days.at(-22, 9)
        self._goes_out(MAIN, CHOSEN, SHARES)
        self.stage.begin(self.offices[MAIN].remind(1), self.stage.now)
        yield self.days.at(-20, 9)
        self._goes_out(QUARTER, {OWN: fates.to_be_signed}, QUARTER_SHARES)
        yield self.days.at(-15, 8, 30)
        self._goes_out(CASCADE, {}, CASCADE_SHARES)

    def _goes_out(self, number: str, chosen: Mapping[str, Fate], shares: Mapping[Fate, int]) -> None:
        """Open a request; its units begin within some days, who has come far earlier than the others."""
        self.open(number)
        office, stage = self.offices[number], self.stage
        office.share_out(self.units[number].values())
        stage.begin(office.rounds(self.until), stage.later(hours=1))
        others = [code for code in self.units[number] if code not in chosen]
        told = dict(zip(others, _mixed(shares, len(others)), strict=True)) | dict(chosen)
        for code, fate in told.items():
            within = 2 if fate in LONG else 7
            begins = stage.later(days=stage.chance.randint(0, within), hours=stage.chance.uniform(0, 6))
            stage.begin(fate(self.units[number][code], office, self.days), begins)


def _written_to(example: Example) -> dict[str, PersonDraft]:
    """Of the units only a few have e-mail, so that the demonstration keeps hundreds of mails, not thousands."""
    codes = list(example.organizations)
    written = {"tinh-uy", "duk", OWN, CELL, *codes[:: len(codes) // WRITTEN_UNITS]}
    kept = {seat.person for seat in example.seats if seat.organization in written}
    return {name: replace(one, email="") for name, one in example.people.items() if name not in kept}


def _mixed(shares: Mapping[Fate, int], count: int) -> list[Fate]:
    """So many fates of each kind, spread evenly over the list; the commonest fills up."""
    places = [
        ((place + 0.5) / share, order, fate)
        for order, (fate, share) in enumerate(shares.items())
        for place in range(share)
    ]
    spread = [fate for _place, _order, fate in sorted(places, key=lambda one: one[:2])]
    return list(islice(cycle(spread), count))

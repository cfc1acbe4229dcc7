"""What must have come of a run, in plain Python from the harness's own record: no table and no rule of the system."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.chaos.cast import Cast
from tests.scenarios.plain_clock import PlainClock
from workflow.choices import Role

Reminder = tuple[int, int, datetime]  # report, rung, due or arrival
Happening = tuple[str, int, str]  # stream, id, verb

WRITERS = {Role.DRAFTER, Role.DEPUTY, Role.SECRETARY}
OFFICE = {Role.OFFICER, Role.LEADER}


@dataclass(frozen=True)
class Tells:
    """Whom a verb tells – in the unit, in the office – and how a mail of it goes."""

    unit: frozenset[Role] = frozenset()
    office: frozenset[Role] = frozenset()
    falls: bool = False
    by_rung: bool = False
    mail: str = ""


def _tells(unit: Iterable[Role] = (), office: Iterable[Role] = (), **how: Any) -> Tells:
    return Tells(frozenset(unit), frozenset(office), **how)


NOBODY = Tells()
RUNGS = ("due_near", "due_day", "overdue", "desk_waits")
TELLS = {
    "set_up": _tells(WRITERS, falls=True, mail="NOW"),
    "remind": _tells(WRITERS, falls=True, mail="NOW"),
    "submit_for_signing": _tells([Role.SECRETARY], mail="NOW"),
    "sign": _tells([Role.CLERK, Role.DRAFTER]),
    "issue": _tells(office=[Role.OFFICER], mail="DIGEST"),
    **dict.fromkeys(RUNGS, Tells(falls=True, by_rung=True, mail="DIGEST")),
    "units_overdue": Tells(by_rung=True, mail="DIGEST"),
    "draft_urging": _tells(office=[Role.OFFICER], mail="DIGEST"),
    "open": _tells(office=OFFICE),
    "amend": _tells(WRITERS, mail="NOW"),
    "grant_seat": NOBODY,
    "start_term": _tells([Role.CLERK, Role.SECRETARY]),
    "set_calendar": _tells([Role.OFFICER]),
    **dict.fromkeys(("edit", "edited", "register_organization", "resend_notices"), NOBODY),
}


@dataclass(frozen=True)
class Step:
    rung: int
    audience: frozenset[str]
    letter: bool


@dataclass
class Request:
    """A request that the harness opened; `reports` by unit."""

    id: int
    issuer: str
    reports: dict[str, int]
    clock: PlainClock
    steps: dict[tuple[str, int], Step]
    watched: bool = False  # a sweep with a clock that had stopped has gone over it


@dataclass(frozen=True)
class EventRow:
    id: int
    stream: str
    stream_id: int
    verb: str
    actor: int | None
    facts: dict[str, Any]
    told: int


@dataclass
class Ledger:
    cast: Cast
    requests: dict[int, Request] = field(default_factory=dict)
    houses: dict[int, str] = field(default_factory=dict)  # the campaigns of the committees' own reports
    reports: dict[int, tuple[str, str]] = field(default_factory=dict)  # unit and issuer
    happened: Counter[Happening] = field(default_factory=Counter)

    def stop_and_start(self, stopped: datetime, now: datetime) -> None:
        """The clock stood still since `stopped`; whoever sweeps now owes the latest missed rung of every due."""
        for request in self.requests.values():
            request.clock.mark = stopped
            request.clock.sweep(now)
            request.watched = True

    def reminders(self) -> set[Reminder]:
        return {
            (request.reports[unit], request.steps[desk, offset].rung, anchor)
            for request in self.requests.values()
            for unit, desk, offset, anchor in request.clock.sent
        }

    def rung_events(self) -> Counter[tuple[str, int, str, int, int]]:
        """Stream, id, verb, rung and due (seconds) of every event that the clock owes."""
        owed: Counter[tuple[str, int, str, int, int]] = Counter()
        for request in self.requests.values():
            offices = set()
            for unit, desk, offset, anchor in request.clock.sent:
                step, due = request.steps[desk, offset], int(anchor.timestamp())
                verb = "desk_waits" if desk else "due_near" if offset < 0 else "overdue" if offset else "due_day"
                if step.audience - OFFICE:
                    owed["report", request.reports[unit], verb, step.rung, due] += 1
                if step.audience & OFFICE and not desk:
                    offices.add((step, due))
            for step, due in offices:
                owed["campaign", request.id, "units_overdue", step.rung, due] += 1
            if any(step.letter for step, _due in offices):
                # It is open from then on, so there is no second one.
                owed["campaign", request.id, "draft_urging", 0, 0] += 1
        return owed

    def units_told_of(self) -> dict[tuple[int, int], int]:
        """How many units stood at a rung of a due: what the office hears."""
        counted: Counter[tuple[int, int]] = Counter()
        for request in self.requests.values():
            for _unit, desk, offset, anchor in request.clock.sent:
                step = request.steps[desk, offset]
                if step.audience & OFFICE and not desk:
                    counted[step.rung, int(anchor.timestamp())] += 1
        return counted

    def told(self, events: Iterable[EventRow]) -> dict[tuple[str, int], str]:
        """Who must have a notice of which event, and how the mail of it goes ("" – none)."""
        return {
            (name, event.id): self._mail(name, event.verb)
            for event in events
            for name in self._persons(event)
            if self.cast.people[name].pk != event.actor
        }

    def _mail(self, name: str, verb: str) -> str:
        usual = TELLS[verb].mail
        if not usual or not self.cast.emails[name]:
            return ""
        chosen = self.cast.chosen.get((name, verb), usual)
        return "" if chosen == "OFF" else chosen

    def _persons(self, event: EventRow) -> set[str]:
        tells = TELLS[event.verb]
        if event.verb == "grant_seat":
            return {name for name, person in self.cast.people.items() if person.pk == event.facts["person"]}
        if event.stream == "organization":
            place = next(code for code, pk in self.cast.places.items() if pk == event.stream_id)
            return self._sitting(place, tells.unit)
        if event.stream == "campaign":
            return self._of_request(event, tells)
        unit, issuer = self.reports[event.stream_id]
        heard = self._audience(event) - OFFICE if tells.by_rung else tells.unit
        persons = self._sitting(unit, heard) | self._sitting(issuer, tells.office)
        if tells.falls:
            persons |= self._fallen(unit, issuer, heard)
        return persons

    def _of_request(self, event: EventRow, tells: Tells) -> set[str]:
        if event.stream_id in self.houses:
            return set()
        request = self.requests[event.stream_id]
        office = self._audience(event) & OFFICE if tells.by_rung else tells.office
        units = {name for unit in request.reports for name in self._sitting(unit, tells.unit)}
        return units | self._sitting(request.issuer, office)

    def _fallen(self, unit: str, issuer: str, heard: Iterable[str]) -> set[str]:
        """A drafter's seat without a holder falls to the secretary, a secretary's to the officers."""
        wanted, held = set(heard), self.cast.roles_at(unit)
        persons: set[str] = set()
        if Role.DRAFTER in wanted and Role.DRAFTER not in held:
            wanted.add(Role.SECRETARY)
            persons |= self._sitting(unit, [Role.SECRETARY])
        if Role.SECRETARY in wanted and Role.SECRETARY not in held:
            persons |= self._sitting(issuer, [Role.OFFICER])
        return persons

    def _sitting(self, place: str, roles: Iterable[str]) -> set[str]:
        return {who for role in set(roles) for who in self.cast.sitting[place, role]}

    def _audience(self, event: EventRow) -> frozenset[str]:
        rung = event.facts["rung"]
        return next(
            step.audience for request in self.requests.values() for step in request.steps.values() if step.rung == rung
        )

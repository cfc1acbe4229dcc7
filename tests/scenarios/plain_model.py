"""design.md section 5 once more, as slow and plain as can be: dictionaries, no database, nothing of the engine's code.

Each verb answers whether it is allowed and, if so, does what the table says. The state machine compares.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

RUNNING = {"OPEN", "CONSOLIDATING"}
EDITABLE = {"DRAFT", "REVISING", "SUPPLEMENT"}
NOT_SENT = {"DRAFT", "REVIEW", "REVISING", "SIGNING", "SIGNED"}
GONE_UP = {"SENT", "RECEIVED", "CONSOLIDATED"}
EDITORS = {"drafter", "deputy", "secretary"}
SEATS = EDITORS | {"member", "clerk", "officer", "leader", "inspector"}
CELLS = {"cell", "other", "sub"}
LINE = {"cell": ["duk", "tu"], "other": ["duk", "tu"], "party": ["duk", "tu"], "sub": ["party", "duk", "tu"]}
OFFICIAL = {"cell": 4, "other": 3, "sub": 3}

Asked = dict[str, Any]


def local(now: datetime) -> date:
    return (now + timedelta(hours=7)).date()


@dataclass
class Seat:
    person: str
    unit: str
    role: str
    body: str = ""
    since: date = date.min
    until: date = date.max


@dataclass
class Said:
    """Something the unit has to answer: a point of an opinion in a round, or a binding remark given with a verb."""

    verb: str
    by: str
    round: int = 0
    binding: bool = True
    answered: bool = False


@dataclass
class Round:
    revision: int
    counted: set[str]
    n: int
    closes: datetime
    answers: dict[str, str] = field(default_factory=dict)
    minutes: tuple[int, int, int] | None = None
    result: str = ""


@dataclass
class Campaign:
    issuer: str
    mode: str
    outline: str
    state: str = "DRAFT"
    due: datetime | None = None
    consolidation_due: datetime | None = None
    units: list[str] = field(default_factory=list)
    house: bool = False
    answers: str = ""
    answered: str = ""


@dataclass
class Report:
    campaign: str
    unit: str
    issuer: str
    version: int
    due: datetime
    original_due: datetime
    state: str = "DRAFT"
    supplement_due: datetime | None = None
    started: bool = False
    sent_at: datetime | None = None
    made: int = 0
    current: int = 0
    signed: int = 0
    sent: int = 0
    received: int = 0
    submitted_by: dict[int, str] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)
    frozen: dict[int, dict[str, int]] = field(default_factory=dict)
    valid: dict[int, tuple[str, date]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    rounds: list[Round] = field(default_factory=list)
    said: dict[str, Said] = field(default_factory=dict)
    supplement: int = 0
    answers_supplement: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    extension: bool = False
    excused: bool = False
    included: bool = True
    drafter: str = ""

    @property
    def round(self) -> Round | None:
        return next((one for one in self.rounds if not one.result), None)

    @property
    def unanswered(self) -> list[str]:
        gone = {number for number, one in enumerate(self.rounds, 1) if one.result in {"WITHDRAWN", "VOID"}}
        return [k for k, s in self.said.items() if s.binding and not s.answered and s.round not in gone]

    def freeze(self, by: str) -> None:
        self.made += 1
        self.current = self.made
        self.submitted_by[self.current] = by
        self.frozen[self.current] = dict(self.figures)

    def end_round(self, result: str) -> None:
        if self.round:
            self.round.result = result


class World:
    """Who sits where, the requests and the reports; reports are named by request and unit: main:cell."""

    def __init__(self, seats: list[Seat], outlines: dict[str, list[set[str]]]) -> None:
        self.seats = seats
        # The required places that each version of an outline brings.
        self.outlines = outlines
        self.campaigns: dict[str, Campaign] = {}
        self.reports: dict[str, Report] = {}
        self.numbers: dict[str, set[int]] = {}

    def holds(self, person: str, unit: str, role: str, now: datetime) -> bool:
        day = local(now)
        held = {s.role for s in self.seats if (s.person, s.unit) == (person, unit) and s.since <= day <= s.until}
        return role in held or (role == "secretary" and "stand-in" in held and "deputy" in held)

    def any_of(self, person: str, unit: str, roles: set[str], now: datetime) -> bool:
        return any(self.holds(person, unit, role, now) for role in roles)

    def holders(self, unit: str, roles: set[str], now: datetime) -> list[str]:
        return sorted({s.person for s in self.seats if self.any_of(s.person, unit, roles, now)})

    def sees(self, person: str, report: Report, now: datetime) -> bool:
        office = {"officer", "leader", "inspector"}
        return self.any_of(person, report.unit, SEATS, now) or self.any_of(person, report.issuer, office, now)

    def counted(self, report: Report, now: datetime) -> set[str]:
        mode = self.campaigns[report.campaign].mode
        body = "COMMITTEE" if mode == "COMMITTEE" or report.unit not in CELLS else "CELL"
        day = local(now)
        return {s.person for s in self.seats if s.unit == report.unit and s.body == body and s.since <= day <= s.until}

    def required(self, report: Report) -> set[str]:
        """The places this unit has to fill; a committee's own report is asked everything."""
        outline = self.outlines[self.campaigns[report.campaign].outline]
        everything = self.campaigns[report.campaign].house or report.unit == "party"
        return set().union(*outline[: report.version]) - (set() if everything else {"II"})

    def complete(self, report: Report) -> bool:
        return self.required(report) <= report.written

    def lower(self, name: str) -> list[Report]:
        return [one for one in self.reports.values() if self.campaigns[one.campaign].answers == name]

    def release(self, name: str) -> None:
        for one in self.lower(name):
            if one.state == "CONSOLIDATED":
                one.state = "RECEIVED"

    def void_signature(self, name: str) -> None:
        report = self.reports[name]
        report.valid.pop(report.signed, None)
        report.signed = 0
        self.release(name)

    def enter(self, name: str, state: str) -> None:
        """Entering DRAFT voids review and signature; REVISING keeps the review."""
        report = self.reports[name]
        before, report.state = report.state, state
        if state == "DRAFT" and before != "DRAFT":
            report.end_round("VOID")
            for one in report.rounds:
                one.result = "VOID" if one.result == "ADOPTED" else one.result
            if report.signed:
                self.void_signature(name)

    def set_up(self, campaign: str, unit: str) -> None:
        asked = self.campaigns[campaign]
        due = asked.due
        assert due is not None
        version = len(self.outlines[asked.outline])
        self.reports[f"{campaign}:{unit}"] = Report(campaign, unit, asked.issuer, version, due, due)

    def house_of(self, name: str, now: datetime) -> str:
        """A house campaign for a request without an upper one: the committee asks itself."""
        asked = self.campaigns[name]
        house = f"{name}'s house"
        due = asked.consolidation_due or asked.due
        self.campaigns[house] = Campaign(asked.issuer, asked.mode, asked.outline, "OPEN", due, house=True)
        self.set_up(house, asked.issuer)
        return f"{house}:{asked.issuer}"

    def follow(self, name: str, state: str) -> None:
        """The house campaign ends and runs again with its request."""
        answers = self.campaigns[name].answers
        house = self.campaigns[self.reports[answers].campaign] if answers else None
        sources = {"OPEN": {"CONSOLIDATING", "CLOSED"}, "CLOSED": RUNNING, "CANCELLED": RUNNING | {"DRAFT"}}
        if house and house.house and house.state in sources[state]:
            house.state = state

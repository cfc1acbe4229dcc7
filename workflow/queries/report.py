"""Reading one report. Each function asks rules/access.py first: NotVisible (404) or NotYourDesk (403)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from workflow import errors
from workflow.choices import OpinionKind, Read, ReportState, Role
from workflow.flows.holdings import holdings_of
from workflow.flows.inputs import seats_on
from workflow.models import (
    Entry,
    Event,
    IssuedDocument,
    OpinionPoint,
    Person,
    Report,
    ReviewRound,
    Revision,
    Seat,
    StandIn,
    Value,
)
from workflow.rules.access import HOLDERS, READS, UNIT_SEATS, Holding, Parties, held, may_read, may_see


@dataclass(frozen=True, slots=True)
class Reading:
    """A report in the hands of a reader; `holdings`: his seats in its unit and at its issuer."""

    report: Report
    holdings: Sequence[Holding]

    @property
    def parties(self) -> Parties:
        return Parties(self.report.organization_id, self.report.issuer_id, self.report.state)

    def may(self, read: Read) -> bool:
        return may_read(read, self.holdings, self.parties)


def readable(report_id: int, person: Person, read: Read, now: datetime) -> Report:
    """The report, if the person may read this of it. Two queries. Raises NotVisible (404), NotYourDesk (403)."""
    return reading(report_id, person, read, now).report


def reading(report_id: int, person: Person, read: Read, now: datetime) -> Reading:
    """The same with the reader's seats, for pages that ask more of them."""
    report = Report.objects.select_related("campaign", "organization", "issuer").filter(pk=report_id).first()
    if report is None or not person.is_active:
        raise errors.NotVisible
    found = Reading(report, holdings_of(person, [report.organization_id, report.issuer_id], now))
    if not may_see(found.holdings, found.parties):
        raise errors.NotVisible
    if not found.may(read):
        roles = sorted({role for desk in READS[read].values() for role in desk})
        raise errors.NotYourDesk(verb=read.label, desk=" / ".join(str(role.label) for role in roles))
    return found


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    report: Report
    entries: Sequence[Entry]
    values: Sequence[Value]


def working_copy(report_id: int, person: Person, now: datetime) -> WorkingCopy:
    """What the unit's editors have written so far."""
    report = readable(report_id, person, Read.WORKING_COPY, now)
    entries = Entry.objects.filter(report=report).select_related("edited_by").order_by("section__position")
    values = Value.objects.filter(report=report).order_by("indicator__position")
    return WorkingCopy(report, list(entries), list(values))


@dataclass(frozen=True, slots=True)
class Review:
    round: ReviewRound
    revision: Revision
    answers: Sequence[tuple[str, OpinionKind | None]]
    points: Sequence[OpinionPoint]


def review(report_id: int, person: Person, now: datetime) -> Review:
    """The newest round with its revision, who answered what, and every point. Inside the cell only."""
    report = readable(report_id, person, Read.REVIEW, now)
    latest = ReviewRound.objects.filter(report=report).select_related("revision").order_by("-number").first()
    if latest is None:
        raise errors.NotVisible
    given = {opinion.person_id: OpinionKind(opinion.kind) for opinion in latest.opinions.all()}
    persons = latest.persons.select_related("person").order_by("person__full_name")
    return Review(
        round=latest,
        revision=latest.revision,
        answers=[(counted.person.full_name, given.get(counted.person_id)) for counted in persons],
        points=list(OpinionPoint.objects.filter(opinion__round=latest).order_by("pk")),
    )


def submitted(report_id: int, person: Person, now: datetime) -> Revision:
    """The revision that lies before the signer, or was signed; to the clerk from SIGNED on."""
    report = readable(report_id, person, Read.SUBMITTED, now)
    revision = report.current_revision
    if revision is None:
        raise errors.NotVisible
    return revision


def sent(report_id: int, person: Person, now: datetime) -> tuple[Revision, IssuedDocument | None]:
    """What was sent up and not recalled, with its numbered document (none for paper)."""
    report = readable(report_id, person, Read.SENT, now)
    revision = report.sent_revision
    if revision is None:
        raise errors.NotVisible
    return revision, IssuedDocument.objects.filter(revision=revision).first()


@dataclass(frozen=True, slots=True)
class State:
    """Where a report stands, at whose desk, and the totals of its newest round (no names, no texts)."""

    report: Report
    holders: Sequence[Person]
    counted: int
    answered: int


def state(report_id: int, person: Person, now: datetime) -> State:
    report = readable(report_id, person, Read.STATE, now)
    latest = ReviewRound.objects.filter(report=report).order_by("-number").first()
    return State(
        report=report,
        holders=holders(report, now),
        counted=latest.counted if latest else 0,
        answered=latest.opinions.count() if latest else 0,
    )


def holders(report: Report, now: datetime) -> list[Person]:
    """The persons at whose desk the report lies now, none at an end; an assigned drafter stands for all drafters.

    A deputy standing in sits at the secretary's desk as well.
    """
    desk = HOLDERS.get(ReportState(report.state))
    if desk is None:
        return []
    organization_id = Parties(report.organization_id, report.issuer_id, report.state).at(desk.relation)
    seats = Seat.objects.filter(seats_on(now), organization=organization_id, role__in=desk.roles)
    if desk.roles == {Role.DRAFTER} and report.drafter_id is not None:
        assigned = seats.filter(person=report.drafter_id)
        seats = assigned if assigned.exists() else seats
    sitting = Q(pk__in=seats.values("person"))
    if Role.SECRETARY in desk.roles:
        deputies = Seat.objects.filter(seats_on(now), organization=organization_id, role=Role.DEPUTY)
        standing_in = StandIn.objects.filter(
            seats_on(now), organization=organization_id, person__in=deputies.values("person")
        )
        sitting |= Q(pk__in=standing_in.values("person"))
    return list(Person.objects.filter(sitting).order_by("full_name"))


def history(report_id: int, person: Person, now: datetime) -> list[Event]:
    """The report's events, oldest first.

    The issuer sees verbs and dates from the first sending (or paper) on, before it states only; its own people by name.
    """
    report = readable(report_id, person, Read.HISTORY, now)
    events = list(Event.objects.filter(stream="report", stream_id=report.pk).select_related("seat").order_by("seq"))
    holdings = holdings_of(person, [report.organization_id], now)
    if held(holdings, report.organization_id, UNIT_SEATS):
        return events
    arrived = {ReportState.SENT, ReportState.RECEIVED}
    first_sent = next((event.seq for event in events if event.state_to in arrived), None)
    return [event for event in events if _shown_to_issuer(event, first_sent, report.issuer_id)]


def _shown_to_issuer(event: Event, first_sent: int | None, issuer_id: int) -> bool:
    sent = first_sent is not None and event.seq >= first_sent
    if not sent:
        if event.state_from == event.state_to:
            return False
        # Before the first sending the superior sees that a state was reached, not by which verb.
        event.verb = ""
    if not sent or event.seat is None or event.seat.organization_id != issuer_id:
        event.actor_id, event.seat_id, event.stand_in_id, event.revision_id, event.facts = None, None, None, None, {}
    return True

"""Requests as people see them: the office those it issues, a unit those that ask it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from workflow import errors
from workflow.choices import CampaignState, Relation, ReportState, Role, Verb
from workflow.flows.campaign import CampaignFlow
from workflow.flows.campaign_inputs import desk_of
from workflow.flows.holdings import holdings_of
from workflow.flows.inputs import seats_on
from workflow.models import Attachment, Campaign, Person, Report, Seat
from workflow.queries.visible import organizations_of
from workflow.rules.access import DESKS, ISSUER_SEATS, UNIT_SEATS, Holding, held

GONE_UP = (ReportState.SENT, ReportState.RECEIVED, ReportState.CONSOLIDATED)


@dataclass(frozen=True, slots=True)
class Seen:
    """A request with what the person is to it: `office`, or somebody who reads it; `reports` of the own units."""

    campaign: Campaign
    person: Person
    holdings: Sequence[Holding]
    office: bool
    reports: Sequence[Report]

    def holds(self, role: Role) -> bool:
        return held(self.holdings, self.campaign.issuer_id, {role}) is not None


def seen_request(campaign_id: int, person: Person, now: datetime) -> Seen:
    """The request, to its issuer and, once it is open, to the units that it asks.

    A house campaign shows the request that it was made for. Raises NotVisible (404), and NotYourDesk (403) to whoever
    sits at the issuer but not in its office while the request is being prepared.
    """
    found = Campaign.objects.select_related("issuer", "outline", "answers__campaign__issuer")
    campaign = found.filter(Q(pk=campaign_id, house=False) | Q(answers__campaign=campaign_id, house=False)).first()
    if campaign is None or not person.is_active:
        raise errors.NotVisible
    holdings = holdings_of(person, [campaign.issuer_id], now)
    own = organizations_of(person, UNIT_SEATS, now)
    reports = Report.objects.filter(campaign=campaign, organization__in=own).select_related("organization")
    seen = Seen(
        campaign,
        person,
        holdings,
        held(holdings, campaign.issuer_id, ISSUER_SEATS) is not None,
        list(reports.order_by("organization__name_sort")),
    )
    if not seen.reports and held(holdings, campaign.issuer_id, UNIT_SEATS) is None:
        raise errors.NotVisible
    if campaign.state == CampaignState.DRAFT and not seen.office:
        desk = " / ".join(str(role.label) for role in sorted(DESKS[Verb.EDIT].roles))
        raise errors.NotYourDesk(verb=Verb.EDIT.label, desk=desk)
    return seen


def office_request(campaign_id: int, person: Person, now: datetime, verb: Verb) -> Seen:
    """The request, for a verb of its office. Raises NotVisible (404) and NotYourDesk (403)."""
    seen = seen_request(campaign_id, person, now)
    _ = CampaignFlow(seen.campaign, person, seen.holdings, now, verb).holding
    return seen


def files_of(campaign: Campaign) -> QuerySet[Attachment]:
    """The files that go with the request."""
    return campaign.attachments.filter(removed_at__isnull=True).order_by("pk")


def verbs_of_request(seen: Seen, now: datetime) -> frozenset[Verb]:
    """The verbs that the request's state allows and whose desk is the person's; the action asks its conditions."""
    return frozenset(verb for verb in _SOURCES if _applies(seen, verb, now))


_SOURCES = {
    verb: frozenset(transition.source for transition in getattr(CampaignFlow, verb.value).get_transitions())
    for verb in DESKS
    if DESKS[verb].relation is Relation.ISSUER and hasattr(CampaignFlow, verb.value)
}


def _applies(seen: Seen, verb: Verb, now: datetime) -> bool:
    campaign = seen.campaign
    if campaign.state not in _SOURCES[verb]:
        return False
    flow = CampaignFlow(campaign, seen.person, seen.holdings, now, verb)
    if held(seen.holdings, campaign.issuer_id, desk_of(flow, verb)) is None:
        return False
    if verb is Verb.TURN_INTO_OWN:
        return campaign.answers is not None and campaign.answers.campaign.state == CampaignState.CANCELLED
    return verb is not Verb.RESUME_LADDER or bool(flow.running_pauses)


@dataclass(frozen=True, slots=True)
class Contact:
    person: Person
    roles: tuple[Role, ...]


def contacts_of(issuer_id: int, now: datetime) -> list[Contact]:
    """Whom a unit may call at the issuer: its officers, then its leaders. One query."""
    seats = Seat.objects.filter(seats_on(now), organization=issuer_id, role__in=[Role.OFFICER, Role.LEADER])
    found: dict[Person, set[Role]] = {}
    for seat in seats.filter(person__is_active=True).select_related("person").order_by("-role", "person__full_name"):
        found.setdefault(seat.person, set()).add(Role(seat.role))
    contacts = [Contact(person, tuple(role for role in Role if role in roles)) for person, roles in found.items()]
    return sorted(contacts, key=lambda one: Role.OFFICER not in one.roles)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the units of a request are; `unsent` by name, at most `SHOWN_UNSENT` of them."""

    expected: int
    exempt: int
    sent: int
    received: int
    overdue: int
    unsent: Sequence[Report]
    unsent_count: int

    @property
    def sent_share(self) -> int:
        return 100 * self.sent // self.expected if self.expected else 0


SHOWN_UNSENT = 200


def progress_of(campaign: Campaign, now: datetime) -> Progress:
    """Counts over the request's reports and the units that have not sent. Two queries."""
    kept = ~Q(state=ReportState.EXEMPT)
    counts = Report.objects.filter(campaign=campaign).aggregate(
        expected=Count("pk", filter=kept),
        exempt=Count("pk", filter=Q(state=ReportState.EXEMPT)),
        sent=Count("pk", filter=kept & Q(sent_at__isnull=False)),
        received=Count("pk", filter=kept & Q(received_at__isnull=False)),
        overdue=Count("pk", filter=kept & Q(sent_at__isnull=True, due__lte=now)),
    )
    unsent = Report.objects.filter(campaign=campaign, sent_at__isnull=True).exclude(state=ReportState.EXEMPT)
    shown = list(unsent.select_related("organization", "campaign").order_by("organization__name_sort")[:SHOWN_UNSENT])
    return Progress(**counts, unsent=shown, unsent_count=counts["expected"] - counts["sent"])

"""A request that is being prepared: what it lacks, whom it would reach, whom it could address."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import chain
from typing import Any

from django.db.models import Count, QuerySet, Window

from workflow.choices import RUNNING, AudienceRule, CampaignState, OrganizationKind, Role, Verb
from workflow.errors import AudienceOverlaps, CalendarEmpty, DueNotInFuture, RequestIncomplete, RuleBroken
from workflow.flows.calendars import calendar_of
from workflow.flows.campaign import CampaignFlow
from workflow.flows.inputs import seats_on
from workflow.models import Campaign, Organization, Report, Seat
from workflow.models.tree import overlaps, those_below
from workflow.queries.calendar import read_deadline
from workflow.queries.requests import Seen
from workflow.rules.calendar import LOCAL, exclusive_due, last_day_of, local_day
from workflow.rules.deadline import Reading
from workflow.rules.vietnamese import search_fold

EDITORS = (Role.DRAFTER, Role.DEPUTY, Role.SECRETARY)
SHOWN_UNITS = 200


class Step(StrEnum):
    LETTER = "letter"
    OUTLINE = "outline"
    AUDIENCE = "audience"
    DEADLINE = "deadline"
    PROCESS = "process"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Lack:
    """What keeps a request from being opened: the refusal that would be said, or the name of a place, and where."""

    step: Step
    place: str = ""
    refusal: RuleBroken | None = None


_STEP_OF: dict[type[RuleBroken], Step] = {
    AudienceOverlaps: Step.AUDIENCE,
    DueNotInFuture: Step.DEADLINE,
    CalendarEmpty: Step.DEADLINE,
}


def lacks_of(seen: Seen, units: Sequence[int], now: datetime) -> list[Lack]:
    """Everything that opening would refuse, asked of the flow's own conditions."""
    campaign = seen.campaign
    lacks = [
        Lack(step, place)
        for place, step in (("number", Step.LETTER), ("date", Step.LETTER), ("due", Step.DEADLINE))
        if not getattr(campaign, place)
    ]
    if campaign.outline is None or not campaign.outline.sections.exists():
        lacks.append(Lack(Step.OUTLINE, "outline"))
    if not units:
        lacks.append(Lack(Step.AUDIENCE, "audience"))
    clashes = [] if campaign.audience == AudienceRule.ALL else overlaps(units)
    flow = CampaignFlow(
        campaign, seen.person, seen.holdings, now, Verb.OPEN, {"units": list(units), "overlaps": clashes}
    )
    (opening,) = CampaignFlow.open.get_transitions()  # type: ignore[attr-defined]
    for condition in opening.conditions:
        try:
            condition(flow)
        except RequestIncomplete:
            continue
        except RuleBroken as refusal:
            lacks.append(Lack(_STEP_OF.get(type(refusal), Step.LETTER), refusal=refusal))
    return lacks


@dataclass(frozen=True, slots=True)
class Reach:
    """What opening would send out: units, persons and notices; `unseated` units have nobody who would be told."""

    units: int
    persons: int
    notices: int
    unseated: Sequence[Organization]


def reach_of(campaign: Campaign, units: Sequence[int], opener_id: int, now: datetime) -> Reach:
    """Count as the catalogue tells: editors of every unit, the committee's own, and the office. Two queries.

    A unit without a secretary falls to the office's officers.
    """
    asked = [*units, campaign.issuer_id] if campaign.answers_id is None else list(units)
    seats = Seat.objects.filter(seats_on(now), organization__in=[*asked, campaign.issuer_id], person__is_active=True)
    sitting: dict[int, dict[str, set[int]]] = {}
    for organization, role, person in seats.values_list("organization_id", "role", "person_id"):
        sitting.setdefault(organization, {}).setdefault(role, set()).add(person)
    office = sitting.get(campaign.issuer_id, {})
    officers = office.get(Role.OFFICER, set())
    told: list[set[int]] = [officers | office.get(Role.LEADER, set())]
    unseated = []
    for unit in asked:
        roles = sitting.get(unit, {})
        editors = set(chain.from_iterable(roles.get(role, set()) for role in EDITORS))
        if not editors and unit in units:
            unseated.append(unit)
        told.append(editors if roles.get(Role.SECRETARY) else editors | officers)
    told = [persons - {opener_id} for persons in told]
    nobody = Organization.objects.filter(pk__in=unseated).order_by("name_sort") if unseated else []
    return Reach(len(units), len(set().union(*told)), sum(map(len, told)), list(nobody))


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: OrganizationKind
    units: int
    chosen: bool


def kinds_below(issuer_id: int, chosen: Collection[str], day: date) -> list[KindCount]:
    """How many units of each kind lie below the issuer."""
    rows = Organization.objects.filter(pk__in=those_below(issuer_id, day)).values_list("kind")
    counts = dict(rows.annotate(units=Count("pk")).order_by())
    return [KindCount(kind, counts[kind], kind in chosen) for kind in OrganizationKind if kind in counts]


@dataclass(frozen=True, slots=True)
class Pick:
    """Units to choose from: the chosen ones first, then those that match; `found` counts all that match."""

    chosen: Sequence[Organization]
    others: Sequence[Organization]
    found: int
    words: str


def pick_units(
    issuer_id: int, chosen: Iterable[int], words: str, day: date, *, without: QuerySet[Any] | None = None
) -> Pick:
    """Units below the issuer, searched by name or code without diacritics; `without`: ids left out. Two queries."""
    below = Organization.objects.filter(pk__in=those_below(issuer_id, day))
    units = below.only("name", "kind").order_by("name_sort")
    if without is not None:
        units = units.exclude(pk__in=without)
    kept = set(chosen)
    others = units.exclude(pk__in=kept).filter(search_fold__contains=search_fold(words))
    # Counted in passing: walking the tree a second time for it would double the wait.
    shown = list(others.annotate(found=Window(Count("pk")))[:SHOWN_UNITS])
    return Pick(list(units.filter(pk__in=kept)), shown, shown[0].found if shown else 0, words)


def direct_units(issuer_id: int, day: date) -> int:
    """How many units lie directly below the issuer."""
    return Organization.objects.filter(pk__in=those_below(issuer_id, day, levels=1)).count()


def upper_reports(campaign: Campaign) -> list[Report]:
    """Reports that the issuer owes to a running request of its superiors and no other request gathers for, and the one
    that this request gathers for.
    """
    owed = Report.objects.filter(organization=campaign.issuer_id, campaign__state__in=RUNNING, campaign__house=False)
    taken = Campaign.objects.filter(answers__isnull=False).exclude(state=CampaignState.CANCELLED)
    free = owed.exclude(pk__in=taken.exclude(pk=campaign.pk).values("answers"))
    chosen = Report.objects.filter(answered_by=campaign)
    return list((free | chosen).select_related("campaign__issuer").order_by("due", "pk"))


def due_on(campaign: Campaign, last_day: date, hour: time | None) -> datetime:
    """The exclusive instant of a last day by the request's holiday rule and its issuer's calendar."""
    return exclusive_due(last_day, campaign.holiday_rule, calendar_of(campaign.issuer_id), hour)


@dataclass(frozen=True, slots=True)
class DueWords:
    """A due taken apart for a form: its last day, and the hour unless it is the day's end."""

    last_day: date | None
    hour: time | None


def due_words(due: datetime | None) -> DueWords:
    if due is None:
        return DueWords(None, None)
    local = due.astimezone(LOCAL)
    return DueWords(last_day_of(due), None if local.time() == time.min else local.time())


def calendar_gap(campaign: Campaign) -> int | None:
    """The year in which the request is due and for which the issuer's calendar has no days off."""
    if campaign.due is None:
        return None
    year = last_day_of(campaign.due).year
    return None if calendar_of(campaign.issuer_id).has_year(year) else year


def reading_of(campaign: Campaign) -> Reading | None:
    """How the stored due follows from the words of the letter; None where somebody picked another day."""
    if campaign.due is None or not campaign.deadline_text:
        return None
    reference = campaign.date or local_day(campaign.due)
    reading = read_deadline(campaign.deadline_text, campaign.issuer_id, campaign.holiday_rule, reference)
    return reading if reading is not None and reading.due == campaign.due else None

"""The rows of the office's board: a unit, where its report stands, at whose desk and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Q

from workflow.choices import CampaignState, Relation, ReportState, Role, Stage, Stream, Verb
from workflow.flows.inputs import seats_on
from workflow.models import Campaign, ClimbedRung, Event, Extension, Person, Report, Seat, StandIn
from workflow.queries.stage_clock import waiting_since
from workflow.rules.access import HOLDERS
from workflow.rules.calendar import WorkingCalendar, local_day
from workflow.rules.timeliness import Standing, standing

# Of a cell that gives its opinions the chair is called, not everybody.
CALLED = frozenset({Role.DRAFTER, Role.SECRETARY, Role.CLERK, Role.DEPUTY, Role.OFFICER})


@dataclass(frozen=True, slots=True)
class Row:
    """A unit on the board.

    `days` are whole working days at the present desk; `activity` is what the issuer may see of it: moves, the first
    reading, the first save. `supplement` is the standing of what was asked in addition.
    """

    report: Report
    standing: Standing
    supplement: Standing | None
    desk: Stage | None
    since: datetime | None
    days: int
    people: Sequence[Person]
    reminders: int
    activity: datetime | None
    extension: Extension | None

    @property
    def extended(self) -> bool:
        return self.report.due > self.report.original_due


def rows_of(
    campaign: Campaign, reports: Sequence[Report], now: datetime, calendar: WorkingCalendar, judged_at: datetime
) -> list[Row]:
    """Reports of one request as rows. A constant number of queries for however many."""
    ids = [report.pk for report in reports]
    desks = waiting_since(campaign, now, ids)
    people = _people(campaign, reports, now)
    moved, reminded = _told(ids)
    waiting = Extension.objects.filter(report__in=ids, decided_at__isnull=True).select_related("asked_by")
    extensions = {one.report_id: one for one in waiting}
    running = campaign.state != CampaignState.CANCELLED
    rows = []
    for report in reports:
        report.campaign, report.issuer = campaign, campaign.issuer
        desk, since = desks.get(report.pk, (None, None))
        exempt = report.state == ReportState.EXEMPT
        asked_more = report.state == ReportState.SUPPLEMENT and report.supplement_due is not None
        seen = [one for one in (moved.get(report.pk), report.opened_at, report.started_at) if one is not None]
        rows.append(
            Row(
                report=report,
                standing=standing(report.due, report.sent_at, judged_at, calendar, exempt=exempt, running=running),
                supplement=standing(report.supplement_due, None, judged_at, calendar)
                if asked_more and report.supplement_due
                else None,
                desk=desk,
                since=since,
                days=calendar.working_days_between(local_day(since), local_day(now)) if since else 0,
                people=people.get(report.pk, ()),
                reminders=reminded.get(report.pk, 0),
                activity=max(seen, default=None),
                extension=extensions.get(report.pk) if report.sent_at is None else None,
            )
        )
    return rows


def _told(ids: Sequence[int]) -> tuple[dict[int, datetime | None], dict[int, int]]:
    """When each report last moved, and how often its unit was reminded: by the ladder and by the office."""
    moves = ~Q(state_from=F("state_to")) & ~Q(verb=Verb.SET_UP)
    events = Event.objects.filter(stream=Stream.REPORT, stream_id__in=ids).values_list("stream_id")
    moved, reminded = {}, {}
    for one, at, number in events.annotate(last=Max("at", filter=moves), times=Count("pk", filter=Q(verb=Verb.REMIND))):
        moved[one], reminded[one] = at, number
    climbed = ClimbedRung.objects.filter(report__in=ids).values_list("report_id")
    for one, number in climbed.annotate(Count("pk")):
        reminded[one] = reminded.get(one, 0) + number
    return moved, reminded


def _people(campaign: Campaign, reports: Sequence[Report], now: datetime) -> dict[int, list[Person]]:
    """Whom to call about each report: who holds it now, and of a body its chair."""
    places = {report.organization_id for report in reports} | {campaign.issuer_id}
    seats = Seat.objects.filter(seats_on(now), organization__in=places, role__in=CALLED, person__is_active=True)
    sitting: dict[tuple[int, str], dict[int, Person]] = {}
    for seat in seats.select_related("person").order_by("person__full_name", "person_id"):
        sitting.setdefault((seat.organization_id, seat.role), {})[seat.person_id] = seat.person
    _seat_the_stand_ins(sitting, places, now)
    return {report.pk: _holders(campaign, report, sitting) for report in reports}


def _seat_the_stand_ins(sitting: dict[tuple[int, str], dict[int, Person]], places: set[int], now: datetime) -> None:
    for one in StandIn.objects.filter(seats_on(now), organization__in=places):
        deputy = sitting.get((one.organization_id, Role.DEPUTY), {}).get(one.person_id)
        if deputy is not None:
            sitting.setdefault((one.organization_id, Role.SECRETARY), {})[deputy.pk] = deputy


def _holders(campaign: Campaign, report: Report, sitting: dict[tuple[int, str], dict[int, Person]]) -> list[Person]:
    desk = HOLDERS.get(ReportState(report.state))
    if desk is None:
        return []
    place = report.organization_id if desk.relation is Relation.OWN else campaign.issuer_id
    roles = {Role.SECRETARY} if report.state == ReportState.REVIEW else desk.roles
    found = {pk: person for role in roles for pk, person in sitting.get((place, role), {}).items()}
    chosen = {Role.DRAFTER: report.drafter_id, Role.OFFICER: report.officer_id}
    for role, person_id in chosen.items():
        if desk.roles == {role} and person_id in found:
            return [found[person_id]]
    return sorted(found.values(), key=lambda person: (person.full_name, person.pk))

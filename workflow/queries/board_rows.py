"""The rows of the office's board: a unit, where its report stands, at whose desk and since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from workflow.choices import CampaignState, Relation, ReportState, Role, Stage, Verb
from workflow.models import Campaign, Extension, Report
from workflow.queries.stage_clock import waiting_since
from workflow.rules.access import HOLDERS
from workflow.rules.calendar import WorkingCalendar, local_day
from workflow.rules.timeliness import Standing, standing

# A page of rows reads a hundred units: only what a row shows is read of each.
_SHOWN_OF_IT = (
    "campaign", "issuer", "state", "due", "original_due", "supplement_due", "opened_at", "started_at", "sent_at",
    "drafter", "officer__full_name", "organization__name", "organization__kind",
)  # fmt: skip
# Of a cell that gives its opinions the chair is called, not everybody.
CALLED = frozenset({Role.DRAFTER, Role.SECRETARY, Role.CLERK, Role.DEPUTY, Role.OFFICER})


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody to call."""

    pk: int
    full_name: str
    phone: str


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
    people: Sequence[Called]
    reminders: int
    activity: datetime | None
    extension: Extension | None

    @property
    def extended(self) -> bool:
        return self.report.due > self.report.original_due


def shown(reports: QuerySet[Report]) -> list[Report]:
    """These reports with their units, as far as a row shows them. One query."""
    return list(reports.select_related("organization", "officer").only(*_SHOWN_OF_IT))


def rows_of(
    campaign: Campaign, reports: Sequence[Report], now: datetime, calendar: WorkingCalendar, judged_at: datetime
) -> list[Row]:
    """Reports of one request as rows. A constant number of queries for however many."""
    ids = [report.pk for report in reports]
    desks = waiting_since(campaign, now, ids)
    people = _people(campaign, reports, now)
    told = _told(ids)
    waiting = Extension.objects.filter(report__in=ids, decided_at__isnull=True)
    extensions = {one.report_id: one for one in waiting}
    running = campaign.state != CampaignState.CANCELLED
    rows = []
    for report in reports:
        report.campaign, report.issuer = campaign, campaign.issuer
        desk, since = desks.get(report.pk, (None, None))
        exempt = report.state == ReportState.EXEMPT
        asked_more = report.state == ReportState.SUPPLEMENT and report.supplement_due is not None
        moved, reminders = told[report.pk]
        seen = [one for one in (moved, report.opened_at, report.started_at) if one is not None]
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
                reminders=reminders,
                activity=max(seen, default=None),
                extension=extensions.get(report.pk) if report.sent_at is None else None,
            )
        )
    return rows


# When each report last moved, and how often its unit was reminded: by the office and by the ladder.
TOLD = """
    SELECT report.id, moved.at, reminded.by_the_office + climbed.by_the_ladder
      FROM unnest(%(reports)s::bigint[]) AS report (id)
     CROSS JOIN LATERAL (SELECT max(event.at) AS at FROM workflow_event event
            WHERE event.stream = 'report' AND event.stream_id = report.id
              AND event.state_from <> event.state_to AND event.verb <> %(set_up)s) moved
     CROSS JOIN LATERAL (SELECT count(*) AS by_the_office FROM workflow_event event
            WHERE event.stream = 'report' AND event.stream_id = report.id AND event.verb = %(remind)s) reminded
     CROSS JOIN LATERAL (SELECT count(*) AS by_the_ladder FROM workflow_climbedrung rung
            WHERE rung.report_id = report.id) climbed
"""
# Who sits where today; a deputy who stands in for the secretary sits at that desk too.
SITTING = """
    WITH seated AS (
        SELECT seat.organization_id, seat.role, person.id, person.full_name, person.phone
          FROM workflow_seat seat
          JOIN workflow_person person ON person.id = seat.person_id AND person.is_active
         WHERE seat.organization_id = ANY (%(places)s) AND seat.role = ANY (%(roles)s)
           AND seat.since <= %(today)s AND (seat.until IS NULL OR seat.until >= %(today)s))
    SELECT * FROM seated
    UNION ALL
    SELECT deputy.organization_id, 'secretary', deputy.id, deputy.full_name, deputy.phone
      FROM workflow_standin stand_in
      JOIN seated deputy ON deputy.organization_id = stand_in.organization_id AND deputy.id = stand_in.person_id
       AND deputy.role = 'deputy'
     WHERE stand_in.since <= %(today)s AND (stand_in.until IS NULL OR stand_in.until >= %(today)s)
"""
Sitting = dict[tuple[int, str], dict[int, Called]]


def _told(ids: Sequence[int]) -> Mapping[int, tuple[datetime | None, int]]:
    rows = _read(TOLD, {"reports": list(ids), "set_up": Verb.SET_UP, "remind": Verb.REMIND})
    return {report_id: (moved, reminders) for report_id, moved, reminders in rows}


def _people(campaign: Campaign, reports: Sequence[Report], now: datetime) -> dict[int, list[Called]]:
    """Whom to call about each report: who holds it now, and of a body its chair."""
    places = list({report.organization_id for report in reports} | {campaign.issuer_id})
    sitting: Sitting = {}
    for place, role, *person in _read(SITTING, {"places": places, "roles": list(CALLED), "today": local_day(now)}):
        called = Called(*person)
        sitting.setdefault((place, role), {})[called.pk] = called
    return {report.pk: _holders(campaign, report, sitting) for report in reports}


def _read(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _holders(campaign: Campaign, report: Report, sitting: Sitting) -> list[Called]:
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

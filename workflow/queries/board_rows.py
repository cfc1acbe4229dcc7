"""The rows of the office's board: a unit, where its report stands, at whose desk and since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.choices import CampaignState, ExtensionDecision, Relation, ReportState, Role, Stage, Verb
from workflow.models import Campaign
from workflow.models.sql import read
from workflow.queries.seats import Called, sitting_at
from workflow.queries.stage_clock import waiting_since
from workflow.rules.access import HOLDERS
from workflow.rules.calendar import WorkingCalendar, local_day
from workflow.rules.timeliness import Standing, standing


@dataclass(frozen=True, slots=True)
class ListedUnit:
    pk: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ListedReport:
    """A report as far as a row shows it.

    `begun`: it was saved once; `opened`: the unit has read the request. `first_due` where an extension moved the due.
    `officer` is the name of who follows it.
    """

    pk: int
    organization: ListedUnit
    state: str
    begun: bool
    opened: bool
    due: datetime
    first_due: datetime | None
    supplement_due: datetime | None
    sent_at: datetime | None
    drafter_id: int | None
    officer_id: int | None
    officer: str


@dataclass(frozen=True, slots=True)
class Asking:
    """An extension that is not decided yet."""

    asked_due: datetime
    reason: str
    proposal: str
    proposed_due: datetime | None

    @property
    def proposal_word(self) -> str:
        return str(ExtensionDecision(self.proposal).label) if self.proposal else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A unit on the board.

    `days` are whole working days at the present desk; `activity` is what the issuer may see of it: moves, the first
    reading, the first save. `supplement` is the standing of what was asked in addition.
    """

    report: ListedReport
    standing: Standing
    supplement: Standing | None
    desk: Stage | None
    since: datetime | None
    days: int
    people: Sequence[Called]
    reminders: int
    activity: datetime | None
    extension: Asking | None

    @property
    def extended(self) -> bool:
        return self.report.first_due is not None


# Each report with its unit, what it asks for, when it last moved, and how often the office and the ladder reminded it.
LISTED = """
    SELECT report.id, unit.id, unit.name, unit.kind, report.state, report.started_at IS NOT NULL,
           report.opened_at IS NOT NULL, report.due,
           CASE WHEN report.due > report.original_due THEN report.original_due END,
           report.supplement_due, report.sent_at, report.drafter_id, report.officer_id, coalesce(officer.full_name, ''),
           asking.asked_due, asking.reason, asking.proposal, asking.proposed_due,
           greatest(told.moved_at, report.opened_at, report.started_at),
           coalesce(told.by_the_office, 0) + coalesce(climbed.by_the_ladder, 0)
      FROM unnest(%(reports)s::bigint[]) WITH ORDINALITY AS chosen (id, place)
      JOIN workflow_report report ON report.id = chosen.id
      JOIN workflow_organization unit ON unit.id = report.organization_id
      LEFT JOIN workflow_person officer ON officer.id = report.officer_id
      LEFT JOIN workflow_extension asking
        ON asking.report_id = report.id AND asking.decided_at IS NULL AND report.sent_at IS NULL
      LEFT JOIN (
           SELECT stream_id, max(at) FILTER (WHERE state_from <> state_to AND verb <> %(set_up)s) AS moved_at,
                  count(*) FILTER (WHERE verb = %(remind)s) AS by_the_office
             FROM workflow_event WHERE stream = 'report' AND stream_id = ANY (%(reports)s::bigint[])
            GROUP BY stream_id) told ON told.stream_id = report.id
      LEFT JOIN (
           SELECT report_id, count(*) AS by_the_ladder FROM workflow_climbedrung
            WHERE report_id = ANY (%(reports)s::bigint[]) GROUP BY report_id) climbed ON climbed.report_id = report.id
     ORDER BY chosen.place
"""


def rows_of(
    campaign: Campaign, report_ids: Sequence[int], now: datetime, calendar: WorkingCalendar, judged_at: datetime
) -> list[Row]:
    """Reports of one request as rows, in the order of their ids. Three queries for however many."""
    found = read(LISTED, {"reports": list(report_ids), "set_up": Verb.SET_UP, "remind": Verb.REMIND})
    reports = [ListedReport(row[0], ListedUnit(*row[1:4]), *row[4:14]) for row in found]
    desks = waiting_since(campaign, now, report_ids)
    people = _people(campaign, reports, now)
    running = campaign.state != CampaignState.CANCELLED
    rows = []
    for report, (*asking, activity, reminders) in zip(reports, (row[14:] for row in found), strict=True):
        desk, since = desks.get(report.pk, (None, None))
        exempt = report.state == ReportState.EXEMPT
        asked_more = report.supplement_due if report.state == ReportState.SUPPLEMENT else None
        rows.append(
            Row(
                report=report,
                standing=standing(report.due, report.sent_at, judged_at, calendar, exempt=exempt, running=running),
                supplement=standing(asked_more, None, judged_at, calendar) if asked_more else None,
                desk=desk,
                since=since,
                days=calendar.working_days_between(local_day(since), local_day(now)) if since else 0,
                people=people[report.pk],
                reminders=reminders,
                activity=activity,
                extension=Asking(*asking) if asking[0] else None,
            )
        )
    return rows


def _people(campaign: Campaign, reports: Sequence[ListedReport], now: datetime) -> dict[int, list[Called]]:
    """Whom to call about each report: who holds it now, and of a body its chair."""
    desks = {report.pk: _desk(campaign, report) for report in reports}
    sitting = sitting_at({(place, role) for place, roles in desks.values() for role in roles}, now)
    return {report.pk: _called(report, *desks[report.pk], sitting) for report in reports}


def _desk(campaign: Campaign, report: ListedReport) -> tuple[int, frozenset[Role]]:
    """At whose desk it lies: the organisation and the seats. Of a cell that gives its opinions the chair is called."""
    desk = HOLDERS.get(ReportState(report.state))
    if desk is None:
        return campaign.issuer_id, frozenset()
    place = report.organization.pk if desk.relation is Relation.OWN else campaign.issuer_id
    return place, frozenset({Role.SECRETARY}) if report.state == ReportState.REVIEW else desk.roles


def _called(
    report: ListedReport, place: int, roles: frozenset[Role], sitting: Mapping[tuple[int, str], Sequence[Called]]
) -> list[Called]:
    """Where one drafter or officer was chosen, that one."""
    found = {person.pk: person for role in Role if role in roles for person in sitting.get((place, role), ())}
    chosen = {Role.DRAFTER: report.drafter_id, Role.OFFICER: report.officer_id}
    for role, person_id in chosen.items():
        if roles == {role} and person_id in found:
            return [found[person_id]]
    return sorted(found.values(), key=lambda person: (person.full_name, person.pk))

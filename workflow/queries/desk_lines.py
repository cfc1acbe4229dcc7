"""The first screen of everybody: what to do, what others do, what was done, and the office's counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q

from workflow.choices import RUNNING, CampaignState, Relation, ReportState, Stage, Verb
from workflow.flows.calendars import calendars_of
from workflow.models import Campaign, Counted, Extension, Opinion, Person, Remark, Report, ReviewRound, UrgingLetter
from workflow.queries.desk import waiting_ids
from workflow.queries.report_list import row_of
from workflow.queries.seats import Place, organizations_in
from workflow.queries.stage_clock import lie_since
from workflow.rules.access import DESKS, HOLDERS, ISSUER_SEATS, UNIT_SEATS
from workflow.rules.calendar import local_day
from workflow.rules.timeliness import Standing

LATELY = timedelta(days=30)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A report as one line of work.

    `remark`: the newest one that the unit still has to answer. `asked`: its open round waits for this person's answer;
    `answered`: the round waits for nobody's any more, and can be concluded.
    `desk`, `days`: where it lies with others, and for how many working days.
    """

    report: Report
    due: datetime
    standing: Standing
    remark: Remark | None = None
    asked: bool = False
    answered: bool = False
    desk: Stage | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """What a running request asks of its office today."""

    campaign: Campaign
    expected: int
    to_receive: int
    overdue: int
    extensions: int


@dataclass(frozen=True, slots=True)
class Work:
    mine: Sequence[Line]
    others: Sequence[Line]
    lately: Sequence[Line]
    office: Sequence[OfficeLine]
    letters: Sequence[UrgingLetter]


def work_of(person: Person, now: datetime, places: Sequence[Place]) -> Work:
    """The person's work in these places of his; each part at most SHOWN lines, the nearest due first."""
    own, issuing = organizations_in(places, UNIT_SEATS), organizations_in(places, ISSUER_SEATS)
    mine, others, lately = _ids(person, now, own) if own else ([], [], [])
    reports = _reports([*mine, *others, *lately])
    calendars = calendars_of({one.issuer_id for one in reports.values()})
    remarks, (asked, answered), lies = _open_remarks(mine), _rounds(person, mine, now), lie_since(now, others)

    def line(report_id: int) -> Line:
        report = reports[report_id]
        calendar = calendars[report.issuer_id]
        row = row_of(report, calendar, now)
        desk, since = lies.get(report_id, (None, None))
        days = calendar.working_days_between(local_day(since), local_day(now)) if since else 0
        return Line(
            report, row.due, row.standing, remarks.get(report_id), report_id in asked, report_id in answered, desk, days
        )

    return Work(
        [line(one) for one in mine],
        [line(one) for one in others],
        [line(one) for one in lately],
        _office_lines(issuing, now),
        _letters(places),
    )


_AT_UNITS = [state for state, desk in HOLDERS.items() if desk.relation is Relation.OWN]
_UNDER_WAY = [*_AT_UNITS, ReportState.SENT]
_DONE = [ReportState.RECEIVED, ReportState.CONSOLIDATED]
# A line shows so much of a report; its request's texts alone are many kilobytes.
_SHOWN_OF_IT = (
    "state", "due", "supplement_due", "started_at", "sent_at", "issuer", "organization__name", "organization__kind",
    "campaign__state", "campaign__report_subject", "campaign__subject",
)  # fmt: skip


def _ids(person: Person, now: datetime, own: list[int]) -> tuple[list[int], list[int], list[int]]:
    """The reports that wait for the person, that are under way with others, and that arrived lately."""
    reports = Report.objects.filter(organization__in=own).values_list("pk", flat=True)
    running = reports.filter(campaign__state__in=RUNNING).order_by("due", "pk")
    waiting = waiting_ids(person, now)
    mine = list(running.filter(pk__in=waiting, state__in=_AT_UNITS)[:SHOWN]) if waiting is not None else []
    others = list(running.filter(state__in=_UNDER_WAY).exclude(pk__in=mine)[:SHOWN])
    lately = reports.filter(state__in=_DONE, received_at__gte=now - LATELY).order_by("-received_at", "pk")
    return mine, others, list(lately[:SHOWN])


def _reports(report_ids: list[int]) -> dict[int, Report]:
    reports = Report.objects.select_related("campaign", "organization").only(*_SHOWN_OF_IT)
    return {one.pk: one for one in reports.filter(pk__in=report_ids)}


def _open_remarks(report_ids: list[int]) -> dict[int, Remark]:
    """The newest remark of each report that the unit still has to answer."""
    rows = Remark.objects.filter(report__in=report_ids, binding=True, answer="").select_related("section")
    return {one.report_id: one for one in rows.order_by("report_id", "-pk").distinct("report_id")}


def _rounds(person: Person, report_ids: list[int], now: datetime) -> tuple[set[int], set[int]]:
    """Of these reports: whose open round still waits for the person's answer, and whose waits for nobody's."""
    own = {"round": OuterRef("pk"), "person": person}
    rounds = ReviewRound.objects.filter(report__in=report_ids, closed_at__isnull=True).annotate(
        given=Count("opinions"), mine=Exists(Counted.objects.filter(**own)) & ~Exists(Opinion.objects.filter(**own))
    )
    asked, answered = set(), set()
    for one in rounds:
        if not one.waits(one.given, now):
            answered.add(one.report_id)
        elif one.mine:
            asked.add(one.report_id)
    return asked, answered


def _letters(places: Sequence[Place]) -> list[UrgingLetter]:
    """Urging letters that wait for a signature or, signed, for a number given from these places."""
    signers, numberers = (organizations_in(places, DESKS[verb].roles) for verb in (Verb.SIGN_URGING, Verb.ISSUE_URGING))
    if not numberers:
        return []
    waiting = Q(signed_at__isnull=True, campaign__issuer__in=signers)
    waiting |= Q(signed_at__isnull=False, campaign__issuer__in=numberers)
    letters = UrgingLetter.objects.filter(waiting, document__isnull=True, discarded_at__isnull=True)
    return list(letters.filter(campaign__state__in=RUNNING).select_related("campaign").order_by("pk")[:SHOWN])


def _office_lines(issuing: list[int], now: datetime) -> list[OfficeLine]:
    if not issuing:
        return []
    unsent = Q(reports__sent_at__isnull=True) & ~Q(reports__state=ReportState.EXEMPT)
    campaigns = (
        Campaign.objects.filter(issuer__in=issuing, house=False, state__in=[*RUNNING, CampaignState.DRAFT])
        .select_related("issuer")
        .annotate(
            expected=Count("reports", filter=~Q(reports__state=ReportState.EXEMPT)),
            to_receive=Count("reports", filter=Q(reports__state=ReportState.SENT)),
            overdue=Count("reports", filter=unsent & Q(reports__due__lte=now)),
        )
        .order_by(F("due").asc(nulls_last=True), "pk")
    )
    waiting = dict(
        Extension.objects.filter(decided_at__isnull=True, report__campaign__issuer__in=issuing)
        .values_list("report__campaign_id")
        .annotate(number=Count("pk"))
    )
    return [OfficeLine(one, one.expected, one.to_receive, one.overdue, waiting.get(one.pk, 0)) for one in campaigns]

"""The first screen of everybody: what to do, what others do, what was done, and the office's counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q

from workflow.choices import RUNNING, CampaignState, Relation, ReportState, Role, Verb
from workflow.flows.calendars import calendars_of
from workflow.models import Campaign, Counted, Extension, Opinion, Person, Remark, Report, UrgingLetter
from workflow.queries.desk import waiting_for
from workflow.queries.seats import Place, places_of
from workflow.rules.access import DESKS, HOLDERS, ISSUER_SEATS, UNIT_SEATS
from workflow.rules.calendar import WorkingCalendar
from workflow.rules.timeliness import Standing, standing

LATELY = timedelta(days=30)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A report as one line of work; `asked`: its open round waits for this person's answer."""

    report: Report
    due: datetime
    standing: Standing
    remark: str
    asked: bool


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


def work_of(person: Person, now: datetime, organization_id: int | None = None) -> Work:
    """The person's work in all organisations, or in one; each part at most SHOWN lines, the nearest due first."""
    places = [one for one in places_of(person, now) if organization_id in {None, one.organization.pk}]
    own, issuing = _where(places, UNIT_SEATS), _where(places, ISSUER_SEATS)
    reports = Report.objects.select_related("campaign", "organization", "issuer")
    waiting = waiting_for(person, now).filter(organization__in=own, state__in=_AT_UNITS)
    mine = list(reports.filter(pk__in=waiting.values("pk")).order_by("due", "pk")[:SHOWN])
    around = reports.filter(organization__in=own).exclude(pk__in=[one.pk for one in mine])
    others = list(around.filter(campaign__state__in=RUNNING, state__in=_UNDER_WAY).order_by("due", "pk")[:SHOWN])
    lately = list(around.filter(state__in=_DONE, received_at__gte=now - LATELY).order_by("-received_at", "pk")[:SHOWN])
    everything = [*mine, *others, *lately]
    calendars = calendars_of({one.issuer_id for one in everything})
    remarks = _open_remarks([one.pk for one in mine])
    asked = _still_asked(person, [one.pk for one in mine])

    def line(report: Report) -> Line:
        return _line(report, calendars[report.issuer_id], now, remarks.get(report.pk, ""), report.pk in asked)

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


def _line(report: Report, calendar: WorkingCalendar, now: datetime, remark: str, asked: bool) -> Line:
    supplement = report.state == ReportState.SUPPLEMENT and report.supplement_due is not None
    due = report.supplement_due if supplement and report.supplement_due else report.due
    stands = standing(due, None if supplement else report.sent_at, now, calendar)
    return Line(report, due, stands, remark, asked)


def _open_remarks(report_ids: list[int]) -> dict[int, str]:
    """The newest remark of each report that the unit still has to answer."""
    rows = Remark.objects.filter(report__in=report_ids, binding=True, answer="").order_by("report_id", "-pk")
    return dict(rows.distinct("report_id").values_list("report_id", "text"))


def _still_asked(person: Person, report_ids: list[int]) -> set[int]:
    """Reports whose open round counts the person and waits for the answer."""
    given = Opinion.objects.filter(round=OuterRef("round"), person=person)
    rows = Counted.objects.filter(
        ~Exists(given), person=person, round__report__in=report_ids, round__closed_at__isnull=True
    )
    return set(rows.values_list("round__report_id", flat=True))


def _where(places: list[Place], roles: frozenset[Role]) -> list[int]:
    """The organisations in which one of the roles is held."""
    return [one.organization.pk for one in places if roles & set(one.roles)]


def _letters(places: list[Place]) -> list[UrgingLetter]:
    """Urging letters that wait for a signature or, signed, for a number given from these places."""
    signers, numberers = (_where(places, DESKS[verb].roles) for verb in (Verb.SIGN_URGING, Verb.ISSUE_URGING))
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

"""All reports a person may see: searched, filtered, sorted, in pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, DateTimeField, F, Q, QuerySet, Value, When

from workflow.choices import RUNNING, ReportState, Timeliness
from workflow.flows.calendars import calendars_of
from workflow.models import Campaign, Person, Report
from workflow.queries.visible import visible_reports
from workflow.rules.calendar import LOCAL, WorkingCalendar, local_day
from workflow.rules.timeliness import SOON, Standing, standing
from workflow.rules.vietnamese import search_fold

A_PAGE = 50
# A due that counts today: a supplement stands under its own.
EFFECTIVE = {
    "counted_due": Case(
        When(state=ReportState.SUPPLEMENT, supplement_due__isnull=False, then=F("supplement_due")), default=F("due")
    ),
    "counted_sent": Case(
        When(state=ReportState.SUPPLEMENT, then=Value(None, output_field=DateTimeField())), default=F("sent_at")
    ),
}
ORDERS: Mapping[str, Sequence[str]] = {
    "-due": ("-counted_due", "organization__name_sort", "pk"),
    "due": ("counted_due", "organization__name_sort", "pk"),
    "unit": ("organization__name_sort", "-counted_due", "pk"),
    "-sent": ("-sent_at", "organization__name_sort", "pk"),
}
FIRST_ORDER = "-due"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for; empty fields ask for everything."""

    words: str = ""
    state: str = ""
    timeliness: str = ""
    order: str = FIRST_ORDER
    page: str = "1"


@dataclass(frozen=True, slots=True)
class Row:
    report: Report
    due: datetime
    standing: Standing


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of rows; `states`: how many of the searched reports stand where, whatever filter is on."""

    rows: Sequence[Row]
    page: Page[Report]
    states: Mapping[str, int]

    @property
    def everything(self) -> int:
        return sum(self.states.values())


def listed(person: Person, now: datetime, wish: Wish) -> Listing:
    """A constant number of queries. A wish that is none of the known ones is no wish."""
    seen = visible_reports(person, now)
    issuers = list(seen.values_list("issuer_id", flat=True).distinct())
    calendars = calendars_of(issuers)
    found = _searched(seen.annotate(**EFFECTIVE), wish.words)
    if wish.timeliness in Timeliness.values:
        found = found.filter(_timely(Timeliness(wish.timeliness), calendars, now))
    counted = dict(found.order_by().values_list("state").annotate(number=Count("pk")))
    states = {state: counted.get(state, 0) for state in ReportState.values}
    if wish.state in ReportState.values:
        found = found.filter(state=wish.state)
    ordered = found.select_related("campaign", "organization", "issuer").order_by(
        *ORDERS.get(wish.order, ORDERS[FIRST_ORDER])
    )
    page = Paginator(ordered, A_PAGE).get_page(wish.page)
    return Listing([row_of(report, calendars[report.issuer_id], now) for report in page], page, states)


def _searched(seen: QuerySet[Report], words: str) -> QuerySet[Report]:
    """By unit, number or subject, without diacritics; numbers of issued documents as they are printed."""
    wanted = search_fold(words)
    if not wanted:
        return seen
    asked = Campaign.objects.filter(pk__in=seen.values("campaign"))
    campaigns = [
        pk
        for pk, *texts in asked.values_list("pk", "number", "subject", "report_subject")
        if any(wanted in search_fold(text) for text in texts)
    ]
    return seen.filter(
        Q(organization__search_fold__contains=wanted)
        | Q(campaign__in=campaigns)
        | Q(subject__icontains=words.strip())
        | Q(incoming_number=words.strip())
        | Q(pk__in=Report.objects.filter(documents__printed_number__icontains=words.strip()).values("pk"))
    )


def _timely(kind: Timeliness, calendars: Mapping[int, WorkingCalendar], now: datetime) -> Q:
    """The rows that standing() calls so, as a condition; each issuer counts days by its own calendar."""
    exempt = Q(state=ReportState.EXEMPT)
    if kind is Timeliness.NOT_EXPECTED:
        return exempt | Q(counted_sent__isnull=True) & ~Q(campaign__state__in=RUNNING)
    if kind in {Timeliness.ON_TIME, Timeliness.LATE}:
        on_time = Q(counted_sent__lt=F("counted_due"))
        return ~exempt & (on_time if kind is Timeliness.ON_TIME else Q(counted_sent__gte=F("counted_due")))
    waits = ~exempt & Q(counted_sent__isnull=True, campaign__state__in=RUNNING)
    if kind is Timeliness.OVERDUE:
        return waits & Q(counted_due__lte=now)
    today = local_day(now)
    if kind is Timeliness.DUE_TODAY:
        return waits & Q(counted_due__gt=now, counted_due__lte=_end_of(today))
    soon = Q(pk__in=[])
    for issuer_id, calendar in calendars.items():
        soon |= Q(issuer=issuer_id, counted_due__lte=_end_of(_last_soon(today, calendar)))
    later = Q(counted_due__gt=max(now, _end_of(today)))
    return waits & later & (soon if kind is Timeliness.DUE_SOON else ~soon)


def _last_soon(today: date, calendar: WorkingCalendar) -> date:
    """The last day with SOON working days left or fewer."""
    day = today
    while calendar.working_days_between(today, day + timedelta(days=1)) <= SOON:
        day += timedelta(days=1)
    return day


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), LOCAL)


def row_of(report: Report, calendar: WorkingCalendar, now: datetime) -> Row:
    """Where a report stands against the due that counts today."""
    supplement = report.state == ReportState.SUPPLEMENT
    due = report.supplement_due if supplement and report.supplement_due else report.due
    stands = standing(
        due,
        None if supplement else report.sent_at,
        now,
        calendar,
        exempt=report.state == ReportState.EXEMPT,
        running=report.campaign.state in RUNNING,
    )
    return Row(report, due, stands)

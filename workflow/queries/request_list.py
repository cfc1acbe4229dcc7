"""Requests as a list: searched, filtered, sorted, in pages; only those of the page are counted."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from workflow.choices import RUNNING, CampaignState, ReportState
from workflow.flows.calendars import calendars_of
from workflow.models import Campaign, Report
from workflow.queries.seats import Place, organizations_in
from workflow.rules.access import ISSUER_SEATS, UNIT_SEATS
from workflow.rules.timeliness import Standing, standing
from workflow.rules.vietnamese import search_fold

A_PAGE = 20
UNSENT = Q(reports__sent_at__isnull=True) & ~Q(reports__state=ReportState.EXEMPT)
_FIRST_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for; empty fields ask for everything, the newest first."""

    words: str = ""
    state: str = ""
    order: str = ""
    page: str = "1"


@dataclass(frozen=True, slots=True)
class Listed:
    """A request in a list; to its office with counts, to a unit with the unit's own reports."""

    campaign: Campaign
    standing: Standing | None
    office: bool
    expected: int
    sent: int
    received: int
    overdue: int
    reports: Sequence[Report]


@dataclass(frozen=True, slots=True)
class RequestList:
    """One page of requests; `states`: how many of the searched ones are where, whatever filter is on."""

    rows: Sequence[Listed]
    page: Page[int]
    states: Mapping[str, int]

    @property
    def everything(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class _Line:
    """What searching and sorting needs of a request."""

    pk: int
    state: str
    number: str
    subject: str
    issuer: str
    due: datetime | None
    opened_at: datetime | None

    def holds(self, wanted: str) -> bool:
        return wanted in search_fold(f"{self.number} {self.subject} {self.issuer}")


def _newest(line: _Line) -> tuple[Any, ...]:
    """Those in preparation before all others."""
    return line.opened_at is not None, -line.opened_at.timestamp() if line.opened_at else 0, -line.pk


def _nearest_deadline(line: _Line) -> tuple[Any, ...]:
    """What still runs by its deadline; what is over, the last first; what has no deadline yet at the end."""
    if line.due is None:
        return 2, 0.0, -line.pk
    due = line.due.timestamp()
    return (0, due, line.pk) if line.state in {*RUNNING, CampaignState.DRAFT} else (1, -due, line.pk)


def _by_number(line: _Line) -> tuple[Any, ...]:
    """630-CV/ĐUK after 95-CV/ĐUK; without a number at the end."""
    digits = _FIRST_DIGITS.search(line.number)
    return not line.number, int(digits.group()) if digits else 0, line.number, line.pk


ORDERS: Mapping[str, Callable[[_Line], tuple[Any, ...]]] = {"": _newest, "han": _nearest_deadline, "so": _by_number}


def request_list(places: Sequence[Place], now: datetime, wish: Wish) -> RequestList:
    """Requests that a person's offices issue or that ask his units, in these places of his.

    A constant number of queries. A wish that is none of the known ones is no wish.
    """
    own, issuing = organizations_in(places, UNIT_SEATS), organizations_in(places, ISSUER_SEATS)
    wanted = search_fold(wish.words)
    found = [line for line in _lines(own, issuing) if line.holds(wanted)]
    counts = {state: sum(line.state == state for line in found) for state in CampaignState.values}
    if wish.state in counts:
        found = [line for line in found if line.state == wish.state]
    found.sort(key=ORDERS.get(wish.order, _newest))
    page = Paginator([line.pk for line in found], A_PAGE).get_page(wish.page)
    return RequestList(_listed(list(page), own, issuing, now), page, counts)


def _lines(own: Iterable[int], issuing: Iterable[int]) -> list[_Line]:
    issued = Campaign.objects.filter(issuer__in=issuing, house=False)
    asking = Campaign.objects.filter(reports__organization__in=own, house=False)
    rows = Campaign.objects.filter(pk__in=issued.values("pk").union(asking.values("pk")))
    names = ("pk", "state", "number", "subject", "issuer__name", "due", "opened_at")
    return [_Line(*row) for row in rows.values_list(*names)]


def _listed(pks: Sequence[int], own: Iterable[int], issuing: Iterable[int], now: datetime) -> list[Listed]:
    kept = ~Q(reports__state=ReportState.EXEMPT)
    counted: Any = (
        Campaign.objects.filter(pk__in=pks)
        .select_related("issuer")
        .annotate(
            expected=Count("reports", filter=kept),
            sent=Count("reports", filter=kept & Q(reports__sent_at__isnull=False)),
            received=Count("reports", filter=kept & Q(reports__received_at__isnull=False)),
            overdue=Count("reports", filter=UNSENT & Q(reports__due__lte=now)),
        )
    )
    campaigns = {one.pk: one for one in counted}
    reports: dict[int, list[Report]] = {}
    asked = Report.objects.filter(campaign__in=pks, organization__in=own)
    for report in asked.select_related("organization").order_by("organization__name_sort"):
        reports.setdefault(report.campaign_id, []).append(report)
    calendars = calendars_of({one.issuer_id for one in counted})
    return [
        Listed(
            campaign=one,
            standing=(
                standing(one.due, None, now, calendars[one.issuer_id])
                if one.due is not None and one.state in RUNNING
                else None
            ),
            office=one.issuer_id in issuing,
            expected=one.expected,
            sent=one.sent,
            received=one.received,
            overdue=one.overdue,
            reports=reports.get(one.pk, []),
        )
        for one in (campaigns[pk] for pk in pks)
    ]

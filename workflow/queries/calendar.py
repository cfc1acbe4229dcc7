"""The working calendar as people read it, the days it still lacks, and what a deadline in words means by it."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Q

from workflow.choices import RUNNING, DayKind, HolidayRule
from workflow.flows.calendars import calendar_of, calendars_of
from workflow.models import CalendarDay, Campaign
from workflow.models.tree import calendar_lines
from workflow.rules import deadline
from workflow.rules.calendar import days_in_force, last_day_of, local_day
from workflow.rules.day_list import DayDraft, write_days

# From this month on the coming year should be filled.
_LAST_QUARTER = 10


class Origin(StrEnum):
    """Whose row makes a day different."""

    OWN = "own"
    SUPERIOR = "superior"
    GENERAL = "general"


class YearDay(NamedTuple):
    """A day that differs from the ordinary week; `owner` is the name of the organisation whose row it is, or empty."""

    day: date
    kind: DayKind
    note: str
    origin: Origin
    owner: str = ""


def year_of(organization_id: int | None, year: int) -> list[YearDay]:
    """The differing days that hold for an organisation in a year, by day; with None the general ones. Two queries."""
    line = () if organization_id is None else calendar_lines([organization_id])[organization_id]
    found = CalendarDay.objects.filter(Q(organization__isnull=True) | Q(organization__in=line), day__year=year)
    rows = {(row.day, row.organization_id): row for row in found.select_related("organization")}
    in_force = days_in_force([(row.day, row.kind, row.organization_id) for row in rows.values()], line)
    shown = [rows[day, holds.organization_id] for day, holds in sorted(in_force.items())]
    return [
        YearDay(
            row.day,
            DayKind(row.kind),
            row.note,
            _origin(row, organization_id),
            "" if row.organization is None else row.organization.name,
        )
        for row in shown
    ]


def _origin(row: CalendarDay, organization_id: int | None) -> Origin:
    if row.organization_id is None:
        return Origin.GENERAL
    return Origin.OWN if row.organization_id == organization_id else Origin.SUPERIOR


def export_days(organization_id: int | None, year: int) -> str:
    """An organisation's own days of a year (None: the general ones) as a list that import_days takes back."""
    rows = CalendarDay.objects.filter(organization=organization_id, day__year=year).order_by("day")
    return write_days(DayDraft(row.day, DayKind(row.kind), row.note) for row in rows)


def missing_years(organization_ids: Iterable[int], now: datetime) -> dict[int, list[int]]:
    """Years without a single holiday by which an organisation has to count, or soon will; nothing for the others.

    The coming year counts in the last three months of this one, or as soon as a running request of the organisation is
    due in it; a further year when a request is due in that. Three queries.
    """
    today = local_day(now)
    coming = {today.year + 1} if today.month >= _LAST_QUARTER else set()
    calendars = calendars_of(organization_ids)
    counted = {organization_id: set(coming) for organization_id in calendars}
    running = Campaign.objects.filter(issuer__in=calendars.keys(), state__in=RUNNING)
    for issuer, *dues in running.values_list("issuer_id", "due", "consolidation_due"):
        years = {last_day_of(due).year for due in dues if due is not None}
        counted[issuer] |= {year for year in years if year > today.year}
    missing = {
        organization_id: sorted(year for year in years if not calendars[organization_id].has_year(year))
        for organization_id, years in counted.items()
    }
    return {organization_id: years for organization_id, years in missing.items() if years}


def read_deadline(text: str, issuer_id: int, rule: HolidayRule | str, reference: date) -> deadline.Reading | None:
    """What a deadline in words means by the issuer's calendar; None when it is not understood. Two queries.

    To store it: edit_campaign(last_day=reading.stated.last_day, hour=reading.stated.hour) with the same rule.
    """
    return deadline.read(text, reference=reference, rule=rule, calendar=calendar_of(issuer_id))

"""A year of the working calendar as a page of twelve months."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workflow import errors
from workflow.choices import DayKind, Role
from workflow.flows.holdings import holdings_of
from workflow.models import Organization, Person
from workflow.queries.calendar import Origin, YearDay, year_of
from workflow.queries.organizations import EVERY_ROLE, known
from workflow.queries.visible import organizations_of
from workflow.rules.access import held
from workflow.rules.calendar import local_day
from workflow.rules.day_list import YEARS

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Square:
    """A day in its month; `kind` and `note` where it differs from the ordinary week."""

    day: date
    weekend: bool
    today: bool
    differs: YearDay | None


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """`organization` None: the general days, which hold for all. `own` are the rows that may be cleared here."""

    organization: Organization | None
    year: int
    months: Sequence[tuple[date, Sequence[Sequence[Square | None]]]]
    days: Sequence[YearDay]
    may_set: bool
    missing: bool
    has_own: bool


def calendar_page(organization_id: int | None, year: int, person: Person, now: datetime) -> CalendarPage:
    """Of an organisation that the person knows; the general days are for whoever holds a seat. Raises NotVisible."""
    if year not in YEARS:
        raise errors.NotVisible
    organization, may_set = None, False
    if organization_id is None:
        if not organizations_of(person, EVERY_ROLE, now):
            raise errors.NotVisible
        may_set = administers_roots(person, now)
    else:
        organization, powers = known(organization_id, person, now)
        may_set = powers.sets_calendar
    days = year_of(organization_id, year)
    mine = Origin.GENERAL if organization_id is None else Origin.OWN
    today = local_day(now)
    return CalendarPage(
        organization=organization,
        year=year,
        months=_months(year, {one.day: one for one in days}, today),
        days=days,
        may_set=may_set,
        missing=year >= today.year and not any(one.kind == DayKind.HOLIDAY for one in days),
        has_own=any(one.origin == mine for one in days),
    )


def administers_roots(person: Person, now: datetime) -> bool:
    """Whether the general days are the person's to set: an administrator's at a root."""
    roots = list(Organization.objects.filter(parent=None).values_list("pk", flat=True))
    holdings = holdings_of(person, roots, now)
    return any(held(holdings, root, {Role.ADMINISTRATOR}) for root in roots)


def _months(year: int, differing: dict[date, YearDay], today: date) -> list[tuple[date, list[list[Square | None]]]]:
    weeks = calendar.Calendar(calendar.MONDAY)
    return [
        (
            date(year, month, 1),
            [
                [
                    Square(day, day.weekday() >= SATURDAY, day == today, differing.get(day))
                    if day.month == month
                    else None
                    for day in week
                ]
                for week in weeks.monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]

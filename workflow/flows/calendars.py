"""The working calendars of organisations.

Dues, ladder and lateness of a request are counted by its *issuer's* calendar: the issuer's own days, else those of its
nearest superior, else the general ones. A unit's own days count only for what the unit itself issues, so that all
units of one request stand under one deadline.
"""

from collections.abc import Iterable

from django.db.models import Q

from workflow.models import CalendarDay
from workflow.models.tree import calendar_lines
from workflow.rules.calendar import DayRow, WorkingCalendar


def calendar_of(organization_id: int) -> WorkingCalendar:
    """The calendar by which an organisation counts what it issues. Two queries."""
    return calendars_of([organization_id])[organization_id]


def calendars_of(organization_ids: Iterable[int]) -> dict[int, WorkingCalendar]:
    """The calendar of each organisation; equal calendars are one object. Two queries for however many."""
    lines = calendar_lines(organization_ids)
    owners = {owner for line in lines.values() for owner in line}
    rows: dict[int | None, list[DayRow]] = {None: []}
    found = CalendarDay.objects.filter(Q(organization__isnull=True) | Q(organization__in=owners))
    for row in map(DayRow._make, found.values_list("day", "kind", "organization_id")):
        rows.setdefault(row.organization_id, []).append(row)
    shared: dict[WorkingCalendar, WorkingCalendar] = {}
    of_line: dict[tuple[int, ...], WorkingCalendar] = {}
    for line in set(lines.values()):
        made = WorkingCalendar.of([row for owner in (*line, None) for row in rows.get(owner, ())], line)
        of_line[line] = shared.setdefault(made, made)
    return {organization_id: of_line[line] for organization_id, line in lines.items()}

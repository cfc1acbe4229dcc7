"""The working calendar and the ladders of reminders."""

from datetime import date, time

from django.utils.translation import gettext_lazy as _

from workflow.actions.register import CalendarDraft
from workflow.choices import DayKind, ReportState, Role
from workflow.errors import LadderUnsound
from workflow.management.examples.example import Example
from workflow.management.examples.nodes import Item
from workflow.management.examples.people import known_organization
from workflow.rules.ladder import RungSpec, sound_ladder


def read_calendar(root: Item, example: Example) -> None:
    top = root.fields("calendar", "invented")
    for item in top["calendar"].items():
        given = item.fields("year organization proposed source days")
        given["proposed"].flag()
        given["source"].text()
        year = given["year"].integer(least=1)
        unit = "" if given["organization"].is_null else known_organization(given["organization"], example)
        for day in given["days"].items():
            _read_day(day, year, unit, example)


def _read_day(item: Item, year: int, unit: str, example: Example) -> None:
    given = item.fields("day kind name")
    day = given["day"].day()
    if year and day != date.min and day.year != year:
        given["day"].refuse(_("%(day)s does not lie in %(year)s"), day=day, year=year)
    if any(other.day == day and other.organization == unit for other in example.calendar):
        given["day"].refuse(_("“%(key)s” is given twice"), key=day)
    kind, note = given["kind"].choice(DayKind), given["name"].text(200)
    example.calendar.append(CalendarDraft(day=day, kind=kind, note=note, organization=unit))


def read_ladders(root: Item, example: Example) -> None:
    top = root.fields("ladders", "invented")
    for name, item in top["ladders"].pairs().items():
        given = item.fields("title proposed rungs")
        given["title"].text()
        given["proposed"].flag()
        rungs: list[RungSpec] = []
        for rung in given["rungs"].items():
            read = _rung(rung)
            if any((other.desk, other.offset_working_days) == (read.desk, read.offset_working_days) for other in rungs):
                rung.refuse(_("“%(key)s” is given twice"), key=read.offset_working_days)
            rungs.append(read)
        try:
            sound_ladder(rungs)
        except LadderUnsound as unsound:
            given["rungs"].refuse(_("the ladder cannot be used: %(rule)s"), rule=unsound.facts["rule"])
        example.ladders[name] = rungs


def _rung(item: Item) -> RungSpec:
    given = item.fields("offset at audience", "note desk letter")
    hour = time(8)
    try:
        hour = time.fromisoformat(given["at"].text() or "08:00")
    except ValueError:
        given["at"].refuse(_("an hour like 08:00 is expected here"))
    audience = tuple(role.choice(Role) for role in given["audience"].items())
    if not audience:
        given["audience"].refuse(_("a list is expected here"))
    desk = given["desk"].choice(ReportState) if given["desk"].text() else ""
    return RungSpec(given["offset"].integer(), hour, audience, desk, given["letter"].flag())

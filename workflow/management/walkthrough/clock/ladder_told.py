"""What the deadline means, when it is reminded of, and when it was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from workflow.choices import Role, Stream, Verb
from workflow.flows.calendars import calendar_of
from workflow.management.walkthrough.clock.grid import grid, heading
from workflow.management.walkthrough.story import NotPlayed
from workflow.models import Campaign, ClimbedRung, Event, Extension, Pause, Report, Rung
from workflow.queries.calendar import read_deadline
from workflow.queries.ladder import RungDate, ladder_dates, ladder_of
from workflow.rules.calendar import LOCAL, print_due
from workflow.rules.ladder import RungSpec
from workflow.rules.vietnamese import format_day_short, weekday_name

OF_THE_UNIT = (Verb.DUE_NEAR, Verb.DUE_DAY, Verb.OVERDUE, Verb.DESK_WAITS)


def moment_told(instant: datetime) -> str:
    """Thứ Năm 21/7/2022, 08:00"""
    local = instant.astimezone(LOCAL)
    return f"{weekday_name(local.date())} {format_day_short(local.date())}, {local:%H:%M}"


def deadline_told(campaign: Campaign) -> Iterator[str]:
    """The deadline in the letter's words, and the instant they were read as. Raises NotPlayed when it is another."""
    assert campaign.date is not None  # noqa: S101 – open
    read = read_deadline(campaign.deadline_text, campaign.issuer_id, campaign.holiday_rule, campaign.date)
    if read is None or read.due != campaign.due:
        raise NotPlayed(f"“{campaign.deadline_text}” is not read as {campaign.due}")
    yield "  " + _("Deadline: %(steps)s") % {"steps": read.explanation()}
    yield "  " + _("Rule for days off: %(rule)s; in the letter's words: “%(words)s”") % {
        "rule": campaign.get_holiday_rule_display(),
        "words": campaign.deadline_text,
    }


def dates_of(campaign: Campaign) -> Sequence[RungDate]:
    """The ladder of a request that was opened, with the real dates of its due."""
    assert campaign.due is not None  # noqa: S101 – open
    calendar = calendar_of(campaign.issuer_id)
    return ladder_dates(ladder_of(campaign.pk), campaign.due, campaign.opened_at or campaign.due, calendar)


def ladder_told(campaign: Campaign) -> Iterator[str]:
    """Every rung with its real date."""
    yield heading(_("Ladder of reminders"))
    rows = [(rung_name(one.rung), _when(one), _roles(one.rung)) for one in dates_of(campaign)]
    yield from grid((_("Rung"), _("When"), _("Who is told")), rows)


def rung_name(rung: RungSpec | Rung) -> str:
    """T-7, T, T+3; or after how long at which desk."""
    offset = rung.offset if isinstance(rung, Rung) else rung.offset_working_days
    if rung.desk:
        return _("For signature > %(days)s days") % {"days": offset}
    return f"T{offset:+d}" if offset else "T"


def _when(one: RungDate) -> str:
    if one.moment is None:
        return _("%(hour)s, for each report by itself") % {"hour": f"{one.rung.hour:%H:%M}"}
    return moment_told(one.moment)


def _roles(rung: RungSpec) -> str:
    told = ", ".join(str(Role(role).label) for role in rung.audience)
    return _("%(roles)s; the urging letter is drafted") % {"roles": told} if rung.letter else told


@dataclass(frozen=True, slots=True)
class _Climbed:
    """A rung that was climbed at a moment for a due, or for what came to a desk."""

    at: datetime
    rung: int
    due: int


def climbed_told(campaign: Campaign) -> Iterator[str]:
    """Every rung that was climbed: when, for which due, for how many units, and how many persons were told."""
    units: dict[_Climbed, int] = {}
    persons: dict[_Climbed, int] = {}
    for at, rung, due in ClimbedRung.objects.filter(report__campaign=campaign).values_list("at", "rung", "due"):
        key = _Climbed(at, rung, int(due.timestamp()))
        units[key] = units.get(key, 0) + 1
    reports = Report.objects.filter(campaign=campaign).values("pk")
    own = Event.objects.filter(stream=Stream.REPORT, stream_id__in=reports, verb__in=OF_THE_UNIT)
    office = Event.objects.filter(stream=Stream.CAMPAIGN, stream_id=campaign.pk, verb=Verb.UNITS_OVERDUE)
    for events in (own, office):
        counted = events.values_list("at", "facts__rung", "facts__due", "facts__since").annotate(
            told=Count("notices__person", distinct=True)
        )
        for at, rung, due, since, told in counted:
            key = _Climbed(at, rung, since or due)
            persons[key] = persons.get(key, 0) + told
    rungs = {rung.pk: rung for rung in Rung.objects.filter(campaign=campaign)}
    rows = [
        (
            moment_told(key.at),
            rung_name(rungs[key.rung]),
            _of(rungs[key.rung], key.due),
            str(count),
            _told(persons, key),
        )
        for key, count in sorted(units.items(), key=lambda one: (one[0].at, rungs[one[0].rung].desk, one[0].due))
    ]
    yield heading(_("Rungs climbed"))
    yield from grid((_("When"), _("Rung"), _("Deadline"), _("Units"), _("Persons told")), rows, numbers={3, 4})


def _of(rung: Rung, due: int) -> str:
    instant = datetime.fromtimestamp(due, UTC)
    return _("at the desk since %(day)s") % {"day": _short(instant)} if rung.desk else print_due(instant)


def _told(persons: dict[_Climbed, int], key: _Climbed) -> str:
    return str(persons.get(key, 0))


def _short(instant: datetime) -> str:
    return f"{instant.astimezone(LOCAL):%d/%m %H:%M}"


def extensions_told(campaign: Campaign) -> Iterator[str]:
    """What was asked, proposed and decided, what the due was and is, and by which one the unit was reminded."""
    asked = Extension.objects.filter(report__campaign=campaign).select_related("report__organization").order_by("pk")
    if not asked:
        return
    yield heading(_("Extensions"))
    rows = [
        (
            one.report.organization.name,
            _("%(at)s: until %(due)s") % {"at": _short(one.asked_at), "due": print_due(one.asked_due)},
            f"{_short(one.proposed_at)}: {one.get_proposal_display()}" if one.proposed_at else "",
            f"{_short(one.decided_at)}: {one.get_decision_display()}" if one.decided_at else "",
            print_due(one.report.original_due),
            print_due(one.report.due),
            ", ".join(_reminded(one.report)),
        )
        for one in asked
    ]
    head = (
        _("Unit"), _("Asked for"), _("Proposed"), _("Decided"), _("First deadline"), _("Deadline now"), _("Reminded"),
    )  # fmt: skip
    yield from grid(head, rows)


def _reminded(report: Report) -> Iterator[str]:
    climbed = ClimbedRung.objects.filter(report=report, rung__desk="").select_related("rung").order_by("at")
    for one in climbed:
        yield f"{rung_name(one.rung)} {one.at.astimezone(LOCAL):%d/%m}"


def pauses_told(campaign: Campaign) -> Iterator[str]:
    """Whose reminders were paused, why, and which rungs passed meanwhile without a word."""
    dates = dates_of(campaign)
    yield heading(_("Reminders paused"))
    for pause in Pause.objects.filter(campaign=campaign).prefetch_related("units"):
        assert pause.until is not None  # noqa: S101 – resumed
        silent = [one for one in dates if one.moment and pause.since <= one.moment < pause.until]
        for unit in pause.units.all():
            yield f"  {unit.name}"
        period = {"since": moment_told(pause.since), "until": moment_told(pause.until), "reason": pause.reason}
        yield "  " + _("From %(since)s to %(until)s. Reason: %(reason)s") % period
        passed = ", ".join(f"{rung_name(one.rung)} ({_short(one.moment)})" for one in silent if one.moment)
        yield "  " + _("Rungs that passed without a reminder: %(rungs)s") % {"rungs": passed}

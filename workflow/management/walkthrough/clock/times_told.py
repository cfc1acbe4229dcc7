"""Where the time went: by desk, and in the timeliness ledger of the year."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from workflow.choices import Stage, Timeliness
from workflow.management.walkthrough.clock.grid import grid, heading
from workflow.management.walkthrough.clock.ladder_told import moment_told
from workflow.management.walkthrough.intake import Office
from workflow.models import Campaign, Report
from workflow.queries.stage_clock import desk_times_of
from workflow.queries.timeliness import ledger
from workflow.rules.calendar import local_day, print_due
from workflow.rules.timeliness_ledger import LedgerRow
from workflow.rules.vietnamese import format_number

DAY = timedelta(days=1)


def desk_times_told(campaign: Campaign, office: Office, codes: Sequence[str]) -> Iterator[str]:
    """How long the reports of some units lay on each desk."""
    times = desk_times_of(campaign, office.stage.now)
    reports = Report.objects.filter(campaign=campaign, organization__code__in=codes).select_related("organization")
    rows = [
        (
            report.organization.name,
            *(_days(times[report.pk][stage]) for stage in Stage),
            _days(sum(times[report.pk].values(), timedelta())),
        )
        for report in sorted(reports, key=lambda one: codes.index(one.organization.code))
    ]
    yield heading(_("Working days on each desk"))
    head = (_("Unit"), *(str(stage.label) for stage in Stage), _("Together"))
    yield from grid(head, rows, numbers=range(1, len(head)))


def _days(spent: timedelta) -> str:
    return format_number(Decimal(spent // timedelta(seconds=1)) / Decimal(DAY.total_seconds()), 1)


def ledger_told(office: Office) -> Iterator[str]:
    """The issuer's year: the units that were not always on time one by one, the others in one line; and each case."""
    now = office.stage.now
    year = local_day(now).year
    found = ledger(office.campaign.issuer_id, year, office.officers[0], now)
    noted = [unit for unit in found.units if unit.late or unit.not_sent]
    yield heading(_("Timeliness ledger of %(year)s") % {"year": year})
    rows = [
        (
            unit.unit,
            *map(str, (unit.expected, unit.on_time, unit.late, unit.not_sent, unit.excused)),
            "–" if unit.average_days_late is None else format_number(unit.average_days_late, 1),
        )
        for unit in noted
    ]
    others = [unit for unit in found.units if unit not in noted]
    sums = [
        sum(getattr(unit, name) for unit in others) for name in ("expected", "on_time", "late", "not_sent", "excused")
    ]
    rows.append((_("The other %(count)s units") % {"count": len(others)}, *map(str, sums), "–"))
    head = (
        _("Unit"), _("To be sent"), _("Sent on time"), _("Sent late"), _("Not sent"), _("Excused"),
        _("Days late on average"),
    )  # fmt: skip
    yield from grid(head, rows, numbers=range(1, 7))
    yield ""
    cases = [row for row in found.rows if row.days_late or row.due != row.original_due]
    head = (_("Unit"), _("First deadline"), _("Deadline"), _("Sent at"), _("Result"), _("Days late"), _("Excused"))
    yield from grid(head, [_case(row) for row in cases], numbers={5})
    for row in cases:
        if row.reason:
            said = {"unit": row.unit, "reason": row.reason, "excuse": row.excuse}
            yield "  " + _("%(unit)s says: %(reason)s") % said
            yield "  " + _("Excused: %(excuse)s") % said


def _case(row: LedgerRow) -> tuple[str, ...]:
    return (
        row.unit,
        print_due(row.original_due),
        print_due(row.due),
        "–" if row.sent_at is None else moment_told(row.sent_at),
        str(Timeliness(row.timeliness).label),
        str(row.days_late),
        _("yes") if row.excused else "",
    )

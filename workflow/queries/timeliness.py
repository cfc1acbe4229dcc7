"""Reading timeliness: why a report is late, how its supplements stand, and an issuer's ledger of a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.choices import Read
from workflow.flows.calendars import calendar_of
from workflow.flows.timeliness_ledger import ledger_rows, readable_units
from workflow.models import Lateness, Person, Report, Supplement
from workflow.queries.report import readable
from workflow.rules.timeliness import Standing, standing
from workflow.rules.timeliness_ledger import LedgerRow, UnitYear, years_of_units


@dataclass(frozen=True, slots=True)
class Ledger:
    rows: Sequence[LedgerRow]
    units: Sequence[UnitYear]


def late_reason(report_id: int, person: Person, now: datetime) -> Lateness | None:
    """The unit's reason and the issuer's excuse, to all seats of the unit and to the issuer's office."""
    return reason_of(readable(report_id, person, Read.STATE, now))


def reason_of(report: Report) -> Lateness | None:
    """The same of a report that was read already."""
    return Lateness.objects.select_related("given_by", "excused_by").filter(report=report).first()


def supplement_standings(report_id: int, person: Person, now: datetime) -> list[tuple[Supplement, Standing]]:
    """Each supplement against its own due, oldest first; one that was withdrawn is not expected.

    This is the supplement's timeliness only: the report's own stays what its first sending made it.
    """
    report = readable(report_id, person, Read.STATE, now)
    calendar = calendar_of(report.issuer_id)
    return [
        (
            one,
            standing(
                one.due,
                one.closed_at,
                now,
                calendar,
                exempt=one.closed_at is not None and one.answered_by_id is None,
            ),
        )
        for one in Supplement.objects.filter(report=report).order_by("pk")
    ]


def ledger(issuer_id: int, year: int, person: Person, now: datetime) -> Ledger:
    """The issuer's closed requests of a local year, by unit and due: all to its office, to a unit its own rows.

    Raises NotVisible. A constant number of queries.
    """
    rows = list(ledger_rows(issuer_id, year, readable_units(issuer_id, person, now)))
    return Ledger(rows, years_of_units(rows))

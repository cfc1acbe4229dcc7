"""The timeliness ledger of an issuer: every unit, every closed request of a year (domain.md §4.5).

Days are working days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from workflow.choices import Timeliness
from workflow.rules.calendar import LOCAL

LATE_WORDS = frozenset({Timeliness.LATE, Timeliness.OVERDUE})
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One unit's report for one request. `days_late` is 0 unless late or overdue; dues are exclusive instants."""

    unit_id: int
    unit: str
    number: str
    subject: str
    original_due: datetime
    due: datetime
    sent_at: datetime | None
    timeliness: Timeliness
    days_late: int
    excused: bool
    reason: str
    excuse: str


@dataclass(slots=True)
class UnitYear:
    """A unit's year. What is excused stays late, also in the days. `late` was sent late, `not_sent` not at all."""

    unit_id: int
    unit: str
    expected: int = 0
    on_time: int = 0
    late: int = 0
    not_sent: int = 0
    excused: int = 0
    overdue: int = 0
    days_late: int = 0

    def count(self, row: LedgerRow) -> None:
        if row.timeliness == Timeliness.NOT_EXPECTED:
            return
        self.expected += 1
        self.on_time += row.timeliness == Timeliness.ON_TIME
        self.late += row.timeliness == Timeliness.LATE
        self.not_sent += row.sent_at is None
        self.overdue += row.timeliness == Timeliness.OVERDUE
        self.excused += row.excused
        self.days_late += row.days_late

    @property
    def average_days_late(self) -> Decimal | None:
        """Over what was sent late or was overdue when its request closed; None where there was nothing of the kind."""
        count = self.late + self.overdue
        return (Decimal(self.days_late) / count).quantize(_TENTH, ROUND_HALF_UP) if count else None


def years_of_units(rows: Iterable[LedgerRow]) -> list[UnitYear]:
    """One summary per unit, in the order in which the units first appear."""
    years: dict[int, UnitYear] = {}
    for row in rows:
        years.setdefault(row.unit_id, UnitYear(row.unit_id, row.unit)).count(row)
    return list(years.values())


def dues_of_year(year: int) -> tuple[datetime, datetime]:
    """(after, until]: "24 giờ ngày 31/12" is stored as 01/01 00:00 and belongs to the year that ends."""
    return datetime.combine(date(year, 1, 1), time(), LOCAL), datetime.combine(date(year + 1, 1, 1), time(), LOCAL)

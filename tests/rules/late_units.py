"""Units that are late in August 2022, as the letter that urges them sees them."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow.choices import OrganizationKind, ReportState
from workflow.rules.calendar import LOCAL, WorkingCalendar
from workflow.rules.urging import (
    LateUnit,
)

ORDINARY = WorkingCalendar()
DUE = datetime(2022, 8, 2, tzinfo=LOCAL)  # 24 giờ ngày 01/8/2022
AS_OF = datetime(2022, 8, 4, 8, tzinfo=LOCAL)
SEND_BEFORE = datetime(2022, 8, 9, tzinfo=LOCAL)
CELL, PARTY = OrganizationKind.GRASSROOTS_CELL, OrganizationKind.GRASSROOTS_PARTY


def unit(number: int = 1, **given: Any) -> LateUnit:
    plain = LateUnit(number, 100 + number, f"Chi bộ {number}", CELL, ReportState.SIGNING, True, DUE, "Bí thư", 0)
    return replace(plain, **given)

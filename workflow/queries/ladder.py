"""A ladder with the real dates of a due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.choices import Role
from workflow.models import Rung
from workflow.rules.calendar import WorkingCalendar
from workflow.rules.ladder import RungSpec, rung_moment


@dataclass(frozen=True, slots=True)
class RungDate:
    """When a rung of a due comes; None for a rung of a desk, which comes when a report has waited there."""

    rung: RungSpec
    moment: datetime | None
    passed: bool


def ladder_of(campaign_id: int) -> list[RungSpec]:
    """The campaign's ladder as it stands, first the rungs of the due, by day."""
    rungs = Rung.objects.filter(campaign=campaign_id, retired=False).order_by("desk", "offset")
    return [RungSpec(rung.offset, rung.hour, tuple(map(Role, rung.audience)), rung.desk, rung.letter) for rung in rungs]


def ladder_dates(
    ladder: Iterable[RungSpec], due: datetime, now: datetime, calendar: WorkingCalendar
) -> Sequence[RungDate]:
    """Each rung with its moment for this due; `passed` ones will not be sent to a unit that is asked now."""
    dates = []
    for rung in ladder:
        moment = None if rung.desk else rung_moment(rung.offset_working_days, rung.hour, due, calendar)
        dates.append(RungDate(rung, moment, moment is not None and moment < now))
    return dates

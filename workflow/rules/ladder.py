"""The rungs on which an unsent report is reminded of and then escalated (design.md §7)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.choices import ReportState, Role
from workflow.errors import LadderUnsound
from workflow.rules.calendar import LOCAL, WorkingCalendar, last_day_of, local_day
from workflow.rules.quiet import is_quiet_hour

HOUSE_HOUR = time(8)
LONGEST_OFFSET = 60
MOST_RUNGS = 30
# Where a report may wait too long; an index on the audit trail finds those that came to such a desk.
WAITING_DESKS = frozenset({ReportState.SIGNING})
OFFICE_ROLES = frozenset({Role.OFFICER, Role.LEADER})
UNIT_ROLES = frozenset({Role.DRAFTER, Role.DEPUTY, Role.SECRETARY, Role.CLERK})


@dataclass(frozen=True, slots=True)
class RungSpec:
    """A reminder `offset_working_days` after the due day (before it when negative), at a local hour.

    With a `desk` it comes when a report has waited there for more than so many working days. `letter` has the clock
    draft the urging letter (công văn đôn đốc).
    """

    offset_working_days: int
    hour: time
    audience: tuple[Role, ...]
    desk: ReportState | str = ""
    letter: bool = False


HOUSE_LADDER = (
    RungSpec(-7, HOUSE_HOUR, (Role.DRAFTER, Role.SECRETARY)),
    RungSpec(-3, HOUSE_HOUR, (Role.DRAFTER, Role.SECRETARY)),
    RungSpec(-1, HOUSE_HOUR, (Role.DRAFTER, Role.SECRETARY, Role.DEPUTY)),
    RungSpec(0, HOUSE_HOUR, (Role.DRAFTER, Role.SECRETARY, Role.DEPUTY)),
    RungSpec(1, HOUSE_HOUR, (Role.SECRETARY, Role.OFFICER)),
    RungSpec(3, HOUSE_HOUR, (Role.OFFICER,), letter=True),
    RungSpec(5, HOUSE_HOUR, (Role.LEADER,)),
    RungSpec(2, HOUSE_HOUR, (Role.SECRETARY, Role.DEPUTY), desk=ReportState.SIGNING),
)


def sound_ladder(ladder: Sequence[RungSpec]) -> bool:
    """Whether a ladder can be used. Raises LadderUnsound with the rule that it breaks."""
    places = [(rung.desk, rung.offset_working_days) for rung in ladder]
    rules: list[tuple[bool, str | Promise]] = [
        (bool(ladder), _("it has no rungs; to silence it, pause the reminders")),
        (len(ladder) <= MOST_RUNGS, _("it has too many rungs")),
        (len(set(places)) == len(places), _("two rungs fall on the same day")),
        (all(abs(offset) <= LONGEST_OFFSET for _desk, offset in places), _("a rung lies too far from the deadline")),
        (not any(is_quiet_hour(rung.hour) for rung in ladder), _("a rung falls into the quiet hours, 20:00 to 07:00")),
        (all(rung.audience for rung in ladder), _("a rung reminds nobody")),
        (all(set(rung.audience) <= OFFICE_ROLES | UNIT_ROLES for rung in ladder), _("a rung reminds an unknown seat")),
        (
            all(set(rung.audience) <= UNIT_ROLES for rung in ladder if rung.desk),
            _("a rung of a desk reminds seats of the unit only"),
        ),
        (
            all(desk in WAITING_DESKS and offset > 0 for desk, offset in places if desk),
            _("a report is not watched at this desk, or not for so many days"),
        ),
        (
            all(_may_draft_a_letter(rung) for rung in ladder if rung.letter),
            _("a letter is drafted only after the deadline, where the rung tells the office"),
        ),
    ]
    for kept, rule in rules:
        if not kept:
            raise LadderUnsound(rule=str(rule))
    return True


def _may_draft_a_letter(rung: RungSpec) -> bool:
    return not rung.desk and rung.offset_working_days > 0 and bool(set(rung.audience) & OFFICE_ROLES)


def rung_moment(offset: int, hour: time, due: datetime, calendar: WorkingCalendar) -> datetime:
    """The instant of a rung, always on a working day; `hour` is local.

    A rung before or on the due day falls on the last working day with |offset| working days left, so a due
    day off is reminded of on the working day before it; a later rung on the first day that is `offset`
    working days late. Raises ValueError when the calendar has no working day within a year.
    """
    due_day = calendar.previous_working_day(last_day_of(due))
    return datetime.combine(calendar.add_working_days(due_day, offset), hour, LOCAL)


def desk_moment(days: int, hour: time, came: date, calendar: WorkingCalendar) -> datetime:
    """When a report that came to a desk on a local day has waited for more than `days` working days there."""
    return datetime.combine(calendar.add_working_days(came, days + 1), hour, LOCAL)


class Step(Protocol):
    """A rung as a campaign keeps it."""

    @property
    def offset(self) -> int: ...
    @property
    def hour(self) -> time: ...
    @property
    def since(self) -> datetime: ...


AnyStep = TypeVar("AnyStep", bound=Step)


def latest_owed(
    rungs: Iterable[AnyStep], due: datetime, after: datetime, until: datetime, calendar: WorkingCalendar
) -> tuple[AnyStep, datetime] | None:
    """The latest rung of a due whose moment lies in (after, until] and not before the rung was set.

    Earlier ones that were missed are not made up for.
    """
    owed = [
        (moment, rung)
        for rung in rungs
        if after < (moment := rung_moment(rung.offset, rung.hour, due, calendar)) <= until and moment >= rung.since
    ]
    if not owed:
        return None
    moment, rung = max(owed, key=lambda one: one[0])
    return rung, moment


@dataclass(frozen=True, slots=True)
class Came:
    """The local days, both inclusive, whose arrivals at a desk a rung reminds of at a moment."""

    moment: datetime
    first: date
    last: date


def came_between(days: int, hour: time, after: datetime, until: datetime, calendar: WorkingCalendar) -> Iterator[Came]:
    """The moments of a desk's rung in (after, until], each with the arrivals that it reminds of (see desk_moment)."""
    for n in range((local_day(until) - local_day(after)).days + 1):
        day = local_day(after) + timedelta(days=n)
        moment = datetime.combine(day, hour, LOCAL)
        if after < moment <= until and calendar.is_working_day(day):
            # What came on a day off counts as having come on the working day before it.
            first = calendar.add_working_days(day, -(days + 1))
            yield Came(moment, first, calendar.add_working_days(day, -days) - timedelta(days=1))

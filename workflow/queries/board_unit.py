"""One unit on the office's board: whom to call, what happened, what waits for the office, and what it may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from workflow import errors
from workflow.choices import ReportState, Role, Stage, Timeliness, Verb
from workflow.flows.inputs import seats_on
from workflow.models import Event, Extension, Lateness, Person, Remark, Report, Seat
from workflow.queries.board import Board, rows_among
from workflow.queries.board_rows import Row
from workflow.queries.report import history
from workflow.queries.stage_clock import times_of
from workflow.queries.timeliness import reason_of
from workflow.queries.urging import reminder_text
from workflow.queries.verbs import SOURCES, verbs_of

CALL_ORDER = [Role.SECRETARY, Role.DEPUTY, Role.DRAFTER, Role.CLERK]
_ON_EXTENSIONS = {Verb.PROPOSE_EXTENSION, Verb.DECIDE_EXTENSION}
_LATE = {Timeliness.OVERDUE, Timeliness.LATE}
_REASONED = [Verb.EXEMPT, Verb.REINSTATE]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened; `actor` only where the issuer may know the name."""

    event: Event
    actor: str

    @property
    def state(self) -> str:
        return str(ReportState(self.event.state_to).label) if self.event.state_to in ReportState else ""


@dataclass(frozen=True, slots=True)
class Unit:
    """`reminder` is empty where nothing is expected or the reader is no officer; `times` are working days by desk.

    `people` are whom to call in turn, each once with the names of all their seats.
    """

    row: Row
    opened_at: datetime | None
    verbs: frozenset[Verb]
    steps: Sequence[Step]
    times: Mapping[Stage, Decimal]
    people: Sequence[tuple[Person, Sequence[str]]]
    extensions: Sequence[Extension]
    lateness: Lateness | None
    remark: Remark | None
    reminder: str


def unit_of(board: Board, report_id: int, person: Person, now: datetime, address: str) -> Unit:
    """A unit of the request, for its board; `address` is the link in the reminder. A constant number of queries.

    Raises NotVisible for what does not belong to the request.
    """
    rows = rows_among(board, [report_id], now)
    if not rows:
        raise errors.NotVisible
    row, report = rows[0], Report.objects.select_related("campaign").get(pk=report_id)
    lateness = reason_of(report)
    verbs = _offered(row, verbs_of(report, person, now), lateness)
    spent = times_of(report, board.calendar, now).times
    return Unit(
        row=row,
        opened_at=report.opened_at,
        verbs=verbs,
        steps=_steps(history(report_id, person, now)),
        times={stage: _days(time) for stage, time in spent.items() if time},
        people=_people(report.organization_id, now),
        extensions=list(
            Extension.objects.filter(report=report_id)
            .select_related("asked_by", "proposed_by", "decided_by")
            .order_by("-asked_at")
        ),
        lateness=lateness,
        remark=Remark.objects.filter(report=report_id, verb__in=_REASONED).order_by("-at", "-pk").first(),
        reminder=reminder_text(report_id, person, now, address=address) if Verb.REMIND in verbs else "",
    )


def _offered(row: Row, verbs: frozenset[Verb], lateness: Lateness | None) -> frozenset[Verb]:
    """Without those whose conditions cannot hold: no extension waits, nothing is late, it was excused."""
    gone = set() if row.extension else set(_ON_EXTENSIONS)
    if row.standing.timeliness not in _LATE or (lateness is not None and lateness.excuse):
        gone.add(Verb.EXCUSE_LATENESS)
    return verbs - gone


def _people(organization_id: int, now: datetime) -> list[tuple[Person, Sequence[str]]]:
    seats = Seat.objects.filter(seats_on(now), organization=organization_id, role__in=CALL_ORDER)
    in_turn = sorted(
        seats.select_related("person"), key=lambda seat: (CALL_ORDER.index(Role(seat.role)), seat.person.full_name)
    )
    found: dict[Person, list[str]] = {}
    for seat in in_turn:
        found.setdefault(seat.person, []).append(seat.get_role_display())
    return list(found.items())


def _steps(events: Sequence[Event]) -> list[Step]:
    """The newest first."""
    names = dict(Person.objects.filter(pk__in={one.actor_id for one in events}).values_list("pk", "full_name"))
    return [Step(one, names.get(one.actor_id or 0, "")) for one in reversed(events)]


def _days(time: timedelta) -> Decimal:
    return round(Decimal(time / timedelta(days=1)), 1).normalize()


def takes(verb: Verb, row: Row) -> bool:
    """Whether the verb finds something to do at the unit now; the action itself still asks its conditions."""
    if row.report.state not in SOURCES[verb]:
        return False
    return verb not in _ON_EXTENSIONS or row.extension is not None

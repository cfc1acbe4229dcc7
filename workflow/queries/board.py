"""The office's board of one request: which of its units stand where, counted, filtered and sorted by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Case, Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest

from workflow import errors
from workflow.choices import RUNNING, CampaignState, ReportState, Role, Stream, Timeliness, Verb
from workflow.flows.calendars import calendar_of
from workflow.flows.holdings import holdings_of
from workflow.models import Campaign, ClimbedRung, Event, Extension, Person, Report
from workflow.models.sql import read
from workflow.queries.board_rows import ListedUnit, Row, rows_of
from workflow.queries.seats import Called, holders_of
from workflow.queries.visible import organizations_of
from workflow.rules.access import DESKS, ISSUER_SEATS, held
from workflow.rules.calendar import LOCAL, WorkingCalendar, local_day
from workflow.rules.stage_clock import STAGES
from workflow.rules.timeliness import SOON, Standing, standing
from workflow.rules.vietnamese import search_fold

PAGE = 100
NOT_BEGUN = "NOT_BEGUN"
WAITING_EXTENSION = "EXTENSION"
NOBODY = "none"
# The chips, in the order of the way: a draft without a first save is not begun.
PLACES: tuple[str, ...] = (NOT_BEGUN, *ReportState)
TIMES: tuple[str, ...] = (
    Timeliness.OVERDUE, Timeliness.DUE_TODAY, Timeliness.DUE_SOON, Timeliness.NOT_DUE, Timeliness.ON_TIME,
    Timeliness.LATE, WAITING_EXTENSION,
)  # fmt: skip
SORTS = ("name", "due", "state", "still", "reminders", "activity")
ON_MANY = (Verb.REMIND, Verb.PROPOSE_EXTENSION, Verb.DECIDE_EXTENSION)
PARENTS = """
    SELECT id, name, kind FROM workflow_organization WHERE id IN (
        SELECT unit.parent_id FROM workflow_report report
          JOIN workflow_organization unit ON unit.id = report.organization_id WHERE report.campaign_id = %s)
     ORDER BY name_sort
"""
_UNSENT = Q(sent_at__isnull=True) & ~Q(state=ReportState.EXEMPT)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the office looks for; empty fields leave nothing out. `officer` is an id or `none`."""

    q: str = ""
    state: str = ""
    time: str = ""
    desk: str = ""
    officer: str = ""
    viewed: str = ""
    parent: int | None = None
    sort: str = "name"
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether more is asked than name, step and timeliness."""
        return bool(self.desk or self.officer or self.viewed or self.parent or self.sort != "name")


@dataclass(frozen=True, slots=True)
class Board:
    campaign: Campaign
    roles: frozenset[Role]
    calendar: WorkingCalendar
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class Results:
    rows: Sequence[Row]
    found: int
    page: int
    pages: int

    @property
    def before(self) -> int:
        return self.page - 1

    @property
    def after(self) -> int:
        return self.page + 1


def board_of(campaign_id: int, person: Person, now: datetime) -> Board:
    """The board of a request, for officers, leaders and inspectors of its issuer. Raises NotVisible (404)."""
    campaign = Campaign.objects.select_related("issuer").filter(pk=campaign_id, house=False).first()
    if campaign is None or not person.is_active:
        raise errors.NotVisible
    holdings = holdings_of(person, [campaign.issuer_id], now)
    if held(holdings, campaign.issuer_id, ISSUER_SEATS) is None:
        raise errors.NotVisible
    judged_at = now if campaign.state in RUNNING else campaign.ended_at or now
    roles = frozenset(one.role for one in holdings if one.organization_id == campaign.issuer_id)
    return Board(campaign, roles, calendar_of(campaign.issuer_id), judged_at)


def boards_of(person: Person, now: datetime, organization_id: int | None = None) -> list[Campaign]:
    """The requests that the person's office follows: running ones first, the nearest deadline first.

    Raises NotVisible for who sits in no office.
    """
    issuing = organizations_of(person, ISSUER_SEATS, now)
    if not issuing:
        raise errors.NotVisible
    wanted = [one for one in issuing if organization_id in {None, one}] or issuing
    followed = Campaign.objects.filter(issuer__in=wanted, house=False).exclude(state=CampaignState.DRAFT)
    unsent = Count("reports", filter=Q(reports__sent_at__isnull=True) & ~Q(reports__state=ReportState.EXEMPT))
    ended = Case(When(state__in=RUNNING, then=0), default=1, output_field=IntegerField())
    past = Case(When(due__lte=now, then=1), default=0, output_field=IntegerField())
    return list(
        followed.select_related("issuer")
        .annotate(ended=ended, past=past, units=Count("reports"), unsent=unsent)
        .order_by("ended", "past", "due", "-pk")[:PAGE]
    )


def results_of(board: Board, wanted: Wanted, now: datetime) -> Results:
    """One page of the units that are looked for. A constant number of queries."""
    found = found_by(board, wanted)
    number = found.count()
    pages = max(1, -(-number // PAGE))
    page = min(max(wanted.page, 1), pages)
    ids = _sorted(found, wanted.sort).values_list("pk", flat=True)[(page - 1) * PAGE : page * PAGE]
    return Results(rows_of(board.campaign, list(ids), now, board.calendar, board.judged_at), number, page, pages)


def rows_among(board: Board, report_ids: Sequence[int], now: datetime, limit: int = PAGE) -> list[Row]:
    """These units of the request as rows by name, at most `limit`; what does not belong to it is left out."""
    chosen = Report.objects.filter(campaign=board.campaign, pk__in=report_ids)
    ids = chosen.order_by("organization__name_sort", "pk").values_list("pk", flat=True)[:limit]
    return rows_of(board.campaign, list(ids), now, board.calendar, board.judged_at)


def found_by(board: Board, wanted: Wanted) -> QuerySet[Report]:
    """The units that are looked for, in no order."""
    found = Report.objects.filter(campaign=board.campaign)
    if wanted.q.strip():
        found = found.filter(organization__search_fold__contains=search_fold(wanted.q))
    if wanted.state:
        found = found.filter(_at(wanted.state))
    if wanted.time:
        found = found.filter(_asks_for_extension() if wanted.time == WAITING_EXTENSION else _times(board)[wanted.time])
    if wanted.desk:
        found = found.filter(state__in=[state for state, stage in STAGES.items() if stage == wanted.desk])
    if wanted.officer:
        found = found.filter(officer=None if wanted.officer == NOBODY else int(wanted.officer))
    if wanted.viewed:
        found = found.filter(opened_at__isnull=wanted.viewed == "no")
    if wanted.parent is not None:
        found = found.filter(organization__parent=wanted.parent)
    return found


def _at(place: str) -> Q:
    if place == NOT_BEGUN:
        return Q(state=ReportState.DRAFT, started_at__isnull=True)
    return Q(state=place) if place != ReportState.DRAFT else Q(state=place, started_at__isnull=False)


def _asks_for_extension() -> Q:
    waiting = Extension.objects.filter(report=OuterRef("pk"), decided_at__isnull=True)
    return Q(Exists(waiting), sent_at__isnull=True)


def left_of(board: Board, now: datetime) -> Standing | None:
    """How far the request's own deadline is."""
    due = board.campaign.due
    return standing(due, None, now, board.calendar) if due else None


def check_unit(board: Board, report_id: int) -> None:
    """Raises NotVisible for a report of another request."""
    if not Report.objects.filter(pk=report_id, campaign=board.campaign).exists():
        raise errors.NotVisible


def bulk_verbs(board: Board) -> frozenset[Verb]:
    """The verbs that the reader may do on many units at once; none in an ended request."""
    if board.campaign.state not in RUNNING:
        return frozenset()
    return frozenset(verb for verb in ON_MANY if DESKS[verb].roles & board.roles)


def officers_of(board: Board, now: datetime) -> list[Called]:
    """The issuer's officers of today, by name."""
    return holders_of(board.campaign.issuer_id, Role.OFFICER, now)


def parents_of(board: Board) -> list[ListedUnit]:
    """The superiors of the units by name, where there is more than one."""
    parents = [ListedUnit(*row) for row in read(PARENTS, [board.campaign.pk])]
    return parents if len(parents) > 1 else []


def _times(board: Board) -> dict[str, Q]:
    """Each timeliness as a condition on columns; the same answers as rules/timeliness.py gives for one report."""
    at = board.judged_at
    today = local_day(at)
    tomorrow = _midnight(today + timedelta(days=1))
    late_soon = _midnight(board.calendar.add_working_days(today, SOON + 1))
    expected = _UNSENT if board.campaign.state != CampaignState.CANCELLED else Q(pk__isnull=True)
    ahead = expected & Q(due__gt=at)
    sent = Q(sent_at__isnull=False) & ~Q(state=ReportState.EXEMPT)
    return {
        Timeliness.OVERDUE: expected & Q(due__lte=at),
        Timeliness.DUE_TODAY: ahead & Q(due__lte=tomorrow),
        Timeliness.DUE_SOON: ahead & Q(due__gt=tomorrow, due__lte=late_soon),
        Timeliness.NOT_DUE: ahead & Q(due__gt=max(tomorrow, late_soon)),
        Timeliness.ON_TIME: sent & Q(sent_at__lt=F("due")),
        Timeliness.LATE: sent & Q(sent_at__gte=F("due")),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _sorted(found: QuerySet[Report], sort: str) -> QuerySet[Report]:
    by_name = ("organization__name_sort", "pk")
    if sort == "due":
        return found.order_by("due", *by_name)
    if sort == "state":
        order = Case(*(When(state=state, then=place) for place, state in enumerate(ReportState)), default=99)
        return found.alias(place=order).order_by("place", F("started_at").asc(nulls_first=True), *by_name)
    if sort == "reminders":
        climbed = _one_of(ClimbedRung.objects.filter(report=OuterRef("pk")).values("report"), Count("pk"))
        sent = _one_of(_events().filter(verb=Verb.REMIND).values("stream_id"), Count("pk"))
        number = Coalesce(climbed, Value(0)) + Coalesce(sent, Value(0))
        return found.alias(number=number).order_by("-number", *by_name)
    if sort in {"still", "activity"}:
        moved = _one_of(_events().exclude(state_from=F("state_to")).values("stream_id"), Max("at"))
        if sort == "still":
            ends = Q(state__in=[state for state in ReportState if state not in STAGES])
            over = Case(When(ends, then=1), default=0, output_field=IntegerField())
            return found.alias(over=over, moved=moved).order_by("over", F("moved").asc(nulls_last=True), *by_name)
        return found.alias(moved=Greatest(moved, "opened_at", "started_at")).order_by("-moved", *by_name)
    return found.order_by(*by_name)


def _events() -> QuerySet[Event]:
    return Event.objects.filter(stream=Stream.REPORT, stream_id=OuterRef("pk"))


def _one_of(rows: QuerySet, what: Count | Max) -> Subquery:  # type: ignore[type-arg]
    return Subquery(rows.order_by().annotate(answer=what).values("answer"))

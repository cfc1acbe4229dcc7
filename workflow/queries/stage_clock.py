"""On which desk a report lay how long, in working time, and since when it lies where it is (rules/stage_clock.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import F

from workflow.choices import RUNNING, Read, Stage, Stream
from workflow.flows.calendars import calendar_of
from workflow.models import Campaign, Event, Person, Report
from workflow.models.sql import read
from workflow.queries.report import readable
from workflow.rules.calendar import LOCAL, WorkingCalendar, local_day
from workflow.rules.stage_clock import (
    STAGES,
    Change,
    Span,
    came_to_desk,
    closed_spans,
    stage_times,
    working_days,
    working_time,
)


@dataclass(frozen=True, slots=True)
class DeskTimes:
    """Working time by desk; where the report lies and since when, None at an end or in an ended request."""

    times: Mapping[Stage, timedelta]
    desk: Stage | None
    since: datetime | None


def desk_times(report_id: int, person: Person, now: datetime) -> DeskTimes:
    """One report, to whoever may see its state. Raises NotVisible."""
    report = readable(report_id, person, Read.STATE, now)
    return times_of(report, calendar_of(report.issuer_id), now)


def times_of(report: Report, calendar: WorkingCalendar, now: datetime) -> DeskTimes:
    """The same of a report that was read already, by its issuer's calendar. Two queries."""
    changes = _changes(Stream.REPORT, report.pk)
    times = stage_times(changes, now, calendar, _closed(report.campaign, now))
    desk, since = (came_to_desk(changes, now) if report.campaign.state in RUNNING else None) or (None, None)
    return DeskTimes(times, desk, since)


def _changes(stream: Stream, stream_id: int) -> list[Change]:
    events = Event.objects.filter(stream=stream, stream_id=stream_id).exclude(state_to="")
    moves = events.exclude(state_to=F("state_from")).order_by("seq")
    return [Change(at, state) for at, state in moves.values_list("at", "state_to")]


def _closed(campaign: Campaign, now: datetime) -> list[Span]:
    return closed_spans(_changes(Stream.CAMPAIGN, campaign.pk), now)


# Every change of a state of the campaign's reports; an instant before the one before it counts as that one.
CHANGED = """
    SELECT event.stream_id AS report_id, event.seq, event.state_from, event.state_to AS state,
           max(event.at) OVER trail AS at
      FROM workflow_event event
      JOIN workflow_report report ON report.id = event.stream_id
       AND (%(campaign)s::bigint IS NULL OR report.campaign_id = %(campaign)s)
     WHERE event.stream = 'report' AND event.state_from <> event.state_to
       AND (%(reports)s::bigint[] IS NULL OR event.stream_id = ANY (%(reports)s::bigint[]))
    WINDOW trail AS (PARTITION BY event.stream_id ORDER BY event.seq)
"""
# The clock of an instant is the working time before it. A report lay on a desk from one change's clock to the next's,
# up to a last moment; what lay inside a closed span is counted with -1 at its end and +1 at its begin.
TIMES = f"""
    WITH changed AS ({CHANGED}),
    clocked AS (
        SELECT changed.report_id, changed.seq, changed.state, day.before + CASE WHEN day.worked THEN
                   least(greatest(changed.at, %(begin)s), %(until)s) - day.day::timestamp AT TIME ZONE %(zone)s
                   ELSE interval '0' END AS clock
          FROM changed
          JOIN unnest(%(days)s::date[], %(before)s::interval[], %(worked)s::boolean[]) AS day (day, before, worked)
            ON day.day = (least(greatest(changed.at, %(begin)s), %(until)s) AT TIME ZONE %(zone)s)::date),
    span AS (
        SELECT report_id, state, clock AS begin, lead(clock) OVER (PARTITION BY report_id ORDER BY seq) AS "end"
          FROM clocked)
    SELECT span.report_id, desk.stage,
           sum(moment.sign * (least(span."end", moment.clock) - least(span.begin, moment.clock)))
      FROM span
      JOIN unnest(%(states)s::text[], %(stages)s::text[]) AS desk (state, stage) ON desk.state = span.state
     CROSS JOIN unnest(%(signs)s::int[], %(clocks)s::interval[]) AS moment (sign, clock)
     GROUP BY span.report_id, desk.stage
"""  # noqa: S608 – put together from this file's own texts
# A report came to its desk with the last change that brought it there from elsewhere.
CAME = f"""
    WITH changed AS ({CHANGED}),
    desk AS (SELECT * FROM unnest(%(states)s::text[], %(stages)s::text[]) AS desk (state, stage))
    SELECT report_id, stage, at FROM (
        SELECT DISTINCT ON (changed.report_id) changed.report_id, desk.stage, changed.at
          FROM changed
          LEFT JOIN desk ON desk.state = changed.state
          LEFT JOIN desk AS left_desk ON left_desk.state = changed.state_from
         WHERE changed.at <= %(until)s AND (desk.stage IS DISTINCT FROM left_desk.stage OR desk.stage IS NULL)
         ORDER BY changed.report_id, changed.seq DESC) last
     WHERE stage IS NOT NULL
"""  # noqa: S608
_DESKS = {"states": list(STAGES), "stages": list(STAGES.values())}


def desk_times_of(campaign: Campaign, now: datetime) -> dict[int, Mapping[Stage, timedelta]]:
    """Working time by desk of every report of a request, by report id. A constant number of queries, for the office."""
    if campaign.opened_at is None:
        return {}
    calendar = calendar_of(campaign.issuer_id)
    begin, until = campaign.opened_at, max(now, campaign.opened_at)
    days = working_days(local_day(begin), local_day(until), calendar)
    moments = _moments(begin, until, _closed(campaign, until), calendar)
    parameters = {
        "campaign": campaign.pk,
        "reports": None,
        "begin": begin,
        "until": until,
        "zone": LOCAL.key,
        "days": [day.day for day in days],
        "before": [day.before for day in days],
        "worked": [day.worked for day in days],
        "signs": [sign for sign, _clock in moments],
        "clocks": [clock for _sign, clock in moments],
    }
    times: dict[int, dict[Stage, timedelta]] = {}
    for report_id, stage, spent in read(TIMES, parameters | _DESKS):
        times.setdefault(report_id, dict.fromkeys(Stage, timedelta()))[Stage(stage)] = spent
    return dict(times)


def waiting_since(
    campaign: Campaign, now: datetime, report_ids: Sequence[int] | None = None
) -> dict[int, tuple[Stage, datetime]]:
    """On which desk each report of a running request lies, and since when without a break, by report id. One query.

    With `report_ids` only these are read.
    """
    return _came(campaign.pk, now, report_ids) if campaign.state in RUNNING else {}


def lie_since(now: datetime, report_ids: Sequence[int]) -> dict[int, tuple[Stage, datetime]]:
    """The same of these reports, whatever running requests they belong to."""
    return _came(None, now, report_ids) if report_ids else {}


def _came(
    campaign_id: int | None, now: datetime, report_ids: Sequence[int] | None
) -> dict[int, tuple[Stage, datetime]]:
    chosen = None if report_ids is None else list(report_ids)
    rows = read(CAME, {"campaign": campaign_id, "until": now, "reports": chosen} | _DESKS)
    return {report_id: (Stage(stage), at) for report_id, stage, at in rows}


def _moments(
    begin: datetime, until: datetime, closed: list[Span], calendar: WorkingCalendar
) -> list[tuple[int, timedelta]]:
    """Up to where to count with which sign, as clocks: working time since the first day's midnight."""
    midnight = datetime.combine(local_day(begin), time(), LOCAL)
    signed = [
        (1, until),
        *((sign, min(at, until)) for span in closed for sign, at in ((-1, span.end), (1, span.begin))),
    ]
    return [(sign, working_time(midnight, at, calendar)) for sign, at in signed]

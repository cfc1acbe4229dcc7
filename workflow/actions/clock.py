"""The clock's sweep: which rungs have come, for whom, each exactly once (design.md section 7)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from workflow.actions.urging import draft_by_clock
from workflow.choices import Verb
from workflow.flows.calendars import calendars_of
from workflow.models import Campaign, ClockMark, OfficeTold, Rung
from workflow.models.dues import Due, running_dues
from workflow.models.sql import read
from workflow.rules.calendar import LOCAL, WorkingCalendar, last_day_of, local_day
from workflow.rules.ladder import OFFICE_ROLES, UNIT_ROLES, came_between, latest_owed
from workflow.rules.timeliness import lateness

LADDER = "ladder"
# A verb takes its moment before it waits for locks: what it committed after a sweep is looked at again so long.
LOOK_BACK = timedelta(minutes=5)
# Reports are locked while they are reminded of, so not too many at once.
BATCH = 5000

PAUSED = """
    EXISTS (SELECT 1 FROM workflow_pause pause
             WHERE pause.campaign_id = report.campaign_id
               AND (   (pause.since <= {moment} AND (pause.until IS NULL OR pause.until > {moment}))
                    OR (pause.since <= %(now)s AND (pause.until IS NULL OR pause.until > %(now)s)))
               AND (pause.everybody OR EXISTS (
                    SELECT 1 FROM workflow_pause_units paused
                     WHERE paused.pause_id = pause.id AND paused.organization_id = report.organization_id)))
"""
# Not sent = sent_at IS NULL, not exempt; a supplement runs on its own due.
UNSENT = f"""
    report.campaign_id = %(campaign)s AND report.due = %(due)s AND report.sent_at IS NULL
    AND report.state <> 'EXEMPT' AND report.due_set_at <= %(moment)s AND NOT {PAUSED.format(moment="%(moment)s")}
"""
SUPPLEMENTED = f"""
    report.campaign_id = %(campaign)s AND report.supplement_due = %(due)s
    AND EXISTS (SELECT 1 FROM workflow_supplement supplement
                 WHERE supplement.report_id = report.id AND supplement.closed_at IS NULL
                   AND supplement.asked_at <= %(moment)s)
    AND NOT {PAUSED.format(moment="%(moment)s")}
"""  # noqa: S608 – put together from this file's own texts
NOT_CLIMBED = """
    NOT EXISTS (SELECT 1 FROM workflow_climbedrung climbed
                 WHERE climbed.report_id = report.id AND climbed.rung_id = %(rung)s AND climbed.due = %(due)s)
"""
RUNNING_CAMPAIGN = "SELECT id FROM workflow_campaign WHERE id = %(campaign)s AND state IN ('OPEN', 'CONSOLIDATING')"
CLIMB = """
    WITH campaign AS MATERIALIZED ({running} FOR SHARE SKIP LOCKED),
    reached AS MATERIALIZED (
        SELECT report.id, report.state FROM workflow_report report
         WHERE report.campaign_id = (SELECT id FROM campaign) AND {owed} AND {not_climbed}
         ORDER BY report.id LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED),
    climbed AS (
        INSERT INTO workflow_climbedrung (report_id, rung_id, due, at)
        SELECT id, %(rung)s, %(due)s, %(now)s FROM reached
        ON CONFLICT (report_id, rung_id, due) DO NOTHING RETURNING report_id),
    told AS (
        INSERT INTO workflow_event (stream, stream_id, verb, state_from, state_to, at, facts, fanned_out)
        SELECT 'report', reached.id, %(verb)s, reached.state, reached.state, %(now)s, %(facts)s::jsonb, false
          FROM climbed JOIN reached ON reached.id = climbed.report_id WHERE %(tells_unit)s)
    SELECT count(*) FROM climbed
"""
LEFT_BEHIND = """
    SELECT EXISTS (SELECT 1 FROM workflow_report report
                    WHERE report.campaign_id = ({running}) AND {owed} AND {not_climbed})
"""
TELL_OFFICE = """
    WITH reached AS (SELECT count(*) AS units FROM workflow_report report
                      WHERE report.campaign_id = ({running}) AND {owed}),
    told AS (
        INSERT INTO workflow_officetold (rung_id, due, at)
        SELECT %(rung)s, %(due)s, %(now)s FROM reached JOIN workflow_campaign campaign ON campaign.id = %(campaign)s
         WHERE units > 0 AND NOT campaign.house
        ON CONFLICT (rung_id, due) DO NOTHING RETURNING rung_id)
    INSERT INTO workflow_event (stream, stream_id, verb, state_from, state_to, at, facts, fanned_out)
    SELECT 'campaign', %(campaign)s, 'units_overdue', '', '', %(now)s,
           %(facts)s::jsonb || jsonb_build_object('units', reached.units), false
      FROM told, reached
    RETURNING id
"""
# A report waits at a desk since the last event that brought it there.
WAITING = f"""
      FROM workflow_event came
      JOIN workflow_report report ON report.id = came.stream_id AND report.state = 'SIGNING'
      JOIN workflow_campaign campaign
        ON campaign.id = report.campaign_id AND campaign.state IN ('OPEN', 'CONSOLIDATING')
      JOIN workflow_rung rung ON rung.campaign_id = campaign.id AND rung.desk = 'SIGNING' AND NOT rung.retired
       AND rung."offset" = %(offset)s AND rung.hour = %(hour)s
     WHERE came.stream = 'report' AND came.state_to = 'SIGNING' AND came.state_from <> 'SIGNING'
       AND came.at >= %(first)s AND came.at < %(last)s AND campaign.issuer_id = ANY(%(issuers)s)
       AND NOT EXISTS (SELECT 1 FROM workflow_event later WHERE later.stream = 'report' AND later.stream_id = report.id
                          AND later.seq > came.seq AND later.state_to <> 'SIGNING')
       AND NOT EXISTS (SELECT 1 FROM workflow_climbedrung climbed
                         JOIN workflow_rung higher ON higher.id = climbed.rung_id
                          AND higher.desk = rung.desk AND higher."offset" >= rung."offset"
                        WHERE climbed.report_id = report.id AND climbed.due = came.at)
       AND rung.since <= %(moment)s AND NOT {PAUSED.format(moment="%(moment)s")}
"""  # noqa: S608
CLIMB_DESK = f"""
    WITH reached AS MATERIALIZED (
        SELECT report.id, report.state, rung.id AS rung_id, came.at {WAITING} ORDER BY report.id LIMIT %(batch)s
           FOR SHARE OF campaign SKIP LOCKED FOR NO KEY UPDATE OF report SKIP LOCKED),
    climbed AS (
        INSERT INTO workflow_climbedrung (report_id, rung_id, due, at)
        SELECT id, rung_id, at, %(now)s FROM reached
        ON CONFLICT (report_id, rung_id, due) DO NOTHING RETURNING report_id, rung_id),
    told AS (
        INSERT INTO workflow_event (stream, stream_id, verb, state_from, state_to, at, facts, fanned_out)
        SELECT 'report', reached.id, 'desk_waits', reached.state, reached.state, %(now)s,
               jsonb_build_object('rung', reached.rung_id, 'offset', %(offset)s::int, 'days', %(offset)s::int,
                                  'since', extract(epoch FROM reached.at)::bigint), false
          FROM climbed JOIN reached ON reached.id = climbed.report_id AND reached.rung_id = climbed.rung_id)
    SELECT count(*) FROM climbed
"""  # noqa: S608
DESK_LEFT_BEHIND = f"SELECT EXISTS (SELECT 1 {WAITING})"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: rungs climbed, and whether the clock's mark could move on to its moment."""

    climbed: int
    complete: bool


def sweep(*, now: datetime) -> Swept:
    """Climb every rung that has come since the last sweep; two sweeps at once, or one again, change nothing.

    After a stopped clock only the latest missed rung of a report is climbed. The mark stays where it is while a report
    was locked by somebody, so that the next sweep looks again.
    """
    mark, _fresh = ClockMark.objects.get_or_create(hand=LADDER, defaults={"moment": now})
    after = min(mark.moment, now) - LOOK_BACK
    dues = running_dues()
    issuers = {due.campaign_id: due.issuer_id for due in dues}
    calendars = calendars_of(sorted(set(issuers.values())))
    rungs: dict[int, list[Rung]] = {}
    for rung in Rung.objects.filter(campaign__in=issuers, retired=False):
        rungs.setdefault(rung.campaign_id, []).append(rung)
    climbed, complete = 0, True
    for owed in _owed(dues, rungs, calendars, after, now):
        found, left = _climb(owed, now)
        climbed, complete = climbed + found, complete and not left
    for parameters in _waiting(rungs, issuers, calendars, after, now):
        found, left = _climb_desk(parameters)
        climbed, complete = climbed + found, complete and not left
    if complete:
        ClockMark.objects.filter(hand=LADDER).update(moment=Greatest(F("moment"), now))
    return Swept(climbed, complete)


@dataclass(frozen=True, slots=True)
class Owed:
    """A rung that has come for a due."""

    due: Due
    rung: Rung
    moment: datetime
    days: int


def _owed(
    dues: Sequence[Due],
    rungs: dict[int, list[Rung]],
    calendars: dict[int, WorkingCalendar],
    after: datetime,
    now: datetime,
) -> Iterator[Owed]:
    for due in dues:
        ladder = [rung for rung in rungs.get(due.campaign_id, ()) if not rung.desk]
        found = latest_owed(ladder, due.due, after, now, calendars[due.issuer_id])
        if found is not None:
            yield Owed(due, *found, _days(found[0], due.due, now, calendars[due.issuer_id]))


def _days(rung: Rung, due: datetime, now: datetime, calendar: WorkingCalendar) -> int:
    """Working days left before the due, or overdue after it."""
    if rung.offset < 0:
        return calendar.working_days_between(local_day(now), last_day_of(due))
    return lateness(due, now, calendar)


def _verb(offset: int) -> Verb:
    if offset == 0:
        return Verb.DUE_DAY
    return Verb.DUE_NEAR if offset < 0 else Verb.OVERDUE


def _climb(owed: Owed, now: datetime) -> tuple[int, bool]:
    """Climb one rung for the reports of one due, in batches; how many, and whether one was left behind."""
    rung, due = owed.rung, owed.due
    audience = set(rung.audience)
    facts = {"rung": rung.pk, "offset": rung.offset, "due": int(due.due.timestamp()), "days": owed.days}
    if due.supplement:
        facts["supplement"] = True
    parameters = {
        "campaign": due.campaign_id,
        "due": due.due,
        "rung": rung.pk,
        "moment": owed.moment,
        "now": now,
        "verb": _verb(rung.offset),
        "facts": json.dumps(facts),
        "tells_unit": bool(audience & UNIT_ROLES),
        "batch": BATCH,
    }
    parts = {
        "running": RUNNING_CAMPAIGN,
        "owed": SUPPLEMENTED if due.supplement else UNSENT,
        "not_climbed": NOT_CLIMBED,
    }
    climbed = sum(_in_batches(CLIMB.format(**parts), parameters))
    if audience & OFFICE_ROLES and not OfficeTold.objects.filter(rung=rung, due=due.due).exists():
        _tell_office(TELL_OFFICE.format(**parts), parameters, rung, now)
    return climbed, bool(_first(LEFT_BEHIND.format(**parts), parameters))


def _tell_office(statement: str, parameters: dict[str, Any], rung: Rung, now: datetime) -> None:
    """Tell the office once how many units have reached a rung, with the drafted letter where the rung asks for it."""
    with transaction.atomic():
        # Whoever writes on a campaign's stream holds the campaign, and the letter locks it as well.
        Campaign.objects.select_for_update(no_key=True).get(pk=rung.campaign_id)
        if _first(statement, parameters) and rung.letter:
            draft_by_clock(campaign_id=rung.campaign_id, now=now)


def _in_batches(statement: str, parameters: dict[str, Any]) -> Iterator[int]:
    """Run a statement that takes at most BATCH rows, each time in its own transaction, until it takes fewer."""
    while True:
        count = _first(statement, parameters)
        yield count
        if count < BATCH:
            return


def _first(statement: str, parameters: dict[str, Any]) -> Any:
    return next((first for (first, *_rest) in read(statement, parameters)), None)


def _waiting(
    rungs: dict[int, list[Rung]],
    issuers: dict[int, int],
    calendars: dict[int, WorkingCalendar],
    after: datetime,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    """What to ask CLIMB_DESK: desks' rungs of one calendar, offset and hour together, the highest offset first."""
    groups: dict[tuple[int, time, int], set[int]] = {}
    for campaign, ladder in rungs.items():
        issuer = issuers[campaign]
        for rung in ladder:
            if rung.desk:
                groups.setdefault((rung.offset, rung.hour, id(calendars[issuer])), set()).add(issuer)
    for (offset, hour, _calendar), group in sorted(groups.items(), key=lambda one: one[0], reverse=True):
        for came in came_between(offset, hour, after, now, calendars[min(group)]):
            yield {
                "offset": offset,
                "hour": hour,
                "moment": came.moment,
                "first": datetime.combine(came.first, time(), LOCAL),
                "last": datetime.combine(came.last + timedelta(days=1), time(), LOCAL),
                "issuers": sorted(group),
                "now": now,
                "batch": BATCH,
            }


def _climb_desk(parameters: dict[str, Any]) -> tuple[int, bool]:
    climbed = sum(_in_batches(CLIMB_DESK, parameters))
    return climbed, bool(_first(DESK_LEFT_BEHIND, parameters))

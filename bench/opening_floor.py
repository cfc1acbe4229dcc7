"""The floor of an opening: the same rows by one locking read and one statement for each table touched.

No seat is asked for, no tree is walked and nothing is checked; the units are told by one equality.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from workflow.rules.ladder import HOUSE_LADDER

Connection = psycopg.Connection[tuple[Any, ...]]

LOCK = "SELECT * FROM workflow_campaign WHERE id = %(campaign)s FOR NO KEY UPDATE"
FREEZE = """
UPDATE workflow_outline SET frozen_at = %(now)s
 WHERE id = (SELECT outline_id FROM workflow_campaign WHERE id = %(campaign)s)
"""
LADDER = """
INSERT INTO workflow_rung (campaign_id, desk, "offset", hour, audience, letter, since, retired)
SELECT %(laddered)s, rung.desk, rung.days, rung.hour, string_to_array(rung.audience, ','), rung.letter, %(now)s, false
  FROM unnest(%(desks)s::text[], %(days)s::int[], %(hours)s::time[], %(audiences)s::text[], %(letters)s::bool[])
       rung (desk, days, hour, audience, letter)
"""
HOUSE = """
INSERT INTO workflow_campaign (
       issuer_id, house, state, number, date, subject, legal_basis, signer, period_from, period_until, deadline_text,
       due, holiday_rule, review_mode, review_minimum_days, outline_id, audience, audience_kinds, report_subject,
       report_basis, report_recipients, opened_at)
SELECT issuer_id, true, 'OPEN', number, date, subject, legal_basis, '', period_from, period_until, '',
       coalesce(consolidation_due, due), holiday_rule, review_mode, review_minimum_days, outline_id, 'ALL', '{}',
       report_subject, report_basis, '{}', %(now)s
  FROM workflow_campaign WHERE id = %(campaign)s
RETURNING id
"""
REPORTS = """
INSERT INTO workflow_report (campaign_id, organization_id, issuer_id, state, outline_version, original_due, due,
                             due_set_at, included, incoming_number, subject, basis, recipients)
SELECT campaign.id, unit.id, campaign.issuer_id, 'DRAFT', outline.version, campaign.due, campaign.due,
       %(now)s, true, '', '', '', '{}'
  FROM workflow_campaign campaign
  JOIN workflow_outline outline ON outline.id = campaign.outline_id
  JOIN workflow_organization unit
    ON CASE WHEN campaign.house THEN unit.id = campaign.issuer_id ELSE %(units)s END
 WHERE campaign.id IN (%(campaign)s, %(house)s)
 ORDER BY campaign.house DESC, unit.id
"""
OPEN = """
UPDATE workflow_campaign SET state = 'OPEN', opened_at = %(now)s,
       answers_id = (SELECT id FROM workflow_report WHERE campaign_id = %(house)s)
 WHERE id = %(campaign)s
RETURNING answers_id
"""
EVENTS = """
INSERT INTO workflow_event (stream, stream_id, verb, state_from, state_to, actor_id, seat_id, at, facts, fanned_out)
SELECT stream, stream_id, verb, state_from, state_to, %(actor)s, seat, %(now)s, facts::jsonb, false
  FROM (SELECT 0, 0, 'campaign', %(house)s, 'open', '', 'OPEN', NULL,
               jsonb_build_object('house_of', %(campaign)s::bigint)
        UNION ALL
        SELECT 1, id, 'report', id, 'set_up', '', 'DRAFT', %(seat)s::bigint, '{}'
          FROM workflow_report WHERE campaign_id IN (%(campaign)s, %(house)s)
        UNION ALL
        SELECT 2, 0, 'campaign', %(campaign)s, 'open', 'DRAFT', 'OPEN', %(seat)s,
               jsonb_build_object('units', (SELECT count(*) FROM workflow_report WHERE campaign_id = %(campaign)s),
                                  'answers', %(answers)s::bigint)
       ) AS event (block, place, stream, stream_id, verb, state_from, state_to, seat, facts)
 ORDER BY block, place
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """What is opened, by whom from which seat; `units` is the condition on `unit` that tells the units."""

    campaign: int
    actor: int
    seat: int
    now: datetime
    units: str


def write(database: Connection, opening: Opening) -> None:
    """Write what the opening of a campaign writes, in one transaction of prepared statements."""
    given: dict[str, Any] = {
        "campaign": opening.campaign,
        "actor": opening.actor,
        "seat": opening.seat,
        "now": opening.now,
        "days": [rung.offset_working_days for rung in HOUSE_LADDER],
        "hours": [rung.hour for rung in HOUSE_LADDER],
        "audiences": [",".join(rung.audience) for rung in HOUSE_LADDER],
        "desks": [str(rung.desk) for rung in HOUSE_LADDER],
        "letters": [rung.letter for rung in HOUSE_LADDER],
        "laddered": opening.campaign,
    }
    with database.transaction():
        for statement in (LOCK, FREEZE, LADDER):
            database.execute(statement, given, prepare=True)
        given["house"] = given["laddered"] = _only(database, HOUSE, given)
        database.execute(LADDER, given, prepare=True)
        database.execute(REPORTS.replace("%(units)s", opening.units), given, prepare=True)
        given["answers"] = _only(database, OPEN, given)
        database.execute(EVENTS, given, prepare=True)


def _only(database: Connection, statement: str, given: dict[str, Any]) -> Any:
    return next(iter(database.execute(statement, given, prepare=True)))[0]

"""The floors of a sweep and of a fan-out: the same rows by one locking read and one statement for each table touched.

No seat period, no pause, no preference and no line of the catalogue is looked at.
"""

from datetime import datetime
from typing import Any

import psycopg

from workflow.rules.calendar import LOCAL

Connection = psycopg.Connection[tuple[Any, ...]]

# Volume by SQL: three people with a seat in every unit, and further requests like the first.
PEOPLE = """
INSERT INTO workflow_person (password, is_superuser, username, full_name, phone, email, language, is_active, is_staff)
SELECT '!', false, unit.code || '-' || role, 'Nguyễn Thị Lan', '', unit.code || '-' || role || '@don-vi.example', 'vi',
       true, false
  FROM workflow_organization unit CROSS JOIN unnest(ARRAY['drafter', 'secretary', 'deputy']) role
 WHERE unit.parent_id IS NOT NULL ORDER BY unit.id, role
"""
SEATS = """
INSERT INTO workflow_seat (organization_id, role, person_id, since, voting, body, confirmed_at)
SELECT unit.id, role, person.id, %(since)s, false, '', %(now)s
  FROM workflow_organization unit CROSS JOIN unnest(ARRAY['drafter', 'secretary', 'deputy']) role
  JOIN workflow_person person ON person.username = unit.code || '-' || role
 WHERE unit.parent_id IS NOT NULL ORDER BY unit.id, role
"""
_COPIED = """
    house, state, number, date, subject, legal_basis, signer, period_from, period_until, deadline_text, due,
    holiday_rule, consolidation_due, data_cut_off, review_mode, review_minimum_days, audience, audience_kinds,
    report_subject, report_basis, report_recipients, opened_at, cut_off_at, ended_at, issuer_id, outline_id
"""
MORE_REPORTS = (
    # The copies answer nothing: that would need as many upper reports.
    "ALTER TABLE workflow_campaign DROP CONSTRAINT campaign_answers_once_open",
    f"""
    INSERT INTO workflow_campaign ({_COPIED})
    SELECT {_COPIED.replace("number,", "number || '-' || copy,").replace(" due,", " %(later)s,")}
      FROM workflow_campaign CROSS JOIN generate_series(1, %(copies)s) copy WHERE id = %(campaign)s
    """,  # noqa: S608 – columns named above
    """
    INSERT INTO workflow_rung (campaign_id, desk, "offset", hour, audience, letter, since, retired)
    SELECT campaign.id, rung.desk, rung."offset", rung.hour, rung.audience, rung.letter, rung.since, rung.retired
      FROM workflow_campaign campaign CROSS JOIN workflow_rung rung
     WHERE campaign.id > (SELECT max(campaign_id) FROM workflow_report) AND rung.campaign_id = %(campaign)s
    """,
    """
    INSERT INTO workflow_report (campaign_id, organization_id, issuer_id, state, outline_version, original_due, due,
                                 due_set_at, included, incoming_number, subject, basis, recipients)
    SELECT campaign.id, report.organization_id, report.issuer_id, report.state, report.outline_version, campaign.due,
           campaign.due, report.due_set_at, report.included, '', '', '', '{}'
      FROM workflow_campaign campaign CROSS JOIN workflow_report report
     WHERE campaign.id > (SELECT max(campaign_id) FROM workflow_report) AND report.campaign_id = %(campaign)s
    """,
    # One in a hundred of all keeps the first due, the others of that request have a later one.
    """
    UPDATE workflow_report SET due = %(later)s
     WHERE campaign_id = %(campaign)s
       AND id NOT IN (SELECT id FROM workflow_report WHERE campaign_id = %(campaign)s ORDER BY id LIMIT %(first)s)
    """,
)

DUE = datetime(2026, 8, 1, tzinfo=LOCAL)
COME = datetime(2026, 7, 22, 8, 0, 30, tzinfo=LOCAL)
TOLD = datetime(2026, 6, 1, 9, 1, tzinfo=LOCAL)

SWEEP = (
    """
    SELECT id, state FROM workflow_report WHERE campaign_id = %(campaign)s AND due = %(due)s AND sent_at IS NULL
     ORDER BY id FOR NO KEY UPDATE
    """,
    """
    INSERT INTO workflow_climbedrung (report_id, rung_id, due, at)
    SELECT id, %(rung)s, %(due)s, %(now)s FROM workflow_report
     WHERE campaign_id = %(campaign)s AND due = %(due)s AND sent_at IS NULL ORDER BY id
    """,
    """
    INSERT INTO workflow_event (stream, stream_id, verb, state_from, state_to, at, facts, fanned_out)
    SELECT 'report', id, 'due_near', state, state, %(now)s,
           jsonb_build_object('rung', %(rung)s::bigint, 'offset', -7, 'due', %(epoch)s::bigint, 'days', 7), false
      FROM workflow_report WHERE campaign_id = %(campaign)s AND due = %(due)s AND sent_at IS NULL ORDER BY id
    """,
    "UPDATE workflow_clockmark SET moment = %(now)s WHERE hand = 'ladder'",
)


def sweep(database: Connection) -> None:
    """Write what the sweep writes, in one transaction of prepared statements."""
    found = database.execute(
        """SELECT rung.campaign_id, rung.id FROM workflow_rung rung JOIN workflow_campaign campaign
             ON campaign.id = rung.campaign_id WHERE campaign.number = '1-CV/issuer' AND NOT campaign.house
            AND rung.desk = '' AND rung."offset" = -7"""
    )
    campaign, rung = next(iter(found))
    given = {"campaign": campaign, "rung": rung, "due": DUE, "now": COME, "epoch": int(DUE.timestamp())}
    with database.transaction():
        for statement in SWEEP:
            database.execute(statement, given, prepare=True)


FAN_OUT = (
    "SELECT id FROM workflow_event WHERE NOT fanned_out ORDER BY id FOR UPDATE",
    """
    INSERT INTO workflow_notice (person_id, event_id, at)
    SELECT seat.person_id, event.id, %(now)s FROM workflow_event event
      JOIN workflow_report report ON report.id = event.stream_id
      JOIN workflow_seat seat ON seat.organization_id = report.organization_id
       AND seat.role IN ('drafter', 'secretary', 'deputy')
     WHERE NOT event.fanned_out AND event.stream = 'report'
    """,
    """
    INSERT INTO workflow_delivery (notice_id, channel, state, digest, attempts, interrupted, next_attempt_at,
                                   last_error)
    SELECT notice.id, 'EMAIL', 'WAITING', false, 0, 0, %(now)s, '' FROM workflow_notice notice WHERE at = %(now)s
    """,
    """
    UPDATE workflow_event event SET fanned_out = true, told = coalesce(heard.persons, 0)
      FROM workflow_event waiting LEFT JOIN (SELECT event_id, count(*) AS persons FROM workflow_notice
                                                WHERE at = %(now)s GROUP BY 1) heard
        ON heard.event_id = waiting.id
     WHERE NOT waiting.fanned_out AND event.id = waiting.id
    """,
)


def fan_out(database: Connection) -> None:
    """Write what the fan-out writes, in one transaction of prepared statements."""
    with database.transaction():
        for statement in FAN_OUT:
            database.execute(statement, {"now": TOLD}, prepare=True)


# Ids depend on the order of a join, so rows are compared by what they say.
CLIMBED_ROWS = """
SELECT (SELECT (count(*), md5(string_agg((report_id, rung_id, due, at)::text, '' ORDER BY report_id)))::text
          FROM workflow_climbedrung),
       (SELECT (count(*), md5(string_agg((stream, stream_id, seq, verb, state_from, state_to, at, facts)::text, ''
                                         ORDER BY stream, stream_id, seq)))::text FROM workflow_event),
       (SELECT string_agg(moment::text, ' ') FROM workflow_clockmark)
"""
NOTICE_ROWS = """
SELECT (SELECT (count(*), md5(string_agg((person_id, event_id, at)::text, '' ORDER BY event_id, person_id)))::text
          FROM workflow_notice),
       (SELECT (count(*), md5(string_agg((event_id, person_id, channel, state, digest, next_attempt_at)::text, ''
                                         ORDER BY event_id, person_id)))::text
          FROM workflow_delivery delivery JOIN workflow_notice notice ON notice.id = delivery.notice_id),
       (SELECT (count(*), sum(told))::text FROM workflow_event WHERE fanned_out)
"""

"""From events to notices and deliveries: one statement per batch, audience by the seats of that moment."""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection

from workflow.choices import Channel, Read, Relation, Role
from workflow.delivery.catalogue import CATALOGUE
from workflow.models import CalendarDay, Event
from workflow.rules.access import READS
from workflow.rules.calendar import LOCAL, WorkingCalendar, local_day
from workflow.rules.ladder import OFFICE_ROLES
from workflow.rules.quiet import digest_days, next_open

BATCH = 5000

# No step joins two others by the event: their sizes are guessed, and a wrong guess would compare each row with each.
# What an event says is carried along, everything else is looked up in a table by its index (OFFSET 0 keeps it so).
FAN_OUT = """
WITH line AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(lines)s::jsonb) AS line (
        verb text, own text[], issuer text[], by_rung bool, falls bool, named bool, counted bool, mandatory bool,
        email text, gateway text)),
batch AS MATERIALIZED (
    SELECT event.*, line.own, line.issuer, line.by_rung, line.falls, line.named, line.counted
      FROM (SELECT id, stream, stream_id, verb, actor_id, revision_id, facts FROM workflow_event
             WHERE NOT fanned_out ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED) AS event
      LEFT JOIN line ON line.verb = event.verb),
-- Where an event is heard, and by which seats there; `office_id` catches what falls.
place AS (
    SELECT batch.id AS event_id, batch.actor_id, report.organization_id, batch.own AS roles,
           CASE WHEN batch.falls THEN report.issuer_id END AS office_id
      FROM batch JOIN workflow_report report ON report.id = batch.stream_id
     WHERE batch.stream = 'report' AND NOT batch.by_rung
    UNION ALL
    SELECT batch.id, batch.actor_id, report.issuer_id, batch.issuer, NULL
      FROM batch JOIN workflow_report report ON report.id = batch.stream_id
     WHERE batch.stream = 'report' AND NOT batch.by_rung AND batch.issuer <> '{}'
    UNION ALL
    -- A rung tells the unit on the report's stream, the office on the campaign's.
    SELECT batch.id, batch.actor_id, report.organization_id,
           ARRAY(SELECT unnest(rung.audience) EXCEPT SELECT unnest(%(office_roles)s::text[])),
           CASE WHEN batch.falls THEN report.issuer_id END
      FROM batch JOIN workflow_report report ON report.id = batch.stream_id
      JOIN workflow_rung rung ON rung.id = (batch.facts ->> 'rung')::bigint
     WHERE batch.stream = 'report' AND batch.by_rung
    UNION ALL
    SELECT batch.id, batch.actor_id, campaign.issuer_id,
           ARRAY(SELECT unnest(rung.audience) INTERSECT SELECT unnest(%(office_roles)s::text[])), NULL
      FROM batch JOIN workflow_campaign campaign ON campaign.id = batch.stream_id AND NOT campaign.house
      JOIN workflow_rung rung ON rung.id = (batch.facts ->> 'rung')::bigint
     WHERE batch.stream = 'campaign' AND batch.by_rung
    UNION ALL
    SELECT batch.id, batch.actor_id, campaign.issuer_id, batch.issuer, NULL
      FROM batch JOIN workflow_campaign campaign ON campaign.id = batch.stream_id AND NOT campaign.house
     WHERE batch.stream = 'campaign' AND NOT batch.by_rung AND batch.issuer <> '{}'
    UNION ALL
    SELECT batch.id, batch.actor_id, report.organization_id, batch.own, NULL
      FROM batch JOIN workflow_campaign campaign ON campaign.id = batch.stream_id AND NOT campaign.house
      JOIN workflow_report report ON report.campaign_id = campaign.id
     WHERE batch.stream = 'campaign' AND batch.own <> '{}' AND batch.verb <> 'issue_urging'
    UNION ALL
    -- A letter goes to the units of its annex.
    SELECT batch.id, batch.actor_id, (unit ->> 'organization')::bigint, batch.own, NULL
      FROM batch JOIN workflow_urgingletter letter
        ON letter.id = (batch.facts ->> 'letter')::bigint AND letter.campaign_id = batch.stream_id
      CROSS JOIN jsonb_array_elements(letter.annex) AS unit
     WHERE batch.stream = 'campaign' AND batch.verb = 'issue_urging'
    UNION ALL
    SELECT batch.id, batch.actor_id, batch.stream_id, batch.own || batch.issuer, NULL
      FROM batch WHERE batch.stream = 'organization' AND batch.own || batch.issuer <> '{}'),
-- Who sits there today; a deputy who stands in sits in the secretary's seat as well (flows/holdings.py).
seated AS (
    SELECT place.*, coalesce(sitting.seats, '{}') AS seats, sitting.persons
      FROM place CROSS JOIN LATERAL (
        SELECT array_agg(sat.role) AS seats, array_agg(sat.person_id) AS persons FROM (
            SELECT seat.role, seat.person_id FROM workflow_seat seat
              JOIN workflow_person person ON person.id = seat.person_id AND person.is_active
             WHERE seat.organization_id = place.organization_id
               AND (seat.role = ANY(place.roles) OR (place.office_id IS NOT NULL AND seat.role = 'secretary'))
               AND seat.since <= %(today)s AND (seat.until IS NULL OR seat.until >= %(today)s)
            UNION ALL
            SELECT 'secretary', stand_in.person_id FROM workflow_standin stand_in
              JOIN workflow_seat seat ON seat.organization_id = stand_in.organization_id
               AND seat.person_id = stand_in.person_id AND seat.role = 'deputy'
               AND seat.since <= %(today)s AND (seat.until IS NULL OR seat.until >= %(today)s)
              JOIN workflow_person person ON person.id = stand_in.person_id AND person.is_active
             WHERE stand_in.organization_id = place.organization_id
               AND stand_in.since <= %(today)s AND (stand_in.until IS NULL OR stand_in.until >= %(today)s)) AS sat)
        AS sitting),
-- Without a holder: drafter → secretary → officer.
falling AS (
    SELECT seated.*,
           office_id IS NOT NULL AND 'drafter' = ANY(roles) AND NOT 'drafter' = ANY(seats) AS to_secretary
      FROM seated),
addressee AS (
    SELECT falling.event_id, falling.actor_id, sat.person_id FROM falling
      CROSS JOIN LATERAL unnest(falling.seats, falling.persons) AS sat (role, person_id)
     WHERE sat.role = ANY(falling.roles) OR (falling.to_secretary AND sat.role = 'secretary')
    UNION
    SELECT falling.event_id, falling.actor_id, officer.person_id FROM falling
      CROSS JOIN LATERAL (
        SELECT seat.person_id FROM workflow_seat seat
          JOIN workflow_person person ON person.id = seat.person_id AND person.is_active
         WHERE seat.organization_id = falling.office_id AND seat.role = 'officer'
           AND seat.since <= %(today)s AND (seat.until IS NULL OR seat.until >= %(today)s) OFFSET 0) AS officer
     WHERE (falling.to_secretary OR 'secretary' = ANY(falling.roles)) AND NOT 'secretary' = ANY(falling.seats)
    UNION
    SELECT batch.id, batch.actor_id, person.id FROM batch
      JOIN workflow_person person ON person.id = (batch.facts ->> 'person')::bigint AND person.is_active
     WHERE batch.named
    UNION
    SELECT batch.id, batch.actor_id, counted.person_id FROM batch
      JOIN workflow_reviewround round ON round.report_id = batch.stream_id AND round.revision_id = batch.revision_id
      JOIN workflow_counted counted ON counted.round_id = round.id
      JOIN workflow_person person ON person.id = counted.person_id AND person.is_active
     WHERE batch.counted AND batch.stream = 'report'),
notice AS (
    INSERT INTO workflow_notice (person_id, event_id, at)
    SELECT addressee.person_id, addressee.event_id, %(now)s FROM addressee
     WHERE addressee.person_id IS DISTINCT FROM addressee.actor_id
     ORDER BY addressee.event_id, addressee.person_id
    ON CONFLICT (person_id, event_id) DO NOTHING RETURNING id, person_id, event_id),
delivery AS (
    INSERT INTO workflow_delivery (notice_id, channel, state, digest, attempts, interrupted, next_attempt_at,
                                   last_error)
    SELECT notice.id, outside.channel, 'WAITING', chosen.mode = 'DIGEST', 0, 0,
           CASE chosen.mode WHEN 'DIGEST'
                THEN (CASE WHEN %(digest_day)s::date > %(today)s OR person.digest_at > %(local_time)s
                           THEN %(digest_day)s::date ELSE %(following_digest_day)s::date END
                      + person.digest_at) AT TIME ZONE %(zone)s
                ELSE %(earliest)s END,
           ''
      FROM notice
      CROSS JOIN LATERAL (SELECT verb FROM workflow_event WHERE id = notice.event_id OFFSET 0) AS event
      JOIN line ON line.verb = event.verb
      JOIN workflow_person person ON person.id = notice.person_id
      CROSS JOIN LATERAL (VALUES ('EMAIL', line.email, person.email), ('GATEWAY', line.gateway, person.phone))
        AS outside (channel, mode, address)
      LEFT JOIN workflow_preference preference ON preference.person_id = notice.person_id
       AND preference.verb = event.verb AND preference.channel = outside.channel
      CROSS JOIN LATERAL (SELECT CASE WHEN line.mandatory AND preference.mode = 'OFF' THEN outside.mode
                                      ELSE coalesce(preference.mode, outside.mode) END AS mode) AS chosen
     WHERE outside.mode IS NOT NULL AND outside.address <> '' AND chosen.mode <> 'OFF'
     ORDER BY notice.id, outside.channel)
UPDATE workflow_event event SET fanned_out = true, told = event.told + heard.persons
  FROM (SELECT one.id, sum(one.persons) AS persons
          FROM (SELECT id, 0 AS persons FROM batch UNION ALL SELECT event_id, 1 FROM notice) AS one
         GROUP BY one.id) AS heard
 WHERE event.id = heard.id
"""


def general_calendar() -> WorkingCalendar:
    """The days that hold for everybody: by them the system is quiet."""
    rows = CalendarDay.objects.filter(organization__isnull=True)
    return WorkingCalendar.of(rows.values_list("day", "kind", "organization_id"), ())


def open_channels() -> frozenset[Channel]:
    """The channels out of the system that this installation has."""
    configured = {Channel.EMAIL: settings.EMAIL_HOST, Channel.GATEWAY: settings.GATEWAY_URL}
    return frozenset(channel for channel, address in configured.items() if address)


@cache
def _lines(open_channels: frozenset[Channel]) -> str:
    """The catalogue as JSON; nobody hears of what the seat could not open."""
    shown = READS[Read.STATE]

    def roles(heard: frozenset[Role], relation: Relation) -> list[str]:
        return sorted(heard & shown[relation])

    def mode(channel: Channel) -> str | None:
        return line.channels.get(channel) if channel in open_channels else None

    rows = []
    for verb, line in CATALOGUE.items():
        row: dict[str, Any] = {
            "verb": verb,
            "own": roles(line.audience.get(Relation.OWN, frozenset()), Relation.OWN),
            "issuer": roles(line.audience.get(Relation.ISSUER, frozenset()), Relation.ISSUER),
            "email": mode(Channel.EMAIL),
            "gateway": mode(Channel.GATEWAY),
        }
        row |= {name: getattr(line, name) for name in ("by_rung", "falls", "named", "counted", "mandatory")}
        rows.append(row)
    return json.dumps(rows)


def fan_out(*, now: datetime) -> int:
    """Tell of every event that waits, each person once; returns how many events were told of.

    Two at once share the work; whatever a killed one had not committed, the next one does.
    """
    if not Event.objects.filter(fanned_out=False).exists():
        return 0
    return sum(_batches(_parameters(now)))


def _parameters(now: datetime) -> dict[str, Any]:
    calendar = general_calendar()
    digest_day, following = digest_days(now, calendar)
    local = now.astimezone(LOCAL)
    return {
        "lines": _lines(open_channels()),
        "office_roles": [str(role) for role in OFFICE_ROLES],
        "today": local_day(now),
        "local_time": local.time(),
        "zone": settings.TIME_ZONE,
        "digest_day": digest_day,
        "following_digest_day": following,
        "earliest": next_open(now, calendar),
        "now": now,
        "batch": BATCH,
    }


def _batches(parameters: dict[str, Any]) -> Iterator[int]:
    while True:
        with connection.cursor() as cursor:
            cursor.execute(FAN_OUT, parameters)
            count = cursor.rowcount
        yield count
        if count < BATCH:
            return

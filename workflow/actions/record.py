"""The audit trail's writer: an event inside the action's transaction, and nothing else. The event is the outbox."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from workflow.choices import Stream, Verb
from workflow.flows.campaign import CampaignFlow
from workflow.flows.report import Moved, ReportFlow
from workflow.models import Event, Person
from workflow.models.sql import LOT


def record(flow: ReportFlow | CampaignFlow, revision: int | None = None, **facts: Any) -> None:
    """Write the event of the verb that the flow has just performed. `facts` are ids, codes, numbers and hashes."""
    if isinstance(flow, ReportFlow):
        stream, stream_id, state_to = Stream.REPORT, flow.report.pk, flow.report.state
    else:
        stream, stream_id, state_to = Stream.CAMPAIGN, flow.campaign.pk, flow.campaign.state
    holding = flow.holding
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflow_event (stream, stream_id, verb, state_from, state_to, actor_id, seat_id, stand_in_id,
                                        revision_id, at, facts, fanned_out)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false)
            """,
            [
                stream,
                stream_id,
                flow.verb,
                flow.state_from,
                state_to,
                flow.actor.pk,
                holding.seat_id,
                holding.stand_in_id,
                revision,
                flow.now,
                json.dumps(facts),
            ],
        )


def record_on(
    stream: Stream,
    stream_id: int,
    verb: Verb,
    actor: Person | None,
    now: datetime,
    *,
    state_to: str = "",
    **facts: Any,
) -> None:
    """Write an event on a stream outside the two flows, or one that another verb caused."""
    Event.objects.bulk_create(
        [
            Event(
                stream=stream,
                stream_id=stream_id,
                verb=verb,
                state_to=state_to,
                actor_id=None if actor is None else actor.pk,
                at=now,
                facts=facts,
            )
        ]
    )


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened on a stream outside the two flows."""

    stream: Stream
    stream_id: int
    verb: Verb
    facts: Mapping[str, Any]


def record_all(rows: Iterable[Happened], actor: Person | None, now: datetime) -> None:
    """Write the events of many things that happened together, in their order."""
    events = (
        Event(
            stream=row.stream,
            stream_id=row.stream_id,
            verb=row.verb,
            actor_id=None if actor is None else actor.pk,
            at=now,
            facts=dict(row.facts),
        )
        for row in rows
    )
    Event.objects.bulk_create(events, batch_size=LOT)


EDIT_SPAN = timedelta(minutes=30)


def record_edit(flow: ReportFlow) -> None:
    """Write at most one `edited` event per person, report and 30 minutes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflow_event (stream, stream_id, verb, state_from, state_to, actor_id, seat_id, stand_in_id,
                                        at, facts, fanned_out)
            SELECT 'report', %(report)s, 'edited', %(state)s, %(state)s, %(actor)s, %(seat)s, %(stand_in)s, %(now)s,
                   '{}', false
             WHERE NOT EXISTS (SELECT 1 FROM workflow_event
                                WHERE stream = 'report' AND stream_id = %(report)s AND verb = 'edited'
                                  AND actor_id = %(actor)s AND at > %(since)s)
            """,
            {
                "report": flow.report.pk,
                "state": flow.report.state,
                "actor": flow.actor.pk,
                "seat": flow.holding.seat_id,
                "stand_in": flow.holding.stand_in_id,
                "now": flow.now,
                "since": flow.now - EDIT_SPAN,
            },
        )


def record_many(
    verb: Verb,
    moved: Sequence[Moved],
    state_to: str | None,
    actor: Person | None,
    now: datetime,
    *,
    seat_id: int | None = None,
    each: Sequence[Mapping[str, Any]] | None = None,
    **facts: Any,
) -> None:
    """Write one event per report in one statement; `state_to` None: each stays where it was.

    `facts` are the same for all, `each` gives every report its own besides.
    """
    if not moved:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflow_event (stream, stream_id, verb, state_from, state_to, actor_id, seat_id, stand_in_id,
                                        revision_id, at, facts, fanned_out)
            SELECT 'report', moved.id, %s, moved.state_from, coalesce(%s, moved.state_from), %s, %s, NULL,
                   moved.revision_id, %s, %s::jsonb || coalesce(moved.facts::jsonb, '{}'), false
              FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[])
                   AS moved (id, state_from, revision_id, facts)
            """,
            [
                verb,
                state_to,
                None if actor is None else actor.pk,
                seat_id,
                now,
                json.dumps(facts),
                [one.report_id for one in moved],
                [one.state_from for one in moved],
                [one.revision_id for one in moved],
                None if each is None else [json.dumps(own) for own in each],
            ],
        )

"""Which seats an actor holds today, as one piece of SQL for the locking read and for plain reads."""

import json
from collections.abc import Sequence
from datetime import datetime

from workflow.choices import Role
from workflow.models import Person
from workflow.models.sql import read
from workflow.rules.access import Holding
from workflow.rules.calendar import local_day

# A stand-in acts with the secretary's role from his own deputy seat, and only while he holds that seat.
HOLDINGS = """
    (SELECT coalesce(jsonb_agg(jsonb_build_array(
                seat.organization_id, seat.role, seat.id, NULL,
                seat.confirmed_at IS NOT NULL OR seat.role NOT IN ('secretary', 'deputy'))), '[]')
       FROM workflow_seat seat
      WHERE seat.person_id = %(actor)s AND seat.organization_id IN ({organizations})
        AND seat.since <= %(today)s AND (seat.until IS NULL OR seat.until >= %(today)s))
    ||
    (SELECT coalesce(jsonb_agg(jsonb_build_array(
                stand_in.organization_id, 'secretary', seat.id, stand_in.id, seat.confirmed_at IS NOT NULL)), '[]')
       FROM workflow_standin stand_in
       JOIN workflow_seat seat ON seat.organization_id = stand_in.organization_id
        AND seat.person_id = stand_in.person_id AND seat.role = 'deputy'
        AND seat.since <= %(today)s AND (seat.until IS NULL OR seat.until >= %(today)s)
      WHERE stand_in.person_id = %(actor)s AND stand_in.organization_id IN ({organizations})
        AND stand_in.since <= %(today)s AND (stand_in.until IS NULL OR stand_in.until >= %(today)s))
"""


def decoded(text: str) -> list[Holding]:
    """The holdings in the text that HOLDINGS selects."""
    return [
        Holding(organization_id, Role(role), seat_id, stand_in_id, confirmed)
        for organization_id, role, seat_id, stand_in_id, confirmed in json.loads(text)
    ]


def holdings_of(actor: Person, organization_ids: Sequence[int], now: datetime) -> list[Holding]:
    """The actor's seats and stand-ins today in these organisations, none of the inactive. One query, no lock."""
    if not actor.is_active:
        return []
    statement = f"SELECT ({HOLDINGS.format(organizations='SELECT unnest(%(ids)s::bigint[])')})::text"  # noqa: S608
    [(found,)] = read(statement, {"ids": list(organization_ids), "actor": actor.pk, "today": local_day(now)})
    return decoded(found)

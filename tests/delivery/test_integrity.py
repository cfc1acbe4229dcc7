"""The nightly check of notices finds each thing that breaks them."""

import pytest
from django.db import connection

from tests.builders import World
from tests.delivery.outbox import give_up_all
from workflow.choices import DeliveryState
from workflow.models import Delivery
from workflow.queries.integrity import check_integrity

pytestmark = pytest.mark.django_db

MISSING = "no notice without an event, and none missing"
NEXT = "what waits to be delivered has a next attempt, and nothing else has"
TWICE = "no notice is delivered twice by one channel"


def broken() -> set[str]:
    return {problem.invariant for problem in check_integrity()}


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def told(world: World) -> World:
    assert give_up_all()
    Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(state=DeliveryState.SENT)
    assert broken() == set()
    return world


DELIVERED = "WHERE id = (SELECT min(notice_id) FROM workflow_delivery)"
UNDELIVERED = (
    "WHERE id = (SELECT min(id) FROM workflow_notice WHERE id NOT IN (SELECT notice_id FROM workflow_delivery))"
)
ITS_EVENT = f"WHERE id = (SELECT event_id FROM workflow_notice {DELIVERED})"  # noqa: S608
ONE_MORE = """
    INSERT INTO workflow_notice (person_id, event_id, at)
    SELECT person.id, event.id, now() FROM workflow_person person, workflow_event event
     WHERE person.username = 'stranger' AND event.verb = 'set_up' LIMIT 1
"""
UNGUARDED = "ALTER TABLE workflow_delivery DROP CONSTRAINT delivery_has_a_next_attempt"
UNIQUE = "ALTER TABLE workflow_delivery DROP CONSTRAINT delivery_once"
AGAIN = """
    INSERT INTO workflow_delivery (notice_id, channel, state, digest, attempts, interrupted, last_error)
    SELECT notice_id, channel, state, digest, 0, 0, '' FROM workflow_delivery LIMIT 1
"""


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ([f"DELETE FROM workflow_notice {UNDELIVERED}"], MISSING),  # noqa: S608
        ([f"UPDATE workflow_event SET told = told + 1 {ITS_EVENT}"], MISSING),  # noqa: S608
        ([f"UPDATE workflow_event SET fanned_out = false {ITS_EVENT}"], MISSING),  # noqa: S608
        ([ONE_MORE], MISSING),
        ([UNGUARDED, "UPDATE workflow_delivery SET state = 'WAITING'"], NEXT),
        ([UNGUARDED, "UPDATE workflow_delivery SET state = 'SENDING'"], NEXT),
        (["UPDATE workflow_delivery SET next_attempt_at = now() WHERE state = 'SENT'"], NEXT),
        (["UPDATE workflow_delivery SET next_attempt_at = now() WHERE state = 'FAILED'"], NEXT),
        (["UPDATE workflow_delivery SET state = 'WITHHELD', next_attempt_at = now()"], NEXT),
        ([UNIQUE, AGAIN], TWICE),
    ],
    ids=[
        "a notice is gone", "fewer than were told", "told, but the event waits", "a notice more than were told",
        "it waits for ever", "its sender is never taken for dead", "sent once more", "given up, and tried",
        "withheld, and tried", "twice by one channel",
    ],
)  # fmt: skip
def test_damage_is_found(told: World, damage: list[str], found: str) -> None:
    execute(*damage)
    assert broken() == {found}


def test_whatever_waits_and_whatever_has_ended_is_sound(told: World) -> None:
    Delivery.objects.filter(state=DeliveryState.FAILED).update(
        state=DeliveryState.WAITING, next_attempt_at="2026-06-02T02:00Z"
    )
    assert broken() == set()

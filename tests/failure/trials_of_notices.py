"""What a person and the office do with notices."""

from typing import Any

from tests.builders import World
from tests.delivery.outbox import give_up_all
from tests.failure.trials import in_world
from workflow.actions import notices
from workflow.choices import Verb


def told(world: World) -> dict[str, Any]:
    give_up_all()
    return {"actor": world.lan}


def given_up(world: World) -> dict[str, Any]:
    give_up_all()
    return {"campaign_id": world.campaign.pk, "actor": world.dung}


NOTICE_TRIALS = [
    in_world(None, notices.mark_read, told),
    in_world(Verb.RESEND_NOTICES, notices.resend_notices, given_up),
]

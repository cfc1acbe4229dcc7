"""A request's ladder and pauses, and the letter that urges its late units."""

from typing import Any

from tests.builders import NOW, World, confirmation
from tests.concurrency.scene import REASON
from tests.failure.trials import in_world
from tests.letters import HOUR, LATE, SEND_BEFORE, drafted, seen, sign, signed
from workflow.actions import ladders, urging
from workflow.choices import Verb
from workflow.models import UrgingLetter
from workflow.rules.ladder import HOUSE_LADDER

LATER = LATE + 5 * HOUR


def of_request(world: World, who: str = "dung", **asked: Any) -> dict[str, Any]:
    return {"campaign_id": world.campaign.pk, "actor": world.people[who], **asked}


def of_letter(letter: UrgingLetter, world: World, who: str, **asked: Any) -> dict[str, Any]:
    return {**seen(letter), "actor": world.people[who], **asked}


def another_ladder(world: World) -> dict[str, Any]:
    """Rungs that go, one that changes, and one that was removed and comes back."""
    ladders.change_ladder(**of_request(world), ladder=HOUSE_LADDER[1:], now=NOW)
    return of_request(world, ladder=HOUSE_LADDER[:3])


def paused(world: World) -> dict[str, Any]:
    ladders.pause_ladder(**of_request(world), reason=REASON, now=NOW)
    ladders.pause_ladder(**of_request(world), unit_ids=[world.cell.pk], reason=REASON, now=NOW)
    return of_request(world)


def numbered(world: World) -> dict[str, Any]:
    asked = of_letter(signed(world), world, "giang")
    del asked["version"]
    return asked


LETTER_TRIALS = [
    in_world(Verb.CHANGE_LADDER, ladders.change_ladder, another_ladder),
    in_world(
        Verb.PAUSE_LADDER, ladders.pause_ladder,
        lambda world: of_request(world, unit_ids=[world.cell.pk, world.other.pk], until=LATE, reason=REASON),
    ),
    in_world(Verb.RESUME_LADDER, ladders.resume_ladder, paused),
    in_world(
        Verb.DRAFT_URGING, urging.draft_urging, lambda world: of_request(world, send_before=SEND_BEFORE), now=LATE
    ),
    in_world(
        Verb.DRAFT_URGING, urging.draft_by_clock, lambda world: {"campaign_id": world.campaign.pk}, now=LATE
    ),
    in_world(
        Verb.EDIT_URGING, urging.edit_urging, now=LATER,
        prepare=lambda world: of_letter(
            drafted(world), world, "dung", subject="đôn đốc", body="Lần 2.", send_before=SEND_BEFORE, refresh=True
        ),
    ),
    in_world(
        Verb.SIGN_URGING, urging.sign_urging, now=LATER,
        prepare=lambda world: of_letter(
            drafted(world), world, "khanh", confirmed=confirmation(world.khanh, LATER)
        ),
    ),
    in_world(Verb.ISSUE_URGING, urging.issue_urging, numbered, now=LATER),
    in_world(
        Verb.DISCARD_URGING, urging.discard_urging, lambda world: of_letter(sign(world, drafted(world)), world, "dung"),
        now=LATER,
    ),
]  # fmt: skip

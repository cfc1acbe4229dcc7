"""An urging letter brought to a step, through the same actions as the screens use. Its campaign's due is 31/7/2026."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders import World, confirmation, sign_and_issue, to_signing
from workflow.actions import urging
from workflow.actions.urging import IssuedLetter
from workflow.models import UrgingLetter

LATE = datetime(2026, 8, 5, 1, 0, tzinfo=UTC)  # Wednesday 5/8/2026, 08:00 in Việt Nam: three working days late
SEND_BEFORE = datetime(2026, 8, 7, 17, 0, tzinfo=UTC)  # 24 giờ ngày 07/8/2026
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_ORDER = ["other", "cell", "party"]  # Chi bộ Bưu điện, Chi bộ Sở, Đảng bộ Sở


def draft(world: World, now: datetime = LATE, who: str = "dung", **given: Any) -> UrgingLetter:
    asked: dict[str, Any] = {"campaign_id": world.campaign.pk, "send_before": SEND_BEFORE} | given
    return urging.draft_urging(actor=world.people[who], now=now, **asked)


def seen(letter: UrgingLetter) -> dict[str, Any]:
    """What a screen knows of a letter."""
    return {"campaign_id": letter.campaign_id, "letter_id": letter.pk, "version": letter.version}


def edit(world: World, letter: UrgingLetter, now: datetime = LATE + HOUR, **given: Any) -> UrgingLetter:
    asked: dict[str, Any] = seen(letter) | {"send_before": letter.send_before} | given
    return urging.edit_urging(actor=world.dung, now=now, **asked)


def sign(
    world: World, letter: UrgingLetter, now: datetime = LATE + 2 * HOUR, who: str = "khanh", **given: Any
) -> UrgingLetter:
    asked: dict[str, Any] = seen(letter) | {"confirmed": confirmation(world.people[who], now)} | given
    return urging.sign_urging(actor=world.people[who], now=now, **asked)


def issue(
    world: World, letter: UrgingLetter, now: datetime = LATE + 3 * HOUR, who: str = "giang", **given: Any
) -> IssuedLetter:
    return urging.issue_urging(
        campaign_id=letter.campaign_id, letter_id=letter.pk, actor=world.people[who], now=now, **given
    )


def discard(world: World, letter: UrgingLetter, now: datetime = LATE + 4 * HOUR) -> UrgingLetter:
    return urging.discard_urging(actor=world.dung, now=now, **seen(letter))


def drafted(world: World) -> UrgingLetter:
    return draft(world)


def signed(world: World) -> UrgingLetter:
    return sign(world, draft(world))


def issued(world: World) -> UrgingLetter:
    return issue(world, signed(world)).letter


def units_of(world: World, letter: UrgingLetter) -> list[str]:
    code = {unit.pk: name for name, unit in world.units.items()}
    return [code[line["organization"]] for line in letter.annex]


def send(world: World, unit: str, now: datetime = LATE) -> None:
    """The unit sends, late."""
    report = to_signing(world, world.report(unit))
    sign_and_issue(world, report, now)

"""The house ladder of a request, and whom its rungs reminded."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.builders import NOW, World
from workflow.actions import ladders
from workflow.choices import Role
from workflow.models import ClimbedRung, Rung
from workflow.rules.calendar import LOCAL
from workflow.rules.ladder import HOUSE_LADDER, RungSpec

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
UNIT = (Role.DRAFTER, Role.SECRETARY)
T_7, T_3, T_1, T0, T1, T3, T5, DESK = HOUSE_LADDER
EVERYBODY = {"cell", "other", "party"}


def local(day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
    """A moment of 2026. The request's last day is Friday 31/7: T-3 is Tuesday 28/7."""
    return datetime(2026, month, day, hour, minute, tzinfo=LOCAL)


def change(world: World, ladder: Sequence[RungSpec], now: datetime = NOW) -> None:
    ladders.change_ladder(campaign_id=world.campaign.pk, actor=world.dung, ladder=ladder, now=now)


def rung(world: World, offset: int, desk: str = "") -> Rung:
    return Rung.objects.get(campaign=world.campaign, offset=offset, desk=desk)


def reminded(world: World, offset: int) -> set[str]:
    """The units that a rung has reminded."""
    climbed = ClimbedRung.objects.filter(rung=rung(world, offset))
    return set(climbed.values_list("report__organization__code", flat=True))

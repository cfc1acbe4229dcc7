"""A unit that is late, says why, is excused, and is written down when its request closes."""

from datetime import datetime, timedelta

from tests.builders import (
    World,
)
from workflow.actions import campaigns, timeliness
from workflow.flows.calendars import calendar_of
from workflow.models import Lateness, TimelinessRecord
from workflow.rules.calendar import LOCAL
from workflow.rules.timeliness import Standing, standing

DAY = timedelta(days=1)
DUE = datetime(2026, 8, 1, tzinfo=LOCAL)  # 24 giờ ngày 31/7/2026, a Friday
TUESDAY = datetime(2026, 8, 4, 9, tzinfo=LOCAL)  # two working days late
LATE_START = TUESDAY - 5 * DAY  # to_sent() sends five days after it begins
REASON = "Trùng đại hội chi bộ."


def give(world: World, reason: str = REASON, now: datetime = TUESDAY, unit: str = "cell", who: str = "lan") -> Lateness:
    return timeliness.give_late_reason(report_id=world.report(unit).pk, actor=world.people[who], reason=reason, now=now)


def excuse(world: World, reason: str = "Bão số 3.", now: datetime = TUESDAY, unit: str = "cell") -> Lateness:
    return timeliness.excuse_lateness(report_id=world.report(unit).pk, actor=world.khanh, reason=reason, now=now)


def close(world: World, now: datetime = TUESDAY) -> None:
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Hết đợt.", now=now)


def recorded(world: World, unit: str = "cell") -> TimelinessRecord:
    return TimelinessRecord.objects.get(report=world.report(unit))


def how_timely(world: World, now: datetime, unit: str = "cell") -> Standing:
    report = world.report(unit)
    return standing(report.due, report.sent_at, now, calendar_of(report.issuer_id))

"""Days of the clock, and the rungs that were climbed in them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from tests.builders import NOW, World, prepared_campaign
from workflow.actions import campaigns, clock, preparing
from workflow.actions.register import CalendarDraft, register
from workflow.choices import DayKind
from workflow.models import Campaign, ClimbedRung
from workflow.rules.calendar import LOCAL

MINUTE = timedelta(minutes=1)


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LOCAL)


def sweep_daily(first: date, last: date, hour: int = 8) -> None:
    """The clock runs: a sweep just before and just after the hour of every day."""
    day = first
    while day <= last:
        clock.sweep(now=at(day, hour) - MINUTE)
        clock.sweep(now=at(day, hour) + MINUTE)
        day += timedelta(days=1)


def climbed(campaign: Campaign, unit: str) -> list[tuple[int, date]]:
    rows = ClimbedRung.objects.filter(
        report__campaign=campaign, report__organization__code=unit, rung__desk=""
    ).order_by("at")
    return [(row.rung.offset, row.at.astimezone(LOCAL).date()) for row in rows.select_related("rung")]


def days_off(days: Iterable[date], kind: DayKind = DayKind.HOLIDAY) -> None:
    register(calendar=[CalendarDraft(day=day, kind=kind) for day in days], actor=None, now=NOW)


def opened_until(world: World, last_day: date, opened: datetime, number: str = "700-CV/ĐUK") -> Campaign:
    """A request of the Khối whose last day is this, whatever it is."""
    campaign = prepared_campaign(world.duk, world.dung, number=number, now=opened)
    preparing.edit_campaign(
        campaign_id=campaign.pk,
        actor=world.dung,
        fields={},
        last_day=last_day,
        consolidation_day=last_day + timedelta(days=20),
        now=opened,
    )
    return campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=opened)

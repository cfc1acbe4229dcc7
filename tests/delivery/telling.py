"""What is told, and by whom it could be heard."""

from datetime import datetime, timedelta

from tests.builders import NOW, World
from workflow.actions import intake, organizations
from workflow.choices import Role
from workflow.models import Seat
from workflow.rules.calendar import LOCAL

DAY = timedelta(days=1)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LOCAL)  # type: ignore[misc,arg-type]


def remind(world: World, unit: str = "cell", now: datetime = NOW) -> None:
    intake.remind(report_id=world.report(unit).pk, actor=world.dung, now=now)


def end(world: World, unit: str, role: Role) -> None:
    """The seat ended yesterday."""
    seat = Seat.objects.get(organization=world.units[unit], role=role)
    organizations.end_seat(seat_id=seat.pk, actor=world.xuan, until=NOW.date() - DAY, now=NOW)

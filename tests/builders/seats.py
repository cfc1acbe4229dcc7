"""Seats given beside those of the cast."""

from datetime import date

from tests.builders.cast import NOW
from tests.builders.world import World
from workflow.actions import organizations
from workflow.choices import Role
from workflow.models import Seat, StandIn

TODAY = NOW.date()


def give_seat(world: World, person: str, role: Role, unit: str = "cell") -> Seat:
    return organizations.grant_seat(
        organization_id=world.units[unit].pk,
        actor=world.xuan,
        person_id=world.people[person].pk,
        role=role,
        since=TODAY,
        now=NOW,
    )


def stand_in(world: World, since: date = TODAY, until: date | None = None) -> StandIn:
    """The cell's deputy stands in for its secretary."""
    return organizations.appoint_stand_in(
        organization_id=world.cell.pk,
        actor=world.hung,
        person_id=world.binh.pk,
        since=since,
        until=until,
        basis="Thông báo số 03-TB/CB",
        now=NOW,
    )

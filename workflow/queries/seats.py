"""At which desks a person sits today."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.choices import Role
from workflow.flows.inputs import seats_on
from workflow.models import Organization, Person, Seat
from workflow.models.sql import read
from workflow.rules.calendar import local_day


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation with the roles that the person holds in it today."""

    organization: Organization
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody to call."""

    pk: int
    full_name: str
    phone: str


def places_of(person: Person, now: datetime) -> list[Place]:
    """The person's organisations by name, each with his roles in it. One query."""
    if not person.is_active:
        return []
    seats = Seat.objects.filter(seats_on(now), person=person).select_related("organization")
    seats = seats.only("role", "organization__name", "organization__kind")
    found: dict[int, tuple[Organization, set[Role]]] = {}
    for seat in seats.order_by("organization__name_sort", "organization_id"):
        found.setdefault(seat.organization_id, (seat.organization, set()))[1].add(Role(seat.role))
    return [
        Place(organization, tuple(role for role in Role if role in roles)) for organization, roles in found.values()
    ]


def organizations_in(places: Sequence[Place], roles: frozenset[Role]) -> list[int]:
    """Ids of the organisations among these places in which one of the roles is held."""
    return [one.organization.pk for one in places if roles & set(one.roles)]


# Who sits at these desks today; a deputy who stands in for the secretary sits at that desk too.
SITTING = """
    SELECT DISTINCT desk.organization_id, desk.role, person.id, person.full_name, person.phone
      FROM unnest(%(places)s::bigint[], %(roles)s::text[]) AS desk (organization_id, role)
      JOIN workflow_seat seat ON seat.organization_id = desk.organization_id
       AND seat.since <= %(today)s AND (seat.until IS NULL OR seat.until >= %(today)s)
      JOIN workflow_person person ON person.id = seat.person_id AND person.is_active
     WHERE seat.role = desk.role OR desk.role = 'secretary' AND seat.role = 'deputy' AND EXISTS (
               SELECT FROM workflow_standin stand_in
                WHERE stand_in.organization_id = desk.organization_id AND stand_in.person_id = seat.person_id
                  AND stand_in.since <= %(today)s AND (stand_in.until IS NULL OR stand_in.until >= %(today)s))
     ORDER BY person.full_name, person.id
"""


def sitting_at(desks: Collection[tuple[int, Role]], now: datetime) -> Mapping[tuple[int, str], list[Called]]:
    """Who sits today at each of these desks, by name; a desk at which nobody sits is left out. One query."""
    places, roles = [place for place, _role in desks], [role for _place, role in desks]
    found: dict[tuple[int, str], list[Called]] = {}
    for place, role, *person in read(SITTING, {"places": places, "roles": roles, "today": local_day(now)}):
        found.setdefault((place, role), []).append(Called(*person))
    return found


def holders_of(organization_id: int, role: Role, now: datetime) -> list[Called]:
    """Who sits today at one desk, by name. One query."""
    desk = (organization_id, role)
    return sitting_at([desk], now).get(desk, [])

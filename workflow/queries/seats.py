"""At which desks a person sits today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.choices import Role
from workflow.flows.inputs import seats_on
from workflow.models import Organization, Person, Seat


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation with the roles that the person holds in it today."""

    organization: Organization
    roles: tuple[Role, ...]


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


def sitting_at(organization_id: int, role: Role, now: datetime) -> list[Person]:
    """Who holds the role in the organisation today, by name."""
    seats = Seat.objects.filter(seats_on(now), organization=organization_id, role=role)
    sitting = Person.objects.filter(pk__in=seats.values("person"), is_active=True)
    return list(sitting.only("full_name").order_by("full_name", "pk"))

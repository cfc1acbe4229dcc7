"""At which desks a person sits today."""

from collections.abc import Sequence
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
class Choice:
    """A person or an organisation to choose from a list."""

    pk: int
    name: str


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


# A text of ours: the lists of a page to choose from are read with every page.
SITTING_AT = """
    SELECT DISTINCT person.id, person.full_name FROM workflow_seat seat
      JOIN workflow_person person ON person.id = seat.person_id AND person.is_active
     WHERE seat.organization_id = %(organization)s AND seat.role = %(role)s
       AND seat.since <= %(today)s AND (seat.until IS NULL OR seat.until >= %(today)s)
     ORDER BY person.full_name, person.id
"""


def sitting_at(organization_id: int, role: Role, now: datetime) -> list[Choice]:
    """Who holds the role in the organisation today, by name."""
    rows = read(SITTING_AT, {"organization": organization_id, "role": role, "today": local_day(now)})
    return [Choice(*row) for row in rows]

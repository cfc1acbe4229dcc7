"""The accounts of the demonstration, for whoever stands before its sign-in page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from workflow.choices import Role
from workflow.flows.inputs import seats_on
from workflow.models import Person, Seat

ORDER = list(Role)


@dataclass(frozen=True, slots=True)
class ExampleAccount:
    """A person who may sign in, and what he is where: the role first that nobody before him stands for."""

    person: Person
    role: Role
    organization: str


def example_accounts(now: datetime) -> Sequence[ExampleAccount]:
    """One account of each role whose person has a password of the example. One query."""
    seats = Seat.objects.filter(seats_on(now), person__must_change_password=False, person__is_active=True)
    seats = seats.exclude(person__password__startswith=UNUSABLE_PASSWORD_PREFIX).select_related(
        "person", "organization"
    )
    rows = sorted(seats, key=lambda seat: (ORDER.index(Role(seat.role)), seat.organization_id, seat.person_id))
    held: dict[int, int] = {}
    for seat in rows:
        held[seat.person_id] = held.get(seat.person_id, 0) + 1
    found: dict[Role, ExampleAccount] = {}
    taken: set[int] = set()
    # Roles that few hold choose first.
    for role in sorted(ORDER, key=lambda one: sum(Role(seat.role) == one for seat in rows)):
        free = [seat for seat in rows if Role(seat.role) == role and seat.person_id not in taken]
        if free:
            seat = min(free, key=lambda one: held[one.person_id])
            taken.add(seat.person_id)
            found[role] = ExampleAccount(seat.person, role, seat.organization.name)
    return [found[role] for role in ORDER if role in found]

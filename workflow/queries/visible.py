"""Which reports a person may see at all: the union of own and issuer, never an OR."""

from datetime import datetime

from django.db.models import QuerySet

from workflow.choices import Read, Relation, Role
from workflow.flows.inputs import seats_on
from workflow.models import Person, Report, Seat
from workflow.rules.access import READS


def organizations_of(person: Person, roles: frozenset[Role], now: datetime) -> list[int]:
    """Ids of the organisations where the person holds one of the roles today."""
    if not person.is_active:
        return []
    seats = Seat.objects.filter(seats_on(now), person=person, role__in=roles)
    return sorted(set(seats.values_list("organization_id", flat=True)))


def visible_reports(person: Person, now: datetime) -> QuerySet[Report]:
    """Reports whose state the person may read, by seats of today. Touches only the person's rows."""
    roles = READS[Read.STATE]
    own = Report.objects.filter(organization__in=organizations_of(person, roles[Relation.OWN], now))
    issued = Report.objects.filter(issuer__in=organizations_of(person, roles[Relation.ISSUER], now))
    return Report.objects.filter(pk__in=own.values("pk").union(issued.values("pk")))

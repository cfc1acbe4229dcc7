"""One seat, one stand-in, and the deputies to choose a stand-in from."""

from datetime import datetime

from workflow import errors
from workflow.choices import Role, Verb
from workflow.flows.inputs import seats_on
from workflow.models import Person, Seat, StandIn
from workflow.queries.organizations import known


def seat_of(seat_id: int, person: Person, now: datetime) -> Seat:
    """Raises NotVisible for a seat of an organisation that the person does not know."""
    seat = Seat.objects.select_related("organization", "person").filter(pk=seat_id).first()
    if seat is None:
        raise errors.NotVisible
    known(seat.organization_id, person, now)
    return seat


def stand_in_of(stand_in_id: int, person: Person, now: datetime) -> StandIn:
    """For whoever may end it. Raises NotVisible, NotYourDesk."""
    stand_in = StandIn.objects.select_related("organization", "person").filter(pk=stand_in_id).first()
    if stand_in is None:
        raise errors.NotVisible
    _organization, powers = known(stand_in.organization_id, person, now)
    if not powers.appoints:
        raise errors.NotYourDesk(verb=Verb.END_STAND_IN.label, desk=Role.SECRETARY.label)
    return stand_in


def deputies_of(organization_id: int, now: datetime) -> list[Person]:
    """Today's deputy secretaries by name."""
    seats = Seat.objects.filter(seats_on(now), organization=organization_id, role=Role.DEPUTY)
    return [seat.person for seat in seats.select_related("person").order_by("person__full_name")]

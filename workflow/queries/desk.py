"""What waits for a person: the reports that lie on a desk at which he sits today."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from workflow.choices import RUNNING, Relation, ReportState, Role
from workflow.flows.inputs import seats_on
from workflow.models import Person, Report, Seat, StandIn
from workflow.rules.access import HOLDERS
from workflow.rules.calendar import local_day


def waiting_for(person: Person, now: datetime) -> QuerySet[Report]:
    """Reports of running campaigns at the person's desks, the nearest due first.

    A member waits only in a round that counts him and that he has not answered; a drafter not for what was assigned
    to another who still drafts.
    """
    if not person.is_active:
        return Report.objects.none()
    seats: dict[str, set[int]] = {}
    for role, organization_id in Seat.objects.filter(seats_on(now), person=person).values_list(
        "role", "organization_id"
    ):
        seats.setdefault(role, set()).add(organization_id)
    seats.setdefault(Role.SECRETARY, set()).update(_standing_in(person, now, seats.get(Role.DEPUTY, set())))
    parts = [
        Report.objects.filter(condition).values("pk")
        for state in HOLDERS
        if (condition := _waits(state, person, seats, now)) is not None
    ]
    if not parts:
        return Report.objects.none()
    found = parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
    return Report.objects.filter(pk__in=found, campaign__state__in=RUNNING).order_by("due", "pk")


def _standing_in(person: Person, now: datetime, deputy_of: set[int]) -> set[int]:
    today = local_day(now)
    active = StandIn.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today), person=person, since__lte=today, organization__in=deputy_of
    )
    return set(active.values_list("organization_id", flat=True))


def _waits(state: ReportState, person: Person, seats: dict[str, set[int]], now: datetime) -> Q | None:
    desk = HOLDERS[state]
    organizations = sorted(set().union(*(seats.get(role, set()) for role in desk.roles)))
    if not organizations:
        return None
    where = "organization__in" if desk.relation is Relation.OWN else "issuer__in"
    condition = Q(state=state) & Q(**{where: organizations})
    if state == ReportState.REVIEW:
        chaired = sorted(seats.get(Role.SECRETARY, set()) | seats.get(Role.DEPUTY, set()))
        asked = Q(rounds__closed_at__isnull=True, rounds__persons__person=person) & ~Q(
            pk__in=Report.objects.filter(
                rounds__closed_at__isnull=True, rounds__opinions__person=person, organization__in=organizations
            ).values("pk")
        )
        return condition & (asked | Q(organization__in=chaired))
    if desk.roles == {Role.DRAFTER}:
        still_drafts = Seat.objects.filter(
            seats_on(now), role=Role.DRAFTER, organization=OuterRef("organization"), person=OuterRef("drafter")
        )
        condition &= Q(drafter__isnull=True) | Q(drafter=person) | Q(~Exists(still_drafts))
    return condition

"""What waits for a person: the reports that lie on a desk at which he sits today."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from workflow.choices import RUNNING, Relation, ReportState, Role
from workflow.flows.inputs import seats_on
from workflow.models import Person, Report, Seat, StandIn
from workflow.rules.access import HOLDERS
from workflow.rules.calendar import local_day

# One branch a relation, so that each takes its own index. A text of ours, because everybody's first screen asks it:
# put together from conditions it took Django longer than the database.
WAITING = """
    SELECT report.id FROM workflow_report report
      JOIN unnest(%s::text[], %s::bigint[], %s::boolean[]) AS desk (state, organization_id, drafts)
        ON report.state = desk.state AND report.organization_id = desk.organization_id
     WHERE NOT desk.drafts OR report.drafter_id IS NULL OR report.drafter_id = %s OR NOT EXISTS (
               SELECT FROM workflow_seat seat
                WHERE seat.organization_id = report.organization_id AND seat.person_id = report.drafter_id
                  AND seat.role = 'drafter' AND seat.since <= %s AND (seat.until IS NULL OR seat.until >= %s))
    UNION ALL
    SELECT round.report_id FROM workflow_counted counted
      JOIN workflow_reviewround round ON round.id = counted.round_id AND round.closed_at IS NULL
       AND round.closes_at > %s AND round.minutes_date IS NULL
      JOIN workflow_report report ON report.id = round.report_id AND report.state = 'REVIEW'
     WHERE counted.person_id = %s AND report.organization_id = ANY (%s) AND report.organization_id <> ALL (%s)
       AND NOT EXISTS (SELECT FROM workflow_opinion opinion
                        WHERE opinion.round_id = round.id AND opinion.person_id = counted.person_id)
    UNION ALL
    SELECT report.id FROM workflow_report report
      JOIN unnest(%s::text[], %s::bigint[]) AS desk (state, organization_id)
        ON report.state = desk.state AND report.issuer_id = desk.organization_id
"""
_CHAIR = frozenset({Role.SECRETARY, Role.DEPUTY})


def waiting_for(person: Person, now: datetime) -> QuerySet[Report]:
    """Reports of running campaigns at the person's desks, the nearest due first.

    A member waits only in a round that counts him, still takes answers and lacks his; a drafter not for what was
    assigned to another who still drafts.
    """
    waiting = waiting_ids(person, now)
    if waiting is None:
        return Report.objects.none()
    return Report.objects.filter(pk__in=waiting, campaign__state__in=RUNNING).order_by("due", "pk")


def waiting_ids(person: Person, now: datetime) -> RawSQL | None:
    """The same as ids, also of requests that have ended; None for who sits at no desk. Two queries are asked for it."""
    seats = _seats(person, now) if person.is_active else {}
    if not seats:
        return None
    today = local_day(now)
    own, office = _desks(seats, Relation.OWN), _desks(seats, Relation.ISSUER)
    drafts = [HOLDERS[state].roles == {Role.DRAFTER} for state, _organization in own]
    parameters: list[Any] = [*_columns(own), drafts, person.pk, today, today]
    parameters += [now, person.pk, _places(seats, HOLDERS[ReportState.REVIEW].roles), _places(seats, _CHAIR)]
    return RawSQL(WAITING, [*parameters, *_columns(office)])  # noqa: S611 – a text of this file, nothing typed


def _desks(seats: Mapping[Role, set[int]], relation: Relation) -> list[tuple[ReportState, int]]:
    """Each state with each organisation at whose desk the person sits; a review as a whole lies on its chair's."""
    return [
        (state, organization_id)
        for state, desk in HOLDERS.items()
        if desk.relation is relation
        for organization_id in _places(seats, _CHAIR if state == ReportState.REVIEW else desk.roles)
    ]


def _columns(desks: list[tuple[ReportState, int]]) -> tuple[list[str], list[int]]:
    return [state for state, _organization in desks], [organization for _state, organization in desks]


def _seats(person: Person, now: datetime) -> Mapping[Role, set[int]]:
    """Where the person sits today by role; who stands in for a secretary sits there too."""
    seats: dict[Role, set[int]] = {}
    rows = Seat.objects.filter(seats_on(now), person=person).values_list("role", "organization_id")
    for role, organization_id in rows:
        seats.setdefault(Role(role), set()).add(organization_id)
    deputy_of = seats.get(Role.DEPUTY, set())
    if deputy_of:
        stands_in = StandIn.objects.filter(seats_on(now), person=person, organization__in=deputy_of)
        seats.setdefault(Role.SECRETARY, set()).update(stands_in.values_list("organization_id", flat=True))
    return seats


def _places(seats: Mapping[Role, set[int]], roles: frozenset[Role]) -> list[int]:
    return sorted(set().union(*(seats.get(role, set()) for role in roles)))

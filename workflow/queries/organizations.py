"""The tree of organisations as far as a person knows it, and one organisation's page.

Whoever holds a seat in an organisation knows it and all below it; of the rest nothing is found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from workflow import errors
from workflow.choices import Role, Verb
from workflow.flows.holdings import holdings_of
from workflow.flows.inputs import seats_on
from workflow.models import Organization, OrganizationName, Person, Seat, StandIn, Term
from workflow.models.tree import above, found_below, lines_up
from workflow.queries.calendar import missing_years
from workflow.queries.visible import organizations_of
from workflow.rules.access import held
from workflow.rules.calendar import local_day
from workflow.rules.vietnamese import search_fold

PAGE = 100
EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Branch:
    """An organisation in the tree: its secretary today, whether others lie below it, and where it lies itself."""

    organization: Organization
    secretary: str
    has_children: bool
    active: bool
    superior: str = ""


@dataclass(frozen=True, slots=True)
class Powers:
    """What a person may do at an organisation; the actions ask again."""

    administers: bool = False
    confirms: bool = False
    appoints: bool = False
    sets_calendar: bool = False


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat in the table; `stand_in` names who signs for the secretary today."""

    seat: Seat
    held_now: bool
    waits: bool
    on_hold: bool
    code_unused: bool
    stand_in: str


@dataclass(frozen=True, slots=True)
class OrganizationPage:
    organization: Organization
    line: Sequence[Organization]
    known: frozenset[int]
    seats: Sequence[SeatLine]
    ended: Sequence[Seat]
    stand_ins: Sequence[StandIn]
    names: Sequence[OrganizationName]
    terms: Sequence[Term]
    has_children: bool
    missing_years: Sequence[int]
    powers: Powers


def _branches(found: QuerySet[Organization], now: datetime) -> list[Branch]:
    """Two queries for however many."""
    today = local_day(now)
    below = Organization.objects.filter(parent=OuterRef("pk"))
    rows = list(found.select_related("parent").annotate(has_children=Exists(below)))
    seats = Seat.objects.filter(seats_on(now), organization__in=[row.pk for row in rows], role=Role.SECRETARY)
    secretaries = dict(seats.values_list("organization_id", "person__full_name"))
    return [
        Branch(
            row,
            secretaries.get(row.pk, ""),
            row.has_children,
            row.active_from <= today and (row.active_until is None or row.active_until >= today),
            row.parent.name if row.parent else "",
        )
        for row in rows
    ]


def tops_of(person: Person, now: datetime) -> list[int]:
    """Ids of the uppermost organisations that the person knows."""
    lines = lines_up(organizations_of(person, EVERY_ROLE, now))
    return [one for one, up in lines.items() if not set(up[1:]) & lines.keys()]


def tops(person: Person, now: datetime) -> list[Branch]:
    found = Organization.objects.filter(pk__in=tops_of(person, now)).order_by("name_sort", "pk")
    return _branches(found, now)


def children(organization_id: int, person: Person, now: datetime, start: int = 0) -> tuple[list[Branch], int | None]:
    """A page of what lies directly below, by name, and where the next page starts. Raises NotVisible."""
    known(organization_id, person, now)
    found = Organization.objects.filter(parent=organization_id).order_by("name_sort", "pk")
    branches = _branches(found[start : start + PAGE + 1], now)
    return branches[:PAGE], start + PAGE if len(branches) > PAGE else None


def search(text: str, person: Person, now: datetime) -> list[Branch]:
    """Organisations that the person knows, by a part of the name without diacritics, at most a page."""
    ids = found_below(tops_of(person, now), search_fold(text), PAGE)
    return _branches(Organization.objects.filter(pk__in=ids).order_by("name_sort", "pk"), now)


def known(organization_id: int, person: Person, now: datetime) -> tuple[Organization, Powers]:
    """An organisation that the person knows, and what he may do there. Raises NotVisible."""
    organization = Organization.objects.select_related("parent").filter(pk=organization_id).first()
    if organization is None:
        raise errors.NotVisible
    up = [organization_id, *above(organization_id)]
    holdings = holdings_of(person, up, now)
    if not holdings:
        raise errors.NotVisible
    administers = any(held(holdings, one, {Role.ADMINISTRATOR}) for one in up)
    superior = organization.parent_id
    at_superior = superior is not None and held(holdings, superior, {Role.SECRETARY, Role.LEADER}) is not None
    secretary = Seat.objects.filter(seats_on(now), organization=organization, role=Role.SECRETARY)
    holder = secretary.values_list("person_id", flat=True).first()
    own_seat = [one for one in holdings if one.organization_id == superior and one.stand_in_id is None]
    by_superior = superior is not None and held(own_seat, superior, {Role.SECRETARY}) is not None
    return organization, Powers(
        administers=administers,
        confirms=administers or at_superior,
        appoints=holder == person.pk or (holder is None and by_superior),
        sets_calendar=administers or held(holdings, organization_id, {Role.OFFICER}) is not None,
    )


def administered(organization_id: int, person: Person, now: datetime) -> Organization:
    """The organisation for its administrator. Raises NotVisible, NotYourDesk."""
    organization, powers = known(organization_id, person, now)
    if not powers.administers:
        raise errors.NotYourDesk(verb=Verb.GRANT_SEAT.label, desk=Role.ADMINISTRATOR.label)
    return organization


def organization_page(organization_id: int, person: Person, now: datetime) -> OrganizationPage:
    """Everything of one organisation's page; its queries do not grow with its seats. Raises NotVisible."""
    organization, powers = known(organization_id, person, now)
    up = above(organization_id)
    line = {one.pk: one for one in Organization.objects.filter(pk__in=up)}
    own = set(organizations_of(person, EVERY_ROLE, now))
    today = local_day(now)
    seats = list(
        Seat.objects.filter(organization=organization).select_related("person").order_by("role", "person__full_name")
    )
    stand_ins = list(
        StandIn.objects.filter(Q(until__isnull=True) | Q(until__gte=today), organization=organization)
        .select_related("person", "made_by")
        .order_by("since", "pk")
    )
    current = [seat for seat in seats if seat.until is None or seat.until >= today]
    return OrganizationPage(
        organization=organization,
        line=[line[one] for one in reversed(up)],
        known=frozenset(one for place, one in enumerate(up) if set(up[place:]) & own),
        seats=_lines(current, stand_ins, today),
        ended=[seat for seat in seats if seat.until is not None and seat.until < today],
        stand_ins=stand_ins,
        names=list(OrganizationName.objects.filter(organization=organization).order_by("-since")),
        terms=list(Term.objects.filter(organization=organization).order_by("-since")),
        has_children=Organization.objects.filter(parent=organization).exists(),
        missing_years=missing_years([organization_id], now).get(organization_id, []) if powers.sets_calendar else [],
        powers=powers,
    )


ORDER = [
    Role.SECRETARY,
    Role.DEPUTY,
    Role.LEADER,
    Role.OFFICER,
    Role.INSPECTOR,
    Role.CLERK,
    Role.DRAFTER,
    Role.MEMBER,
    Role.ADMINISTRATOR,
]
SIGNING = {Role.SECRETARY, Role.DEPUTY}


def _lines(seats: Iterable[Seat], stand_ins: Iterable[StandIn], today: date) -> list[SeatLine]:
    standing = [one for one in stand_ins if one.since <= today]
    names = ", ".join(one.person.full_name for one in standing)
    return [
        SeatLine(
            seat=seat,
            held_now=seat.since <= today,
            waits=seat.role in SIGNING and seat.confirmed_at is None,
            on_hold=seat.role in SIGNING and seat.person.signing_hold_since is not None,
            code_unused=seat.person.must_change_password,
            stand_in=names if seat.role == Role.SECRETARY else "",
        )
        for seat in sorted(seats, key=lambda seat: ORDER.index(Role(seat.role)))
    ]

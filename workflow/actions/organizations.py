"""The register: organisations, terms, seats and stand-ins."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from workflow import errors
from workflow.actions.lines import line
from workflow.actions.record import record_on
from workflow.choices import Body, Role, Stream, Verb
from workflow.flows.holdings import holdings_of
from workflow.flows.inputs import seats_on
from workflow.models import Organization, OrganizationName, Person, Seat, StandIn, Term
from workflow.models.tree import above
from workflow.rules.access import held
from workflow.rules.calendar import local_day
from workflow.rules.vietnamese import name_sort, normalize, search_fold

SIGNING_ROLES = frozenset({Role.SECRETARY, Role.DEPUTY})


def set_name(organization: Organization, name: str) -> None:
    """Give the organisation a name with its sort key and search text; does not save."""
    organization.name = normalize(name)
    organization.name_sort = name_sort(name)
    organization.search_fold = search_fold(name)


def _administered(actor: Person, organization_id: int, now: datetime) -> Organization:
    """Lock an organisation that the actor administers: by a seat there or above. Raises NotVisible, NotYourDesk."""
    organization = Organization.objects.select_for_update(no_key=True).filter(pk=organization_id).first()
    if organization is None or not actor.is_active:
        raise errors.NotVisible
    line = [organization_id, *above(organization_id)]
    holdings = holdings_of(actor, line, now)
    if not any(held(holdings, one, {Role.ADMINISTRATOR}) for one in line):
        if any(held(holdings, one, Role) for one in line):
            raise errors.NotYourDesk(verb=Verb.GRANT_SEAT.label, desk=Role.ADMINISTRATOR.label)
        raise errors.NotVisible
    return organization


def rename_organization(
    *,
    organization_id: int,
    actor: Person,
    name: str,
    letterhead_name: str,
    letterhead_above: str,
    symbol: str,
    since: date,
    now: datetime,
) -> Organization:
    """Change name and letterhead from a day on. What was frozen before keeps the old name."""
    with transaction.atomic():
        organization = _administered(actor, organization_id, now)
        words = {
            "name": line(Organization, "name", name),
            "letterhead_name": line(Organization, "letterhead_name", letterhead_name),
            "letterhead_above": line(Organization, "letterhead_above", letterhead_above),
            "symbol": line(Organization, "symbol", symbol),
        }
        OrganizationName.objects.update_or_create(organization=organization, since=since, defaults=words)
        if since <= local_day(now):
            set_name(organization, name)
            organization.letterhead_name = words["letterhead_name"]
            organization.letterhead_above = words["letterhead_above"]
            organization.symbol = words["symbol"]
            organization.save()
        record_on(Stream.ORGANIZATION, organization.pk, Verb.RENAME_ORGANIZATION, actor, now)
    return organization


def start_term(*, organization_id: int, actor: Person, since: date, now: datetime) -> Term:
    """Begin a new term: the running one ends the day before, and document numbers restart."""
    with transaction.atomic():
        organization = _administered(actor, organization_id, now)
        running = Term.objects.filter(organization=organization, until__isnull=True)
        if running.filter(since__gte=since).exists():
            raise errors.PeriodReversed
        running.update(until=date.fromordinal(since.toordinal() - 1))
        term = Term.objects.create(organization=organization, since=since)
        record_on(Stream.ORGANIZATION, organization.pk, Verb.START_TERM, actor, now, term=term.pk)
    return term


def grant_seat(
    *,
    organization_id: int,
    actor: Person,
    person_id: int,
    role: Role,
    since: date,
    voting: bool = False,
    body: Body | str = "",
    now: datetime,
) -> Seat:
    """Give a person a seat. Nobody grants one to himself; a new signing seat waits for a second person.

    Raises NotForYourself, SeatTaken.
    """
    if person_id == actor.pk:
        raise errors.NotForYourself
    with transaction.atomic():
        organization = _administered(actor, organization_id, now)
        if not Person.objects.filter(pk=person_id).exists():
            raise errors.NotVisible
        not_ended = Q(until__isnull=True) | Q(until__gte=since)
        held_now = Seat.objects.filter(not_ended, organization=organization, role=role)
        if role == Role.SECRETARY and held_now.exists():
            raise errors.SeatTaken
        if held_now.filter(person=person_id, body=body).exists():
            raise errors.SeatTaken
        seat = Seat.objects.create(
            organization=organization,
            role=role,
            person_id=person_id,
            since=since,
            voting=voting,
            body=body,
            granted_by=actor,
        )
        record_on(Stream.ORGANIZATION, organization.pk, Verb.GRANT_SEAT, actor, now, seat=seat.pk, person=person_id)
    return seat


def _locked_seat(seat_id: int) -> Seat:
    """Lock the seat's organisation, as whoever writes seats does first, and read the seat. Raises NotVisible."""
    seats = Seat.objects.filter(pk=seat_id)
    if Organization.objects.select_for_update(no_key=True).filter(pk__in=seats.values("organization")).first() is None:
        raise errors.NotVisible
    return seats.select_related("organization").get()


def end_seat(*, seat_id: int, actor: Person, until: date, now: datetime) -> Seat:
    """End a seat after its last day (inclusive). The work stays with the seat's successor."""
    with transaction.atomic():
        seat = _locked_seat(seat_id)
        _administered(actor, seat.organization_id, now)
        if until < seat.since:
            raise errors.PeriodReversed
        seat.until = until
        seat.save(update_fields=["until"])
        record_on(
            Stream.ORGANIZATION, seat.organization_id, Verb.END_SEAT, actor, now, seat=seat.pk, person=seat.person_id
        )
    return seat


def confirm_seat(*, seat_id: int, actor: Person, now: datetime) -> Seat:
    """Confirm a new signing seat as a second person: an administrator, or the superior's secretary or leader.

    Raises NotForYourself for the holder and for whoever granted it.
    """
    with transaction.atomic():
        seat = _locked_seat(seat_id)
        line = [seat.organization_id, *above(seat.organization_id)]
        holdings = holdings_of(actor, line, now)
        by_administrator = any(held(holdings, one, {Role.ADMINISTRATOR}) for one in line)
        parent = seat.organization.parent_id
        by_superior = parent is not None and held(holdings, parent, {Role.SECRETARY, Role.LEADER})
        if not by_administrator and not by_superior:
            if any(held(holdings, one, Role) for one in line):
                raise errors.NotYourDesk(verb=Verb.CONFIRM_SEAT.label, desk=Role.ADMINISTRATOR.label)
            raise errors.NotVisible
        if actor.pk in {seat.person_id, seat.granted_by_id}:
            raise errors.NotForYourself
        if seat.confirmed_at is not None:
            raise errors.AlreadyDone(state=seat.get_role_display(), verb=Verb.CONFIRM_SEAT.label)
        seat.confirmed_by, seat.confirmed_at = actor, now
        seat.save(update_fields=["confirmed_by", "confirmed_at"])
        record_on(Stream.ORGANIZATION, seat.organization_id, Verb.CONFIRM_SEAT, actor, now, seat=seat.pk)
    return seat


def appoint_stand_in(
    *,
    organization_id: int,
    actor: Person,
    person_id: int,
    since: date,
    until: date | None,
    basis: str,
    now: datetime,
) -> StandIn:
    """Let a deputy of the same organisation sign for the secretary, from–to local days inclusive, on a written basis.

    Made by the secretary himself; while the seat is vacant, by the superior's secretary. Raises NotADeputy,
    NotForYourself, ReasonMissing, PeriodReversed.
    """
    with transaction.atomic():
        organization = _appointing(actor, organization_id, now)
        if person_id == actor.pk:
            raise errors.NotForYourself
        if not basis.strip():
            raise errors.ReasonMissing
        if until is not None and until < since:
            raise errors.PeriodReversed
        deputies = Seat.objects.filter(seats_on(now), organization=organization, role=Role.DEPUTY)
        if not deputies.filter(person=person_id).exists():
            raise errors.NotADeputy
        stand_in = StandIn.objects.create(
            organization=organization,
            person_id=person_id,
            since=since,
            until=until,
            basis=line(StandIn, "basis", basis),
            made_by=actor,
            made_at=now,
        )
        record_on(Stream.ORGANIZATION, organization.pk, Verb.APPOINT_STAND_IN, actor, now, stand_in=stand_in.pk)
    return stand_in


def end_stand_in(*, stand_in_id: int, actor: Person, until: date, now: datetime) -> StandIn:
    """End a stand-in after its last day (inclusive)."""
    with transaction.atomic():
        stand_in = StandIn.objects.filter(pk=stand_in_id).first()
        if stand_in is None:
            raise errors.NotVisible
        organization = _appointing(actor, stand_in.organization_id, now)
        if until < stand_in.since:
            raise errors.PeriodReversed
        stand_in.until = until
        stand_in.save(update_fields=["until"])
        record_on(Stream.ORGANIZATION, organization.pk, Verb.END_STAND_IN, actor, now, stand_in=stand_in.pk)
    return stand_in


def _appointing(actor: Person, organization_id: int, now: datetime) -> Organization:
    """Lock the organisation for whoever may appoint its stand-in. A stand-in himself may not: it does not cascade."""
    organization = Organization.objects.select_for_update(no_key=True).filter(pk=organization_id).first()
    if organization is None or not actor.is_active:
        raise errors.NotVisible
    seats = Seat.objects.filter(seats_on(now), organization=organization)
    secretary = seats.filter(role=Role.SECRETARY).first()
    if secretary is not None and secretary.person_id == actor.pk:
        return organization
    superior = Seat.objects.filter(
        seats_on(now), organization=organization.parent_id, role=Role.SECRETARY, person=actor
    )
    if secretary is None and superior.exists():
        return organization
    if seats.filter(person=actor).exists() or superior.exists():
        raise errors.NotYourDesk(verb=Verb.APPOINT_STAND_IN.label, desk=Role.SECRETARY.label)
    raise errors.NotVisible

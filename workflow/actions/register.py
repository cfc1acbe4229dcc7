"""The register in bulk: an example, an import or a test brings many rows; only what is new or different is written."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from workflow import errors
from workflow.actions.calendar import DayDraft, happened, lock_roots, write_days
from workflow.actions.ledger import (
    CalendarDraft,
    Ledger,
    OrganizationDraft,
    PersonDraft,
    Registered,
    SeatDraft,
    TermDraft,
    apply,
    one_register_at_a_time,
)
from workflow.actions.organizations import SIGNING_ROLES
from workflow.actions.record import record_all
from workflow.actions.tree import write_organizations
from workflow.choices import Role, Verb
from workflow.flows.holdings import holdings_of
from workflow.models import Organization, Person, Seat, Term
from workflow.models.sql import LOT, each_of
from workflow.models.tree import below
from workflow.rules.calendar import local_day
from workflow.rules.vietnamese import normalize

__all__ = ["CalendarDraft", "OrganizationDraft", "PersonDraft", "Registered", "SeatDraft", "TermDraft", "register"]


def register(
    *,
    organizations: Sequence[OrganizationDraft] = (),
    people: Sequence[PersonDraft] = (),
    seats: Sequence[SeatDraft] = (),
    terms: Sequence[TermDraft] = (),
    calendar: Sequence[CalendarDraft] = (),
    actor: Person | None,
    now: datetime,
) -> Registered:
    """Make or correct organisations, accounts (without a password), seats, terms and calendar days; all or nothing.

    `actor` None is the server's own administrator at the console, who also counts as the second person: signing seats
    are confirmed at once. An administrator reaches what lies below his seat, changes no account that exists, and his
    signing seats wait for confirmation. What was ended or renamed meanwhile stays so. Raises RegisterRefused,
    NotForYourself, NotYourDesk, SeatTaken, PeriodReversed.
    """
    with transaction.atomic():
        one_register_at_a_time()
        ledger = Ledger(actor, now)
        _find(ledger, organizations, seats, terms, calendar)
        _check_reach(ledger, organizations, seats, terms, calendar)
        write_organizations(ledger, organizations)
        _write_people(ledger, people, seats)
        _write_terms(ledger, terms)
        _write_seats(ledger, seats)
        _write_calendar(ledger, calendar)
        record_all(ledger.happened, actor, now)
    return Registered(ledger.organizations, ledger.people, dict(ledger.made), dict(ledger.changed))


def _find(
    ledger: Ledger,
    organizations: Iterable[OrganizationDraft],
    seats: Iterable[SeatDraft],
    terms: Iterable[TermDraft],
    calendar: Iterable[CalendarDraft],
) -> None:
    codes = {code for draft in organizations for code in (draft.code, draft.parent)}
    codes |= {draft.organization for drafts in (seats, terms, calendar) for draft in drafts}
    found = Organization.objects.filter(code__in=each_of(codes)).select_for_update(no_key=True).order_by("pk")
    ledger.organizations = {row.code: row for row in found}


def _check_reach(
    ledger: Ledger,
    organizations: Iterable[OrganizationDraft],
    seats: Iterable[SeatDraft],
    terms: Iterable[TermDraft],
    calendar: Iterable[CalendarDraft],
) -> None:
    """Only an administrator's own part of the tree is open to him; new organisations count by their parents."""
    if ledger.actor is None:
        return
    today = local_day(ledger.now)
    at = Seat.objects.filter(person=ledger.actor, role=Role.ADMINISTRATOR).values_list("organization_id", flat=True)
    administered = {holding.organization_id for holding in holdings_of(ledger.actor, list(at), ledger.now)}
    reach = administered.union(*(below(one, today) for one in administered))
    new = {draft.code for draft in organizations} - ledger.organizations.keys()
    touched = {code for draft in organizations for code in (draft.code, draft.parent)}
    touched |= {draft.organization for drafts in (seats, terms, calendar) for draft in drafts}
    for code in touched - new:
        if code not in ledger.organizations or ledger.organizations[code].pk not in reach:
            raise errors.NotYourDesk(verb=Verb.REGISTER_ORGANIZATION.label, desk=Role.ADMINISTRATOR.label)


def _write_people(ledger: Ledger, drafts: Sequence[PersonDraft], seats: Iterable[SeatDraft]) -> None:
    usernames = {draft.username for draft in drafts} | {draft.person for draft in seats}
    found = Person.objects.filter(username__in=each_of(usernames)).select_for_update(no_key=True).order_by("pk")
    ledger.people = {row.username: row for row in found}
    unusable, fresh, corrected = make_password(None), [], []
    for draft in drafts:
        wanted = {
            "full_name": normalize(draft.full_name),
            "phone": draft.phone,
            "email": draft.email,
            "is_staff": draft.is_staff,
        }
        row = ledger.people.get(draft.username)
        if row is None:
            row = ledger.people[draft.username] = Person(username=draft.username, password=unusable, **wanted)
            fresh.append(row)
        elif ledger.actor is None and row not in fresh and apply(row, wanted):
            corrected.append(row)
    Person.objects.bulk_create(fresh)
    if corrected:
        Person.objects.bulk_update(corrected, ["full_name", "phone", "email", "is_staff"], batch_size=LOT)
    ledger.made["people"] += len(fresh)
    ledger.changed["people"] += len(corrected)


def _write_terms(ledger: Ledger, drafts: Sequence[TermDraft]) -> None:
    units = {ledger.organization(draft.organization).pk for draft in drafts}
    known = {(row.organization_id, row.since): row for row in Term.objects.filter(organization__in=units)}
    fresh, corrected = [], []
    for draft in drafts:
        _check_period(draft.since, draft.until)
        unit = ledger.organization(draft.organization)
        row = known.get((unit.pk, draft.since))
        if row is None:
            fresh.append(Term(organization=unit, since=draft.since, until=draft.until))
        elif draft.until is not None and apply(row, {"until": draft.until}):
            corrected.append(row)
    if corrected:
        Term.objects.bulk_update(corrected, ["until"], batch_size=LOT)
    for row in [*Term.objects.bulk_create(fresh), *corrected]:
        ledger.tell(row.organization_id, Verb.START_TERM, term=row.pk)
    ledger.made["terms"] += len(fresh)
    ledger.changed["terms"] += len(corrected)


def _check_period(since: date, until: date | None) -> None:
    if until is not None and until < since:
        raise errors.PeriodReversed


def _write_seats(ledger: Ledger, drafts: Sequence[SeatDraft]) -> None:
    units = {ledger.organization(draft.organization).pk for draft in drafts}
    known = {_seat_key(row): row for row in Seat.objects.filter(organization__in=units)}
    fresh, corrected = [], []
    for draft in drafts:
        _check_period(draft.since, draft.until)
        wanted = _new_seat(ledger, draft)
        row = known.get(_seat_key(wanted))
        if row is None:
            known[_seat_key(wanted)] = wanted
            fresh.append(wanted)
        elif row.pk is not None and apply(row, {"voting": draft.voting, "until": draft.until or row.until}):
            corrected.append(row)
    _check_seats(ledger, [*fresh, *corrected], known.values())
    if corrected:
        Seat.objects.bulk_update(corrected, ["voting", "until"], batch_size=LOT)
    for row in [*Seat.objects.bulk_create(fresh), *corrected]:
        ledger.tell(row.organization_id, Verb.GRANT_SEAT, seat=row.pk, person=row.person_id)
    ledger.made["seats"] += len(fresh)
    ledger.changed["seats"] += len(corrected)


def _seat_key(seat: Seat) -> tuple[Any, ...]:
    return seat.organization_id, seat.role, seat.person_id, seat.body, seat.since


def _new_seat(ledger: Ledger, draft: SeatDraft) -> Seat:
    confirmed = ledger.actor is None or draft.role not in SIGNING_ROLES
    return Seat(
        organization=ledger.organization(draft.organization),
        role=draft.role,
        person=ledger.person(draft.person),
        since=draft.since,
        until=draft.until,
        voting=draft.voting,
        body=draft.body,
        granted_by=ledger.actor,
        confirmed_at=ledger.now if confirmed else None,
    )


def _check_seats(ledger: Ledger, written: Iterable[Seat], known: Iterable[Seat]) -> None:
    """Nobody grants himself a seat; of a secretary's seat, and of one person's same seat, one is open."""
    if ledger.actor is not None and any(seat.person_id == ledger.actor.pk for seat in written):
        raise errors.NotForYourself
    open_seats = [seat for seat in known if seat.until is None]
    secretaries = [seat.organization_id for seat in open_seats if seat.role == Role.SECRETARY]
    held = [_seat_key(seat)[:4] for seat in open_seats]
    if len(set(secretaries)) < len(secretaries) or len(set(held)) < len(held):
        raise errors.SeatTaken


def _write_calendar(ledger: Ledger, drafts: Iterable[CalendarDraft]) -> None:
    days: dict[int | None, list[DayDraft]] = {}
    for draft in drafts:
        unit = ledger.organization(draft.organization).pk if draft.organization else None
        days.setdefault(unit, []).append(DayDraft(draft.day, draft.kind, draft.note))
    written = write_days(days)
    roots = lock_roots() if any(unit is None for unit, _year in written.touched) else []
    ledger.happened += happened(written.touched, roots)
    ledger.made["days"] += written.made
    ledger.changed["days"] += written.changed

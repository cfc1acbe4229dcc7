"""Accounts: signing in, passwords and one-time codes, and what a person keeps about himself."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from workflow import errors
from workflow.actions.lines import line
from workflow.actions.notices import set_digest_hour, set_preference
from workflow.actions.opening import Confirmation
from workflow.actions.organizations import SIGNING_ROLES
from workflow.actions.record import record_on
from workflow.choices import Channel, NoticeMode, Role, Stream, Verb
from workflow.flows.holdings import holdings_of
from workflow.models import Event, Organization, Person, Seat, SignInAttempt
from workflow.models.tree import lines_up
from workflow.rules.access import held
from workflow.rules.calendar import local_day
from workflow.rules.throttle import WINDOW, minutes_locked
from workflow.rules.vietnamese import is_blank, normalize

# Read aloud and copied by hand: no 0 and O, no 1 and I.
CODE_SIGNS, CODE_GROUPS, CODE_GROUP = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 3, 4
PHONE = re.compile(r"\+?[\d\s.()\-/]{6,20}")


def check_password(*, username: str, password: str, address: str, now: datetime) -> Person:
    """The person of this name and password. Raises SignInRefused (also for who is inactive), SignInLocked (429).

    The attempt is noted before the password is looked at, and one at a time for a name, so that many at once do not
    get more tries.
    """
    try:
        name = normalize(username)[:60]
        normalize(password)
    except errors.UnreadableText:
        raise errors.SignInRefused from None
    with transaction.atomic():
        one_attempt_at_a_time(name)
        SignInAttempt.objects.filter(at__lte=now - WINDOW).delete()
        tried = SignInAttempt.objects.filter(username=name).values_list("address", "at")
        minutes = minutes_locked(list(tried), address, now)
        if minutes:
            raise errors.SignInLocked(minutes=minutes)
        SignInAttempt.objects.create(username=name, address=address, at=now)
    person = authenticate(username=username, password=password)
    if not isinstance(person, Person):
        raise errors.SignInRefused
    SignInAttempt.objects.filter(username=name).delete()
    return person


def confirm_identity(*, actor: Person, password: str, address: str, now: datetime) -> Confirmation:
    """Proof that who is signed in typed the own password now. Wrong guesses count as wrong sign-ins do.

    Raises PasswordWrong, SignInLocked (429).
    """
    try:
        known = check_password(username=actor.username, password=password, address=address, now=now)
    except errors.SignInRefused:
        raise errors.PasswordWrong from None
    return Confirmation(person_id=known.pk, at=now)


def one_attempt_at_a_time(name: str) -> None:
    """Let one attempt on a user name wait for the other: both would count the same tries before them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('workflow.sign_in'), hashtext(%s))", [name])


def issue_code(*, person_id: int, actor: Person, now: datetime) -> str:
    """Give the person a one-time code in place of the password, and return it: it is shown once and kept nowhere.

    All sessions of the person end; the next sign-in asks for a new password; a signer's signing waits for a second
    person. Raises NotForYourself, NotYourDesk, NotVisible.
    """
    if person_id == actor.pk:
        raise errors.NotForYourself
    code = "-".join("".join(secrets.choice(CODE_SIGNS) for _sign in range(CODE_GROUP)) for _group in range(CODE_GROUPS))
    with transaction.atomic():
        person = _administered(person_id, actor, now, Verb.ISSUE_CODE)
        person.set_password(code)
        person.must_change_password = True
        if person.signing_hold_since is None and _signing_seats(person, now):
            person.signing_hold_since = now
        person.save(update_fields=["password", "must_change_password", "signing_hold_since"])
        SignInAttempt.objects.filter(username=person.username).delete()
        record_on(Stream.ACCOUNT, person.pk, Verb.ISSUE_CODE, actor, now, person=person.pk)
    return code


def rename_person(*, person_id: int, actor: Person, full_name: str, now: datetime) -> Person:
    """Correct a person's full name; papers that were issued keep the name they were signed with.

    The name that stands there already changes nothing. Raises NotForYourself, NameMissing, TextTooLong, NotYourDesk,
    NotVisible.
    """
    if person_id == actor.pk:
        raise errors.NotForYourself
    with transaction.atomic():
        person = _administered(person_id, actor, now, Verb.RENAME_PERSON)
        if is_blank(full_name):
            raise errors.NameMissing
        name = line(Person, "full_name", " ".join(full_name.split()))
        if person.full_name != name:
            person.full_name = name
            person.save(update_fields=["full_name"])
            record_on(Stream.ACCOUNT, person.pk, Verb.RENAME_PERSON, actor, now, person=person.pk)
    return person


def release_signing(*, person_id: int, actor: Person, now: datetime) -> Person:
    """Let a person sign again after a new password: said by an administrator, or the superior's secretary or leader.

    Raises NotForYourself for the person and for whoever issued the code, CodeUnused, NothingHeld.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
        if person is None:
            raise errors.NotVisible
        _check_vouches(person, actor, now)
        if person.signing_hold_since is None:
            raise errors.NothingHeld
        codes = Event.objects.filter(
            stream=Stream.ACCOUNT, stream_id=person.pk, verb=Verb.ISSUE_CODE, at__gte=person.signing_hold_since
        )
        if actor.pk == person.pk or codes.filter(actor=actor).exists():
            raise errors.NotForYourself
        if person.must_change_password:
            raise errors.CodeUnused(person=person.full_name)
        person.signing_hold_since = None
        person.save(update_fields=["signing_hold_since"])
        record_on(Stream.ACCOUNT, person.pk, Verb.RELEASE_SIGNING, actor, now, person=person.pk)
    return person


def change_password(*, actor: Person, current: str, new: str, again: str, address: str, now: datetime) -> Person:
    """Set the actor's own password; other sessions end. Raises PasswordWrong, PasswordsDiffer, PasswordWeak.

    Wrong guesses at the present password count as wrong sign-ins do.
    """
    try:
        checked = check_password(username=actor.username, password=current, address=address, now=now)
    except errors.SignInRefused:
        raise errors.PasswordWrong from None
    if new != again:
        raise errors.PasswordsDiffer
    problems = _weaknesses(new, actor)
    if new == current:
        problems = [_("it is the present one")]
    if problems:
        raise errors.PasswordWeak(problems="; ".join(problems))
    return set_password(actor=checked, new=new, now=now)


def set_password(*, actor: Person, new: str, now: datetime) -> Person:
    """Keep a password that change_password has looked at; a one-time code is void with it.

    Raises PasswordWrong where somebody issued a code meanwhile.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
        if person.password != actor.password:
            raise errors.PasswordWrong
        person.set_password(new)
        person.must_change_password = False
        person.save(update_fields=["password", "must_change_password"])
        record_on(Stream.ACCOUNT, person.pk, Verb.CHANGE_PASSWORD, actor, now)
    return person


def set_contact(*, actor: Person, phone: str, email: str) -> Person:
    """Keep the actor's own phone number and e-mail address; either may be empty. Raises ContactUnlikely."""
    phone, email = checked_contact(phone, email)
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
        person.phone, person.email = phone, email
        person.save(update_fields=["phone", "email"])
    return person


def set_ways(*, actor: Person, hour: time | None, chosen: Mapping[tuple[Verb, Channel], NoticeMode]) -> int:
    """Set the hour of the digest and the ways that differ from what holds, all or nothing; how many ways changed."""
    with transaction.atomic():
        if hour is not None and hour != actor.digest_at:
            set_digest_hour(actor=actor, hour=hour)
        for (verb, channel), mode in chosen.items():
            set_preference(actor=actor, verb=verb, channel=channel, mode=mode)
    return len(chosen)


def checked_contact(phone: str, email: str) -> tuple[str, str]:
    """Both as they are kept. Raises ContactUnlikely, TextTooLong."""
    phone, email = line(Person, "phone", phone.strip()), line(Person, "email", email.strip())
    if phone and not PHONE.fullmatch(phone):
        raise errors.ContactUnlikely(text=phone)
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise errors.ContactUnlikely(text=email) from None
    return phone, email


def _weaknesses(password: str, person: Person) -> list[str]:
    """What the validators find, as parts of one sentence."""
    said: dict[str, Any] = {
        "password_too_short": _("it has fewer than %(min_length)s characters"),
        "password_too_common": _("it is one of the passwords that everybody knows"),
        "password_entirely_numeric": _("it has digits only"),
        "password_too_similar": _("it is too close to your name, phone or e-mail"),
    }
    try:
        normalize(password)
        validate_password(password, person)
    except errors.UnreadableText:
        return [_("it holds characters that cannot be kept")]
    except ValidationError as found:
        return [said.get(one.code or "", one.message) % (one.params or {}) for one in found.error_list]
    return []


def _open_seats(person: Person, now: datetime) -> Sequence[Seat]:
    """The person's seats of today and later."""
    return list(Seat.objects.filter(Q(until__isnull=True) | Q(until__gte=local_day(now)), person=person))


def _signing_seats(person: Person, now: datetime) -> list[Seat]:
    return [seat for seat in _open_seats(person, now) if seat.role in SIGNING_ROLES]


def _administered(person_id: int, actor: Person, now: datetime, verb: Verb) -> Person:
    """Lock a person all of whose seats lie in the actor's part of the tree; who enters the register, or has no seat,
    is for a root's administrator. So nobody takes over who stands above him.
    """
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None or not actor.is_active:
        raise errors.NotVisible
    lines = list(lines_up({seat.organization_id for seat in _open_seats(person, now)}).values())
    if not lines or person.is_staff or person.is_superuser:
        lines.append(list(Organization.objects.filter(parent=None).values_list("pk", flat=True)))
    holdings = holdings_of(actor, sorted({one for up in lines for one in up}), now)
    if not holdings:
        raise errors.NotVisible
    if not all(any(held(holdings, one, {Role.ADMINISTRATOR}) for one in up) for up in lines):
        raise errors.NotYourDesk(verb=verb.label, desk=Role.ADMINISTRATOR.label)
    return person


def _check_vouches(person: Person, actor: Person, now: datetime) -> None:
    """Who confirms a signing seat of the person (actions/organizations.py) may vouch for the password as well."""
    seats = _signing_seats(person, now) or _open_seats(person, now)
    lines = list(lines_up({seat.organization_id for seat in seats}).values())
    holdings = holdings_of(actor, sorted({one for up in lines for one in up}), now)
    for up in lines:
        by_superior = len(up) > 1 and held(holdings, up[1], {Role.SECRETARY, Role.LEADER})
        if by_superior or any(held(holdings, one, {Role.ADMINISTRATOR}) for one in up):
            return
    if holdings:
        raise errors.NotYourDesk(verb=Verb.RELEASE_SIGNING.label, desk=Role.ADMINISTRATOR.label)
    raise errors.NotVisible

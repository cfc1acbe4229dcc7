"""A new person at a desk: the account, without a password, and the first seat."""

import re
from datetime import date, datetime

from django.db import transaction

from workflow import errors
from workflow.actions.accounts import checked_contact
from workflow.actions.ledger import OrganizationDraft, PersonDraft, SeatDraft, one_register_at_a_time
from workflow.actions.lines import line
from workflow.actions.register import register
from workflow.choices import Body, Role
from workflow.models import Organization, Person
from workflow.rules.vietnamese import is_blank

USERNAME = re.compile(r"[a-z0-9][a-z0-9._\-]{2,59}")


def register_person(
    *,
    organization_id: int,
    actor: Person,
    username: str,
    full_name: str,
    phone: str,
    email: str,
    role: Role,
    since: date,
    voting: bool = False,
    body: Body | str = "",
    now: datetime,
) -> Person:
    """Enter a person who has no account yet, with a first seat; the one-time code is issued afterwards.

    Raises UserNameTaken, UserNameUnlikely, ContactUnlikely, NameMissing, and as register and grant_seat.
    """
    username = username.strip()
    if not USERNAME.fullmatch(username):
        raise errors.UserNameUnlikely
    if is_blank(full_name):
        raise errors.NameMissing
    phone, email = checked_contact(phone, email)
    name = line(Person, "full_name", " ".join(full_name.split()))
    with transaction.atomic():
        one_register_at_a_time()
        code = Organization.objects.filter(pk=organization_id).values_list("code", flat=True).first()
        if code is None:
            raise errors.NotVisible
        if Person.objects.filter(username=username).exists():
            raise errors.UserNameTaken(username=username)
        registered = register(
            people=[PersonDraft(username=username, full_name=name, phone=phone, email=email)],
            seats=[SeatDraft(organization=code, person=username, role=role, since=since, voting=voting, body=body)],
            actor=actor,
            now=now,
        )
    return registered.people[username]


def register_below(*, parent_id: int, actor: Person, draft: OrganizationDraft, now: datetime) -> Organization:
    """Enter a new organisation below one that the actor administers. Raises CodeTaken, NameMissing, and as register."""
    if is_blank(draft.name):
        raise errors.NameMissing
    for field in ("code", "name", "symbol", "letterhead_name", "letterhead_above", "place"):
        line(Organization, field, getattr(draft, field))
    with transaction.atomic():
        one_register_at_a_time()
        parent = Organization.objects.filter(pk=parent_id, code=draft.parent).first()
        if parent is None:
            raise errors.NotVisible
        if not re.fullmatch(r"[a-z0-9][a-z0-9_\-]{1,59}", draft.code):
            raise errors.CodeUnlikely
        if Organization.objects.filter(code=draft.code).exists():
            raise errors.CodeTaken(word=draft.code)
        return register(organizations=[draft], actor=actor, now=now).organizations[draft.code]

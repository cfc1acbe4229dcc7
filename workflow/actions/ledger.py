"""What a registration brings, and the ledger in which it is written: rows found, made and changed, and the events."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NoReturn

from django.db import connection
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow import errors
from workflow.actions.record import Happened
from workflow.choices import Body, DayKind, FourEyes, OrganizationKind, Role, Stream, Verb
from workflow.models import Organization, Person


@dataclass(frozen=True, slots=True)
class OrganizationDraft:
    """An organisation under the one with the code `parent`; empty for a root."""

    code: str
    kind: OrganizationKind
    name: str
    parent: str = ""
    symbol: str = "CB"
    letterhead_above: str = ""
    letterhead_name: str = ""
    place: str = ""
    official_members: int = 0
    has_seal: bool = False
    four_eyes: FourEyes = FourEyes.WARN
    leader_opens: bool = False
    active_from: date = date(2000, 1, 1)
    active_until: date | None = None


@dataclass(frozen=True, slots=True)
class PersonDraft:
    username: str
    full_name: str
    phone: str = ""
    email: str = ""
    is_staff: bool = False


@dataclass(frozen=True, slots=True)
class SeatDraft:
    """A seat by organisation code and user name, held on local days, both inclusive."""

    organization: str
    person: str
    role: Role
    since: date
    until: date | None = None
    voting: bool = False
    body: Body | str = ""


@dataclass(frozen=True, slots=True)
class TermDraft:
    organization: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class CalendarDraft:
    """A day that differs from the ordinary week, for one organisation or (empty code) for all."""

    day: date
    kind: DayKind
    note: str = ""
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """The rows that the drafts stand for, by code and user name; how many were made and changed, by kind of row."""

    organizations: Mapping[str, Organization]
    people: Mapping[str, Person]
    made: Mapping[str, int]
    changed: Mapping[str, int]


@dataclass(slots=True)
class Ledger:
    """One registration while it is written."""

    actor: Person | None
    now: datetime
    organizations: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    happened: list[Happened] = field(default_factory=list)

    def tell(self, organization_id: int, verb: Verb, **facts: Any) -> None:
        self.happened.append(Happened(Stream.ORGANIZATION, organization_id, verb, facts))

    def organization(self, code: str) -> Organization:
        if code not in self.organizations:
            refuse(_("no organisation has the code %(word)s"), code)
        return self.organizations[code]

    def person(self, username: str) -> Person:
        if username not in self.people:
            refuse(_("nobody has the user name %(word)s"), username)
        return self.people[username]


def one_register_at_a_time() -> None:
    """Let one registration wait for the other: both would make the rows that neither finds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('workflow.register'))")


def refuse(rule: str | Promise, word: str) -> NoReturn:
    """Raise RegisterRefused with the rule and the word that breaks it."""
    raise errors.RegisterRefused(rule=str(rule) % {"word": word})


def apply(row: Model, wanted: Mapping[str, Any]) -> set[str]:
    """Set what differs on the row; returns the names. Does not save."""
    different = {name for name, value in wanted.items() if getattr(row, name) != value}
    for name in different:
        setattr(row, name, wanted[name])
    return different

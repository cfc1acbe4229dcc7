"""Accounts: the people an administrator chooses from, what may be done for one of them, and a person's own switches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Lower, Replace
from django.utils.translation import gettext as _

from workflow import errors
from workflow.choices import Channel, NoticeMode, Relation, Role, Stream, Verb
from workflow.delivery.catalogue import CATALOGUE, Line
from workflow.flows.holdings import holdings_of
from workflow.flows.inputs import seats_on
from workflow.models import Event, Organization, Person, Seat
from workflow.models.tree import lines_up
from workflow.queries.notices import switches
from workflow.queries.seats import Place, places_of
from workflow.rules.access import held
from workflow.rules.calendar import local_day
from workflow.rules.vietnamese import search_fold

MOST = 20


@dataclass(frozen=True, slots=True)
class Known:
    """A person in the list to choose from, with the seats of today."""

    person: Person
    places: Sequence[str]


def _bare(field: str) -> Func:
    """The column without case and diacritics, as search_fold makes it."""
    small = Replace(Lower(F(field)), Value("đ"), Value("d"))
    apart = Func(small, function="normalize", template="normalize(%(expressions)s, NFD)", output_field=TextField())
    return Func(
        apart, Value("[\u0300-\u036f]"), Value(""), Value("g"), function="regexp_replace", output_field=TextField()
    )


def people_found(text: str) -> list[Known]:
    """People by a part of the name without diacritics, or by user name; for administrators only. Two queries."""
    folded = search_fold(text)
    if not folded:
        return []
    rows = Person.objects.annotate(bare=_bare("full_name")).filter(
        Q(bare__contains=folded) | Q(username__icontains=text.strip()), is_active=True
    )
    return _with_places(list(rows.order_by("full_name", "pk")[:MOST]))


def _with_places(people: Sequence[Person]) -> list[Known]:
    places: dict[int, list[str]] = {}
    seats = Seat.objects.filter(person__in=people, until__isnull=True).select_related("organization")
    for seat in seats.order_by("organization__name_sort", "role"):
        places.setdefault(seat.person_id, []).append(f"{seat.get_role_display()} · {seat.organization.name}")
    return [Known(person, places.get(person.pk, [])) for person in people]


@dataclass(frozen=True, slots=True)
class AccountCard:
    """A person as an administrator, or who vouches for the signature, sees him."""

    person: Person
    places: Sequence[Place]
    may_issue: bool
    may_release: bool


def account_card(person_id: int, actor: Person, now: datetime) -> AccountCard:
    """Raises NotVisible for whom the actor knows by no seat, NotYourDesk without any power over the account."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise errors.NotVisible
    places = places_of(person, now)
    coming = Q(until__isnull=True) | Q(until__gte=local_day(now))
    units = set(Seat.objects.filter(coming, person=person).values_list("organization_id", flat=True))
    lines = list(lines_up(units).values())
    roots = list(Organization.objects.filter(parent=None).values_list("pk", flat=True))
    holdings = holdings_of(actor, sorted({one for up in [*lines, roots] for one in up}), now)

    def administers(up: Sequence[int]) -> bool:
        return any(held(holdings, one, {Role.ADMINISTRATOR}) for one in up)

    asked = lines if lines and not (person.is_staff or person.is_superuser) else [*lines, roots]
    issue = actor.pk != person.pk and all(administers(up) for up in asked)
    superior = any(len(up) > 1 and held(holdings, up[1], {Role.SECRETARY, Role.LEADER}) for up in lines)
    vouches = actor.pk != person.pk and (superior or any(administers(up) for up in lines))
    if not holdings:
        raise errors.NotVisible
    if not issue and not vouches:
        raise errors.NotYourDesk(verb=Verb.ISSUE_CODE.label, desk=Role.ADMINISTRATOR.label)
    release = vouches and not person.must_change_password and _waits_for_another(person, actor)
    return AccountCard(person, places, issue, release)


def _waits_for_another(person: Person, actor: Person) -> bool:
    """Whether signing is held, and not after a code that the actor himself issued."""
    held_since = person.signing_hold_since
    if held_since is None:
        return False
    codes = Event.objects.filter(stream=Stream.ACCOUNT, stream_id=person.pk, verb=Verb.ISSUE_CODE, at__gte=held_since)
    return not codes.filter(actor=actor).exists()


@dataclass(frozen=True, slots=True)
class Way:
    channel: Channel
    mode: NoticeMode
    modes: Sequence[NoticeMode]

    @property
    def field(self) -> str:
        return f"mode-{self.channel}"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice: an example of what it says, and by which ways the person gets it."""

    verb: Verb
    example: str
    mandatory: bool
    ways: Sequence[Way]


def kinds_of_notice(person: Person, now: datetime) -> list[Kind]:
    """What leaves the system for somebody with the person's seats of today. Two queries."""
    roles = frozenset(
        Role(role) for role in Seat.objects.filter(seats_on(now), person=person).values_list("role", flat=True)
    )
    ways: dict[Verb, list[Way]] = {}
    for one in switches(person):
        allowed = [
            mode
            for mode in NoticeMode
            if not (mode == NoticeMode.OFF and one.mandatory)
            and not (mode == NoticeMode.DIGEST and one.channel == Channel.GATEWAY)
        ]
        ways.setdefault(one.verb, []).append(Way(one.channel, one.mode, allowed))
    return [
        Kind(verb, example(CATALOGUE[verb]), CATALOGUE[verb].mandatory, found)
        for verb, found in ways.items()
        if _concerns(CATALOGUE[verb], roles)
    ]


def _concerns(line: Line, roles: frozenset[Role]) -> bool:
    heard = line.audience.get(Relation.OWN, frozenset()) | line.audience.get(Relation.ISSUER, frozenset())
    return bool(heard & roles) or line.named or line.counted or line.by_rung


def example(line: Line) -> str:
    """The sentence of a notice with a made-up unit, report and day."""
    return str(line.sentence) % {
        "unit": _("the Cell of the Department X"),
        "report": _("review of five years"),
        "due": _("17:00, 29/07"),
        "state": _("Waiting for signature"),
        "number": "12-BC/CB",
        "days": "02",
        "count": 7,
    }

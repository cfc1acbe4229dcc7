"""Two committees with many units, registered through the action, and a plain record of who sits where."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from workflow.actions.notices import set_preference
from workflow.actions.register import CalendarDraft, OrganizationDraft, PersonDraft, SeatDraft, TermDraft, register
from workflow.choices import Channel, DayKind, NoticeMode, OrganizationKind, Role, Verb
from workflow.models import Person

COMMITTEES = ("duk", "dub")


@dataclass
class Cast:
    """`seats` are (place, role, person); `chosen` is what persons chose of verbs by e-mail."""

    seats: list[tuple[str, Role, str]]
    units: dict[str, list[str]]
    people: dict[str, Person]
    places: dict[str, int]
    emails: dict[str, str]
    chosen: dict[tuple[str, str], str]
    days_off: set[date]

    @cached_property
    def sitting(self) -> dict[tuple[str, str], set[str]]:
        """Who holds the seats of a role at a place."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for place, role, who in self.seats:
            found[place, role].add(who)
        return found

    def holder(self, place: str, role: Role) -> Person | None:
        """Whoever holds the seat, the first one where several do."""
        return next((self.people[who] for where, what, who in self.seats if (where, what) == (place, role)), None)

    def writers(self, committee: str) -> list[str]:
        """The units that have both a drafter and a secretary."""
        return [one for one in self.units[committee] if {Role.DRAFTER, Role.SECRETARY} <= self.roles_at(one)]

    def roles_at(self, place: str) -> set[Role]:
        return {role for role in Role if self.sitting[place, role]}


def seats_of(committee: str, size: int) -> Iterator[tuple[str, Role, str]]:
    """Some units have no drafter, some nobody but a deputy; some drafters write for two units."""
    yield (committee, Role.OFFICER, f"{committee}-officer")
    yield (committee, Role.OFFICER, f"{committee}-second")
    yield (committee, Role.LEADER, f"{committee}-leader")
    yield (committee, Role.DRAFTER, f"{committee}-officer")
    yield (committee, Role.SECRETARY, f"{committee}-leader")
    for n in range(size):
        unit = f"{committee}-{n}"
        if n % 7 != 3 and n % 11 != 5:
            yield (unit, Role.DRAFTER, f"{committee}-{n - 1 if n % 10 == 9 else n}-drafter")
        if n % 11 != 5:
            yield (unit, Role.SECRETARY, f"{unit}-secretary")
        if n % 3 == 0 or n % 11 == 5:
            yield (unit, Role.DEPUTY, f"{unit}-deputy")


def register_cast(size: int, now: datetime, begins: datetime) -> Cast:
    """`size` units below each committee; half of the people have an e-mail address."""
    since = begins.date() - timedelta(days=400)
    units = {committee: [f"{committee}-{n}" for n in range(size)] for committee in COMMITTEES}
    seats = [seat for committee in COMMITTEES for seat in seats_of(committee, size)]
    names = sorted({who for _place, _role, who in seats})
    emails = {name: f"{name}@chaos.example" if n % 2 else "" for n, name in enumerate(names)}
    # A year without days off is taken for one that nobody has entered.
    days_off = {date(year, 1, 1) for year in range(since.year, now.year + 2)} | {now.date() - timedelta(days=9)}
    below = {"tu": "", **dict.fromkeys(COMMITTEES, "tu"), **{one: up for up, ones in units.items() for one in ones}}
    kinds = {"tu": OrganizationKind.PROVINCE_COMMITTEE, **dict.fromkeys(COMMITTEES, OrganizationKind.BLOC_COMMITTEE)}
    written = register(
        organizations=[
            OrganizationDraft(
                code=place, parent=up, kind=kinds.get(place, OrganizationKind.GRASSROOTS_CELL), name=f"Chi bộ {place}"
            )
            for place, up in below.items()
        ],
        people=[PersonDraft(username=name, full_name=f"Nguyễn {name}", email=emails[name]) for name in names],
        seats=[SeatDraft(organization=place, role=role, person=who, since=since) for place, role, who in seats],
        terms=[TermDraft(organization=place, since=since) for place in below],
        calendar=[CalendarDraft(day=day, kind=DayKind.HOLIDAY, note="Nghỉ") for day in sorted(days_off)],
        actor=None,
        now=begins,
    )
    people, places = dict(written.people), {code: row.pk for code, row in written.organizations.items()}
    return Cast(seats, units, people, places, emails, _choose(people), days_off)


def _choose(people: dict[str, Person]) -> dict[tuple[str, str], str]:
    """Let some persons switch e-mails off or have them at once."""
    chosen: dict[tuple[str, str], str] = {}
    for n, (name, person) in enumerate(sorted(people.items())):
        for verb, mode, every in (
            (Verb.DUE_NEAR, NoticeMode.OFF, 9),
            (Verb.OVERDUE, NoticeMode.NOW, 7),
            (Verb.REMIND, NoticeMode.DIGEST, 5),
            (Verb.AMEND, NoticeMode.OFF, 4),
        ):
            if n % every == 1:
                set_preference(actor=person, verb=verb, channel=Channel.EMAIL, mode=mode)
                chosen[name, verb] = mode
    return chosen

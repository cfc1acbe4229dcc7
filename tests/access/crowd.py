"""One person for every seat and relation to the report of `party`, issued by `duk`; each holds this and nothing else.

Who is neither in the unit nor at the issuer sees nothing from any seat, so one person holds all of them at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from tests.builders import NOW, SINCE, World, build_world, kept
from tests.refusals import Snapshot, snapshot
from workflow import errors
from workflow.actions.organizations import appoint_stand_in, end_seat
from workflow.actions.register import PersonDraft, SeatDraft, register
from workflow.choices import Body, ReviewMode, Role
from workflow.models import Person, Report, Seat

# Everything is tried at this moment; the steps before it were taken from NOW on.
AT = NOW + timedelta(days=10)
TODAY = date(2026, 6, 11)
DAY = timedelta(days=1)
FAR = date(2099, 12, 31)

RELATIONS = {"own": "party", "issuer": "duk", "other": "cell", "grandparent": "tu", "below": "sub"}
APART = ["other", "grandparent", "below"]
SEATS = [f"{relation} {role}" for relation in ("own", "issuer") for role in Role]
EVERY_SEAT = [SeatDraft(code, "", role, SINCE) for code in RELATIONS.values() for role in Role]
# Persons who once held, or will hold, or hold without being active, every seat at once.
WITHOUT_TODAY = {"ended seats": (SINCE, TODAY - DAY), "future seats": (TODAY + DAY, FAR), "inactive": (SINCE, FAR)}
STAND_INS = {
    # name: first and last day of the stand-in
    "standing in": (TODAY, TODAY),
    "stood in until yesterday": (SINCE, TODAY - DAY),
    "stands in from tomorrow": (TODAY + DAY, None),
    "stand-in who lost the deputy seat": (SINCE, None),
}
SEATLESS = ["stranger", "superuser", *WITHOUT_TODAY, "stand-in who lost the deputy seat"]
EVERYBODY = [*SEATS, *APART, *WITHOUT_TODAY, *STAND_INS, "stranger", "superuser"]


@dataclass
class Crowd:
    world: World
    people: dict[str, Person]

    @property
    def report(self) -> Report:
        return self.world.report("party")


@kept
def build_crowd(mode: ReviewMode = ReviewMode.OPINIONS) -> Crowd:
    world = build_world(mode)
    names = {name: f"x{number}" for number, name in enumerate(EVERYBODY)}
    seats = [
        SeatDraft(RELATIONS[relation], names[f"{relation} {role}"], role, SINCE, FAR, *_vote(role))
        for relation in ("own", "issuer")
        for role in Role
    ]
    seats += [
        SeatDraft(RELATIONS[relation], names[relation], role, SINCE, FAR, *_vote(role))
        for relation in APART
        for role in Role
    ]
    for name, (since, until) in WITHOUT_TODAY.items():
        seats += [SeatDraft(seat.organization, names[name], seat.role, since, until) for seat in EVERY_SEAT]
    seats += [SeatDraft("party", names[name], Role.DEPUTY, SINCE) for name in STAND_INS]
    register(
        people=[PersonDraft(username, full_name=name) for name, username in names.items()],
        seats=seats,
        actor=None,
        now=NOW,
    )
    people = {person.full_name: person for person in Person.objects.filter(username__in=names.values())}
    _stand_in(world, people)
    people["inactive"].is_active = False
    people["inactive"].save()
    people["superuser"].is_superuser = people["superuser"].is_staff = True
    people["superuser"].save()
    return Crowd(world, people)


def _vote(role: Role) -> tuple[bool, str]:
    return (True, Body.COMMITTEE) if role is Role.MEMBER else (False, "")


def _stand_in(world: World, people: dict[str, Person]) -> None:
    for name, (since, until) in STAND_INS.items():
        appoint_stand_in(
            organization_id=world.party.pk,
            actor=world.son,
            person_id=people[name].pk,
            since=since,
            until=until,
            basis="Thông báo số 03-TB/ĐU",
            now=NOW,
        )
    lost = Seat.objects.get(person=people["stand-in who lost the deputy seat"])
    end_seat(seat_id=lost.pk, actor=world.xuan, until=TODAY - DAY, now=NOW)


def outcome(act: Callable[[], object], before: Snapshot) -> str:
    """How a try ends: done (and undone again), or refused with 403 or 404."""
    try:
        with transaction.atomic():
            act()
            changed = snapshot() != before
            transaction.set_rollback(True)
            return "done" if changed else "done without effect"
    except errors.NotYourDesk:
        return "403"
    except errors.NotVisible:
        return "404"

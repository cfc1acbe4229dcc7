"""Two savers of one day at once: one row, one stream without a gap, whatever the order."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from django.db import IntegrityError

from tests.builders import World
from tests.concurrency.interleaving import interleaved, together
from tests.concurrency.scene import LATER
from workflow.actions import calendar
from workflow.actions.calendar import DayDraft, clear_days, seed_year, set_days
from workflow.actions.register import CalendarDraft, register
from workflow.choices import DayKind, Stream, Verb
from workflow.models import CalendarDay, Event, Organization, Person
from workflow.queries.integrity import check_integrity

TET = date(2027, 2, 8)


def saving(owner: Organization | None, actor: Person, note: str) -> Callable[[], int]:
    draft = DayDraft(TET, DayKind.HOLIDAY, note)
    owner_id = None if owner is None else owner.pk
    return partial(set_days, organization_id=owner_id, days=[draft], actor=actor, now=LATER)


def told(organization: Organization) -> list[int]:
    events = Event.objects.filter(stream=Stream.ORGANIZATION, stream_id=organization.pk, verb=Verb.SET_CALENDAR)
    return list(events.order_by("seq").values_list("seq", flat=True))


def test_two_savers_of_one_own_day_write_one_row(shared_world: World) -> None:
    world = shared_world

    outcome = interleaved(saving(world.duk, world.dung, "Tết"), saving(world.duk, world.yen, "Tết Đinh Mùi"))

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert CalendarDay.objects.get(organization=world.duk, day=TET).note == "Tết Đinh Mùi"
    assert check_integrity() == []


def test_two_savers_of_one_general_day_write_one_row(shared_world: World) -> None:
    world = shared_world
    before = len(told(world.tu))

    outcome = interleaved(saving(None, world.xuan, "Tết"), saving(None, world.ngoc, "Tết Đinh Mùi"))

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert CalendarDay.objects.get(organization=None, day=TET).note == "Tết Đinh Mùi"
    assert len(told(world.tu)) == before + 2
    assert check_integrity() == []


@pytest.mark.parametrize("general", [False, True])
def test_without_the_lock_two_savers_break_a_constraint(
    shared_world: World, monkeypatch: pytest.MonkeyPatch, general: bool
) -> None:
    world = shared_world
    teller = world.tu if general else world.duk
    monkeypatch.setattr(calendar, "_locked", lambda *_asked: [teller.pk])
    owner = None if general else world.duk

    outcome = interleaved(saving(owner, world.xuan, "Tết"), saving(owner, world.ngoc, "Tết Đinh Mùi"))

    assert not outcome.waited
    assert outcome.winners == [1]
    assert isinstance(outcome.errors[0], IntegrityError)


def test_a_registration_and_a_saver_of_one_general_day_wait_for_each_other(shared_world: World) -> None:
    world = shared_world
    tet = CalendarDraft(day=TET, kind=DayKind.HOLIDAY, note="Tết")

    outcome = interleaved(
        partial(register, calendar=[tet], actor=None, now=LATER), saving(None, world.xuan, "Tết Đinh Mùi")
    )

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert CalendarDay.objects.get(organization=None, day=TET).note == "Tết Đinh Mùi"
    assert check_integrity() == []


def test_everything_about_the_calendar_at_once_hangs_nobody(shared_world: World) -> None:
    world = shared_world
    tet = CalendarDraft(day=TET, kind=DayKind.HOLIDAY, note="Tết")

    outcome = together(
        saving(None, world.xuan, "Tết"),
        saving(world.duk, world.dung, "Tết"),
        saving(world.tu, world.uyen, "Tết"),
        partial(seed_year, year=2027, actor=world.ngoc, now=LATER),
        partial(clear_days, organization_id=None, days=[TET], actor=world.xuan, now=LATER),
        partial(register, calendar=[tet], actor=None, now=LATER),
    )

    assert outcome.winners == list(range(6))
    assert check_integrity() == []

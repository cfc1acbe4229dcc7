import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from tests.builders import NOW, SINCE, World
from workflow import errors
from workflow.actions.organizations import confirm_seat, end_seat, rename_organization
from workflow.actions.register import (
    CalendarDraft,
    OrganizationDraft,
    PersonDraft,
    SeatDraft,
    TermDraft,
    register,
)
from workflow.choices import Body, DayKind, OrganizationKind, Role, Stream, Verb
from workflow.models import CalendarDay, Event, Organization, OrganizationName, Person, Seat, Term
from workflow.models.sql import each_of

pytestmark = pytest.mark.django_db

KHOI = OrganizationDraft(code="khoi", kind=OrganizationKind.BLOC_COMMITTEE, name="Đảng ủy Khối", symbol="ĐUK")
CELL = OrganizationDraft(code="so-y-te", kind=OrganizationKind.GRASSROOTS_CELL, name="Chi bộ Sở Y tế", parent="khoi")
HOA = PersonDraft(username="hoa", full_name="Trần Thị Hòa")
NAM = PersonDraft(username="nam-y-te", full_name="Lê Nam")
HEAD = SeatDraft(organization="so-y-te", person="hoa", role=Role.SECRETARY, since=SINCE)
TYPIST = SeatDraft(organization="so-y-te", person="nam-y-te", role=Role.DRAFTER, since=SINCE)
WHOLE: dict[str, Any] = {
    "organizations": [CELL, KHOI],
    "people": [HOA, NAM],
    "seats": [HEAD, TYPIST],
    "terms": [TermDraft(organization="so-y-te", since=SINCE)],
    "calendar": [CalendarDraft(day=date(2026, 9, 2), kind=DayKind.HOLIDAY, note="Quốc khánh")],
    "actor": None,
    "now": NOW,
}


def test_children_may_come_before_their_parents():
    done = register(**WHOLE)

    assert done.organizations["so-y-te"].parent == done.organizations["khoi"]
    assert done.made == {"organizations": 2, "people": 2, "terms": 1, "seats": 2, "days": 1}
    assert not any(done.changed.values())


def test_a_second_time_writes_nothing_and_tells_nothing():
    register(**WHOLE)
    before = Event.objects.count()

    again = register(**WHOLE)

    assert not any(again.made.values())
    assert not any(again.changed.values())
    assert Event.objects.count() == before


def test_a_thousand_seats_take_as_many_queries_as_two(django_assert_max_num_queries):
    people = [PersonDraft(username=f"p{n}", full_name=f"Người {n}") for n in range(1000)]
    seats = [SeatDraft("so-y-te", person.username, Role.MEMBER, SINCE, None, True, Body.CELL) for person in people]
    with django_assert_max_num_queries(25):
        register(**WHOLE | {"people": [*people, HOA, NAM], "seats": [*seats, HEAD, TYPIST]})

    assert Seat.objects.count() == 1002


def test_accounts_are_found_among_more_names_than_a_statement_takes_parameters():
    register(**WHOLE)
    names = [f"nobody-{n}" for n in range(70_000)]

    assert Person.objects.get(username__in=each_of([*names, "hoa"])).full_name == "Trần Thị Hòa"


def test_names_are_kept_in_nfc_with_sort_key_search_text_and_the_name_in_force():
    typed = unicodedata.normalize("NFD", "Chi bộ Sở Y tế")
    done = register(**WHOLE | {"organizations": [KHOI, replace(CELL, name=typed)]})

    cell = Organization.objects.get(code="so-y-te")
    assert cell.name == unicodedata.normalize("NFC", typed)
    assert cell.search_fold == "chi bo so y te"
    assert cell.name_sort
    assert cell.letterhead_name == "CHI BỘ SỞ Y TẾ"
    assert OrganizationName.objects.get(organization=cell).since == done.organizations["so-y-te"].active_from


def test_accounts_have_no_password():
    register(**WHOLE)

    assert not Person.objects.get(username="hoa").has_usable_password()


def test_what_differs_is_corrected_and_told():
    register(**WHOLE)
    bigger = replace(CELL, official_members=9, name="Chi bộ Sở Y tế tỉnh")

    done = register(**WHOLE | {"organizations": [KHOI, bigger], "people": [replace(HOA, phone="0900"), NAM]})

    assert done.changed == {"organizations": 1, "people": 1, "terms": 0, "seats": 0, "days": 0}
    cell = Organization.objects.get(code="so-y-te")
    assert (cell.official_members, cell.search_fold) == (9, "chi bo so y te tinh")
    assert OrganizationName.objects.get(organization=cell).name == "Chi bộ Sở Y tế tỉnh"
    last = Event.objects.filter(stream=Stream.ORGANIZATION, stream_id=cell.pk).latest("seq")
    assert last.verb == Verb.REGISTER_ORGANIZATION
    assert "official_members" in last.facts["changed"]


def test_every_organization_and_seat_is_told_once_in_one_chain():
    done = register(**WHOLE)

    cell = done.organizations["so-y-te"].pk
    told = Event.objects.filter(stream=Stream.ORGANIZATION, stream_id=cell).order_by("seq")
    assert [event.verb for event in told] == [
        Verb.REGISTER_ORGANIZATION,
        Verb.START_TERM,
        Verb.GRANT_SEAT,
        Verb.GRANT_SEAT,
    ]
    assert [event.seq for event in told] == [1, 2, 3, 4]
    assert {event.actor for event in told} == {None}


def test_an_ended_seat_stays_ended_and_a_new_name_stays(world: World):
    seat = Seat.objects.get(organization=world.cell, role=Role.CLERK)
    end_seat(seat_id=seat.pk, actor=world.xuan, until=date(2026, 5, 31), now=NOW)
    rename_organization(
        organization_id=world.cell.pk,
        actor=world.xuan,
        name="Chi bộ Sở Khoa học và Công nghệ",
        letterhead_name="CHI BỘ SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        letterhead_above="",
        symbol="CB",
        since=date(2026, 6, 1),
        now=NOW,
    )
    as_before = OrganizationDraft(
        code="cell",
        kind=OrganizationKind.GRASSROOTS_CELL,
        name="Chi bộ Sở Thông tin và Truyền thông",
        parent="duk",
        official_members=5,
    )

    register(
        organizations=[as_before],
        seats=[SeatDraft(organization="cell", person="mai", role=Role.CLERK, since=SINCE)],
        actor=None,
        now=NOW,
    )

    seat.refresh_from_db()
    world.cell.refresh_from_db()
    assert seat.until == date(2026, 5, 31)
    assert (world.cell.name, world.cell.official_members) == ("Chi bộ Sở Khoa học và Công nghệ", 5)


def test_seats_from_the_console_are_confirmed_at_once():
    register(**WHOLE)

    assert Seat.objects.get(role=Role.SECRETARY).confirmed_at == NOW


def test_signing_seats_from_an_administrator_wait_for_a_second_person(world: World):
    register(
        people=[HOA, NAM],
        seats=[
            SeatDraft(organization="cell", person="hoa", role=Role.DEPUTY, since=SINCE),
            SeatDraft(organization="cell", person="nam-y-te", role=Role.DRAFTER, since=SINCE),
        ],
        actor=world.xuan,
        now=NOW,
    )

    waiting = Seat.objects.get(person__username="hoa")
    assert (waiting.granted_by, waiting.confirmed_at) == (world.xuan, None)
    assert Seat.objects.get(person__username="nam-y-te").confirmed_at == NOW
    assert confirm_seat(seat_id=waiting.pk, actor=world.ngoc, now=NOW).confirmed_by == world.ngoc


def test_an_administrator_reaches_his_own_part_of_the_tree_only(world: World):
    here = SeatDraft(organization="cell", person="nam", role=Role.ADMINISTRATOR, since=SINCE)
    register(seats=[here], actor=None, now=NOW)
    below_the_cell = replace(CELL, parent="cell", kind=OrganizationKind.SUB_CELL)

    register(organizations=[below_the_cell], actor=world.nam, now=NOW)

    assert Organization.objects.get(code="so-y-te").parent == world.cell
    for reach in (
        {"organizations": [replace(CELL, code="elsewhere", parent="duk")]},
        {"organizations": [replace(KHOI, code="root")]},
        {"organizations": [replace(below_the_cell, parent="other")]},
        {"seats": [SeatDraft(organization="other", person="hung", role=Role.CLERK, since=SINCE)]},
        {"terms": [TermDraft(organization="other", since=NOW.date())]},
        {"calendar": [CalendarDraft(day=date(2026, 9, 3), kind=DayKind.HOLIDAY)]},
    ):
        with pytest.raises(errors.NotYourDesk):
            register(**reach, actor=world.nam, now=NOW)
    with pytest.raises(errors.NotYourDesk):
        register(organizations=[replace(below_the_cell, code="x")], actor=world.lan, now=NOW)


def test_an_administrator_changes_no_account_that_exists(world: World):
    register(people=[PersonDraft(username="khanh", full_name="X", email="mine@example.org")], actor=world.xuan, now=NOW)

    world.khanh.refresh_from_db()
    assert world.khanh.email == ""


def test_nobody_grants_himself_a_seat(world: World):
    with pytest.raises(errors.NotForYourself):
        register(
            seats=[SeatDraft(organization="cell", person="xuan", role=Role.DRAFTER, since=SINCE)],
            actor=world.xuan,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("difference", "refusal"),
    [
        ({"organizations": [CELL]}, errors.RegisterRefused),
        ({"organizations": [replace(KHOI, parent="so-y-te"), CELL]}, errors.RegisterRefused),
        ({"people": []}, errors.RegisterRefused),
        ({"seats": [replace(HEAD, organization="nowhere")]}, errors.RegisterRefused),
        ({"seats": [HEAD, replace(HEAD, person="nam-y-te")]}, errors.SeatTaken),
        ({"seats": [TYPIST, replace(TYPIST, since=SINCE + timedelta(days=1))]}, errors.SeatTaken),
        ({"seats": [replace(HEAD, until=SINCE - timedelta(days=1))]}, errors.PeriodReversed),
        ({"terms": [TermDraft("so-y-te", SINCE, SINCE - timedelta(days=1))]}, errors.PeriodReversed),
    ],
)
def test_a_refusal_leaves_nothing_behind(difference, refusal):
    with pytest.raises(refusal):
        register(**WHOLE | difference)

    assert not any(model.objects.exists() for model in (Organization, Person, Seat, Term, CalendarDay, Event))


def test_no_organisation_is_moved_below_itself():
    register(**WHOLE)
    with pytest.raises(errors.RegisterRefused):
        register(organizations=[CELL, replace(KHOI, parent="so-y-te")], actor=None, now=NOW)


def test_the_database_refuses_a_seat_confirmed_by_its_holder():
    done = register(**WHOLE)
    with pytest.raises(IntegrityError):
        Seat.objects.filter(role=Role.SECRETARY).update(confirmed_by=done.people["hoa"])

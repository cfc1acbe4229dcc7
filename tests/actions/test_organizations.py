"""The register: names, terms, seats, stand-ins. design.md sections 4 and 6."""

import unicodedata
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import NOW, World
from tests.refusals import refused
from workflow import errors
from workflow.actions import organizations
from workflow.choices import Role, Verb
from workflow.models import Event, Organization, OrganizationName, Seat, StandIn, Term

TODAY = NOW.date()
DAY = timedelta(days=1)


def grant(world: World, **given: Any) -> Seat:
    stated: dict[str, Any] = {
        "organization_id": world.cell.pk,
        "actor": world.xuan,
        "person_id": world.stranger.pk,
        "role": Role.DRAFTER,
        "since": TODAY,
        "now": NOW,
    } | given
    return organizations.grant_seat(**stated)


def rename(world: World, **given: Any) -> Organization:
    stated: dict[str, Any] = {
        "organization_id": world.cell.pk,
        "actor": world.xuan,
        "name": unicodedata.normalize("NFD", "Chi bộ Sở Khoa học và Công nghệ"),
        "letterhead_name": "CHI BỘ SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "letterhead_above": "ĐẢNG ỦY KHỐI",
        "symbol": "CB",
        "since": TODAY,
        "now": NOW,
    } | given
    return organizations.rename_organization(**stated)


# rename_organization, start_term


def test_a_name_holds_from_its_day_on_and_the_old_one_is_kept(world: World) -> None:
    renamed = rename(world)

    assert renamed.name == "Chi bộ Sở Khoa học và Công nghệ"
    assert renamed.search_fold == "chi bo so khoa hoc va cong nghe"
    assert list(OrganizationName.objects.filter(organization=world.cell).values_list("name", flat=True)) == [
        "Chi bộ Sở Thông tin và Truyền thông",
        "Chi bộ Sở Khoa học và Công nghệ",
    ]
    assert Event.objects.latest("pk").verb == Verb.RENAME_ORGANIZATION


def test_a_name_of_the_future_is_kept_and_does_not_hold_yet(world: World) -> None:
    assert rename(world, since=TODAY + DAY).name == "Chi bộ Sở Thông tin và Truyền thông"
    assert OrganizationName.objects.filter(organization=world.cell, since=TODAY + DAY).exists()


def test_a_new_term_ends_the_running_one_the_day_before(world: World) -> None:
    organizations.start_term(organization_id=world.cell.pk, actor=world.xuan, since=TODAY, now=NOW)

    terms = Term.objects.filter(organization=world.cell).order_by("since")
    assert [term.until for term in terms] == [TODAY - DAY, None]
    with refused(errors.PeriodReversed, "period_reversed"):
        organizations.start_term(organization_id=world.cell.pk, actor=world.xuan, since=TODAY, now=NOW)


# grant_seat, end_seat, confirm_seat


def test_nobody_grants_himself_a_seat(world: World) -> None:
    with refused(errors.NotForYourself, "not_for_yourself"):
        grant(world, person_id=world.xuan.pk)
    grant(world, person_id=world.ngoc.pk)


def test_one_person_is_secretary_and_nobody_holds_one_seat_twice(world: World) -> None:
    with refused(errors.SeatTaken, "seat_taken"):
        grant(world, role=Role.SECRETARY)
    with refused(errors.SeatTaken, "seat_taken"):
        grant(world, person_id=world.lan.pk)
    grant(world)
    organizations.end_seat(
        seat_id=Seat.objects.get(organization=world.cell, role=Role.SECRETARY).pk,
        actor=world.xuan,
        until=TODAY,
        now=NOW,
    )
    assert grant(world, role=Role.SECRETARY, since=TODAY + DAY).confirmed_at is None


def test_a_seat_ends_after_its_last_day_and_not_before_its_first(world: World) -> None:
    seat = Seat.objects.get(organization=world.cell, role=Role.CLERK)
    with refused(errors.PeriodReversed, "period_reversed"):
        organizations.end_seat(seat_id=seat.pk, actor=world.xuan, until=seat.since - DAY, now=NOW)
    with refused(errors.NotVisible, "not_visible"):
        organizations.end_seat(seat_id=0, actor=world.xuan, until=TODAY, now=NOW)

    assert organizations.end_seat(seat_id=seat.pk, actor=world.xuan, until=TODAY, now=NOW).until == TODAY


def confirm(world: World, seat: Seat, actor: Any) -> Seat:
    return organizations.confirm_seat(seat_id=seat.pk, actor=actor, now=NOW)


def test_a_signing_seat_is_confirmed_by_a_second_person(world: World) -> None:
    seat = grant(world, role=Role.DEPUTY)
    with refused(errors.NotForYourself, "not_for_yourself"):  # who granted it
        confirm(world, seat, world.xuan)
    with refused(errors.NotYourDesk, "not_your_desk"):  # who holds it
        confirm(world, seat, world.stranger)
    for actor in (world.hung, world.dung):  # neither administrator nor the superior's secretary or leader
        with refused(errors.NotYourDesk, "not_your_desk"):
            confirm(world, seat, actor)
    with refused(errors.NotVisible, "not_visible"):
        confirm(world, seat, world.oanh)

    confirm(world, seat, world.khanh)

    seat.refresh_from_db()
    assert (seat.confirmed_by, seat.confirmed_at) == (world.khanh, NOW)
    with refused(errors.AlreadyDone, "already_done"):
        confirm(world, seat, world.ngoc)


# appoint_stand_in, end_stand_in


def appoint(world: World, **given: Any) -> StandIn:
    stated: dict[str, Any] = {
        "organization_id": world.cell.pk,
        "actor": world.hung,
        "person_id": world.binh.pk,
        "since": TODAY,
        "until": TODAY + 9 * DAY,
        "basis": "Thông báo số 03-TB/CB",
        "now": NOW,
    } | given
    return organizations.appoint_stand_in(**stated)


def test_the_secretary_appoints_a_deputy_of_his_own_on_a_written_basis(world: World) -> None:
    with refused(errors.NotADeputy, "not_a_deputy"):
        appoint(world, person_id=world.nam.pk)
    with refused(errors.NotADeputy, "not_a_deputy"):
        appoint(world, person_id=world.quy.pk)  # of another cell
    with refused(errors.NotForYourself, "not_for_yourself"):
        appoint(world, person_id=world.hung.pk)
    with refused(errors.ReasonMissing, "reason_missing"):
        appoint(world, basis=" ")
    with refused(errors.PeriodReversed, "period_reversed"):
        appoint(world, until=TODAY - DAY)

    made = appoint(world)

    assert (made.person, made.made_by, made.until) == (world.binh, world.hung, TODAY + 9 * DAY)


def test_neither_the_administrator_nor_the_superior_nor_a_stand_in_appoints_while_the_seat_is_held(
    world: World,
) -> None:
    appoint(world)
    second = grant(world, role=Role.DEPUTY)
    for actor in (world.khanh, world.binh, world.lan):
        with refused(errors.NotYourDesk, "not_your_desk"):
            appoint(world, actor=actor, person_id=second.person_id)
    for actor in (world.xuan, world.viet, world.oanh):
        with refused(errors.NotVisible, "not_visible"):
            appoint(world, actor=actor)


def test_while_the_seat_is_vacant_the_secretary_above_appoints(world: World) -> None:
    seat = Seat.objects.get(organization=world.cell, role=Role.SECRETARY)
    organizations.end_seat(seat_id=seat.pk, actor=world.xuan, until=TODAY - DAY, now=NOW)
    with refused(errors.NotYourDesk, "not_your_desk"):
        appoint(world, actor=world.binh, person_id=world.hung.pk)

    assert appoint(world, actor=world.khanh).made_by == world.khanh


def test_a_stand_in_is_ended_by_who_may_appoint(world: World) -> None:
    made = appoint(world)
    with refused(errors.NotYourDesk, "not_your_desk"):
        organizations.end_stand_in(stand_in_id=made.pk, actor=world.binh, until=TODAY, now=NOW)
    with refused(errors.PeriodReversed, "period_reversed"):
        organizations.end_stand_in(stand_in_id=made.pk, actor=world.hung, until=TODAY - DAY, now=NOW)

    assert organizations.end_stand_in(stand_in_id=made.pk, actor=world.hung, until=TODAY, now=NOW).until == TODAY


# who may: the administrator of the organisation or above, and nobody else


@pytest.mark.parametrize("verb", ["rename", "term", "grant", "end"])
def test_the_register_is_written_by_administrators_only(world: World, verb: str) -> None:
    clerk = Seat.objects.get(organization=world.cell, role=Role.CLERK)
    acts: dict[str, Any] = {
        "rename": lambda actor: rename(world, actor=actor),
        "term": lambda actor: organizations.start_term(
            organization_id=world.cell.pk, actor=actor, since=TODAY, now=NOW
        ),
        "grant": lambda actor: grant(world, actor=actor, person_id=world.nam.pk),
        "end": lambda actor: organizations.end_seat(seat_id=clerk.pk, actor=actor, until=TODAY, now=NOW),
    }
    world.stranger.is_superuser = world.stranger.is_staff = True
    world.stranger.save()
    for actor in (world.lan, world.hung, world.dung, world.khanh, world.viet):
        with refused(errors.NotYourDesk, "not_your_desk"):
            acts[verb](actor)
    for actor in (world.oanh, world.sub_secretary, world.stranger):
        with refused(errors.NotVisible, "not_visible"):
            acts[verb](actor)
    world.xuan.is_active = False
    with refused(errors.NotVisible, "not_visible"):
        acts[verb](world.xuan)
    acts[verb](world.ngoc)


def test_who_is_not_active_confirms_nothing(world: World) -> None:
    seat = grant(world, role=Role.DEPUTY)
    world.khanh.is_active = False
    with refused(errors.NotVisible, "not_visible"):
        confirm(world, seat, world.khanh)

"""Events of one stream written at once: numbered without a gap, whoever writes them."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from tests.builders import NOW, World, prepared_campaign
from tests.concurrency.interleaving import interleaved, together
from tests.concurrency.scene import LATER, REASON, Scene
from workflow.actions import campaigns, opening, organizations
from workflow.actions.register import CalendarDraft, SeatDraft, register
from workflow.choices import DayKind, ReportState, Role, Stream, Verb
from workflow.models import Campaign, Event, Organization, Report, Seat
from workflow.queries.integrity import check_integrity

BEFORE_THE_COMMIT_OF_AN_EVENT = '^UPDATE "workflow_report"'


def places(stream: Stream, stream_id: int) -> list[int]:
    events = Event.objects.filter(stream=stream, stream_id=stream_id).order_by("seq")
    return list(events.values_list("seq", flat=True))


def test_eight_at_once_on_one_report_are_numbered_without_a_gap(shared_world: World) -> None:
    scene = Scene.at(shared_world, ReportState.DRAFT)
    before = len(places(Stream.REPORT, scene.report_id))

    outcome = together(*[scene.assign] * 8)

    assert outcome.winners == list(range(8))
    assert places(Stream.REPORT, scene.report_id) == list(range(1, before + 9))
    assert check_integrity() == []


def test_without_the_row_lock_two_events_take_the_same_place(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LOCK_REPORT", "")
    scene = Scene.at(shared_world, ReportState.DRAFT)

    outcome = interleaved(scene.assign, scene.assign, before=BEFORE_THE_COMMIT_OF_AN_EVENT)

    assert len(outcome.winners) == 1
    assert "event_seq" in str(outcome.accidents[0])


@pytest.fixture
def cascade(shared_world: World) -> tuple[Campaign, Campaign]:
    """The province's request, and the Khối's own that gathers for its report."""
    world = shared_world
    upper = prepared_campaign(world.tu, world.uyen, number="810-CV/TU")
    campaigns.open_campaign(campaign_id=upper.pk, actor=world.uyen, now=NOW)
    answered = Report.objects.get(campaign=upper, organization=world.duk)
    lower = prepared_campaign(world.duk, world.dung, number="650-CV/ĐUK", answers=answered)
    campaigns.open_campaign(campaign_id=lower.pk, actor=world.dung, now=NOW)
    return upper, lower


def cancelling(world: World, campaign: Campaign) -> Callable[[], Campaign]:
    return partial(campaigns.cancel, campaign_id=campaign.pk, actor=world.viet, reason=REASON, now=LATER)


def cutting_off(world: World, campaign: Campaign) -> Callable[[], Campaign]:
    return partial(campaigns.cut_off, campaign_id=campaign.pk, actor=world.dung, now=LATER)


def test_a_cancelled_upper_request_tells_a_lower_one_that_somebody_works_on(
    shared_world: World, cascade: tuple[Campaign, Campaign]
) -> None:
    upper, lower = cascade

    outcome = interleaved(
        cutting_off(shared_world, lower), cancelling(shared_world, upper), before='^UPDATE "workflow_campaign"'
    )

    assert outcome.waited
    assert outcome.winners == [0, 1]
    told = Event.objects.filter(stream=Stream.CAMPAIGN, stream_id=lower.pk).order_by("seq")
    assert [event.verb for event in told][-2:] == [Verb.CUT_OFF, Verb.UPPER_CANCELLED]
    assert check_integrity() == []


def test_without_the_lock_on_the_lower_request_two_events_take_the_same_place(
    shared_world: World, cascade: tuple[Campaign, Campaign]
) -> None:
    upper, lower = cascade

    def unlocked() -> None:
        def skip_the_lock(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            return execute(re.sub(r"FOR NO KEY UPDATE( OF [\w\".]+)?\s*$", "", sql), params, many, context)

        with connection.execute_wrapper(skip_the_lock):
            cancelling(shared_world, upper)()

    outcome = interleaved(cutting_off(shared_world, lower), unlocked, before='^UPDATE "workflow_campaign"')

    assert outcome.winners == [0]
    assert "event_seq" in str(outcome.accidents[0])


def test_an_upper_request_that_is_cancelled_first_is_told_before_the_lower_one_goes_on(
    shared_world: World, cascade: tuple[Campaign, Campaign]
) -> None:
    upper, lower = cascade

    outcome = interleaved(
        cancelling(shared_world, upper), cutting_off(shared_world, lower), before='^UPDATE "workflow_campaign"', nth=2
    )

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert check_integrity() == []


@pytest.fixture
def waiting_seats(shared_world: World) -> list[Seat]:
    """Two deputies' seats of one cell that wait for a second person."""
    world = shared_world
    return [
        organizations.grant_seat(
            organization_id=world.cell.pk,
            actor=world.xuan,
            person_id=person.pk,
            role=Role.DEPUTY,
            since=NOW.date(),
            now=NOW,
        )
        for person in (world.lan, world.nam)
    ]


def confirming(world: World, seat: Seat) -> Callable[[], Seat]:
    return partial(organizations.confirm_seat, seat_id=seat.pk, actor=world.ngoc, now=LATER)


def test_two_seats_of_one_cell_are_confirmed_at_once(shared_world: World, waiting_seats: list[Seat]) -> None:
    one, two = waiting_seats
    before = len(places(Stream.ORGANIZATION, shared_world.cell.pk))

    outcome = interleaved(confirming(shared_world, one), confirming(shared_world, two))

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert places(Stream.ORGANIZATION, shared_world.cell.pk) == list(range(1, before + 3))
    assert check_integrity() == []


def test_of_two_confirmations_of_one_seat_the_second_is_told(shared_world: World, waiting_seats: list[Seat]) -> None:
    seat = waiting_seats[0]

    outcome = interleaved(confirming(shared_world, seat), confirming(shared_world, seat))

    assert outcome.waited
    assert outcome.winners == [0]
    assert len(outcome.refusals) == 1


def test_of_two_secretaries_seated_at_once_one_is_seated(shared_world: World) -> None:
    world = shared_world
    head = Seat.objects.get(organization=world.cell, role=Role.SECRETARY)
    organizations.end_seat(seat_id=head.pk, actor=world.xuan, until=NOW.date(), now=NOW)

    def seating(person: str, actor: str) -> Seat:
        return organizations.grant_seat(
            organization_id=world.cell.pk,
            actor=world.people[actor],
            person_id=world.people[person].pk,
            role=Role.SECRETARY,
            since=date(2026, 6, 2),
            now=LATER,
        )

    outcome = interleaved(partial(seating, "lan", "xuan"), partial(seating, "binh", "ngoc"))

    assert outcome.waited
    assert outcome.winners == [0]
    assert len(outcome.refusals) == 1
    assert check_integrity() == []


def ending(world: World, until: date) -> Callable[[], Seat]:
    clerk = Seat.objects.get(organization=world.cell, role=Role.CLERK)
    return partial(organizations.end_seat, seat_id=clerk.pk, actor=world.xuan, until=until, now=LATER)


def test_a_seat_ended_while_a_register_corrects_it_hangs_nobody(shared_world: World) -> None:
    """Ending once locked the seat before the organisation, the register the other way round: a deadlock."""
    correction = SeatDraft("cell", "mai", Role.CLERK, date(2025, 7, 1), until=date(2026, 7, 1))

    outcome = interleaved(
        partial(register, seats=[correction], actor=None, now=LATER),
        ending(shared_world, date(2026, 6, 30)),
        before='^UPDATE "workflow_seat"',
    )

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert Seat.objects.get(organization=shared_world.cell, role=Role.CLERK).until == date(2026, 6, 30)
    assert check_integrity() == []


def test_general_days_off_and_a_new_name_of_the_root_are_told_in_order(shared_world: World) -> None:
    world = shared_world
    tet = CalendarDraft(day=date(2027, 2, 8), kind=DayKind.HOLIDAY, note="Tết")

    def rename() -> Organization:
        return organizations.rename_organization(
            organization_id=world.tu.pk,
            actor=world.xuan,
            name="Tỉnh ủy Lào Cai",
            letterhead_name="TỈNH ỦY LÀO CAI",
            letterhead_above="",
            symbol="TU",
            since=date(2026, 6, 1),
            now=LATER,
        )

    before = len(places(Stream.ORGANIZATION, world.tu.pk))

    outcome = interleaved(
        partial(rename_and_stay, rename), partial(register, calendar=[tet], actor=None, now=LATER), before="^SELECT 1$"
    )

    assert outcome.winners == [0, 1]
    assert places(Stream.ORGANIZATION, world.tu.pk) == list(range(1, before + 3))
    assert check_integrity() == []


def rename_and_stay(rename: Callable[[], Organization]) -> Organization:
    """Rename, and stand before the commit."""
    with transaction.atomic():
        renamed = rename()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    return renamed

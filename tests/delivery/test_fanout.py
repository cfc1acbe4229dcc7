"""From events to notices: each person once, by the seats of that moment; by which ways, and when."""

from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from django.db import transaction
from pytest_django import Settings

from tests.builders import NOW, World, open_upper, prepared_campaign, to_review, to_revising, to_signing
from tests.concurrency.interleaving import interleaved
from tests.delivery.outbox import drained, give_addresses, heard, outside
from tests.letters import LATE, issued
from workflow.actions import campaigns, drafting, intake, organizations, review
from workflow.actions.notices import set_digest_hour, set_preference
from workflow.actions.register import CalendarDraft, SeatDraft, register
from workflow.choices import Channel, DayKind, NoticeMode, OpinionKind, Role, Stream, Verb
from workflow.delivery import fanout
from workflow.delivery.fanout import fan_out
from workflow.models import Delivery, Event, Notice, Person, Rung, Seat, UrgingLetter
from workflow.queries.integrity import check_integrity
from workflow.rules.calendar import LOCAL

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MAIL, GATEWAY = Channel.EMAIL, Channel.GATEWAY
AT_ONCE, DIGEST, OFF = NoticeMode.NOW, NoticeMode.DIGEST, NoticeMode.OFF
EDITORS = {"lan", "hung", "binh"}


@pytest.fixture
def reached(world: World, settings: Settings) -> World:
    """Both channels are open, and everybody has an address."""
    settings.EMAIL_HOST = "mail.example.vn"
    settings.GATEWAY_URL = "https://gateway.example.vn/send"
    give_addresses()
    return world


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LOCAL)  # type: ignore[misc,arg-type]


def remind(world: World, unit: str = "cell", now: datetime = NOW) -> None:
    intake.remind(report_id=world.report(unit).pk, actor=world.dung, now=now)


def end(world: World, unit: str, role: Role) -> None:
    """The seat ended yesterday."""
    seat = Seat.objects.get(organization=world.units[unit], role=role)
    organizations.end_seat(seat_id=seat.pk, actor=world.xuan, until=NOW.date() - DAY, now=NOW)


# who


def test_whoever_did_it_is_not_told(world: World) -> None:
    assert "dung" not in heard(Verb.OPEN)
    assert heard(Verb.OPEN) == {"yen", "khanh", "long"}


def test_a_person_with_several_seats_is_told_once(world: World) -> None:
    remind(world, "party")
    assert Person.objects.get(username="thu").seats.filter(organization=world.party).count() > 1

    assert heard(Verb.REMIND) == {"thu", "son", "vinh"}


def test_telling_again_tells_nobody_twice(world: World) -> None:
    remind(world)
    fan_out(now=NOW)
    before = Notice.objects.count()
    assert before

    Event.objects.update(fanned_out=False)
    assert fan_out(now=NOW) == Event.objects.count()

    assert Notice.objects.count() == before
    assert check_integrity() == []
    assert fan_out(now=NOW) == 0


def test_what_happened_is_told_in_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Event.objects.filter(fanned_out=False).count()
    monkeypatch.setattr(fanout, "BATCH", 3)
    assert waiting > 9

    assert fan_out(now=NOW) == waiting

    assert not Event.objects.filter(fanned_out=False).exists()
    assert check_integrity() == []


def test_a_stand_in_gets_what_the_secretary_gets_and_only_while_he_stands_in(world: World) -> None:
    organizations.appoint_stand_in(
        organization_id=world.cell.pk,
        actor=world.hung,
        person_id=world.binh.pk,
        since=NOW.date(),
        until=NOW.date(),
        basis="Quyết định số 12-QĐ/CB",
        now=NOW,
    )
    to_signing(world, world.report())
    event = Event.objects.get(verb=Verb.CONCLUDE_REVIEW)
    assert heard(Verb.CONCLUDE_REVIEW) == {"lan", "binh"}, "the secretary concluded it himself"
    submitted(world, "other")
    assert heard(Verb.SUBMIT_FOR_SIGNING, after=event.pk) == {"phuc"}

    submitted(world, "cell")
    assert heard(Verb.SUBMIT_FOR_SIGNING, after=event.pk) == {"phuc", "hung", "binh"}
    submitted(world, "cell")
    assert heard(Verb.SUBMIT_FOR_SIGNING, NOW + DAY, after=drained(NOW + DAY) - 1) == {"hung"}


def submitted(world: World, unit: str) -> None:
    """The drafter submits for signature: the event alone, so that it can be told on whatever day."""
    drafter = {"cell": world.lan, "other": world.oanh}[unit]
    Event.objects.create(
        stream=Stream.REPORT,
        stream_id=world.report(unit).pk,
        seq=0,
        verb=Verb.SUBMIT_FOR_SIGNING,
        state_from="DRAFT",
        state_to="SIGNING",
        actor=drafter,
        at=NOW,
    )


def test_seats_of_yesterday_and_tomorrow_and_inactive_accounts_hear_nothing(world: World) -> None:
    register(
        seats=[
            SeatDraft("cell", "stranger", Role.DRAFTER, NOW.date() - 9 * DAY, NOW.date() - DAY),
            SeatDraft("cell", "quy", Role.DRAFTER, NOW.date() + DAY),
            SeatDraft("cell", "nam", Role.DRAFTER, NOW.date() - 9 * DAY),
        ],
        actor=None,
        now=NOW,
    )
    Person.objects.filter(username="nam").update(is_active=False)
    remind(world)
    assert heard(Verb.REMIND) == EDITORS

    remind(world)
    assert heard(Verb.REMIND, NOW + DAY) == EDITORS | {"quy"}


@pytest.mark.parametrize(
    ("vacant", "told"),
    [
        ([], EDITORS),
        ([Role.DRAFTER], {"hung", "binh"}),
        ([Role.SECRETARY], {"lan", "binh", "yen"}),
        ([Role.DRAFTER, Role.SECRETARY], {"binh", "yen"}),
        ([Role.DEPUTY], {"lan", "hung"}),
    ],
)
def test_a_seat_without_a_holder_falls_to_the_next(world: World, vacant: list[Role], told: set[str]) -> None:
    for role in vacant:
        end(world, "cell", role)
    remind(world)
    assert heard(Verb.REMIND) == told


def test_an_inactive_holder_is_no_holder(world: World) -> None:
    Person.objects.filter(username="hung").update(is_active=False)
    remind(world)
    assert heard(Verb.REMIND) == {"lan", "binh", "yen"}


def test_what_does_not_fall_is_told_to_nobody_else(world: World) -> None:
    to_revising(world, world.report())
    end(world, "cell", Role.DRAFTER)
    organizations.grant_seat(
        organization_id=world.cell.pk,
        actor=world.xuan,
        person_id=world.nam.pk,
        role=Role.DEPUTY,
        since=NOW.date(),
        now=NOW,
    )
    assert heard(Verb.GIVE_OPINION) == set(), "its drafter gave it, and no drafter is left"


def test_the_named_person_hears_of_it_and_no_other(world: World) -> None:
    drafting.assign(report_id=world.report().pk, actor=world.hung, person_id=world.lan.pk, now=NOW)
    intake.assign_officer(report_id=world.report().pk, actor=world.dung, person_id=world.yen.pk, now=NOW)
    organizations.grant_seat(
        organization_id=world.cell.pk,
        actor=world.xuan,
        person_id=world.stranger.pk,
        role=Role.CLERK,
        since=NOW.date(),
        now=NOW,
    )
    before = Event.objects.filter(verb=Verb.ASSIGN).get().pk - 1

    assert heard(Verb.ASSIGN) == {"lan"}
    assert heard(Verb.ASSIGN_OFFICER) == {"yen"}
    assert heard(Verb.GRANT_SEAT, after=before) == {"stranger"}


def test_the_persons_counted_by_the_round_are_asked_for_their_opinion(world: World) -> None:
    to_review(world, world.report())
    # Who becomes a member later is not counted in this round.
    register(seats=[SeatDraft("cell", "stranger", Role.MEMBER, NOW.date(), None, True, "CELL")], actor=None, now=NOW)
    assert heard(Verb.SUBMIT_FOR_REVIEW) == {"hung", "binh", "nam"}


def test_an_opinion_is_told_to_the_drafter(world: World) -> None:
    report = to_review(world, world.report())
    assert report.current_revision_id is not None
    review.give_opinion(
        report_id=report.pk,
        actor=world.nam,
        revision_id=report.current_revision_id,
        kind=OpinionKind.AGREE,
        points=[],
        now=NOW,
    )
    assert heard(Verb.GIVE_OPINION) == {"lan"}


def test_a_rung_tells_the_unit_on_the_reports_stream_and_the_office_on_the_campaigns(world: World) -> None:
    rung = Rung.objects.filter(campaign=world.campaign, audience__contains=[Role.OFFICER]).order_by("offset").first()
    assert rung is not None
    assert set(rung.audience) == {Role.SECRETARY, Role.OFFICER}
    facts = {"rung": rung.pk, "offset": 1, "days": 1, "due": int(LATE.timestamp())}
    for stream, pk, verb in (
        (Stream.REPORT, world.report().pk, Verb.OVERDUE),
        (Stream.CAMPAIGN, world.campaign.pk, Verb.UNITS_OVERDUE),
    ):
        Event.objects.create(stream=stream, stream_id=pk, seq=0, verb=verb, at=LATE, facts={**facts, "units": 3})

    assert heard(Verb.OVERDUE, LATE) == {"hung"}
    assert heard(Verb.UNITS_OVERDUE, LATE) == {"dung", "yen"}


# requests


def test_an_amended_or_cancelled_request_is_told_to_every_unit_and_to_the_office_of_the_request_below(
    world: World,
) -> None:
    upper = open_upper(world)
    lower = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK", answers=upper.reports.get())
    campaigns.open_campaign(campaign_id=lower.pk, actor=world.dung, now=NOW)
    assert upper.due is not None
    campaigns.amend(campaign_id=upper.pk, actor=world.viet, due=upper.due + 30 * DAY, now=NOW)
    campaigns.cancel(campaign_id=upper.pk, actor=world.viet, reason="Dừng đợt.", now=NOW)

    assert heard(Verb.AMEND) == heard(Verb.CANCEL) == {"dung", "khanh", "long"}, "the editors of the Khối"
    assert heard(Verb.UPPER_AMENDED) == heard(Verb.UPPER_CANCELLED) == {"dung", "yen", "khanh", "long"}

    campaigns.cancel(campaign_id=lower.pk, actor=world.khanh, reason="Dừng theo.", now=NOW)
    fan_out(now=NOW)
    told = Notice.objects.filter(event__verb=Verb.CANCEL, event__stream_id=lower.pk).values_list("person__username")
    assert {name for (name,) in told} == EDITORS | {"oanh", "phuc", "quy", "thu", "son", "vinh"}


def test_a_house_campaign_is_silent_and_its_report_is_not(world: World) -> None:
    house = world.own_report.campaign
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Hết kỳ.", now=NOW)
    fan_out(now=NOW)

    assert Event.objects.filter(stream=Stream.CAMPAIGN, stream_id=house.pk).count() == 2
    assert not Notice.objects.filter(event__stream=Stream.CAMPAIGN, event__stream_id=house.pk).exists()
    own = Notice.objects.filter(event__stream=Stream.REPORT, event__stream_id=world.own_report.pk)
    assert set(own.values_list("person__username", flat=True)) == {"khanh", "long"}


def test_an_urging_letter_goes_to_the_units_of_its_annex_only(world: World) -> None:
    letter = issued(world)
    assert {line["organization"] for line in letter.annex} == {world.cell.pk, world.other.pk, world.party.pk}
    assert heard(Verb.ISSUE_URGING, LATE) == EDITORS | {"oanh", "phuc", "quy", "thu", "son", "vinh"}

    only = [line for line in letter.annex if line["organization"] == world.other.pk]
    second = UrgingLetter.objects.create(
        campaign=world.campaign,
        as_of=LATE,
        send_before=LATE + DAY,
        subject="đôn đốc",
        body="…",
        annex=only,
        made_at=LATE,
    )
    before = Event.objects.latest("pk").pk
    Event.objects.create(
        stream=Stream.CAMPAIGN,
        stream_id=world.campaign.pk,
        seq=0,
        verb=Verb.ISSUE_URGING,
        at=LATE,
        facts={"letter": second.pk},
    )
    assert heard(Verb.ISSUE_URGING, LATE, after=before) == {"oanh", "phuc", "quy"}


# ways


def ways(verb: Verb, who: str) -> list[tuple[str, bool]]:
    return [(one.channel, one.digest) for one in outside(verb, who)]


def test_without_an_address_or_a_channel_only_the_notice_in_the_system_is_left(
    world: World, settings: Settings
) -> None:
    remind(world)
    fan_out(now=NOW)
    assert not Delivery.objects.exists(), "no channel is open"

    settings.EMAIL_HOST = "mail.example.vn"
    Person.objects.filter(username="hung").update(email="hung@example.vn", phone="0912345678")
    remind(world)
    fan_out(now=NOW)

    assert ways(Verb.REMIND, "hung") == [("EMAIL", False)]
    assert Delivery.objects.count() == 1
    assert Notice.objects.filter(event__verb=Verb.REMIND).count() == 6


def test_a_notice_leaves_by_the_channels_of_its_line(reached: World) -> None:
    remind(reached)
    to_review(reached, reached.report())
    fan_out(now=NOW)

    assert ways(Verb.REMIND, "hung") == [("EMAIL", False), ("GATEWAY", False)]
    assert ways(Verb.SUBMIT_FOR_REVIEW, "nam") == [("EMAIL", False)]
    assert ways(Verb.OPEN, "khanh") == []


def test_a_person_chooses_at_once_in_the_digest_or_not_at_all(reached: World) -> None:
    set_preference(actor=reached.hung, verb=Verb.REMIND, channel=MAIL, mode=DIGEST)
    set_preference(actor=reached.hung, verb=Verb.REMIND, channel=GATEWAY, mode=OFF)
    set_preference(actor=reached.binh, verb=Verb.REMIND, channel=MAIL, mode=OFF)
    remind(reached)
    fan_out(now=NOW)

    assert ways(Verb.REMIND, "hung") == [("EMAIL", True)]
    assert ways(Verb.REMIND, "binh") == [("GATEWAY", False)]
    assert ways(Verb.REMIND, "lan") == [("EMAIL", False), ("GATEWAY", False)]
    assert Notice.objects.filter(event__verb=Verb.REMIND).count() == 3


def test_a_mandatory_notice_goes_although_somebody_had_switched_it_off(reached: World) -> None:
    """A line may become mandatory after the choice was made."""
    reached.hung.preferences.create(verb=Verb.SET_UP, channel=MAIL, mode=OFF)
    reached.lan.preferences.create(verb=Verb.SET_UP, channel=MAIL, mode=DIGEST)
    fan_out(now=NOW)

    assert ways(Verb.SET_UP, "hung") == [("EMAIL", False)]
    assert ways(Verb.SET_UP, "lan") == [("EMAIL", True)]


# times


@pytest.fixture
def tet(db: None) -> None:
    """Tết 2027, domain.md §4.7."""
    days = [CalendarDraft(day=date(2027, 2, day), kind=DayKind.HOLIDAY) for day in range(4, 11)]
    register(calendar=days, actor=None, now=NOW)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        (local(2026, 6, 2, 9), local(2026, 6, 2, 9)),
        (local(2026, 6, 2, 6, 30), local(2026, 6, 2, 7)),
        (local(2026, 6, 2, 20), local(2026, 6, 3, 7)),
        (local(2026, 6, 6, 10), local(2026, 6, 8, 7)),
        (local(2027, 2, 6, 9), local(2027, 2, 11, 7)),
    ],
    ids=["by day", "early", "at night", "on Saturday", "at Tết"],
)
def test_in_quiet_hours_it_waits_outside_while_the_notice_in_the_system_is_there_at_once(
    reached: World, tet: None, now: datetime, goes: datetime
) -> None:
    drained(now)
    remind(reached, now=now)
    fan_out(now=now)

    assert Notice.objects.filter(event__verb=Verb.REMIND, at=now).count() == 3
    assert {one.next_attempt_at for one in outside(Verb.REMIND, "hung")} == {goes}


@pytest.mark.parametrize(
    ("now", "hour", "goes"),
    [
        (local(2026, 6, 2, 8), time(8, 30), local(2026, 6, 2, 8, 30)),
        (local(2026, 6, 2, 8, 30), time(8, 30), local(2026, 6, 3, 8, 30)),
        (local(2026, 6, 2, 9), time(16, 15), local(2026, 6, 2, 16, 15)),
        (local(2026, 6, 5, 17), time(16, 15), local(2026, 6, 8, 16, 15)),
        (local(2026, 6, 7, 3), time(16, 15), local(2026, 6, 8, 16, 15)),
        (local(2027, 2, 4, 9), time(7), local(2027, 2, 11, 7)),
    ],
)
def test_the_digest_goes_at_the_persons_hour_today_or_on_the_next_working_day(
    reached: World, tet: None, now: datetime, hour: time, goes: datetime
) -> None:
    set_digest_hour(actor=reached.hung, hour=hour)
    set_preference(actor=reached.hung, verb=Verb.REMIND, channel=MAIL, mode=DIGEST)
    drained(now)
    remind(reached, now=now)
    fan_out(now=now)

    mail = outside(Verb.REMIND, "hung")[0]
    assert (mail.digest, mail.next_attempt_at) == (True, goes)


# at once


def tell_three_and_go_on() -> int:
    """Tell of three events, and look at something else before the commit."""
    with transaction.atomic():
        told = next(fanout._batches(fanout._parameters(NOW)))
        Person.objects.count()
    return told


def test_two_at_once_share_the_work(shared_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "BATCH", 3)
    waiting = Event.objects.filter(fanned_out=False).count()

    outcome = interleaved(tell_three_and_go_on, partial(fan_out, now=NOW), before="SELECT COUNT")

    assert not outcome.waited
    assert outcome.values == [3, waiting - 3]
    assert check_integrity() == []


def test_without_skipping_what_is_locked_the_second_waits_for_the_first(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "BATCH", 3)
    monkeypatch.setattr(fanout, "FAN_OUT", fanout.FAN_OUT.replace(" SKIP LOCKED", ""))

    outcome = interleaved(tell_three_and_go_on, partial(fan_out, now=NOW), before="SELECT COUNT")

    assert outcome.waited


def test_whatever_a_killed_one_had_not_committed_the_next_one_does(shared_world: World) -> None:
    waiting = Event.objects.filter(fanned_out=False).count()
    with transaction.atomic():
        assert fan_out(now=NOW) == waiting
        transaction.set_rollback(True)

    assert not Notice.objects.exists()
    assert fan_out(now=NOW) == waiting
    assert check_integrity() == []

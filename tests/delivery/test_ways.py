"""By which ways a notice leaves, and when."""

from datetime import date, datetime, time

import pytest
from pytest_django import Settings

from tests.builders import NOW, World, to_review
from tests.delivery.outbox import drained, give_addresses, outside
from tests.delivery.telling import local, remind
from workflow.actions.notices import set_digest_hour, set_preference
from workflow.actions.register import CalendarDraft, register
from workflow.choices import Channel, DayKind, NoticeMode, Verb
from workflow.delivery.fanout import fan_out
from workflow.models import Delivery, Notice, Person

pytestmark = pytest.mark.django_db
MAIL, GATEWAY = Channel.EMAIL, Channel.GATEWAY
AT_ONCE, DIGEST, OFF = NoticeMode.NOW, NoticeMode.DIGEST, NoticeMode.OFF


@pytest.fixture
def reached(world: World, settings: Settings) -> World:
    """Both channels are open, and everybody has an address."""
    settings.EMAIL_HOST = "mail.example.vn"
    settings.GATEWAY_URL = "https://gateway.example.vn/send"
    give_addresses()
    return world


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

"""What may no longer be seen is withheld, and what cannot be said holds nobody."""

import logging

import pytest
from pytest_django import Settings

from tests.builders import NOW, World
from tests.delivery.opening import DAY, MINUTE, TOLD, S, addresses, of
from tests.delivery.outbox import outside
from tests.delivery.servers import MailServer
from workflow.actions import organizations
from workflow.actions.register import SeatDraft, register
from workflow.choices import DeliveryState, NoticeMode, Role, Stream, Verb
from workflow.delivery.dispatch import deliver
from workflow.delivery.fanout import fan_out
from workflow.models import Event, Person, Seat
from workflow.queries.integrity import check_integrity

pytestmark = pytest.mark.django_db


def ended(world: World, who: str) -> None:
    for seat in Seat.objects.filter(person=world.people[who], until=None):
        organizations.end_seat(seat_id=seat.pk, actor=world.xuan, until=NOW.date() - DAY, now=NOW)


def test_what_a_person_may_no_longer_see_is_withheld(opened: World, post_office: MailServer) -> None:
    ended(opened, "lan")
    Person.objects.filter(username="hung").update(is_active=False)
    deliver(now=NOW)

    assert (of("lan").state, of("hung").state) == (S.WITHHELD, S.WITHHELD)
    assert post_office.recipients == addresses(*(name for name in TOLD if name not in {"lan", "hung"}))
    assert check_integrity() == []


@pytest.mark.parametrize(("verb", "state"), [(Verb.SUBMIT_FOR_SIGNING, S.WITHHELD), (Verb.EXEMPT, S.WITHHELD)])
def test_what_happens_in_a_unit_does_not_follow_a_person_into_the_office(
    opened: World, post_office: MailServer, verb: Verb, state: DeliveryState
) -> None:
    """Hùng moved from the unit to its superior's office before the mail went."""
    Event.objects.create(stream=Stream.REPORT, stream_id=opened.report().pk, seq=0, verb=verb, at=NOW)
    fan_out(now=NOW)
    ended(opened, "hung")
    register(seats=[SeatDraft("duk", "hung", Role.OFFICER, NOW.date())], actor=None, now=NOW)
    deliver(now=NOW)

    assert [one.state for one in outside(verb, "hung")] == [state]
    assert of("hung").state == S.SENT, "the office knows of the request itself"


def unspeakable(world: World) -> None:
    """An event whose facts no sentence can hold."""
    facts = {"days": "Chi bộ Sở", "rung": world.campaign.rungs.get(offset=-1).pk}
    Event.objects.create(
        stream=Stream.REPORT, stream_id=world.report().pk, seq=0, verb=Verb.DUE_NEAR, at=NOW, facts=facts
    )
    world.hung.preferences.create(verb=Verb.DUE_NEAR, channel="EMAIL", mode=NoticeMode.NOW)
    fan_out(now=NOW)


def test_a_mail_that_cannot_be_put_into_words_holds_nobody_and_is_given_up_in_the_end(
    opened: World, post_office: MailServer
) -> None:
    unspeakable(opened)
    deliver(now=NOW)
    (broken,) = outside(Verb.DUE_NEAR, "hung")
    assert (broken.state, broken.attempts, broken.last_error) == (S.WAITING, 1, "ValueError")
    assert post_office.recipients == addresses(*TOLD)

    for wait in (MINUTE, 6 * MINUTE, 36 * MINUTE, 156 * MINUTE, 636 * MINUTE):
        deliver(now=NOW + wait)
    (broken,) = outside(Verb.DUE_NEAR, "hung")
    assert (broken.state, broken.last_error) == (S.FAILED, "ValueError")


def test_the_log_names_ids_only(
    opened: World, post_office: MailServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    unspeakable(opened)
    opened.campaign.subject = "Tiêu đề\nhai dòng"
    opened.campaign.save()
    post_office.post.at_recipient["lan@example.vn"] = "550 lan@example.vn unknown"
    post_office.post.at_recipient["binh@example.vn"] = "450 binh@example.vn busy"
    post_office.post.drops.add("quy@example.vn")
    deliver(now=NOW)
    post_office.post.at_sender = lambda _session: "421 away"
    deliver(now=NOW + MINUTE)

    ours = [record for record in caplog.records if record.name != "mail.log"]  # the mail server's own
    lines = [record.getMessage() + (record.exc_text or "") for record in ours]
    assert len([line for line in lines if "delivery" in line]) >= 5
    secrets = ["@", "example.vn", "Chi bộ", "Tiêu đề", "sơ kết", "Nguyễn", "Đề nghị", "asked", "unknown", "busy"]
    assert [line for line in lines for secret in secrets if secret in line] == []

"""Two senders at once: no mail twice, and one digest for a person. Each with its control."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from tests.builders import NOW, World
from tests.concurrency.interleaving import Actor, gather, interleaved, until
from tests.delivery.outbox import give_addresses
from tests.delivery.servers import MailServer
from workflow.actions import intake
from workflow.actions.notices import resend_notices, set_preference
from workflow.choices import Channel, DeliveryState, NoticeMode, Verb
from workflow.delivery import dispatch
from workflow.delivery.dispatch import CLAIM, Claimed, deliver
from workflow.delivery.fanout import fan_out
from workflow.models import Delivery, Event
from workflow.queries.integrity import check_integrity

# The second turn: the first mail has gone, and nobody knows it yet.
A_TURN = "WITH hurried"
EVERY_MAIL = sorted(["lan", "hung", "binh"] * 3)


@pytest.fixture
def waiting(shared_world: World, post_office: MailServer, settings: Settings) -> World:
    """Three reminders to the three editors of a unit: nine mails, or three digests."""
    give_addresses()
    Event.objects.update(fanned_out=True)
    for _ in range(3):
        intake.remind(report_id=shared_world.report().pk, actor=shared_world.dung, now=NOW)
    return shared_world


def send_all() -> None:
    while deliver(now=NOW):
        pass


def received(post_office: MailServer) -> list[str]:
    return [address.removesuffix("@example.vn") for address in post_office.recipients]


def test_two_senders_share_what_waits(waiting: World, post_office: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "BATCH", 4)
    fan_out(now=NOW)

    outcome = interleaved(send_all, send_all, before=A_TURN, nth=2)

    assert outcome.accidents == []
    assert not outcome.waited
    assert received(post_office) == EVERY_MAIL
    assert not Delivery.objects.exclude(state=DeliveryState.SENT, attempts=1).exists()
    assert check_integrity() == []


def looked_only(now: object) -> list[Claimed]:
    """What is due, without a claim."""
    fields = ("pk", "notice_id", "channel", "digest", "attempts")
    return [Claimed(*row) for row in Delivery.objects.filter(next_attempt_at__lte=now).values_list(*fields)]


def test_without_the_claim_every_mail_goes_twice(
    waiting: World, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_claim", looked_only)
    monkeypatch.setattr(dispatch.Book, "begin", lambda _book, _parcel: True)
    fan_out(now=NOW)

    outcome = interleaved(partial(deliver, now=NOW), partial(deliver, now=NOW), before=A_TURN)

    assert outcome.accidents == []
    assert received(post_office) == sorted(EVERY_MAIL * 2)


ONE_BY_ONE = "SELECT delivery.id FROM workflow_delivery"
SLOWLY = (ONE_BY_ONE, ONE_BY_ONE.replace(" FROM", ", pg_advisory_xact_lock_shared(delivery.id) FROM"))
UNLOCKED = ("ORDER BY id FOR NO KEY UPDATE SKIP LOCKED", "ORDER BY id")


def in_the_digest(world: World) -> list[int]:
    for name in ("lan", "hung", "binh"):
        set_preference(actor=world.people[name], verb=Verb.REMIND, channel=Channel.EMAIL, mode=NoticeMode.DIGEST)
    fan_out(now=NOW)
    Delivery.objects.update(next_attempt_at=NOW)
    return list(Delivery.objects.filter(notice__person=world.hung).order_by("pk").values_list("pk", flat=True))


def slowly(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Take the deliveries one by one, and stop before one whose advisory lock somebody holds."""
    assert sql.count(SLOWLY[0]) == (1 if sql.lstrip().startswith("WITH single") else 0)
    return execute(sql.replace(*SLOWLY), params, many, context)


def digests_of_two_senders(second: int) -> None:
    """The first sender stands before the second of a person's deliveries while the other sends what it gets."""
    first = Actor(send_all, slowly)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [second])
        try:
            first.start()
            until(first.waits, first)
            assert first.is_alive(), first.error
            send_all()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [second])
            gather([first])
    assert first.error is None


def test_a_persons_digest_is_claimed_as_a_whole(waiting: World, post_office: MailServer) -> None:
    digests_of_two_senders(in_the_digest(waiting)[1])

    assert received(post_office) == ["binh", "hung", "lan"]
    assert not Delivery.objects.exclude(state=DeliveryState.SENT, attempts=1).exists()


def test_without_the_lock_on_the_account_a_person_gets_two_mails(
    waiting: World, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert UNLOCKED[0] in CLAIM
    monkeypatch.setattr(dispatch, "CLAIM", CLAIM.replace(*UNLOCKED))

    digests_of_two_senders(in_the_digest(waiting)[1])

    assert received(post_office).count("hung") == 2


def test_sending_again_while_a_sender_is_at_work_sends_nothing_twice(waiting: World, post_office: MailServer) -> None:
    world = waiting
    fan_out(now=NOW)
    post_office.post.at_recipient["hung@example.vn"] = "550 no such user"
    send_all()
    post_office.post.at_recipient.clear()
    again = partial(resend_notices, campaign_id=world.campaign.pk, actor=world.dung, now=NOW)
    again()

    outcome = interleaved(send_all, again, before=A_TURN, nth=2)

    assert outcome.winners == [0]
    assert [type(error).__name__ for error in outcome.errors if error] == ["NothingFailed"]
    assert received(post_office) == EVERY_MAIL

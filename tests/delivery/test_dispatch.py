"""Mails on their way to a real SMTP server: what goes, when it is tried again, and when it is given up."""

from datetime import datetime

import pytest
from pytest_django import Settings

from tests.builders import NOW, World
from tests.delivery.opening import HOUR, MINUTE, TOLD, S, addresses, of, send_all, states
from tests.delivery.servers import Gateway, MailServer
from workflow.actions import intake
from workflow.delivery import dispatch
from workflow.delivery.dispatch import LEASE, deliver
from workflow.delivery.fanout import fan_out
from workflow.models import Delivery, Person
from workflow.queries.integrity import check_integrity
from workflow.rules.calendar import LOCAL

pytestmark = pytest.mark.django_db


def test_everybody_gets_one_mail_and_what_was_sent_is_noted(opened: World, post_office: MailServer) -> None:
    assert deliver(now=NOW) == len(TOLD)

    assert post_office.recipients == addresses(*TOLD)
    assert states() == {S.SENT: len(TOLD)}
    mail = of("lan")
    assert (mail.sent_at, mail.next_attempt_at, mail.attempts, mail.interrupted) == (NOW, None, 1, 0)
    assert deliver(now=NOW) == 0
    assert check_integrity() == []


def test_nothing_goes_in_the_quiet_hours(opened: World, post_office: MailServer) -> None:
    """A sender that stood still at the end of the day does not make up for it at night."""
    night = datetime(2026, 6, 1, 20, 0, tzinfo=LOCAL)
    assert deliver(now=night) == 0
    assert deliver(now=night + 11 * HOUR - MINUTE) == 0
    assert deliver(now=datetime(2026, 6, 6, 10, 0, tzinfo=LOCAL)) == 0, "a Saturday"
    assert post_office.recipients == []

    assert deliver(now=night + 11 * HOUR) == len(TOLD)


def test_a_passing_refusal_is_tried_again_at_growing_distances_and_then_given_up(
    opened: World, post_office: MailServer
) -> None:
    post_office.post.at_recipient["hung@example.vn"] = "450 mailbox busy"
    at = NOW
    for tried, wait in enumerate((MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR), start=1):
        assert deliver(now=at - MINUTE / 60) == 0, "not a second earlier"
        assert deliver(now=at) == (1 if tried > 1 else len(TOLD))
        mail = of("hung")
        assert (mail.state, mail.attempts, mail.next_attempt_at) == (S.WAITING, tried, at + wait)
        at += wait

    assert deliver(now=at) == 1
    mail = of("hung")
    assert (mail.state, mail.attempts, mail.next_attempt_at, mail.last_error) == (S.FAILED, 6, None, "recipient 450")
    assert post_office.post.asked.count("hung@example.vn") == 6
    assert states() == {S.SENT: len(TOLD) - 1, S.FAILED: 1}
    assert check_integrity() == []


def test_a_passing_refusal_that_passes_is_sent(opened: World, post_office: MailServer) -> None:
    post_office.post.at_recipient["hung@example.vn"] = "450 mailbox busy"
    deliver(now=NOW)
    post_office.post.at_recipient.clear()
    deliver(now=NOW + MINUTE)

    assert (of("hung").state, of("hung").last_error) == (S.SENT, "")
    assert post_office.recipients == addresses(*TOLD)


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda post: post.at_recipient.update({"hung@example.vn": "550 no such user"}), "recipient 550"),
        (lambda post: setattr(post, "at_message", lambda envelope: _refuses(envelope, "554 spam")), "message 554"),
        (lambda _post: Person.objects.filter(username="hung").update(email=""), "no address"),
    ],
    ids=["recipient", "message", "no address any more"],
)
def test_a_lasting_refusal_is_given_up_at_once_and_holds_nobody(
    opened: World,
    post_office: MailServer,
    prepare: object,
    reason: str,
) -> None:
    prepare(post_office.post)  # type: ignore[operator]
    deliver(now=NOW)

    assert (of("hung").state, of("hung").last_error, of("hung").attempts) == (S.FAILED, reason, 1)
    assert post_office.recipients == addresses(*(name for name in TOLD if name != "hung"))


def _refuses(envelope: object, reply: str) -> str:
    return reply if "hung@example.vn" in envelope.rcpt_tos else "250 OK"  # type: ignore[attr-defined]


def test_while_the_server_is_away_everything_waits_and_no_attempt_is_used_up(
    opened: World, post_office: MailServer, settings: Settings
) -> None:
    there = settings.EMAIL_PORT
    with MailServer() as short_lived:
        settings.EMAIL_PORT = short_lived.port
    for tick in range(0, 600, 7):
        deliver(now=NOW + tick * MINUTE)
        assert states() == {S.WAITING: len(TOLD)}
    assert set(Delivery.objects.values_list("attempts", "last_error")) == {(0, "smtp ConnectionRefusedError")}

    settings.EMAIL_PORT = there
    send_all(NOW + 610 * MINUTE)
    assert post_office.recipients == addresses(*TOLD)


def test_a_server_that_refuses_the_sender_refuses_everybody_so_all_wait(opened: World, post_office: MailServer) -> None:
    post_office.post.at_sender = lambda _session: "550 not from here"
    deliver(now=NOW)
    assert states() == {S.WAITING: len(TOLD)}
    assert set(Delivery.objects.values_list("attempts", "last_error")) == {(0, "sender 550")}


def test_whoever_found_the_channel_closed_is_not_always_in_front(opened: World, post_office: MailServer) -> None:
    """If it were one mail that makes the server turn away, it would keep all others from going."""
    front = Person.objects.filter(username__in=TOLD).order_by("pk")[0].username
    post_office.post.at_recipient[f"{front}@example.vn"] = "421 closing"
    deliver(now=NOW)
    assert states() == {S.WAITING: len(TOLD)}

    deliver(now=NOW + MINUTE)
    assert post_office.recipients == addresses(*(name for name in TOLD if name != front))
    assert (of(front).next_attempt_at, of(front).attempts) == (NOW + 5 * MINUTE, 0)


def test_a_mail_on_which_the_server_hangs_up_is_tried_again_and_holds_nobody(
    opened: World, post_office: MailServer
) -> None:
    post_office.post.drops.add("hung@example.vn")
    deliver(now=NOW)

    assert post_office.recipients == addresses(*(name for name in TOLD if name != "hung"))
    assert (of("hung").state, of("hung").attempts, of("hung").next_attempt_at) == (S.WAITING, 1, NOW + MINUTE)


def test_a_server_that_takes_few_mails_a_connection_gets_a_new_one(opened: World, post_office: MailServer) -> None:
    taken: dict[int, int] = {}

    def three_each(session: object) -> str:
        taken[id(session)] = taken.get(id(session), 0) + 1
        kept.append(session)
        return "250 OK" if taken[id(session)] <= 3 else "421 enough for now"

    kept: list[object] = []
    post_office.post.at_sender = three_each
    deliver(now=NOW)

    assert len(taken) == 4
    assert post_office.recipients == addresses(*TOLD)


def test_a_message_too_large_for_the_server_is_given_up_and_the_others_go(
    opened: World, post_office: MailServer
) -> None:
    answers = iter(["552 too large"])
    post_office.post.at_sender = lambda _session: next(answers, "250 OK")
    deliver(now=NOW)
    assert states() == {S.SENT: len(TOLD) - 1, S.FAILED: 1}


def killed_at(now: datetime) -> int:
    """A sender claims what is due, begins with the oldest, and is never heard of again; how many it claimed."""
    claimed = dispatch._claim(now)
    assert dispatch.Book(now).begin([min(claimed, key=lambda one: one.delivery_id)])
    return len(claimed)


def test_a_killed_sender_leaves_its_mails_to_be_sent_after_the_lease(opened: World, post_office: MailServer) -> None:
    """It had claimed all, began with the first, and then the power failed: only that one is in doubt."""
    killed_at(NOW)
    assert states() == {S.SENDING: 1, S.CLAIMED: len(TOLD) - 1}

    assert deliver(now=NOW + LEASE - MINUTE / 60) == 0
    assert deliver(now=NOW + LEASE) == len(TOLD)

    assert post_office.recipients == addresses(*TOLD)
    found = Delivery.objects.order_by("pk").values_list("state", "attempts", "interrupted")
    assert list(found) == [(S.SENT, 2, 1), *[(S.SENT, 1, 0)] * (len(TOLD) - 1)]


def test_a_mail_that_ends_every_sender_is_given_up(opened: World, post_office: MailServer) -> None:
    for killed in range(6):
        assert killed_at(NOW + killed * LEASE) == len(TOLD)
    assert deliver(now=NOW + 6 * LEASE) == len(TOLD)

    failed, *others = Delivery.objects.order_by("pk")
    assert (failed.state, failed.last_error, failed.interrupted) == (S.FAILED, "interrupted", 6)
    assert {(one.state, one.attempts, one.interrupted) for one in others} == {(S.SENT, 1, 0)}
    assert len(post_office.recipients) == len(TOLD) - 1


def test_a_sender_that_was_taken_for_dead_notes_nothing_any_more(opened: World, post_office: MailServer) -> None:
    stalled = dispatch._claim(NOW)
    deliver(now=NOW + LEASE)

    dispatch.Book(NOW).try_again(stalled, "late")
    dispatch.Book(NOW).hand_back(stalled, "late", MINUTE)
    dispatch.Book(NOW).note(stalled, S.FAILED, "late")

    assert states() == {S.SENT: len(TOLD)}


def test_the_message_id_of_a_mail_sent_twice_is_the_same(opened: World, post_office: MailServer) -> None:
    deliver(now=NOW)
    Delivery.objects.filter(pk=of("lan").pk).update(state=S.SENDING, next_attempt_at=NOW + LEASE)
    deliver(now=NOW + LEASE)

    ids = [str(mail["Message-ID"]) for mail in post_office.mails if mail["To"] == "lan@example.vn"]
    assert ids == [f"<delivery-{of('lan').pk}@127.0.0.1>"] * 2
    assert len({str(mail["Message-ID"]) for mail in post_office.mails}) == len(TOLD)


def test_a_slow_server_does_not_make_a_claim_grow_old(
    opened: World, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "PATIENCE_SECONDS", -1)
    assert deliver(now=NOW) == len(TOLD)
    assert post_office.recipients == []
    assert set(Delivery.objects.values_list("state", "attempts", "next_attempt_at")) == {(S.WAITING, 0, NOW)}


def test_a_channel_that_was_taken_away_keeps_what_waits(
    opened: World, post_office: MailServer, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""
    assert deliver(now=NOW) == 0
    assert states() == {S.WAITING: len(TOLD)}


def test_one_closed_channel_does_not_close_the_other(opened: World, settings: Settings) -> None:
    with MailServer() as short_lived:
        settings.EMAIL_PORT = short_lived.port
    with Gateway() as gateway:
        settings.GATEWAY_URL = f"http://127.0.0.1:{gateway.port}/"
        settings.GATEWAY_HOSTS, settings.GATEWAY_SECRET, settings.GATEWAY_PRIVATE = ["127.0.0.1"], "s" * 32, True
        intake.remind(report_id=opened.report().pk, actor=opened.dung, now=NOW)
        fan_out(now=NOW)
        deliver(now=NOW)
        assert len(gateway.asked) == 3
    assert Delivery.objects.filter(channel="GATEWAY", state=S.SENT).count() == 3
    assert Delivery.objects.filter(channel="EMAIL", state=S.WAITING, attempts=0).count() == len(TOLD) + 3

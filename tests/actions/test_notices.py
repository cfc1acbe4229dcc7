"""A person's notices, and the office's failed ones."""

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import NOW, World, open_upper, prepared_campaign, to_review, to_signing
from tests.delivery.outbox import give_up_all
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns, intake, organizations
from workflow.actions.notices import mark_read, resend_notices, set_digest_hour, set_preference
from workflow.choices import Channel, DeliveryState, NoticeMode, Role, Verb
from workflow.delivery.fanout import fan_out
from workflow.models import Delivery, Event, Notice, Person, Preference, Seat
from workflow.queries import notices
from workflow.queries.notices import failures, notice_of, notices_of, switches, unread_count

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = NOW + DAY
MAIL, GATEWAY = Channel.EMAIL, Channel.GATEWAY


@pytest.fixture
def told(world: World) -> World:
    fan_out(now=NOW)
    return world


def ids(person: Person) -> list[int]:
    return list(Notice.objects.filter(person=person).order_by("-event").values_list("pk", flat=True))


def end_seats(world: World, who: str) -> None:
    for seat in Seat.objects.filter(person=world.people[who], until=None):
        organizations.end_seat(seat_id=seat.pk, actor=world.xuan, until=NOW.date() - DAY, now=NOW)


# reading


def test_a_person_marks_own_notices_as_read_and_nobody_elses(told: World) -> None:
    lans, hungs = ids(told.lan), ids(told.hung)
    assert len(lans) > 1

    assert mark_read(actor=told.lan, notice_ids=[lans[0], *hungs], now=LATER) == 1
    assert mark_read(actor=told.lan, notice_ids=[lans[0]], now=LATER + DAY) == 0, "the first reading stands"
    assert mark_read(actor=told.lan, now=LATER) == len(lans) - 1

    assert set(Notice.objects.filter(person=told.lan).values_list("read_at", flat=True)) == {LATER}
    assert not Notice.objects.exclude(person=told.lan).exclude(read_at=None).exists()


def test_a_person_reads_own_notices_newest_first_page_by_page(told: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "PAGE", 2)
    everything = ids(told.lan)
    assert len(everything) == 3

    first = notices_of(told.lan, NOW)
    second = notices_of(told.lan, NOW, before=first[-1].notice_id)

    assert [one.notice_id for one in [*first, *second]] == everything
    assert notices_of(told.lan, NOW, before=second[-1].notice_id) == []
    assert {one.person_id for one in first} == {told.lan.pk}


def test_only_unread_ones_on_demand(told: World) -> None:
    newest, *others = ids(told.lan)
    mark_read(actor=told.lan, notice_ids=[newest], now=LATER)
    assert [one.notice_id for one in notices_of(told.lan, NOW, unread=True)] == others
    assert unread_count(told.lan, NOW) == len(others)


def test_what_may_no_longer_be_seen_is_hidden_and_takes_no_place(told: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lan left the unit; that she once had a seat there is her own notice, and stays."""
    before = {one.verb for one in notices_of(told.lan, NOW)}
    assert before == {Verb.GRANT_SEAT, Verb.SET_UP}
    report_notice = next(one.notice_id for one in notices_of(told.lan, NOW) if one.verb == Verb.SET_UP)
    assert notice_of(report_notice, told.lan, NOW).visible

    end_seats(told, "lan")

    assert {one.verb for one in notices_of(told.lan, NOW)} == {Verb.GRANT_SEAT}
    assert unread_count(told.lan, NOW) == 2
    with refused(errors.NotVisible, "not_visible"):
        notice_of(report_notice, told.lan, NOW)
    monkeypatch.setattr(notices, "PAGE", 1)
    (one,) = notices_of(told.lan, NOW)
    assert one.verb == Verb.GRANT_SEAT, "what is hidden does not make a page empty"


def test_nobody_reads_anothers_notice(told: World) -> None:
    (one, *_others) = ids(told.lan)
    assert notice_of(one, told.lan, NOW).notice_id == one
    for who in ("hung", "dung", "stranger", "xuan"):
        with refused(errors.NotVisible, "not_visible"):
            notice_of(one, told.people[who], NOW)
    with refused(errors.NotVisible, "not_visible"):
        notice_of(0, told.lan, NOW)


def test_an_inactive_account_reads_nothing(told: World) -> None:
    one = ids(told.lan)[0]
    told.lan.is_active = False
    told.lan.save()
    assert notices_of(told.lan, NOW) == []
    assert unread_count(told.lan, NOW) == 0
    with refused(errors.NotVisible, "not_visible"):
        notice_of(one, told.lan, NOW)


def test_what_happens_in_a_unit_is_hidden_from_the_office_even_from_who_knew_it(world: World) -> None:
    to_review(world, world.report())
    fan_out(now=NOW)
    mine = {one.verb for one in notices_of(world.hung, NOW)}
    assert mine == {Verb.GRANT_SEAT, Verb.SET_UP, Verb.SUBMIT_FOR_REVIEW, Verb.START_TERM}
    end_seats(world, "hung")
    organizations.grant_seat(
        organization_id=world.duk.pk, actor=world.xuan, person_id=world.hung.pk, role=Role.OFFICER,
        since=NOW.date(), now=NOW,
    )  # fmt: skip
    assert {one.verb for one in notices_of(world.hung, NOW)} == {Verb.GRANT_SEAT, Verb.SET_UP}


def test_reading_takes_few_questions(told: World, django_assert_num_queries: object) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        notices_of(told.lan, NOW)
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        unread_count(told.lan, NOW)
    assert len(asked) == 1
    mark_read(actor=told.lan, now=NOW)
    with CaptureQueriesContext(connection) as asked:
        assert unread_count(told.lan, NOW) == 0
    assert len(asked) == 1


# preferences


def test_a_choice_is_kept_and_can_be_changed(world: World) -> None:
    set_preference(actor=world.lan, verb=Verb.RECEIVE, channel=MAIL, mode=NoticeMode.DIGEST)
    set_preference(actor=world.lan, verb=Verb.RECEIVE, channel=MAIL, mode=NoticeMode.OFF)
    assert Preference.objects.get().mode == NoticeMode.OFF

    shown = {(one.verb, one.channel): one for one in switches(world.lan)}
    assert shown[(Verb.RECEIVE, MAIL)].mode == NoticeMode.OFF
    assert shown[(Verb.REMIND, GATEWAY)].mode == NoticeMode.NOW
    assert shown[(Verb.DUE_NEAR, MAIL)].mode == NoticeMode.DIGEST
    assert shown[(Verb.SET_UP, MAIL)].mandatory
    assert (Verb.SAVE_ENTRY, MAIL) not in shown
    assert {(one.verb, one.channel): one for one in switches(world.hung)}[(Verb.RECEIVE, MAIL)].mode == NoticeMode.NOW


def test_what_is_mandatory_can_be_put_off_to_the_digest_but_not_switched_off(world: World) -> None:
    with refused(errors.MandatoryNotice, "mandatory_notice"):
        set_preference(actor=world.lan, verb=Verb.SET_UP, channel=MAIL, mode=NoticeMode.OFF)
    set_preference(actor=world.lan, verb=Verb.SET_UP, channel=MAIL, mode=NoticeMode.DIGEST)
    assert Preference.objects.get().mode == NoticeMode.DIGEST


@pytest.mark.parametrize(
    ("verb", "channel", "mode"),
    [
        (Verb.RECEIVE, GATEWAY, NoticeMode.NOW),
        (Verb.OPEN, MAIL, NoticeMode.NOW),
        (Verb.REMIND, GATEWAY, NoticeMode.DIGEST),
    ],
    ids=["not by this way", "not outside at all", "no digest by the gateway"],
)
def test_what_the_catalogue_does_not_send_cannot_be_chosen(
    world: World, verb: Verb, channel: Channel, mode: NoticeMode
) -> None:
    with refused(errors.WrongAnswer, "wrong_answer"):
        set_preference(actor=world.lan, verb=verb, channel=channel, mode=mode)
    set_preference(actor=world.lan, verb=Verb.REMIND, channel=GATEWAY, mode=NoticeMode.OFF)


def test_the_hour_of_the_digest_lies_outside_the_quiet_ones(world: World) -> None:
    for hour in (time(6, 59), time(20), time(0)):
        with refused(errors.WrongAnswer, "wrong_answer"):
            set_digest_hour(actor=world.lan, hour=hour)
    for hour in (time(7), time(19, 59)):
        assert set_digest_hour(actor=world.lan, hour=hour).digest_at == hour
    assert Person.objects.get(pk=world.hung.pk).digest_at == time(8, 30)


# what could not be delivered


def test_the_office_sees_whom_a_notice_did_not_reach_but_not_what_it_said(world: World) -> None:
    to_signing(world, world.report())
    Event.objects.exclude(stream="report", stream_id=world.report().pk).update(fanned_out=True)
    give_up_all()
    found = failures(world.campaign.pk, world.dung, NOW)

    assert {one.person for one in found} >= {"Nguyễn Thị Hung", "Nguyễn Thị Lan"}
    assert {(one.unit, one.channel, one.reason, one.attempts) for one in found} == {
        ("Chi bộ Sở Thông tin và Truyền thông", MAIL, "recipient 550", 6)
    }
    assert not any(word in str(found) for word in ("submit", "opinion", "ý kiến", "sơ kết", "Trình"))


def test_failures_of_the_committees_own_report_and_of_no_other_request_are_among_them(world: World) -> None:
    upper = open_upper(world)
    give_up_all()
    here = {one.person for one in failures(world.campaign.pk, world.dung, NOW)}
    assert {"Nguyễn Thị Khanh", "Nguyễn Thị Lan"} <= here, "Khanh was told of the house report only"
    there = failures(upper.pk, world.uyen, NOW)
    assert {one.person for one in there} == {f"Nguyễn Thị {name}" for name in ("Dung", "Khanh", "Long", "Viet")}
    streams = Delivery.objects.filter(pk__in=[one.delivery_id for one in there]).values_list("notice__event__stream_id")
    upper.refresh_from_db()
    assert {pk for (pk,) in streams} == {upper.reports.get().pk, upper.answers_id}, "Viet was told of the house report"


def test_failed_notices_are_tried_again_from_the_beginning(world: World) -> None:
    open_upper(world)
    failed = give_up_all()
    of_request = len(failures(world.campaign.pk, world.dung, NOW))
    assert 0 < of_request < failed, "what failed of the upper request belongs to its own office"

    count = resend_notices(campaign_id=world.campaign.pk, actor=world.dung, now=LATER)

    assert count == of_request
    again = Delivery.objects.filter(state=DeliveryState.WAITING)
    assert set(again.values_list("attempts", "next_attempt_at")) == {(0, LATER)}
    assert again.count() == count
    event = Event.objects.get(verb=Verb.RESEND_NOTICES)
    assert (event.stream_id, event.facts) == (world.campaign.pk, {"deliveries": count})
    assert failures(world.campaign.pk, world.dung, LATER) == []


def test_where_nothing_failed_nothing_is_sent_again(world: World) -> None:
    with refused(errors.NothingFailed, "nothing_failed"):
        resend_notices(campaign_id=world.campaign.pk, actor=world.dung, now=LATER)
    give_up_all()
    resend_notices(campaign_id=world.campaign.pk, actor=world.dung, now=LATER)
    with refused(errors.NothingFailed, "nothing_failed"):
        resend_notices(campaign_id=world.campaign.pk, actor=world.dung, now=LATER)


def test_also_after_the_end_of_a_request(world: World) -> None:
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Hết kỳ.", now=NOW)
    give_up_all()
    assert resend_notices(campaign_id=world.campaign.pk, actor=world.dung, now=LATER)


def test_a_request_in_preparation_has_nothing_to_send_again(world: World) -> None:
    prepared = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    give_up_all()
    with refused(errors.AlreadyDone, "already_done"):
        resend_notices(campaign_id=prepared.pk, actor=world.dung, now=LATER)


def test_a_reminder_is_told_once_more_when_it_is_given_once_more(world: World) -> None:
    moments: list[datetime] = [NOW, NOW + DAY]
    for moment in moments:
        intake.remind(report_id=world.report().pk, actor=world.dung, now=moment)
        fan_out(now=moment)
    assert [one.at for one in notices_of(world.hung, NOW + DAY) if one.verb == Verb.REMIND] == moments[::-1]

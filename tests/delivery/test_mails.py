"""What a mail says: text and HTML, in the person's language; one digest a day with everything in it."""

from datetime import datetime, time, timedelta
from email.message import EmailMessage

import pytest
from django.utils.translation import gettext, override

from tests.builders import NOW, World
from tests.delivery.outbox import give_addresses, outside
from tests.delivery.servers import MailServer
from tests.letters import LATE, SEND_BEFORE, issued
from workflow.actions import campaigns, deadlines, intake
from workflow.actions.notices import set_digest_hour, set_preference
from workflow.choices import Channel, DeliveryState, NoticeMode, Verb
from workflow.delivery import dispatch, wording
from workflow.delivery.dispatch import LEASE, deliver
from workflow.delivery.fanout import fan_out
from workflow.delivery.wording import Told, told
from workflow.models import Delivery, Event, Notice, Person, Report
from workflow.rules.calendar import LOCAL, say_due

pytestmark = pytest.mark.django_db

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NEXT_MORNING = datetime(2026, 6, 2, 8, 30, tzinfo=LOCAL)


@pytest.fixture
def reached(world: World, post_office: MailServer) -> World:
    """Everybody has an address; what has happened so far is told already."""
    give_addresses()
    Event.objects.update(fanned_out=True)
    return world


def remind(world: World, now: datetime = NOW) -> None:
    intake.remind(report_id=world.report().pk, actor=world.dung, now=now)
    fan_out(now=now)


def mail_to(post_office: MailServer, who: str) -> EmailMessage:
    (mail,) = mails_to(post_office, who)
    return mail


def mails_to(post_office: MailServer, who: str) -> list[EmailMessage]:
    return [mail for mail in post_office.mails if mail["To"] == f"{who}@example.vn"]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_mail_is_readable_as_text_and_as_html_in_the_persons_language(
    reached: World, post_office: MailServer, language: str
) -> None:
    Person.objects.filter(username="hung").update(language=language)
    remind(reached)
    deliver(now=NOW)
    mail = mail_to(post_office, "hung")
    notice = Notice.objects.get(person=reached.hung)

    with override(language):
        due = say_due(reached.report().due)
        sentence = told([notice.pk], NOW)[notice.pk].sentence
        assert due in sentence
        subject = f"{Verb.REMIND.label}: báo cáo sơ kết 5 năm (Chi bộ Sở Thông tin và Truyền thông)"
        words = [gettext("Dear comrade %(name)s,") % {"name": "Nguyễn Thị Hung"}, sentence, str(Verb.REMIND.label)]
    assert ("Đề nghị" in sentence) == (language == "vi")
    assert "“sơ kết 5 năm”" in sentence, "neither V/v nor Báo cáo twice"
    assert str(mail["Subject"]).strip() == subject
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        text = text_of(mail, kind)
        assert all(word in text for word in [*words, f"http://127.0.0.1:8000/thong-bao/{notice.pk}/"]), text
    assert f'<html lang="{language}">' in text_of(mail, "html")
    assert "&" not in text_of(mail), "the text is not escaped"


def test_names_cannot_smuggle_markup_or_headers_into_a_mail(reached: World, post_office: MailServer) -> None:
    Report.objects.filter(pk=reached.report().pk).update(subject="<b>Báo cáo</b>\r\nBcc: ai@example.vn & khác")
    remind(reached)
    deliver(now=NOW)

    mail = mail_to(post_office, "hung")
    assert mail["Bcc"] is None
    assert "<b>Báo cáo</b> Bcc: ai@example.vn & khác (Chi bộ" in str(mail["Subject"])
    assert "<b>Báo cáo" not in text_of(mail, "html")
    assert "&lt;b&gt;Báo cáo" in text_of(mail, "html")
    assert len(post_office.mails) == 3


def test_a_long_name_is_cut_in_the_subject_only(reached: World, post_office: MailServer) -> None:
    name = "Báo cáo sơ kết 5 năm thực hiện Chỉ thị " + "07 " * 100
    Report.objects.filter(pk=reached.report().pk).update(subject=name.strip())
    remind(reached)
    deliver(now=NOW)

    mail = mail_to(post_office, "hung")
    assert len(mail["Subject"]) < 200
    assert name.removeprefix("Báo cáo ").strip() in text_of(mail).replace("\n", " ")


# the digest


def in_the_digest(world: World, *names: str) -> None:
    for name in names:
        set_preference(actor=world.people[name], verb=Verb.REMIND, channel=Channel.EMAIL, mode=NoticeMode.DIGEST)


def test_a_digest_is_one_mail_a_person_with_everything_in_it(reached: World, post_office: MailServer) -> None:
    in_the_digest(reached, "hung", "binh")
    for hour in range(4):
        remind(reached, NOW + hour * DAY / 24)
    deliver(now=NOW + DAY / 6)
    assert {str(mail["To"]) for mail in post_office.mails} == {"lan@example.vn"}, "who chose nothing gets each at once"
    assert len(post_office.mails) == 4

    assert deliver(now=NEXT_MORNING - MINUTE) == 0
    assert deliver(now=NEXT_MORNING) == 8

    for name in ("hung", "binh"):
        mail = mail_to(post_office, name)
        with override("vi"):
            assert mail["Subject"] == gettext("%(count)s notices about reports") % {"count": 4}
        notices = Notice.objects.filter(person=reached.people[name]).values_list("pk", flat=True)
        places = [text_of(mail).index(f"/thong-bao/{one}/") for one in sorted(notices)]
        assert len(places) == 4
        assert places == sorted(places)
        assert all(f"/thong-bao/{one}/" in text_of(mail, "html") for one in notices)
    assert not Delivery.objects.exclude(state=DeliveryState.SENT).exists()


def test_each_person_has_an_hour_of_the_digest(reached: World, post_office: MailServer) -> None:
    in_the_digest(reached, "hung", "binh", "lan")
    set_digest_hour(actor=reached.hung, hour=time(16))
    set_digest_hour(actor=reached.binh, hour=time(7))
    remind(reached)

    same_day = NOW.astimezone(LOCAL)
    assert deliver(now=same_day.replace(hour=16) - MINUTE) == 0
    assert deliver(now=same_day.replace(hour=16)) == 1
    assert deliver(now=NEXT_MORNING.replace(hour=7, minute=0)) == 1
    assert deliver(now=NEXT_MORNING) == 1


def test_a_digest_that_did_not_go_is_tried_again_whole(reached: World, post_office: MailServer) -> None:
    in_the_digest(reached, "hung", "binh", "lan")
    remind(reached)
    remind(reached)
    post_office.post.at_recipient["hung@example.vn"] = "450 busy"
    deliver(now=NEXT_MORNING)
    remind(reached, NEXT_MORNING)
    post_office.post.at_recipient.clear()
    deliver(now=NEXT_MORNING + MINUTE)

    assert text_of(mail_to(post_office, "hung")).count("/thong-bao/") == 2
    assert len(post_office.mails) == 3


def test_only_what_has_had_its_last_attempt_is_given_up(reached: World, post_office: MailServer) -> None:
    in_the_digest(reached, "hung", "binh", "lan")
    remind(reached)
    remind(reached)
    post_office.post.at_recipient["hung@example.vn"] = "450 busy"
    first, second = outside(Verb.REMIND, "hung")
    Delivery.objects.filter(pk=first.pk).update(attempts=5)
    deliver(now=NEXT_MORNING)

    first, second = outside(Verb.REMIND, "hung")
    assert (first.state, second.state) == (DeliveryState.FAILED, DeliveryState.WAITING)
    assert second.next_attempt_at == NEXT_MORNING + MINUTE


def test_an_interrupted_digest_that_has_grown_is_another_mail(reached: World, post_office: MailServer) -> None:
    """Mail readers drop a second mail with an id that they know: what is new in it would be lost."""
    in_the_digest(reached, "hung", "binh", "lan")
    remind(reached)
    remind(reached)
    deliver(now=NEXT_MORNING)
    Delivery.objects.update(state=DeliveryState.SENDING, next_attempt_at=NEXT_MORNING + LEASE)
    deliver(now=NEXT_MORNING + LEASE)
    same = {mail["Message-ID"] for mail in mails_to(post_office, "hung")}
    assert len(same) == 1

    Delivery.objects.update(state=DeliveryState.SENDING, next_attempt_at=NEXT_MORNING + 2 * LEASE)
    remind(reached)
    Delivery.objects.filter(state=DeliveryState.WAITING).update(next_attempt_at=NEXT_MORNING + 2 * LEASE)
    deliver(now=NEXT_MORNING + 2 * LEASE)
    assert len({mail["Message-ID"] for mail in mails_to(post_office, "hung")}) == 2


def test_what_is_withheld_is_left_out_of_the_digest_and_the_rest_goes(reached: World, post_office: MailServer) -> None:
    """The person left the unit of one notice, and is still in the other's."""
    in_the_digest(reached, "dung")
    campaign = reached.campaign
    Event.objects.create(stream="campaign", stream_id=campaign.pk, seq=0, verb=Verb.UPPER_AMENDED, at=NOW)
    Event.objects.create(stream="report", stream_id=reached.report().pk, seq=0, verb=Verb.ISSUE, at=NOW)
    for verb in (Verb.UPPER_AMENDED, Verb.ISSUE):
        set_preference(actor=reached.dung, verb=verb, channel=Channel.EMAIL, mode=NoticeMode.DIGEST)
    fan_out(now=NOW)
    # As a clerk of the Khối he still knows the request, but no unit's report.
    reached.dung.seats.update(until=NOW.date())
    reached.dung.seats.create(organization=reached.duk, role="clerk", since=NOW.date())
    deliver(now=NEXT_MORNING)

    states = {one.notice.event.verb: one.state for one in Delivery.objects.filter(notice__person=reached.dung)}
    assert states == {Verb.UPPER_AMENDED: DeliveryState.SENT, Verb.ISSUE: DeliveryState.WITHHELD}
    assert text_of(mail_to(post_office, "dung")).count("/thong-bao/") == 1


def test_a_very_long_digest_says_how_many_more_there_are(
    reached: World, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "MOST_ITEMS", 2)
    in_the_digest(reached, "hung", "binh", "lan")
    for _ in range(5):
        remind(reached)
    deliver(now=NEXT_MORNING)

    mail = mail_to(post_office, "hung")
    for kind in ("plain", "html"):
        text = text_of(mail, kind)
        with override("vi"):
            assert gettext("%(count)s more notices can be read in the system.") % {"count": 3} in text
        assert "http://127.0.0.1:8000/thong-bao/\n" in text or 'href="http://127.0.0.1:8000/thong-bao/"' in text
    assert {one.state for one in outside(Verb.REMIND, "hung")} == {DeliveryState.SENT}


# which due a sentence means


def said(verb: Verb, who: Person, now: datetime = NOW) -> Told:
    fan_out(now=now)
    notice = Notice.objects.filter(person=who, event__verb=verb).latest("pk")
    return told([notice.pk], now)[notice.pk]


def test_a_letter_says_until_when_it_urges_to_send_not_the_due_that_has_passed(reached: World) -> None:
    letter = issued(reached)
    one = said(Verb.ISSUE_URGING, reached.hung, LATE)
    assert one.due == SEND_BEFORE == letter.send_before
    assert letter.document is not None
    assert one.number == letter.document.printed_number


def test_an_amended_due_is_said_to_each_unit_as_it_holds_for_that_unit(reached: World) -> None:
    """Whoever was granted a later day keeps it."""
    due = reached.campaign.due
    assert due is not None
    deadlines.ask_extension(
        report_id=reached.report().pk, actor=reached.lan, due=due + 30 * DAY, reason="Thiên tai.", now=NOW
    )
    deadlines.decide_extension(report_id=reached.report().pk, actor=reached.khanh, due=due + 30 * DAY, now=NOW)
    campaigns.amend(campaign_id=reached.campaign.pk, actor=reached.khanh, due=due + 10 * DAY, now=NOW)

    assert said(Verb.AMEND, reached.hung).due == due + 30 * DAY
    assert said(Verb.AMEND, reached.phuc).due == due + 10 * DAY


def test_the_setting_up_speaks_of_the_reports_due_while_a_supplement_runs(world: World) -> None:
    report = world.report()
    Report.objects.filter(pk=report.pk).update(supplement_due=NOW + 90 * DAY)
    assert said(Verb.SET_UP, world.hung).due == report.due
    intake.remind(report_id=report.pk, actor=world.dung, now=NOW)
    assert said(Verb.REMIND, world.hung).due == NOW + 90 * DAY


def test_a_batch_is_claimed_in_the_order_of_its_time(
    reached: World, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "BATCH", 2)
    remind(reached)
    old = outside(Verb.REMIND, "lan")[0]
    Delivery.objects.filter(pk=old.pk).update(next_attempt_at=NOW - DAY)
    deliver(now=NOW)
    assert outside(Verb.REMIND, "lan")[0].state == DeliveryState.SENT
    assert len(post_office.mails) == 2

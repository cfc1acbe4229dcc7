"""What the clock must have done in the walkthrough: rungs, mails, quiet hours, the letter, a standstill."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, time
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from django.db.models import Count

from workflow.choices import Channel, DeliveryState, NoticeMode, Role, Verb
from workflow.delivery.fanout import general_calendar
from workflow.models import (
    Campaign,
    ClimbedRung,
    Delivery,
    Event,
    Notice,
    OfficeTold,
    Organization,
    Pause,
    Person,
    Preference,
    Report,
    UrgingLetter,
)
from workflow.rules.calendar import LOCAL, local_day

RUNGS = (Verb.DUE_NEAR, Verb.DUE_DAY, Verb.OVERDUE, Verb.DESK_WAITS, Verb.UNITS_OVERDUE)
LINK = re.compile(r"/thong-bao/(\d+)/")
STANDS_STILL = datetime(2026, 9, 18, 18, tzinfo=LOCAL), datetime(2026, 9, 23, 9, tzinfo=LOCAL)


def local(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LOCAL)


def sent() -> Iterator[Delivery]:
    return Delivery.objects.filter(state=DeliveryState.SENT).select_related("notice__person").iterator()


def every_mail_is_a_delivery_and_every_delivery_a_mail(mails: Path) -> None:
    """To whom, and about which notices: what lies on the server is what the system takes for sent, each once."""
    parcels: dict[tuple[str, object], set[int]] = defaultdict(set)
    for one in sent():
        parcels[one.notice.person.email, one.sent_at if one.digest else one.pk].add(one.notice_id)
    expected = Counter((address, frozenset(notices)) for (address, _key), notices in parcels.items())
    arrived = Counter(_read(path) for path in (mails / "new").iterdir())
    assert arrived == expected
    assert max(len(notices) for _address, notices in arrived) > 1, "a digest tells of several things"
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}


def _read(path: Path) -> tuple[str, frozenset[int]]:
    mail = message_from_bytes(path.read_bytes())
    text = mail.get_payload(0)
    assert isinstance(text, Message)
    said = text.get_payload(decode=True)
    assert isinstance(said, bytes)
    return str(mail["To"]), frozenset(map(int, LINK.findall(said.decode())))


def nothing_left_in_the_quiet_hours() -> None:
    calendar = general_calendar()
    for one in sent():
        assert one.sent_at is not None
        moment = one.sent_at.astimezone(LOCAL)
        assert calendar.is_working_day(moment.date()), moment
        assert time(7) <= moment.time() < time(20), moment
    night = Event.objects.get(verb=Verb.ISSUE, at__gte=local(2022, 7, 29, 20), at__lt=local(2022, 7, 30, 7))
    told = Delivery.objects.filter(notice__event=night).values_list("digest", "sent_at")
    assert set(told) == {(False, local(2022, 8, 1, 7)), (True, local(2022, 8, 1, 8, 30))}, "Friday 21:40 → Monday"


def a_person_gets_one_digest_a_day() -> None:
    moments = {(one.notice.person_id, one.sent_at) for one in sent() if one.digest and one.sent_at}
    days = Counter((person, local_day(at)) for person, at in moments)
    assert days
    assert set(days.values()) == {1}
    hours = {at.astimezone(LOCAL).time() for _person, at in moments if at < STANDS_STILL[0]}
    # A digest that came back goes when it is sent again.
    assert {time(7, 30), time(8, 30)} <= hours


def nobody_is_reminded_twice_of_a_rung() -> None:
    told = Notice.objects.filter(event__verb__in=RUNGS).values_list(
        "person", "event__stream", "event__stream_id", "event__facts__rung", "event__facts__due", "event__facts__since"
    )
    assert len(told) > 100
    assert len(told) == len(set(told))
    # Each event of the unit's rungs stands for a rung that was climbed, and each climbed one was told.
    climbed = ClimbedRung.objects.filter(rung__audience__overlap=[Role.DRAFTER, Role.SECRETARY, Role.DEPUTY])
    assert climbed.count() == Event.objects.filter(verb__in=RUNGS).exclude(verb=Verb.UNITS_OVERDUE).count()
    assert OfficeTold.objects.count() == Event.objects.filter(verb=Verb.UNITS_OVERDUE).count() == 5


def late_units_climb_to_the_leader(letter: Campaign) -> None:
    """T-7 … T+5 of the real request on their real days."""
    assert letter.due is not None
    rungs = ClimbedRung.objects.filter(report__campaign=letter, rung__desk="", due=letter.due)
    assert dict(rungs.values_list("rung__offset", "at").distinct()) == {
        -7: local(2022, 7, 21, 8),
        -3: local(2022, 7, 27, 8),
        -1: local(2022, 7, 29, 8),
        0: local(2022, 8, 1, 8),
        1: local(2022, 8, 2, 8),
        3: local(2022, 8, 4, 8),
        5: local(2022, 8, 8, 8),
    }
    by_unit: dict[str, list[int]] = defaultdict(list)
    for code, offset in rungs.order_by("at").values_list("report__organization__code", "rung__offset"):
        by_unit[code].append(offset)
    assert by_unit["moi-truong-do-thi"] == [-7, -3, -1, 0, 1, 3, 5]
    assert by_unit["hai-quan"] == [-7, -3, -1, 0, 1]
    assert by_unit["van-tai-thuy-bo"] == [-1, 0, 1, 3], "paused from 20/7 to 28/7"
    assert by_unit["thac-ba"] == [-1, 0]
    assert "so-tttt" not in by_unit, "sent long before"
    pause = Pause.objects.get()
    assert set(pause.units.values_list("code", flat=True)) == {"thac-ba", "van-tai-thuy-bo"}
    assert by_unit["thpt-nguyen-hue"] == [], "its ladder runs by the due it was granted"
    extended = Report.objects.get(campaign=letter, organization__code="thpt-nguyen-hue")
    anew = ClimbedRung.objects.filter(report=extended, rung__desk="").values_list("due", "rung__offset")
    assert list(anew.order_by("at")) == [(extended.due, offset) for offset in (-7, -3, -1)]
    waited = ClimbedRung.objects.get(
        report__campaign=letter, report__organization__code="hai-quan", rung__desk="SIGNING"
    )
    third = general_calendar().add_working_days(local_day(waited.due), 3)
    assert waited.at == datetime.combine(third, time(8), LOCAL), "it has waited for more than two working days"


def after_the_standstill_only_the_latest_rung_is_climbed() -> None:
    since, until = STANDS_STILL
    assert not Notice.objects.filter(at__gt=since, at__lt=until).exists()
    assert Event.objects.filter(at__gt=since, at__lt=until).exists(), "people went on"
    own = Campaign.objects.get(number="95-CV/ĐUK", house=False)
    assert own.due is not None
    climbed = ClimbedRung.objects.filter(report__campaign=own, rung__desk="", due=own.due)
    assert not climbed.filter(at__gt=since, at__lt=until).exists()
    late = climbed.filter(at=until)
    assert set(late.values_list("rung__offset", flat=True)) == {-1}
    each = late.values_list("report").annotate(count=Count("pk")).values_list("count", flat=True)
    assert list(each) == [1] * 5
    assert not climbed.filter(rung__offset__in=[-3, -2]).exists()


def the_letter_went_to_the_units_of_its_annex(letter: Campaign, told: str) -> None:
    urging = UrgingLetter.objects.get(campaign=letter)
    assert urging.made_by is None
    assert urging.document is not None
    assert urging.document.printed_number == "665-CV/ĐUK"
    codes = ["mobifone", "moi-truong-do-thi", "van-tai-thuy-bo"]
    units = [Organization.objects.get(code=code) for code in codes]
    assert [line["unit"] for line in urging.annex] == [unit.name for unit in units]
    assert [(line["days_late"], line["reminders"]) for line in urging.annex] == [(3, 1), (3, 2), (3, 1)]
    heard = Person.objects.filter(notices__event__verb=Verb.ISSUE_URGING).values_list("seats__organization", flat=True)
    assert set(heard) == {unit.pk for unit in units}
    for words in (
        "Số 665-CV/ĐUK",
        "đã nhận được báo cáo của 94/97 đơn vị",
        "(có danh sách kèm theo)",
        "03 ngày làm việc",
    ):
        assert words in told
    drafts = UrgingLetter.objects.exclude(pk=urging.pk)
    assert [bool(draft.discarded_at) for draft in drafts] == [True]


def what_came_back_went_after_the_address_was_corrected() -> None:
    person = Person.objects.get(seats__organization__code="cuc-thong-ke", seats__role=Role.SECRETARY)
    again = Event.objects.get(verb=Verb.RESEND_NOTICES)
    failed = Delivery.objects.filter(notice__person=person, notice__event__at__lt=again.at)
    assert failed.count() == again.facts["deliveries"] >= 1
    assert set(failed.values_list("state", "sent_at")) == {(DeliveryState.SENT, again.at)}


def people_hear_as_they_chose() -> None:
    drafter = Person.objects.get(preferences__mode=NoticeMode.OFF)
    said = Notice.objects.filter(person=drafter, event__verb=Verb.CONCLUDE_REVIEW)
    assert said.exists()
    assert not Delivery.objects.filter(notice__in=said).exists()
    for officer, mode in Preference.objects.filter(verb=Verb.ISSUE, channel=Channel.EMAIL).values_list(
        "person", "mode"
    ):
        ways = Delivery.objects.filter(notice__person=officer, notice__event__verb=Verb.ISSUE)
        assert set(ways.values_list("digest", flat=True)) == {mode == NoticeMode.DIGEST}


def lateness_is_excused_and_stays_late(letter: Campaign) -> None:
    records = {one.organization.code: one.timeliness_record for one in letter.reports.select_related("organization")}
    late = {code: record.working_days for code, record in records.items() if record.timeliness == "LATE"}
    assert late == {"hai-quan": 1, "bao-viet": 2, "van-tai-thuy-bo": 4}
    assert [code for code, record in records.items() if record.excused] == ["van-tai-thuy-bo"]
    assert letter.due is not None
    assert records["thpt-nguyen-hue"].original_due == letter.due < records["thpt-nguyen-hue"].due


def it_is_told_readably(told: str) -> None:
    for words in (
        "Trong tháng 7/2022 → Chủ nhật 31/7 → hết Thứ Hai 01/8/2022",
        "Trước ngày 25/9/2026 → hết Thứ Năm 24/9/2026",
        "Thứ Năm 21/7/2022, 08:00",
        "recipient 550",
        "│ Kính gửi đồng chí Hứa Trọng Tú,",
        "đơn vị bị chia cắt do mưa lũ",
    ):
        assert words in told
    assert not [line for line in told.splitlines() if line != line.rstrip()]
    for sentence in ("Đề nghị đồng chí trình đồng chí bí thư ký trước.", "Đề nghị đồng chí chọn số khác"):
        assert told.count(sentence) == 1, "a refusal is told once"

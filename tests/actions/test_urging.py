"""The letter that urges late units, drafted by an officer or by the clock. domain.md §4.5, §8b."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from tests.builders import NOW, World, to_sent, to_signing
from tests.letters import (
    DAY,
    HOUR,
    IN_ORDER,
    LATE,
    SEND_BEFORE,
    discard,
    draft,
    edit,
    issue,
    sign,
    units_of,
)
from tests.refusals import refused
from tests.streams import last_event
from workflow import errors
from workflow.actions import campaigns, deadlines, intake, ladders, organizations, urging
from workflow.choices import DayKind, Role, Verb
from workflow.models import CalendarDay, Report, Seat, UrgingLetter
from workflow.queries.integrity import check_integrity


def line_of(world: World, letter: UrgingLetter, unit: str = "cell") -> dict[str, Any]:
    (line,) = [line for line in letter.annex if line["organization"] == world.units[unit].pk]
    return dict(line)


def test_the_draft_names_the_overdue_units_in_the_vietnamese_order_and_says_how_late_they_are(world: World) -> None:
    letter = draft(world)

    assert units_of(world, letter) == IN_ORDER
    assert [line["place"] for line in letter.annex] == [1, 2, 3]
    assert line_of(world, letter) == {
        "place": 2,
        "organization": world.cell.pk,
        "report": world.report().pk,
        "unit": "Chi bộ Sở Thông tin và Truyền thông",
        "secretary": world.hung.full_name,
        "state": "DRAFT",
        "status": "Chưa thực hiện",
        "due": int(world.report().due.timestamp()),
        "days_late": 3,
        "reminders": 0,
        "note": "",
    }
    assert letter.subject == "đôn đốc gửi báo cáo sơ kết 5 năm"
    assert (
        "Thực hiện Công văn số 630-CV/ĐUK, ngày 01/6/2026 của Đảng ủy Khối cơ quan và doanh nghiệp tỉnh" in letter.body
    )
    assert "trước 24 giờ ngày 07/8/2026." in letter.body
    assert (letter.made_by, letter.as_of, letter.send_before) == (world.dung, LATE, SEND_BEFORE)
    event = last_event(world)
    assert (event.verb, event.actor, event.facts) == (Verb.DRAFT_URGING, world.dung, {"letter": letter.pk, "units": 3})


def test_who_has_sent_is_exempt_or_has_a_later_due_is_not_urged(world: World) -> None:
    to_sent(world, world.report("cell"))
    intake.exempt(report_id=world.report("party").pk, actor=world.dung, reason="Mới thành lập.", now=NOW)
    letter = draft(world)

    assert units_of(world, letter) == ["other"]
    assert "đã nhận được báo cáo của 01/02 đơn vị; còn 01 đơn vị chưa gửi." in letter.body


def test_a_unit_with_a_granted_day_ahead_has_not_sent_and_is_not_urged(world: World) -> None:
    extend(world, world.report("cell"), LATE + DAY)
    letter = draft(world)

    assert units_of(world, letter) == ["other", "party"]
    assert "còn 03 đơn vị chưa gửi, trong đó 02 đơn vị đã quá hạn." in letter.body


def extend(world: World, report: Report, due: datetime, now: datetime = NOW) -> None:
    drafter = world.people["lan"]
    deadlines.ask_extension(report_id=report.pk, actor=drafter, due=due, reason="Trùng đại hội.", now=now)
    deadlines.decide_extension(report_id=report.pk, actor=world.khanh, due=due, now=now)


def test_the_annex_notes_a_granted_extension_and_one_that_waits(world: World) -> None:
    granted = datetime(2026, 8, 3, 17, tzinfo=UTC)
    extend(world, world.report(), granted)
    deadlines.ask_extension(
        report_id=world.report().pk, actor=world.lan, due=SEND_BEFORE + DAY, reason="Bận.", now=LATE
    )
    line = line_of(world, draft(world))

    assert line["days_late"] == 2
    assert line["note"] == "Đã gia hạn đến 24 giờ ngày 03/8/2026; Đang đề nghị gia hạn đến 24 giờ ngày 08/8/2026"


def test_nobody_is_urged_at_the_instant_before_the_due_and_everybody_at_the_due(world: World) -> None:
    due = world.report().due
    with refused(errors.NobodyLate, "nobody_late"):
        draft(world, due - timedelta(microseconds=1))

    assert [line["days_late"] for line in draft(world, due).annex] == [0, 0, 0], "it is Saturday"


def test_days_late_are_counted_by_the_issuers_own_calendar(world: World) -> None:
    CalendarDay.objects.create(organization=world.duk, day=date(2026, 8, 4), kind=DayKind.HOLIDAY)
    CalendarDay.objects.create(organization=world.cell, day=date(2026, 8, 5), kind=DayKind.HOLIDAY)

    assert line_of(world, draft(world))["days_late"] == 2


def test_reminders_of_this_due_are_counted_the_clocks_the_offices_and_the_letters(world: World) -> None:
    report = world.report()
    told(report, Verb.OVERDUE, due=int(report.due.timestamp()), rung=1)
    told(report, Verb.OVERDUE, due=int((report.due - DAY).timestamp()), rung=1)  # of an earlier due
    told(report, Verb.DUE_NEAR, due=int(report.due.timestamp()), rung=1)
    intake.remind(report_id=report.pk, actor=world.dung, now=LATE - DAY)
    assert line_of(world, draft(world))["reminders"] == 2

    discard(world, UrgingLetter.objects.get())
    first = draft(world)
    assert line_of(world, first)["reminders"] == 2, "a letter that was not issued urged nobody"
    issue(world, sign(world, first))

    again = draft(world, LATE + DAY)
    assert [line_of(world, again, unit)["reminders"] for unit in IN_ORDER] == [1, 3, 1]


def told(report: Report, verb: Verb, **facts: Any) -> None:
    """What the clock writes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO workflow_event (stream, stream_id, verb, state_from, state_to, at, facts, fanned_out)"
            " VALUES ('report', %s, %s, %s, %s, %s, %s, false)",
            [report.pk, verb, report.state, report.state, LATE - DAY, json.dumps(facts)],
        )


def test_a_later_due_begins_to_count_anew(world: World) -> None:
    told(world.report(), Verb.OVERDUE, due=int(world.report().due.timestamp()), rung=1)
    intake.remind(report_id=world.report().pk, actor=world.dung, now=LATE - DAY)
    issue(world, sign(world, draft(world)))
    extend(world, world.report(), LATE + DAY, LATE + 5 * HOUR)

    line = line_of(world, draft(world, LATE + 2 * DAY))

    assert (line["reminders"], line["days_late"]) == (0, 1)


def test_a_vacant_secretarys_seat_leaves_its_column_empty(world: World) -> None:
    seat = Seat.objects.get(organization=world.cell, role=Role.SECRETARY)
    organizations.end_seat(seat_id=seat.pk, actor=world.xuan, until=LATE.date() - DAY, now=LATE - DAY)

    assert line_of(world, draft(world))["secretary"] == ""
    assert line_of(world, UrgingLetter.objects.get(), "other")["secretary"] == world.phuc.full_name


def test_a_started_draft_and_a_waiting_signature_are_told_apart(world: World) -> None:
    to_signing(world, world.report())

    letter = draft(world)

    assert line_of(world, letter)["status"] == "Chờ ký"
    assert line_of(world, letter, "other")["status"] == "Chưa thực hiện"


def test_one_letter_at_a_time_and_with_a_day_ahead(world: World) -> None:
    with refused(errors.DueNotInFuture, "due_not_in_future"):
        draft(world, send_before=LATE)
    letter = draft(world)
    with refused(errors.LetterOpen, "letter_open"):
        draft(world)
    sign(world, letter)
    with refused(errors.LetterOpen, "letter_open"):
        draft(world)
    issue(world, letter)

    assert draft(world).pk != letter.pk


def test_a_request_that_does_not_run_urges_nobody(world: World) -> None:
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Hết kỳ.", now=LATE)
    with refused(errors.AlreadyDone, "already_done"):
        draft(world)
    campaigns.reopen(campaign_id=world.campaign.pk, actor=world.khanh, reason="Còn đơn vị chậm.", now=LATE)
    draft(world)


def by_clock(world: World, now: datetime = LATE) -> UrgingLetter | None:
    return urging.draft_by_clock(campaign_id=world.campaign.pk, now=now)


def test_the_clock_drafts_the_same_letter_in_nobodys_name(world: World) -> None:
    letter = by_clock(world)

    assert letter is not None
    assert (letter.made_by, letter.send_before) == (None, SEND_BEFORE), "the end of the second working day"
    event = last_event(world)
    assert (event.verb, event.actor, event.facts) == (Verb.DRAFT_URGING, None, {"letter": letter.pk, "units": 3})
    discard(world, letter)
    by_hand = draft(world)
    assert (by_hand.subject, by_hand.body, by_hand.annex) == (letter.subject, letter.body, letter.annex)
    assert check_integrity() == []


def test_the_clock_drafts_nothing_twice_and_nothing_for_nobody(world: World) -> None:
    assert by_clock(world, world.report().due - HOUR) is None
    first = by_clock(world)
    assert first is not None
    assert by_clock(world) is None
    sign(world, first)
    assert by_clock(world) is None
    assert UrgingLetter.objects.count() == 1


def test_the_clock_leaves_out_whose_ladder_is_paused_but_the_officer_may_urge_them(world: World) -> None:
    ladders.pause_ladder(
        campaign_id=world.campaign.pk, actor=world.dung, unit_ids=[world.cell.pk], reason="Bão số 3.", now=NOW
    )
    letter = by_clock(world)
    assert letter is not None
    assert units_of(world, letter) == ["other", "party"]
    assert units_of(world, edit(world, letter, refresh=True)) == IN_ORDER
    discard(world, UrgingLetter.objects.get())

    ladders.pause_ladder(campaign_id=world.campaign.pk, actor=world.dung, reason="Bão số 4.", now=LATE)
    assert by_clock(world) is None
    ladders.resume_ladder(campaign_id=world.campaign.pk, actor=world.dung, now=LATE + HOUR)
    again = by_clock(world, LATE + HOUR)
    assert again is not None
    assert units_of(world, again) == IN_ORDER


def test_the_clock_drafts_nothing_for_a_house_campaign_or_one_that_ended(world: World) -> None:
    house = world.own_report.campaign
    assert urging.draft_by_clock(campaign_id=house.pk, now=LATE + 60 * DAY) is None
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Hết kỳ.", now=LATE)

    assert by_clock(world) is None
    assert not UrgingLetter.objects.exists()

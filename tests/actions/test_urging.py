"""The letter that urges late units: drafted, edited, signed, numbered, discarded. domain.md §4.5, §8b."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.builders import NOW, World, confirmation, prepared_campaign, sign_and_issue, to_sent, to_signing
from tests.letters import (
    HOUR,
    LATE,
    SEND_BEFORE,
    discard,
    draft,
    drafted,
    edit,
    issue,
    issued,
    seen,
    sign,
    signed,
)
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns, deadlines, intake, ladders, organizations, urging
from workflow.choices import DayKind, Role, Stream, Verb
from workflow.models import CalendarDay, Event, IssuedDocument, Report, Seat, StandIn, UrgingLetter
from workflow.queries.integrity import check_integrity
from workflow.rules.canonical import content_hash
from workflow.rules.numbering import InTheNameOf
from workflow.rules.urging import signed_text

DAY = timedelta(days=1)
IN_ORDER = ["other", "cell", "party"]  # Chi bộ Bưu điện, Chi bộ Sở, Đảng bộ Sở


def units_of(world: World, letter: UrgingLetter) -> list[str]:
    code = {unit.pk: name for name, unit in world.units.items()}
    return [code[line["organization"]] for line in letter.annex]


def line_of(world: World, letter: UrgingLetter, unit: str = "cell") -> dict[str, Any]:
    (line,) = [line for line in letter.annex if line["organization"] == world.units[unit].pk]
    return dict(line)


def last_event(world: World) -> Event:
    return Event.objects.filter(stream=Stream.CAMPAIGN, stream_id=world.campaign.pk).latest("seq")


# drafting


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


# drafting by the clock


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


# editing


def test_an_officer_changes_subject_text_and_day_and_the_version_grows(world: World) -> None:
    letter = draft(world)

    edited = edit(world, letter, subject="đôn đốc lần 2", body="Đề nghị gửi ngay.", send_before=SEND_BEFORE + DAY)

    assert (edited.subject, edited.body, edited.version) == ("đôn đốc lần 2", "Đề nghị gửi ngay.", 2)
    assert edited.send_before == SEND_BEFORE + DAY
    assert edited.annex == letter.annex
    assert edited.as_of == LATE
    event = last_event(world)
    assert (event.verb, event.facts) == (Verb.EDIT_URGING, {"letter": letter.pk, "version": 2, "units": 3})


def test_another_day_to_send_by_stands_in_the_text_as_well(world: World) -> None:
    letter = draft(world)
    assert "trước 24 giờ ngày 10/8/2026." in edit(world, letter, send_before=SEND_BEFORE + 3 * DAY).body

    letter.refresh_from_db()
    typed = edit(world, letter, body=letter.body + "\n\nTrân trọng.", send_before=SEND_BEFORE)

    assert "trước 24 giờ ngày 07/8/2026." in typed.body
    assert "10/8/2026" not in typed.body


def test_the_annex_is_read_again_only_when_asked_and_the_text_with_it(world: World) -> None:
    letter = draft(world)
    send(world, "cell")
    kept = edit(world, letter, body="Lời của Văn phòng.")
    assert units_of(world, kept) == IN_ORDER

    fresh = edit(world, kept, body="Lời của Văn phòng.", refresh=True)
    assert (units_of(world, fresh), fresh.body) == (["other", "party"], "Lời của Văn phòng.")
    assert fresh.as_of == LATE + HOUR

    assert "đã nhận được báo cáo của 01/03 đơn vị" in edit(world, fresh, refresh=True).body


def send(world: World, unit: str, now: datetime = LATE) -> None:
    """The unit sends, late."""
    report = to_signing(world, world.report(unit))
    sign_and_issue(world, report, now)


def test_the_annex_is_not_read_again_when_everybody_has_sent(world: World) -> None:
    letter = draft(world)
    for unit in IN_ORDER:
        send(world, unit)
    with refused(errors.NobodyLate, "nobody_late"):
        edit(world, letter, refresh=True)
    edit(world, letter)


def test_who_edits_what_he_has_not_seen_is_told_and_nothing_is_overwritten(world: World) -> None:
    letter = draft(world)
    edit(world, letter, body="Bản một.")
    with refused(errors.StaleRevision, "stale_revision"):
        edit(world, letter, body="Bản hai.")
    letter.refresh_from_db()

    assert edit(world, letter, body="Bản hai.").version == 3


def test_a_letter_without_words_or_with_a_day_gone_by_is_not_kept(world: World) -> None:
    letter = draft(world)
    with refused(errors.LetterIncomplete, "letter_incomplete"):
        edit(world, letter, subject=" ")
    with refused(errors.LetterIncomplete, "letter_incomplete"):
        edit(world, letter, body="\u200b\n")
    with refused(errors.DueNotInFuture, "due_not_in_future"):
        edit(world, letter, send_before=LATE + HOUR)
    with refused(errors.TextTooLong, "text_too_long"):
        edit(world, letter, subject="x" * 501)
    with refused(errors.UnreadableText, "unreadable_text"):
        edit(world, letter, body="a\x00b")
    edit(world, letter, subject="x" * 500)


def test_what_is_signed_discarded_or_of_another_request_is_not_edited(world: World) -> None:
    letter = draft(world)
    with refused(errors.LetterNotDrafted, "letter_not_drafted"):
        edit(world, letter, letter_id=letter.pk + 1)
    sign(world, letter)
    letter.refresh_from_db()
    with refused(errors.LetterNotDrafted, "letter_not_drafted"):
        edit(world, letter)
    discard(world, letter)
    with refused(errors.LetterNotDrafted, "letter_not_drafted"):
        edit(world, letter)


# signing


def test_a_signature_freezes_subject_text_and_annex_for_the_standing_committee(world: World) -> None:
    letter = sign(world, draft(world))

    assert (letter.signed_by, letter.signed_at) == (world.khanh, LATE + 2 * HOUR)
    assert (letter.authority, letter.position) == ("T/M BAN THƯỜNG VỤ", "BÍ THƯ")
    assert letter.sha256 == content_hash(signed_text(UrgingLetter.objects.get(pk=letter.pk)))
    for said in (letter.subject, "Chi bộ Bưu điện tỉnh", "days_late"):
        assert said in signed_text(letter)
    event = last_event(world)
    assert (event.verb, event.facts) == (Verb.SIGN_URGING, {"letter": letter.pk, "sha256": letter.sha256})
    assert check_integrity() == []


def test_a_deputy_who_stands_in_signs_as_deputy_secretary(world: World) -> None:
    letter = draft(world)
    with refused(errors.NotYourDesk, "not_your_desk"):
        sign(world, letter, who="long")
    organizations.appoint_stand_in(
        organization_id=world.duk.pk, actor=world.khanh, person_id=world.long.pk, since=LATE.date(), until=None,
        basis="Thông báo số 05-TB/ĐUK", now=LATE,
    )  # fmt: skip

    signed_letter = sign(world, letter, who="long", in_the_name_of=InTheNameOf.COMMITTEE)

    assert (signed_letter.authority, signed_letter.position) == ("T/M ĐẢNG ỦY", "PHÓ BÍ THƯ")
    assert signed_letter.stand_in == StandIn.objects.get()
    assert signed_letter.seat == Seat.objects.get(person=world.long, role=Role.DEPUTY)


def test_a_body_that_the_issuer_does_not_have_signs_nothing(world: World) -> None:
    letter = draft(world)
    with refused(errors.WrongAnswer, "wrong_answer"):
        sign(world, letter, in_the_name_of=InTheNameOf.CELL)
    sign(world, letter)


def test_only_what_was_seen_is_signed_and_once(world: World) -> None:
    letter = draft(world)
    edit(world, letter, body="Bản hai.")
    with refused(errors.StaleRevision, "stale_revision"):
        sign(world, letter)
    letter.refresh_from_db()
    sign(world, letter)
    with refused(errors.LetterNotDrafted, "letter_not_drafted"):
        sign(world, letter)


def test_signing_asks_who_it_is_and_waits_for_the_second_person(world: World) -> None:
    letter = draft(world)
    for wrong in (None, confirmation(world.long, LATE + 2 * HOUR), confirmation(world.khanh, LATE)):
        with refused(errors.IdentityNotConfirmed, "identity_not_confirmed"):
            sign(world, letter, confirmed=wrong)
    world.khanh.signing_hold_since = LATE
    world.khanh.save()
    with refused(errors.SigningOnHold, "signing_on_hold"):
        sign(world, letter)
    world.khanh.signing_hold_since = None
    world.khanh.save()
    sign(world, letter)


def test_a_letter_whose_day_to_send_by_has_passed_is_neither_signed_nor_issued(world: World) -> None:
    letter = draft(world)
    with refused(errors.LetterOutdated, "letter_outdated", due="24 giờ ngày 07/8/2026"):
        sign(world, letter, SEND_BEFORE)
    sign(world, letter, SEND_BEFORE - HOUR)
    with refused(errors.LetterOutdated, "letter_outdated"):
        issue(world, letter, SEND_BEFORE)
    issue(world, letter, SEND_BEFORE - timedelta(seconds=1))


# numbering


def test_issuing_numbers_the_letter_and_freezes_it_with_its_annex(world: World) -> None:
    letter = signed(world)

    result = issue(world, letter)

    document = result.document
    assert (document.printed_number, document.document_type, document.date) == ("01-CV/ĐUK", "CV", date(2026, 8, 5))
    assert (document.organization, document.report, document.revision) == (world.duk, None, None)
    assert (document.signer, document.authority, document.position) == (
        world.khanh.full_name, "T/M BAN THƯỜNG VỤ", "BÍ THƯ",
    )  # fmt: skip
    frozen = json.loads(document.content)
    assert frozen["number"] == "01-CV/ĐUK"
    assert frozen["letter"]["sha256"] == content_hash(frozen["letter"]["content"]) == letter.sha256
    assert [line["unit"] for line in json.loads(frozen["letter"]["content"])["annex"]] == [
        line["unit"] for line in letter.annex
    ]
    assert UrgingLetter.objects.get().document == document
    assert result.no_longer_late == []
    event = last_event(world)
    assert event.verb == Verb.ISSUE_URGING
    assert event.facts == {
        "letter": letter.pk, "document": document.pk, "number": 1, "units": 3, "due": int(SEND_BEFORE.timestamp()),
    }  # fmt: skip
    assert check_integrity() == []


def test_a_unit_that_sent_meanwhile_stays_in_the_signed_annex_and_is_told_to_the_clerk(world: World) -> None:
    letter = signed(world)
    send(world, "cell")
    intake.exempt(report_id=world.report("party").pk, actor=world.dung, reason="Sáp nhập.", now=LATE)

    result = issue(world, letter)

    assert units_of(world, result.letter) == IN_ORDER
    assert [line["organization"] for line in result.no_longer_late] == [world.cell.pk, world.party.pk]
    assert check_integrity() == []


def test_letters_and_reports_are_numbered_each_in_their_own_row(world: World) -> None:
    send(world, "cell")
    first = issued(world)
    again = sign(world, draft(world))
    with refused(errors.NumberTaken, "number_taken", number="01-CV/ĐUK", free="02-CV/ĐUK"):
        issue(world, again, number=1)
    with refused(errors.WrongNumber, "wrong_number"):
        issue(world, again, number=0)

    assert issue(world, again, number=9).document.printed_number == "09-CV/ĐUK"
    assert first.document is not None
    assert first.document.number == IssuedDocument.objects.get(report=world.report()).number == 1


def test_the_letters_date_lies_between_the_signature_and_today(world: World) -> None:
    letter = signed(world)
    with refused(errors.DateInFuture, "date_in_future"):
        issue(world, letter, dated=date(2026, 8, 6))
    with refused(errors.DateBeforeSignature, "date_before_signature"):
        issue(world, letter, dated=date(2026, 8, 4))

    assert issue(world, letter, LATE + DAY, dated=date(2026, 8, 5)).document.date == date(2026, 8, 5)


def test_only_a_signed_letter_is_issued_and_once(world: World) -> None:
    letter = draft(world)
    with refused(errors.LetterNotSigned, "letter_not_signed"):
        issue(world, letter)
    sign(world, letter)
    issue(world, letter)
    with refused(errors.LetterNotSigned, "letter_not_signed"):
        issue(world, letter)


def test_a_letter_of_another_request_is_not_reached_through_this_one(world: World) -> None:
    other = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    campaigns.open_campaign(campaign_id=other.pk, actor=world.dung, now=NOW)
    letter = signed(world)
    theirs = draft(world, campaign_id=other.pk)
    with refused(errors.LetterNotSigned, "letter_not_signed"):
        issue(world, UrgingLetter(pk=letter.pk, campaign=other))
    with refused(errors.LetterNotDrafted, "letter_not_drafted"):
        edit(world, letter, campaign_id=other.pk)
    issue(world, sign(world, theirs))


# discarding


@pytest.mark.parametrize("step", [drafted, signed], ids=["drafted", "signed"])
def test_a_letter_is_discarded_and_kept_and_a_new_one_may_be_drafted(world: World, step: Any) -> None:
    letter = discard(world, step(world))

    assert letter.discarded_at == LATE + 4 * HOUR
    assert (last_event(world).verb, last_event(world).facts) == (Verb.DISCARD_URGING, {"letter": letter.pk})
    with refused(errors.LetterNotDrafted, "letter_not_drafted"):
        discard(world, letter)
    assert draft(world).pk != letter.pk
    assert check_integrity() == []


def test_an_officer_does_not_discard_what_was_signed_since_he_looked(world: World) -> None:
    letter = draft(world)
    before = seen(letter)
    sign(world, letter)
    with refused(errors.StaleRevision, "stale_revision"):
        urging.discard_urging(actor=world.dung, now=LATE + 4 * HOUR, **before)


def test_an_issued_letter_is_not_discarded(world: World) -> None:
    letter = issued(world)
    with refused(errors.LetterNotDrafted, "letter_not_drafted"):
        discard(world, letter)


# integrity


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Khác."},
        {"subject": "Khác"},
        {"annex": []},
        {"send_before": SEND_BEFORE + DAY},
        {"sha256": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_integrity_finds_a_letter_that_is_not_what_was_signed(world: World, change: dict[str, Any]) -> None:
    letter = issued(world)
    UrgingLetter.objects.filter(pk=letter.pk).update(**change)

    assert ("a signed urging letter's hash is its content's", (letter.pk,)) in found()


def test_integrity_finds_a_document_that_is_not_the_letters(world: World) -> None:
    first = issued(world)
    second = issue(world, sign(world, draft(world))).letter
    one, two = first.document, second.document
    for letter, document in ((first, None), (second, one), (first, two)):
        UrgingLetter.objects.filter(pk=letter.pk).update(document=document)

    assert found() == [("an issued urging letter's document is the signed letter", (first.pk, second.pk))]


def found() -> list[tuple[str, tuple[Any, ...]]]:
    return [(problem.invariant, tuple(sorted(problem.ids))) for problem in check_integrity()]

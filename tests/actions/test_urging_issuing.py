"""The letter that urges, signed, numbered or discarded, and what integrity finds of it. domain.md §4.5, §8b."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from tests.builders import NOW, World, confirmation, prepared_campaign
from tests.letters import (
    DAY,
    HOUR,
    IN_ORDER,
    LATE,
    SEND_BEFORE,
    discard,
    draft,
    drafted,
    edit,
    issue,
    issued,
    seen,
    send,
    sign,
    signed,
    units_of,
)
from tests.refusals import refused
from tests.streams import last_event
from workflow import errors
from workflow.actions import campaigns, intake, organizations, urging
from workflow.choices import Role, Verb
from workflow.models import IssuedDocument, Seat, StandIn, UrgingLetter
from workflow.queries.integrity import check_integrity
from workflow.rules.canonical import content_hash
from workflow.rules.numbering import InTheNameOf
from workflow.rules.urging import signed_text


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

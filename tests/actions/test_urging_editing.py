"""The letter that urges, changed before it is signed. domain.md §4.5, §8b."""

from tests.builders import World
from tests.letters import (
    DAY,
    HOUR,
    IN_ORDER,
    LATE,
    SEND_BEFORE,
    discard,
    draft,
    edit,
    send,
    sign,
    units_of,
)
from tests.refusals import refused
from tests.streams import last_event
from workflow import errors
from workflow.choices import Verb


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

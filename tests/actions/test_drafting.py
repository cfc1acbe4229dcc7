"""The drafter's desk: design.md section 5, save_entry to recall."""

import unicodedata
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import (
    NOW,
    World,
    kept_world,
    resubmit,
    to_received,
    to_review,
    to_revising,
    to_signing,
    to_supplement,
    write_everything,
)
from tests.refusals import refused
from tests.streams import last_event
from workflow import errors
from workflow.actions import drafting
from workflow.actions.drafting import Figure
from workflow.choices import ReportState, ReviewMode, Verb
from workflow.models import Counted, Entry, Event, Report, ReviewRound, Revision, Value
from workflow.rules.canonical import content_hash

LATER = NOW + timedelta(hours=1)


def save(world: World, key: str = "I.1", version: int = 0, **given: Any) -> Entry:
    report = given.pop("report", None) or world.report()
    asked: dict[str, Any] = {"actor": world.lan, "text": "Đã quán triệt.", "now": NOW} | given
    return drafting.save_entry(report_id=report.pk, section_id=world.section(key).pk, version=version, **asked)


def edits(report: Report) -> int:
    return Event.objects.filter(stream="report", stream_id=report.pk, verb=Verb.EDITED).count()


# open_request


def test_the_first_reading_is_noted_and_later_ones_change_nothing(world: World) -> None:
    drafting.open_request(report_id=world.report().pk, actor=world.mai, now=NOW)
    drafting.open_request(report_id=world.report().pk, actor=world.hung, now=LATER)

    assert world.report().opened_at == NOW
    assert Event.objects.filter(verb=Verb.OPEN_REQUEST).count() == 1
    assert last_event(world.report()).actor == world.mai


# save_entry


def test_saving_writes_the_entry_its_figures_and_the_start(world: World) -> None:
    entry = save(world, "III", figures={"A5": Figure(number=Decimal(3)), "A6": Figure(not_applicable=True)})

    report = world.report()
    assert (entry.version, entry.edited_by, report.started_at) == (1, world.lan, NOW)
    values = Value.objects.filter(report=report).values_list("indicator__code", "number", "not_applicable")
    assert set(values) == {("A5", Decimal(3), False), ("A6", None, True)}
    assert save(world, "III", 1, now=LATER).version == 2
    assert world.report().started_at == NOW


def test_what_was_never_saved_has_no_row_and_is_not_started(world: World) -> None:
    assert not Entry.objects.exists()
    assert not Value.objects.exists()
    assert world.report().started_at is None


def test_another_version_of_the_entry_is_stale(world: World) -> None:
    save(world)
    for version in (0, 2):
        with refused(errors.StaleRevision, "stale_revision"):
            save(world, version=version, text="Ghi đè.")
    save(world, version=1)


def test_one_edited_event_per_person_report_and_30_minutes(world: World) -> None:
    save(world)
    save(world, version=1, now=NOW + timedelta(minutes=29))
    assert edits(world.report()) == 1

    save(world, version=2, actor=world.hung)
    assert edits(world.report()) == 2

    save(world, version=3, now=NOW + timedelta(minutes=30))
    assert edits(world.report()) == 3
    save(world, report=world.report("other"), actor=world.oanh)
    assert edits(world.report()) == 3


def test_a_figure_left_blank_goes_away_and_is_not_zero(world: World) -> None:
    save(world, "III", figures={"A5": Figure(number=Decimal(0))})
    assert Value.objects.get().number == 0

    save(world, "III", 1, figures={"A5": Figure()})

    assert not Value.objects.exists()


def test_text_is_kept_in_nfc_and_never_corrected(world: World) -> None:
    typed = unicodedata.normalize("NFD", "  Uỷ ban, hoà bình ,Ủy  ban ")
    entry = save(world, text=typed)
    rows = save(world, "I.2", text="", rows=[{"name": typed}])

    assert entry.text == unicodedata.normalize("NFC", typed)
    assert Entry.objects.get(pk=rows.pk).rows == [{"name": unicodedata.normalize("NFC", typed)}]


@pytest.mark.parametrize("typed", ["a\x00b", "a\ud800b", "\udcff"])
def test_characters_that_cannot_be_kept_are_refused(world: World, typed: str) -> None:
    with refused(errors.UnreadableText, "unreadable_text"):
        save(world, text=typed)
    with refused(errors.UnreadableText, "unreadable_text"):
        save(world, "I.2", rows=[{"name": typed}])
    with refused(errors.UnreadableText, "unreadable_text"):
        save(world, "III", figures={"A5": Figure(text=typed)})
    save(world, text="a😀b")


@pytest.mark.parametrize(
    ("code", "figure"),
    [
        ("A5", Figure(number=Decimal(number)))
        for number in ["NaN", "sNaN", "Infinity", "1E+15", "-1", "1.5", "1E+9999999", "-1E+9999999", "1E-99999999"]
    ]
    + [
        ("A2", Figure(number=Decimal(2))),
        ("A5", Figure(number=Decimal(1), not_applicable=True)),
        ("A5", Figure(number=Decimal(1), text="một")),
        ("A56", Figure(number=Decimal(1))),
    ],
)
def test_a_figure_that_cannot_be_right_is_refused(world: World, code: str, figure: Figure) -> None:
    with refused(errors.WrongFigure, "wrong_figure", indicator=code):
        save(world, "III", figures={code: figure})
    save(world, "III", figures={"A5": Figure(number=Decimal(999999999999999))})


def test_what_the_unit_is_not_asked_is_refused(world: World) -> None:
    with refused(errors.NotAsked, "not_asked"):
        save(world, "II")  # asked of đảng bộ cơ sở only
    with refused(errors.NotAsked, "not_asked"):
        drafting.save_entry(report_id=world.report().pk, actor=world.lan, section_id=0, version=0, text="", now=NOW)
    with refused(errors.NotAsked, "not_asked", place="B1"):
        save(world, "III", figures={"B1": Figure(number=Decimal(1))})
    with refused(errors.NotAsked, "not_asked", place="A5"):
        save(world, "I.1", figures={"A5": Figure(number=Decimal(1))})
    with refused(errors.NotAsked, "not_asked", place="price"):
        save(world, "I.2", rows=[{"price": "3"}])
    save(world, "II", report=world.report("party"), actor=world.thu)


@pytest.mark.parametrize("step", [to_review, to_signing, to_received])
def test_nothing_is_written_outside_drafting(world: World, step: Any) -> None:
    report = step(world, world.report())
    with refused(errors.AlreadyDone, "already_done"):
        save(world, version=1)
    assert report.state not in {ReportState.DRAFT, ReportState.REVISING, ReportState.SUPPLEMENT}


# assign


def test_the_work_is_given_to_a_drafter_of_the_unit_only(world: World) -> None:
    report = world.report()
    for person in (world.nam, world.oanh, world.stranger):
        with refused(errors.NotADrafter, "not_a_drafter"):
            drafting.assign(report_id=report.pk, actor=world.hung, person_id=person.pk, now=NOW)

    drafting.assign(report_id=report.pk, actor=world.hung, person_id=world.lan.pk, now=NOW)

    assert world.report().drafter == world.lan
    assert last_event(report).facts == {"person": world.lan.pk}


def test_what_was_sent_is_assigned_to_nobody(world: World) -> None:
    report = to_received(world, world.report())
    with refused(errors.AlreadyDone, "already_done"):
        drafting.assign(report_id=report.pk, actor=world.hung, person_id=world.lan.pk, now=NOW)


# submit_for_review


def ask(world: World, days: float = 3) -> ReviewRound:
    return drafting.submit_for_review(
        report_id=world.report().pk, actor=world.lan, closes_at=NOW + timedelta(days=days), now=NOW
    )


def test_submitting_freezes_a_revision_and_opens_a_round_of_those_who_count(world: World) -> None:
    write_everything(world, world.report())
    opened = ask(world)

    report = world.report()
    revision = Revision.objects.get()
    assert report.state == ReportState.REVIEW
    assert report.current_revision == opened.revision == revision
    assert revision.sha256 == content_hash(revision.content)
    assert "Chi bộ đã quán triệt đầy đủ." in revision.content
    assert (opened.number, opened.counted, opened.mode) == (1, 4, ReviewMode.OPINIONS)
    assert {row.person for row in Counted.objects.all()} == {world.lan, world.hung, world.binh, world.nam}
    assert last_event(report).revision == revision


def test_every_place_must_be_filled_before_the_round(world: World) -> None:
    with refused(errors.OutlineIncomplete, "outline_incomplete", missing=["I.1", "I.2", "A5", "A6"], count=4):
        ask(world)
    write_everything(world, world.report())
    ask(world)


def test_figures_that_contradict_each_other_stop_the_submission(world: World) -> None:
    write_everything(world, world.report())
    save(world, "III", 1, figures={"A5": Figure(number=Decimal(49)), "A6": Figure(number=Decimal(48))})
    with refused(errors.WrongFigure, "wrong_figure"):
        ask(world)


def test_the_round_stays_open_for_the_minimum_of_days(world: World) -> None:
    write_everything(world, world.report())
    with refused(errors.ReviewTooShort, "review_too_short", days=1):
        ask(world, 0.99)
    ask(world, 1)


def test_a_unit_without_official_members_cannot_be_asked(world: World) -> None:
    write_everything(world, world.report())
    world.cell.seats.update(voting=False)
    with refused(errors.NobodyCounted, "nobody_counted"):
        ask(world)


@pytest.mark.django_db
def test_where_no_review_is_asked_the_draft_goes_to_the_secretary() -> None:
    world = kept_world(ReviewMode.NONE)
    write_everything(world, world.report())
    with refused(errors.ReviewNotAsked, "review_not_asked"):
        ask(world)

    drafting.submit_for_signing(report_id=world.report().pk, actor=world.lan, now=NOW)

    assert world.report().state == ReportState.SIGNING


# submit_for_signing


def test_where_a_review_is_asked_the_draft_does_not_go_to_the_secretary(world: World) -> None:
    write_everything(world, world.report())
    with refused(errors.ReviewRequired, "review_required"):
        drafting.submit_for_signing(report_id=world.report().pk, actor=world.lan, now=NOW)


def test_every_opinion_is_answered_before_signing(world: World) -> None:
    report = to_revising(world, world.report())
    with refused(errors.OpinionsUnanswered, "opinions_unanswered", count=1):
        drafting.submit_for_signing(report_id=report.pk, actor=world.lan, now=NOW)

    resubmit(world, report)

    assert report.state == ReportState.SIGNING
    assert report.revisions.count() == 2


def test_every_remark_of_the_office_is_answered_before_signing(world: World) -> None:
    report = to_supplement(world, world.report())
    with refused(errors.OpinionsUnanswered, "opinions_unanswered", count=1):
        drafting.submit_for_signing(report_id=report.pk, actor=world.lan, now=NOW)
    resubmit(world, report)
    with refused(errors.AlreadyDone, "already_done"):  # a second click
        drafting.submit_for_signing(report_id=report.pk, actor=world.lan, now=NOW)

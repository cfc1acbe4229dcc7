"""The cell's desk: opinions, minutes, the end of a round, returns. design.md section 5, domain.md section 4.3."""

from datetime import date, timedelta

import pytest

from tests.builders import (
    NOW,
    World,
    kept_world,
    revision_of,
    to_review,
)
from tests.refusals import refused
from workflow import errors
from workflow.actions import drafting, organizations, review
from workflow.actions.review import Minutes
from workflow.choices import OpinionKind, ReportState, ReviewMode, ReviewResult, Verb
from workflow.models import Event, Opinion, Organization, Person, Remark, Report, ReviewRound

pytestmark = pytest.mark.django_db
CLOSES = NOW + timedelta(days=3)
AGREE, DISAGREE = OpinionKind.AGREE, OpinionKind.DISAGREE


@pytest.fixture
def asked(world: World) -> Report:
    return to_review(world, world.report())


def give(
    report: Report, person: Person, kind: str = AGREE, *points: tuple[int | None, str], **given: object
) -> Opinion:
    stated: dict[str, object] = {"revision_id": revision_of(report), "now": NOW} | given
    return review.give_opinion(report_id=report.pk, actor=person, kind=kind, points=points, **stated)  # type: ignore[arg-type]


def minutes(agree: int, disagree: int = 0, other: int = 0, present: int | None = None) -> Minutes:
    there = agree + disagree + other if present is None else present
    return Minutes(
        number="02-BB/CB", held_on=date(2026, 6, 1), present=there, agree=agree, disagree=disagree, other=other
    )


def enter(world: World, report: Report, held: Minutes, *points: tuple[int | None, str]) -> ReviewRound:
    return review.enter_minutes(report_id=report.pk, actor=world.hung, minutes=held, points=points, now=NOW)


def end(world: World, report: Report, adopted: bool | None = True, **given: object) -> Report:
    stated: dict[str, object] = {"revision_id": revision_of(report), "now": NOW} | given
    done = review.conclude_review(report_id=report.pk, actor=world.hung, adopted=adopted, **stated)  # type: ignore[arg-type]
    report.refresh_from_db()
    return done


# give_opinion


def test_a_counted_member_answers_and_may_change_the_answer(world: World, asked: Report) -> None:
    give(asked, world.nam, DISAGREE, (None, "Thiếu số liệu."), (world.section("I.1").pk, "Viết lại."))
    give(asked, world.nam, OpinionKind.AGREE_WITH_ADDITIONS, (world.section("I.2").pk, "Bổ sung văn bản."), (None, " "))

    opinion = Opinion.objects.get()
    assert (opinion.kind, opinion.person) == (OpinionKind.AGREE_WITH_ADDITIONS, world.nam)
    assert [(point.section, point.text) for point in opinion.points.all()] == [
        (world.section("I.2"), "Bổ sung văn bản.")
    ]
    assert asked.state == ReportState.REVIEW


def test_an_opinion_is_given_to_the_revision_that_was_read(world: World, asked: Report) -> None:
    first = revision_of(asked)
    drafting.recall(report_id=asked.pk, actor=world.lan, reason="Sửa.", now=NOW)
    drafting.submit_for_review(report_id=asked.pk, actor=world.lan, closes_at=CLOSES, now=NOW)
    with refused(errors.StaleRevision, "stale_revision"):
        give(asked, world.nam, revision_id=first)
    give(asked, world.nam)


def test_an_opinion_is_one_of_the_four_and_speaks_of_the_units_own_outline(world: World, asked: Report) -> None:
    with refused(errors.WrongAnswer, "wrong_answer"):
        give(asked, world.nam, "MAYBE")
    with refused(errors.NotAsked, "not_asked"):
        give(asked, world.nam, AGREE, (world.section("II").pk, "Phần này không phải của chi bộ."))
    for kind in OpinionKind:
        give(asked, world.nam, kind)


def test_nobody_answers_after_the_round_has_closed(world: World, asked: Report) -> None:
    give(asked, world.nam, now=CLOSES - timedelta(seconds=1))
    with refused(errors.ReviewClosed, "review_closed"):
        give(asked, world.lan, now=CLOSES)


# enter_minutes


def test_minutes_stand_for_the_whole_meeting_and_may_be_corrected(world: World, asked: Report) -> None:
    enter(world, asked, minutes(2, 1), (None, "Ý kiến thứ nhất."))
    held = enter(world, asked, minutes(3, 1), (None, "Ý kiến đã sửa."))

    assert (held.minutes_present, held.minutes_agree, held.minutes_disagree) == (4, 3, 1)
    assert [remark.text for remark in Remark.objects.all()] == ["Ý kiến đã sửa."]
    assert end(world, asked).state == ReportState.REVISING  # the remark waits for its answer


@pytest.mark.parametrize(
    "held", [minutes(5), minutes(3, 1, 1), minutes(3, present=2), minutes(1, present=5), minutes(-1)]
)
def test_minutes_do_not_hold_more_answers_than_persons(world: World, asked: Report, held: Minutes) -> None:
    with refused(errors.MinutesDoNotAddUp, "minutes_do_not_add_up", counted=4):
        enter(world, asked, held)
    enter(world, asked, minutes(4))


def test_minutes_are_not_of_tomorrow(world: World, asked: Report) -> None:
    tomorrow = Minutes(number="1", held_on=date(2026, 6, 2), present=4, agree=4, disagree=0, other=0)
    with refused(errors.DateInFuture, "date_in_future"):
        enter(world, asked, tomorrow)


def test_single_answers_and_minutes_exclude_each_other(world: World, asked: Report) -> None:
    other = to_review(world, world.report("other"))
    give(asked, world.nam)
    with refused(errors.MinutesWithVotes, "minutes_with_votes"):
        enter(world, asked, minutes(4))

    review.enter_minutes(report_id=other.pk, actor=world.phuc, minutes=minutes(3), now=NOW)
    with refused(errors.MinutesEntered, "minutes_entered"):
        give(other, world.oanh)


# conclude_review


def test_a_round_with_nothing_to_answer_leads_to_the_secretary(world: World, asked: Report) -> None:
    for person in (world.lan, world.hung, world.binh, world.nam):
        give(asked, person)

    assert end(world, asked).state == ReportState.SIGNING
    held = ReviewRound.objects.get()
    assert (held.result, held.closed_at) == (ReviewResult.ADOPTED, NOW)


def test_a_round_with_something_to_answer_leads_to_the_drafter_and_keeps_the_adoption(
    world: World, asked: Report
) -> None:
    for person in (world.lan, world.hung, world.binh):
        give(asked, person)
    give(asked, world.nam, OpinionKind.AGREE_WITH_ADDITIONS, (None, "Bổ sung."))

    assert end(world, asked).state == ReportState.REVISING
    assert ReviewRound.objects.get().result == ReviewResult.ADOPTED


def test_a_round_that_does_not_adopt_leads_back_to_the_draft(world: World, asked: Report) -> None:
    enter(world, asked, minutes(4), (None, "Viết lại."))

    assert end(world, asked, adopted=False).state == ReportState.DRAFT
    assert ReviewRound.objects.get().result == ReviewResult.NOT_ADOPTED
    with refused(errors.ReviewRequired, "review_required"):
        drafting.submit_for_signing(report_id=asked.pk, actor=world.lan, now=NOW)


def test_a_round_ends_when_all_have_answered_or_at_its_time_or_by_minutes(world: World, asked: Report) -> None:
    for person in (world.lan, world.hung, world.binh):
        give(asked, person)
    with refused(errors.ReviewStillOpen, "review_still_open", answered=3, counted=4):
        end(world, asked, now=CLOSES - timedelta(seconds=1))

    assert end(world, asked, now=CLOSES).state == ReportState.SIGNING
    with refused(errors.AlreadyDone, "already_done"):  # a second click
        end(world, asked, now=CLOSES)


def test_where_only_opinions_are_asked_the_chair_has_to_say_the_result(world: World, asked: Report) -> None:
    enter(world, asked, minutes(4))
    with refused(errors.WrongAnswer, "wrong_answer"):
        end(world, asked, adopted=None)
    end(world, asked)


def test_the_result_is_that_of_the_revision_that_was_shown(world: World, asked: Report) -> None:
    enter(world, asked, minutes(4))
    with refused(errors.StaleRevision, "stale_revision"):
        end(world, asked, revision_id=revision_of(asked) + 1)


def voting(members: int, mode: ReviewMode = ReviewMode.VOTE) -> tuple[World, Report]:
    world = kept_world(mode)
    Organization.objects.filter(code="cell").update(official_members=members)
    return world, to_review(world, world.report())


@pytest.mark.parametrize(("members", "yes", "adopted"), [(16, 8, False), (16, 9, True), (15, 7, False), (15, 8, True)])
def test_a_vote_needs_more_than_half_of_all_counted(members: int, yes: int, adopted: bool) -> None:
    world, report = voting(members)
    assert ReviewRound.objects.get().counted == members
    enter(world, report, minutes(yes))  # nobody against: the absent say nothing

    # The chair's word does not count against the vote.
    assert end(world, report, adopted=not adopted).state == (ReportState.SIGNING if adopted else ReportState.DRAFT)
    event = Event.objects.filter(verb=Verb.CONCLUDE_REVIEW).get()
    assert (event.facts["counted"], event.facts["yes"]) == (members, yes)


def test_silence_and_reservation_are_not_a_yes() -> None:
    world, report = voting(4)
    give(report, world.lan)
    give(report, world.hung)
    give(report, world.nam, OpinionKind.RESERVE)

    assert end(world, report, None, now=CLOSES).state == ReportState.DRAFT


def test_additions_are_a_yes() -> None:
    world, report = voting(4)
    give(report, world.lan)
    give(report, world.hung)
    give(report, world.nam, OpinionKind.AGREE_WITH_ADDITIONS, (None, "Bổ sung."))

    assert end(world, report, None, now=CLOSES).state == ReportState.REVISING


def test_where_the_committee_decides_only_its_members_count() -> None:
    world = kept_world(ReviewMode.COMMITTEE)
    report = to_review(world, world.report("party"))

    held = ReviewRound.objects.get()
    assert held.counted == 3  # not the 40 members of the đảng bộ
    assert {row.person for row in held.persons.all()} == {world.thu, world.son, world.vinh}
    deputy = _deputy_without_vote(world)
    with refused(errors.NotYourDesk, "not_your_desk"):
        give(report, deputy)


def _deputy_without_vote(world: World) -> Person:
    """A deputy secretary of the đảng bộ who is no committee member."""
    organizations.grant_seat(
        organization_id=world.party.pk,
        actor=world.xuan,
        person_id=world.stranger.pk,
        role="deputy",  # type: ignore[arg-type]
        since=NOW.date(),
        now=NOW,
    )
    stranger: Person = world.stranger
    return stranger

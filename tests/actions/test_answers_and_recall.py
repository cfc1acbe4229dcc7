"""The drafter answers what was said, and takes back what lies with others: design.md section 5."""

from datetime import timedelta

import pytest

from tests.builders import (
    NOW,
    World,
    kept_world,
    resubmit,
    revision_of,
    to_review,
    to_revising,
    to_signing,
    to_supplement,
    write_everything,
)
from tests.refusals import refused
from workflow import errors
from workflow.actions import drafting, review
from workflow.choices import AnswerKind, OpinionKind, ReportState, ReviewMode, ReviewResult
from workflow.models import Opinion, OpinionPoint, Remark, Report, ReviewRound
from workflow.queries.integrity import check_integrity


def answer(world: World, point: OpinionPoint, kind: str, text: str = "") -> Report:
    return drafting.answer_point(
        report_id=world.report().pk,
        actor=world.lan,
        point_id=point.pk,
        answer=kind,  # type: ignore[arg-type]
        text=text,
        now=NOW,
    )


def test_a_point_is_accepted_or_explained_and_an_explanation_says_why(world: World) -> None:
    to_revising(world, world.report())
    point = OpinionPoint.objects.get()
    with refused(errors.ReasonMissing, "reason_missing"):
        answer(world, point, AnswerKind.EXPLAINED, "  ")
    with refused(errors.WrongAnswer, "wrong_answer"):
        answer(world, point, "IGNORED", "Không.")

    answer(world, point, AnswerKind.EXPLAINED, "Số liệu quý IV chưa chốt.")

    point.refresh_from_db()
    assert (point.answer, point.answered_by, point.answered_at) == (AnswerKind.EXPLAINED, world.lan, NOW)
    assert point.answer_text == "Số liệu quý IV chưa chốt."


def test_what_was_said_of_another_report_is_not_found(world: World) -> None:
    to_revising(world, world.report("other"))
    to_revising(world, world.report())
    with refused(errors.NotVisible, "not_visible"):
        answer(world, OpinionPoint.objects.get(opinion__round__report=world.report("other")), AnswerKind.ACCEPTED)
    with refused(errors.NotVisible, "not_visible"):
        drafting.answer_remark(
            report_id=world.report().pk, actor=world.lan, remark_id=0, answer=AnswerKind.ACCEPTED, now=NOW
        )


def test_nothing_is_answered_while_the_report_lies_with_others(world: World) -> None:
    to_signing(world, world.report())
    with refused(errors.AlreadyDone, "already_done"):
        drafting.answer_remark(
            report_id=world.report().pk, actor=world.lan, remark_id=0, answer=AnswerKind.ACCEPTED, now=NOW
        )


def test_a_remark_of_the_office_is_answered_and_a_reason_given_needs_no_answer(world: World) -> None:
    to_supplement(world, world.report())
    remark = Remark.objects.get()

    drafting.answer_remark(
        report_id=world.report().pk, actor=world.lan, remark_id=remark.pk, answer=AnswerKind.ACCEPTED, now=NOW
    )

    remark.refresh_from_db()
    assert (remark.answer, remark.answered_by) == (AnswerKind.ACCEPTED, world.lan)
    drafting.submit_for_signing(report_id=world.report().pk, actor=world.lan, now=NOW)
    recall(world)
    reason = Remark.objects.exclude(pk=remark.pk).get()
    with refused(errors.NotVisible, "not_visible"):
        drafting.answer_remark(
            report_id=world.report().pk, actor=world.lan, remark_id=reason.pk, answer=AnswerKind.ACCEPTED, now=NOW
        )


def recall(world: World, reason: str = "Sửa số liệu.") -> Report:
    return drafting.recall(report_id=world.report().pk, actor=world.lan, reason=reason, now=NOW)


def test_recalling_from_the_cell_withdraws_the_round_and_keeps_its_opinions(world: World) -> None:
    report = to_review(world, world.report())
    review.give_opinion(
        report_id=report.pk, actor=world.nam, revision_id=revision_of(report), kind=OpinionKind.AGREE, now=NOW
    )
    with refused(errors.ReasonMissing, "reason_missing"):
        recall(world, " ")

    assert recall(world).state == ReportState.DRAFT

    held = ReviewRound.objects.get()
    assert (held.result, held.closed_at) == (ReviewResult.WITHDRAWN, NOW)
    assert Opinion.objects.get().person == world.nam
    assert Remark.objects.get().text == "Sửa số liệu."
    with refused(errors.AlreadyDone, "already_done"):
        recall(world)


def test_recalling_from_the_secretary_keeps_the_review(world: World) -> None:
    to_signing(world, world.report())

    assert recall(world).state == ReportState.REVISING

    assert ReviewRound.objects.get().result == ReviewResult.ADOPTED
    assert resubmit(world, world.report()).state == ReportState.SIGNING


@pytest.mark.django_db
def test_recalling_from_the_secretary_leads_to_the_draft_where_no_review_is_asked() -> None:
    world = kept_world(ReviewMode.NONE)
    write_everything(world, world.report())
    drafting.submit_for_signing(report_id=world.report().pk, actor=world.lan, now=NOW)

    assert recall(world).state == ReportState.DRAFT


def test_recalling_a_second_round_voids_the_first_adoption_as_well(world: World) -> None:
    """Entering DRAFT voids the review: an adopted first round must not carry a later draft to the secretary."""
    report = to_revising(world, world.report())
    drafting.submit_for_review(report_id=report.pk, actor=world.lan, closes_at=NOW + timedelta(days=9), now=NOW)

    assert recall(world).state == ReportState.DRAFT

    assert list(ReviewRound.objects.order_by("number").values_list("result", flat=True)) == [
        ReviewResult.VOID,
        ReviewResult.WITHDRAWN,
    ]
    assert check_integrity() == []

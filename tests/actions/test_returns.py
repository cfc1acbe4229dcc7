"""Back to the drafter, before and after the signature: design.md section 5."""

from collections.abc import Callable

import pytest

from tests.builders import NOW, World, resubmit, revision_of, to_review, to_signed, to_signing
from tests.refusals import refused
from workflow import errors
from workflow.actions import drafting, review
from workflow.choices import ReportState, ReviewResult
from workflow.models import Remark, Report, ReviewRound, Signature
from workflow.queries.integrity import check_integrity

Step = Callable[[World, Report], Report]


def give_back(world: World, report: Report, *, again: bool = False, remarks: str = "Viết rõ hơn.") -> Report:
    done = review.return_for_revision(
        report_id=report.pk,
        actor=world.hung,
        revision_id=revision_of(report),
        remarks=[(world.section("I.1").pk, remarks)],
        opinions_again=again,
        now=NOW,
    )
    report.refresh_from_db()
    return done


@pytest.mark.parametrize(
    ("step", "again", "target", "result"),
    [
        (to_review, False, ReportState.DRAFT, ReviewResult.VOID),
        (to_signing, False, ReportState.REVISING, ReviewResult.ADOPTED),
        (to_signing, True, ReportState.DRAFT, ReviewResult.VOID),
    ],
)
def test_a_return_to_the_draft_voids_the_review_and_one_to_revising_keeps_it(
    world: World, step: Step, again: bool, target: str, result: str
) -> None:
    report = step(world, world.report())
    with refused(errors.RemarksMissing, "remarks_missing"):
        give_back(world, report, again=again, remarks=" ")

    assert give_back(world, report, again=again).state == target

    assert ReviewRound.objects.get().result == result
    remark = Remark.objects.get()
    assert (remark.binding, remark.section, remark.revision_id) == (True, world.section("I.1"), revision_of(report))
    with refused(errors.AlreadyDone, "already_done"):
        give_back(world, report, again=again)
    assert check_integrity() == []


def test_the_remarks_of_a_return_are_answered_before_signing(world: World) -> None:
    report = to_signing(world, world.report())
    give_back(world, report)
    with refused(errors.OpinionsUnanswered, "opinions_unanswered", count=1):
        drafting.submit_for_signing(report_id=report.pk, actor=world.lan, now=NOW)
    assert resubmit(world, report).state == ReportState.SIGNING


@pytest.mark.parametrize(("again", "target"), [(False, ReportState.REVISING), (True, ReportState.DRAFT)])
def test_a_return_after_the_signature_voids_it(world: World, again: bool, target: str) -> None:
    report = to_signed(world, world.report())
    back = {"report_id": report.pk, "revision_id": revision_of(report), "opinions_again": again, "now": NOW}
    with refused(errors.RemarksMissing, "remarks_missing"):
        review.return_signed(actor=world.hung, remarks=[], **back)  # type: ignore[arg-type]

    review.return_signed(actor=world.hung, remarks=[(None, "Sai chính tả.")], **back)  # type: ignore[arg-type]

    report.refresh_from_db()
    assert (report.state, report.signed_revision) == (target, None)
    assert Signature.objects.get().void_at == NOW
    assert ReviewRound.objects.get().result == (ReviewResult.VOID if again else ReviewResult.ADOPTED)
    assert check_integrity() == []

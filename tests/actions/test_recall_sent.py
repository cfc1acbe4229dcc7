"""Taking back what was sent and not yet received: design.md section 5, recall_sent."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import (
    NOW,
    World,
    kept_world,
    resubmit,
    revision_of,
    sign_and_issue,
    to_received,
    to_sent,
    to_supplement,
    write_everything,
)
from tests.refusals import refused
from workflow import errors
from workflow.actions import drafting, signing
from workflow.choices import ReportState, ReviewMode, ReviewResult
from workflow.models import IssuedDocument, Remark, Report, ReviewRound, Signature, Supplement
from workflow.queries.integrity import check_integrity

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def recall_sent(world: World, report: Report, reason: str = "Nhầm số liệu.", **given: Any) -> Report:
    stated: dict[str, Any] = {"revision_id": revision_of(report), "now": NOW + 9 * DAY} | given
    signing.recall_sent(report_id=report.pk, actor=world.hung, reason=reason, **stated)
    report.refresh_from_db()
    return report


def test_what_was_sent_and_not_received_is_taken_back_as_if_it_had_not_been_sent(world: World) -> None:
    report = to_sent(world, world.report())
    with refused(errors.ReasonMissing, "reason_missing"):
        recall_sent(world, report, " ")
    with refused(errors.StaleRevision, "stale_revision"):
        recall_sent(world, report, revision_id=revision_of(report) + 1)

    recall_sent(world, report)

    assert (report.state, report.sent_at, report.sent_revision, report.signed_revision) == (
        ReportState.REVISING, None, None, None,
    )  # fmt: skip
    assert Signature.objects.get().void_at == NOW + 9 * DAY
    assert ReviewRound.objects.get().result == ReviewResult.ADOPTED
    assert Remark.objects.get().text == "Nhầm số liệu."
    with refused(errors.AlreadyDone, "already_done"):
        recall_sent(world, report)
    assert check_integrity() == []


def test_sending_again_takes_a_new_number_that_replaces_the_old_one(world: World) -> None:
    report = to_sent(world, world.report())
    recall_sent(world, report)
    resubmit(world, report)
    again = sign_and_issue(world, report, NOW + 10 * DAY)

    report.refresh_from_db()
    first = IssuedDocument.objects.earliest("pk")
    assert (first.number, again.number, again.replaces) == (1, 2, first)
    assert report.sent_at == NOW + 10 * DAY


def test_what_was_received_is_not_taken_back(world: World) -> None:
    report = to_received(world, world.report())
    with refused(errors.AlreadyDone, "already_done"):
        recall_sent(world, report)


def test_taking_back_the_answer_to_a_supplement_opens_that_supplement_again(world: World) -> None:
    report = to_supplement(world, world.report())
    sent_at, first, due = report.sent_at, report.sent_revision_id, report.supplement_due
    resubmit(world, report, NOW + 8 * DAY)
    sign_and_issue(world, report, NOW + 8 * DAY)
    assert Supplement.objects.get().closed_at == NOW + 8 * DAY

    recall_sent(world, report)

    supplement = Supplement.objects.get()
    assert (supplement.closed_at, supplement.answered_by) == (None, None)
    assert (report.state, report.sent_at, report.sent_revision_id, report.supplement_due) == (
        ReportState.REVISING, sent_at, first, due,
    )  # fmt: skip
    assert check_integrity() == []


def test_what_was_taken_back_is_a_draft_where_no_review_is_asked() -> None:
    world = kept_world(ReviewMode.NONE)
    report = world.report()
    write_everything(world, report)
    drafting.submit_for_signing(report_id=report.pk, actor=world.lan, now=NOW)
    sign_and_issue(world, report)

    assert recall_sent(world, report).state == ReportState.DRAFT
    assert check_integrity() == []

"""What a step backwards takes with it: reviews, signatures, the consolidation of lower reports."""

from datetime import datetime

from workflow.actions.record import record_many
from workflow.choices import ReportState, ReviewResult, Verb
from workflow.flows.report import ReportFlow, move_all
from workflow.models import Report, ReviewRound, Signature, Supplement


def enter_draft(flow: ReportFlow) -> None:
    """Entering DRAFT, by whatever verb, voids the review and the signature."""
    if flow.report.state == ReportState.DRAFT and flow.state_from != ReportState.DRAFT:
        void_review(flow.report, flow.now)
        if flow.report.signed_revision_id is not None:
            void_signature(flow)


def void_review(report: Report, now: datetime) -> None:
    """An open round ends, and an adopted one no longer counts."""
    rounds = ReviewRound.objects.filter(report=report)
    rounds.filter(closed_at__isnull=True).update(closed_at=now, result=ReviewResult.VOID)
    rounds.filter(result=ReviewResult.ADOPTED).update(result=ReviewResult.VOID)


def void_signature(flow: ReportFlow) -> None:
    """Void the signature of the signed revision and release what an upper report had consolidated."""
    report = flow.report
    Signature.objects.filter(revision=report.signed_revision_id, void_at__isnull=True).update(void_at=flow.now)
    report.signed_revision_id = None
    release(flow)


def release(flow: ReportFlow) -> None:
    """Free the lower reports that this report had consolidated, also those of a closed request, which may reopen.

    Set-based, locked in id order.
    """
    lower = Report.objects.filter(campaign__answers=flow.report)
    record_many(
        Verb.RELEASE, move_all(lower, Verb.RELEASE), ReportState.RECEIVED, flow.actor, flow.now,
        seat_id=flow.holding.seat_id, upper=flow.report.pk,
    )  # fmt: skip


def close_supplement(report: Report, now: datetime, answered_by: int | None = None) -> None:
    """End the supplement that is open, if one is: answered by a revision, withdrawn, or no longer needed."""
    if report.supplement_due is None:
        return
    report.supplement_due = None
    Supplement.objects.filter(report=report, closed_at__isnull=True).update(closed_at=now, answered_by=answered_by)

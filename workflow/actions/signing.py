"""The secretary's and the clerk's desk: sign, number, send, take back."""

from datetime import date, datetime

from django.db import connection, transaction

from workflow import errors
from workflow.actions.numbering import Paper, block_of, date_of_issue, number_document
from workflow.actions.opening import Confirmation, opened
from workflow.actions.record import record, record_many
from workflow.actions.review import add_remarks
from workflow.actions.voiding import close_supplement, void_signature
from workflow.choices import RUNNING, DocumentType, ReportState, Verb
from workflow.flows.report import ReportFlow, move_all
from workflow.models import (
    IssuedDocument,
    Person,
    Report,
    Signature,
    Supplement,
)
from workflow.rules.numbering import InTheNameOf


def sign(
    *,
    report_id: int,
    actor: Person,
    revision_id: int,
    confirmed: Confirmation | None,
    self_signing_confirmed: bool = False,
    in_the_name_of: InTheNameOf | None = None,
    now: datetime,
) -> Report:
    """Bind the signer's approval to this revision and free it for issue; an upper report takes in the lower ones."""
    with opened(
        report_id,
        actor,
        Verb.SIGN,
        now,
        revision_id=revision_id,
        confirmed=confirmed,
        self_signing_confirmed=self_signing_confirmed,
    ) as (report, flow):
        flow.sign()
        holding = flow.holding
        revision = flow.submitted
        if revision is None:
            raise errors.StaleRevision
        block = block_of(report.organization.kind, holding, in_the_name_of)
        signature = Signature.objects.create(
            report=report,
            revision=revision,
            sha256=revision.sha256,
            person=actor,
            seat_id=holding.seat_id,
            stand_in_id=holding.stand_in_id,
            authority=block.authority,
            position=block.position,
            at=now,
            self_signed=flow.signs_own_submission,
        )
        report.signed_revision_id = revision_id
        record(
            flow,
            revision=revision_id,
            signature=signature.pk,
            sha256=revision.sha256,
            self_signed=signature.self_signed,
        )
        consolidate(flow)
    return report


def consolidate(flow: ReportFlow) -> None:
    """Mark the received, included lower reports as taken into this report. Set-based, locked in id order."""
    lower = Report.objects.filter(campaign__answers=flow.report, campaign__state__in=RUNNING, included=True)
    record_many(
        Verb.CONSOLIDATE, move_all(lower, Verb.CONSOLIDATE), ReportState.CONSOLIDATED, flow.actor, flow.now,
        seat_id=flow.holding.seat_id, upper=flow.report.pk,
    )  # fmt: skip


def issue(
    *,
    report_id: int,
    actor: Person,
    revision_id: int,
    number: int | None = None,
    dated: date | None = None,
    now: datetime,
) -> IssuedDocument:
    """Number the signed report and send it up.

    `number` None takes the next free one of the term; `dated` None is today. Raises NumberTaken, WrongNumber, NoTerm,
    DateInFuture, DateBeforeSignature.
    """
    with opened(report_id, actor, Verb.ISSUE, now, revision_id=revision_id) as (report, flow):
        flow.issue()
        signature = flow.valid_signature
        if signature is None:
            raise errors.StaleRevision
        document = _number_document(flow, signature, date_of_issue(dated, signature.at, now), number)
        _issue_values(revision_id, report.pk)
        report.sent_revision_id = revision_id
        report.sent_at = report.sent_at or now
        close_supplement(report, now, answered_by=revision_id)
        record(flow, revision=revision_id, document=document.pk, number=document.number, sha256=document.sha256)
    return document


def _number_document(flow: ReportFlow, signature: Signature, dated: date, number: int | None) -> IssuedDocument:
    report, revision = flow.report, signature.revision
    return number_document(
        Paper(
            organization=report.organization,
            document_type=DocumentType.REPORT,
            dated=dated,
            subject=report.about,
            signer=signature.person.full_name,
            authority=signature.authority,
            position=signature.position,
            signed_at=signature.at,
            issued_at=flow.now,
            content={
                "revision": {"number": revision.number, "sha256": revision.sha256, "content": revision.content},
            },
            report=report,
            revision=revision,
            replaces=IssuedDocument.objects.filter(report=report).order_by("-pk").first(),
        ),
        number,
    )


def _issue_values(revision_id: int, report_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflow_issuedvalue (revision_id, indicator_id, number, not_applicable, text)
            SELECT %s, indicator_id, number, not_applicable, text FROM workflow_value
             WHERE report_id = %s AND (number IS NOT NULL OR not_applicable OR text <> '')
            ON CONFLICT DO NOTHING
            """,
            [revision_id, report_id],
        )


def sign_and_issue(
    *,
    report_id: int,
    actor: Person,
    revision_id: int,
    confirmed: Confirmation | None,
    self_signing_confirmed: bool = False,
    in_the_name_of: InTheNameOf | None = None,
    number: int | None = None,
    now: datetime,
) -> IssuedDocument:
    """Sign and send in one transaction, for a unit without a clerk."""
    with transaction.atomic():
        sign(
            report_id=report_id,
            actor=actor,
            revision_id=revision_id,
            confirmed=confirmed,
            self_signing_confirmed=self_signing_confirmed,
            in_the_name_of=in_the_name_of,
            now=now,
        )
        return issue(report_id=report_id, actor=actor, revision_id=revision_id, number=number, now=now)


def recall_sent(*, report_id: int, actor: Person, revision_id: int, reason: str, now: datetime) -> Report:
    """Take back a sending that the office has not received.

    The day of sending is forgotten, unless this sending answered a supplement: then that supplement opens again and
    what was sent before stands.
    """
    with opened(report_id, actor, Verb.RECALL_SENT, now, revision_id=revision_id, reason=reason) as (
        report,
        flow,
    ):
        flow.recall_sent()
        add_remarks(flow, [(None, reason)], binding=False)
        supplement = Supplement.objects.filter(report=report, answered_by=revision_id).first()
        if supplement is None:
            report.sent_at = report.sent_revision_id = None
        else:
            Supplement.objects.filter(pk=supplement.pk).update(closed_at=None, answered_by=None)
            report.sent_revision_id, report.supplement_due = supplement.revision_id, supplement.due
        void_signature(flow)
        record(flow, revision=revision_id)
    return report

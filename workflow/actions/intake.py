"""The office's desk: receive, ask for more, leave out, exempt."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from workflow import errors
from workflow.actions.bulk import Answer, opened_all
from workflow.actions.lines import line
from workflow.actions.opening import opened
from workflow.actions.record import record
from workflow.actions.review import Said, add_remarks
from workflow.actions.revisions import make_revision, paper_copy
from workflow.actions.voiding import close_supplement, release, void_signature
from workflow.choices import ReviewResult, Stream, Verb
from workflow.flows.report import ReportFlow
from workflow.models import Attachment, Event, Person, Remark, Report, ReviewRound, Signature, Supplement
from workflow.rules.vietnamese import normalize


def receive(*, report_id: int, actor: Person, revision_id: int, incoming_number: str = "", now: datetime) -> Report:
    """Take the sent revision into the office's register, with the office's own số đến where it keeps one."""
    with opened(report_id, actor, Verb.RECEIVE, now, revision_id=revision_id) as (report, flow):
        flow.receive()
        report.received_revision_id = report.sent_revision_id
        report.received_at = now
        if incoming_number:
            report.incoming_number = line(Report, "incoming_number", incoming_number)
        record(flow, revision=revision_id)
    return report


def register_paper(
    *,
    report_id: int,
    actor: Person,
    scan_id: int,
    number: str,
    dated: date,
    arrived_at: datetime,
    now: datetime,
) -> Report:
    """Register a report that came on paper: scan, number and date of the paper, moment of arrival (not later than now).

    An open round is withdrawn; the paper is the received revision.
    """
    with opened(report_id, actor, Verb.REGISTER_PAPER, now, dated=dated, arrived_at=arrived_at) as (
        report,
        flow,
    ):
        flow.register_paper()
        scan = Attachment.objects.filter(pk=scan_id, report=report).first()
        if scan is None:
            raise errors.NotVisible
        if not number.strip():
            raise errors.WrongNumber
        ReviewRound.objects.filter(report=report, closed_at__isnull=True).update(
            closed_at=now, result=ReviewResult.WITHDRAWN
        )
        if report.signed_revision_id is not None:
            void_signature(flow)
        revision = make_revision(flow, paper_copy(report, number=normalize(number), dated=dated, scan=scan))
        close_supplement(report, now, answered_by=revision.pk)
        report.sent_revision = report.received_revision = revision
        report.sent_at = report.sent_at or arrived_at
        report.received_at = now
        record(flow, revision=revision.pk, attachment=scan.pk, arrived=int(arrived_at.timestamp()))
    return report


def request_supplement(
    *, report_id: int, actor: Person, revision_id: int, remarks: Said, due: datetime, now: datetime
) -> Supplement:
    """Ask for additions, a remark per section, with a due of their own. An on-time report stays on time."""
    remarks = list(remarks)
    with opened(report_id, actor, Verb.REQUEST_SUPPLEMENT, now, revision_id=revision_id, remarks=remarks, due=due) as (
        report,
        flow,
    ):
        flow.request_supplement()
        supplement = Supplement.objects.create(
            report=report, revision_id=revision_id, asked_by=actor, asked_at=now, due=due
        )
        report.supplement_due = due
        # What was sent stays signed; the supplement needs a signature of its own.
        report.signed_revision_id = None
        count = add_remarks(flow, remarks)
        release(flow)
        record(flow, revision=revision_id, supplement=supplement.pk, remarks=count)
    return supplement


def withdraw_supplement(*, report_id: int, actor: Person, now: datetime) -> Report:
    """Let the last sent revision stand as received; the open remarks need no answer any more."""
    with opened(report_id, actor, Verb.WITHDRAW_SUPPLEMENT, now) as (report, flow):
        flow.withdraw_supplement()
        close_supplement(report, now)
        Remark.objects.filter(report=report, verb=Verb.REQUEST_SUPPLEMENT, answer="").update(binding=False)
        report.current_revision_id = report.received_revision_id = report.sent_revision_id
        signed = Signature.objects.filter(revision=report.sent_revision_id, void_at__isnull=True)
        report.signed_revision_id = report.sent_revision_id if signed.exists() else None
        report.received_at = report.received_at or now
        record(flow, revision=report.sent_revision_id)
    return report


def include(*, report_id: int, actor: Person, now: datetime) -> Report:
    """Count the report in the consolidation."""
    with opened(report_id, actor, Verb.INCLUDE, now) as (report, flow):
        flow.include()
        report.included = True
        record(flow, revision=report.received_revision_id)
    return report


def leave_out(*, report_id: int, actor: Person, reason: str, now: datetime) -> Report:
    """Do not count the report in the consolidation."""
    with opened(report_id, actor, Verb.LEAVE_OUT, now, reason=reason) as (report, flow):
        flow.leave_out()
        report.included = False
        add_remarks(flow, [(None, reason)], binding=False)
        record(flow, revision=report.received_revision_id)
    return report


def exempt(*, report_id: int, actor: Person, reason: str, now: datetime) -> Report:
    """Free the unit from reporting. An open round is withdrawn."""
    with opened(report_id, actor, Verb.EXEMPT, now, reason=reason) as (report, flow):
        flow.exempt()
        ReviewRound.objects.filter(report=report, closed_at__isnull=True).update(
            closed_at=now, result=ReviewResult.WITHDRAWN
        )
        close_supplement(report, now)
        if report.signed_revision_id is not None:
            void_signature(flow)
        add_remarks(flow, [(None, reason)], binding=False)
        record(flow)
    return report


def reinstate(*, report_id: int, actor: Person, reason: str, due: datetime, now: datetime) -> Report:
    """Ask the unit to report after all, by a due in the future."""
    with opened(report_id, actor, Verb.REINSTATE, now, reason=reason, due=due) as (report, flow):
        flow.reinstate()
        report.due, report.due_set_at = due, now
        add_remarks(flow, [(None, reason)], binding=False)
        record(flow, due=int(due.timestamp()))
    return report


def assign_officer(*, report_id: int, actor: Person, person_id: int, now: datetime) -> Report:
    """Let one officer of the issuer follow this unit."""
    with opened(report_id, actor, Verb.ASSIGN_OFFICER, now, person_id=person_id) as (report, flow):
        flow.assign_officer()
        report.officer_id = person_id
        record(flow, person=person_id)
    return report


def remind(*, report_id: int, actor: Person, seen: datetime | None = None, now: datetime) -> Report:
    """Remind the unit now; whoever holds the work is told.

    With `seen`, when the screen was made, a unit that was reminded since then is refused (AlreadyDone).
    """
    with opened(report_id, actor, Verb.REMIND, now) as (report, flow):
        _remind(flow, _reminded_since(seen, [report_id]))
        record(flow)
    return report


def remind_all(
    *, report_ids: Sequence[int], actor: Person, seen: datetime | None = None, now: datetime
) -> list[Answer]:
    """Remind units of one request at once (đôn đốc hàng loạt); each row has its own answer. `seen` as in remind."""
    with opened_all(report_ids, actor, Verb.REMIND, now) as rows:
        done = _reminded_since(seen, report_ids)
        rows.each(lambda flow: _remind(flow, done))
    return rows.answers()


def _reminded_since(seen: datetime | None, report_ids: Sequence[int]) -> set[int]:
    """Asked under the lock of the reports, so that the second of two clicks finds what the first has done."""
    if seen is None:
        return set()
    events = Event.objects.filter(stream=Stream.REPORT, stream_id__in=report_ids, verb=Verb.REMIND, at__gte=seen)
    return set(events.values_list("stream_id", flat=True))


def _remind(flow: ReportFlow, done: set[int]) -> dict[str, Any]:
    if flow.report.pk in done:
        raise errors.AlreadyDone(state=flow.report.get_state_display(), verb=Verb.REMIND.label)
    flow.remind()
    return {}

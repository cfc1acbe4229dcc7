"""Extensions: the unit asks, the officer proposes, the leader decides. The original due is kept."""

from datetime import datetime

from workflow.actions.opening import opened
from workflow.actions.record import record
from workflow.choices import ExtensionDecision, Verb
from workflow.models import Extension, Person
from workflow.rules.vietnamese import normalize


def ask_extension(*, report_id: int, actor: Person, due: datetime, reason: str, now: datetime) -> Extension:
    """Ask the issuer for a later due (exclusive instant). Raises AlreadyAsked while one waits."""
    with opened(report_id, actor, Verb.ASK_EXTENSION, now, due=due, reason=reason) as (report, flow):
        flow.ask_extension()
        extension = Extension.objects.create(
            report=report, asked_by=actor, asked_at=now, asked_due=due, reason=normalize(reason)
        )
        record(flow, extension=extension.pk, due=int(due.timestamp()))
    return extension


def propose_extension(*, report_id: int, actor: Person, due: datetime | None, now: datetime) -> Extension:
    """Propose to the leader to grant a due, or (None) to refuse."""
    with opened(report_id, actor, Verb.PROPOSE_EXTENSION, now, due=due) as (_report, flow):
        flow.propose_extension()
        extension = flow.waiting_extension
        extension.proposed_by, extension.proposed_at = actor, now
        extension.proposal, extension.proposed_due = _decision(due), due
        extension.save()
        record(flow, extension=extension.pk, decision=extension.proposal)
    return extension


def decide_extension(*, report_id: int, actor: Person, due: datetime | None, now: datetime) -> Extension:
    """Grant a due, or (None) refuse. The due moves; what the request first said stays as original_due."""
    with opened(report_id, actor, Verb.DECIDE_EXTENSION, now, due=due) as (report, flow):
        flow.decide_extension()
        extension = flow.waiting_extension
        extension.decided_by, extension.decided_at = actor, now
        extension.decision, extension.decided_due = _decision(due), due
        extension.save()
        if due is not None:
            report.due = due
        record(flow, extension=extension.pk, decision=extension.decision, due=int(report.due.timestamp()))
    return extension


def _decision(due: datetime | None) -> ExtensionDecision:
    return ExtensionDecision.REFUSED if due is None else ExtensionDecision.GRANTED

"""Extensions: the unit asks, the officer proposes, the leader decides. The original due is kept."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from workflow import errors
from workflow.actions.bulk import Answer, Rows, opened_all
from workflow.actions.opening import opened
from workflow.actions.record import record
from workflow.choices import ExtensionDecision, Verb
from workflow.flows.report import ReportFlow
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
        facts = _propose(flow)
        flow.waiting_extension.save()
        record(flow, **facts)
    return flow.waiting_extension


def decide_extension(*, report_id: int, actor: Person, due: datetime | None, now: datetime) -> Extension:
    """Grant a due, or (None) refuse. The due moves; what the request first said stays as original_due."""
    with opened(report_id, actor, Verb.DECIDE_EXTENSION, now, due=due) as (_report, flow):
        facts = _decide(flow)
        flow.waiting_extension.save()
        record(flow, **facts)
    return flow.waiting_extension


def propose_extensions(
    *, report_ids: Sequence[int], actor: Person, due: datetime | None, now: datetime
) -> list[Answer]:
    """Propose one due for all, or (None) to refuse them, for reports of one request; each row has its own answer."""
    with opened_all(report_ids, actor, Verb.PROPOSE_EXTENSION, now) as rows:
        _bring_extensions(rows)
        proposed = rows.each(lambda flow: _asked(flow, due, _propose))
        _write(PROPOSED, proposed, [(one.proposal, one.proposed_due) for one in _extensions(proposed)])
    return rows.answers()


def decide_extensions(
    *,
    report_ids: Sequence[int],
    actor: Person,
    due: datetime | None,
    as_asked: bool = False,
    as_proposed: bool = False,
    now: datetime,
) -> list[Answer]:
    """Grant one due to all, refuse all (None), or decide each as it was asked or as the officer proposed.

    For reports of one request; each row has its own answer. Raises ValueError when more than one way is named.
    """
    if (due is not None) + as_asked + as_proposed > 1:
        raise ValueError("one due for all, each as asked, or each as proposed")

    def decide(flow: ReportFlow) -> dict[str, Any]:
        extension = flow.open_extension
        if extension is None:
            return _asked(flow, due, _decide)
        if as_proposed and not extension.proposal:
            raise errors.NothingProposed
        wish = extension.asked_due if as_asked else extension.proposed_due if as_proposed else due
        return _asked(flow, wish, _decide)

    with opened_all(report_ids, actor, Verb.DECIDE_EXTENSION, now) as rows:
        _bring_extensions(rows)
        decided = rows.each(decide)
        _write(DECIDED, decided, [(one.decision, one.decided_due) for one in _extensions(decided)])
    return rows.answers()


def _asked(flow: ReportFlow, due: datetime | None, act: Callable[[ReportFlow], dict[str, Any]]) -> dict[str, Any]:
    flow.asked["due"] = due
    return act(flow)


def _propose(flow: ReportFlow) -> dict[str, Any]:
    """Put the proposal into the waiting extension, unsaved; returns the event's facts."""
    flow.propose_extension()
    extension, due = flow.waiting_extension, flow.asked["due"]
    extension.proposed_by, extension.proposed_at = flow.actor, flow.now
    extension.proposal, extension.proposed_due = _decision(due), due
    return {"extension": extension.pk, "decision": extension.proposal}


def _decide(flow: ReportFlow) -> dict[str, Any]:
    """Put the decision into the waiting extension and a granted due into the report, unsaved."""
    flow.decide_extension()
    extension, report, due = flow.waiting_extension, flow.report, flow.asked["due"]
    extension.decided_by, extension.decided_at = flow.actor, flow.now
    extension.decision, extension.decided_due = _decision(due), due
    if due is not None:
        report.due, report.due_set_at = due, flow.now
    return {"extension": extension.pk, "decision": extension.decision, "due": int(report.due.timestamp())}


def _decision(due: datetime | None) -> ExtensionDecision:
    return ExtensionDecision.REFUSED if due is None else ExtensionDecision.GRANTED


def _bring_extensions(rows: Rows) -> None:
    """Read what waits on the locked reports at once, where the flows look for it."""
    waiting = Extension.objects.filter(report__in=[flow.report.pk for flow in rows.flows], decided_at__isnull=True)
    found = {extension.report_id: extension for extension in waiting}
    for flow in rows.flows:
        flow.open_extension = found.get(flow.report.pk)


def _extensions(flows: Sequence[ReportFlow]) -> list[Extension]:
    return [flow.waiting_extension for flow in flows]


PROPOSED = """
    UPDATE workflow_extension extension
       SET proposed_by_id = %(actor)s, proposed_at = %(now)s, proposal = chosen.decision, proposed_due = chosen.due
      FROM unnest(%(ids)s::bigint[], %(decisions)s::text[], %(dues)s::timestamptz[]) AS chosen (id, decision, due)
     WHERE extension.id = chosen.id
"""
DECIDED = """
    WITH decided AS (
        UPDATE workflow_extension extension
           SET decided_by_id = %(actor)s, decided_at = %(now)s, decision = chosen.decision, decided_due = chosen.due
          FROM unnest(%(ids)s::bigint[], %(decisions)s::text[], %(dues)s::timestamptz[]) AS chosen (id, decision, due)
         WHERE extension.id = chosen.id
     RETURNING extension.report_id, extension.decided_due)
    UPDATE workflow_report report SET due = decided.decided_due, due_set_at = %(now)s
      FROM decided WHERE report.id = decided.report_id AND decided.decided_due IS NOT NULL
"""


def _write(statement: str, flows: Sequence[ReportFlow], decisions: Sequence[tuple[str, datetime | None]]) -> None:
    if not flows:
        return
    parameters: dict[str, Any] = {
        "actor": flows[0].actor.pk,
        "now": flows[0].now,
        "ids": [extension.pk for extension in _extensions(flows)],
        "decisions": [decision for decision, _due in decisions],
        "dues": [due for _decision, due in decisions],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)

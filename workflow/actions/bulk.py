"""The door to a verb on many reports of one request: those that may go through do, the others are told why not.

Every row is judged by the flow itself, as a single verb is; locking, reading and writing are one statement for all.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from workflow import errors
from workflow.actions.opening import admit
from workflow.actions.record import record_many
from workflow.choices import Verb
from workflow.flows.holdings import holdings_of
from workflow.flows.report import Moved, ReportFlow
from workflow.models import Campaign, Person, Report
from workflow.rules.access import Holding, Parties, at_desk

Facts = dict[str, Any]
# What the conditions of these verbs look at; the rest of 52,000 rows is not fetched.
LOOKED_AT = (
    "campaign", "organization", "organization__kind", "issuer", "state", "due", "due_set_at", "sent_at",
)  # fmt: skip
LOCKED_CAMPAIGN = "SELECT * FROM workflow_campaign WHERE id = %s FOR SHARE"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one report: the refusal with its code and sentence, or the facts of what was done."""

    report_id: int
    refusal: errors.RuleBroken | None
    facts: Facts


class Rows:
    """Reports that were opened together for one verb of one actor."""

    def __init__(self, asked: Sequence[int], flows: Sequence[ReportFlow]) -> None:
        self.asked = asked
        self.refusals: dict[int, errors.RuleBroken] = dict.fromkeys(asked, errors.NotVisible())
        self.flows = self._kept(flows, admit)
        self.done: list[ReportFlow] = []
        self.facts: dict[int, Facts] = {}

    def _kept(self, flows: Sequence[ReportFlow], judge: Callable[[ReportFlow], object]) -> list[ReportFlow]:
        """Those that the judge lets pass; the others' refusals are kept."""
        kept = []
        for flow in flows:
            try:
                judge(flow)
            except errors.RuleBroken as refusal:
                self.refusals[flow.report.pk] = refusal.with_traceback(None)
            else:
                self.refusals.pop(flow.report.pk, None)
                kept.append(flow)
        return kept

    def each(self, act: Callable[[ReportFlow], Facts]) -> list[ReportFlow]:
        """Do the verb on every report, in memory only; returns those on which it was done."""

        def done(flow: ReportFlow) -> None:
            self.facts[flow.report.pk] = act(flow)

        self.done = self._kept(self.flows, done)
        return self.done

    def answers(self) -> list[Answer]:
        """One per report, in the order in which they were asked for."""
        return [Answer(one, self.refusals.get(one), self.facts.get(one, {})) for one in self.asked]


@contextmanager
def opened_all(report_ids: Sequence[int], actor: Person, verb: Verb, now: datetime) -> Iterator[Rows]:
    """Lock the reports at the actor's desk for a verb that moves none of them; record it on those that the block did.

    Raises WrongAnswer when they belong to several requests. Whatever else is refused is refused for its row only.
    """
    asked = list(dict.fromkeys(report_ids))
    with transaction.atomic():
        parties, request_of = _parties(asked)
        organizations = {one for found in parties.values() for one in (found.organization_id, found.issuer_id)}
        holdings = holdings_of(actor, sorted(organizations), now)
        ours = [pk for pk, found in parties.items() if at_desk(verb, holdings, found) is not None]
        if len({request_of[pk] for pk in ours}) > 1:
            raise errors.WrongAnswer
        reports = [*_locked(ours, request_of), *_unlocked(parties.keys() - set(ours))]
        rows = Rows(asked, [_flow(report, actor, holdings, now, verb) for report in reports])
        yield rows
        _record(rows, actor, verb, now)


def _parties(asked: Sequence[int]) -> tuple[dict[int, Parties], dict[int, int]]:
    """By report: the two organisations it lies between, and its request."""
    found = Report.objects.filter(pk__in=asked).values_list("pk", "organization_id", "issuer_id", "state", "campaign")
    rows = list(found)
    return {row[0]: Parties(row[1], row[2], row[3]) for row in rows}, {row[0]: row[4] for row in rows}


def _locked(ours: Sequence[int], request_of: dict[int, int]) -> list[Report]:
    """The request before its reports, the reports by id (lock order of design.md section 5)."""
    if not ours:
        return []
    campaign = Campaign.objects.raw(LOCKED_CAMPAIGN, [request_of[ours[0]]])[0]
    chosen = Report.objects.filter(pk__in=ours).select_related("organization").only(*LOOKED_AT)
    reports = list(chosen.order_by("pk").select_for_update(no_key=True, of=("self",)))
    for report in reports:
        report.campaign = campaign
    return reports


def _unlocked(others: set[int]) -> list[Report]:
    """Reports that are looked at only to say whose desk they lie on."""
    return list(Report.objects.filter(pk__in=others).select_related("organization", "campaign")) if others else []


def _flow(report: Report, actor: Person, holdings: Sequence[Holding], now: datetime, verb: Verb) -> ReportFlow:
    return ReportFlow(report, actor, holdings, now, verb, {})


def _record(rows: Rows, actor: Person, verb: Verb, now: datetime) -> None:
    if not rows.done:
        return
    left = [flow.report.pk for flow in rows.done if not flow.performed or flow.report.state != flow.state_from]
    if left:
        raise RuntimeError(f"{verb} was not called on, or moved, the reports {left[:5]}")
    moved = [Moved(flow.report.pk, flow.state_from, None) for flow in rows.done]
    each = [rows.facts[flow.report.pk] for flow in rows.done]
    record_many(verb, moved, None, actor, now, seat_id=rows.done[0].holding.seat_id, each=each)

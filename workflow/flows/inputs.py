"""What the conditions of a report's verbs ask: read lazily, each at most once."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q

from workflow import errors
from workflow.choices import (
    CELL_KINDS,
    Body,
    OpinionKind,
    ReportState,
    ReviewMode,
    Verb,
    label,
)
from workflow.flows.asked import AskedOutline, asked_outline
from workflow.models import (
    Campaign,
    Entry,
    Extension,
    Lateness,
    Person,
    Report,
    ReviewRound,
    Revision,
    Signature,
    Value,
)
from workflow.models.sql import read
from workflow.rules.access import DESKS, Holding, Parties, at_desk
from workflow.rules.calendar import local_day
from workflow.rules.quorum import Tally, adopted


def seats_on(now: datetime) -> Q:
    """Seats held on the local day of `now`, both ends inclusive."""
    today = local_day(now)
    return Q(since__lte=today) & (Q(until__isnull=True) | Q(until__gte=today))


# Points of rounds that were withdrawn or voided need no answer.
UNANSWERED = """
    SELECT (SELECT count(*) FROM workflow_opinionpoint point
              JOIN workflow_opinion opinion ON opinion.id = point.opinion_id
              JOIN workflow_reviewround round ON round.id = opinion.round_id
             WHERE round.report_id = %(report)s AND point.answer = '' AND round.result NOT IN ('WITHDRAWN', 'VOID'))
         + (SELECT count(*) FROM workflow_remark WHERE report_id = %(report)s AND binding AND answer = '')
"""


def tally_of(held: ReviewRound) -> Tally:
    """The answers of a round, from the minutes where they were entered."""
    if held.minutes_date is not None:
        return Tally(
            counted=held.counted,
            agree=held.minutes_agree or 0,
            disagree=held.minutes_disagree or 0,
            reserve=held.minutes_other or 0,
        )
    kinds = list(held.opinions.values_list("kind", flat=True))
    return Tally(
        counted=held.counted,
        agree=kinds.count(OpinionKind.AGREE),
        agree_with_additions=kinds.count(OpinionKind.AGREE_WITH_ADDITIONS),
        disagree=kinds.count(OpinionKind.DISAGREE),
        reserve=kinds.count(OpinionKind.RESERVE),
    )


class ReportInputs:
    """A report in one actor's hands at one moment, with what was asked of it."""

    def __init__(
        self,
        report: Report,
        actor: Person,
        holdings: Sequence[Holding],
        now: datetime,
        verb: Verb,
        asked: dict[str, Any] | None = None,
    ) -> None:
        self.report = report
        self.campaign: Campaign = report.campaign
        self.actor = actor
        self.holdings = holdings
        self.now = now
        self.verb = verb
        self.asked = asked or {}
        self.state_from = report.state

    @property
    def parties(self) -> Parties:
        return Parties(self.report.organization_id, self.report.issuer_id, self.report.state)

    @cached_property
    def holding_or_none(self) -> Holding | None:
        return at_desk(self.verb, self.holdings, self.parties)

    @property
    def holding(self) -> Holding:
        """The seat the actor acts from. Raises NotYourDesk without one."""
        return self.check_desk()

    def check_desk(self) -> Holding:
        if self.holding_or_none is None:
            desk = " / ".join(str(role.label) for role in sorted(DESKS[self.verb].roles))
            raise errors.NotYourDesk(verb=label(self.verb, self.report.organization.kind), desk=desk)
        return self.holding_or_none

    @property
    def state_label(self) -> str:
        return label(ReportState(self.report.state), self.report.organization.kind)

    @property
    def active_seats(self) -> Q:
        """Seats held on the flow's local day."""
        return seats_on(self.now)

    @cached_property
    def outline(self) -> AskedOutline:
        return asked_outline(self.report)

    def missing_places(self) -> list[str]:
        return self.outline.missing(self.report, self.entries, self.values)

    @cached_property
    def entries(self) -> dict[int, Entry]:
        """The working copy's sections by section id, as they were when first asked for."""
        return {entry.section_id: entry for entry in Entry.objects.filter(report=self.report)}

    @cached_property
    def values(self) -> dict[int, Value]:
        """The working copy's figures by indicator id, as they were when first asked for."""
        return {value.indicator_id: value for value in Value.objects.filter(report=self.report)}

    @cached_property
    def persons_counted(self) -> list[int]:
        """Ids of the official members who count: of the cell, or of the committee of a party organisation."""
        by_committee = (
            self.campaign.review_mode == ReviewMode.COMMITTEE or self.report.organization.kind not in CELL_KINDS
        )
        body = Body.COMMITTEE if by_committee else Body.CELL
        seats = self.report.organization.seats.filter(self.active_seats, voting=True, body=body)
        return sorted(set(seats.values_list("person_id", flat=True)))

    @cached_property
    def round(self) -> ReviewRound:
        return ReviewRound.objects.get(report=self.report, closed_at__isnull=True)

    @cached_property
    def tally(self) -> Tally:
        """The answers of the open round."""
        return tally_of(self.round)

    @property
    def review_adopted(self) -> bool:
        return adopted(self.round.mode, self.tally, self.asked["adopted"])

    def unanswered(self) -> int:
        """Opinions and binding remarks that nobody accepted or explained yet."""
        [(count,)] = read(UNANSWERED, {"report": self.report.pk})
        return int(count)

    @cached_property
    def valid_signature(self) -> Signature | None:
        signatures = Signature.objects.select_related("person", "revision")
        return signatures.filter(
            report=self.report, revision=self.report.signed_revision_id, void_at__isnull=True
        ).first()

    @property
    def signed_by_actor(self) -> bool:
        return self.valid_signature is not None and self.valid_signature.person_id == self.actor.pk

    @cached_property
    def signs_own_submission(self) -> bool:
        return self.submitted is not None and self.submitted.made_by_id == self.actor.pk

    @cached_property
    def submitted(self) -> Revision | None:
        """The current revision without its content."""
        return Revision.objects.defer("content").filter(pk=self.report.current_revision_id or 0).first()

    @cached_property
    def open_extension(self) -> Extension | None:
        return Extension.objects.filter(report=self.report, decided_at__isnull=True).first()

    @cached_property
    def lateness(self) -> Lateness | None:
        """Why the report is late, as far as somebody has said it."""
        return Lateness.objects.filter(report=self.report).first()

    @property
    def waiting_extension(self) -> Extension:
        """The extension that waits. Raises AlreadyDone when somebody has decided it."""
        if self.open_extension is None:
            raise errors.AlreadyDone(state=self.state_label, verb=self.verb.label)
        return self.open_extension

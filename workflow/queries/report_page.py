"""The page of one report: where it stands, who holds it, what was said, its papers, and what one may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from workflow.choices import Read, Role, Stage, Timeliness, Verb
from workflow.flows.calendars import calendar_of
from workflow.models import Extension, IssuedDocument, Lateness, Person, Report, ReviewRound, Revision
from workflow.queries.report import holders, reading
from workflow.queries.report_list import row_of
from workflow.queries.said import Said, said_about
from workflow.queries.seats import Called, holders_of
from workflow.queries.stage_clock import DeskTimes, times_of
from workflow.queries.timeliness import reason_of
from workflow.queries.urging import LetterToUnit, letters_about
from workflow.queries.verbs import verbs_from
from workflow.rules.access import UNIT_SEATS, held
from workflow.rules.timeliness import Standing

DAY = timedelta(days=1)
SMALL_VERBS = (Verb.ASSIGN, Verb.ASK_EXTENSION, Verb.GIVE_LATE_REASON, Verb.RECALL, Verb.RECALL_SENT)


@dataclass(frozen=True, slots=True)
class Ballot:
    """The newest round in totals; no names and no texts."""

    round: ReviewRound
    answered: int


@dataclass(frozen=True, slots=True)
class ReportPage:
    """`own`: the person sits in the unit; `may_draft`, `inside`: what of it he may read."""

    report: Report
    due: datetime
    standing: Standing
    holders: Sequence[Person]
    verbs: frozenset[Verb]
    own: bool
    may_draft: bool
    inside: bool
    ballot: Ballot | None
    extension: Extension | None
    late: Lateness | None
    said: Sequence[Said]
    revisions: Sequence[Revision]
    documents: Sequence[IssuedDocument]
    letters: Sequence[LetterToUnit]
    times: DeskTimes
    drafters: Sequence[Called]
    drafter: str

    @property
    def small_verbs(self) -> list[Verb]:
        """The verbs that this page itself does."""
        hidden = {Verb.ASK_EXTENSION} if self.report.sent_at or self._extension_waits else set()
        if self.standing.timeliness not in {Timeliness.OVERDUE, Timeliness.LATE} or self._excused:
            hidden.add(Verb.GIVE_LATE_REASON)
        return [verb for verb in SMALL_VERBS if verb in self.verbs and verb not in hidden]

    @property
    def _extension_waits(self) -> bool:
        return self.extension is not None and self.extension.decided_at is None

    @property
    def _excused(self) -> bool:
        return self.late is not None and bool(self.late.excuse)

    @property
    def desk_days(self) -> list[tuple[Stage, Decimal]]:
        """Working days at each desk where it has been, to one place."""
        days = {stage: Decimal(round(spent / DAY * 10)) / 10 for stage, spent in self.times.times.items() if spent}
        return list(days.items())


def report_page(report_id: int, person: Person, now: datetime) -> ReportPage:
    """To every seat of the unit and to the issuer's office. A constant number of queries. Raises NotVisible."""
    seen = reading(report_id, person, Read.STATE, now)
    report, calendar = seen.report, calendar_of(seen.report.issuer_id)
    row = row_of(report, calendar, now)
    latest = ReviewRound.objects.filter(report=report).order_by("-number").first()
    verbs = verbs_from(report, seen.holdings)
    extensions = Extension.objects.filter(report=report).select_related("asked_by", "proposed_by", "decided_by")
    documents = IssuedDocument.objects.filter(report=report).defer("content").order_by("-issued_at", "-pk")
    inside = seen.may(Read.REVIEW)
    return ReportPage(
        report=report,
        due=row.due,
        standing=row.standing,
        holders=holders(report, now),
        verbs=verbs,
        own=held(seen.holdings, report.organization_id, UNIT_SEATS) is not None,
        may_draft=seen.may(Read.WORKING_COPY),
        inside=inside,
        ballot=Ballot(latest, latest.opinions.count()) if latest else None,
        extension=extensions.order_by("-pk").first(),
        late=reason_of(report),
        said=said_about(report, inside=inside),
        revisions=_revisions(report, inside=inside, signed=seen.may(Read.SUBMITTED)),
        documents=[one for one in documents if report.sent_revision_id is not None],
        letters=letters_about(report),
        times=times_of(report, calendar, now),
        drafters=holders_of(report.organization_id, Role.DRAFTER, now) if Verb.ASSIGN in verbs else [],
        drafter=report.drafter.full_name if report.drafter else "",
    )


def _revisions(report: Report, *, inside: bool, signed: bool) -> list[Revision]:
    """The revisions the person may read, the newest first: all to the cell, else the signed one and what was sent."""
    found = Revision.objects.filter(report=report).select_related("made_by").defer("content").order_by("-number")
    if inside:
        return list(found)
    allowed = [report.sent_revision_id, report.received_revision_id]
    if signed:
        allowed.append(report.current_revision_id)
    return list(found.filter(pk__in=[pk for pk in allowed if pk is not None]))


def is_first_reading(page: ReportPage) -> bool:
    """Whether somebody of the unit reads the request for the first time now."""
    return page.own and page.report.opened_at is None and Verb.OPEN_REQUEST in page.verbs

"""The office's view of one report: what was sent, what was asked, what strikes the eye, and the pile it lies in."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflow import errors
from workflow.choices import RUNNING, Aggregation, Read, ReportState, SectionKind, Verb
from workflow.documents.blocks import Block, blocks_of, standing_of
from workflow.flows.asked import asked_outline
from workflow.flows.calendars import calendar_of
from workflow.flows.holdings import holdings_of
from workflow.models import Attachment, IssuedDocument, Person, Remark, Report, Revision, Section, Supplement
from workflow.queries.flags import Alike, FigureLine, figure_lines, like_texts, same_figures
from workflow.queries.report import readable
from workflow.queries.verbs import verbs_of
from workflow.rules.access import ISSUER_SEATS, held
from workflow.rules.calendar import WorkingCalendar, local_day
from workflow.rules.prose import says_nothing
from workflow.rules.timeliness import Standing, standing

# How long a unit is given for a supplement, in working days, where the office says nothing else.
SUPPLEMENT_DAYS = 3
_REASONED = [Verb.LEAVE_OUT, Verb.EXEMPT, Verb.REINSTATE]


@dataclass(frozen=True, slots=True)
class Place:
    """A section as this unit was asked it, and how it was filled; `alike`: units with most of the same text.

    A heading that was left without words of its own is not blank where something stands below it.
    """

    section: Section
    blank: bool
    alike: Sequence[Alike]


@dataclass(frozen=True, slots=True)
class Asking:
    """A supplement asked for: its remarks, answered or not, and how it stands against its own due."""

    supplement: Supplement
    standing: Standing
    remarks: Sequence[Remark]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sent report in the pile of its request."""

    report_id: int
    unit: str


@dataclass(frozen=True, slots=True)
class Pile:
    """What else of the request waits for receipt, oldest first; `next` is the one after this report."""

    count: int
    next: Waiting | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A sent revision beside what was asked."""

    revision: Revision
    document: IssuedDocument | None
    paper: Mapping[str, Any] | None
    scan: Attachment | None
    blocks: Sequence[Block]
    places: Sequence[Place]
    figures: Sequence[FigureLine]
    twins: Sequence[str]

    @property
    def blank_places(self) -> list[Place]:
        return [place for place in self.places if place.blank]

    @property
    def copied(self) -> list[Place]:
        return [place for place in self.places if place.alike]

    @property
    def flagged(self) -> list[FigureLine]:
        return [line for line in self.figures if line.flag or line.moved]

    @property
    def has_before(self) -> bool:
        return any(line.before is not None for line in self.figures)


@dataclass(frozen=True, slots=True)
class Examination:
    report: Report
    sent: Sent | None
    standing: Standing
    sections: Sequence[Section]
    askings: Sequence[Asking]
    reason: Remark | None
    verbs: frozenset[Verb]
    pile: Pile
    supplement_day: date


def received_by(report_id: int, person: Person, read: Read, now: datetime) -> Report:
    """The report, for the issuer's office only. Raises NotVisible, and NotYourDesk to the unit's own people."""
    report = readable(report_id, person, read, now)
    if not held(holdings_of(person, [report.issuer_id], now), report.issuer_id, ISSUER_SEATS):
        desk = " / ".join(str(role.label) for role in sorted(ISSUER_SEATS))
        raise errors.NotYourDesk(verb=Verb.RECEIVE.label, desk=desk)
    return report


def examination(report_id: int, person: Person, now: datetime) -> Examination:
    """Everything the office needs to receive a report or to ask for more. A constant number of queries."""
    report = received_by(report_id, person, Read.SENT, now)
    calendar = calendar_of(report.issuer_id)
    asked = asked_outline(report)
    reasons = Remark.objects.filter(report=report, verb__in=_REASONED).select_related("person")
    return Examination(
        report=report,
        sent=_sent(report),
        standing=standing(
            report.due,
            report.sent_at,
            now,
            calendar,
            exempt=report.state == ReportState.EXEMPT,
            running=report.campaign.state in RUNNING,
        ),
        sections=asked.sections,
        askings=_askings(report, now, calendar),
        reason=reasons.order_by("-pk").first(),
        verbs=verbs_of(report, person, now),
        pile=pile_around(report),
        supplement_day=calendar.add_working_days(local_day(now), SUPPLEMENT_DAYS),
    )


def pile_around(report: Report) -> Pile:
    """The other sent reports of the same request and the one that follows this one; the last is followed by the first.

    One query.
    """
    others = Report.objects.filter(campaign=report.campaign_id, state=ReportState.SENT).exclude(pk=report.pk)
    rows = list(others.order_by("sent_at", "pk").values_list("pk", "sent_at", "organization__name"))
    here = (report.sent_at, report.pk)
    after = [row for row in rows if report.sent_at is not None and (row[1], row[0]) > here]
    following = next(iter(after or rows), None)
    return Pile(len(rows), following and Waiting(following[0], following[2]))


def _sent(report: Report) -> Sent | None:
    revision = report.sent_revision
    if revision is None:
        return None
    content = json.loads(revision.content)
    outline = asked_outline(report)
    indicators = [one for one in outline.indicators if one.aggregation != Aggregation.RATIO]
    paper = content.get("paper")
    figures = [] if paper else figure_lines(report, revision.pk, indicators)
    document = IssuedDocument.objects.filter(revision=revision).first()
    return Sent(
        revision=revision,
        document=document,
        paper=paper,
        scan=Attachment.objects.filter(report=report, sha256=paper["sha256"]).last() if paper else None,
        blocks=blocks_of(revision.content, standing_of(document.content) if document else None),
        places=[] if paper else _places(outline.sections, content, figures, like_texts(report, revision.pk)),
        figures=figures,
        twins=[] if paper else same_figures(report, revision.pk),
    )


def _places(
    sections: Sequence[Section],
    content: Mapping[str, Any],
    figures: Sequence[FigureLine],
    alike: Mapping[str, list[Alike]],
) -> list[Place]:
    written = {part["key"]: part for part in content["sections"]}
    given = {line.indicator.section_id for line in figures if line.flag != "blank"}

    def is_filled(section: Section) -> bool:
        if section.kind == SectionKind.INDICATORS:
            return section.pk in given
        part = written.get(section.key, {})
        return not says_nothing(part.get("text", "")) or bool(part.get("rows"))

    filled = [section.key for section in sections if is_filled(section)]

    def is_blank(section: Section) -> bool:
        if section.required:
            return section.key not in filled
        return not any(key == section.key or key.startswith(f"{section.key}.") for key in filled)

    return [Place(section, is_blank(section), alike.get(section.key, [])) for section in sections]


def _askings(report: Report, now: datetime, calendar: WorkingCalendar) -> list[Asking]:
    """Supplements, the newest first. An answer is shown once it was sent: before, it is the unit's own draft."""
    remarks: dict[datetime, list[Remark]] = {}
    said = Remark.objects.filter(report=report, verb=Verb.REQUEST_SUPPLEMENT).select_related("section")
    for remark in said.order_by("section__position", "pk"):
        remarks.setdefault(remark.at, []).append(remark)
    askings = []
    for one in Supplement.objects.filter(report=report).select_related("asked_by").order_by("-pk"):
        withdrawn = one.closed_at is not None and one.answered_by_id is None
        stands = standing(one.due, one.closed_at, now, calendar, exempt=withdrawn)
        askings.append(Asking(one, stands, remarks.get(one.asked_at, [])))
    return askings

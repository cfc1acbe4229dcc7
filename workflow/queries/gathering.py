"""One section of the committee's own report at the workbench: what the units wrote for it, what of it is used."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow import errors
from workflow.choices import SectionKind
from workflow.documents.runs import Node, nodes_of
from workflow.flows.asked import asked_outline
from workflow.flows.gathered import Part, parts
from workflow.models import Entry, Report, Section, Source
from workflow.queries.workbench import Bench
from workflow.rules.prose import plain, says_nothing
from workflow.rules.vietnamese import search_fold

# The cells of rows, in the order of their section's columns.
Cells = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What one unit's received revision says; `taken`: it is used, `outdated`: an older revision of the unit is."""

    part: Part
    report: Report
    number: int
    sent_at: datetime
    rows: Cells
    taken: bool
    outdated: bool
    alike: int

    @property
    def nodes(self) -> Sequence[Node]:
        return nodes_of(self.part.text)

    @property
    def words(self) -> str:
        """What a search looks through, without diacritics."""
        rows = [value for row in self.part.rows for value in row.values()]
        return search_fold(" ".join([self.part.organization, plain(self.part.text), *rows]))


@dataclass(frozen=True, slots=True)
class SectionBench:
    """`entry` is the own working copy, None where nothing is written or the person may not read it."""

    section: Section
    previous: Section | None
    next: Section | None
    entry: Entry | None
    paragraphs: Sequence[Paragraph]
    fed: int
    rows: int

    @property
    def nodes(self) -> Sequence[Node]:
        """What the own report says so far."""
        return nodes_of(self.entry.text) if self.entry else ()

    @property
    def own_rows(self) -> Cells:
        return _cells(self.section, self.entry.rows) if self.entry else ()

    @property
    def has_texts(self) -> bool:
        return any(one.part.text for one in self.paragraphs)

    @property
    def used(self) -> int:
        return sum(one.taken or one.outdated for one in self.paragraphs)


def section_bench(at: Bench, section_id: int, wanted: str = "") -> SectionBench:
    """The units' paragraphs that feed a section, searched without diacritics. Raises NotVisible."""
    sections = [one for one in asked_outline(at.own).sections if one.kind != SectionKind.INDICATORS]
    place = next((place for place, one in enumerate(sections) if one.pk == section_id), None)
    if place is None:
        raise errors.NotVisible
    section = sections[place]
    said = [part for part in parts(at.campaign, section.pk) if part.rows or not says_nothing(part.text)]
    found = _paragraphs(at, section, said)
    sought = search_fold(wanted)
    return SectionBench(
        section=section,
        previous=sections[place - 1] if place else None,
        next=sections[place + 1] if place + 1 < len(sections) else None,
        entry=Entry.objects.filter(report=at.own, section=section).first() if at.may_read_draft else None,
        paragraphs=[one for one in found if sought in one.words],
        fed=len(found),
        rows=sum(len(part.rows) for part in said),
    )


def _cells(section: Section, rows: Sequence[Mapping[str, str]]) -> Cells:
    keys = [column["key"] for column in section.columns]
    return [[row.get(key, "") for key in keys] for row in rows]


def _paragraphs(at: Bench, section: Section, said: Sequence[Part]) -> list[Paragraph]:
    reports = _reports([part.revision_id for part in said])
    used: dict[int, set[int]] = {}
    sources = Source.objects.filter(entry__report=at.own, entry__section=section)
    for report_id, revision_id in sources.values_list("revision__report", "revision"):
        used.setdefault(report_id, set()).add(revision_id)
    alike = Counter(search_fold(plain(part.text)) for part in said)
    paragraphs = []
    for part in said:
        report = reports[part.revision_id]
        taken = used.get(report.pk, set())
        revision = report.received_revision
        if revision is None or report.sent_at is None:
            continue
        paragraphs.append(
            Paragraph(
                part=part,
                report=report,
                number=revision.number,
                sent_at=report.sent_at,
                rows=_cells(section, part.rows),
                taken=part.revision_id in taken,
                outdated=bool(taken) and part.revision_id not in taken,
                alike=alike[search_fold(plain(part.text))] - 1 if part.text else 0,
            )
        )
    return paragraphs


def _reports(revision_ids: Sequence[int]) -> Mapping[int, Report]:
    """The reports whose received revisions these are, by revision. One query."""
    reports = Report.objects.filter(received_revision__in=revision_ids).select_related(
        "organization", "received_revision"
    )
    return {report.received_revision_id: report for report in reports if report.received_revision_id is not None}

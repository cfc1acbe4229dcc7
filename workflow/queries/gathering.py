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
class Piece:
    """What one unit wrote in one of the sections that feed this one; `alike`: so many other pieces say the same."""

    part: Part
    rows: Cells
    alike: int

    @property
    def nodes(self) -> Sequence[Node]:
        return nodes_of(self.part.text)


@dataclass(frozen=True, slots=True)
class UnitTexts:
    """All that one unit's received revision says here; `taken`: it is used, `outdated`: an older revision of it is."""

    report: Report
    revision_id: int
    sent_at: datetime
    pieces: Sequence[Piece]
    taken: bool
    outdated: bool

    @property
    def has_text(self) -> bool:
        return any(piece.part.text for piece in self.pieces)

    @property
    def words(self) -> str:
        """What a search looks through, without diacritics."""
        rows = [value for piece in self.pieces for row in piece.part.rows for value in row.values()]
        texts = [plain(piece.part.text) for piece in self.pieces]
        return search_fold(" ".join([self.report.organization.name, *texts, *rows]))


@dataclass(frozen=True, slots=True)
class SectionBench:
    """`entry` is the own working copy, None where nothing is written or the person may not read it.

    `units` are those that the search found, `fed` is how many wrote something.
    """

    section: Section
    previous: Section | None
    next: Section | None
    entry: Entry | None
    units: Sequence[UnitTexts]
    fed: int
    used: int
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
        return any(unit.has_text for unit in self.units)


def section_bench(at: Bench, section_id: int, wanted: str = "") -> SectionBench:
    """What the units wrote for a section, searched without diacritics. Raises NotVisible."""
    sections = [one for one in asked_outline(at.own).sections if one.kind != SectionKind.INDICATORS]
    place = next((place for place, one in enumerate(sections) if one.pk == section_id), None)
    if place is None:
        raise errors.NotVisible
    section = sections[place]
    said = [part for part in parts(at.campaign, section.pk) if part.rows or not says_nothing(part.text)]
    found = _units(at, section, said)
    sought = search_fold(wanted)
    return SectionBench(
        section=section,
        previous=sections[place - 1] if place else None,
        next=sections[place + 1] if place + 1 < len(sections) else None,
        entry=Entry.objects.filter(report=at.own, section=section).first() if at.may_read_draft else None,
        units=[unit for unit in found if sought in unit.words],
        fed=len(found),
        used=sum(unit.taken or unit.outdated for unit in found),
        rows=sum(len(part.rows) for part in said),
    )


def _cells(section: Section, rows: Sequence[Mapping[str, str]]) -> Cells:
    keys = [column["key"] for column in section.columns]
    return [[row.get(key, "") for key in keys] for row in rows]


def _units(at: Bench, section: Section, said: Sequence[Part]) -> list[UnitTexts]:
    reports = _reports([part.revision_id for part in said])
    used: dict[int, set[int]] = {}
    sources = Source.objects.filter(entry__report=at.own, entry__section=section)
    for report_id, revision_id in sources.values_list("revision__report", "revision"):
        used.setdefault(report_id, set()).add(revision_id)
    folded = {id(part): search_fold(plain(part.text)) for part in said}
    alike = Counter(folded.values())
    pieces: dict[int, list[Piece]] = {}
    for part in said:
        others = alike[folded[id(part)]] - 1 if part.text else 0
        pieces.setdefault(part.revision_id, []).append(Piece(part, _cells(section, part.rows), others))
    units = []
    for revision_id, written in pieces.items():
        report = reports[revision_id]
        taken = used.get(report.pk, set())
        if report.sent_at is None:
            continue
        here = revision_id in taken
        units.append(UnitTexts(report, revision_id, report.sent_at, written, here, bool(taken) and not here))
    return units


def _reports(revision_ids: Sequence[int]) -> Mapping[int, Report]:
    """The reports whose received revisions these are, by revision. One query."""
    reports = Report.objects.filter(received_revision__in=revision_ids).select_related(
        "organization", "received_revision"
    )
    return {report.received_revision_id: report for report in reports if report.received_revision_id is not None}

"""The drafter's desk: the outline as it is filled, what is missing, what was said, and who else is writing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow import errors
from workflow.choices import AudienceRule, ReportState, ReviewMode, SectionKind, Verb
from workflow.errors import RuleBroken
from workflow.flows.asked import AskedOutline, asked_outline
from workflow.flows.calendars import calendar_of
from workflow.models import Entry, Indicator, Person, Report, Section, Value
from workflow.queries.report import working_copy
from workflow.queries.said import Said, said_about, unanswered
from workflow.queries.verbs import verbs_of
from workflow.rules.calendar import WorkingCalendar
from workflow.rules.outline import CrossCheck, check_cross
from workflow.rules.prose import says_nothing
from workflow.rules.timeliness import Standing, standing

WRITING_NOW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Place:
    """A section in the outline: how deep, what is missing in it, and how much was said there and not answered."""

    section: Section
    depth: int
    missing: Sequence[str]
    written: bool
    open_said: int
    closed_to_others: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A required place that is blank, in words, with the section where it is filled."""

    words: str
    section_id: int


@dataclass(frozen=True, slots=True)
class Clash:
    """Figures that contradict each other, with their codes and labels, where the request does not say it in words."""

    refusal: RuleBroken
    names: Sequence[str]
    section_id: int


@dataclass(frozen=True, slots=True)
class DraftingDesk:
    report: Report
    outline: AskedOutline
    places: Sequence[Place]
    gaps: Sequence[Gap]
    clashes: Sequence[Clash]
    said: Sequence[Said]
    verbs: frozenset[Verb]
    entries: Mapping[int, Entry]
    values: Mapping[int, Value]
    writers: Mapping[int, str]
    standing: Standing
    calendar: WorkingCalendar
    due: datetime

    @property
    def editable(self) -> bool:
        return Verb.SAVE_ENTRY in self.verbs

    @property
    def unanswered(self) -> list[Said]:
        return unanswered(self.said)

    @property
    def ready(self) -> bool:
        return not (self.gaps or self.clashes or self.unanswered_hinders)

    @property
    def unanswered_hinders(self) -> bool:
        """Opinions and remarks must be answered before the signature, not before a further round."""
        return self.next_verb == Verb.SUBMIT_FOR_SIGNING and bool(self.unanswered)

    @property
    def next_verb(self) -> Verb:
        """The hand-over that comes next, whoever makes it."""
        review_first = self.report.state == ReportState.DRAFT and self.report.campaign.review_mode != ReviewMode.NONE
        return Verb.SUBMIT_FOR_REVIEW if review_first else Verb.SUBMIT_FOR_SIGNING

    def neighbours(self, section_id: int) -> tuple[Section | None, Section | None]:
        sections = [place.section for place in self.places]
        at = next(number for number, section in enumerate(sections) if section.pk == section_id)
        return sections[at - 1] if at else None, sections[at + 1] if at + 1 < len(sections) else None

    def place_of(self, section_id: int) -> Place:
        """Raises NotVisible for a section that this unit is not asked."""
        for place in self.places:
            if place.section.pk == section_id:
                return place
        raise errors.NotVisible

    def indicators_of(self, section_id: int) -> list[Indicator]:
        return [one for one in self.outline.indicators if one.section_id == section_id]


def drafting_desk(report_id: int, person: Person, now: datetime) -> DraftingDesk:
    """Everything the desk shows. A constant number of queries. Raises NotVisible (404), NotYourDesk (403)."""
    copy = working_copy(report_id, person, now)
    report, outline = copy.report, asked_outline(copy.report)
    entries = {entry.section_id: entry for entry in copy.entries}
    values = {value.indicator_id: value for value in copy.values}
    said = said_about(report, inside=True)
    calendar = calendar_of(report.issuer_id)
    missing = outline.missing(report, entries, values)
    supplement = report.state == ReportState.SUPPLEMENT
    due = report.supplement_due if supplement and report.supplement_due else report.due
    return DraftingDesk(
        report=report,
        outline=outline,
        places=_places(outline, entries, values, frozenset(missing), said),
        gaps=_gaps(outline, missing),
        clashes=_clashes(outline, values),
        said=said,
        verbs=verbs_of(report, person, now),
        entries=entries,
        values=values,
        writers=_writers(entries, person, now),
        standing=standing(due, None if supplement else report.sent_at, now, calendar),
        calendar=calendar,
        due=due,
    )


def _places(
    outline: AskedOutline,
    entries: Mapping[int, Entry],
    values: Mapping[int, Value],
    missing: frozenset[str],
    said: Sequence[Said],
) -> list[Place]:
    depths: dict[int, int] = {}
    codes: dict[int, list[Indicator]] = {}
    for indicator in outline.indicators:
        codes.setdefault(indicator.section_id, []).append(indicator)
    open_said: dict[int, int] = {}
    for one in unanswered(said):
        if one.section is not None:
            open_said[one.section.pk] = open_said.get(one.section.pk, 0) + 1
    places = []
    for section in outline.sections:
        depths[section.pk] = depths.get(section.parent_id or 0, -1) + 1
        own = codes.get(section.pk, [])
        entry = entries.get(section.pk)
        lacking = [section.heading] if section.key in missing else []
        lacking += [one.label for one in own if one.code in missing]
        written = (entry is not None and (bool(entry.rows) or not says_nothing(entry.text))) or any(
            _is_given(values.get(one.pk)) for one in own
        )
        closed = section.audience == AudienceRule.LIST
        places.append(Place(section, depths[section.pk], lacking, written, open_said.get(section.pk, 0), closed))
    return places


def _is_given(value: Value | None) -> bool:
    return value is not None and (value.number is not None or value.not_applicable or bool(value.text.strip()))


def _gaps(outline: AskedOutline, missing: Sequence[str]) -> list[Gap]:
    where = {section.key: section.pk for section in outline.sections}
    where |= {indicator.code: indicator.section_id for indicator in outline.indicators}
    return [Gap(outline.words(place), where[place]) for place in missing]


def _clashes(outline: AskedOutline, values: Mapping[int, Value]) -> list[Clash]:
    given = {spec.code: values[spec.id] for spec in outline.indicator_specs if spec.id in values}
    where = {indicator.code: indicator.section_id for indicator in outline.indicators}
    found = []
    for check in outline.outline.checks:
        codes = _codes(check)
        try:
            check_cross([check], given)
        except errors.WrongFigure as refusal:
            first = next((where[code] for code in codes if code in where), 0)
            names = [] if check.get("message") else [outline.words(code) for code in codes if code in where]
            found.append(Clash(refusal, names, first))
    return found


def _codes(check: CrossCheck) -> list[str]:
    sides = [[side] if isinstance(side, str) else side for side in (check["left"], check["right"])]
    return [code for side in sides for code in side]


def _writers(entries: Mapping[int, Entry], person: Person, now: datetime) -> dict[int, str]:
    """Who else saved a section a few minutes ago, by section."""
    return {
        section_id: entry.edited_by.full_name
        for section_id, entry in entries.items()
        if entry.edited_by_id != person.pk and entry.edited_at > now - WRITING_NOW
    }


def takes_text(section: Section, indicators: Sequence[Indicator]) -> bool:
    """Whether the section is written in sentences; a mere table of figures is not."""
    return section.kind != SectionKind.INDICATORS or not indicators

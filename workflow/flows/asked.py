"""The outline as one unit is asked it: the sections and indicators of its report's version, in tree order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from workflow.choices import AudienceRule
from workflow.models import Entry, Indicator, Outline, Report, Section, Value
from workflow.rules.outline import IndicatorSpec, SectionSpec, asked_of, check_cross, missing_places


@dataclass(frozen=True, slots=True)
class AskedOutline:
    """`sections` and `indicators` are what this unit is asked; a house report is asked everything."""

    outline: Outline
    sections: Sequence[Section]
    indicators: Sequence[Indicator]
    section_specs: Sequence[SectionSpec]
    indicator_specs: Sequence[IndicatorSpec]

    def missing(self, report: Report, entries: Mapping[int, Entry], values: Mapping[int, Value]) -> list[str]:
        """Section keys and indicator codes that are required and still blank."""
        places = missing_places(
            self.section_specs,
            self.indicator_specs,
            entries,
            values,
            organization_id=report.organization_id,
            kind=report.organization.kind,
        )
        return [place.indicator_code or place.section_key for place in places]

    def words(self, place: str) -> str:
        """A section key or an indicator code as people know it: numbering and heading, or code and label."""
        known: dict[str, Section | Indicator] = {row.key: row for row in self.sections}
        known |= {row.code: row for row in self.indicators}
        return str(known[place])

    def check_figures(self, values: Mapping[int, Value]) -> None:
        """Refuse figures that contradict each other. Raises WrongFigure."""
        given = {spec.code: values[spec.id] for spec in self.indicator_specs if spec.id in values}
        check_cross(self.outline.checks, given)


def section_spec(section: Section, units: frozenset[int], *, addressed_to_all: bool = False) -> SectionSpec:
    return SectionSpec(
        id=section.pk,
        key=section.key,
        kind=section.kind,
        required=section.required,
        audience=AudienceRule.ALL if addressed_to_all else section.audience,
        audience_kinds=frozenset(section.audience_kinds),
        audience_ids=units,
        parent_id=section.parent_id,
    )


def indicator_spec(indicator: Indicator, codes: dict[int, str]) -> IndicatorSpec:
    return IndicatorSpec(
        id=indicator.pk,
        code=indicator.code,
        section_id=indicator.section_id,
        aggregation=indicator.aggregation,
        required=indicator.required,
        minimum=indicator.minimum,
        maximum=indicator.maximum,
        decimals=indicator.decimals,
        numerator=codes.get(indicator.numerator_id or 0, ""),
        denominator=codes.get(indicator.denominator_id or 0, ""),
        owner_id=indicator.owner_id,
    )


@dataclass(frozen=True, slots=True)
class _Written:
    """One version of an outline, whoever is asked it."""

    outline: Outline
    sections: Mapping[int, Section]
    indicators: Sequence[Indicator]
    section_specs: Sequence[SectionSpec]
    indicator_specs: Sequence[IndicatorSpec]


def _read(outline_id: int, version: int, house: bool) -> _Written:
    sections = list(Section.objects.filter(outline=outline_id, since_version__lte=version))
    indicators = list(Indicator.objects.filter(outline=outline_id, since_version__lte=version))
    units: dict[int, set[int]] = {}
    listed = Section.audience_units.through.objects.filter(section__outline=outline_id)
    for section_id, unit_id in listed.values_list("section_id", "organization_id"):
        units.setdefault(section_id, set()).add(unit_id)
    codes = {indicator.pk: indicator.code for indicator in indicators}
    return _Written(
        Outline.objects.get(pk=outline_id),
        {section.pk: section for section in sections},
        indicators,
        [section_spec(section, frozenset(units.get(section.pk, ())), addressed_to_all=house) for section in sections],
        [indicator_spec(indicator, codes) for indicator in indicators],
    )


@lru_cache(maxsize=64)
def _read_frozen(outline_id: int, version: int, house: bool, _opened_at: datetime) -> _Written:
    return _read(outline_id, version, house)


def asked_outline(report: Report) -> AskedOutline:
    """What this report is asked. No query for a version met before, four otherwise."""
    campaign, version = report.campaign, report.outline_version
    # Opening froze the outline and amendments only add a version, so processes may remember one that is open.
    written = (
        _read(campaign.outline_id or 0, version, campaign.house)
        if campaign.opened_at is None
        else _read_frozen(campaign.outline_id or 0, version, campaign.house, campaign.opened_at)
    )
    specs = asked_of(written.section_specs, report.organization_id, report.organization.kind)
    shown = {spec.id for spec in specs}
    return AskedOutline(
        outline=written.outline,
        sections=[written.sections[spec.id] for spec in specs],
        indicators=[indicator for indicator in written.indicators if indicator.section_id in shown],
        section_specs=specs,
        indicator_specs=[spec for spec in written.indicator_specs if spec.section_id in shown],
    )

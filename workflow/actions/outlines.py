"""Writing what a request asks. Before opening it is written whole; afterwards it only grows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workflow import errors
from workflow.actions.lines import line
from workflow.choices import Aggregation, AudienceRule
from workflow.models import Campaign, Indicator, Organization, Outline, Section
from workflow.rules.outline import CrossCheck
from workflow.rules.vietnamese import normalize


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """A section to be asked; `parent` and `feeds` are keys, of this outline and of the upper one."""

    key: str
    heading: str
    kind: str
    numbering: str = ""
    guidance: str = ""
    parent: str = ""
    required: bool = True
    audience: str = AudienceRule.ALL
    audience_kinds: Sequence[str] = ()
    audience_units: Sequence[int] = ()
    columns: Sequence[Mapping[str, str]] = ()
    feeds: str = ""
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorDraft:
    """An indicator to be asked; `numerator` and `denominator` are codes, for a RATIO only."""

    code: str
    section: str
    label: str
    aggregation: str
    unit: str = ""
    decimals: int = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    required: bool = True
    numerator: str = ""
    denominator: str = ""
    owner: int | None = None
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class OutlineDraft:
    title: str
    sections: Sequence[SectionDraft]
    indicators: Sequence[IndicatorDraft] = ()
    checks: Sequence[CrossCheck] = field(default_factory=tuple)


def write_outline(campaign: Campaign, draft: OutlineDraft) -> Outline:
    """Replace the outline of a campaign that is being prepared. Raises RequestFrozen once it is open."""
    outline = campaign.outline
    if outline is not None and outline.frozen_at is not None:
        raise errors.RequestFrozen
    if outline is None:
        outline = Outline.objects.create(organization=campaign.issuer, title=line(Outline, "title", draft.title))
    else:
        # A ratio refers to its parts, so it goes before them.
        Indicator.objects.filter(outline=outline, aggregation=Aggregation.RATIO).delete()
        Indicator.objects.filter(outline=outline).delete()
        for section in outline.sections.order_by("-position"):
            section.delete()
        outline.title = line(Outline, "title", draft.title)
    outline.checks = [dict(check) for check in draft.checks]
    outline.save()
    _add(campaign, outline, draft)
    campaign.outline = outline
    return outline


def extend_outline(campaign: Campaign, draft: OutlineDraft) -> Outline:
    """Add a version with the draft's sections and indicators; what was asked before is not touched."""
    outline = Outline.objects.select_for_update(no_key=True).get(pk=campaign.outline_id or 0)
    outline.version += 1
    outline.checks = [*outline.checks, *(dict(check) for check in draft.checks)]
    outline.save()
    _add(campaign, outline, draft)
    return outline


def _check_units(draft: OutlineDraft) -> None:
    """Every unit that a section addresses or that owns an indicator is in the register. Raises UnitsUnknown."""
    named = {unit for section in draft.sections for unit in section.audience_units}
    named |= {indicator.owner for indicator in draft.indicators if indicator.owner is not None}
    if Organization.objects.filter(pk__in=named).count() != len(named):
        raise errors.UnitsUnknown


def _add(campaign: Campaign, outline: Outline, draft: OutlineDraft) -> None:
    _check_units(draft)
    upper = _upper_sections(campaign)
    known = {section.key: section for section in outline.sections.all()}
    position = max((section.position for section in known.values()), default=0)
    listed: list[Any] = []
    for position, wanted in enumerate(draft.sections, start=position + 1):  # noqa: B020 – continues the count
        if wanted.key in known:
            raise errors.OutlineClash(place=wanted.key)
        section = _section(outline, wanted, position, known, upper)
        section.save()
        known[wanted.key] = section
        listed += [
            Section.audience_units.through(section_id=section.pk, organization_id=unit)
            for unit in wanted.audience_units
        ]
    Section.audience_units.through.objects.bulk_create(listed)
    _add_indicators(outline, known, draft.indicators)


def _upper_sections(campaign: Campaign) -> Mapping[str, Section]:
    """The sections that this campaign's may feed: those of the upper request's outline, by key."""
    if campaign.answers is None or campaign.answers.campaign.outline_id is None:
        return {}
    return {row.key: row for row in Section.objects.filter(outline=campaign.answers.campaign.outline_id)}


def _section(
    outline: Outline,
    wanted: SectionDraft,
    position: int,
    known: Mapping[str, Section],
    upper: Mapping[str, Section],
) -> Section:
    if (wanted.parent and wanted.parent not in known) or (wanted.feeds and wanted.feeds not in upper):
        raise errors.OutlineClash(place=wanted.key)
    return Section(
        outline=outline,
        since_version=outline.version,
        parent=known.get(wanted.parent),
        position=position,
        key=line(Section, "key", wanted.key),
        numbering=line(Section, "numbering", wanted.numbering),
        heading=line(Section, "heading", wanted.heading),
        guidance=normalize(wanted.guidance),
        kind=wanted.kind,
        required=wanted.required,
        audience=wanted.audience,
        audience_kinds=list(wanted.audience_kinds),
        columns=[dict(column) for column in wanted.columns],
        feeds=upper.get(wanted.feeds),
        proposed=wanted.proposed,
    )


def _add_indicators(outline: Outline, sections: Mapping[str, Section], drafts: Iterable[IndicatorDraft]) -> None:
    known = {row.code: row for row in outline.indicators.all()}
    position = max((row.position for row in known.values()), default=0)
    # A ratio refers to its parts, so the parts are written first; positions keep the order given.
    placed = list(enumerate(drafts, start=position + 1))
    for place, wanted in sorted(placed, key=lambda pair: pair[1].aggregation == Aggregation.RATIO):
        parts = {wanted.numerator, wanted.denominator} - {""}
        if wanted.code in known or wanted.section not in sections or not parts <= known.keys():
            raise errors.OutlineClash(place=wanted.code)
        known[wanted.code] = Indicator.objects.create(
            outline=outline,
            section=sections[wanted.section],
            since_version=outline.version,
            position=place,
            code=line(Indicator, "code", wanted.code),
            label=line(Indicator, "label", wanted.label),
            unit=line(Indicator, "unit", wanted.unit),
            aggregation=wanted.aggregation,
            decimals=wanted.decimals,
            minimum=wanted.minimum,
            maximum=wanted.maximum,
            required=wanted.required,
            numerator=known[wanted.numerator] if wanted.numerator else None,
            denominator=known[wanted.denominator] if wanted.denominator else None,
            owner_id=wanted.owner,
            proposed=wanted.proposed,
        )

"""The outline of a request that is being prepared, changed one place at a time."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from workflow import errors
from workflow.actions.opening import opened_campaign
from workflow.actions.outlines import IndicatorDraft, OutlineDraft, SectionDraft, write_outline
from workflow.actions.record import record
from workflow.choices import Aggregation, Verb
from workflow.models import Campaign, Outline, Person, Section
from workflow.rules.outline import CrossCheck

Change = Callable[[OutlineDraft], OutlineDraft]


def change_outline(*, campaign_id: int, actor: Person, change: Change, now: datetime) -> Campaign:
    """Change the outline as it stands now, under the request's lock: two officers never overwrite each other."""
    with opened_campaign(campaign_id, actor, Verb.EDIT, now) as (campaign, flow):
        flow.edit()
        write_outline(campaign, change(drafted(campaign.outline, campaign.subject)))
        record(flow)
    return campaign


def drafted(outline: Outline | None, title: str = "") -> OutlineDraft:
    """An outline as the draft it could have been written from. Three queries."""
    if outline is None:
        return OutlineDraft(title=title[:300], sections=[])
    sections = list(outline.sections.select_related("parent", "feeds"))
    units: dict[int, list[int]] = {}
    listed = Section.audience_units.through.objects.filter(section__outline=outline)
    for section_id, unit_id in listed.values_list("section_id", "organization_id"):
        units.setdefault(section_id, []).append(unit_id)
    keys = {section.pk: section.key for section in sections}
    indicators = list(outline.indicators.all())
    codes = {indicator.pk: indicator.code for indicator in indicators}
    return OutlineDraft(
        title=outline.title,
        sections=[
            SectionDraft(
                key=one.key,
                heading=one.heading,
                kind=one.kind,
                numbering=one.numbering,
                guidance=one.guidance,
                parent="" if one.parent is None else one.parent.key,
                required=one.required,
                audience=one.audience,
                audience_kinds=one.audience_kinds,
                audience_units=units.get(one.pk, []),
                columns=one.columns,
                feeds="" if one.feeds is None else one.feeds.key,
                proposed=one.proposed,
            )
            for one in sections
        ],
        indicators=[
            IndicatorDraft(
                code=one.code,
                section=keys[one.section_id],
                label=one.label,
                aggregation=one.aggregation,
                unit=one.unit,
                decimals=one.decimals,
                minimum=one.minimum,
                maximum=one.maximum,
                required=one.required,
                numerator=codes.get(one.numerator_id or 0, ""),
                denominator=codes.get(one.denominator_id or 0, ""),
                owner=one.owner_id,
                proposed=one.proposed,
            )
            for one in indicators
        ],
        checks=outline.checks,
    )


def copied(source: OutlineDraft, upper: frozenset[str], *, from_upper: bool) -> OutlineDraft:
    """An earlier outline for a new request; what it feeds is kept where the upper outline has such a section.

    The copy of the upper outline itself feeds it, section by section.
    """
    sections = [
        replace(one, feeds=one.key if from_upper else one.feeds if one.feeds in upper else "")
        for one in source.sections
    ]
    return replace(source, sections=sections)


def free_key(draft: OutlineDraft, parent: str, numbering: str) -> str:
    """A key for a new section: the numbers on the way to it (II.1.2), made different where it is taken."""
    taken = {one.key for one in draft.sections}
    bare = "".join(char for char in numbering if char.isalnum() or char == ".").strip(".")
    step = bare or str(1 + sum(one.parent == parent for one in draft.sections))
    wished = (step if not parent or step.startswith(f"{parent}.") else f"{parent}.{step}")[:36]
    return next(key for n in range(1, len(taken) + 2) if (key := wished if n == 1 else f"{wished}-{n}") not in taken)


def with_section(draft: OutlineDraft, section: SectionDraft) -> OutlineDraft:
    """Add a section as the last below its parent, or replace the one with its key. Raises OutlineClash."""
    known = {one.key: one for one in draft.sections}
    inside = _below(draft, section.key)
    if section.parent and (section.parent not in known or section.parent in inside):
        raise errors.OutlineClash(place=section.numbering or section.heading)
    if section.key in known and known[section.key].parent == section.parent:
        return replace(draft, sections=[section if one.key == section.key else one for one in draft.sections])
    moved = [section, *(one for one in draft.sections if one.key in inside - {section.key})]
    rest = [one for one in draft.sections if one.key not in inside]
    place = len(rest)
    if section.parent:
        family = _below(replace(draft, sections=rest), section.parent)
        place = 1 + max(n for n, one in enumerate(rest) if one.key in family)
    return replace(draft, sections=[*rest[:place], *moved, *rest[place:]])


def without_section(draft: OutlineDraft, key: str) -> OutlineDraft:
    """Take a section out, with all below it, its indicators and what is computed from them."""
    gone = _below(draft, key)
    kept = [one for one in draft.indicators if one.section not in gone]
    return _closed(replace(draft, sections=[one for one in draft.sections if one.key not in gone], indicators=kept))


def with_section_moved(draft: OutlineDraft, key: str, step: int) -> OutlineDraft:
    """Let a section change places with the sibling before (-1) or after it (+1), each with all below it."""
    parent = next((one.parent for one in draft.sections if one.key == key), None)
    siblings = [one.key for one in draft.sections if one.parent == parent]
    if key not in siblings or not 0 <= siblings.index(key) + step < len(siblings):
        return draft
    other = siblings[siblings.index(key) + step]
    first, second = (key, other) if step > 0 else (other, key)
    families = [[one for one in draft.sections if one.key in _below(draft, member)] for member in (second, first)]
    both = {one.key for family in families for one in family}
    start = next(n for n, one in enumerate(draft.sections) if one.key in both)
    rest = [one for one in draft.sections if one.key not in both]
    return replace(draft, sections=[*rest[:start], *families[0], *families[1], *rest[start:]])


def with_indicator(draft: OutlineDraft, indicator: IndicatorDraft, instead_of: str = "") -> OutlineDraft:
    """Add an indicator, or put it in the place of another; what was computed from that one follows its new code."""
    others = [one for one in draft.indicators if one.code != instead_of]
    if any(one.code == indicator.code for one in others):
        raise errors.OutlineClash(place=indicator.code)
    if not instead_of:
        return replace(draft, indicators=[*draft.indicators, indicator])
    named = {instead_of: indicator.code}
    indicators = [
        indicator
        if one.code == instead_of
        else replace(
            one,
            numerator=named.get(one.numerator, one.numerator),
            denominator=named.get(one.denominator, one.denominator),
        )
        for one in draft.indicators
    ]
    return _closed(replace(draft, indicators=indicators, checks=[_renamed(check, named) for check in draft.checks]))


def without_indicator(draft: OutlineDraft, code: str) -> OutlineDraft:
    return _closed(replace(draft, indicators=[one for one in draft.indicators if one.code != code]))


def with_indicator_moved(draft: OutlineDraft, code: str, step: int) -> OutlineDraft:
    """Let an indicator change places with its neighbour in the same section."""
    places = {one.code: n for n, one in enumerate(draft.indicators)}
    section = next((one.section for one in draft.indicators if one.code == code), None)
    near = [one.code for one in draft.indicators if one.section == section]
    if code not in near or not 0 <= near.index(code) + step < len(near):
        return draft
    indicators = list(draft.indicators)
    here, there = places[code], places[near[near.index(code) + step]]
    indicators[here], indicators[there] = indicators[there], indicators[here]
    return replace(draft, indicators=indicators)


def with_check(draft: OutlineDraft, check: CrossCheck) -> OutlineDraft:
    return replace(draft, checks=[*draft.checks, check])


def without_check(draft: OutlineDraft, check: CrossCheck) -> OutlineDraft:
    return replace(draft, checks=[one for one in draft.checks if one != check])


def _below(draft: OutlineDraft, key: str) -> set[str]:
    """The keys of a section and of all below it; parents come before their children."""
    family = {key}
    for one in draft.sections:
        if one.parent in family:
            family.add(one.key)
    return family


def _closed(draft: OutlineDraft) -> OutlineDraft:
    """Without ratios and checks of figures that are not there, or are no numbers."""
    figures = {one.code for one in draft.indicators if one.aggregation not in {Aggregation.RATIO, Aggregation.TEXT}}
    indicators = [
        one
        for one in draft.indicators
        if one.aggregation != Aggregation.RATIO or {one.numerator, one.denominator} <= figures
    ]
    return replace(
        draft, indicators=indicators, checks=[check for check in draft.checks if set(codes_of(check)) <= figures]
    )


def codes_of(check: CrossCheck) -> list[str]:
    return [code for side in (check["left"], check["right"]) for code in _codes(side)]


def _codes(side: str | Sequence[str]) -> list[str]:
    return [side] if isinstance(side, str) else list(side)


def _renamed(check: CrossCheck, named: dict[str, str]) -> CrossCheck:
    left, right = ([named.get(code, code) for code in _codes(check[name])] for name in ("left", "right"))
    renamed: CrossCheck = {**check, "left": left, "right": right}
    return renamed

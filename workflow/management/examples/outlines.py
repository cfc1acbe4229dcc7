"""Outlines: sections, indicators and cross-checks, with every reference inside and upwards checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from workflow.actions.consolidation import UNIT_COLUMN
from workflow.actions.outlines import IndicatorDraft, OutlineDraft, SectionDraft
from workflow.choices import Aggregation, AudienceRule, OrganizationKind, SectionKind
from workflow.management.examples.example import AskedUnits, Example, OutlineText, RequestDraft
from workflow.management.examples.nodes import Fields, Item
from workflow.management.examples.people import known_organization
from workflow.rules.outline import CrossCheck

SECTION = "key numbering heading kind required audience proposed"
SECTION_MAY = "guidance feeds columns indicators children"
INDICATOR = "code label unit aggregation required decimals proposed"
INDICATOR_MAY = "minimum maximum numerator denominator owner"
# The engine compares with ==; the files write the sign of arithmetic.
OPERATORS = {"<=": "<=", ">=": ">=", "=": "==", "<": "<", ">": ">"}


@dataclass(slots=True)
class _Draft:
    """An outline while it is read."""

    example: Example
    upper: RequestDraft | None
    section_defaults: Mapping[str, Item]
    indicator_defaults: Mapping[str, Item]
    sections: dict[str, SectionDraft] = field(default_factory=dict)
    indicators: dict[str, IndicatorDraft] = field(default_factory=dict)
    units: dict[str, list[str]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    ratios: list[Fields] = field(default_factory=list)


def read_outline(item: Item, example: Example, upper: RequestDraft | None) -> OutlineText:
    top = item.fields("title section_defaults indicator_defaults sections cross_checks")
    draft = _Draft(
        example,
        upper,
        top["section_defaults"].fields("", SECTION).found,
        top["indicator_defaults"].fields("", f"{INDICATOR} {INDICATOR_MAY}").found,
    )
    _read_sections(top["sections"].items(), "", draft)
    if not draft.sections:
        top["sections"].refuse(_("the outline has no section"))
    for ratio in draft.ratios:
        _check_parts(ratio, draft)
    checks = [_check(check, draft) for check in top["cross_checks"].items()]
    written = OutlineDraft(
        top["title"].text(300), list(draft.sections.values()), list(draft.indicators.values()), checks
    )
    return OutlineText(written, draft.units, draft.owners)


def read_audience(item: Item, example: Example) -> AskedUnits:
    """ALL, {kinds: […]} or {list: [codes]}."""
    if not item.is_mapping:
        if item.text() not in {"", AudienceRule.ALL}:
            item.refuse(_("ALL, {kinds: […]} or {list: […]} is expected here"))
        return AskedUnits()
    given = item.fields("", "kinds list")
    kinds = [kind.choice(OrganizationKind) for kind in given["kinds"].items()]
    units = [known_organization(unit, example) for unit in given["list"].items()]
    if bool(kinds) == bool(units):
        item.refuse(_("ALL, {kinds: […]} or {list: […]} is expected here"))
    return AskedUnits(AudienceRule.KINDS if kinds else AudienceRule.LIST, kinds, units)


def _read_sections(items: list[Item], parent: str, draft: _Draft) -> None:
    for item in items:
        given = item.fields(SECTION, SECTION_MAY, draft.section_defaults)
        key = given["key"].text(40)
        if key in draft.sections:
            given["key"].refuse(_("“%(key)s” is given twice"), key=key)
        audience = read_audience(given["audience"], draft.example)
        section = SectionDraft(
            key=key,
            numbering=given["numbering"].text(20),
            heading=given["heading"].text(500),
            guidance="" if given["guidance"].is_null else given["guidance"].text(),
            kind=given["kind"].choice(SectionKind),
            parent=parent,
            required=given["required"].flag(),
            audience=audience.rule,
            audience_kinds=audience.kinds,
            columns=_columns(given),
            proposed=given["proposed"].flag(),
        )
        section = replace(section, feeds=_feeds(given["feeds"], section, draft))
        draft.sections[key] = section
        draft.units[key] = list(audience.units)
        for indicator in given["indicators"].items():
            _read_indicator(indicator, key, draft)
        _read_sections(given["children"].items(), key, draft)


def _columns(given: Fields) -> list[dict[str, str]]:
    columns = []
    for item in given["columns"].items():
        column = item.fields("key label")
        columns.append({"key": column["key"].text(), "label": column["label"].text()})
    if len({column["key"] for column in columns}) < len(columns):
        given["columns"].refuse(_("two columns have the same key"))
    if (given["kind"].choice(SectionKind) == SectionKind.ROWS) != bool(columns):
        given["kind"].refuse(_("a section of kind ROWS has columns, and no other"))
    return columns


def _feeds(item: Item, section: SectionDraft, draft: _Draft) -> str:
    if item.is_null:
        return ""
    key = item.text()
    above = {} if draft.upper is None else {one.key: one for one in draft.upper.outline.draft.sections}
    if key not in above:
        item.refuse(_("the request that is answered has no section “%(key)s”"), key=key)
        return ""
    fed = above[key]
    given = [column for column in _keys(fed) if column != UNIT_COLUMN or UNIT_COLUMN in _keys(section)]
    if (fed.kind == SectionKind.ROWS) != (section.kind == SectionKind.ROWS) or given != _keys(section):
        item.refuse(_("rows feed rows with the same columns, text feeds text"))
    return key


def _keys(section: SectionDraft) -> list[str]:
    return [column["key"] for column in section.columns]


def _read_indicator(item: Item, section: str, draft: _Draft) -> None:
    given = item.fields(INDICATOR, INDICATOR_MAY, draft.indicator_defaults)
    code, way = given["code"].text(20), given["aggregation"].choice(Aggregation)
    if code in draft.indicators:
        given["code"].refuse(_("“%(key)s” is given twice"), key=code)
    plain = way in {Aggregation.SUM, Aggregation.SNAPSHOT}
    least = given["minimum"].decimal() if plain and not given["minimum"].is_null else None
    most = given["maximum"].decimal() if plain and not given["maximum"].is_null else None
    if least is not None and most is not None and most < least:
        given["maximum"].refuse(_("the maximum lies below the minimum"))
    if (decimals := given["decimals"].integer(least=0)) > 4:
        given["decimals"].refuse(_("at most 4 decimal places are kept"))
    if not given["owner"].is_null:
        draft.owners[code] = known_organization(given["owner"], draft.example)
    draft.indicators[code] = IndicatorDraft(
        code=code,
        section=section,
        label=given["label"].text(300),
        aggregation=way,
        unit=given["unit"].text(40),
        decimals=decimals,
        minimum=least,
        maximum=most,
        required=given["required"].flag() and way != Aggregation.RATIO,
        **_parts(given, way, draft),
        proposed=given["proposed"].flag(),
    )


def _parts(given: Fields, way: Aggregation, draft: _Draft) -> dict[str, Any]:
    names = ("numerator", "denominator")
    if way != Aggregation.RATIO:
        for name in names:
            if name in given:
                given[name].refuse(_("only a RATIO has a numerator and a denominator"))
        return {}
    draft.ratios.append(given)
    for name in names:
        if name not in given:
            given.item.refuse(_("“%(key)s” is missing"), key=name)
    return {name: given[name].text() for name in names}


def _check_parts(ratio: Fields, draft: _Draft) -> None:
    for name in ("numerator", "denominator"):
        part = draft.indicators.get(ratio[name].text())
        if part is None:
            ratio[name].refuse(_("no indicator has the code %(word)s"), word=ratio[name].text())
        elif part.aggregation not in {Aggregation.SUM, Aggregation.SNAPSHOT, Aggregation.YES_COUNT}:
            ratio[name].refuse(_("%(word)s has no number of its own"), word=part.code)


def _check(item: Item, draft: _Draft) -> CrossCheck:
    given = item.fields("left op right message")
    operator = given["op"].text()
    if operator not in OPERATORS:
        given["op"].refuse(_("“%(word)s” is not one of %(words)s"), word=operator, words=" ".join(OPERATORS))
    return {
        "left": _side(given["left"], draft),
        "op": OPERATORS.get(operator, "=="),
        "right": _side(given["right"], draft),
        "message": given["message"].text(),
    }


def _side(item: Item, draft: _Draft) -> str | list[str]:
    words = item.items() if item.is_list else [item]
    for word in words:
        code = word.text()
        if code not in draft.indicators:
            word.refuse(_("no indicator has the code %(word)s"), word=code)
        elif draft.indicators[code].aggregation in {Aggregation.RATIO, Aggregation.TEXT}:
            word.refuse(_("%(word)s has no number of its own"), word=code)
    return [word.text() for word in words] if item.is_list else item.text()


def copy_outline(item: Item, without: Item, upper: OutlineText) -> OutlineText:
    """The upper outline, every section feeding its namesake, without some sections and all below them."""
    sections = {section.key: section for section in upper.draft.sections}
    left_out = {key.text() for key in without.items()}
    for key in without.items():
        if key.text() not in sections:
            key.refuse(_("the request that is answered has no section “%(key)s”"), key=key.text())
    kept: dict[str, SectionDraft] = {}
    for section in upper.draft.sections:
        if section.key not in left_out and (not section.parent or section.parent in kept):
            kept[section.key] = replace(section, feeds=section.key)
    indicators = {one.code: one for one in upper.draft.indicators if one.section in kept}
    for one in indicators.values():
        if one.aggregation == Aggregation.RATIO and not {one.numerator, one.denominator} <= indicators.keys():
            without.refuse(_("%(word)s is a ratio of figures that are left out"), word=one.code)
    checks = [check for check in upper.draft.checks if _codes(check) <= indicators.keys()]
    draft = OutlineDraft(upper.draft.title, list(kept.values()), list(indicators.values()), checks)
    units = {key: units for key, units in upper.units.items() if key in kept}
    owners = {code: owner for code, owner in upper.owners.items() if code in indicators}
    return OutlineText(draft, units, owners)


def _codes(check: CrossCheck) -> set[str]:
    sides = (check["left"], check["right"])
    return {code for side in sides for code in ([side] if isinstance(side, str) else side)}

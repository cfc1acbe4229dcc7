from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.choices import Aggregation, AudienceRule, OrganizationKind, SectionKind
from workflow.rules.outline import (
    IndicatorSpec,
    Missing,
    SectionSpec,
    applies_to,
    asked_of,
    missing_places,
)

CELL, PARTY = OrganizationKind.GRASSROOTS_CELL, OrganizationKind.GRASSROOTS_PARTY
SCIENCE, POST = 11, 12
N, ROWS, I = SectionKind.NARRATIVE, SectionKind.ROWS, SectionKind.INDICATORS  # noqa: E741 - domain.md's letters


@dataclass
class Entry:
    text: str = ""
    rows: Sequence[object] = field(default_factory=list)


@dataclass
class Value:
    number: Decimal | None = None
    not_applicable: bool = False
    text: str = ""


def named(section_id: int, key: str, *units: int, parent_id: int | None = None) -> SectionSpec:
    return SectionSpec(
        section_id, key, N, audience=AudienceRule.LIST, audience_ids=frozenset(units), parent_id=parent_id
    )


OUTLINE_630 = [
    SectionSpec(1, "I", N),
    SectionSpec(2, "II", N),
    SectionSpec(3, "II.1", N, parent_id=2),
    SectionSpec(4, "III", N),
    SectionSpec(5, "II.1.4", N, parent_id=3),
    named(6, "II.1.5", POST, parent_id=3),
    SectionSpec(7, "II.1.5.a", N, parent_id=6),
    SectionSpec(8, "I.1", N, parent_id=1),
    SectionSpec(9, "II.2", N, audience=AudienceRule.KINDS, audience_kinds=frozenset({PARTY}), parent_id=2),
]
TREES = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(AudienceRule)), max_size=10).map(
    lambda parts: [
        SectionSpec(
            id=place,
            key=str(place),
            kind=N,
            audience=rule,
            audience_kinds=frozenset({CELL} if place % 2 else {PARTY}),
            audience_ids=frozenset({SCIENCE} if place % 3 else {POST}),
            parent_id=parent or None,
        )
        for place, (parent, rule) in enumerate(parts, 1)
    ]
)


def slow_applies(section: SectionSpec, tree: Sequence[SectionSpec], unit: int, kind: str) -> bool:
    """Every section on the way up, the last of which has no parent, addresses the unit."""
    way = [section]
    while way[-1].parent_id is not None:
        above = [other for other in tree if other.id == way[-1].parent_id]
        if not above or above[0] in way:
            return False
        way += above
    return all(
        step.audience == AudienceRule.ALL
        or (step.audience == AudienceRule.KINDS and kind in step.audience_kinds)
        or (step.audience == AudienceRule.LIST and unit in step.audience_ids)
        for step in way
    )


def keys_asked_of(unit: int, kind: str) -> list[str]:
    return [section.key for section in asked_of(OUTLINE_630, unit, kind)]


def test_a_unit_that_is_not_named_never_sees_the_section_or_what_is_below_it() -> None:
    """Domain scenario 4: only the named units are asked II.1.5."""
    assert keys_asked_of(SCIENCE, CELL) == ["I", "I.1", "II", "II.1", "II.1.4", "III"]
    assert keys_asked_of(POST, PARTY) == [
        "I", "I.1", "II", "II.1", "II.1.4", "II.1.5", "II.1.5.a", "II.2", "III",
    ]  # fmt: skip


@given(TREES, st.sampled_from([SCIENCE, POST]), st.sampled_from([CELL, PARTY]))
def test_a_section_is_asked_when_everything_above_it_is(
    tree: list[SectionSpec], unit: int, kind: OrganizationKind
) -> None:
    expected = {section for section in tree if slow_applies(section, tree, unit, kind)}

    assert {section for section in tree if applies_to(section, unit, kind, tree)} == expected
    assert len(asked_of(tree, unit, kind)) == len(expected)


@given(TREES)
def test_parents_come_before_their_children_and_siblings_keep_their_order(tree: list[SectionSpec]) -> None:
    asked = asked_of(tree, SCIENCE, CELL)
    place = {section.id: index for index, section in enumerate(asked)}
    for section in asked:
        if section.parent_id is not None:
            assert place[section.parent_id] < place[section.id]
    for parent_id in {section.parent_id for section in asked}:
        siblings = [section for section in asked if section.parent_id == parent_id]
        assert siblings == sorted(siblings, key=tree.index)


SECTIONS = [
    SectionSpec(1, "I", N, required=True),
    SectionSpec(2, "I.models", ROWS, required=True, parent_id=1),
    SectionSpec(3, "I.figures", I, required=True, parent_id=1),
    SectionSpec(4, "IV", N),
    named(5, "V", POST),
]
INDICATORS = [
    IndicatorSpec(1, "A1", 3, Aggregation.SUM, required=True),
    IndicatorSpec(2, "A5", 3, Aggregation.RATIO, required=True, numerator="A1", denominator="A6"),
    IndicatorSpec(3, "G3", 3, Aggregation.SUM),
    IndicatorSpec(4, "K1", 5, Aggregation.SNAPSHOT, required=True),
    IndicatorSpec(5, "K5", 3, Aggregation.SNAPSHOT, required=True, owner_id=POST),
]


def missing_of(unit: int, entries: dict[int, Entry], values: dict[int, Value]) -> list[Missing]:
    return missing_places(SECTIONS, INDICATORS, entries, values, organization_id=unit, kind=CELL)


def test_an_untouched_report_misses_every_required_place_in_tree_order() -> None:
    assert missing_of(SCIENCE, {}, {}) == [
        Missing("I"),
        Missing("I.models"),
        Missing("I.figures", "A1"),
    ]


def test_what_is_not_asked_is_never_missing_and_an_owner_misses_his_own_figure() -> None:
    assert missing_of(POST, {}, {}) == [
        Missing("I"),
        Missing("I.models"),
        Missing("I.figures", "A1"),
        Missing("I.figures", "K5"),
        Missing("V", "K1"),
    ]


@pytest.mark.parametrize("models", [Entry(rows=[{"name": "Loa cầm tay"}]), Entry(text="Đơn vị không có mô hình")])
@pytest.mark.parametrize("value", [Value(Decimal(0)), Value(not_applicable=True), Value(text="chưa thống kê")])
def test_rows_or_a_word_about_them_and_any_answer_to_a_figure_are_enough(models: Entry, value: Value) -> None:
    assert missing_of(SCIENCE, {1: Entry("Đã quán triệt."), 2: models}, {1: value}) == []


def test_blanks_are_still_missing() -> None:
    entries = {1: Entry(" \u00a0\u200b\n"), 2: Entry(rows=[])}

    assert missing_of(SCIENCE, entries, {1: Value(text="  ")}) == missing_of(SCIENCE, {}, {})


def test_rows_do_not_stand_for_a_narrative() -> None:
    entries = {1: Entry(rows=[{"name": "x"}]), 2: Entry("không có")}

    assert missing_of(SCIENCE, entries, {1: Value(Decimal(3))}) == [Missing("I")]

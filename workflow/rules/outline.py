"""Who is asked what, what is still missing, and which figures cannot be right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import Any, NamedTuple, NoReturn, NotRequired, Protocol, TypedDict

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from workflow.choices import Aggregation, AudienceRule, SectionKind
from workflow.errors import WrongFigure
from workflow.rules.canonical import decimal_places
from workflow.rules.prose import says_nothing
from workflow.rules.vietnamese import format_number, is_blank

# Beyond any figure of a Party report, within the column that keeps it.
LARGEST_FIGURE = Decimal(10) ** 15
MOST_PLACES = 30
_COMPARISONS = {"<=": le, "<": lt, ">=": ge, ">": gt, "==": eq}


@dataclass(frozen=True, slots=True)
class SectionSpec:
    id: int
    key: str
    kind: str
    required: bool = False
    audience: str = AudienceRule.ALL
    audience_kinds: frozenset[str] = frozenset()
    audience_ids: frozenset[int] = frozenset()
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class IndicatorSpec:
    """`decimals` is the most places allowed; `numerator` and `denominator` are codes, for a RATIO only."""

    id: int
    code: str
    section_id: int
    aggregation: str
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int = 0
    numerator: str = ""
    denominator: str = ""
    owner_id: int | None = None


class Written(Protocol):
    """What a unit wrote in a section."""

    @property
    def text(self) -> str: ...
    @property
    def rows(self) -> Sequence[object]: ...


class Given(Protocol):
    """What a unit gave for an indicator: at most one of the three. Blank ≠ 0 ≠ not applicable."""

    @property
    def number(self) -> Decimal | None: ...
    @property
    def not_applicable(self) -> bool: ...
    @property
    def text(self) -> str: ...


class Missing(NamedTuple):
    section_key: str
    indicator_code: str | None = None


class CrossCheck(TypedDict):
    """`left` and `right` are codes, or lists of codes that are added up; `op` is <=, <, >=, > or ==."""

    left: str | list[str]
    op: str
    right: str | list[str]
    message: NotRequired[str]


def asked_of(sections: Iterable[SectionSpec], organization_id: int, kind: str) -> list[SectionSpec]:
    """The sections a unit is asked, each parent before its children, siblings in the order given.

    A section is hidden with its parent; one whose parent is unknown is asked of nobody.
    """
    children: dict[int | None, list[SectionSpec]] = {}
    for section in sections:
        children.setdefault(section.parent_id, []).append(section)
    asked: list[SectionSpec] = []
    waiting = children.get(None, [])[::-1]
    while waiting:
        section = waiting.pop()
        if _addresses(section, organization_id, kind):
            asked.append(section)
            waiting += children.get(section.id, [])[::-1]
    return asked


def applies_to(section: SectionSpec, organization_id: int, kind: str, tree: Iterable[SectionSpec]) -> bool:
    """Whether a unit is asked a section: it and every section above it in the tree address the unit."""
    return section in asked_of(tree, organization_id, kind)


def missing_places(
    sections: Iterable[SectionSpec],
    indicators: Iterable[IndicatorSpec],
    entries: Mapping[int, Written],
    values: Mapping[int, Given],
    *,
    organization_id: int,
    kind: str,
) -> list[Missing]:
    """The required places a unit left blank, in tree order; entries by section id, values by indicator id.

    A narrative needs text; rows a row, or text that says there are none; an indicator a number, "not
    applicable" or text. A RATIO is computed and never missing; what has an owner is required of him only.
    """
    required: dict[int, list[IndicatorSpec]] = {}
    for indicator in indicators:
        asked = indicator.required and indicator.owner_id in {None, organization_id}
        if asked and indicator.aggregation != Aggregation.RATIO:
            required.setdefault(indicator.section_id, []).append(indicator)
    missing: list[Missing] = []
    for section in asked_of(sections, organization_id, kind):
        if section.required and not _is_written(section, entries.get(section.id)):
            missing.append(Missing(section.key))
        missing += [
            Missing(section.key, indicator.code)
            for indicator in required.get(section.id, [])
            if not _is_given(values.get(indicator.id))
        ]
    return missing


def check_value(indicator: IndicatorSpec, number: Decimal | None, not_applicable: bool, text: str) -> None:
    """Refuse a figure that cannot be right; blank may stay. Raises WrongFigure (indicator, rule, broken)."""
    if sum((number is not None, not_applicable, not is_blank(text))) > 1:
        _refuse(indicator, "several", _("give either a number, or “not applicable”, or a text"))
    if number is None:
        return
    if indicator.aggregation in {Aggregation.RATIO, Aggregation.TEXT}:
        _refuse(indicator, "no_number", _("this place takes no number of its own"))
    # copy_abs and as_tuple are exact: nothing overflows, however large or small the exponent.
    if not number.is_finite() or number.copy_abs() >= LARGEST_FIGURE or _exponent(number) < -MOST_PLACES:
        _refuse(indicator, "number", _("this is not a number that can be reported"))
    if indicator.aggregation == Aggregation.YES_COUNT and number not in {0, 1}:
        _refuse(indicator, "yes_no", _("the answer is yes or no"))
    if (least := indicator.minimum) is not None and number < least:
        _refuse(indicator, "minimum", _("it must be at least {bound}"), bound=format_number(least))
    if (most := indicator.maximum) is not None and number > most:
        _refuse(indicator, "maximum", _("it must be at most {bound}"), bound=format_number(most))
    if decimal_places(number) > indicator.decimals:
        _refuse(indicator, "decimals", _("decimal places: {most} at most"), most=indicator.decimals)


def check_cross(checks: Iterable[CrossCheck], values: Mapping[str, Given]) -> None:
    """Refuse figures that contradict each other. Raises WrongFigure; KeyError for an unknown comparison.

    `values` is by code. A check is skipped while one of its figures has no number.
    """
    for check in checks:
        sides = [[side] if isinstance(side, str) else side for side in (check["left"], check["right"])]
        left, right = (_added_up(codes, values) for codes in sides)
        if left is not None and right is not None and not _COMPARISONS[check["op"]](left, right):
            rule = check.get("message") or f" {check['op']} ".join(" + ".join(codes) for codes in sides)
            raise WrongFigure(indicator=" + ".join(sides[0]), rule=rule.removesuffix("."), broken="cross")


def _exponent(number: Decimal) -> int:
    return int(number.as_tuple().exponent)


def _addresses(section: SectionSpec, organization_id: int, kind: str) -> bool:
    if section.audience == AudienceRule.LIST:
        return organization_id in section.audience_ids
    return section.audience == AudienceRule.ALL or kind in section.audience_kinds


def _is_written(section: SectionSpec, entry: Written | None) -> bool:
    if section.kind == SectionKind.INDICATORS:
        return True
    if entry is None:
        return False
    return not says_nothing(entry.text) or (section.kind == SectionKind.ROWS and bool(entry.rows))


def _is_given(value: Given | None) -> bool:
    if value is None:
        return False
    return value.number is not None or value.not_applicable or not is_blank(value.text)


def _added_up(codes: Sequence[str], values: Mapping[str, Given]) -> Decimal | None:
    numbers = [values[code].number if code in values else None for code in codes]
    known = [number for number in numbers if number is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(numbers) else None


def _refuse(indicator: IndicatorSpec, broken: str, rule: Any, **bounds: object) -> NoReturn:
    raise WrongFigure(indicator=indicator.code, rule=format_lazy(rule, **bounds), broken=broken)

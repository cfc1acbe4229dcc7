"""What the figures of many units add up to, and from how many: "tổng hợp từ 71/98 đơn vị" (domain.md §2.3).

These are the plain rules; queries/totals.py does the same in one statement and is tested against them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from workflow.choices import Aggregation
from workflow.rules.outline import IndicatorSpec

RATIO_PLACES = 6

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Figure:
    """What one received unit gave for one indicator; all empty when it left the place blank."""

    organization_id: int
    number: Decimal | None = None
    not_applicable: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """A total and its coverage. `value` is None when no unit gave a number: nothing is not 0.

    with_value + not_applicable + blank = units received; `expected` counts all that were asked.
    """

    value: Decimal | None
    with_value: int
    not_applicable: int
    blank: int
    expected: int

    @property
    def received(self) -> int:
        return self.with_value + self.not_applicable + self.blank

    @property
    def not_received(self) -> int:
        return self.expected - self.received


def total(
    aggregation: Aggregation | str, figures: Iterable[Figure], *, expected: int, owner_id: int | None = None
) -> Total:
    """Add up one indicator over the received units, one figure a unit, blank ones included.

    SUM and SNAPSHOT add the numbers, YES_COUNT counts the units that gave 1, TEXT has no value and counts
    the texts. A number indicator explained by a text alone is blank. With an owner only the owner's figure
    counts and one unit is expected. Raises ValueError for RATIO, which is made of two totals.
    """
    if aggregation == Aggregation.RATIO:
        raise ValueError("a ratio is made of two totals")
    if owner_id is not None:
        figures = [figure for figure in figures if figure.organization_id == owner_id]
        expected = min(expected, 1)
    taken = list(figures)
    numbers = [figure.number for figure in taken if figure.number is not None]
    with_value = len(numbers)
    value: Decimal | None = None
    if aggregation == Aggregation.TEXT:
        with_value = sum(1 for figure in taken if figure.text.strip())
    elif aggregation == Aggregation.YES_COUNT:
        value = Decimal(numbers.count(Decimal(1))) if numbers else None
    else:
        value = _added_up(numbers)
    not_applicable = sum(1 for figure in taken if figure.not_applicable)
    return Total(value, with_value, not_applicable, len(taken) - with_value - not_applicable, expected)


def ratio(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """Σ numerator / Σ denominator as a fraction of 1, half up to 6 places; never a mean of percentages.

    None when either total is lacking or the denominator is 0.
    """
    if numerator is None or not denominator:
        return None
    with localcontext(_EXACT):
        return (numerator / denominator).quantize(Decimal(1).scaleb(-RATIO_PLACES))


def totals(
    indicators: Sequence[IndicatorSpec], figures: Mapping[str, Sequence[Figure]], expected: Mapping[str, int]
) -> dict[str, Total]:
    """Every indicator of an outline by code, ratios recomputed from the totals of their two indicators.

    `figures` and `expected` (units asked) are by code. The coverage of a ratio is that of its denominator.
    Raises KeyError when a ratio names an indicator that is unknown or itself a ratio.
    """
    result = {
        i.code: total(i.aggregation, figures.get(i.code, ()), expected=expected.get(i.code, 0), owner_id=i.owner_id)
        for i in indicators
        if i.aggregation != Aggregation.RATIO
    }
    ratios = {
        i.code: _ratio_total(result[i.numerator], result[i.denominator])
        for i in indicators
        if i.aggregation == Aggregation.RATIO
    }
    return {i.code: (result | ratios)[i.code] for i in indicators}


def _ratio_total(numerator: Total, denominator: Total) -> Total:
    return Total(
        ratio(numerator.value, denominator.value),
        denominator.with_value,
        denominator.not_applicable,
        denominator.blank,
        denominator.expected,
    )


def _added_up(numbers: Sequence[Decimal]) -> Decimal | None:
    with localcontext(_EXACT):
        return sum(numbers, Decimal(0)) if numbers else None

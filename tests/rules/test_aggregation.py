from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.choices import Aggregation
from workflow.rules.aggregation import Figure, Total, ratio, total, totals
from workflow.rules.outline import IndicatorSpec

NUMBERS = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False)
ANSWERS = st.one_of(
    NUMBERS.map(lambda number: (number, False, "")),
    st.just((None, True, "")),
    st.just((None, False, "không theo dõi")),
    st.just((None, False, "")),
)
FIGURES = st.lists(ANSWERS, max_size=20).map(
    lambda answers: [Figure(unit, *answer) for unit, answer in enumerate(answers)]
)


def numbers_of(*numbers: int | str | None) -> list[Figure]:
    return [Figure(unit, None if number is None else Decimal(number)) for unit, number in enumerate(numbers)]


@pytest.mark.parametrize("aggregation", [Aggregation.SUM, Aggregation.SNAPSHOT])
@given(figures=FIGURES)
def test_numbers_are_added_exactly_and_every_received_unit_is_accounted_for(
    aggregation: Aggregation, figures: list[Figure]
) -> None:
    found = total(aggregation, figures, expected=25)
    numbers = [Fraction(figure.number) for figure in figures if figure.number is not None]

    assert (found.value is None) == (not numbers)
    assert Fraction(found.value or 0) == sum(numbers)
    assert found.with_value == len(numbers)
    assert found.not_applicable == sum(figure.not_applicable for figure in figures)
    assert (found.received, found.not_received) == (len(figures), 25 - len(figures))


@given(FIGURES, st.randoms())
def test_the_order_of_units_does_not_matter(figures: list[Figure], rng: Random) -> None:
    shuffled = list(figures)
    rng.shuffle(shuffled)

    assert total(Aggregation.SUM, shuffled, expected=20) == total(Aggregation.SUM, figures, expected=20)


def test_seven_cells_with_one_missing_show_six_of_seven() -> None:
    """Domain scenario 10."""
    found = total(Aggregation.SUM, numbers_of(1, 2, 3, 4, 5, 6), expected=7)

    assert found == Total(Decimal(21), with_value=6, not_applicable=0, blank=0, expected=7)
    assert found.not_received == 1


def test_zero_blank_and_not_applicable_are_three_different_answers() -> None:
    figures = [Figure(1, Decimal(0)), Figure(2), Figure(3, not_applicable=True)]

    assert total(Aggregation.SUM, figures, expected=3) == Total(Decimal(0), 1, 1, 1, 3)


def test_where_nobody_gave_a_number_the_total_is_unknown_and_not_zero() -> None:
    for aggregation in (Aggregation.SUM, Aggregation.SNAPSHOT, Aggregation.YES_COUNT):
        assert total(aggregation, [Figure(1), Figure(2, not_applicable=True)], expected=2).value is None


def test_yes_is_counted_by_unit() -> None:
    found = total(Aggregation.YES_COUNT, numbers_of(1, 0, "1.0000", None), expected=4)

    assert found == Total(Decimal(2), with_value=3, not_applicable=0, blank=1, expected=4)


def test_texts_are_counted_and_never_added() -> None:
    figures = [Figure(1, text="loa cầm tay"), Figure(2, text=" "), Figure(3, not_applicable=True)]

    assert total(Aggregation.TEXT, figures, expected=3) == Total(None, 1, 1, 1, 3)


def test_only_the_owners_figure_counts_where_several_could_report_it() -> None:
    figures = [Figure(1, Decimal(180)), Figure(2, Decimal(175))]

    assert total(Aggregation.SNAPSHOT, figures, expected=3, owner_id=2) == Total(Decimal(175), 1, 0, 0, 1)
    assert total(Aggregation.SNAPSHOT, figures, expected=3, owner_id=9) == Total(None, 0, 0, 0, 1)


def test_a_ratio_is_no_sum() -> None:
    with pytest.raises(ValueError, match="two totals"):
        total(Aggregation.RATIO, [], expected=0)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [("1", "3", "0.333333"), ("2", "3", "0.666667"), ("0", "5", "0"), ("1", "0", None), (None, "5", None)],
)
def test_a_ratio_divides_two_totals(numerator: str | None, denominator: str, expected: str | None) -> None:
    found = ratio(Decimal(numerator) if numerator else None, Decimal(denominator))

    assert found == (Decimal(expected) if expected else None)


def test_a_ratio_without_a_denominator_is_unknown() -> None:
    assert ratio(Decimal(1), None) is None


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=1, max_size=10))
def test_the_ratio_of_an_outline_is_recomputed_and_never_averaged(parts: list[tuple[int, int]]) -> None:
    """Domain scenario 12: Σ numerators / Σ denominators."""
    outline = [
        IndicatorSpec(3, "A5/A6", 1, Aggregation.RATIO, numerator="A5", denominator="A6"),
        IndicatorSpec(1, "A5", 1, Aggregation.SUM),
        IndicatorSpec(2, "A6", 1, Aggregation.SUM),
    ]
    figures = {
        "A5": numbers_of(*(top for top, _ in parts)),
        "A6": numbers_of(*(bottom for _, bottom in parts)),
    }
    found = totals(outline, figures, {"A5": 10, "A6": 10})
    exact = Fraction(sum(top for top, _ in parts), sum(bottom for _, bottom in parts))

    assert list(found) == ["A5/A6", "A5", "A6"]
    assert abs(Fraction(found["A5/A6"].value or 0) - exact) <= Fraction(1, 2_000_000)
    assert found["A5/A6"].with_value == len(parts)


def test_an_outline_is_totalled_by_each_indicators_own_rule() -> None:
    outline = [
        IndicatorSpec(1, "A1", 1, Aggregation.SUM),
        IndicatorSpec(2, "A2", 1, Aggregation.YES_COUNT),
        IndicatorSpec(3, "K1", 1, Aggregation.SNAPSHOT, owner_id=1),
        IndicatorSpec(4, "G3", 1, Aggregation.SUM),
    ]
    figures = {"A1": numbers_of(3, 4), "A2": numbers_of(1, 0), "K1": numbers_of(8, 9)}
    found = totals(outline, figures, {"A1": 2, "A2": 2, "K1": 2, "G3": 2})

    assert [found[code].value for code in ("A1", "A2", "K1", "G3")] == [7, 1, 9, None]

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.choices import Aggregation
from workflow.errors import WrongFigure
from workflow.rules.outline import CrossCheck, IndicatorSpec, check_cross, check_value


@dataclass
class Value:
    number: Decimal | None = None
    not_applicable: bool = False
    text: str = ""


def broken_by(indicator: IndicatorSpec, number: Any = None, na: bool = False, text: str = "") -> str | None:
    try:
        check_value(indicator, None if number is None else Decimal(number), na, text)
    except WrongFigure as refusal:
        return str(refusal.facts["broken"])
    return None


COUNT = IndicatorSpec(1, "A1", 1, Aggregation.SUM, minimum=Decimal(0))
MONEY = IndicatorSpec(2, "H1", 1, Aggregation.SUM, decimals=1, minimum=Decimal(0), maximum=Decimal("99.5"))
YES_NO = IndicatorSpec(3, "A2", 1, Aggregation.YES_COUNT)
SHARE = IndicatorSpec(4, "A5/A6", 1, Aggregation.RATIO, decimals=2)
WORDS = IndicatorSpec(5, "T1", 1, Aggregation.TEXT)


@pytest.mark.parametrize(
    ("indicator", "number", "broken"),
    [
        (COUNT, "0", None),
        (COUNT, "5.0", None),
        (COUNT, "-1", "minimum"),
        (COUNT, "1.5", "decimals"),
        (COUNT, "NaN", "number"),
        (COUNT, "sNaN", "number"),
        (COUNT, "Infinity", "number"),
        (COUNT, "1E+15", "number"),
        (COUNT, "999999999999999", None),
        (MONEY, "99.50", None),
        (MONEY, "99.6", "maximum"),
        (MONEY, "9.05", "decimals"),
        (MONEY, "1E-30", "decimals"),
        (YES_NO, "0", None),
        (YES_NO, "1.0", None),
        (YES_NO, "2", "yes_no"),
        (YES_NO, "0.5", "yes_no"),
        (SHARE, "0.5", "no_number"),
        (WORDS, "1", "no_number"),
    ],
)
def test_a_figure_is_refused_by_the_rule_it_breaks(indicator: IndicatorSpec, number: str, broken: str | None) -> None:
    assert broken_by(indicator, number) == broken


@pytest.mark.parametrize("indicator", [COUNT, MONEY, YES_NO, SHARE, WORDS])
def test_blank_not_applicable_or_a_text_may_stand_alone(indicator: IndicatorSpec) -> None:
    assert broken_by(indicator) is None
    assert broken_by(indicator, na=True) is None
    assert broken_by(indicator, text="chưa thống kê") is None


@pytest.mark.parametrize(
    ("number", "na", "text"),
    [("1", True, ""), ("1", False, "x"), (None, True, "x"), ("0", True, ""), ("1", True, "x")],
)
def test_at_most_one_of_number_not_applicable_and_text(number: str | None, na: bool, text: str) -> None:
    assert broken_by(COUNT, number, na, text) == "several"


def test_a_refusal_points_at_the_indicator_and_says_the_rule() -> None:
    with pytest.raises(WrongFigure) as refusal:
        check_value(MONEY, Decimal(100), False, "")

    assert refusal.value.facts["indicator"] == "H1"
    assert set(refusal.value.facts) == {"indicator", "rule", "broken"}


def test_white_space_is_no_text_beside_a_number() -> None:
    assert broken_by(COUNT, "1", text=" \n") is None


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-200, max_value=200, places=3))
def test_a_figure_passes_exactly_within_its_bounds_and_places(number: Decimal) -> None:
    fits = 0 <= number <= Decimal("99.5") and number * 10 == int(number * 10)

    assert (broken_by(MONEY, number) is None) == fits


@pytest.mark.parametrize(
    ("check", "holds"),
    [
        ({"left": "D2", "op": "<=", "right": "D1"}, True),
        ({"left": "D1", "op": "<=", "right": "D2"}, False),
        ({"left": "D1", "op": ">=", "right": "D2"}, True),
        ({"left": "K1", "op": "==", "right": ["K1a", "K1b"]}, True),
        ({"left": ["K1a", "D1"], "op": "==", "right": ["K1b", "D2"]}, False),
        ({"left": "D1", "op": "<=", "right": "BLANK"}, True),
        ({"left": "NA", "op": "<=", "right": "D1"}, True),
        ({"left": "D1", "op": "==", "right": ["K1a", "BLANK"]}, True),
        ({"left": "UNKNOWN", "op": "==", "right": "D1"}, True),
        ({"left": "ZERO", "op": ">=", "right": "D1"}, False),
    ],
)
def test_figures_must_not_contradict_each_other_where_all_are_known(check: CrossCheck, holds: bool) -> None:
    values = {
        "D1": Value(Decimal(10)),
        "D2": Value(Decimal(9)),
        "K1": Value(Decimal(5)),
        "K1a": Value(Decimal(3)),
        "K1b": Value(Decimal(2)),
        "ZERO": Value(Decimal(0)),
        "BLANK": Value(),
        "NA": Value(not_applicable=True),
    }
    if holds:
        check_cross([check], values)
    else:
        with pytest.raises(WrongFigure):
            check_cross([check], values)


def test_a_contradiction_is_told_in_the_words_of_the_request_or_by_the_codes() -> None:
    values = {"A5": Value(Decimal(9)), "A6": Value(Decimal(8)), "A7": Value(Decimal(0))}
    plain: CrossCheck = {"left": "A5", "op": "<=", "right": ["A6", "A7"]}
    worded: CrossCheck = {**plain, "message": "không vượt quá tổng số đảng viên"}

    with pytest.raises(WrongFigure) as refusal:
        check_cross([plain], values)
    assert refusal.value.facts == {"indicator": "A5", "rule": "A5 <= A6 + A7", "broken": "cross"}
    with pytest.raises(WrongFigure) as refusal:
        check_cross([worded], values)
    assert refusal.value.facts["rule"] == "không vượt quá tổng số đảng viên"


def test_an_unknown_comparison_is_a_fault_of_the_outline() -> None:
    check: CrossCheck = {"left": "A", "op": "!=", "right": "A"}

    with pytest.raises(KeyError):
        check_cross([check], {"A": Value(Decimal(1))})

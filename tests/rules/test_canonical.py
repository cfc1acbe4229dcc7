import json
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.canonical import canonical_json, content_hash, decimal_places, plain_number

TEXT = st.text(st.characters(codec="utf-8"))
NUMBER = st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
LEAF = st.none() | st.booleans() | TEXT | NUMBER | st.dates() | st.datetimes(timezones=st.just(UTC))
KEYS = TEXT.map(lambda key: unicodedata.normalize("NFC", key))
CONTENT = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


def turned_round(value: Any) -> Any:
    """The same content with every mapping in the opposite order and every text in NFD."""
    match value:
        case str():
            return unicodedata.normalize("NFD", value)
        case dict():
            return {turned_round(key): turned_round(inner) for key, inner in reversed(value.items())}
        case list():
            return tuple(turned_round(inner) for inner in value)
    return value


@given(CONTENT)
def test_order_of_keys_and_unicode_form_do_not_matter(content: Any) -> None:
    assert canonical_json(turned_round(content)) == canonical_json(content)


@given(CONTENT)
def test_what_is_read_back_is_written_the_same(content: Any) -> None:
    text = canonical_json(content)

    assert canonical_json(json.loads(text)) == text


@given(NUMBER)
def test_a_number_keeps_its_value_without_exponent_or_idle_zeros(number: int | Decimal) -> None:
    text = plain_number(number)

    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))
    assert text != "-0"


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.50", "1.5"), ("-0", "0"), ("-0.00", "0"), ("1E+3", "1000"), ("1E-4", "0.0001"), ("100", "100")],
)
def test_numbers_are_written_plainly(number: str, text: str) -> None:
    assert canonical_json(Decimal(number)) == f'"{text}"'


def test_equal_numbers_are_written_alike() -> None:
    assert canonical_json([1, Decimal(1), Decimal("1.0")]) == '["1","1","1"]'


def test_a_number_knows_the_places_it_needs() -> None:
    needed = [decimal_places(Decimal(number)) for number in ("1.50", "1E+3", "0.0001", "7")]

    assert needed == [1, 0, 4, 0]


def test_an_instant_is_written_in_utc_and_a_day_as_it_is() -> None:
    local = datetime(2022, 8, 1, tzinfo=timezone(timedelta(hours=7)))

    assert canonical_json([local, date(2022, 8, 1)]) == '["2022-07-31T17:00:00Z","2022-08-01"]'


def test_keys_are_sorted_and_nothing_is_escaped_or_spaced() -> None:
    assert canonical_json({"b": True, "a": None, "ơ": "Đảng ủy"}) == '{"a":null,"b":true,"ơ":"Đảng ủy"}'


@pytest.mark.parametrize("value", [1.5, {1: "a"}, {"a": {1, 2}}, b"a", object()])
def test_what_has_no_single_text_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize(
    "value",
    [
        Decimal("NaN"),
        Decimal("-Infinity"),
        datetime(2022, 8, 1),  # noqa: DTZ001 - the point is that it has no zone
        {"ủ": 1, unicodedata.normalize("NFD", "ủ"): 2},
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"finite|time zone|fall together"):
        canonical_json(value)


def test_the_hash_is_sha256_of_the_utf8_bytes() -> None:
    assert content_hash("ủy") == "e1cb3dec373c538a6d72032301405b138c4cfa277a6f558bea09c4dd7c33000c"

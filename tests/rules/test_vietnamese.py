import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.vietnamese import (
    is_blank,
    name_sort,
    normalize,
    search_fold,
)

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
SYLLABLE = st.builds(
    lambda onset, vowel, tone, coda: unicodedata.normalize("NFC", onset + vowel + tone + coda),
    st.sampled_from(["", "b", "Đ", "d", "Ng", "tr", "Tr"]),
    st.sampled_from(VOWELS + VOWELS.upper()),
    st.sampled_from(TONES),
    st.sampled_from(["", "n", "ng", "t"]),
)
NAME = st.lists(SYLLABLE | st.sampled_from(["0", "1", "2", "10"]), min_size=1, max_size=4).map(" ".join)

# In ICU's order: checked once against PostgreSQL's "vi-x-icu" together with 6,000 generated names.
IN_ORDER = """\
- Tổ
– Tổ
(Tổ)
1
10
2
a
A
à
À
ả
ã
á
ạ
An
Ân
Ấn
Ẩn tình
Bưu điện
café
cao
da
đa
Đảng bộ
e
ê
Fansipan
Hoà An
Hòa An
Hoàng
o
ô
ơ
u
Uỷ ban
Ủy ban
ư
y
Ỷ
z""".splitlines()


def slow_order(name: str) -> tuple[list[int], list[int], list[bool]]:
    """Letters first, then tones, then case, each compared from the left."""
    ranks, tones, capitals = [], [], []
    for char in normalize(name):
        low = char.lower()
        tone = next((t for t in TONES[1:] if t in unicodedata.normalize("NFD", low)), "")
        letter = unicodedata.normalize("NFC", unicodedata.normalize("NFD", low).replace(tone, ""))
        ranks.append((" 0123456789" + LETTERS).index(letter))
        tones.append(TONES.index(tone))
        capitals.append(char != low)
    return ranks, tones, capitals


def test_names_stand_in_the_order_of_a_vietnamese_dictionary() -> None:
    shuffled = random.Random(630).sample(IN_ORDER, len(IN_ORDER))  # noqa: S311 - no secret, only disorder

    assert sorted(shuffled, key=name_sort) == IN_ORDER


@given(NAME, NAME)
def test_letters_outweigh_tones_and_tones_outweigh_case(one: str, other: str) -> None:
    if slow_order(one) != slow_order(other):
        assert (name_sort(one) < name_sort(other)) == (slow_order(one) < slow_order(other))


@given(st.text(), st.text())
def test_two_names_share_a_key_exactly_when_they_are_one_name(one: str, other: str) -> None:
    same = unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
    assert (name_sort(one) == name_sort(other)) == same
    assert name_sort(unicodedata.normalize("NFD", one)) == name_sort(unicodedata.normalize("NFC", one))


def test_names_that_only_look_alike_stand_side_by_side_in_a_fixed_order() -> None:
    alike = ["Tổ 1...", "Tổ 1…"]

    assert sorted(alike[::-1], key=name_sort) == alike
    assert name_sort(alike[1]) < name_sort("Tổ 1....")


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_the_order_of_characters_is_the_order_of_bytes(one: str, other: str) -> None:
    by_bytes = name_sort(one).encode() < name_sort(other).encode()

    assert (name_sort(one) < name_sort(other)) == by_bytes


@pytest.mark.parametrize("letter", ["ß", "ø", "Ж", "中"])
def test_foreign_letters_stand_after_z(letter: str) -> None:
    assert name_sort("zz") < name_sort(letter)


@pytest.mark.parametrize("sign", ["•", "§", "\u00a0", "※"])
def test_foreign_punctuation_stands_before_digits(sign: str) -> None:
    assert name_sort(sign) < name_sort("0")


def test_normalizing_keeps_the_spelling() -> None:
    assert normalize(unicodedata.normalize("NFD", "Đảng uỷ, Đảng ủy")) == "Đảng uỷ, Đảng ủy"


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Đảng ủy", "dang uy"),
        ("ĐẢNG UỶ", "dang uy"),
        ("Văn hóa", "van hoa"),
        ("Văn hoà", "van hoa"),
        ("  Sở\u00a0TT\t&\nTT ", "so tt & tt"),
        ("đường\u200b 3/2", "duong 3/2"),
        ("Ｓở", "so"),
    ],
)
def test_search_forgets_case_marks_and_spacing(written: str, searched: str) -> None:
    assert search_fold(written) == searched


@given(st.text())
def test_search_sees_no_difference_between_unicode_forms(text: str) -> None:
    forms = {search_fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}

    assert forms == {search_fold(text)}


@given(NAME)
def test_what_was_folded_folds_to_itself(name: str) -> None:
    assert search_fold(search_fold(name)) == search_fold(name)
    assert search_fold(name.upper()) == search_fold(name)


@pytest.mark.parametrize("text", ["", " \n\t", "\u00a0", "\u200b\ufeff"])
def test_text_without_a_visible_character_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["0", "-", "không có"])
def test_text_with_a_visible_character_is_not_blank(text: str) -> None:
    assert not is_blank(text)

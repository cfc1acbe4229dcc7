"""The text of a section, as HTML and as plain text."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workflow.rules import prose

# NUL and halves of surrogate pairs are refused before a text comes here.
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TYPED = st.text(
    alphabet=st.one_of(st.sampled_from("abđê 12.-+|<>&\n\r\t"), LETTERS), max_size=60
)  # fmt: skip
LINES = st.lists(
    st.sampled_from(
        ["- một", "+ hai", "1. ba", "2. bốn", "| a | b |", "", "năm", "  sáu  bảy ", "<5 & >3", "- ", "||"]
    ),
    max_size=12,
).map("\n".join)
PIECES = st.lists(
    st.sampled_from(
        [
            "<p>", "</p>", "<ul>", "<li>", "</li>", "</ul>", "<ol>", "</ol>", "<table>", "<tr>", "<td colspan=2>",
            "</td>", "</tr>", "</table>", "<br>", "<strong>", "</strong>", "<script>alert(1)</script>", "\u0338",
            "<div onclick=x>", "<a href=javascript:x>", "một", " hai ", "&lt;p&gt;", "&amp;", "<!-- x -->", "<", ">",
            "\n", "<b>", "<svg>", "<style>",
        ]
    ),
    max_size=14,
).map("".join)  # fmt: skip


def words(text: str) -> str:
    return re.sub(r"[ \t\n\r\f]+", " ", text).strip(" ")


@given(st.one_of(TYPED, LINES))
@example("Gồm:\n- a\n+ b\n- c\n\n1. d\n2. e\n| x | y |")
@example("≯")
def test_the_plain_form_comes_back_with_every_word(text: str) -> None:
    assert words(prose.plain(prose.from_plain(text))) == words(unicodedata.normalize("NFC", text))


@given(st.one_of(TYPED, LINES))
def test_the_plain_form_settles_at_once(text: str) -> None:
    once = prose.plain(prose.from_plain(text))
    assert prose.plain(prose.from_plain(once)) == once


@given(PIECES)
def test_cleaning_twice_is_cleaning_once(html: str) -> None:
    once = prose.clean(html)
    assert prose.clean(once) == once


@given(PIECES)
def test_nothing_that_runs_or_points_elsewhere_is_kept(html: str) -> None:
    shown = prose.as_html(html)
    assert not re.search(r"<(?!/?(?:p|br|strong|em|u|ul|ol|li|table|thead|tbody|tr|th|td)\b)[a-z/!]", shown)
    assert not re.search(r"<[^>]*\b(?:on\w+|href|style|src)\s*=", shown)


@given(PIECES)
def test_an_untouched_text_stays_to_the_byte(html: str) -> None:
    stored = prose.clean(html)
    browser = prose.plain(stored).replace("\n", "\r\n")
    assert prose.kept_or_new(stored, browser) == stored


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("Một\nhai", "<p>Một<br>hai</p>"),
        ("Một\n\nhai", "<p>Một</p><p>hai</p>"),
        ("Gồm:\n- a\n+ b\n- c", "<p>Gồm:</p><ul><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ul>"),
        ("1. Ưu điểm", "<p>1. Ưu điểm</p>"),
        ("1. a\n2. b", "<ol><li><p>a</p></li><li><p>b</p></li></ol>"),
        ("| a | b |", "<table><tbody><tr><td><p>a</p></td><td><p>b</p></td></tr></tbody></table>"),
        ("<5 đồng chí", "<p>&lt;5 đồng chí</p>"),
    ],
)
def test_the_shapes_of_the_plain_form(typed: str, html: str) -> None:
    assert prose.from_plain(typed) == html


def test_plain_text_is_not_touched_by_cleaning() -> None:
    assert prose.clean("<5 & đủ\r\n- a") == "<5 & đủ\r\n- a"


def test_what_was_typed_replaces_the_stored_text() -> None:
    assert prose.kept_or_new("<p><strong>Một</strong></p>", "Một hai") == "<p>Một hai</p>"
    assert prose.kept_or_new("Một", "Một") == "Một"


@pytest.mark.parametrize(
    "text", ["", " ", "<p></p>", "<p>&nbsp;</p><ul><li><p> </p></li></ul>", "<table><tr><td></td></tr></table>"]
)
def test_a_fragment_without_a_word_says_nothing(text: str) -> None:
    assert prose.says_nothing(text)


def test_a_fragment_with_a_word_says_something() -> None:
    assert not prose.says_nothing("<p>0</p>")


def test_legacy_text_is_shown_escaped_in_its_shapes() -> None:
    assert prose.as_html("a < b\n\n- c") == "<p>a &lt; b</p><ul><li><p>c</p></li></ul>"


def test_texts_are_joined_plain_while_all_are_plain() -> None:
    assert prose.joined(["một", "", prose.attributed("Chi bộ A", "hai")]) == "một\n\nChi bộ A: hai"
    assert prose.joined(["một", prose.attributed("Chi bộ <A>", "<p>hai</p>")]) == (
        "<p>một</p><p>Chi bộ &lt;A&gt;:</p><p>hai</p>"
    )

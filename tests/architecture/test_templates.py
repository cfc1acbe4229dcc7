"""Templates hold words for translators, classes for the style sheets, and nothing that the strict policy forbids."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import get_resolver

CLONE = Path(__file__).resolve().parents[2]
ROOM = CLONE / "workflow/templates"
# Mails are read where no style sheet reaches.
TEMPLATES = sorted(path for path in ROOM.rglob("*.html") if path.parent.name != "delivery")
LONGEST = 120
# A language says its own name in itself.
OWN_NAMES = {"Tiếng Việt", "English"}
# Taken out before looking: what is translated, and names of classes.
TRANSLATED = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%\s*comment.*?endcomment\s*%}|{#.*?#}"
    r"|{%\s*block (?:width|narrow)\s*%}.*?{%\s*endblock\s*%}",
    re.DOTALL,
)
ENGINE = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
HIDDEN = re.compile(r"<!doctype[^>]*>|<!--.*?-->|<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
SAID_BY_ATTRIBUTES = re.compile(r"\b(?:title|alt|placeholder|aria-label|data-label|data-copied)=(\"[^\"]*\"|'[^']*')")
TAG = re.compile(r"<[^>]*>", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")


def own_words(text: str) -> Iterator[str]:
    """Words that a reader sees and no translator does."""
    bare = HIDDEN.sub(" ", ENGINE.sub(" ", TRANSLATED.sub(" ", text)))
    for found in SAID_BY_ATTRIBUTES.findall(bare):
        yield from WORD.findall(found)
    for said in TAG.sub("\n", bare).split("\n"):
        if said.strip() not in OWN_NAMES:
            yield from WORD.findall(re.sub(r"&\w+;", " ", said))


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOM)))
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    assert list(own_words(path.read_text())) == []


@pytest.mark.parametrize("text", ["<p>Sign</p>", '<input placeholder="Unit">', "{% if a %}<b>Save</b>{% endif %}"])
def test_a_word_without_a_translator_is_found(text: str) -> None:
    assert len(list(own_words(text))) == 1


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOM)))
def test_a_template_carries_no_style_or_script_of_its_own(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"<[^>]*\s(?:style|on\w+|hx-on[\w:-]*)=", text) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style\b|javascript:", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOM)))
def test_a_template_fits_on_a_few_screens(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


def test_every_address_in_a_template_exists() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    asked = {
        (path.name, name) for path in TEMPLATES for name in re.findall(r"{%\s*url\s+['\"](\w+)['\"]", path.read_text())
    }
    assert asked
    assert [one for one in sorted(asked) if one[1] not in names] == []

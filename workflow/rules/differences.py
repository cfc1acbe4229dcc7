"""What changed between two revisions of a report, section by section, down to the words.

A revision's content is the canonical JSON that actions/revisions.py freezes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Any, NamedTuple

from workflow.choices import Aggregation
from workflow.rules.prose import plain
from workflow.rules.vietnamese import format_number

# Below this likeness two paragraphs are two paragraphs, not one that was rewritten.
REWRITTEN = 0.35


class Mark(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class Run(NamedTuple):
    """Words that were kept, added or removed together."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class SectionChange:
    """The changed paragraphs of one section, each as its runs."""

    key: str
    title: str
    paragraphs: Sequence[Sequence[Run]]


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure before and after, in words; blank is an empty text."""

    code: str
    label: str
    unit: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Differences:
    sections: Sequence[SectionChange]
    figures: Sequence[FigureChange]

    @property
    def places(self) -> int:
        """How many paragraphs and figures differ."""
        return sum(len(one.paragraphs) for one in self.sections) + len(self.figures)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Differences:
    """All changes from one content to another, in the order of the newer one; what is gone stands last."""
    old = {section["key"]: section for section in before["sections"]}
    new = {section["key"]: section for section in after["sections"]}
    sections = []
    for key, section in (new | {key: one for key, one in old.items() if key not in new}).items():
        paragraphs = list(changed_paragraphs(_lines(old.get(key)), _lines(new.get(key))))
        if paragraphs:
            title = f"{section['numbering']} {section['heading']}".strip()
            sections.append(SectionChange(key, title, paragraphs))
    return Differences(sections, list(_figures(before, after)))


def changed_paragraphs(before: Sequence[str], after: Sequence[str]) -> Iterator[list[Run]]:
    """The paragraphs that differ; a rewritten one is compared word by word."""
    for kind, low, high, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for old, new in zip_longest(before[low:high], after[start:end], fillvalue=""):
            yield from _rewritten(old, new)


def _rewritten(old: str, new: str) -> Iterator[list[Run]]:
    runs = word_runs(old, new)
    kept = sum(len(run.text) for run in runs if run.mark is Mark.SAME)
    if old and new and kept < REWRITTEN * max(len(old), len(new)):
        yield [Run(Mark.REMOVED, old)]
        yield [Run(Mark.ADDED, new)]
    else:
        yield runs


def word_runs(before: str, after: str) -> list[Run]:
    """One paragraph turned into another. SAME with REMOVED gives the words of `before`, SAME with ADDED of `after`."""
    old, new = before.split(), after.split()
    runs = []
    for kind, low, high, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(Run(Mark.SAME, " ".join(old[low:high])))
            continue
        if high > low:
            runs.append(Run(Mark.REMOVED, " ".join(old[low:high])))
        if end > start:
            runs.append(Run(Mark.ADDED, " ".join(new[start:end])))
    return runs


def _lines(section: Mapping[str, Any] | None) -> list[str]:
    """The paragraphs and rows of a section as lines to compare; white space does not count."""
    if section is None:
        return []
    rows = [" | ".join(str(cell) for _key, cell in sorted(row.items())) for row in section["rows"]]
    lines = (re.sub(r"\s+", " ", line).strip() for line in [*plain(section["text"]).split("\n"), *rows])
    return [line for line in lines if line]


def _figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FigureChange]:
    old = {value["code"]: value for value in before["values"]}
    new = {value["code"]: value for value in after["values"]}
    for code, value in (new | {code: one for code, one in old.items() if code not in new}).items():
        was, now = figure_in_words(old.get(code)), figure_in_words(new.get(code))
        if was != now:
            yield FigureChange(code, value["label"], value["unit"], was, now)


def figure_in_words(value: Mapping[str, Any] | None) -> str:
    """A number as text, "–" where it does not apply, or what was written instead."""
    if value is None:
        return ""
    if value["not_applicable"]:
        return "–"
    if value["number"] is None:
        return str(value["text"])
    number = Decimal(value["number"])
    if value.get("aggregation") == Aggregation.YES_COUNT:
        return "Có" if number else "Không"
    return format_number(number)

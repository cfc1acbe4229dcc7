"""A list of calendar days as a spreadsheet keeps it (CSV): one day a line – day;kind;note."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.choices import DayKind
from workflow.errors import CalendarListRefused, UnreadableText
from workflow.rules.vietnamese import format_day, normalize, read_day, search_fold

LONGEST_NOTE = 200
# A year outside is a slip of the hand, not a plan.
YEARS = range(1945, 2201)

_BOM = "\ufeff"
_COLUMNS = ("Ngày", "Loại", "Ghi chú")
_WORDS = {
    DayKind.HOLIDAY: "Nghỉ lễ",
    DayKind.COMPENSATION: "Nghỉ bù",
    DayKind.SWAPPED_OFF: "Nghỉ hoán đổi",
    DayKind.WORKED: "Ngày làm việc bù",
}
_KINDS = {search_fold(word): kind for kind, word in _WORDS.items()} | {search_fold(kind): kind for kind in DayKind}
_KINDS |= {search_fold(word): DayKind.WORKED for word in ("Làm bù", "Làm việc bù", "Ngày làm bù")}
# A spreadsheet would calculate a note that begins so; an apostrophe before it says that it is text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class DayDraft:
    """A day that differs from the ordinary week, as somebody brings it."""

    day: date
    kind: DayKind
    note: str = ""


class _Mistake(Exception):
    """A line that cannot be taken, and what to do about it."""

    def __init__(self, rule: str | Promise, **words: Any) -> None:
        self.rule = rule
        self.words = words
        super().__init__(str(rule))


def write_days(days: Iterable[DayDraft]) -> str:
    """The list as text that read_days reads back to the same days, and that a spreadsheet opens (UTF-8 with BOM)."""
    written = StringIO(newline="")
    table = csv.writer(written, delimiter=";")
    table.writerow(_COLUMNS)
    for one in days:
        note = f"'{one.note}" if _FORMULA.match(one.note) else one.note
        table.writerow((format_day(one.day), _WORDS[DayKind(one.kind)], note))
    return _BOM + written.getvalue()


def read_days(text: str) -> list[DayDraft]:
    """The days of a list; its first line may name the columns. Raises CalendarListRefused with each line's mistake."""
    found: dict[date, tuple[int, DayDraft]] = {}
    mistakes: list[str] = []
    for line, read in _rows(text.removeprefix(_BOM)):
        try:
            if isinstance(read, _Mistake):
                raise read
            draft = _draft(read)
            if draft.day in found:
                raise _Mistake(
                    _("%(day)s already stands in line %(other)s; keep one of the two"),
                    day=format_day(draft.day), other=found[draft.day][0],
                )  # fmt: skip
            found[draft.day] = line, draft
        except _Mistake as mistake:
            problem = str(mistake.rule) % mistake.words
            mistakes.append(str(_("line %(line)s: %(problem)s")) % {"line": line, "problem": problem})
    if not found and not mistakes:
        mistakes.append(str(_("it holds no day; write one day a line: day;kind;note")))
    if mistakes:
        shown = "; ".join(mistakes[:_SHOWN]) + ("; …" if len(mistakes) > _SHOWN else "")
        raise CalendarListRefused(count=len(mistakes), problems=shown)
    return [draft for _line, draft in found.values()]


def _rows(text: str) -> Iterator[tuple[int, list[str] | _Mistake]]:
    """The number of each line that says something, counted from 1, with its cells."""
    lines = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    first = True
    while True:
        number = lines.line_num + 1
        try:
            cells = [cell.strip() for cell in next(lines)]
        except StopIteration:
            return
        except csv.Error:
            yield number, _Mistake(_("its quotation marks do not match; close or remove them"))
            return
        if any(cells) and not (first and search_fold(cells[0]) in {"day", "ngay"}):
            yield number, cells
        first = first and not any(cells)


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return next((mark for mark in ";\t" if mark in first), ",")


def _draft(cells: list[str]) -> DayDraft:
    if len(cells) < 2 or any(cells[3:]):
        raise _Mistake(_("write three columns: day;kind;note, a note with “;” or “,” in quotation marks"))
    note = cells[2] if len(cells) > 2 else ""
    try:
        note = normalize(note[1:] if note.startswith("'") and _FORMULA.match(note) else note)
    except UnreadableText:
        raise _Mistake(_("the note holds characters that cannot be kept; type it again")) from None
    if len(note) > LONGEST_NOTE:
        raise _Mistake(_("the note is longer than %(limit)s characters; shorten it"), limit=LONGEST_NOTE)
    return DayDraft(_day(cells[0]), _kind(cells[1]), note)


def _day(text: str) -> date:
    day = read_day(text)
    if day is None:
        raise _Mistake(_("“%(text)s” is not a day; write it like 06/02/2027"), text=text[:20])
    if day.year not in YEARS:
        raise _Mistake(_("the year of %(day)s cannot be right; check the day"), day=format_day(day))
    return day


def _kind(text: str) -> DayKind:
    kind = _KINDS.get(search_fold(text))
    if kind is None:
        words = ", ".join(_WORDS.values())
        raise _Mistake(_("“%(text)s” is no kind of day; choose one of: %(words)s"), text=text[:20], words=words)
    return kind

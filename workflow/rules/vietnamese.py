"""Vietnamese spelling, order and notation. What was typed is kept; keys and printed forms are derived."""

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

from workflow.errors import UnreadableText
from workflow.rules.canonical import decimal_places

# ICU's order: space, punctuation, digits, then letters, where ă â đ ê ô ơ ư are letters of their own.
_SPACE_AND_PUNCTUATION = " _-–—,;:!?.'‘’\"“”«»()[]{}@*/\\&#%`^+<=>|~$"
_DIGITS = "0123456789"
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# One printable ASCII character a rank, from "!" up, so that the space can close a level below every rank.
_OTHER_PUNCTUATION = chr(0x21 + len(_SPACE_AND_PUNCTUATION))
_RANK = {char: chr(0x21 + rank) for rank, char in enumerate(_SPACE_AND_PUNCTUATION)} | {
    char: chr(ord(_OTHER_PUNCTUATION) + rank) for rank, char in enumerate(_DIGITS + _LETTERS, 1)
}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_PLAIN = "0"

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_WIDE = Context(prec=200)
_WRITTEN = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")


def normalize(text: str) -> str:
    """The same text in Unicode NFC; the writer's spelling (ủy or uỷ) is never corrected.

    Every text enters here. Raises UnreadableText for what UTF-8 or the database cannot hold.
    """
    if _UNREADABLE.search(text):
        raise UnreadableText
    return unicodedata.normalize("NFC", text)


def name_sort(text: str) -> str:
    """A key whose plain codepoint order (COLLATE "C") is the order ICU gives for `vi`.

    Four levels, each closed by a space: letters, tones (ngang huyền hỏi ngã sắc nặng), case, the text itself.
    Two texts have one key exactly when they are the same in NFC. The key is about four times as long.
    """
    letters: list[str] = []
    tones: list[str] = []
    cases: list[str] = []
    for base, marks in _clusters(text):
        letter = base.lower()
        tone = _PLAIN
        for mark in marks:
            composed = unicodedata.normalize("NFC", letter + mark)
            if composed in _RANK:
                letter = composed
            else:
                tone += _TONES.get(mark, mark)
        letters.append(_rank(letter))
        tones.append(tone)
        cases.append("0" if base == base.lower() else "1")
    return f"{''.join(letters)} {''.join(tones)} {''.join(cases)} {unicodedata.normalize('NFC', text)}"


def search_fold(text: str) -> str:
    """The text as search compares it: no case, no diacritics, đ as d, single spaces.

    So ủy = uỷ, hòa = hoà, and NFC or NFD makes no difference.
    """
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (char for char in bare if unicodedata.category(char) not in {"Mn", "Cf"})
    folded = "".join(kept).replace("đ", "d")
    return " ".join(unicodedata.normalize("NFC", folded).split())


def is_blank(text: str) -> bool:
    """Whether nothing can be read: empty, white space, or characters without a shape of their own."""
    return not any(search_fold(char) for char in text)


def format_number(value: Decimal | int, decimals: int | None = None) -> str:
    """1.234.567,5 – dots for thousands, a comma before exactly `decimals` places, halves away from zero.

    Without `decimals` as many places as the number needs. Raises ValueError for NaN and infinity.
    """
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value}")
    places = decimal_places(number) if decimals is None else decimals
    rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)
    return f"{rounded:z,f}".translate(str.maketrans(",.", ".,"))


def read_day(text: str) -> date | None:
    """The day that was written: 29/07/2026 (also with dots or hyphens, also 29/7/2026), or 2026-07-29 as browsers
    send it; None for what is no day of the calendar.
    """
    text = text.strip()
    try:
        if written := _WRITTEN.fullmatch(text):
            return date(*map(int, reversed(written.groups())))
        if iso := _ISO.fullmatch(text):
            return date(*map(int, iso.groups()))
    except ValueError:
        return None
    return None


def format_day(day: date) -> str:
    """05/09/2016, as screens show a date."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def format_day_short(day: date) -> str:
    """05/9/2016, as papers cite a date: day below 10 and months 1–2 with a zero (HD 36-HD/VPTW box 4)."""
    return f"{day.day:02d}/{_month(day)}/{day.year}"


def format_day_long(day: date) -> str:
    """ngày 05 tháng 01 năm 2022, as a letterhead dates a paper (HD 36-HD/VPTW box 4)."""
    return f"ngày {day.day:02d} tháng {_month(day)} năm {day.year}"


def weekday_name(day: date) -> str:
    return _WEEKDAYS[day.weekday()]


def _month(day: date) -> str:
    return f"{day.month:02d}" if day.month <= 2 else str(day.month)


def _clusters(text: str) -> list[tuple[str, str]]:
    """Base characters with the combining marks that follow them; a mark without a base is its own base."""
    clusters: list[tuple[str, str]] = []
    for char in unicodedata.normalize("NFKD", text):
        if clusters and unicodedata.combining(char):
            base, marks = clusters[-1]
            clusters[-1] = (base, marks + char)
        else:
            clusters.append((char, ""))
    return clusters


def _rank(letter: str) -> str:
    """Known characters by their rank; foreign punctuation before the digits, foreign letters after z."""
    if letter in _RANK:
        return _RANK[letter]
    if letter.isspace():
        return _RANK[" "]
    if unicodedata.category(letter[0])[0] in "PSZC":
        return _OTHER_PUNCTUATION + letter
    return letter

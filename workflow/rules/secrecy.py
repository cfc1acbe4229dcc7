"""Marks of state secrets: what bears one is not taken in (Luật 117/2025/QH15 art. 5; domain.md §6).

A mark is MẬT, TỐI MẬT or TUYỆT MẬT standing alone; “bảo mật”, “bí mật”, “mật khẩu” are ordinary words.
"""

import re
import unicodedata
from collections.abc import Iterable

from workflow.rules.vietnamese import search_fold

LONGEST_MARK = 100
_MARKS = frozenset({"mật", "tối mật", "tuyệt mật"})
# A stamp may be introduced: Độ mật: TỐI MẬT.
_INTRODUCTIONS = ("độ mật", "mức độ mật", "độ mật văn bản")
_WORD = re.compile(r"[^\W\d_]+")
# With these before or after it, mật is half of an ordinary word.
_BEFORE = frozenset({"bảo", "bí", "cơ", "thân", "cẩn", "nghiêm", "kín", "độ"})
_AFTER = frozenset({"khẩu", "mã", "độ", "thiết", "vụ", "ong", "đường", "ngọt", "danh", "thư"})
_BARE = frozenset({("toi", "mat"), ("tuyet", "mat")})


def marked_name(name: str) -> bool:
    """Whether a file's name bears a mark as a word of its own: “BC 05 MẬT.pdf”, “toi-mat.docx”.

    Names often lack diacritics; then only the two-word marks are known, because “mat” alone says many things.
    """
    words = _WORD.findall(_composed(name).lower())
    bare = [search_fold(word) for word in words]
    if _BARE & set(zip(bare, bare[1:], strict=False)):
        return True
    neighbours = zip(["", *words], words, [*words[1:], ""], strict=False)
    return any(word == "mật" and before not in _BEFORE and after not in _AFTER for before, word, after in neighbours)


def marked_line(lines: Iterable[str]) -> str | None:
    """The first line that is nothing but a mark, in whatever case, between whatever signs; None where none is."""
    return next((line.strip() for line in lines if _is_mark(line)), None)


def _is_mark(line: str) -> bool:
    # Most lines are longer than any mark, or lack a letter that every one of them has; the rest is looked at closely.
    if len(line) > LONGEST_MARK or not ("t" in line or "T" in line):
        return False
    words = _WORD.findall(_composed(line).lower())
    if len(words) > 1 and all(len(word) == 1 for word in words):
        words = _spaced_out(words)
    said = " ".join(words)
    for introduction in _INTRODUCTIONS:
        said = said.removeprefix(f"{introduction} ")
    return said in _MARKS and not any(char.isdigit() for char in line)


def _spaced_out(letters: list[str]) -> list[str]:
    """M Ậ T, T Ố I M Ậ T: a stamp whose letters stand apart."""
    joined = "".join(letters)
    return next((mark.split() for mark in _MARKS if mark.replace(" ", "") == joined), letters)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)

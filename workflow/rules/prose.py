"""The text of a section: plain text as it was first kept, or an HTML fragment as the editor writes it.

In the plain form a blank line parts paragraphs; "- " begins an item of a list, "+ " one below it, "1. " a numbered
one; "| a | b |" is the row of a table. What is kept tells itself: an HTML fragment begins with a tag.
"""

import re
import unicodedata
from collections.abc import Iterable
from html import escape, unescape
from html.parser import HTMLParser

import nh3
from django.utils.safestring import SafeString, mark_safe

from workflow.rules.vietnamese import is_blank

TAGS = {"p", "br", "strong", "em", "u", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
_BEGINS_WITH_A_TAG = re.compile(r"\s*<[a-zA-Z/!]")
_BEGINS_WITH_A_BLOCK = re.compile(r"<(?:p|ul|ol|table)\b")
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_SETTLES_AFTER = 8


def is_html(text: str) -> bool:
    return _BEGINS_WITH_A_TAG.match(text) is not None


def clean(text: str) -> str:
    """Only what a report may hold: paragraphs, emphasis, lists and tables. Plain text is not touched."""
    if not is_html(text):
        return text
    for _again in range(_SETTLES_AFTER):
        cleaned = _cleaned_once(text)
        if cleaned == text:
            return text
        text = cleaned
    return from_plain(_plain_of(text))


def _cleaned_once(text: str) -> str:
    kept = nh3.clean(unicodedata.normalize("NFC", text), tags=TAGS, attributes=ATTRIBUTES).strip(" \t\n\r\f")
    kept = unicodedata.normalize("NFC", kept)
    return kept if not kept or _BEGINS_WITH_A_BLOCK.match(kept) else f"<p>{kept}</p>"


def as_html(text: str) -> SafeString:
    """What a page may show."""
    return mark_safe(clean(text) if is_html(text) else from_plain(text))  # noqa: S308 – cleaned or escaped


def says_nothing(text: str) -> bool:
    """Whether nothing can be read; a table or list without a word says nothing."""
    return is_blank(unescape(_TAG.sub("", text)) if is_html(text) else text)


def plain(text: str) -> str:
    """The plain form of an HTML fragment; plain text as it is, with simple line ends."""
    return _plain_of(clean(text)) if is_html(text) else text.replace("\r\n", "\n").replace("\r", "\n")


def kept_or_new(stored: str, typed: str) -> str:
    """What to keep when a plain form comes back: the stored text to the byte, unless something was typed."""
    return stored if _lines(typed) == _lines(plain(stored)) else from_plain(typed)


def _lines(text: str) -> list[str]:
    """The lines as a browser sends them back, whatever it does to line ends and to a first blank line."""
    return [line.rstrip() for line in re.split(r"\r\n|\r|\n", text.strip("\r\n"))]


def joined(texts: Iterable[str]) -> str:
    """Several texts one after the other; plain while all are plain."""
    given = [text for text in texts if text]
    return "".join(map(as_html, given)) if any(map(is_html, given)) else "\n\n".join(given)


def attributed(name: str, text: str) -> str:
    """A text with the name of who says it in front."""
    return f"<p>{escape(name, quote=False)}:</p>{text}" if is_html(text) else f"{name}: {text}"


def from_plain(text: str) -> str:
    """The HTML fragment of a plain form. No word is lost: plain() gives it back."""
    lines = [_SPACES.sub(" ", line).strip(" ") for line in re.split(r"\r\n|\r|\n", text)]
    html, at = [], 0
    while at < len(lines):
        shape, end = _shape(lines, at), at + 1
        while end < len(lines) and _goes_on(shape, lines, end, end - at):
            end += 1
        html.append(_block(shape, lines[at:end]))
        at = end
    return clean("".join(html))


def _shape(lines: list[str], at: int) -> str:
    """What begins at this line: nothing, an item "-", a numbered item "1", a row "|", or a paragraph "p"."""
    line = lines[at]
    if not line:
        return ""
    if line.startswith("- "):
        return "-"
    if line.startswith("| ") and line.endswith(" |") and len(line) > 3:
        return "|"
    # A single "1." is a heading that somebody numbered.
    if line.startswith("1. ") and at + 1 < len(lines) and lines[at + 1].startswith("2. "):
        return "1"
    return "p"


def _goes_on(shape: str, lines: list[str], at: int, so_far: int) -> bool:
    line = lines[at]
    if shape == "-":
        return line.startswith(("- ", "+ "))
    if shape == "1":
        return line.startswith(f"{so_far + 1}. ")
    return shape != "" and _shape(lines, at) == shape


def _block(shape: str, lines: list[str]) -> str:
    if not shape:
        return ""
    told = [escape(line, quote=False) for line in lines]
    if shape == "p":
        return f"<p>{'<br>'.join(told)}</p>"
    if shape == "|":
        rows = ["".join(f"<td><p>{cell.strip(' ')}</p></td>" for cell in line[1:-1].split("|")) for line in told]
        return f"<table><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"
    if shape == "1":
        items = [line.partition(". ")[2] for line in told]
        return f"<ol>{''.join(f'<li><p>{words}</p></li>' for words in items)}</ol>"
    return f"<ul>{_items(told)}</ul>"


def _items(lines: list[str]) -> str:
    """Items "- " with their lower items "+ "; the first is always an item of its own."""
    html, lower = "", False
    for line in lines:
        begins_lower = line.startswith("+ ")
        if begins_lower != lower:
            html += "<ul>" if begins_lower else "</ul></li>"
        elif html and not lower:
            html += "</li>"
        html += f"<li><p>{line[2:]}</p>{'</li>' if begins_lower else ''}"
        lower = begins_lower
    return html + ("</ul></li>" if lower else "</li>")


def _plain_of(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.told()


class _Reader(HTMLParser):
    """Reads a cleaned fragment into blocks of the plain form."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self.words: list[str] = []
        self.lists: list[int | None] = []  # of each open list the last number given, None where items have none
        self.items: list[str] = []
        self.marker = ""
        self.rows: list[str] = []
        self.cells: list[str] | None = None

    def told(self) -> str:
        self._end_words()
        return "\n\n".join(self.blocks)

    def handle_data(self, text: str) -> None:
        self.words.append(_SPACES.sub(" ", text))

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag == "br":
            self.words.append(" " if self.lists or self.cells is not None else "\n")
        elif tag in {"ul", "ol"}:
            self._end_words()
            self.lists.append(0 if tag == "ol" and not self.lists else None)
        elif tag == "li":
            self._end_words()
            self._mark()
        elif tag == "tr":
            self._end_words()
            self.cells = []
        elif tag == "p":
            self._part()

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self.lists:
            self._end_words()
            self.lists.pop()
            if not self.lists and self.items:
                self._put("\n".join(self.items))
                self.items = []
        elif tag == "li":
            self._end_words()
        elif tag in {"td", "th"} and self.cells is not None:
            self.cells.append(self._taken())
        elif tag == "tr" and self.cells is not None:
            if any(self.cells):
                self.rows.append(f"| {' | '.join(self.cells)} |")
            self.cells = None
        elif tag == "table" and self.rows:
            self._put("\n".join(self.rows))
            self.rows = []
        elif tag == "p":
            self._part()

    def _mark(self) -> None:
        if len(self.lists) > 1:
            self.marker = "+ "
        elif self.lists and self.lists[0] is not None:
            self.lists[0] += 1
            self.marker = f"{self.lists[0]}. "
        else:
            self.marker = "- "

    def _part(self) -> None:
        """A paragraph begins or ends: of its own, or a part of an item or a cell."""
        if self.lists or self.cells is not None:
            self.words.append(" ")
        else:
            self._end_words()

    def _taken(self) -> str:
        lines = [_SPACES.sub(" ", line).strip(" ") for line in "".join(self.words).split("\n")]
        self.words = []
        return re.sub(r"\n{2,}", "\n\n", "\n".join(lines).strip("\n"))

    def _end_words(self) -> None:
        if self.cells is not None:
            self.words.append(" ")
            return
        words = self._taken()
        if words and self.lists:
            self.items.append(f"{self.marker}{words}")
            self.marker = self.marker if self.marker == "+ " else ""
        elif words:
            self._put(words)

    def _put(self, block: str) -> None:
        self.blocks.append(block)

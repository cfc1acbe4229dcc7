"""What was written in a section (rules/prose.py), taken apart: paragraphs, lists and tables with their runs of text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Union

from workflow.rules.prose import as_html

_CELLS, _LISTS = frozenset({"td", "th"}), frozenset({"ul", "ol"})
_STYLES = {"strong": "bold", "b": "bold", "em": "italic", "i": "italic", "u": "underline"}
_UNREAD = frozenset({"script", "style"})
# No report has a wider table; a span beyond it is a slip or a trick.
WIDEST = 20


@dataclass(frozen=True, slots=True)
class Run:
    """Some text in one style. A line break is the text "\\n"."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: tuple[Run, ...]
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Listing:
    items: tuple[tuple["Node", ...], ...]
    ordered: bool = False
    kind: str = "list"


@dataclass(frozen=True, slots=True)
class Cell:
    nodes: tuple["Node", ...]
    header: bool = False
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `columns` is its width with every span."""

    rows: tuple[tuple[Cell, ...], ...]
    columns: int
    kind: str = "grid"


Node = Union[Paragraph, Listing, Grid]  # noqa: UP007 – "Node" is named before its parts in Listing and Cell


def nodes_of(text: str) -> tuple[Node, ...]:
    """The text of a section as it is to be read, blank parts left out."""
    reader = _Reader()
    reader.feed(as_html(text))
    reader.close()
    return reader.finished()


@dataclass(slots=True)
class _Open:
    """An element that has not ended yet."""

    tag: str
    nodes: list[Node] = field(default_factory=list)
    items: list[tuple[Node, ...]] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    spans: tuple[int, int] = (1, 1)


class _Reader(HTMLParser):
    """Reads a cleaned fragment; what is not known there is read as the text that it holds."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [_Open("body")]
        self.runs: list[Run] = []
        self.styles: list[str] = []
        self.unread = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self.unread += 1
        elif tag in _STYLES:
            self.styles.append(_STYLES[tag])
        elif tag == "br" and len(self.open) == 1:
            self._end_paragraph()  # on paper every line that is begun is a paragraph
        elif tag == "br":
            self.runs.append(Run("\n"))
        elif tag == "p":
            self._end_paragraph()
        elif tag in _LISTS | _CELLS | {"li", "table", "tr"}:
            self._end_paragraph()
            given = dict(attrs)
            self.open.append(_Open(tag, spans=(_span(given.get("colspan")), _span(given.get("rowspan")))))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self.unread = max(0, self.unread - 1)
        elif tag in _STYLES:
            if _STYLES[tag] in self.styles:
                self.styles.remove(_STYLES[tag])
        elif tag == "p":
            self._end_paragraph()
        elif any(one.tag == tag for one in self.open[1:]):
            self._end_paragraph()
            while self._end_innermost() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.unread or (not data.strip() and not self.runs):
            return
        text = data if not self.runs else data.replace("\n", " ")
        style = frozenset(self.styles)
        self.runs.append(Run(text.replace("\n", " "), "bold" in style, "italic" in style, "underline" in style))

    def finished(self) -> tuple[Node, ...]:
        self._end_paragraph()
        while len(self.open) > 1:
            self._end_innermost()
        return tuple(self.open[0].nodes)

    def _end_paragraph(self) -> None:
        runs, self.runs = self.runs, []
        while runs and not runs[-1].text.strip():
            runs.pop()
        if runs:
            self.open[-1].nodes.append(Paragraph(tuple(runs)))

    def _end_innermost(self) -> str:
        ended, outer = self.open.pop(), self.open[-1]
        if ended.tag == "li":
            outer.items.append(tuple(ended.nodes))
        elif ended.tag in _LISTS and (ended.items or ended.nodes):
            items = tuple(ended.items) + ((tuple(ended.nodes),) if ended.nodes else ())
            outer.nodes.append(Listing(items, ordered=ended.tag == "ol"))
        elif ended.tag in _CELLS:
            colspan, rowspan = ended.spans
            outer.rows = outer.rows or [[]]
            outer.rows[-1].append(Cell(tuple(ended.nodes), ended.tag == "th", colspan, rowspan))
        elif ended.tag == "tr":
            outer.rows += ended.rows
            outer.nodes += ended.nodes
        elif ended.tag == "table" and ended.rows:
            outer.nodes += ended.nodes
            outer.nodes.append(_grid(ended.rows))
        return ended.tag


def _span(given: str | None) -> int:
    return min(max(int(given), 1), WIDEST) if given and given.isascii() and given.isdigit() else 1


def _grid(rows: Sequence[Sequence[Cell]]) -> Grid:
    """A table whose cells lie within its own rows, wide enough for the widest of them."""
    filled: set[tuple[int, int]] = set()
    kept: list[tuple[Cell, ...]] = []
    for place, row in enumerate(rows):
        column, cells = 0, []
        for cell in row:
            while (place, column) in filled:
                column += 1
            rowspan = min(cell.rowspan, len(rows) - place)
            filled |= {(place + down, column + right) for down in range(rowspan) for right in range(cell.colspan)}
            cells.append(Cell(cell.nodes, cell.header, cell.colspan, rowspan))
        kept.append(tuple(cells))
    return Grid(tuple(kept), max((column for _place, column in filled), default=0) + 1)

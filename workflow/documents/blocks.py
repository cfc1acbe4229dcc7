"""A revision as neutral blocks, in the order of a Party paper (domain.md §3). Pages and PDF show the same ones."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from workflow.choices import Aggregation, DocumentType, SectionKind
from workflow.documents.runs import Node, nodes_of
from workflow.models import Organization
from workflow.rules.aggregation import ratio
from workflow.rules.numbering import SignatureBlock
from workflow.rules.vietnamese import format_day_long, format_number

ANCHOR = "muc-"
_BLANK_DATE = "ngày      tháng      năm"
_MARK_SIGNED = "(Đã ký)"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the paper is: a draft of some number, signed, or numbered and dated. What is not known is empty."""

    draft: int = 0
    number: str = ""
    day: date | None = None
    place: str = ""
    authority: str = ""
    position: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """`about` is the subject line of a letter, which has no title."""

    above: str
    name: str
    number: str
    dated: str
    mark: str
    about: str = ""
    party: str = "ĐẢNG CỘNG SẢN VIỆT NAM"
    kind: str = "letterhead"


@dataclass(frozen=True, slots=True)
class Title:
    name: str
    subject: str
    kind: str = "title"


@dataclass(frozen=True, slots=True)
class Heading:
    """`anchor` is the section's place in a page: muc- and its key. `level` 1 is I-, 2 is 1., and so on."""

    anchor: str
    key: str
    numbering: str
    text: str
    level: int
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Prose:
    key: str
    nodes: tuple[Node, ...]
    kind: str = "prose"


@dataclass(frozen=True, slots=True)
class Rows:
    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    counter: str = "TT"
    kind: str = "rows"


@dataclass(frozen=True, slots=True)
class FigureLine:
    code: str
    label: str
    unit: str
    value: str


@dataclass(frozen=True, slots=True)
class Figures:
    key: str
    lines: tuple[FigureLine, ...]
    counter: str = "TT"
    columns: tuple[str, str, str] = ("Chỉ tiêu", "Đơn vị tính", "Số liệu")
    kind: str = "figures"


@dataclass(frozen=True, slots=True)
class Closing:
    """Nơi nhận on the left, the signature on the right. `mark` stands where the name is signed."""

    recipients: tuple[str, ...]
    authority: str
    position: str
    mark: str
    signer: str
    heading: str = "Nơi nhận:"
    kind: str = "closing"


@dataclass(frozen=True, slots=True)
class PaperNote:
    """A report that came on paper has no text here: its number and date."""

    number: str
    dated: str
    kind: str = "paper"


@dataclass(frozen=True, slots=True)
class Addressees:
    """Kính gửi, with the words of a letter that follow it up to its text."""

    nodes: tuple[Node, ...]
    kind: str = "addressees"


@dataclass(frozen=True, slots=True)
class Annex:
    """A list on pages of its own, each row led by its place in it. `shares` are the widths of the other columns;
    `centred` counts them from 1."""

    name: str
    about: str
    columns: tuple[str, ...]
    shares: tuple[int, ...]
    centred: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    counter: str = "TT"
    kind: str = "annex"


Block = Letterhead | Title | Heading | Prose | Rows | Figures | Closing | PaperNote | Addressees | Annex


def standing_of(issued: str) -> Standing:
    """How a numbered document stands, from its frozen content."""
    frozen = json.loads(issued)
    signature = frozen["signature"]
    return Standing(
        number=frozen["number"],
        day=date.fromisoformat(frozen["date"]),
        place=frozen["place"],
        authority=signature["authority"],
        position=signature["position"],
        signer=signature["name"],
    )


def blocks_of(content: str, standing: Standing | None = None) -> Sequence[Block]:
    """The blocks of a revision's canonical JSON. Sections without anything in or below them are left out."""
    frozen = json.loads(content)
    standing = standing or Standing()
    if "paper" in frozen:
        day = format_day_long(date.fromisoformat(frozen["paper"]["date"]))
        return [letterhead_of(frozen["letterhead"], standing), PaperNote(frozen["paper"]["number"], day)]
    return [
        letterhead_of(frozen["letterhead"], standing),
        Title("BÁO CÁO", frozen["subject"]),
        *([Prose("", nodes_of(frozen["basis"]))] if frozen["basis"].strip() else []),
        *_sections(frozen),
        _closing(frozen, standing),
    ]


def letterhead_now(unit: Organization) -> dict[str, str]:
    """An organisation's letterhead of now, as a revision or an issued letter freezes it."""
    return {
        "above": unit.letterhead_above,
        "name": unit.letterhead_name,
        "organization": unit.name,
        "place": unit.place,
        "symbol": unit.symbol,
    }


def letterhead_of(
    letterhead: Mapping[str, str], standing: Standing, document_type: DocumentType = DocumentType.REPORT
) -> Letterhead:
    day = _BLANK_DATE if standing.day is None else format_day_long(standing.day)
    blank = f"Số        -{document_type.value}/{letterhead['symbol']}"
    return Letterhead(
        above=letterhead["above"],
        name=letterhead["name"],
        number=f"Số {standing.number}" if standing.number else blank,
        dated=f"{standing.place or letterhead['place']}, {day}",
        mark=f"Dự thảo lần {standing.draft}" if standing.draft else "",
    )


def _closing(frozen: Mapping[str, Any], standing: Standing) -> Closing:
    cell = frozen["letterhead"]["symbol"] == "CB"
    usual = SignatureBlock("T/M CHI BỘ" if cell else "T/M ĐẢNG ỦY", "BÍ THƯ")
    return closing_of(frozen["recipients"], standing, usual)


def closing_of(recipients: Sequence[str], standing: Standing, usual: SignatureBlock) -> Closing:
    """`usual` stands above the place of the signature until it is known who signs."""
    lines = [line.strip().rstrip(",;.") for line in recipients if line.strip()]
    return Closing(
        recipients=tuple(f"- {line}{'.' if line is lines[-1] else ','}" for line in lines),
        authority=standing.authority or usual.authority,
        position=standing.position or usual.position,
        mark=_MARK_SIGNED if standing.signer else "",
        signer=standing.signer,
    )


def _sections(frozen: Mapping[str, Any]) -> Iterator[Block]:
    figures = _figures_by_section(frozen)
    bodies = {section["key"]: list(_body(section, figures)) for section in frozen["sections"]}
    filled = [key for key, body in bodies.items() if body]
    for section in frozen["sections"]:
        key = section["key"]
        if any(one == key or one.startswith(f"{key}.") for one in filled):
            yield Heading(f"{ANCHOR}{key}", key, section["numbering"], section["heading"], key.count(".") + 1)
            yield from bodies[key]
    yield from figures.values()  # of no section that is known: older revisions do not say


def _body(section: Mapping[str, Any], figures: dict[str, Figures]) -> Iterator[Block]:
    key = section["key"]
    if nodes := nodes_of(section["text"]):
        yield Prose(key, nodes)
    rows = [row for row in section["rows"] if any(str(value).strip() for value in row.values())]
    if rows:
        keys = list(dict.fromkeys(name for row in rows for name in row))
        columns = section.get("columns") or [{"key": name, "label": name} for name in keys]
        cells = (tuple(str(row.get(column["key"], "")) for column in columns) for row in rows)
        yield Rows(key, tuple(column["label"] for column in columns), tuple(cells))
    given = figures.pop(key, None)
    if given is None and section["kind"] == SectionKind.INDICATORS:
        given = figures.pop("", None)
    if given is not None:
        yield given


def _figures_by_section(frozen: Mapping[str, Any]) -> dict[str, Figures]:
    """What was given, by section key; each ratio right after the later one of its two figures."""
    numbers = {value["code"]: _number(value) for value in frozen["values"]}
    order = list(numbers)
    placed: list[tuple[int, str, FigureLine]] = []
    for place, value in enumerate(frozen["values"]):
        if written := _written(value):
            line = FigureLine(value["code"], value["label"], value["unit"], written)
            placed.append((2 * place, value.get("section", ""), line))
    for one in frozen.get("ratios", []):
        share = ratio(numbers.get(one["numerator"]), numbers.get(one["denominator"]))
        if share is not None:
            after = max(order.index(one["numerator"]), order.index(one["denominator"]))
            value = format_number(share * 100, int(one["decimals"]))
            placed.append((2 * after + 1, one["section"], FigureLine(one["code"], one["label"], one["unit"], value)))
    found: dict[str, list[FigureLine]] = {}
    for _place, key, line in sorted(placed, key=lambda entry: entry[0]):
        found.setdefault(key, []).append(line)
    return {key: Figures(key, tuple(lines)) for key, lines in found.items()}


def _number(value: Mapping[str, Any]) -> Decimal | None:
    return None if value["number"] is None else Decimal(value["number"])


def _written(value: Mapping[str, Any]) -> str:
    if value["not_applicable"]:
        return "không áp dụng"
    number = _number(value)
    if number is None:
        return str(value["text"])
    if value.get("aggregation") == Aggregation.YES_COUNT:
        return "Có" if number else "Không"
    return format_number(number)

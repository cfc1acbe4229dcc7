"""Texts and figures for the walkthrough: checked against the outlines they are written for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from workflow.choices import Aggregation, OpinionKind
from workflow.management.examples.example import Example, Material, OutlineText, RowsText, Rule, Said
from workflow.management.examples.marks import check_marks
from workflow.management.examples.nodes import Item

KEYS = "sizes requests opinions returns supplements explanations extensions"
OFFICIAL_MEMBERS = "official_members"
BLANK = re.compile(r"\{(\w+)\}")


def read_drafting(root: Item, example: Example) -> None:
    top = root.fields(KEYS, "invented")
    check_marks(top["invented"], KEYS)
    sizes = {name: _size(item) for name, item in top["sizes"].pairs().items()}
    written: dict[str, tuple[Item, OutlineText]] = {}
    for number, item in top["requests"].pairs().items():
        if number in example.requests:
            written[number] = item, example.requests[number].outline
        else:
            item.refuse(_("no request with the number %(word)s is described before"), word=number)
    keys = {section.key for _item, outline in written.values() for section in outline.draft.sections}
    opinions = [_said(item, keys, with_kind=True) for item in top["opinions"].items()]
    returns, supplements = ([_said(item, keys) for item in top[name].items()] for name in ("returns", "supplements"))
    explanations, extensions = ([item.text() for item in top[name].items()] for name in ("explanations", "extensions"))
    for number, (item, outline) in written.items():
        paragraphs, rows, values = _request(item, outline, sizes)
        example.material[number] = Material(
            sizes, paragraphs, rows, values, opinions, returns, supplements, explanations, extensions
        )


def _size(item: Item) -> tuple[int, int | None]:
    ends = item.items()
    if len(ends) != 2:
        item.refuse(_("two ends are expected here"))
        return 0, None
    return ends[0].integer(), None if ends[1].is_null else ends[1].integer()


def _said(item: Item, keys: Iterable[str], *, with_kind: bool = False) -> Said:
    given = item.fields("kind section text" if with_kind else "section text")
    section = "" if given["section"].is_null else given["section"].text()
    if section and section not in keys:
        given["section"].refuse(_("no section has the key %(word)s"), word=section)
    kind = given["kind"].choice(OpinionKind) if with_kind else OpinionKind.AGREE
    return Said(section, given["text"].text(), kind)


def _request(
    item: Item, outline: OutlineText, sizes: Mapping[str, object]
) -> tuple[dict[str, list[str]], dict[str, RowsText], dict[str, Rule]]:
    given = item.fields("paragraphs rows values")
    columns = {section.key: [column["key"] for column in section.columns] for section in outline.draft.sections}
    codes = {one.code: one.aggregation for one in outline.draft.indicators}
    paragraphs = {}
    for key, texts in given["paragraphs"].pairs().items():
        _check_section(texts, key, columns)
        paragraphs[key] = [_text(text, codes) for text in texts.items()]
    rows = {}
    for key, item_rows in given["rows"].pairs().items():
        _check_section(item_rows, key, columns)
        rows[key] = _rows(item_rows, columns.get(key, []), codes)
    return paragraphs, rows, _values(given["values"], codes, sizes)


def _check_section(item: Item, key: str, columns: Mapping[str, object]) -> None:
    if key not in columns:
        item.refuse(_("no section has the key %(word)s"), word=key)


def _text(item: Item, codes: Iterable[str]) -> str:
    text = item.text()
    for word in BLANK.findall(text):
        if word not in {"unit", "symbol"} and word not in codes:
            item.refuse(_("no indicator has the code %(word)s"), word=word)
    return text


def _rows(item: Item, columns: Sequence[str], codes: Mapping[str, str]) -> RowsText:
    given = item.fields("count of")
    if (count := given["count"].text()) not in codes:
        given["count"].refuse(_("no indicator has the code %(word)s"), word=count)
    listed = [row.fields(" ".join(columns)) for row in given["of"].items()]
    return RowsText(count, [{key: _text(row[key], codes) for key in columns} for row in listed])


def _values(item: Item, codes: Mapping[str, str], sizes: Mapping[str, object]) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for code, given in item.pairs().items():
        if code not in codes:
            given.refuse(_("no indicator has the code %(word)s"), word=code)
        elif codes[code] == Aggregation.RATIO:
            given.refuse(_("%(word)s has no number of its own"), word=code)
        rules[code] = _rule(given, rules, sizes)
    return rules


def _rule(item: Item, above: Mapping[str, Rule], sizes: Mapping[str, object]) -> Rule:
    keys = item.pairs().keys()
    if keys == sizes.keys():
        return Rule("ranges", ranges={name: _range(given) for name, given in item.pairs().items()})
    for way, extent in (("share_of", "share"), ("times_of", "factor")):
        if way in keys:
            given = item.fields(f"{way} {extent}")
            of = given[way].text()
            if of not in above and of != OFFICIAL_MEMBERS:
                given[way].refuse(_("%(word)s has no rule further up"), word=of)
            low, high = _range(given[extent])
            return Rule(way, of=of, low=low, high=high)
    given = item.fields("", "official_members value chance texts")
    if len(keys) != 1:
        item.refuse(_("one rule is expected here"))
    if "texts" in given:
        return Rule("texts", texts=[text.text() for text in given["texts"].items()])
    if "official_members" in given:
        return Rule("times_of", of=OFFICIAL_MEMBERS, low=Decimal(1), high=Decimal(1))
    way = "chance" if "chance" in given else "value"
    return Rule(way, low=given[way].decimal())


def _range(item: Item) -> tuple[Decimal, Decimal]:
    ends = [end.decimal() for end in item.items()]
    if len(ends) != 2 or ends[1] < ends[0]:
        item.refuse(_("two ends are expected here"))
        return Decimal(0), Decimal(0)
    return ends[0], ends[1]

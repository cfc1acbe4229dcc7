"""Organisations and their terms: the tree is checked as it is read, parents before children."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from workflow.actions.register import OrganizationDraft, TermDraft
from workflow.choices import FourEyes, OrganizationKind
from workflow.management.examples.example import Example
from workflow.management.examples.marks import check_marks
from workflow.management.examples.nodes import Fields, Item

GIVEN = "kind parent name symbol letterhead_above letterhead_name place has_seal four_eyes official_members"
KEYS = f"code {GIVEN} active_from terms"


def read_organizations(root: Item, example: Example) -> None:
    top = root.fields("organizations", "invented defaults")
    check_marks(top["invented"], KEYS)
    defaults = {kind: _defaults(item, kind) for kind, item in top["defaults"].pairs().items()}
    listed = top["organizations"].items()
    parents = _parents(listed, defaults)
    for item in listed:
        _read_one(item, defaults, parents, example)


def _defaults(item: Item, kind: str) -> Mapping[str, Item]:
    if kind not in OrganizationKind.values:
        item.refuse(_("“%(word)s” is not one of %(words)s"), word=kind, words=", ".join(OrganizationKind.values))
    return item.fields("", KEYS).found


def _kind(item: Item) -> str:
    kind = item.pairs().get("kind") if item.is_mapping else None
    return str(kind.node.value) if kind is not None and kind.node is not None else ""


def _parents(listed: list[Item], defaults: Mapping[str, Mapping[str, Item]]) -> dict[str, str]:
    """Who names whom as its superior, wherever in the file it stands."""
    parents = {}
    for item in listed:
        given = {**defaults.get(_kind(item), {}), **(item.pairs() if item.is_mapping else {})}
        words = [given[key].node for key in ("code", "parent") if key in given]
        if len(words) == 2 and all(word is not None for word in words):
            parents[str(words[0].value)] = str(words[1].value)  # type: ignore[union-attr]
    return parents


def _read_one(
    item: Item, defaults: Mapping[str, Mapping[str, Item]], parents: Mapping[str, str], example: Example
) -> None:
    given = item.fields(KEYS, defaults=defaults.get(_kind(item)))
    code, kind = given["code"].code(), given["kind"].choice(OrganizationKind)
    if code in example.organizations:
        given["code"].refuse(_("“%(key)s” is given twice"), key=code)
    draft = OrganizationDraft(
        code=code,
        kind=kind,
        name=given["name"].text(200),
        parent=_parent(given["parent"], code, parents, example),
        symbol=given["symbol"].text(20),
        letterhead_above=given["letterhead_above"].text(200, blank=True),
        letterhead_name=given["letterhead_name"].text(200),
        place=given["place"].text(60),
        official_members=given["official_members"].integer(least=0),
        has_seal=given["has_seal"].flag(),
        four_eyes=given["four_eyes"].choice(FourEyes),
        active_from=given["active_from"].day(),
    )
    example.organizations[code] = draft
    example.terms += _terms(given, code)


def _parent(item: Item, code: str, parents: Mapping[str, str], example: Example) -> str:
    if item.is_null:
        return ""
    parent = item.code()
    if parent in example.organizations:
        return parent
    line = [code]
    while line[-1] in parents and parents[line[-1]] not in line:
        line.append(parents[line[-1]])
    if parents.get(line[-1]) == code:
        item.refuse(_("a circle: %(line)s"), line=" → ".join([*line, code]))
    elif parent in parents:
        item.refuse(_("“%(word)s” is described further down; superiors come first"), word=parent)
    elif parent:
        item.refuse(_("no organisation has the code %(word)s"), word=parent)
    return ""


def _terms(given: Fields, code: str) -> list[TermDraft]:
    terms: list[TermDraft] = []
    for item in given["terms"].items():
        period = item.fields("start end")
        since, until = period["start"].day(), None if period["end"].is_null else period["end"].day()
        if until is not None and until < since:
            item.refuse(_("the last day lies before the first day"))
        if any(since <= (term.until or date.max) and term.since <= (until or date.max) for term in terms):
            item.refuse(_("two terms overlap"))
        terms.append(TermDraft(organization=code, since=since, until=until))
    return terms

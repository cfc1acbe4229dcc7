"""The outline of a request in preparation: one section, one indicator, one check at a time."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from workflow.actions.outline_changes import (
    Change,
    change_outline,
    copied,
    drafted,
    free_key,
    with_check,
    with_indicator,
    with_indicator_moved,
    with_section,
    with_section_moved,
    without_check,
    without_indicator,
    without_section,
)
from workflow.actions.outlines import IndicatorDraft, OutlineDraft, SectionDraft
from workflow.choices import Aggregation, AudienceRule, SectionKind
from workflow.errors import NotVisible, RuleBroken
from workflow.queries.outline import checks_of, lines_of, outlines_to_copy
from workflow.queries.requests import Seen
from workflow.queries.set_up import Step, kinds_below, pick_units
from workflow.rules.calendar import local_day
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.request_forms import CheckForm, IndicatorForm, SectionForm, columns_of, posted
from workflow.web.set_up import around, chosen_units, left, prepared, unreadable

FIGURES = frozenset({Aggregation.SUM, Aggregation.SNAPSHOT, Aggregation.YES_COUNT})
STEPS = {"up": -1, "down": 1}


@door
def outline(request: Asked, campaign_id: int) -> HttpResponse:
    seen = prepared(request, campaign_id)
    if (elsewhere := left(request, seen)) is not None:
        return elsewhere
    sources = outlines_to_copy(seen.campaign)
    draft = drafted(seen.campaign.outline, seen.campaign.subject)
    checking = request.POST.get("do") == "check"
    form = CheckForm(request.POST if checking else None)
    form.fields["left"].choices = form.fields["right"].choices = _figures(draft)  # type: ignore[attr-defined]
    context = {
        **around(request, seen, Step.OUTLINE),
        "lines": lines_of(seen.campaign.outline),
        "checks": checks_of(seen.campaign.outline),
        "sources": sources,
        "form": form,
        "figures": _figures(draft),
    }
    if request.method != "POST":
        return page(request, "requests/set_up/outline.html", context)
    if checking and not form.is_valid():
        return unreadable(request, "requests/set_up/outline.html", context)
    try:
        _change(request, seen, _asked_change(request, seen, form))
    except RuleBroken as refusal:
        return page(request, "requests/set_up/outline.html", context, refusal)
    return done(request, reverse("setup_outline", args=[campaign_id]), _("Saved."))


def _figures(draft: OutlineDraft) -> list[tuple[str, str]]:
    return [(one.code, f"{one.code} {one.label}") for one in draft.indicators if one.aggregation in FIGURES]


def _change(request: Asked, seen: Seen, change: Change) -> None:
    change_outline(campaign_id=seen.campaign.pk, actor=request.user, change=change, now=request.now)


def _asked_change(request: Asked, seen: Seen, form: CheckForm) -> Change:
    """What the outline's own page can ask: to move, to check figures, to copy, to be called otherwise."""
    asked, place = request.POST.get("do", ""), request.POST.get("place", "")
    if asked in STEPS:
        move = with_indicator_moved if request.POST.get("what") == "indicator" else with_section_moved
        return lambda draft: move(draft, place, STEPS[asked])
    if asked == "title":
        return lambda draft: replace(draft, title=request.POST.get("title", "").strip() or draft.title)
    if asked == "check":
        typed = form.cleaned_data
        return lambda draft: with_check(draft, typed)  # type: ignore[arg-type]
    if asked == "uncheck":
        gone = [one for one in checks_of(seen.campaign.outline) if f"{one.left} {one.op} {one.right}" == place]
        kept = seen.campaign.outline.checks if seen.campaign.outline is not None else []
        return lambda draft: without_check(draft, kept[gone[0].number]) if gone else draft
    if asked == "copy":
        return _copy(request, seen)
    raise NotVisible


def _copy(request: Asked, seen: Seen) -> Change:
    sources = {str(one.pk): one for one in outlines_to_copy(seen.campaign)}
    source = sources.get(request.POST.get("source", ""))
    if source is None:
        raise NotVisible
    above = seen.campaign.answers.campaign if seen.campaign.answers is not None else None
    upper = frozenset(one.key for one in drafted(above.outline).sections) if above is not None else frozenset()
    taken = copied(drafted(source.outline), upper, from_upper=above is not None and source.pk == above.pk)
    return lambda _draft: taken


@door
def section(request: Asked, campaign_id: int, key: str = "") -> HttpResponse:
    seen = prepared(request, campaign_id)
    if (elsewhere := left(request, seen)) is not None:
        return elsewhere
    draft = drafted(seen.campaign.outline, seen.campaign.subject)
    known = next((one for one in draft.sections if one.key == key), None)
    if key and known is None:
        raise NotVisible
    form = SectionForm(posted(request), initial=_section_typed(known, request.GET.get("duoi", "")))
    above = seen.campaign.answers.campaign.outline if seen.campaign.answers is not None else None
    form.fields["parent"].choices = [("", _("the top of the outline"))] + [  # type: ignore[attr-defined]
        (one.key, f"{one.numbering} {one.heading}".strip()) for one in draft.sections if one.key != key
    ]
    form.fields["feeds"].choices = [("", _("none"))] + [  # type: ignore[attr-defined]
        (one.key, f"{one.numbering} {one.heading}".strip()) for one in drafted(above).sections
    ]
    context = _section_context(request, seen, form, known) | {"draft": draft, "feeding": above is not None}
    asked = request.POST.get("go", "")
    if request.method != "POST" or asked == "search":
        return page(request, "requests/set_up/section.html", context)
    if asked != "remove" and not form.is_valid():
        return unreadable(request, "requests/set_up/section.html", context)
    try:
        if asked == "remove":
            _change(request, seen, lambda draft: without_section(draft, key))
        else:
            _change(request, seen, lambda draft: with_section(draft, _section_of(request, form, draft, key)))
    except RuleBroken as refusal:
        return page(request, "requests/set_up/section.html", context, refusal)
    sentence = _("The section was taken out.") if asked == "remove" else _("The section was saved.")
    return done(request, reverse("setup_outline", args=[campaign_id]), sentence)


def _section_typed(known: SectionDraft | None, parent: str) -> dict[str, Any]:
    if known is None:
        return {"parent": parent}
    names = ("numbering", "heading", "parent", "guidance", "kind", "required", "audience", "audience_kinds", "feeds")
    columns = "\n".join(column["label"] for column in known.columns)
    return {name: getattr(known, name) for name in names} | {"columns": columns}


def _section_context(request: Asked, seen: Seen, form: SectionForm, known: SectionDraft | None) -> dict[str, Any]:
    typed, today = request.method == "POST", local_day(request.now)
    kinds = request.POST.getlist("audience_kinds") if typed else list(known.audience_kinds if known else ())
    chosen = chosen_units(request) if typed else list(known.audience_units if known else ())
    rule = known.audience if known else AudienceRule.ALL
    return {
        **around(request, seen, Step.OUTLINE),
        "form": form,
        "known": known,
        "rule": request.POST.get("audience", rule) if typed else rule,
        "kinds": kinds_below(seen.campaign.issuer_id, kinds, today),
        "pick": pick_units(seen.campaign.issuer_id, chosen, request.POST.get("words", ""), today),
    }


def _section_of(request: Asked, form: SectionForm, draft: OutlineDraft, key: str) -> SectionDraft:
    """The section as typed; what the form does not ask stays as it was."""
    typed = form.cleaned_data
    known = next((one for one in draft.sections if one.key == key), None)
    rows = typed["kind"] == SectionKind.ROWS
    columns = [dict(column) for column in known.columns] if known else []
    return SectionDraft(
        key=key or free_key(draft, typed["parent"], typed["numbering"]),
        numbering=typed["numbering"],
        heading=typed["heading"],
        guidance=typed["guidance"],
        parent=typed["parent"],
        kind=typed["kind"],
        columns=columns_of(typed["columns"], columns) if rows else [],
        required=typed["required"],
        audience=typed["audience"],
        audience_kinds=typed["audience_kinds"] if typed["audience"] == AudienceRule.KINDS else [],
        audience_units=chosen_units(request) if typed["audience"] == AudienceRule.LIST else [],
        feeds=typed["feeds"],
        proposed=known.proposed if known else False,
    )


@door
def indicator(request: Asked, campaign_id: int, code: str = "") -> HttpResponse:
    seen = prepared(request, campaign_id)
    if (elsewhere := left(request, seen)) is not None:
        return elsewhere
    draft = drafted(seen.campaign.outline, seen.campaign.subject)
    known = next((one for one in draft.indicators if one.code == code), None)
    if (code and known is None) or not draft.sections:
        raise NotVisible
    form = IndicatorForm(posted(request), initial=_indicator_typed(known, request.GET.get("muc", "")))
    places = [(one.key, f"{one.numbering} {one.heading}".strip()) for one in draft.sections]
    parts = [("", "–"), *(one for one in _figures(draft) if one[0] != code)]
    form.fields["section"].choices = places  # type: ignore[attr-defined]
    form.fields["numerator"].choices = form.fields["denominator"].choices = parts  # type: ignore[attr-defined]
    context = {**around(request, seen, Step.OUTLINE), "form": form, "known": known}
    if request.method != "POST":
        return page(request, "requests/set_up/indicator.html", context)
    removing = request.POST.get("go") == "remove"
    if not removing and not form.is_valid():
        return unreadable(request, "requests/set_up/indicator.html", context)
    try:
        if removing:
            _change(request, seen, lambda draft: without_indicator(draft, code))
        else:
            _change(request, seen, lambda draft: with_indicator(draft, _indicator_of(form, known), code))
    except RuleBroken as refusal:
        return page(request, "requests/set_up/indicator.html", context, refusal)
    sentence = _("The indicator was taken out.") if removing else _("The indicator was saved.")
    return done(request, reverse("setup_outline", args=[campaign_id]), sentence)


_INDICATOR = (
    "code", "label", "unit", "section", "aggregation", "numerator", "denominator", "decimals", "minimum", "maximum",
    "required",
)  # fmt: skip


def _indicator_typed(known: IndicatorDraft | None, section: str) -> dict[str, Any]:
    if known is None:
        return {"section": section}
    bounds = {name: value for name in ("minimum", "maximum") if (value := getattr(known, name)) is not None}
    # 0.0000 is kept for what was typed as 0.
    return {name: getattr(known, name) for name in _INDICATOR} | {
        name: f"{value.normalize():f}" for name, value in bounds.items()
    }


def _indicator_of(form: IndicatorForm, known: IndicatorDraft | None) -> IndicatorDraft:
    typed = {name: form.cleaned_data[name] for name in _INDICATOR}
    if typed["aggregation"] == Aggregation.RATIO:
        typed |= {"minimum": None, "maximum": None, "required": False}
    else:
        typed |= {"numerator": "", "denominator": ""}
    return replace(known, **typed) if known else IndicatorDraft(**typed)


_HERE = "dot/<int:campaign_id>/chuan-bi/de-cuong/"
urlpatterns = [
    path(_HERE, outline, name="setup_outline"),
    path(f"{_HERE}muc-moi/", section, name="setup_new_section"),
    path(f"{_HERE}muc/<path:key>/", section, name="setup_section"),
    path(f"{_HERE}chi-tieu-moi/", indicator, name="setup_new_indicator"),
    path(f"{_HERE}chi-tieu/<path:code>/", indicator, name="setup_indicator"),
]

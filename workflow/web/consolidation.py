"""Tổng hợp: the workbench where the committee's own report is filled from what the units sent."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow.actions import consolidation as gathering
from workflow.errors import NothingTicked, NotVisible, NotYourDesk, RuleBroken
from workflow.models import Entry
from workflow.queries.gathering import section_bench
from workflow.queries.workbench import (
    Bench,
    bench,
    choices_of,
    coverage,
    is_counted,
    total_lines,
    unit_figures,
    unit_reports,
)
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.typed import typed_id

MERGE = "merge"


@door
def consolidation(request: Asked) -> HttpResponse:
    return page(request, "consolidation/page.html", {"choices": choices_of(request.user, request.now)})


@door
def consolidation_of(request: Asked, campaign_id: int) -> HttpResponse:
    at = bench(campaign_id, request.user, request.now)
    if request.method != "POST":
        return _shown(request, at)
    try:
        filled = gathering.fill_totals(report_id=at.own.pk, actor=request.user, now=request.now)
    except (NotVisible, NotYourDesk):
        raise
    except RuleBroken as refusal:
        return _shown(request, at, refusal)
    sentence = ngettext("%(count)s figure has been filled in.", "%(count)s figures have been filled in.", filled)
    return done(request, reverse("consolidation_of", args=[campaign_id]), sentence % {"count": filled})


def _shown(request: Asked, at: Bench, refusal: RuleBroken | None = None) -> HttpResponse:
    reports = unit_reports(at.campaign)
    context = {
        "at": at,
        "lines": total_lines(at),
        "coverage": coverage(at),
        "expected": len(reports),
        "missing": [report for report in reports if not is_counted(report)],
        "counted": sum(map(is_counted, reports)),
        "section": "consolidation",
    }
    return page(request, "consolidation/bench.html", context, refusal)


@door
def gathered_section(request: Asked, campaign_id: int, section_id: int) -> HttpResponse:
    at = bench(campaign_id, request.user, request.now)
    if request.method != "POST":
        return _shown_section(request, at, section_id)
    try:
        sentence = _insert(request, at, section_id)
    except (NotVisible, NotYourDesk):
        raise
    except RuleBroken as refusal:
        return _shown_section(request, at, section_id, refusal)
    return done(request, reverse("gathered_section", args=[campaign_id, section_id]), sentence)


def _shown_section(request: Asked, at: Bench, section_id: int, refusal: RuleBroken | None = None) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    context = {
        "at": at,
        "found": section_bench(at, section_id, wanted),
        "wanted": wanted,
        "ticked": {typed_id(one) for one in request.POST.getlist("revision")},
        "section": "consolidation",
    }
    return page(request, "consolidation/section.html", context, refusal)


def _insert(request: Asked, at: Bench, section_id: int) -> str:
    """Put the rows together or insert the ticked texts, over the version that the screen showed."""
    insert: Callable[..., Entry] = partial(
        gathering.merge_rows if request.POST.get("verb") == MERGE else gathering.take_text,
        report_id=at.own.pk,
        actor=request.user,
        section_id=section_id,
        version=typed_id(request.POST.get("version", "")),
        now=request.now,
    )
    if request.POST.get("verb") == MERGE:
        insert()
        return _("The rows of all units have been put together.")
    ticked = sorted({typed_id(one) for one in request.POST.getlist("revision")})
    if not ticked:
        raise NothingTicked
    insert(revision_ids=ticked)
    sentence = ngettext(
        "The text of %(count)s unit was inserted.", "The texts of %(count)s units were inserted.", len(ticked)
    )
    return sentence % {"count": len(ticked)}


@door
def gathered_figure(request: Asked, campaign_id: int, indicator_id: int) -> HttpResponse:
    at = bench(campaign_id, request.user, request.now)
    indicator, figures = unit_figures(at, indicator_id)
    context = {
        "at": at,
        "indicator": indicator,
        "counted": [one for one in figures if one.counted],
        "missing": [one.report for one in figures if not one.counted],
        "line": next(line for line in total_lines(at) if line.indicator.pk == indicator.pk),
        "section": "consolidation",
    }
    return page(request, "consolidation/figure.html", context)


urlpatterns = [
    path("tong-hop/", consolidation, name="consolidation"),
    path("dot/<int:campaign_id>/tong-hop/", consolidation_of, name="consolidation_of"),
    path("dot/<int:campaign_id>/tong-hop/muc/<int:section_id>/", gathered_section, name="gathered_section"),
    path("dot/<int:campaign_id>/tong-hop/so-lieu/<int:indicator_id>/", gathered_figure, name="gathered_figure"),
]

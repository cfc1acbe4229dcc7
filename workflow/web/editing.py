"""Soạn báo cáo, one section: what is asked, what is written, what was said beside it; saved by hand and by itself."""

from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext as _

from workflow import errors
from workflow.actions.drafting import save_entry
from workflow.errors import RuleBroken
from workflow.queries.beside import beside
from workflow.queries.drafting import DraftingDesk, drafting_desk, takes_text
from workflow.rules.prose import as_html
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.section_form import EMPTY_ROWS, SectionForm, kept_form, same, typed_form


@door
def section(request: Asked, report_id: int, section_id: int) -> HttpResponse:
    desk = drafting_desk(report_id, request.user, request.now)
    place = desk.place_of(section_id)
    indicators, entry = desk.indicators_of(section_id), desk.entries.get(section_id)
    if request.method != "POST":
        form = kept_form(place.section, indicators, entry, desk.values)
        return page(request, "drafting/section.html", _context(desk, section_id, form, request))
    form = typed_form(place.section, indicators, entry, request.POST)
    refusal = _saved(request, report_id, section_id, form)
    if isinstance(refusal, errors.StaleRevision) and entry is not None and same(form, entry, desk.values):
        refusal = None
    if isinstance(refusal, errors.WrongFigure):
        form.blame(str(refusal.facts["indicator"]), str(refusal))
    if request.htmx:
        return _part(request, report_id, section_id, form, refusal)
    if refusal is None:
        return done(request, _onwards(request, desk, section_id), _("Saved."))
    context = _context(desk, section_id, form, request) | {"typed": True}
    if isinstance(refusal, errors.StaleRevision) and entry is not None:
        context["theirs"], context["theirs_html"] = entry, as_html(entry.text)
        context["theirs_rows"] = [list(row.values()) for row in entry.rows]
        context["theirs_figures"] = kept_form(place.section, indicators, entry, desk.values).figures
    return page(request, "drafting/section.html", context, refusal)


def _saved(request: Asked, report_id: int, section_id: int, form: SectionForm) -> RuleBroken | None:
    """Save what was typed; the refusal where it was not. Who has no business here is sent away."""
    if form.wrong:
        wrong = next(one for one in form.figures if one.error)
        return errors.WrongFigure(indicator=wrong.indicator.code, rule=_("this is not a number"), broken="number")
    try:
        save_entry(
            report_id=report_id,
            actor=request.user,
            section_id=section_id,
            version=form.version,
            text=form.kept,
            rows=form.cleaned_rows(),
            figures=form.typed_figures,
            now=request.now,
        )
    except (errors.NotVisible, errors.NotYourDesk):
        raise
    except RuleBroken as refusal:
        return refusal
    return None


def _onwards(request: Asked, desk: DraftingDesk, section_id: int) -> str:
    """Where the button leads: to a neighbour, to the hand-over, or back to this section."""
    then, report_id = request.POST.get("then", ""), desk.report.pk
    before, after = desk.neighbours(section_id)
    if then == "hand-over":
        return f"{reverse('drafting', args=[report_id])}#hand-over"
    chosen = {"before": before, "after": after}.get(then)
    return reverse("section", args=[report_id, chosen.pk if chosen else section_id])


def _part(
    request: Asked, report_id: int, section_id: int, form: SectionForm, refusal: RuleBroken | None
) -> HttpResponse:
    """The answer to a save that the page made by itself: the state in words, and what changed around the text."""
    desk = drafting_desk(report_id, request.user, request.now)
    entry = desk.entries.get(section_id)
    context = _context(desk, section_id, form, request) | {"version": entry.version if entry else 0}
    status = refusal.status if refusal else 200
    text = render_to_string("workflow/drafting/_saved.html", context | {"refusal": refusal}, request)
    return HttpResponse(text, status=status)


def _context(desk: DraftingDesk, section_id: int, form: SectionForm, request: Asked) -> dict[str, Any]:
    place = desk.place_of(section_id)
    indicators, entry = desk.indicators_of(section_id), desk.entries.get(section_id)
    before, after = desk.neighbours(section_id)
    lies = beside(desk.report, place.section, indicators, entry, desk.values)
    if lies.before is not None:
        form.remember(lies.before.figures)
    rows = [*form.rows, *[[(column["key"], "") for column in place.section.columns] for _row in range(EMPTY_ROWS)]]
    return {
        "desk": desk,
        "report": desk.report,
        "place": place,
        "now_at": place.section,
        "form": form,
        "rows": rows,
        "texts": takes_text(place.section, indicators),
        "before": before,
        "after": after,
        "writer": desk.writers.get(section_id),
        "entry": entry,
        "said_here": [one for one in desk.said if one.section is None or one.section.pk == section_id],
        "beside": lies,
        "clashes_here": [one for one in desk.clashes if one.section_id == section_id],
        "section": "reports",
    }


urlpatterns = [path("bao-cao/<int:report_id>/soan/<int:section_id>/", section, name="section")]

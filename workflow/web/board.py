"""Theo dõi: the office's board of a request, and one unit on it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from workflow import errors
from workflow.actions import deadlines, intake, timeliness
from workflow.choices import RUNNING, Verb
from workflow.queries.board import (
    Board,
    board_of,
    boards_of,
    bulk_verbs,
    check_unit,
    left_of,
    officers_of,
    parents_of,
    results_of,
)
from workflow.queries.board_counts import counts_of
from workflow.queries.board_unit import unit_of
from workflow.rules.calendar import WorkingCalendar
from workflow.web.answers import done, page
from workflow.web.board_forms import decision_given, due_given, seen_at, seen_now, wanted_of
from workflow.web.board_table import table_rows
from workflow.web.board_words import (
    column_words,
    desk_words,
    headline_words,
    place_words,
    sort_words,
    time_words,
)
from workflow.web.door import Asked, door
from workflow.web.frame import chosen_place, places_at
from workflow.web.typed import NO_ID, typed_id


@door
def boards(request: Asked) -> HttpResponse:
    """The nearest running request's board, or the choice of all that are followed."""
    place = chosen_place(request, places_at(request))
    found = boards_of(request.user, request.now, place.organization.pk if place else None)
    if "all" not in request.GET and found and found[0].state in RUNNING:
        return redirect("board_of", found[0].pk)
    return page(request, "board/choice.html", {"section": "board", "campaigns": found})


@door
def board(request: Asked, campaign_id: int) -> HttpResponse:
    found = board_of(campaign_id, request.user, request.now)
    wanted, counts, bulk = wanted_of(request.GET), counts_of(found), bulk_verbs(found)
    results, query = results_of(found, wanted, request.now), request.GET.urlencode()
    context = board_context(found) | {
        "wanted": wanted,
        "results": results,
        "rows": table_rows(results.rows, marks=bool(bulk), query=query),
        "query": query,
        "counts": counts,
        "chips": [(name, word, counts.places.get(name, 0)) for name, word in place_words()],
        "headlines": [(name, word, counts.times[name]) for name, word in headline_words()],
        "times": [(name, word, counts.times[name]) for name, word in time_words()],
        "sorts": sort_words(),
        "columns": column_words(),
        "running": found.campaign.state in RUNNING,
        "left": left_of(found, request.now),
        "marks": bool(bulk),
        "seen": seen_now(request.now),
        "may_remind": Verb.REMIND in bulk,
        "may_extend": bool(bulk & {Verb.PROPOSE_EXTENSION, Verb.DECIDE_EXTENSION}),
    }
    if is_part(request):
        return _part(page(request, "board/_results.html", context | {"part": True}))
    context |= {
        "desks": desk_words(),
        "officers": officers_of(found, request.now),
        "parents": parents_of(found),
    }
    return _part(page(request, "board/page.html", context))


@door
def unit(request: Asked, campaign_id: int, report_id: int) -> HttpResponse:
    return _part(unit_page(request, board_of(campaign_id, request.user, request.now), report_id))


def unit_page(
    request: Asked,
    board: Board,
    report_id: int,
    typed: Mapping[str, Any] | None = None,
    refusal: errors.RuleBroken | None = None,
    said: str = "",
) -> HttpResponse:
    """The drawer, or the plain page; `typed`: what stood in the form of a refused verb, under the verb's name.

    `said` is the sentence about a verb that was done from the drawer.
    """
    address = request.build_absolute_uri(reverse("report", args=[report_id]))
    found = unit_of(board, report_id, request.user, request.now, address)
    context = board_context(board) | {
        "unit": found,
        "officers": officers_of(board, request.now) if Verb.ASSIGN_OFFICER in found.verbs else [],
        "verbs": {verb.value: True for verb in found.verbs},
        "typed": typed or {},
        "said": said,
        "query": request.GET.urlencode(),
        "drawer": is_part(request),
        "main": _main(found.verbs),
        "seen": seen_now(request.now),
    }
    return page(request, "board/_drawer.html" if is_part(request) else "board/unit.html", context, refusal)


def _main(verbs: frozenset[Verb]) -> str:
    """Which of the unit's buttons is the first: what waits longest for the office."""
    if verbs & {Verb.DECIDE_EXTENSION, Verb.PROPOSE_EXTENSION}:
        return "extension"
    return "intake" if Verb.RECEIVE in verbs else "remind"


@door
def act(request: Asked, campaign_id: int, report_id: int, verb: Verb) -> HttpResponse:
    """A verb from the unit's forms; then the drawer again over a fresh board, or the unit's page where no script is."""
    found = board_of(campaign_id, request.user, request.now)
    home = reverse("board_unit", args=[campaign_id, report_id])
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    if request.method != "POST":
        return redirect(f"{home}{query}")
    check_unit(found, report_id)
    try:
        said = ACTS[verb](request, report_id, found.calendar)
    except (errors.NotVisible, errors.NotYourDesk):
        raise
    except errors.RuleBroken as refusal:
        return _part(unit_page(request, found, report_id, {verb.value: request.POST}, refusal))
    if is_part(request):
        return trigger_client_event(_part(unit_page(request, found, report_id, said=said)), "unit-changed")
    return done(request, f"{home}{query}", said)


def _remind(request: Asked, report_id: int, _calendar: WorkingCalendar) -> str:
    seen = seen_at(request.POST)
    report = intake.remind(report_id=report_id, actor=request.user, seen=seen, now=request.now)
    return _("%(unit)s was reminded.") % {"unit": report.organization}


def _assign(request: Asked, report_id: int, _calendar: WorkingCalendar) -> str:
    person_id = typed_id(request.POST.get("person", ""))
    if person_id == NO_ID:
        raise errors.WrongAnswer
    report = intake.assign_officer(
        report_id=report_id, actor=request.user, person_id=person_id, now=request.now
    )  # fmt: skip
    return _("The officer who follows %(unit)s was assigned.") % {"unit": report.organization}


def _exempt(request: Asked, report_id: int, _calendar: WorkingCalendar) -> str:
    reason = request.POST.get("reason", "")
    report = intake.exempt(report_id=report_id, actor=request.user, reason=reason, now=request.now)
    return _("%(unit)s need not report.") % {"unit": report.organization}


def _reinstate(request: Asked, report_id: int, calendar: WorkingCalendar) -> str:
    report = intake.reinstate(
        report_id=report_id,
        actor=request.user,
        reason=request.POST.get("reason", ""),
        due=due_given(request.POST, calendar),
        now=request.now,
    )
    return _("%(unit)s has to report after all.") % {"unit": report.organization}


def _propose(request: Asked, report_id: int, calendar: WorkingCalendar) -> str:
    due = decision_given(request.POST, calendar)
    deadlines.propose_extension(report_id=report_id, actor=request.user, due=due, now=request.now)
    return _("The proposal was submitted to the leader.")


def _decide(request: Asked, report_id: int, calendar: WorkingCalendar) -> str:
    due = decision_given(request.POST, calendar)
    deadlines.decide_extension(report_id=report_id, actor=request.user, due=due, now=request.now)
    return _("The extension was decided; the unit is told.")


def _excuse(request: Asked, report_id: int, _calendar: WorkingCalendar) -> str:
    reason = request.POST.get("reason", "")
    timeliness.excuse_lateness(report_id=report_id, actor=request.user, reason=reason, now=request.now)
    return _("The lateness was excused.")


# The verbs of a unit's forms: the last word of the address, and what is done.
ADDRESSES: Mapping[str, Verb] = {
    "don-doc": Verb.REMIND,
    "chuyen-vien": Verb.ASSIGN_OFFICER,
    "mien-bao-cao": Verb.EXEMPT,
    "yeu-cau-lai": Verb.REINSTATE,
    "de-xuat-gia-han": Verb.PROPOSE_EXTENSION,
    "quyet-dinh-gia-han": Verb.DECIDE_EXTENSION,
    "ly-do-cham": Verb.EXCUSE_LATENESS,
}
ACTS: Mapping[Verb, Callable[[Asked, int, WorkingCalendar], str]] = {
    Verb.REMIND: _remind,
    Verb.ASSIGN_OFFICER: _assign,
    Verb.EXEMPT: _exempt,
    Verb.REINSTATE: _reinstate,
    Verb.PROPOSE_EXTENSION: _propose,
    Verb.DECIDE_EXTENSION: _decide,
    Verb.EXCUSE_LATENESS: _excuse,
}


def board_context(board: Board) -> dict[str, Any]:
    return {"section": "board", "board": board, "campaign": board.campaign, "tab": "board", "office": True}


def is_part(request: Asked) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request


def _part(response: HttpResponse) -> HttpResponse:
    """The address answers with a page or with its part, so no cache may take one for the other."""
    patch_vary_headers(response, ["HX-Request"])
    return response


urlpatterns = [
    path("theo-doi/", boards, name="board"),
    path("dot/<int:campaign_id>/theo-doi/", board, name="board_of"),
    path("dot/<int:campaign_id>/theo-doi/<int:report_id>/", unit, name="board_unit"),
    *(
        path(f"dot/<int:campaign_id>/theo-doi/<int:report_id>/{word}/", act, {"verb": verb}, name=f"board_{verb}")
        for word, verb in ADDRESSES.items()
    ),
]

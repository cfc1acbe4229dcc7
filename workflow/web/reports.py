"""Báo cáo: the list of all reports one may see, the page of one, and its history."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from workflow import errors
from workflow.actions.drafting import open_request
from workflow.choices import ReportState, Timeliness, Verb
from workflow.errors import RuleBroken
from workflow.queries.report_history import told_history
from workflow.queries.report_list import ORDERS, Wish, listed
from workflow.queries.report_page import ReportPage, is_first_reading, report_page
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.report_verbs import DOES
from workflow.web.steps import steps_of


@door
def reports(request: Asked) -> HttpResponse:
    wish = Wish(
        words=request.GET.get("q", "")[:200],
        state=request.GET.get("state", ""),
        timeliness=request.GET.get("timeliness", ""),
        order=request.GET.get("order", "-due"),
        page=request.GET.get("page", "1"),
    )
    listing = listed(request.user, request.now, wish)
    kept = {name: request.GET[name] for name in ("q", "state", "timeliness", "order") if request.GET.get(name)}
    chips = [
        {
            "state": state,
            "word": ReportState(state).label,
            "number": number,
            "address": urlencode(kept | {"state": state}),
        }
        for state, number in listing.states.items()
        if number
    ]
    links = {
        "everything": urlencode({name: value for name, value in kept.items() if name != "state"}),
        "before": urlencode(kept | {"page": listing.page.number - 1}),
        "after": urlencode(kept | {"page": listing.page.number + 1}),
    }
    return page(
        request,
        "reports/page.html",
        {
            "listing": listing,
            "wish": wish,
            "links": links,
            "chips": chips,
            "timeliness": Timeliness.choices,
            "orders": [one for one in _order_words() if one[0] in ORDERS],
        },
    )


def _order_words() -> list[tuple[str, str]]:
    return [
        ("-due", _("Latest deadline first")),
        ("due", _("Earliest deadline first")),
        ("unit", _("By unit")),
        ("-sent", _("Lately sent first")),
    ]


@door
def report(request: Asked, report_id: int) -> HttpResponse:
    if request.method == "POST":
        return _do(request, report_id)
    shown = report_page(report_id, request.user, request.now)
    if is_first_reading(shown):
        open_request(report_id=report_id, actor=request.user, now=request.now)
        shown = report_page(report_id, request.user, request.now)
    return page(request, "reports/report.html", _context(shown))


def _do(request: Asked, report_id: int) -> HttpResponse:
    """One of the small verbs of the page; refused, it keeps what was typed in its form."""
    does = DOES.get(request.POST.get("verb", ""))
    if does is None:
        raise errors.WrongAnswer
    try:
        sentence = does(request, report_id)
    except (errors.NotVisible, errors.NotYourDesk):
        raise
    except RuleBroken as refusal:
        shown = report_page(report_id, request.user, request.now)
        return page(request, "reports/report.html", _context(shown) | {"typed": request.POST}, refusal)
    return done(request, reverse("report", args=[report_id]), sentence)


def _context(shown: ReportPage) -> dict[str, Any]:
    report = shown.report
    return {
        "shown": shown,
        "report": report,
        "steps": steps_of(report),
        "next": _next(shown),
        "section": "reports",
    }


NEXT = (
    # The first of these verbs that the person finds is the next step, and its page.
    (Verb.GIVE_OPINION, "review", "message"),
    (Verb.CONCLUDE_REVIEW, "review", "messages"),
    (Verb.SIGN, "signing", "signature"),
    (Verb.ISSUE, "numbering", "hash"),
    (Verb.SUBMIT_FOR_SIGNING, "drafting", "pencil"),
    (Verb.SUBMIT_FOR_REVIEW, "drafting", "pencil"),
    (Verb.SAVE_ENTRY, "drafting", "pencil"),
    (Verb.RECEIVE, "intake", "inbox"),
)


def _next(shown: ReportPage) -> tuple[str, str, str] | None:
    for verb, route, icon in NEXT:
        if verb in shown.verbs:
            return route, icon, verb
    return None


@door
def history(request: Asked, report_id: int) -> HttpResponse:
    report, sentences = told_history(report_id, request.user, request.now)
    return page(request, "reports/history.html", {"report": report, "sentences": sentences, "section": "reports"})


urlpatterns = [
    path("bao-cao/", reports, name="reports"),
    path("bao-cao/<int:report_id>/", report, name="report"),
    path("bao-cao/<int:report_id>/lich-su/", history, name="history"),
]

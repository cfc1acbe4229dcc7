"""Soạn báo cáo: the outline as it is filled, the hand-over to the cell or the signer, answers to what was said."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workflow import errors
from workflow.actions.drafting import answer_point, answer_remark, submit_for_review, submit_for_signing
from workflow.choices import AnswerKind, Verb
from workflow.errors import RuleBroken
from workflow.models import Report
from workflow.queries.drafting import DraftingDesk, Place, drafting_desk
from workflow.queries.said import POINT
from workflow.rules.calendar import LOCAL, local_day
from workflow.web import editing
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.steps import steps_of
from workflow.web.typed import typed_day, typed_id

USUAL = timedelta(days=3)


@door
def drafting(request: Asked, report_id: int) -> HttpResponse:
    if request.method != "POST":
        desk = drafting_desk(report_id, request.user, request.now)
        return page(request, "drafting/page.html", _context(desk, request))
    try:
        if request.POST.get("verb") == Verb.SUBMIT_FOR_SIGNING:
            submit_for_signing(report_id=report_id, actor=request.user, now=request.now)
            sentence = _("The report now lies before the secretary to be signed.")
        else:
            closes_at = _end_of(request.POST.get("closes_on", ""))
            submit_for_review(report_id=report_id, actor=request.user, closes_at=closes_at, now=request.now)
            sentence = _("The draft was submitted for opinions.")
    except (errors.NotVisible, errors.NotYourDesk):
        raise
    except RuleBroken as refusal:
        desk = drafting_desk(report_id, request.user, request.now)
        return page(request, "drafting/page.html", _context(desk, request), refusal)
    return done(request, reverse("report", args=[report_id]), sentence)


def _end_of(typed: str) -> datetime:
    """The end of the day that was typed. Raises WrongAnswer for what is no day."""
    day = typed_day(typed)
    if day is None:
        raise errors.WrongAnswer
    return datetime.combine(day + timedelta(days=1), time(), LOCAL)


def _context(desk: DraftingDesk, request: Asked) -> dict[str, Any]:
    today, minimum = local_day(request.now), timedelta(days=desk.report.campaign.review_minimum_days)
    usual = desk.calendar.next_working_day(today + max(minimum, USUAL))
    return {
        "desk": desk,
        "report": desk.report,
        "steps": steps_of(desk.report),
        "first_gap": _where_to_go_on(desk),
        "closes_on": request.POST.get("closes_on") or usual.isoformat(),
        "earliest": (today + minimum).isoformat(),
        "section": "reports",
    }


def _where_to_go_on(desk: DraftingDesk) -> Place | None:
    """The first section with something missing, else with something unanswered or contradictory, else the first."""
    clashing = {clash.section_id for clash in desk.clashes}
    orders = (
        lambda place: bool(place.missing),
        lambda place: place.open_said > 0 or place.section.pk in clashing,
        lambda _place: True,
    )
    return next((place for wanted in orders for place in desk.places if wanted(place)), None)


@door
@require_POST
def answer(request: Asked, report_id: int) -> HttpResponse:
    """Accept or explain one thing that was said; the form stands at the section, on the overview or at the report."""
    kind, said_id = request.POST.get("kind", ""), typed_id(request.POST.get("said", ""))
    text, chosen = request.POST.get("text", ""), request.POST.get("answer", "")
    try:
        if chosen not in AnswerKind.values:
            raise errors.WrongAnswer
        give: Callable[..., Report] = (
            partial(answer_point, point_id=said_id) if kind == POINT else partial(answer_remark, remark_id=said_id)
        )
        give(report_id=report_id, actor=request.user, answer=AnswerKind(chosen), text=text, now=request.now)
    except (errors.NotVisible, errors.NotYourDesk):
        raise
    except RuleBroken as refusal:
        desk = drafting_desk(report_id, request.user, request.now)
        context = _context(desk, request) | {"typed_said": said_id, "typed_text": text, "typed_kind": kind}
        return page(request, "drafting/page.html", context, refusal)
    return done(request, _back(request, report_id), _("Answered."))


def _back(request: Asked, report_id: int) -> str:
    section_id = typed_id(request.POST.get("section", ""))
    if section_id:
        return f"{reverse('section', args=[report_id, section_id])}#said-here"
    return f"{reverse('drafting', args=[report_id])}#said-here"


urlpatterns = [
    path("bao-cao/<int:report_id>/soan/", drafting, name="drafting"),
    path("bao-cao/<int:report_id>/soan/tra-loi/", answer, name="answer"),
    *editing.urlpatterns,
]

"""Tiếp nhận: the office's desk over one report that was sent, with what was asked beside it."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from workflow.actions import intake as office
from workflow.choices import HolidayRule, ReportState, Verb
from workflow.errors import DayMissing, NotVisible, NotYourDesk, RuleBroken, WrongAnswer
from workflow.queries.intake import Examination, examination
from workflow.rules.calendar import WorkingCalendar, exclusive_due
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.paper import paper
from workflow.web.typed import typed_day, typed_id

REMARK = "remark-"


@door
def intake(request: Asked, report_id: int) -> HttpResponse:
    found = examination(report_id, request.user, request.now)
    if request.method != "POST":
        return _shown(request, found)
    verb = request.POST.get("verb", "")
    try:
        if verb not in WORK:
            raise WrongAnswer
        sentence = WORK[verb](request, report_id)
    except (NotVisible, NotYourDesk):
        raise
    except RuleBroken as refusal:
        return _shown(request, examination(report_id, request.user, request.now), refusal)
    return done(request, _where_next(found), sentence)


def _shown(request: Asked, found: Examination, refusal: RuleBroken | None = None) -> HttpResponse:
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    sent = found.sent
    # A remark on the whole report comes last, after those on its sections.
    remarks = [
        {
            "section": section,
            "name": f"{REMARK}{section.pk}",
            "typed": typed.get(f"{REMARK}{section.pk}", ""),
            "place": next((place for place in sent.places if place.section == section), None) if sent else None,
        }
        for section in found.sections
    ]
    return page(
        request,
        "intake/page.html",
        {
            "found": found,
            "report": found.report,
            "sent": sent,
            "remarks": remarks,
            "typed": typed,
            "whole": typed.get(REMARK, ""),
            "asks": Verb.REQUEST_SUPPLEMENT in found.verbs,
            "asked_day": typed.get("day") or found.supplement_day.isoformat(),
            "section": "board",
        },
        refusal,
    )


def _where_next(found: Examination) -> str:
    """What came out of the pile is followed by the next in it; otherwise the same report is shown again."""
    following = found.pile.next
    if following is not None and found.report.state == ReportState.SENT:
        return reverse("intake", args=[following.report_id])
    return reverse("intake", args=[found.report.pk])


def _due(request: Asked) -> datetime:
    day = typed_day(request.POST.get("day", ""))
    if day is None:
        raise DayMissing
    return exclusive_due(day, HolidayRule.KEEP, WorkingCalendar())


def _receive(request: Asked, report_id: int) -> str:
    report = office.receive(
        report_id=report_id,
        actor=request.user,
        revision_id=typed_id(request.POST.get("revision", "")),
        incoming_number=request.POST.get("incoming_number", "").strip(),
        now=request.now,
    )
    return _("The report of %(unit)s has been received.") % {"unit": report.organization.name}


def _request_supplement(request: Asked, report_id: int) -> str:
    office.request_supplement(
        report_id=report_id,
        actor=request.user,
        revision_id=typed_id(request.POST.get("revision", "")),
        remarks=[
            (typed_id(name.removeprefix(REMARK)) if name != REMARK else None, str(text))
            for name, text in request.POST.items()
            if name.startswith(REMARK)
        ],
        due=_due(request),
        now=request.now,
    )
    return _("The unit has been asked for a supplement.")


def _withdraw_supplement(request: Asked, report_id: int) -> str:
    office.withdraw_supplement(report_id=report_id, actor=request.user, now=request.now)
    return _("The supplement request is withdrawn; what was sent last stands as received.")


def _include(request: Asked, report_id: int) -> str:
    office.include(report_id=report_id, actor=request.user, now=request.now)
    return _("The report counts in the consolidation.")


def _reinstate(request: Asked, report_id: int) -> str:
    office.reinstate(
        report_id=report_id,
        actor=request.user,
        reason=request.POST.get("reason", ""),
        due=_due(request),
        now=request.now,
    )
    return _("The unit is asked to report again.")


def _leave_out(request: Asked, report_id: int) -> str:
    office.leave_out(report_id=report_id, actor=request.user, reason=request.POST.get("reason", ""), now=request.now)
    return _("The report has been left out of the consolidation.")


def _exempt(request: Asked, report_id: int) -> str:
    office.exempt(report_id=report_id, actor=request.user, reason=request.POST.get("reason", ""), now=request.now)
    return _("The unit need not report.")


WORK: dict[str, Callable[[Asked, int], str]] = {
    Verb.RECEIVE: _receive,
    Verb.REQUEST_SUPPLEMENT: _request_supplement,
    Verb.WITHDRAW_SUPPLEMENT: _withdraw_supplement,
    Verb.INCLUDE: _include,
    Verb.LEAVE_OUT: _leave_out,
    Verb.EXEMPT: _exempt,
    Verb.REINSTATE: _reinstate,
}

urlpatterns = [
    path("bao-cao/<int:report_id>/tiep-nhan/", intake, name="intake"),
    path("bao-cao/<int:report_id>/ban-giay/", paper, name="paper"),
]

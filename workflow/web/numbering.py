"""Văn thư: the signed report gets its number and day and goes up."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from workflow.actions.signing import issue
from workflow.choices import Verb
from workflow.errors import DayMissing, RuleBroken
from workflow.queries.numbering_page import numbering_page
from workflow.rules.calendar import local_day
from workflow.web.answers import done, page
from workflow.web.codes import code_of
from workflow.web.door import Asked, door
from workflow.web.typed import typed_day, typed_id, typed_number


@door
def numbering(request: Asked, report_id: int) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, report_id)
    try:
        dated = typed_day(request.POST.get("dated", ""))
        if dated is None:
            raise DayMissing
        document = issue(
            report_id=report_id,
            actor=request.user,
            revision_id=typed_id(request.POST.get("revision", "")),
            number=typed_number(request.POST.get("number", "")),
            dated=dated,
            now=request.now,
        )
    except RuleBroken as refusal:
        return _shown(request, report_id, refusal)
    sentence = _("Number %(number)s has been given and the report sent.") % {"number": document.printed_number}
    return done(request, reverse("numbering", args=[report_id]), sentence)


def _shown(request: Asked, report_id: int, refusal: RuleBroken | None = None) -> HttpResponse:
    shown = numbering_page(report_id, request.user, request.now)
    typed = {
        "number": shown.next.number if shown.next else "",
        "dated": local_day(request.now).isoformat(),
    }
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in typed}
    context = {
        "shown": shown,
        "report": shown.report,
        "typed": typed,
        "today": local_day(request.now).isoformat(),
        "code": code_of(shown.signature.sha256) if shown.signature else "",
        "document_code": code_of(shown.document.sha256) if shown.document else "",
        "may_issue": Verb.ISSUE in shown.verbs,
        "section": "reports",
    }
    return page(request, "signing/numbering.html", context, refusal)

"""Trả lại để chỉnh sửa: the reasons pinned to the sections, from the cell's, the signer's or the clerk's desk."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from workflow.actions.review import return_for_revision, return_signed
from workflow.choices import Verb
from workflow.errors import RuleBroken
from workflow.queries.returning_page import returning_page
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.said import kept, places, said_at, spoken
from workflow.web.typed import typed_id


@door
def returning(request: Asked, report_id: int) -> HttpResponse:
    """With `pile` the next report to sign follows."""
    if request.method != "POST":
        return _shown(request, report_id)
    verb = return_signed if request.POST.get("verb") == Verb.RETURN_SIGNED else return_for_revision
    try:
        verb(
            report_id=report_id,
            actor=request.user,
            revision_id=typed_id(request.POST.get("revision", "")),
            remarks=spoken(request.POST),
            opinions_again=request.POST.get("again") == "yes",
            now=request.now,
        )
    except RuleBroken as refusal:
        return _shown(request, report_id, refusal)
    address = reverse("signing_pile") if "pile" in request.POST else reverse("report", args=[report_id])
    return done(request, address, _("The report has been returned to the drafter with your remarks."))


def _shown(request: Asked, report_id: int, refusal: RuleBroken | None = None) -> HttpResponse:
    shown = returning_page(report_id, request.user, request.now)
    given = said_at(request.POST)
    context = {
        "shown": shown,
        "report": shown.report,
        "passages": places(shown.reading.passages, given),
        "general": given.get(0, ""),
        "again": request.POST.get("again", ""),
        "pile": "pile" in request.POST or "pile" in request.GET,
        "kept": [] if shown.verb else kept(request.POST),
        "section": "reports",
    }
    return page(request, "review/returning.html", context, refusal)

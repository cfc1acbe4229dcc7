"""Ký: what a signer reads on a phone, the signature with the password in place, and the pile one after the other."""

from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from workflow.actions.signing import sign, sign_and_issue
from workflow.errors import RuleBroken, WrongAnswer
from workflow.models import Person
from workflow.queries.signing_page import pile, signing_page
from workflow.rules.numbering import InTheNameOf
from workflow.web.answers import done, page
from workflow.web.codes import code_of
from workflow.web.door import Asked, door
from workflow.web.identity import confirmation, needs_password
from workflow.web.numbering import numbering
from workflow.web.typed import typed_id, typed_number


@door
def signing(request: Asked, report_id: int) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, report_id)
    piled = "pile" in request.POST
    try:
        sentence = _sign(request, report_id)
    except RuleBroken as refusal:
        return _shown(request, report_id, refusal, piled=piled)
    return done(request, reverse("signing_pile") if piled else reverse("signing", args=[report_id]), sentence)


@door
def signing_pile(request: Asked) -> HttpResponse:
    """The report whose turn it is: the nearest due, or the one after the report that was put aside."""
    waiting = pile(request.user, request.now)
    if not waiting:
        return page(request, "signing/nothing.html")
    aside = typed_id(request.GET.get("sau", ""))
    place = waiting.index(aside) + 1 if aside in waiting else 0
    return _shown(request, waiting[place % len(waiting)], piled=True)


def _shown(request: Asked, report_id: int, refusal: RuleBroken | None = None, *, piled: bool = False) -> HttpResponse:
    shown = signing_page(report_id, request.user, request.now)
    context: dict[str, Any] = {
        "shown": shown,
        "report": shown.report,
        "code": code_of(shown.revision.sha256),
        "ask_password": needs_password(request),
        "typed": request.POST,
        "pile": _turn(request.user, request, report_id) if piled else None,
        "section": "reports",
    }
    return page(request, "signing/page.html", context, refusal)


def _turn(person: Person, request: Asked, report_id: int) -> dict[str, int] | None:
    """Which one of how many this is; None once it waits no longer."""
    waiting = pile(person, request.now)
    if report_id not in waiting:
        return None
    return {"number": waiting.index(report_id) + 1, "of": len(waiting)}


def _sign(request: Asked, report_id: int) -> str:
    given: dict[str, Any] = {
        "report_id": report_id,
        "actor": request.user,
        "revision_id": typed_id(request.POST.get("revision", "")),
        "in_the_name_of": _body(request.POST.get("body", "")),
        "self_signing_confirmed": "self_signed" in request.POST,
        "confirmed": confirmation(request),
        "now": request.now,
    }
    facts = {"time": f"{timezone.localtime(request.now):%H:%M}"}
    if "issue" in request.POST:
        document = sign_and_issue(**given, number=typed_number(request.POST.get("number", "")))
        assert document.revision is not None  # noqa: S101 – a report's document has its revision
        facts |= {"code": code_of(document.revision.sha256), "number": document.printed_number}
        return _("Signed at %(time)s, code %(code)s, and sent with number %(number)s.") % facts
    revision = sign(**given).signed_revision
    assert revision is not None  # noqa: S101 – it was just signed
    return _("Signed at %(time)s, code %(code)s.") % (facts | {"code": code_of(revision.sha256)})


def _body(text: str) -> InTheNameOf | None:
    try:
        return InTheNameOf(text) if text else None
    except ValueError:
        raise WrongAnswer from None


urlpatterns = [
    path("bao-cao/<int:report_id>/ky/", signing, name="signing"),
    path("bao-cao/<int:report_id>/van-thu/", numbering, name="numbering"),
    path("ky-lan-luot/", signing_pile, name="signing_pile"),
]

"""Tài khoản: what a person keeps about himself, and which notices reach him by which way."""

from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workflow.actions.accounts import set_contact, set_ways
from workflow.choices import Channel, NoticeMode, Verb
from workflow.errors import RuleBroken
from workflow.queries.accounts import Kind, kinds_of_notice
from workflow.web.answers import done, page
from workflow.web.door import Asked, address_of, door
from workflow.web.first_password import set_typed_password
from workflow.web.frame import places_at
from workflow.web.register_fields import hour

CONTACT = ("phone", "email")


def shown(request: Asked, refusal: RuleBroken | None = None, **typed: Any) -> HttpResponse:
    kept = {name: getattr(request.user, name) for name in CONTACT} | {"digest_at": f"{request.user.digest_at:%H:%M}"}
    kinds = kinds_of_notice(request.user, request.now)
    context = {
        "places": places_at(request),
        "typed": kept | typed,
        "rows": [
            (kind, [(way, typed.get(_field(kind, way.channel), way.mode)) for way in kind.ways]) for kind in kinds
        ],
    }
    return page(request, "account/account.html", context, refusal)


def _field(kind: Kind, channel: Channel) -> str:
    return f"{kind.verb}-{channel}"


@door
def account(request: Asked) -> HttpResponse:
    return shown(request)


@door
@require_POST
def contact(request: Asked) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in CONTACT}
    try:
        set_contact(actor=request.user, **typed)
    except RuleBroken as refusal:
        return shown(request, refusal, **typed)
    return done(request, reverse("account"), _("Phone and e-mail are kept."))


@door
@require_POST
def ways(request: Asked) -> HttpResponse:
    """Only what differs from what holds is written."""
    typed = {name: str(value) for name, value in request.POST.items()}
    chosen: dict[tuple[Verb, Channel], NoticeMode] = {}
    for kind in kinds_of_notice(request.user, request.now):
        for way in kind.ways:
            wanted = typed.get(_field(kind, way.channel), "")
            if wanted in NoticeMode.values and wanted != way.mode:
                chosen[kind.verb, way.channel] = NoticeMode(wanted)
    try:
        set_ways(actor=request.user, hour=hour(typed.get("digest_at", "")), chosen=chosen)
    except RuleBroken as refusal:
        return shown(request, refusal, **typed)
    return done(request, reverse("account"), _("Your choice of notices is kept."))


@door
def password(request: Asked) -> HttpResponse:
    """Also the only page for who signed in with a one-time code; his other sessions end with the old password."""
    if request.method != "POST":
        return page(request, "account/password.html", {"section": "account"})
    first = request.user.must_change_password
    try:
        set_typed_password(request, request.user, address_of(request))
    except RuleBroken as refusal:
        template = "account/_password_first.html" if request.htmx else "account/password.html"
        return page(request, template, {"section": "account"}, refusal)
    if request.htmx:
        return _go_on()
    return done(request, reverse("desk" if first else "account"), _("Your new password holds from now on."))


def _go_on() -> HttpResponse:
    """To a dialog over a page that could not be saved: it is sent again now (static/workflow/app.js)."""
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = "signed-in"
    return answer


urlpatterns = [
    path("tai-khoan/", account, name="account"),
    path("tai-khoan/lien-he/", contact, name="account_contact"),
    path("tai-khoan/thong-bao/", ways, name="account_ways"),
    path("tai-khoan/mat-khau/", password, name="password"),
]

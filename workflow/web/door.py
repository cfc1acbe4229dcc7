"""The door of every page: who is asking. Without a session nothing that was typed is lost."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from workflow.actions.accounts import check_password
from workflow.errors import RuleBroken
from workflow.models import Person
from workflow.web.first_password import UNAUTHORIZED, kept_fields, password_first

AGAIN_NAME, AGAIN_PASSWORD = "again_name", "again_password"  # noqa: S105 – names of fields
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Asked(HttpRequest):
    """A request of somebody who is signed in; `now` is its one moment."""

    user: Person
    now: datetime
    htmx: HtmxDetails


View = Callable[..., HttpResponse]


def door(view: View) -> View:
    """Let only persons who are signed in through to the view."""

    @wraps(view)
    def guarded(request: Asked, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method != "POST":
                return _first_sign_in(request)
            refusal = _sign_in_again(request)
            if refusal is not None or not request.user.is_authenticated:
                return _keep(request, refusal)
        match = request.resolver_match
        if request.user.must_change_password and (match is None or match.url_name != "password"):
            asked = password_first(request, request.user, address_of(request)) if request.method == "POST" else None
            if asked is not None or request.user.must_change_password:
                return asked or redirect("password")
        return view(request, *args, **kwargs)

    return guarded


def address_of(request: HttpRequest) -> str:
    """Where the request comes from; the proxy in front sets it (deploy/nginx)."""
    return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104 – a place holder, nothing is bound


def _first_sign_in(request: HttpRequest) -> HttpResponse:
    address = f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request") == "true":
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = address
        return answer
    return redirect(address)


def _sign_in_again(request: Asked) -> RuleBroken | None:
    """Sign in with what stands beside the kept fields, and take it out of them; a refusal where it is wrong."""
    if AGAIN_PASSWORD not in request.POST:
        return None
    typed = request.POST.copy()
    name, password = typed.pop(AGAIN_NAME, [""])[-1], typed.pop(AGAIN_PASSWORD)[-1]
    request.POST = typed  # type: ignore[assignment]
    try:
        person = check_password(
            username=str(name), password=str(password), address=address_of(request), now=request.now
        )
    except RuleBroken as refusal:
        return refusal
    login(request, person, backend=BACKEND)
    return None


def _keep(request: HttpRequest, refusal: RuleBroken | None) -> HttpResponse:
    """Ask for the password and carry everything that was typed along. Files have to be chosen again."""
    part = request.headers.get("HX-Request") == "true"
    template = "workflow/account/_sign_in_again.html" if part else "workflow/account/sign_in_again.html"
    answer = render(
        request,
        template,
        {
            "kept": kept_fields(request),
            "action": request.get_full_path(),
            "files": bool(request.FILES),
            "refusal": refusal,
        },
        status=UNAUTHORIZED,
    )
    if part:
        answer["HX-Retarget"], answer["HX-Reswap"] = "#again", "innerHTML"
    return answer

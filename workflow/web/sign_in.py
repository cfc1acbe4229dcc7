"""Signing in and out, the language, and the organisation one looks at."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from workflow.actions.accounts import check_password
from workflow.errors import RuleBroken
from workflow.models import Person
from workflow.web.answers import done, page
from workflow.web.door import BACKEND, Asked, address_of, door
from workflow.web.typed import typed_id


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else "/"


@never_cache
def sign_in(request: Asked) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next(request))
    context = {"next": _next(request), "username": request.POST.get("username", "")}
    if request.method != "POST":
        return page(request, "account/sign_in.html", context)
    try:
        person = check_password(
            username=request.POST.get("username", "").strip(),
            password=request.POST.get("password", ""),
            address=address_of(request),
            now=request.now,
        )
    except RuleBroken as refusal:
        return page(request, "account/sign_in.html", context, refusal)
    login(request, person, backend=BACKEND)
    return redirect(_next(request))


@require_POST
def sign_in_again(request: Asked) -> HttpResponse:
    """In the page whose session has ended: the text stays where it is, and is sent again afterwards."""
    try:
        person = check_password(
            username=request.POST.get("username", "").strip(),
            password=request.POST.get("password", ""),
            address=address_of(request),
            now=request.now,
        )
    except RuleBroken as refusal:
        return page(request, "account/_sign_in_again.html", {"username": request.POST.get("username", "")}, refusal)
    login(request, person, backend=BACKEND)
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = "signed-in"
    return answer


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign_in")


@require_POST
def choose_language(request: Asked) -> HttpResponse:
    """English is the person's own choice, kept with the person."""
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            Person.objects.filter(pk=request.user.pk).update(language=language)
        request.session["language"] = language
    return done(request, _next(request))


@door
@require_POST
def choose_place(request: Asked) -> HttpResponse:
    """Look at the work of one organisation only, or (none) of all."""
    wanted = request.POST.get("place", "")
    request.session["place"] = typed_id(wanted) or None
    return done(request, _next(request))


urlpatterns = [
    path("dang-nhap/", sign_in, name="sign_in"),
    path("dang-nhap/lai/", sign_in_again, name="sign_in_again"),
    path("dang-xuat/", sign_out, name="sign_out"),
    path("ngon-ngu/", choose_language, name="language"),
    path("don-vi-dang-xem/", choose_place, name="place"),
]

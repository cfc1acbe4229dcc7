"""What is shown when there is no such page, a form came without its token, or the page itself broke."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workflow.errors import FormExpired, NotVisible, PageBroken
from workflow.web.answers import refused


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, NotVisible())


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What was typed is shown to be copied, never sent on by a button: a foreign page may have filled the form."""
    return refused(request, FormExpired())


def broken(request: HttpRequest) -> HttpResponse:
    """Without the database, which may be what broke."""
    return render(None, "workflow/shared/broken.html", {"refusal": PageBroken()}, status=500)

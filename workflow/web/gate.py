"""What happens to every request before and after its view: the time, the language, the idle session, the refusals."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from workflow.errors import RuleBroken
from workflow.web.answers import refused

NOTED_EVERY = timedelta(minutes=5).total_seconds()


class Gate:
    """Middleware: `request.now` is the one moment of the request; a refused verb is answered with its own sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            self._end_or_note(request)
        chosen = request.user.language if request.user.is_authenticated else request.session.get("language")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        patch_vary_headers(response, ["HX-Request"])
        # A person's pages are nobody else's: no cache on the way keeps them.
        response.setdefault("Cache-Control", "private, no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, RuleBroken) else None

    def _end_or_note(self, request: HttpRequest) -> None:
        now = request.now.timestamp()  # type: ignore[attr-defined]
        seen = request.session.get("seen", now)
        if now - seen > settings.SESSION_IDLE_SECONDS:
            logout(request)
        elif "seen" not in request.session or now - seen > NOTED_EVERY:
            request.session["seen"] = now

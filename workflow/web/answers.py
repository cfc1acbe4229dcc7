"""The few ways in which a page answers."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from workflow.errors import RuleBroken

SEE_OTHER = 303
# What forms carry unseen (their hidden fields), and what a radio or a box stands for: nobody typed either.
CARRIED = frozenset(
    {
        "all", "answers", "back", "csrfmiddlewaretoken", "do", "issue", "issuer", "kind", "next", "notice", "pile",
        "place", "query", "revision", "said", "scan", "section", "seen", "state", "verb", "version", "what",
    }
)  # fmt: skip
CHOICE = re.compile("[a-z_]+")


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, refusal: RuleBroken | None = None
) -> HttpResponse:
    """Render a page or part; with a refusal its sentence stands in it, with the refusal's status (409, 422)."""
    return render(
        request,
        f"workflow/{template}",
        {**(context or {}), "refusal": refusal},
        status=refusal.status if refusal else 200,
    )


def done(request: HttpRequest, address: str, sentence: str = "") -> HttpResponse:
    """After a verb that succeeded: say so on the next page, and go there. A reload does not repeat the verb."""
    if sentence:
        messages.success(request, sentence)
    answer = HttpResponseRedirect(address)
    answer.status_code = SEE_OTHER
    return answer


def refused(request: HttpRequest, refusal: RuleBroken) -> HttpResponse:
    """A refusal that no page of its own shows; what was typed comes back to be copied."""
    typed = [
        value
        for name, values in request.POST.lists()
        for value in values
        if value.strip() and name not in CARRIED and "password" not in name and not CHOICE.fullmatch(value)
    ]
    if request.headers.get("HX-Request") == "true":
        answer = render(request, "workflow/shared/_refusal.html", {"refusal": refusal}, status=refusal.status)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#said", "innerHTML show:window:top"
        return answer
    return render(request, "workflow/shared/refused.html", {"refusal": refusal, "typed": typed}, status=refusal.status)

"""The pages of the register stand under one item of the rail."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from workflow.errors import RuleBroken
from workflow.web.answers import page


def room(request: HttpRequest, name: str, context: dict[str, Any], refusal: RuleBroken | None = None) -> HttpResponse:
    return page(request, f"organizations/{name}.html", {"section": "organizations", **context}, refusal)

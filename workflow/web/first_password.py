"""The new password that a one-time code asks for in the middle of a verb; what was typed goes on to it afterwards."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workflow.actions.accounts import change_password
from workflow.errors import RuleBroken
from workflow.models import Person

NOW, NEW, TWICE = "password_now", "password_new", "password_twice"
UNAUTHORIZED = 401


def kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Everything that was typed, but passwords and the form's token; files have to be chosen again."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]


def set_typed_password(request: HttpRequest, person: Person, address: str) -> None:
    """Set what stands in the three fields, and stay signed in here. Raises the refusals of change_password()."""
    changed = change_password(
        actor=person,
        current=request.POST.get(NOW, ""),
        new=request.POST.get(NEW, ""),
        again=request.POST.get(TWICE, ""),
        address=address,
        now=request.now,  # type: ignore[attr-defined]
    )
    update_session_auth_hash(request, changed)
    request.user = changed


def password_first(request: HttpRequest, person: Person, address: str) -> HttpResponse | None:
    """None once the new password stands, and the request then holds what was typed only; else what asks for it."""
    refusal = None
    if NEW in request.POST:
        try:
            set_typed_password(request, person, address)
        except RuleBroken as broken:
            refusal = broken
        else:
            typed = request.POST.copy()
            for name in (NOW, NEW, TWICE):
                typed.pop(name, None)
            request.POST = typed  # type: ignore[assignment]
            return None
    part = request.headers.get("HX-Request") == "true"
    template = "workflow/account/_password_first.html" if part else "workflow/account/password_first.html"
    context = {"kept": kept_fields(request), "files": bool(request.FILES), "refusal": refusal}
    answer = render(request, template, context | {"action": request.get_full_path()}, status=UNAUTHORIZED)
    if part:
        answer["HX-Retarget"], answer["HX-Reswap"] = "#again", "innerHTML"
    return answer

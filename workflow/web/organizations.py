"""Tổ chức: the tree, one organisation's page, its name, its term, and new units below it."""

from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from workflow.actions.ledger import OrganizationDraft
from workflow.actions.organizations import rename_organization, start_term
from workflow.actions.people import register_below
from workflow.choices import FourEyes, OrganizationKind
from workflow.errors import RuleBroken
from workflow.queries import organizations as tree
from workflow.rules.calendar import local_day
from workflow.web import people, seats
from workflow.web.answers import done
from workflow.web.door import Asked, door
from workflow.web.register_fields import chosen, day
from workflow.web.register_room import room
from workflow.web.typed import typed_id

NAME_FIELDS = ("name", "letterhead_above", "letterhead_name", "symbol")


@door
def organizations(request: Asked) -> HttpResponse:
    text = request.GET.get("ten", "").strip()[:100]
    branches = tree.search(text, request.user, request.now) if text else tree.tops(request.user, request.now)
    full = bool(text) and len(branches) == tree.PAGE
    return room(request, "page", {"branches": branches, "text": text, "full": full})


@door
def below(request: Asked, organization_id: int) -> HttpResponse:
    """What lies directly below: a branch of the tree for htmx, else a page of its own."""
    start = typed_id(request.GET.get("from", ""))
    branches, further = tree.children(organization_id, request.user, request.now, start)
    organization, _powers = tree.known(organization_id, request.user, request.now)
    context = {"organization": organization, "branches": branches, "further": further, "start": start}
    answer = room(request, "_below" if request.htmx else "below", context)
    answer["Vary"] = "HX-Request"
    return answer


@door
def organization(request: Asked, organization_id: int) -> HttpResponse:
    shown = tree.organization_page(organization_id, request.user, request.now)
    return room(request, "organization", {"shown": shown, "today": local_day(request.now)})


@door
def rename(request: Asked, organization_id: int) -> HttpResponse:
    found = tree.administered(organization_id, request.user, request.now)
    typed = {name: request.POST.get(name, getattr(found, name)) for name in NAME_FIELDS}
    typed["since"] = request.POST.get("since", local_day(request.now).isoformat())
    context, refusal = {"organization": found, "typed": typed}, None
    if request.method == "POST":
        try:
            rename_organization(
                organization_id=organization_id,
                actor=request.user,
                **{name: typed[name].strip() for name in NAME_FIELDS},
                since=day(typed["since"]),
                now=request.now,
            )
            return done(request, reverse("organization", args=[organization_id]), _("The new name is kept."))
        except RuleBroken as broken:
            refusal = broken
    return room(request, "rename", context, refusal)


@door
def term(request: Asked, organization_id: int) -> HttpResponse:
    found = tree.administered(organization_id, request.user, request.now)
    since = request.POST.get("since", local_day(request.now).isoformat())
    refusal = None
    if request.method == "POST":
        try:
            start_term(organization_id=organization_id, actor=request.user, since=day(since), now=request.now)
            return done(request, reverse("organization", args=[organization_id]), _("The new term is entered."))
        except RuleBroken as broken:
            refusal = broken
    return room(request, "term", {"organization": found, "since": since}, refusal)


@door
def new_below(request: Asked, organization_id: int) -> HttpResponse:
    found = tree.administered(organization_id, request.user, request.now)
    typed = {
        "letterhead_above": found.letterhead_name,
        "place": found.place,
        "symbol": "CB",
        "active_from": local_day(request.now).isoformat(),
    } | request.POST.dict()
    refusal = None
    if request.method == "POST":
        try:
            made = register_below(
                parent_id=found.pk, actor=request.user, draft=_draft(found.code, typed), now=request.now
            )
            return done(request, reverse("organization", args=[made.pk]), _("The organisation is registered."))
        except RuleBroken as broken:
            refusal = broken
    context = {"organization": found, "typed": typed, "kinds": OrganizationKind.choices, "eyes": FourEyes.choices}
    return room(request, "new_below", context, refusal)


def _draft(parent: str, typed: dict[str, str]) -> OrganizationDraft:
    texts: dict[str, Any] = {name: typed.get(name, "").strip() for name in (*NAME_FIELDS, "code", "place")}
    return OrganizationDraft(
        **texts,
        parent=parent,
        kind=chosen(OrganizationKind, typed, "kind", _("the kind of organisation")),
        official_members=min(typed_id(typed.get("official_members", "")), 100_000),
        has_seal="has_seal" in typed,
        four_eyes=chosen(FourEyes, typed, "four_eyes", _("what holds when the drafter also signs")),
        active_from=day(typed.get("active_from", "")),
    )


urlpatterns = [
    path("to-chuc/", organizations, name="organizations"),
    path("to-chuc/<int:organization_id>/", organization, name="organization"),
    path("to-chuc/<int:organization_id>/duoi/", below, name="organization_below"),
    path("to-chuc/<int:organization_id>/doi-ten/", rename, name="organization_rename"),
    path("to-chuc/<int:organization_id>/nhiem-ky/", term, name="organization_term"),
    path("to-chuc/<int:organization_id>/don-vi-moi/", new_below, name="organization_new"),
    *seats.urlpatterns,
    *people.urlpatterns,
]

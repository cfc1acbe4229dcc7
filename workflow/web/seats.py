"""Seats of an organisation: granted, confirmed by a second person, ended; and who signs for the secretary."""

from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workflow.actions.organizations import appoint_stand_in, confirm_seat, end_seat, end_stand_in, grant_seat
from workflow.choices import Body, Role
from workflow.errors import ChoiceMissing, NotVisible, NotYourDesk, RuleBroken
from workflow.queries import organizations as tree
from workflow.queries.accounts import people_found
from workflow.queries.organization_seats import deputies_of, seat_of, stand_in_of
from workflow.rules.calendar import local_day
from workflow.web.answers import done
from workflow.web.door import Asked, door
from workflow.web.register_fields import chosen, day
from workflow.web.register_room import room
from workflow.web.typed import typed_day, typed_id


def seat_fields(typed: dict[str, str]) -> dict[str, Any]:
    """Role, first day, vote and body as they were chosen."""
    role = chosen(Role, typed, "role", _("the role"))
    body = typed.get("body", "") if typed.get("body") in Body.values else ""
    return {"role": role, "since": day(typed.get("since", "")), "voting": "voting" in typed, "body": body}


def seat_choices(request: Asked, **more: Any) -> dict[str, Any]:
    typed = {"since": local_day(request.now).isoformat()} | request.GET.dict() | request.POST.dict()
    return {"typed": typed, "roles": Role.choices, "bodies": Body.choices} | more


@door
def grant(request: Asked, organization_id: int) -> HttpResponse:
    """First look for the person, then say which seat."""
    found = tree.administered(organization_id, request.user, request.now)
    context = seat_choices(request, organization=found)
    context["people"] = people_found(context["typed"].get("nguoi", ""))
    refusal = None
    if request.method == "POST":
        try:
            person_id = typed_id(request.POST.get("person", ""))
            if not person_id:
                raise ChoiceMissing(field=_("the person"))
            fields = seat_fields(context["typed"])
            grant_seat(
                organization_id=organization_id, actor=request.user, person_id=person_id, now=request.now, **fields
            )
            return done(request, reverse("organization", args=[organization_id]), _("The seat is granted."))
        except (NotVisible, NotYourDesk):
            raise
        except RuleBroken as broken:
            refusal = broken
    return room(request, "grant", context, refusal)


@door
def end(request: Asked, seat_id: int) -> HttpResponse:
    seat = seat_of(seat_id, request.user, request.now)
    tree.administered(seat.organization_id, request.user, request.now)
    until = request.POST.get("until", local_day(request.now).isoformat())
    refusal = None
    if request.method == "POST":
        try:
            end_seat(seat_id=seat_id, actor=request.user, until=day(until), now=request.now)
            return done(request, reverse("organization", args=[seat.organization_id]), _("The seat ends on that day."))
        except RuleBroken as broken:
            refusal = broken
    return room(request, "end_seat", {"seat": seat, "until": until}, refusal)


@door
@require_POST
def confirm(request: Asked, seat_id: int) -> HttpResponse:
    seat = confirm_seat(seat_id=seat_id, actor=request.user, now=request.now)
    sentence = _("The seat is confirmed: %(name)s may sign.") % {"name": seat.person.full_name}
    return done(request, reverse("organization", args=[seat.organization_id]), sentence)


@door
def stand_in(request: Asked, organization_id: int) -> HttpResponse:
    """The secretary asks a deputy to sign in his place; for a vacant seat the superior's secretary does."""
    found, powers = tree.known(organization_id, request.user, request.now)
    if not powers.appoints:
        raise NotYourDesk(verb=_("Appoint a stand-in"), desk=Role.SECRETARY.label)
    typed = {"since": local_day(request.now).isoformat()} | request.POST.dict()
    refusal = None
    if request.method == "POST":
        try:
            appoint_stand_in(
                organization_id=organization_id,
                actor=request.user,
                person_id=typed_id(typed.get("person", "")),
                since=day(typed["since"]),
                until=typed_day(typed.get("until", "")),
                basis=typed.get("basis", ""),
                now=request.now,
            )
            return done(request, reverse("organization", args=[organization_id]), _("The stand-in is appointed."))
        except RuleBroken as broken:
            refusal = broken
    context = {"organization": found, "typed": typed, "deputies": deputies_of(organization_id, request.now)}
    return room(request, "stand_in", context, refusal)


@door
def stand_in_end(request: Asked, stand_in_id: int) -> HttpResponse:
    standing = stand_in_of(stand_in_id, request.user, request.now)
    until = request.POST.get("until", local_day(request.now).isoformat())
    refusal = None
    if request.method == "POST":
        try:
            end_stand_in(stand_in_id=stand_in_id, actor=request.user, until=day(until), now=request.now)
            address = reverse("organization", args=[standing.organization_id])
            return done(request, address, _("The stand-in ends on that day."))
        except RuleBroken as broken:
            refusal = broken
    return room(request, "end_stand_in", {"stand_in": standing, "until": until}, refusal)


urlpatterns = [
    path("to-chuc/<int:organization_id>/giao-chuc-vu/", grant, name="seat_grant"),
    path("to-chuc/<int:organization_id>/ky-thay/", stand_in, name="stand_in"),
    path("chuc-vu/<int:seat_id>/ket-thuc/", end, name="seat_end"),
    path("chuc-vu/<int:seat_id>/xac-nhan/", confirm, name="seat_confirm"),
    path("ky-thay/<int:stand_in_id>/ket-thuc/", stand_in_end, name="stand_in_end"),
]

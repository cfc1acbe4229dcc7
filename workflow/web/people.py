"""Accounts in the administrator's hands: a new person, a name, the one-time code, signing after a new password."""

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workflow.actions.accounts import issue_code, release_signing, rename_person
from workflow.actions.people import register_person
from workflow.errors import NotVisible, NotYourDesk, RuleBroken
from workflow.queries import organizations as tree
from workflow.queries.accounts import account_card
from workflow.web.answers import done
from workflow.web.door import Asked, door
from workflow.web.register_room import room
from workflow.web.seats import seat_choices, seat_fields


@door
def new_person(request: Asked, organization_id: int) -> HttpResponse:
    found = tree.administered(organization_id, request.user, request.now)
    context = seat_choices(request, organization=found)
    typed, refusal = context["typed"], None
    if request.method == "POST":
        try:
            made = register_person(
                organization_id=organization_id,
                actor=request.user,
                **{name: typed.get(name, "") for name in ("username", "full_name", "phone", "email")},
                **seat_fields(typed),
                now=request.now,
            )
            return done(request, reverse("person", args=[made.pk]), _("The account is made. Now issue the code."))
        except (NotVisible, NotYourDesk):
            raise
        except RuleBroken as broken:
            refusal = broken
    return room(request, "new_person", context, refusal)


@door
def person(request: Asked, person_id: int) -> HttpResponse:
    card = account_card(person_id, request.user, request.now)
    return room(request, "person", {"card": card, "name": card.person.full_name})


@door
@require_POST
def code(request: Asked, person_id: int) -> HttpResponse:
    """The slip is the answer itself: the code is shown this once and kept nowhere."""
    account_card(person_id, request.user, request.now)
    word = issue_code(person_id=person_id, actor=request.user, now=request.now)
    card = account_card(person_id, request.user, request.now)
    return room(request, "slip", {"card": card, "word": word})


@door
@require_POST
def rename(request: Asked, person_id: int) -> HttpResponse:
    name = request.POST.get("full_name", "")
    try:
        rename_person(person_id=person_id, actor=request.user, full_name=name, now=request.now)
    except (NotVisible, NotYourDesk):
        raise
    except RuleBroken as refusal:
        card = account_card(person_id, request.user, request.now)
        return room(request, "person", {"card": card, "name": name}, refusal)
    return done(request, reverse("person", args=[person_id]), _("The name is kept."))


@door
@require_POST
def release(request: Asked, person_id: int) -> HttpResponse:
    try:
        released = release_signing(person_id=person_id, actor=request.user, now=request.now)
    except (NotVisible, NotYourDesk):
        raise
    except RuleBroken as refusal:
        card = account_card(person_id, request.user, request.now)
        return room(request, "person", {"card": card, "name": card.person.full_name}, refusal)
    sentence = _("%(name)s may sign again.") % {"name": released.full_name}
    return done(request, reverse("person", args=[person_id]), sentence)


urlpatterns = [
    path("to-chuc/<int:organization_id>/nguoi-moi/", new_person, name="person_new"),
    path("nguoi/<int:person_id>/", person, name="person"),
    path("nguoi/<int:person_id>/ma-mot-lan/", code, name="person_code"),
    path("nguoi/<int:person_id>/ho-ten/", rename, name="person_rename"),
    path("nguoi/<int:person_id>/cho-ky-lai/", release, name="person_release"),
]

"""Công văn đôn đốc: the letters that urge late units, and the notices that did not arrive."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from workflow import errors
from workflow.actions import accounts, notices, urging
from workflow.choices import Verb
from workflow.flows.calendars import calendar_of
from workflow.models import Campaign
from workflow.queries.letter_desk import LetterDesk, applies, letter_desk
from workflow.queries.notices import failures
from workflow.queries.urging import OfficeLetter, letters_of
from workflow.rules.calendar import last_day_of
from workflow.rules.urging import urged_by
from workflow.web.answers import done, page
from workflow.web.board_forms import due_given
from workflow.web.door import Asked, address_of, door
from workflow.web.typed import typed_day, typed_id, typed_number


@door
def letters(request: Asked, campaign_id: int) -> HttpResponse:
    found = letters_of(campaign_id, request.user, request.now)
    return _list(request, letter_desk(campaign_id, request.user, request.now), found)


def _list(
    request: Asked, desk: LetterDesk, found: list[OfficeLetter], refusal: errors.RuleBroken | None = None
) -> HttpResponse:
    campaign = desk.campaign
    open_letter = any(applies(Verb.DISCARD_URGING, one.letter) for one in found)
    context = _context(desk) | {
        "letters": found,
        "may_draft": Verb.DRAFT_URGING in desk.verbs and not open_letter,
        "may_resend": Verb.RESEND_NOTICES in desk.verbs,
        "failures": failures(campaign.pk, request.user, request.now) if desk.office else [],
        "day": request.POST.get("day") or last_day_of(_two_days(campaign, request.now)).isoformat(),
    }
    return page(request, "urging/page.html", context, refusal)


@door
def draft(request: Asked, campaign_id: int) -> HttpResponse:
    found = letters_of(campaign_id, request.user, request.now)
    desk = letter_desk(campaign_id, request.user, request.now)
    if request.method != "POST":
        return redirect("urging", campaign_id)
    try:
        due = due_given(request.POST, calendar_of(desk.campaign.issuer_id))
        letter = urging.draft_urging(campaign_id=campaign_id, actor=request.user, send_before=due, now=request.now)
    except errors.NotYourDesk:
        raise
    except errors.RuleBroken as refusal:
        return _list(request, desk, found, refusal)
    return done(request, _address(campaign_id, letter.pk), _("The urging letter was drafted. Please check it."))


@door
def resend(request: Asked, campaign_id: int) -> HttpResponse:
    if request.method != "POST":
        return redirect("urging", campaign_id)
    count = notices.resend_notices(campaign_id=campaign_id, actor=request.user, now=request.now)
    return done(
        request, reverse("urging", args=[campaign_id]), _("%(count)s notices will be sent again.") % {"count": count}
    )  # fmt: skip


@door
def letter(request: Asked, campaign_id: int, letter_id: int) -> HttpResponse:
    return _letter(request, campaign_id, letter_id)


def _letter(
    request: Asked,
    campaign_id: int,
    letter_id: int,
    typed: Mapping[str, Any] | None = None,
    refusal: errors.RuleBroken | None = None,
) -> HttpResponse:
    found = {one.letter.pk: one for one in letters_of(campaign_id, request.user, request.now)}.get(letter_id)
    if found is None:
        raise errors.NotVisible
    desk = letter_desk(campaign_id, request.user, request.now)
    shown = found.letter
    context = _context(desk) | {
        "letter": shown,
        "no_longer_late": {one["report"] for one in found.no_longer_late},
        "verbs": {verb.value: True for verb in desk.verbs if applies(verb, shown)},
        "typed": typed or {},
        "day": last_day_of(shown.send_before).isoformat(),
        "today": request.now.astimezone().date().isoformat(),
    }
    return page(request, "urging/letter.html", context, refusal)


@door
def act(request: Asked, campaign_id: int, letter_id: int, verb: Verb) -> HttpResponse:
    """A verb on the letter that was seen; a refusal shows the letter with everything that was typed."""
    if request.method != "POST":
        return redirect("urging_letter", campaign_id, letter_id)
    try:
        said = ACTS[verb](request, campaign_id, letter_id)
    except (errors.NotVisible, errors.NotYourDesk):
        raise
    except errors.RuleBroken as refusal:
        return _letter(request, campaign_id, letter_id, {verb.value: request.POST}, refusal)
    return done(request, _address(campaign_id, letter_id), said)


def _edit(request: Asked, campaign_id: int, letter_id: int) -> str:
    refresh = bool(request.POST.get("refresh"))
    issuer_id = Campaign.objects.values_list("issuer_id", flat=True).get(pk=campaign_id)
    urging.edit_urging(
        campaign_id=campaign_id,
        letter_id=letter_id,
        version=_version(request),
        actor=request.user,
        subject=request.POST.get("subject", ""),
        body=None if refresh else request.POST.get("body", ""),
        send_before=due_given(request.POST, calendar_of(issuer_id)),
        refresh=refresh,
        now=request.now,
    )
    return _("The urging letter was saved.")


def _sign(request: Asked, campaign_id: int, letter_id: int) -> str:
    confirmed = accounts.confirm_identity(
        actor=request.user,
        password=request.POST.get("password", ""),
        address=address_of(request),
        now=request.now,
    )
    urging.sign_urging(
        campaign_id=campaign_id,
        letter_id=letter_id,
        version=_version(request),
        actor=request.user,
        confirmed=confirmed,
        now=request.now,
    )
    return _("The urging letter was signed and waits for its number.")


def _issue(request: Asked, campaign_id: int, letter_id: int) -> str:
    issued = urging.issue_urging(
        campaign_id=campaign_id,
        letter_id=letter_id,
        actor=request.user,
        number=typed_number(request.POST.get("number", "")),
        dated=typed_day(request.POST.get("dated", "")),
        now=request.now,
    )
    return _("The urging letter went out with the number %(number)s.") % {"number": issued.document.printed_number}


def _discard(request: Asked, campaign_id: int, letter_id: int) -> str:
    urging.discard_urging(
        campaign_id=campaign_id, letter_id=letter_id, version=_version(request), actor=request.user, now=request.now
    )
    return _("The urging letter was discarded; a new one may be drafted.")


def _version(request: Asked) -> int:
    return typed_id(request.POST.get("version", ""))


def _two_days(campaign: Campaign, now: datetime) -> datetime:
    return urged_by(now, calendar_of(campaign.issuer_id))


def _context(desk: LetterDesk) -> dict[str, Any]:
    return {"section": "board", "campaign": desk.campaign, "tab": "urging", "office": desk.office}


def _address(campaign_id: int, letter_id: int) -> str:
    return reverse("urging_letter", args=[campaign_id, letter_id])


ADDRESSES: Mapping[str, Verb] = {
    "sua": Verb.EDIT_URGING,
    "ky": Verb.SIGN_URGING,
    "cap-so": Verb.ISSUE_URGING,
    "huy": Verb.DISCARD_URGING,
}
ACTS: Mapping[Verb, Callable[[Asked, int, int], str]] = {
    Verb.EDIT_URGING: _edit,
    Verb.SIGN_URGING: _sign,
    Verb.ISSUE_URGING: _issue,
    Verb.DISCARD_URGING: _discard,
}
urlpatterns = [
    path("dot/<int:campaign_id>/don-doc/", letters, name="urging"),
    path("dot/<int:campaign_id>/don-doc/du-thao/", draft, name="draft_urging"),
    path("dot/<int:campaign_id>/don-doc/gui-lai/", resend, name="resend_notices"),
    path("dot/<int:campaign_id>/don-doc/<int:letter_id>/", letter, name="urging_letter"),
    *(
        path(f"dot/<int:campaign_id>/don-doc/<int:letter_id>/{word}/", act, {"verb": verb}, name=verb.value)
        for word, verb in ADDRESSES.items()
    ),
]

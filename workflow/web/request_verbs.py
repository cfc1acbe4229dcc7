"""The verbs of a running request: each says what follows from it and is confirmed on a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from workflow.actions import campaigns, ladders
from workflow.choices import HolidayRule, ReportState, Role, Verb
from workflow.errors import NotYourDesk, RuleBroken
from workflow.flows.calendars import calendar_of
from workflow.models import Campaign, Report
from workflow.queries.requests import GONE_UP, Seen, office_request, progress_of
from workflow.queries.set_up import due_on, due_words, pick_units
from workflow.rules.calendar import exclusive_due, local_day
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.request_forms import NewDue, PauseForm, Reason, posted
from workflow.web.set_up import chosen_units, unreadable


@dataclass(frozen=True, slots=True)
class Decision:
    """A verb that asks no more than a reason; `follows` are the sentences that say what it does."""

    verb: Verb
    act: Callable[..., object]
    follows: tuple[str | Promise, ...]
    said: str | Promise
    reason: bool = False
    danger: bool = False


DECISIONS = {
    "chot-so-lieu": Decision(
        Verb.CUT_OFF,
        campaigns.cut_off,
        (
            gettext_lazy("The figures received so far are frozen for the consolidation."),
            gettext_lazy("Units may still send; their reports are marked as after the cut-off."),
            gettext_lazy("The officers and leaders of the office are told; the units are not."),
        ),
        gettext_lazy("The figures are cut off."),
    ),
    "mo-lai": Decision(
        Verb.REOPEN,
        campaigns.reopen,
        (
            gettext_lazy("The request runs again with its deadline; units may send as before."),
            gettext_lazy("A cut-off of the figures is lifted, and reminders go on."),
            gettext_lazy("All units are told at once."),
        ),
        gettext_lazy("The request runs again."),
        reason=True,
    ),
    "ket-thuc": Decision(
        Verb.CLOSE,
        campaigns.close,
        (
            gettext_lazy("Nothing moves any more: no unit can write, sign or send."),
            gettext_lazy("Reminders stop, and each unit's timeliness is written into the ledger."),
            gettext_lazy("All units are told. A leader may reopen the request with a reason."),
        ),
        gettext_lazy("The request is closed."),
        danger=True,
    ),
    "huy": Decision(
        Verb.CANCEL,
        campaigns.cancel,
        (
            gettext_lazy("The request is withdrawn for good; it cannot be reopened."),
            gettext_lazy("What units have written is kept, but nobody has to send it."),
            gettext_lazy("All units are told at once, and whoever gathers for their reports."),
        ),
        gettext_lazy("The request was cancelled."),
        reason=True,
        danger=True,
    ),
    "thanh-dot-rieng": Decision(
        Verb.TURN_INTO_OWN,
        campaigns.turn_into_own,
        (
            gettext_lazy("The request from above was cancelled; this one goes on as the committee's own."),
            gettext_lazy("The committee gets a report of its own to consolidate into; the units go on unchanged."),
        ),
        gettext_lazy("The request goes on as the committee's own."),
    ),
    "nhac-tiep": Decision(
        Verb.RESUME_LADDER,
        ladders.resume_ladder,
        (
            gettext_lazy("Every pause of this request ends now."),
            gettext_lazy("What fell into the pause is not sent afterwards; the next rung comes on its day."),
        ),
        gettext_lazy("The reminders go on."),
    ),
}


@door
def decide(request: Asked, campaign_id: int, slug: str) -> HttpResponse:
    decision = DECISIONS[slug]
    seen = office_request(campaign_id, request.user, request.now, decision.verb)
    campaign = seen.campaign
    form = Reason(posted(request))
    own_unsent = campaign.answers is not None and campaign.answers.state not in GONE_UP
    asks_reason = decision.reason or (decision.verb is Verb.CLOSE and own_unsent)
    context = {
        **_of(seen),
        "decision": decision,
        "form": form,
        "asks_reason": asks_reason,
        "own_unsent": own_unsent,
        "progress": progress_of(campaign, request.now) if decision.verb in {Verb.CLOSE, Verb.CUT_OFF} else None,
    }
    if request.method != "POST" or not form.is_valid():
        return page(request, "requests/decide.html", context)
    # A reason where none is asked is none.
    reason = {"reason": form.cleaned_data["reason"]} if decision.reason or decision.verb is Verb.CLOSE else {}
    try:
        decision.act(campaign_id=campaign_id, actor=request.user, now=request.now, **reason)
    except RuleBroken as refusal:
        return page(request, "requests/decide.html", context, refusal)
    return done(request, reverse("request", args=[campaign_id]), str(decision.said))


def _of(seen: Seen) -> dict[str, Any]:
    return {"section": "requests", "seen": seen, "campaign": seen.campaign}


@door
def add_units(request: Asked, campaign_id: int) -> HttpResponse:
    seen = office_request(campaign_id, request.user, request.now, Verb.ADD_UNITS)
    campaign = seen.campaign
    asked = Report.objects.filter(campaign=campaign).values_list("organization_id", flat=True)
    words, chosen = request.POST.get("words", ""), chosen_units(request)
    pick = pick_units(campaign.issuer_id, chosen, words, local_day(request.now), without=asked)
    context = {**_of(seen), "pick": pick, "asked_count": asked.count()}
    if request.method != "POST" or request.POST.get("go") == "search":
        return page(request, "requests/add_units.html", context)
    try:
        campaigns.add_units(campaign_id=campaign_id, actor=request.user, unit_ids=chosen, now=request.now)
    except RuleBroken as refusal:
        return page(request, "requests/add_units.html", context, refusal)
    sentence = ngettext(
        "%(count)s unit was added and is being told.", "%(count)s units were added and are being told.", len(chosen)
    )
    return done(request, reverse("request", args=[campaign_id]), sentence % {"count": len(chosen)})


@door
def amend_deadline(request: Asked, campaign_id: int) -> HttpResponse:
    seen = amending(request, campaign_id, Role.LEADER)
    campaign = seen.campaign
    now_due = due_words(campaign.due)
    form = NewDue(posted(request), initial={"last_day": now_due.last_day, "hour": now_due.hour})
    progress = progress_of(campaign, request.now)
    context = {**_of(seen), "form": form, "progress": progress, "preview": None}
    if request.method != "POST":
        return page(request, "requests/amend_deadline.html", context)
    if not form.is_valid() or form.cleaned_data["last_day"] is None:
        if form.is_valid():
            form.add_error("last_day", _("Please choose the new last day."))
        return unreadable(request, "requests/amend_deadline.html", context)
    due = due_on(campaign, form.cleaned_data["last_day"], form.cleaned_data["hour"])
    if request.POST.get("go") == "preview":
        return page(request, "requests/amend_deadline.html", context | {"preview": due})
    try:
        campaigns.amend(campaign_id=campaign_id, actor=request.user, due=due, now=request.now)
    except RuleBroken as refusal:
        return page(request, "requests/amend_deadline.html", context, refusal)
    return done(request, reverse("request", args=[campaign_id]), _("The deadline was moved. The units are being told."))


def amending(request: Asked, campaign_id: int, role: Role) -> Seen:
    """The deadline is the leader's, the outline the officer's (design.md section 5b)."""
    seen = office_request(campaign_id, request.user, request.now, Verb.AMEND)
    if not seen.holds(role):
        raise NotYourDesk(verb=Verb.AMEND.label, desk=role.label)
    return seen


@door
def pause(request: Asked, campaign_id: int) -> HttpResponse:
    seen = office_request(campaign_id, request.user, request.now, Verb.PAUSE_LADDER)
    form = PauseForm(posted(request))
    chosen = chosen_units(request)
    units = Report.objects.filter(campaign=seen.campaign, sent_at__isnull=True).exclude(state=ReportState.EXEMPT)
    context = {
        **_of(seen),
        "form": form,
        "chosen": chosen,
        "some": request.POST.get("everybody") == "some",
        "units": [one.organization for one in units.select_related("organization").order_by("organization__name_sort")],
    }
    if request.method != "POST":
        return page(request, "requests/pause.html", context)
    if not form.is_valid():
        return unreadable(request, "requests/pause.html", context)
    some = form.cleaned_data["everybody"] == "some"
    if some and not chosen:
        form.add_error("everybody", _("Choose at least one unit."))
        return unreadable(request, "requests/pause.html", context)
    try:
        ladders.pause_ladder(
            campaign_id=campaign_id,
            actor=request.user,
            unit_ids=chosen if some else [],
            until=_end_of(seen.campaign, form.cleaned_data["until"]),
            reason=form.cleaned_data["reason"],
            now=request.now,
        )
    except RuleBroken as refusal:
        return page(request, "requests/pause.html", context, refusal)
    return done(
        request, reverse("request", args=[campaign_id]), _("The reminders are paused. Deadlines stay as they are.")
    )


def _end_of(campaign: Campaign, day: Any) -> datetime | None:
    return None if day is None else exclusive_due(day, HolidayRule.KEEP, calendar_of(campaign.issuer_id), None)


urlpatterns = [
    path("dot/<int:campaign_id>/them-don-vi/", add_units, name="request_units"),
    path("dot/<int:campaign_id>/sua-thoi-han/", amend_deadline, name="request_deadline"),
    path("dot/<int:campaign_id>/tam-dung-nhac/", pause, name="request_pause"),
    *(
        path(f"dot/<int:campaign_id>/{slug}/", decide, {"slug": slug}, name=f"request_{DECISIONS[slug].verb.value}")
        for slug in DECISIONS
    ),
]

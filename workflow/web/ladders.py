"""The ladder of reminders: rungs with their real dates, before and after a request is opened."""

from typing import Any

from django import forms
from django.forms import formset_factory
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.actions import ladders, preparing
from workflow.choices import CampaignState, ReportState, Role, Verb
from workflow.errors import RuleBroken
from workflow.flows.calendars import calendar_of
from workflow.queries.ladder import ladder_dates, ladder_of
from workflow.queries.requests import Seen, office_request, seen_request
from workflow.queries.set_up import Step
from workflow.rules.ladder import HOUSE_LADDER, LONGEST_OFFSET, RungSpec
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.request_forms import Typed, hour_field
from workflow.web.set_up import unreadable
from workflow.web.typed import typed_id

AUDIENCE = (Role.DRAFTER, Role.DEPUTY, Role.SECRETARY, Role.CLERK, Role.OFFICER, Role.LEADER)
BEFORE, AFTER = "before", "after"
TEMPLATE = "requests/ladder.html"


class RungForm(Typed):
    """One rung: so many working days before or after the deadline, or at the signer's desk."""

    days = forms.IntegerField(label=gettext_lazy("Working days"), min_value=0, max_value=LONGEST_OFFSET)
    when = forms.ChoiceField(
        label=gettext_lazy("Counted"),
        choices=[
            (BEFORE, gettext_lazy("before the deadline")),
            (AFTER, gettext_lazy("after the deadline")),
            (ReportState.SIGNING.value, gettext_lazy("waiting for signature")),
        ],
    )
    hour = hour_field(gettext_lazy("Hour"))
    audience = forms.MultipleChoiceField(
        label=gettext_lazy("Who is reminded"),
        choices=[(role.value, role.label) for role in AUDIENCE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    letter = forms.BooleanField(label=gettext_lazy("Draft the urging letter"), required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if self.has_changed() and typed.get("hour") is None and "hour" not in self.errors:
            self.add_error("hour", _("Please give the hour."))
        return typed

    def rung(self) -> RungSpec:
        typed = self.cleaned_data
        desk = typed["when"] if typed["when"] == ReportState.SIGNING else ""
        offset = -typed["days"] if typed["when"] == BEFORE else typed["days"]
        return RungSpec(offset, typed["hour"], tuple(map(Role, typed["audience"])), desk, typed["letter"])


RungForms = formset_factory(RungForm, extra=0, can_delete=True, max_num=60)


def typed_rung(rung: RungSpec) -> dict[str, Any]:
    when = rung.desk or (AFTER if rung.offset_working_days > 0 else BEFORE)
    return {
        "days": abs(rung.offset_working_days),
        "when": when,
        "hour": rung.hour,
        "audience": [role.value for role in rung.audience],
        "letter": rung.letter,
    }


@door
def ladder(request: Asked, campaign_id: int) -> HttpResponse:
    seen = _asked(request, campaign_id)
    campaign = seen.campaign
    kept = ladder_of(campaign.pk) or list(HOUSE_LADDER)
    asked = request.POST.get("go", "")
    if asked == "house":
        return _answer(request, seen, _forms([typed_rung(rung) for rung in HOUSE_LADDER]), kept)
    if request.method != "POST":
        return _answer(request, seen, _forms([typed_rung(rung) for rung in kept]), kept)
    given = request.POST.copy()
    if asked == "more":
        given["form-TOTAL_FORMS"] = str(typed_id(given.get("form-TOTAL_FORMS", "0")) + 1)
    rungs = RungForms(given)
    if asked == "more":
        return _answer(request, seen, rungs, kept)
    if not rungs.is_valid():
        return unreadable(request, TEMPLATE, _context(request, seen, rungs, kept))
    wanted = [one.rung() for one in rungs.forms if one.cleaned_data and not one.cleaned_data.get("DELETE")]
    try:
        _write(request, seen, wanted)
    except RuleBroken as refusal:
        return page(request, TEMPLATE, _context(request, seen, rungs, kept), refusal)
    draft = campaign.state == CampaignState.DRAFT
    address = reverse("setup_deadline" if draft else "request", args=[campaign_id])
    return done(request, address, _("The ladder of reminders was saved."))


def _asked(request: Asked, campaign_id: int) -> Seen:
    """A prepared request is edited, a running one gets another ladder: the officer's desk both times."""
    seen = seen_request(campaign_id, request.user, request.now)
    draft = seen.campaign.state == CampaignState.DRAFT
    return office_request(campaign_id, request.user, request.now, Verb.EDIT if draft else Verb.CHANGE_LADDER)


def _write(request: Asked, seen: Seen, wanted: list[RungSpec]) -> None:
    if seen.campaign.state == CampaignState.DRAFT:
        preparing.edit_campaign(
            campaign_id=seen.campaign.pk, actor=request.user, fields={}, ladder=wanted, now=request.now
        )
    else:
        ladders.change_ladder(campaign_id=seen.campaign.pk, actor=request.user, ladder=wanted, now=request.now)


def _forms(initial: list[dict[str, Any]]) -> Any:
    return RungForms(initial=initial)


def _answer(request: Asked, seen: Seen, rungs: Any, kept: list[RungSpec]) -> HttpResponse:
    return page(request, TEMPLATE, _context(request, seen, rungs, kept))


def _context(request: Asked, seen: Seen, rungs: Any, kept: list[RungSpec]) -> dict[str, Any]:
    campaign = seen.campaign
    dates = (
        ladder_dates(kept, campaign.due, request.now, calendar_of(campaign.issuer_id))
        if campaign.due is not None
        else []
    )
    return {
        "section": "requests",
        "seen": seen,
        "campaign": campaign,
        "forms": rungs,
        "rows": list(zip(rungs.forms, [*dates, *[None] * len(rungs.forms)], strict=False)),
        "step": Step.DEADLINE,
    }


urlpatterns = [path("dot/<int:campaign_id>/nhac-viec/", ladder, name="ladder")]

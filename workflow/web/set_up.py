"""A request is prepared step by step; each step is saved by itself, and nothing goes out before the last."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.actions import attachments, campaigns, preparing
from workflow.choices import CampaignState, Verb
from workflow.errors import RuleBroken
from workflow.flows.calendars import calendar_of
from workflow.models import Campaign
from workflow.queries import outline as outlines_read
from workflow.queries.calendar import read_deadline
from workflow.queries.ladder import ladder_dates, ladder_of
from workflow.queries.requests import Seen, files_of, office_request, seen_request, verbs_of_request
from workflow.queries.set_up import (
    Step,
    calendar_gap,
    direct_units,
    kinds_below,
    lacks_of,
    pick_units,
    reach_of,
    reading_of,
    upper_reports,
)
from workflow.rules.calendar import local_day
from workflow.rules.deadline import Reading
from workflow.rules.ladder import HOUSE_LADDER
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.request_forms import Audience, Deadline, Letter, Process, posted
from workflow.web.typed import NO_ID, typed_id, typed_key

WORDS = {
    Step.LETTER: gettext_lazy("Basis and letter"),
    Step.OUTLINE: gettext_lazy("Outline and indicators"),
    Step.AUDIENCE: gettext_lazy("Units addressed"),
    Step.DEADLINE: gettext_lazy("Deadline and reminders"),
    Step.PROCESS: gettext_lazy("Process"),
    Step.REVIEW: gettext_lazy("Look through and open"),
}
UNREADABLE = 422


def unreadable(request: Asked, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page again, with what was typed and what is wrong with it beside each field."""
    answer = page(request, template, {**context, "wrong": True})
    answer.status_code = UNREADABLE
    return answer


def prepared(request: Asked, campaign_id: int) -> Seen:
    return office_request(campaign_id, request.user, request.now, Verb.EDIT)


def around(request: Asked, seen: Seen, step: Step) -> dict[str, Any]:
    """The steps and the summary that stand beside each of them."""
    campaign = seen.campaign
    units = campaigns.addressed(campaign, local_day(request.now))
    lacks = lacks_of(seen, units, request.now)
    lacking = {lack.step for lack in lacks}
    return {
        "section": "requests",
        "seen": seen,
        "campaign": campaign,
        "step": step,
        "steps": [(one, WORDS[one], one in lacking, reverse(f"setup_{one}", args=[campaign.pk])) for one in Step],
        "lacks": [(WORDS[lack.step], reverse(f"setup_{lack.step}", args=[campaign.pk]), lack) for lack in lacks],
        "units": units,
        "sections": 0 if campaign.outline is None else campaign.outline.sections.count(),
        "indicators": 0 if campaign.outline is None else campaign.outline.indicators.count(),
    }


def onwards(request: Asked, campaign: Campaign, step: Step) -> HttpResponse:
    """After a step was saved: to the one that was asked for, the next, or back here."""
    wanted = request.POST.get("go", "stay")
    steps = list(Step)
    goal = Step(wanted) if wanted in set(steps) else step
    if wanted == "on":
        goal = steps[steps.index(step) + 1]
    return done(request, reverse(f"setup_{goal}", args=[campaign.pk]), _("Saved."))


def left(request: Asked, seen: Seen) -> HttpResponse | None:
    """An opened request is not prepared any more; who only looks is led to it."""
    if request.method == "POST" or seen.campaign.state == CampaignState.DRAFT:
        return None
    return done(request, reverse("request", args=[seen.campaign.pk]))


@door
def letter(request: Asked, campaign_id: int) -> HttpResponse:
    seen = prepared(request, campaign_id)
    form = Letter(posted(request), request.FILES or None, initial=Letter.of(seen.campaign))
    uppers = [(one.pk, str(one.campaign)) for one in upper_reports(seen.campaign)]
    form.fields["answers"].choices = [("", _("No: the committee's own request")), *uppers]  # type: ignore[attr-defined]

    def save() -> None:
        preparing.edit_campaign(campaign_id=campaign_id, actor=request.user, now=request.now, **form.asked())
        if (gone := typed_key(request.POST.get("remove", ""))) is not None:
            attachments.remove_from_request(campaign_id=campaign_id, actor=request.user, key=gone, now=request.now)
        if (file := form.cleaned_data["file"]) is not None:
            attachments.attach_to_request(
                campaign_id=campaign_id,
                actor=request.user,
                title=form.cleaned_data["file_title"] or file.name,
                name=file.name,
                content=file.read(),
                declared=form.cleaned_data["declared"],
                now=request.now,
            )

    kept = {"attachments": files_of(seen.campaign), "uppers": bool(uppers)}
    return _step(request, seen, Step.LETTER, form, save, kept)


def _step(
    request: Asked, seen: Seen, step: Step, form: Any, save: Callable[[], None], more: dict[str, Any]
) -> HttpResponse:
    template = f"requests/set_up/{step}.html"
    if (elsewhere := left(request, seen)) is not None:
        return elsewhere
    context = {**around(request, seen, step), "form": form, **more}
    if request.method != "POST":
        return page(request, template, context)
    if not form.is_valid():
        return unreadable(request, template, context)
    try:
        save()
    except RuleBroken as refusal:
        return page(request, template, context, refusal)
    return onwards(request, seen.campaign, step)


@door
def audience(request: Asked, campaign_id: int) -> HttpResponse:
    seen = prepared(request, campaign_id)
    campaign = seen.campaign
    typed = request.method == "POST"
    initial = {"audience": campaign.audience, "audience_kinds": campaign.audience_kinds}
    form = Audience(posted(request), initial=initial)
    chosen = chosen_units(request) if typed else list(campaign.audience_units.values_list("pk", flat=True))
    kinds = request.POST.getlist("audience_kinds") if typed else campaign.audience_kinds
    today = local_day(request.now)
    more = {
        "rule": request.POST.get("audience", campaign.audience),
        "kinds": kinds_below(campaign.issuer_id, kinds, today),
        "pick": pick_units(campaign.issuer_id, chosen, request.POST.get("words", ""), today),
        "children": direct_units(campaign.issuer_id, today),
    }
    if request.POST.get("go") == "search":
        context = {**around(request, seen, Step.AUDIENCE), "form": form, **more}
        return page(request, "requests/set_up/audience.html", context)

    def save() -> None:
        preparing.edit_campaign(
            campaign_id=campaign_id,
            actor=request.user,
            fields={name: form.cleaned_data[name] for name in ("audience", "audience_kinds")},
            audience_units=chosen,
            now=request.now,
        )

    return _step(request, seen, Step.AUDIENCE, form, save, more)


def chosen_units(request: Asked) -> list[int]:
    return sorted({typed_id(one) for one in request.POST.getlist("unit")} - {NO_ID})


@door
def deadline(request: Asked, campaign_id: int) -> HttpResponse:
    seen = prepared(request, campaign_id)
    campaign = seen.campaign
    reading = reading_of(campaign)
    form = Deadline(posted(request), initial=Deadline.of(campaign, reading))

    def save() -> None:
        typed = form.cleaned_data
        last_day, hour = typed["last_day"], typed["hour"]
        if request.POST.get("go") == "read" or last_day is None:
            written_on = campaign.date or local_day(request.now)
            read = read_deadline(typed["deadline_text"], campaign.issuer_id, typed["holiday_rule"], written_on)
            last_day, hour = (read.stated.last_day, read.stated.hour) if read else (last_day, hour)
        preparing.edit_campaign(
            campaign_id=campaign_id,
            actor=request.user,
            fields={name: typed[name] for name in ("deadline_text", "holiday_rule", "data_cut_off")},
            last_day=last_day,
            hour=hour,
            consolidation_day=typed["consolidation_day"],
            now=request.now,
        )

    return _step(request, seen, Step.DEADLINE, form, save, _deadline_preview(request, campaign, reading))


def _deadline_preview(request: Asked, campaign: Campaign, reading: Reading | None) -> dict[str, Any]:
    ladder = ladder_of(campaign.pk)
    due = campaign.due
    dates = ladder_dates(ladder or HOUSE_LADDER, due, request.now, calendar_of(campaign.issuer_id)) if due else []
    return {
        "reading": reading,
        "rungs": dates,
        "house_ladder": not ladder,
        "gap": calendar_gap(campaign),
        "passed": due is not None and due <= request.now,
    }


@door
def process(request: Asked, campaign_id: int) -> HttpResponse:
    seen = prepared(request, campaign_id)
    form = Process(posted(request), initial=Process.of(seen.campaign))

    def save() -> None:
        preparing.edit_campaign(campaign_id=campaign_id, actor=request.user, fields=form.cleaned_data, now=request.now)

    mode = request.POST.get("review_mode", seen.campaign.review_mode)
    return _step(request, seen, Step.PROCESS, form, save, {"mode": mode})


@door
def review(request: Asked, campaign_id: int) -> HttpResponse:
    seen = seen_request(campaign_id, request.user, request.now)
    if (elsewhere := left(request, seen)) is not None:
        return elsewhere
    refusal = None
    if request.method == "POST":
        try:
            campaigns.open_campaign(campaign_id=campaign_id, actor=request.user, now=request.now)
            return done(
                request, reverse("request", args=[campaign_id]), _("The request is open. The units are being told.")
            )
        except RuleBroken as broken:
            refusal = broken
    campaign = seen.campaign
    context = around(request, seen, Step.REVIEW)
    context |= {
        "reach": reach_of(campaign, context["units"], request.user.pk, request.now),
        "verbs": verbs_of_request(seen, request.now),
        "attachments": files_of(campaign),
        "lines": outlines_read.lines_of(campaign.outline),
        "checks": outlines_read.checks_of(campaign.outline),
        **_deadline_preview(request, campaign, reading_of(campaign)),
    }
    return page(request, "requests/set_up/review.html", context, refusal)


urlpatterns = [
    path("dot/<int:campaign_id>/chuan-bi/van-ban/", letter, name="setup_letter"),
    path("dot/<int:campaign_id>/chuan-bi/doi-tuong/", audience, name="setup_audience"),
    path("dot/<int:campaign_id>/chuan-bi/thoi-han/", deadline, name="setup_deadline"),
    path("dot/<int:campaign_id>/chuan-bi/quy-trinh/", process, name="setup_process"),
    path("dot/<int:campaign_id>/chuan-bi/xem-lai/", review, name="setup_review"),
]

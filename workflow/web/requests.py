"""Đợt báo cáo: the list, and one request as its office or a unit sees it."""

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from workflow.actions import drafting, preparing
from workflow.choices import RUNNING, CampaignState, Role, Verb
from workflow.errors import NotVisible, RuleBroken
from workflow.flows.calendars import calendar_of
from workflow.queries import outline as outlines_read
from workflow.queries.ladder import ladder_dates, ladder_of
from workflow.queries.request_list import Wish, request_list
from workflow.queries.requests import (
    Seen,
    contacts_of,
    files_of,
    progress_of,
    seen_request,
    verbs_of_request,
)
from workflow.queries.set_up import reading_of
from workflow.rules.access import DESKS, ISSUER_SEATS
from workflow.rules.timeliness import standing
from workflow.web import additions, ladders, outlines, request_verbs, set_up
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.frame import chosen_place, places_at
from workflow.web.request_forms import NewRequest, posted


@door
def requests(request: Asked) -> HttpResponse:
    places = places_at(request)
    place = chosen_place(request, places)
    kept = {name: request.GET[name][:200] for name in ("q", "xep", "tt") if request.GET.get(name)}
    wish = Wish(kept.get("q", ""), kept.get("tt", ""), kept.get("xep", ""), request.GET.get("trang", "1"))
    listing = request_list([place] if place else places, request.now, wish)
    number = listing.page.number
    context = {
        "listing": listing,
        "wish": wish,
        "everything": urlencode({name: value for name, value in kept.items() if name != "tt"}),
        "chips": [
            (CampaignState(state), count, urlencode(kept | {"tt": state}))
            for state, count in listing.states.items()
            if count or state == wish.state
        ],
        "before": urlencode(kept | {"trang": number - 1}),
        "after": urlencode(kept | {"trang": number + 1}),
        "prepares": any(Role.OFFICER in place.roles for place in places),
        "office": any(ISSUER_SEATS & set(place.roles) for place in places),
    }
    return page(request, "requests/page.html", context)


@door
def new_request(request: Asked) -> HttpResponse:
    places = places_at(request)
    offices = [place.organization for place in places if DESKS[Verb.EDIT].roles & set(place.roles)]
    if not offices:
        raise NotVisible
    form = NewRequest(posted(request), initial={"issuer": offices[0].pk})
    form.fields["issuer"].choices = [(one.pk, one.name) for one in offices]  # type: ignore[attr-defined]
    context = {"form": form, "offices": offices, "section": "requests"}
    if request.method != "POST":
        return page(request, "requests/new.html", context)
    if not form.is_valid():
        return set_up.unreadable(request, "requests/new.html", context)
    try:
        campaign = preparing.prepare_campaign(
            issuer_id=form.cleaned_data["issuer"],
            actor=request.user,
            subject=form.cleaned_data["subject"],
            now=request.now,
        )
    except RuleBroken as refusal:
        return page(request, "requests/new.html", context, refusal)
    return done(
        request, reverse("setup_letter", args=[campaign.pk]), _("The request is being prepared. Nobody is told yet.")
    )


@door
def one_request(request: Asked, campaign_id: int) -> HttpResponse:
    seen = seen_request(campaign_id, request.user, request.now)
    if seen.campaign.pk != campaign_id:
        return HttpResponseRedirect(reverse("request", args=[seen.campaign.pk]))
    if seen.campaign.state == CampaignState.DRAFT:
        return redirect("setup_review", campaign_id)
    if not seen.office:
        return _to_unit(request, seen)
    campaign = seen.campaign
    calendar = calendar_of(campaign.issuer_id)
    progress = progress_of(campaign, request.now)
    context = {
        **told(request, seen),
        "progress": progress,
        "verbs": verbs_of_request(seen, request.now),
        "leader": seen.holds(Role.LEADER),
        "officer": seen.holds(Role.OFFICER),
        "rungs": ladder_dates(ladder_of(campaign.pk), campaign.due, request.now, calendar) if campaign.due else [],
        "pauses": campaign.pauses.filter(since__lte=request.now).order_by("-since").prefetch_related("units")[:3],
        "lines": outlines_read.lines_of(campaign.outline),
        "checks": outlines_read.checks_of(campaign.outline),
        "remarks": campaign.remarks.select_related("person").order_by("-at"),
        "standing": standing(campaign.due, None, request.now, calendar)
        if campaign.due and campaign.state in RUNNING
        else None,
    }
    return page(request, "requests/office.html", context)


def _to_unit(request: Asked, seen: Seen) -> HttpResponse:
    """The request as it was sent; that a unit has read it is noted once."""
    campaign = seen.campaign
    chosen = next((one for one in seen.reports if str(one.pk) == request.GET.get("bc")), None)
    report = chosen or (seen.reports[0] if seen.reports else None)
    if report is not None and report.opened_at is None and campaign.state in RUNNING:
        drafting.open_request(report_id=report.pk, actor=request.user, now=request.now)
    if report is not None:
        report.campaign = campaign
        report.issuer = campaign.issuer
    lines = outlines_read.lines_of(campaign.outline) if report is None else outlines_read.lines_asked_of(report)
    calendar = calendar_of(campaign.issuer_id)
    context = {
        **told(request, seen),
        "report": report,
        "lines": lines,
        "contacts": contacts_of(campaign.issuer_id, request.now),
        "standing": standing(report.due, report.sent_at, request.now, calendar)
        if report and campaign.state in RUNNING
        else None,
    }
    return page(request, "requests/unit.html", context)


def told(request: Asked, seen: Seen) -> dict[str, object]:
    """What every page about one request shows."""
    campaign = seen.campaign
    return {
        "section": "requests",
        "seen": seen,
        "campaign": campaign,
        "attachments": files_of(campaign),
        "reading": reading_of(campaign),
    }


urlpatterns = [
    path("dot/", requests, name="requests"),
    path("dot/moi/", new_request, name="new_request"),
    path("dot/<int:campaign_id>/", one_request, name="request"),
    *set_up.urlpatterns,
    *outlines.urlpatterns,
    *additions.urlpatterns,
    *ladders.urlpatterns,
    *request_verbs.urlpatterns,
]

"""The office's requests that run: open, amend, cut off, close (preparing.py: before)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from workflow import errors
from workflow.actions.ladders import write_ladder
from workflow.actions.opening import opened_campaign
from workflow.actions.outlines import OutlineDraft, extend_outline
from workflow.actions.record import Happened, record, record_all, record_many, record_on
from workflow.actions.timeliness import write_timeliness
from workflow.choices import RUNNING, AudienceRule, CampaignState, ReportState, Stream, Verb
from workflow.flows.campaign import CampaignFlow, move_house, open_house
from workflow.flows.report import move_all, set_up_all
from workflow.models import (
    Campaign,
    CampaignRemark,
    Organization,
    Person,
    Report,
)
from workflow.models.tree import ALL_LEVELS, below, overlaps, those_below
from workflow.rules.calendar import local_day
from workflow.rules.ladder import HOUSE_LADDER
from workflow.rules.vietnamese import normalize


def _locked(campaign_id: int) -> Campaign | None:
    """Lock the campaign before its units are read, and before it the one whose report it answers."""
    list(Campaign.objects.select_for_update(no_key=True, of=("self",)).filter(reports__answered_by=campaign_id))
    return Campaign.objects.select_for_update(no_key=True).filter(pk=campaign_id).first()


def addressed(campaign: Campaign, day: date) -> list[int]:
    """Ids of the units the audience names on a day: direct children, kinds below the issuer, or a list below it."""
    levels = 1 if campaign.audience == AudienceRule.ALL else ALL_LEVELS
    units = Organization.objects.filter(pk__in=those_below(campaign.issuer_id, day, levels))
    if campaign.audience == AudienceRule.KINDS:
        units = units.filter(kind__in=campaign.audience_kinds)
    elif campaign.audience == AudienceRule.LIST:
        units = units.filter(pk__in=campaign.audience_units.values("pk"))
    return sorted(units.values_list("pk", flat=True))


def open_campaign(*, campaign_id: int, actor: Person, now: datetime) -> Campaign:
    """Send the request out: freeze the outline, give every unit its report, and the committee its own."""
    with transaction.atomic():
        prepared = _locked(campaign_id)
        units = addressed(prepared, local_day(now)) if prepared else []
        # Siblings are never each other's superior, so the direct children need no look.
        overlapping = [] if prepared is None or prepared.audience == AudienceRule.ALL else overlaps(units)
        with opened_campaign(campaign_id, actor, Verb.OPEN, now, units=units, overlaps=overlapping) as (
            campaign,
            flow,
        ):
            flow.open()
            campaign.opened_at = now
            outline = campaign.outline
            if outline is not None and outline.frozen_at is None:
                outline.frozen_at = now
                outline.save(update_fields=["frozen_at"])
            if not campaign.rungs.filter(retired=False).exists():
                write_ladder(campaign, HOUSE_LADDER, now)
            if campaign.answers_id is None:
                campaign.answers = _house_report(flow)
            _set_up(flow, campaign, units)
            record(flow, units=len(units), answers=campaign.answers_id)
    return campaign


def _house_report(flow: CampaignFlow) -> Report:
    house = open_house(flow.campaign, flow.now)
    record_on(
        Stream.CAMPAIGN, house.pk, Verb.OPEN, flow.actor, flow.now, house_of=flow.campaign.pk,
        state_to=CampaignState.OPEN,
    )  # fmt: skip
    write_ladder(house, HOUSE_LADDER, flow.now)
    _set_up(flow, house, [house.issuer_id])
    return Report.objects.get(campaign=house)


def _set_up(flow: CampaignFlow, campaign: Campaign, units: Sequence[int]) -> None:
    assert campaign.due is not None, "an open campaign has a due (database constraint)"  # noqa: S101
    made = set_up_all(campaign, units, campaign.due, flow.now)
    record_many(Verb.SET_UP, made, ReportState.DRAFT, flow.actor, flow.now, seat_id=flow.holding.seat_id)


def add_units(*, campaign_id: int, actor: Person, unit_ids: Sequence[int], now: datetime) -> Campaign:
    """Ask further units below the issuer, with the campaign's due."""
    wanted = sorted(set(unit_ids))
    with transaction.atomic():
        _locked(campaign_id)
        asked_already = Report.objects.filter(campaign=campaign_id).values_list("organization_id", flat=True)
        clashes = overlaps([*wanted, *asked_already])
        with opened_campaign(campaign_id, actor, Verb.ADD_UNITS, now, units=wanted, overlaps=clashes) as (
            campaign,
            flow,
        ):
            flow.add_units()
            if not set(wanted) <= below(campaign.issuer_id, local_day(now)):
                raise errors.UnitsUnknown
            _set_up(flow, campaign, wanted)
            record(flow, units=len(wanted))
    return campaign


def amend(
    *,
    campaign_id: int,
    actor: Person,
    additions: OutlineDraft | None = None,
    due: datetime | None = None,
    now: datetime,
) -> Campaign:
    """Add to the outline (officer), or move the deadline (leader).

    Unsent reports follow; sent ones keep what they answered.
    Campaigns that answer one of the reports are told, as a proposal for their own outline.
    """
    with opened_campaign(campaign_id, actor, Verb.AMEND, now, due=due, additions=additions) as (campaign, flow):
        flow.amend()
        # The exempt follow too: they may be reinstated.
        unsent = Report.objects.filter(campaign=campaign, sent_at__isnull=True)
        facts: dict[str, Any] = {}
        if additions is not None:
            version = extend_outline(campaign, additions).version
            house = _house_of(campaign)
            if house is not None:
                # The committee's own report answers the same outline.
                Report.objects.filter(campaign=house, sent_at__isnull=True).update(outline_version=version)
            unsent.update(outline_version=version)
            facts["version"] = version
        if due is not None:
            # Whoever was granted a later day keeps it; the others stand at the request's due so far.
            unsent.filter(due__lt=due).update(due=due, due_set_at=now)
            unsent.filter(due__gt=due, due=campaign.due or due).update(due=due, due_set_at=now)
            campaign.due = due
            facts["due"] = int(due.timestamp())
        record(flow, **facts)
        _tell_children(flow, Verb.UPPER_AMENDED, upper=campaign.pk, **facts)
    return campaign


def cut_off(*, campaign_id: int, actor: Person, now: datetime) -> Campaign:
    """Cut off the figures; what is sent later is marked as after the cut-off."""
    with opened_campaign(campaign_id, actor, Verb.CUT_OFF, now) as (campaign, flow):
        flow.cut_off()
        campaign.cut_off_at = now
        received = Report.objects.filter(campaign=campaign, received_revision__isnull=False).count()
        record(flow, received=received)
    return campaign


def reopen(*, campaign_id: int, actor: Person, reason: str, now: datetime) -> Campaign:
    """Let a request run again."""
    with opened_campaign(campaign_id, actor, Verb.REOPEN, now, reason=reason) as (campaign, flow):
        _follow(campaign, Verb.REOPEN, actor, now)
        flow.reopen()
        campaign.cut_off_at = campaign.ended_at = None
        _keep_reason(flow, reason)
        record(flow)
    return campaign


def close(*, campaign_id: int, actor: Person, reason: str = "", now: datetime) -> Campaign:
    """End the request: nothing moves any more, and every unit's timeliness is written down."""
    with opened_campaign(campaign_id, actor, Verb.CLOSE, now, reason=reason) as (campaign, flow):
        flow.close()
        campaign.ended_at = now
        _keep_reason(flow, reason)
        unsent = Report.objects.filter(campaign=campaign, sent_at__isnull=True).exclude(state=ReportState.EXEMPT)
        write_timeliness(campaign, now)
        record(flow, unsent=unsent.count())
        _follow(campaign, Verb.CLOSE, actor, now)
    return campaign


def cancel(*, campaign_id: int, actor: Person, reason: str, now: datetime) -> Campaign:
    """Withdraw the request; campaigns that gather for one of its reports are told."""
    with opened_campaign(campaign_id, actor, Verb.CANCEL, now, reason=reason) as (campaign, flow):
        flow.cancel()
        campaign.ended_at = now
        _keep_reason(flow, reason)
        record(flow)
        _follow(campaign, Verb.CANCEL, actor, now)
        _tell_children(flow, Verb.UPPER_CANCELLED, upper=campaign.pk)
    return campaign


def turn_into_own(*, campaign_id: int, actor: Person, now: datetime) -> Campaign:
    """Let a request whose upper request was cancelled go on as the issuer's own, with a house report."""
    with opened_campaign(campaign_id, actor, Verb.TURN_INTO_OWN, now) as (campaign, flow):
        flow.turn_into_own()
        campaign.answers = _house_report(flow)
        record(flow, answers=campaign.answers.pk)
        # What the report to the cancelled request had taken in is free for the house report.
        released = move_all(Report.objects.filter(campaign=campaign), Verb.RELEASE)
        record_many(Verb.RELEASE, released, ReportState.RECEIVED, actor, now, seat_id=flow.holding.seat_id)
    return campaign


def _tell_children(flow: CampaignFlow, verb: Verb, **facts: Any) -> None:
    """Tell the running campaigns that gather for this one's reports what happened above; locked in id order."""
    children = Campaign.objects.filter(answers__campaign=flow.campaign, state__in=RUNNING, house=False)
    locked = children.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True)
    record_all([Happened(Stream.CAMPAIGN, child, verb, facts) for child in locked], flow.actor, flow.now)


def _house_of(campaign: Campaign) -> Campaign | None:
    return campaign.answers.campaign if campaign.answers is not None and campaign.answers.campaign.house else None


def _follow(campaign: Campaign, verb: Verb, actor: Person, now: datetime) -> None:
    """Let the house campaign of an own request end and run again with it."""
    house = _house_of(campaign)
    if house is not None and move_house(house, verb, now):
        record_on(Stream.CAMPAIGN, house.pk, verb, actor, now, state_to=house.state, house_of=campaign.pk)


def _keep_reason(flow: CampaignFlow, reason: str) -> None:
    if reason.strip():
        CampaignRemark.objects.create(
            campaign=flow.campaign, verb=flow.verb, text=normalize(reason), person=flow.actor, at=flow.now
        )

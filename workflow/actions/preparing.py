"""A request before it is sent out: begin and change it (campaigns.py: afterwards)."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from workflow import errors
from workflow.actions.ladders import write_ladder
from workflow.actions.lines import line
from workflow.actions.opening import opened_campaign
from workflow.actions.outlines import OutlineDraft, write_outline
from workflow.actions.record import record
from workflow.choices import CampaignState, HolidayRule, Verb
from workflow.flows.calendars import calendar_of
from workflow.flows.campaign import CampaignFlow
from workflow.flows.holdings import holdings_of
from workflow.models import (
    Campaign,
    Organization,
    Person,
    Report,
)
from workflow.rules.access import ISSUER_SEATS, held
from workflow.rules.calendar import exclusive_due
from workflow.rules.ladder import RungSpec, sound_ladder

# Of `answers_id`: no report above.
NOTHING = 0
# What a prepared request may be given; the rest follows from the verbs.
FIELDS = frozenset(
    {
        "number",
        "date",
        "subject",
        "legal_basis",
        "signer",
        "period_from",
        "period_until",
        "deadline_text",
        "holiday_rule",
        "data_cut_off",
        "review_mode",
        "review_minimum_days",
        "audience",
        "audience_kinds",
        "report_subject",
        "report_basis",
        "report_recipients",
    }
)


def prepare_campaign(*, issuer_id: int, actor: Person, subject: str, now: datetime) -> Campaign:
    """Begin a request of the issuer. Raises NotVisible to whoever holds no seat in its office."""
    with transaction.atomic():
        holdings = holdings_of(actor, [issuer_id], now)
        if held(holdings, issuer_id, ISSUER_SEATS) is None:
            raise errors.NotVisible
        campaign = Campaign.objects.create(issuer_id=issuer_id, subject=line(Campaign, "subject", subject))
        flow = CampaignFlow(campaign, actor, holdings, now, Verb.EDIT)
        flow.edit()
        record(flow)
    return campaign


def edit_campaign(
    *,
    campaign_id: int,
    actor: Person,
    fields: dict[str, Any],
    last_day: date | None = None,
    hour: time | None = None,
    consolidation_day: date | None = None,
    answers_id: int | None = None,
    audience_units: Sequence[int] | None = None,
    outline: OutlineDraft | None = None,
    ladder: Sequence[RungSpec] | None = None,
    now: datetime,
) -> Campaign:
    """Change a request that is being prepared.

    `last_day` and `consolidation_day` are the last local days to send and to consolidate; the holiday rule moves them
    and makes them exclusive instants. `hour` is the local hour of the last day to send by; None means the day's end.
    `ladder` None leaves the ladder as it is, `answers_id` None what it answers; NOTHING makes it the committee's own.
    """
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"not fields of a request: {', '.join(sorted(unknown))}")
    with opened_campaign(campaign_id, actor, Verb.EDIT, now) as (campaign, flow):
        flow.edit()
        for name, value in fields.items():
            setattr(campaign, name, line(Campaign, name, value) if isinstance(value, str) else value)
        _check_fields(campaign)
        if answers_id is not None:
            _answer(campaign, answers_id)
        calendar = calendar_of(campaign.issuer_id)
        if last_day is not None:
            campaign.due = exclusive_due(last_day, campaign.holiday_rule, calendar, hour)
        if consolidation_day is not None:
            campaign.consolidation_due = exclusive_due(consolidation_day, HolidayRule.NEXT, calendar)
        if audience_units is not None:
            campaign.audience_units.set(audience_units)
        if outline is not None:
            write_outline(campaign, outline)
        if ladder is not None:
            sound_ladder(ladder)
            write_ladder(campaign, ladder, now)
        record(flow)
    return campaign


def _check_fields(campaign: Campaign) -> None:
    # One office's requests are edited one after the other, so that two cannot take one number or one upper report.
    Organization.objects.select_for_update(no_key=True).get(pk=campaign.issuer_id)
    same_number = Campaign.objects.filter(issuer=campaign.issuer_id, number=campaign.number, house=False)
    others = same_number.exclude(pk=campaign.pk).exclude(state=CampaignState.CANCELLED)
    if campaign.number and others.exists():
        raise errors.RequestNumberTaken(number=campaign.number)
    if campaign.period_from and campaign.period_until and campaign.period_until < campaign.period_from:
        raise errors.PeriodReversed


def _answer(campaign: Campaign, report_id: int) -> None:
    """Let the request gather for another report, or for none; sections that fed the former outline feed nothing."""
    before = campaign.answers_id
    campaign.answers = None if report_id == NOTHING else _own_report(campaign, report_id)
    if campaign.answers_id != before and campaign.outline is not None:
        campaign.outline.sections.update(feeds=None)


def _own_report(campaign: Campaign, report_id: int) -> Report:
    report = Report.objects.filter(pk=report_id, organization=campaign.issuer_id).select_related("campaign").first()
    if report is None:
        raise errors.NotVisible
    if report.answered_by.exclude(pk=campaign.pk).exclude(state=CampaignState.CANCELLED).exists():
        raise errors.UpperReportTaken
    return report

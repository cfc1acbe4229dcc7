"""The office's requests: design.md section 5b."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.builders import (
    LAST_DAY,
    NOW,
    OUTLINE,
    World,
    open_upper,
    prepared_campaign,
    to_sent,
    to_signed,
    write_everything,
)
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns, intake, preparing
from workflow.actions.campaigns import addressed
from workflow.choices import AudienceRule, CampaignState, HolidayRule, OrganizationKind, ReportState, Timeliness, Verb
from workflow.models import (
    CalendarDay,
    Campaign,
    CampaignRemark,
    Event,
    Organization,
    Report,
    TimelinessRecord,
)
from workflow.queries.integrity import check_integrity

LATER = NOW + timedelta(days=3)


@pytest.fixture
def prepared(world: World) -> Campaign:
    return prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")


def edit(world: World, campaign: Campaign, fields: dict[str, Any] | None = None, **given: Any) -> Campaign:
    return preparing.edit_campaign(campaign_id=campaign.pk, actor=world.dung, fields=fields or {}, now=NOW, **given)


def opening(world: World, campaign: Campaign, now: datetime = NOW) -> Campaign:
    return campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=now)


# edit


def test_the_last_day_is_moved_by_the_holiday_rule_and_the_due_is_the_end_of_it(
    world: World, prepared: Campaign
) -> None:
    saturday = date(2026, 8, 1)
    for rule, month, day in [(HolidayRule.NEXT, 8, 3), (HolidayRule.KEEP, 8, 1), (HolidayRule.PREVIOUS, 7, 31)]:
        edit(world, prepared, {"holiday_rule": rule}, last_day=saturday)
        prepared.refresh_from_db()
        assert prepared.due == datetime(2026, month, day, 17, tzinfo=UTC)  # midnight in Việt Nam


def test_an_open_request_is_not_edited_but_amended(world: World) -> None:
    with refused(errors.AlreadyDone, "already_done"):
        edit(world, world.campaign, {"subject": "Khác"})


def test_two_requests_of_an_issuer_do_not_share_a_number(world: World, prepared: Campaign) -> None:
    with refused(errors.RequestNumberTaken, "request_number_taken", number="630-CV/ĐUK"):
        edit(world, prepared, {"number": "630-CV/ĐUK"})
    campaigns.cancel(campaign_id=world.campaign.pk, actor=world.khanh, reason="Trùng.", now=NOW)
    edit(world, prepared, {"number": "630-CV/ĐUK"})


def test_the_period_assessed_does_not_end_before_it_begins(world: World, prepared: Campaign) -> None:
    with refused(errors.PeriodReversed, "period_reversed"):
        edit(world, prepared, {"period_from": date(2022, 1, 1), "period_until": date(2021, 12, 31)})


def test_a_request_answers_only_a_report_of_its_issuer(world: World, prepared: Campaign) -> None:
    with refused(errors.NotVisible, "not_visible"):
        edit(world, prepared, answers_id=world.report().pk)


# open


def test_opening_gives_every_unit_its_report_and_freezes_the_outline(world: World, prepared: Campaign) -> None:
    opening(world, prepared)

    prepared.refresh_from_db()
    reports = Report.objects.filter(campaign=prepared)
    assert {report.organization for report in reports} == {world.cell, world.other, world.party}
    assert {(report.state, report.due, report.original_due, report.issuer) for report in reports} == {
        (ReportState.DRAFT, prepared.due, prepared.due, world.duk)
    }
    assert prepared.outline is not None
    assert (prepared.state, prepared.outline.frozen_at) == (CampaignState.OPEN, NOW)
    assert prepared.rungs.count() == 8
    assert Event.objects.filter(verb=Verb.SET_UP, stream_id__in=reports.values("pk")).count() == 3
    with refused(errors.AlreadyDone, "already_done"):  # a second click
        opening(world, prepared)


def test_a_request_without_an_upper_letter_gathers_for_a_house_report(world: World, prepared: Campaign) -> None:
    opening(world, prepared)

    prepared.refresh_from_db()
    own = prepared.answers
    assert own is not None
    assert (own.organization, own.issuer, own.due) == (world.duk, world.duk, prepared.consolidation_due)
    assert (own.campaign.house, own.campaign.outline, own.campaign.state) == (
        True,
        prepared.outline,
        CampaignState.OPEN,
    )
    assert own.campaign.reports.get() == own


def test_in_a_cascade_the_request_gathers_for_the_report_to_the_upper_committee(world: World) -> None:
    upper = open_upper(world)
    own = upper.reports.get()
    campaign = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK", answers=own)
    opening(world, campaign)

    campaign.refresh_from_db()
    assert (own.organization, campaign.answers) == (world.duk, own)
    assert Campaign.objects.filter(house=True).count() == 2  # of the upper request and of world.campaign
    second = prepared_campaign(world.duk, world.dung, number="701-CV/ĐUK")
    with refused(errors.UpperReportTaken, "upper_report_taken"):
        edit(world, second, answers_id=own.pk)


@pytest.mark.parametrize("field", ["number", "date"])
def test_a_request_is_opened_complete(world: World, prepared: Campaign, field: str) -> None:
    whole = getattr(prepared, field)
    edit(world, prepared, {field: None if field == "date" else ""})
    with refused(errors.RequestIncomplete, "request_incomplete"):
        opening(world, prepared)
    edit(world, prepared, {field: whole})
    opening(world, prepared)


def test_a_request_without_sections_or_units_is_not_opened(world: World) -> None:
    bare = preparing.prepare_campaign(issuer_id=world.duk.pk, actor=world.dung, subject="V/v", now=NOW)
    edit(world, bare, {"number": "9-CV/ĐUK", "date": date(2026, 6, 1)}, last_day=LAST_DAY)
    with refused(errors.RequestIncomplete, "request_incomplete"):
        opening(world, bare)
    edit(world, bare, {"audience": AudienceRule.LIST}, outline=OUTLINE)
    with refused(errors.RequestIncomplete, "request_incomplete"):
        opening(world, bare)
    edit(world, bare, audience_units=[world.cell.pk])
    opening(world, bare)


def test_the_deadline_lies_ahead_when_a_request_is_opened(world: World, prepared: Campaign) -> None:
    assert prepared.due is not None
    with refused(errors.DueNotInFuture, "due_not_in_future"):
        opening(world, prepared, now=prepared.due)
    opening(world, prepared, now=prepared.due - timedelta(seconds=1))


def test_the_calendar_of_the_year_is_filled_before_opening(world: World, prepared: Campaign) -> None:
    CalendarDay.objects.filter(day__year=2026).delete()
    with refused(errors.CalendarEmpty, "calendar_empty", year=2026):
        opening(world, prepared)


def test_nobody_is_asked_together_with_his_own_superior(world: World, prepared: Campaign) -> None:
    edit(world, prepared, {"audience": AudienceRule.LIST}, audience_units=[world.party.pk, world.sub.pk])
    with refused(errors.AudienceOverlaps, "audience_overlaps", unit=world.sub.name, superior=world.party.name):
        opening(world, prepared)
    edit(world, prepared, audience_units=[world.cell.pk, world.sub.pk])
    opening(world, prepared)


def test_an_audience_lies_below_the_issuer_and_is_active(world: World, prepared: Campaign) -> None:
    day = NOW.date()
    assert addressed(prepared, day) == sorted([world.cell.pk, world.other.pk, world.party.pk])
    prepared.audience, prepared.audience_kinds = AudienceRule.KINDS, [OrganizationKind.SUB_CELL]
    assert addressed(prepared, day) == [world.sub.pk]
    edit(world, prepared, {"audience": AudienceRule.LIST}, audience_units=[world.tu.pk, world.duk.pk, world.other.pk])
    prepared.audience = AudienceRule.LIST
    assert addressed(prepared, day) == [world.other.pk]
    Organization.objects.filter(pk=world.other.pk).update(active_until=day - timedelta(days=1))
    assert addressed(prepared, day) == []


# cut_off, reopen, close


def close(world: World, reason: str = "") -> Campaign:
    return campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason=reason, now=LATER)


def reopen(world: World, reason: str = "Còn đơn vị gửi chậm.") -> Campaign:
    return campaigns.reopen(campaign_id=world.campaign.pk, actor=world.khanh, reason=reason, now=LATER)


def test_after_the_cut_off_units_may_still_send(world: World) -> None:
    campaigns.cut_off(campaign_id=world.campaign.pk, actor=world.dung, now=LATER)

    world.campaign.refresh_from_db()
    assert (world.campaign.state, world.campaign.cut_off_at) == (CampaignState.CONSOLIDATING, LATER)
    assert to_sent(world, world.report()).state == ReportState.SENT
    with refused(errors.AlreadyDone, "already_done"):
        campaigns.cut_off(campaign_id=world.campaign.pk, actor=world.dung, now=LATER)


def test_closing_before_the_own_report_is_sent_needs_a_reason_and_lists_the_unsent(world: World) -> None:
    to_sent(world, world.report())
    intake.exempt(report_id=world.report("other").pk, actor=world.dung, reason="Mới thành lập.", now=NOW)
    with refused(errors.OwnReportNotSent, "own_report_not_sent"):
        close(world)

    close(world, "Tỉnh ủy dừng đợt.")

    world.campaign.refresh_from_db()
    assert (world.campaign.state, world.campaign.ended_at) == (CampaignState.CLOSED, LATER)
    assert Event.objects.get(stream="campaign", stream_id=world.campaign.pk, verb=Verb.CLOSE).facts == {"unsent": 1}
    assert CampaignRemark.objects.get().text == "Tỉnh ủy dừng đợt."
    assert world.own_report.campaign.state == CampaignState.CLOSED
    assert check_integrity() == []


def test_once_the_own_report_is_sent_closing_needs_no_reason(world: World) -> None:
    to_sent(world, world.own_report)

    assert close(world).state == CampaignState.CLOSED


def test_closing_writes_how_timely_each_unit_was(world: World) -> None:
    to_sent(world, world.report())
    intake.exempt(report_id=world.report("other").pk, actor=world.dung, reason="Mới thành lập.", now=NOW)
    assert world.campaign.due is not None
    late = world.campaign.due + timedelta(days=5)
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Hết kỳ.", now=late)

    written = TimelinessRecord.objects.values_list("report__organization__code", "timeliness", "working_days")
    # Saturday 1/8 to Thursday 6/8 local: Monday to Thursday.
    assert set(written) == {
        ("cell", Timeliness.ON_TIME, 0),
        ("other", Timeliness.NOT_EXPECTED, 0),
        ("party", Timeliness.OVERDUE, 4),
    }


def test_nothing_moves_in_a_closed_request(world: World) -> None:
    to_signed(world, world.report())
    close(world, "Hết kỳ.")
    with refused(errors.CampaignNotRunning, "campaign_not_running"):
        write_everything(world, world.report("other"))
    with refused(errors.CampaignNotRunning, "campaign_not_running"):
        intake.remind(report_id=world.report().pk, actor=world.dung, now=LATER)
    with refused(errors.AlreadyDone, "already_done"):
        close(world, "Hết kỳ.")

    with refused(errors.ReasonMissing, "reason_missing"):
        reopen(world, " ")
    reopen(world)

    world.campaign.refresh_from_db()
    assert (world.campaign.state, world.campaign.ended_at) == (CampaignState.OPEN, None)
    assert world.own_report.campaign.state == CampaignState.OPEN
    write_everything(world, world.report("other"))
    assert check_integrity() == []


def test_a_closed_request_opens_again_only_under_a_running_upper_one(world: World) -> None:
    upper = open_upper(world)
    campaign = opening(world, prepared_campaign(world.duk, world.dung, number="7-CV/ĐUK", answers=upper.reports.get()))
    campaigns.close(campaign_id=campaign.pk, actor=world.khanh, reason="Hết kỳ.", now=LATER)
    campaigns.close(campaign_id=upper.pk, actor=world.viet, reason="Hết kỳ.", now=LATER)
    with refused(errors.CampaignNotRunning, "campaign_not_running"):
        campaigns.reopen(campaign_id=campaign.pk, actor=world.khanh, reason="Gửi chậm.", now=LATER)
    campaigns.reopen(campaign_id=upper.pk, actor=world.viet, reason="Gửi chậm.", now=LATER)
    campaigns.reopen(campaign_id=campaign.pk, actor=world.khanh, reason="Gửi chậm.", now=LATER)

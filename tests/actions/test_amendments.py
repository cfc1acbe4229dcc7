"""What changes while a request runs: add_units, amend, cancel, turn_into_own. design.md section 5b."""

from datetime import datetime, timedelta

from tests.builders import (
    NOW,
    World,
    confirmation,
    open_upper,
    prepared_campaign,
    revision_of,
    to_received,
    to_review,
    to_sent,
    to_signing,
)
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns, deadlines, drafting, intake, preparing, signing
from workflow.actions.outlines import IndicatorDraft, OutlineDraft, SectionDraft
from workflow.choices import Aggregation, CampaignState, ReportState, SectionKind, Verb
from workflow.models import Campaign, Event, Report
from workflow.queries.integrity import check_integrity

LATER = NOW + timedelta(days=8)
DAY = timedelta(days=1)
MORE = OutlineDraft(
    title="",
    sections=[SectionDraft(key="IV", numbering="IV", heading="Kiến nghị", kind=SectionKind.NARRATIVE)],
    indicators=[IndicatorDraft(code="B1", section="IV", label="Số kiến nghị", aggregation=Aggregation.SUM)],
)


def amend(world: World, **given: object) -> Campaign:
    """The outline is the officer's to amend, the deadline the leader's."""
    actor = world.dung if "additions" in given else world.khanh
    return campaigns.amend(campaign_id=world.campaign.pk, actor=actor, now=LATER, **given)  # type: ignore[arg-type]


def due_of(world: World) -> datetime:
    world.campaign.refresh_from_db()
    assert world.campaign.due is not None
    return world.campaign.due


# amend


def test_an_amended_outline_is_asked_of_the_unsent_and_not_of_those_who_sent(world: World) -> None:
    sent = to_sent(world, world.report())
    unsent = to_signing(world, world.report("other"))

    amend(world, additions=MORE)

    sent.refresh_from_db()
    unsent.refresh_from_db()
    assert world.campaign.outline is not None
    world.campaign.outline.refresh_from_db()
    assert (world.campaign.outline.version, sent.outline_version, unsent.outline_version) == (2, 1, 2)
    drafting.recall(report_id=unsent.pk, actor=world.oanh, reason="Bổ sung phần IV.", now=LATER)
    with refused(errors.OutlineIncomplete, "outline_incomplete", missing=["IV", "B1"]):
        drafting.submit_for_signing(report_id=unsent.pk, actor=world.oanh, now=LATER)


def test_who_is_asked_again_after_an_exemption_is_asked_the_amended_outline(world: World) -> None:
    report = world.report()
    intake.exempt(report_id=report.pk, actor=world.dung, reason="Mới thành lập.", now=NOW)
    amend(world, additions=MORE)
    intake.reinstate(report_id=report.pk, actor=world.dung, reason="Đủ.", due=LATER + 9 * DAY, now=LATER)

    report.refresh_from_db()
    assert report.outline_version == 2


def test_a_moved_deadline_moves_the_unsent_and_keeps_extensions_and_the_sent(world: World) -> None:
    original = due_of(world)
    sent, extended = to_sent(world, world.report()), world.report("other")
    deadlines.ask_extension(report_id=extended.pk, actor=world.oanh, due=original + 9 * DAY, reason="Bận.", now=NOW)
    deadlines.decide_extension(report_id=extended.pk, actor=world.khanh, due=original + 9 * DAY, now=NOW)

    amend(world, due=original + 5 * DAY)
    dues = dict(Report.objects.filter(campaign=world.campaign).values_list("organization__code", "due"))
    assert dues == {"cell": original, "other": original + 9 * DAY, "party": original + 5 * DAY}
    assert due_of(world) == original + 5 * DAY

    amend(world, due=original + 12 * DAY)
    extended.refresh_from_db()
    assert extended.due == original + 12 * DAY

    sent.refresh_from_db()
    assert sent.due == sent.original_due == original


def test_a_deadline_that_was_moved_out_may_be_moved_in_again(world: World) -> None:
    """The second move found only reports at their first due, so a request moved out twice kept the longer one."""
    original = due_of(world)
    amend(world, due=original + 9 * DAY)
    amend(world, due=original + 4 * DAY)

    assert {report.due for report in Report.objects.filter(campaign=world.campaign)} == {original + 4 * DAY}


def test_a_deadline_is_moved_ahead_of_now_and_by_a_leader(world: World) -> None:
    with refused(errors.DueNotInFuture, "due_not_in_future"):
        amend(world, due=LATER)
    with refused(errors.NotYourDesk, "not_your_desk"):
        campaigns.amend(campaign_id=world.campaign.pk, actor=world.dung, due=LATER + DAY, now=LATER)


def test_a_request_below_is_told_of_the_amendment_as_a_proposal(world: World) -> None:
    upper = open_upper(world)
    campaign = _cascaded(world, upper)

    campaigns.amend(campaign_id=upper.pk, actor=world.uyen, additions=MORE, now=LATER)

    event = Event.objects.filter(stream="campaign", stream_id=campaign.pk).latest("seq")
    assert (event.verb, event.facts) == (Verb.UPPER_AMENDED, {"upper": upper.pk, "version": 2})
    assert campaign.outline is not None
    campaign.outline.refresh_from_db()
    assert campaign.outline.version == 1


def _cascaded(world: World, upper: Campaign) -> Campaign:
    campaign = prepared_campaign(world.duk, world.dung, number="7-CV/ĐUK", answers=upper.reports.get())
    return campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=NOW)


# add_units


def add(world: World, *units: int) -> Campaign:
    return campaigns.add_units(campaign_id=world.campaign.pk, actor=world.dung, unit_ids=units, now=LATER)


def test_a_forgotten_unit_is_asked_the_newest_outline_by_the_present_deadline(world: World) -> None:
    narrowed = prepared_campaign(world.duk, world.dung, number="7-CV/ĐUK")
    preparing.edit_campaign(
        campaign_id=narrowed.pk,
        actor=world.dung,
        fields={"audience": "LIST"},
        audience_units=[world.cell.pk],
        now=NOW,
    )
    world.campaign = campaigns.open_campaign(campaign_id=narrowed.pk, actor=world.dung, now=NOW)
    amend(world, due=due_of(world) + 3 * DAY)
    campaigns.amend(campaign_id=narrowed.pk, actor=world.dung, additions=MORE, now=LATER)

    add(world, world.other.pk, world.sub.pk)

    for unit in ("other", "sub"):
        report = world.report(unit)
        assert (report.state, report.outline_version, report.due) == (ReportState.DRAFT, 2, due_of(world))
        assert Event.objects.get(stream="report", stream_id=report.pk).verb == Verb.SET_UP


def test_units_are_added_once_below_the_issuer_and_without_their_superior(world: World) -> None:
    with refused(errors.UnitsUnknown, "units_unknown"):
        add(world)
    with refused(errors.UnitsUnknown, "units_unknown"):
        add(world, 0)
    with refused(errors.UnitsAlreadyAsked, "units_already_asked"):
        add(world, world.cell.pk)
    with refused(errors.AudienceOverlaps, "audience_overlaps", superior=world.party.name):
        add(world, world.sub.pk)
    with refused(errors.AudienceOverlaps, "audience_overlaps"):
        add(world, world.tu.pk)


# cancel, turn_into_own


def cancel(world: World, campaign: Campaign, reason: str = "Trùng đợt.") -> Campaign:
    leader = world.viet if campaign.issuer_id == world.tu.pk else world.khanh
    return campaigns.cancel(campaign_id=campaign.pk, actor=leader, reason=reason, now=LATER)


def test_a_cancelled_request_takes_its_house_report_with_it(world: World) -> None:
    with refused(errors.ReasonMissing, "reason_missing"):
        cancel(world, world.campaign, " ")

    assert cancel(world, world.campaign).state == CampaignState.CANCELLED

    assert world.own_report.campaign.state == CampaignState.CANCELLED
    with refused(errors.CampaignNotRunning, "campaign_not_running"):
        to_review(world, world.report())
    with refused(errors.AlreadyDone, "already_done"):
        cancel(world, world.campaign)
    assert check_integrity() == []


def test_a_request_that_is_being_prepared_may_be_cancelled(world: World) -> None:
    assert cancel(world, prepared_campaign(world.duk, world.dung, number="8-CV")).state == CampaignState.CANCELLED


def test_a_request_whose_upper_one_was_cancelled_goes_on_as_an_own_one(world: World) -> None:
    upper = open_upper(world)
    campaign = _cascaded(world, upper)
    world.campaign = campaign
    with refused(errors.AlreadyDone, "already_done"):
        _turn(world)
    received, own = to_received(world, world.report()), upper.reports.get()
    to_signing(world, own)
    signing.sign(
        report_id=own.pk,
        actor=world.khanh,
        revision_id=revision_of(own),
        confirmed=confirmation(world.khanh, LATER),
        now=LATER,
    )
    received.refresh_from_db()
    assert received.state == ReportState.CONSOLIDATED
    cancel(world, upper)
    told = Event.objects.filter(stream="campaign", stream_id=campaign.pk).latest("seq")
    assert (told.verb, told.facts) == (Verb.UPPER_CANCELLED, {"upper": upper.pk})
    assert check_integrity() == []

    _turn(world)

    received.refresh_from_db()
    assert received.state == ReportState.RECEIVED  # free for the house report
    house = world.own_report
    assert (house.campaign.house, house.organization, house.state) == (True, world.duk, ReportState.DRAFT)
    assert check_integrity() == []
    with refused(errors.AlreadyDone, "already_done"):
        _turn(world)


def _turn(world: World) -> Campaign:
    return campaigns.turn_into_own(campaign_id=world.campaign.pk, actor=world.khanh, now=LATER)

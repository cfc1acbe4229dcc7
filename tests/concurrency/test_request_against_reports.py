"""A request's verbs against the verbs on its reports, and against each other."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError

from tests.builders import NOW, World, prepared_campaign
from tests.concurrency.interleaving import interleaved
from tests.concurrency.scene import LATER, REASON, Scene
from workflow import errors
from workflow.actions import campaigns, opening, preparing
from workflow.choices import AudienceRule, CampaignState, ReportState, Stream, Verb
from workflow.models import Campaign, Event, Report, TimelinessRecord
from workflow.queries.integrity import check_integrity

BEFORE_THE_REPORTS = "INSERT INTO workflow_report"


@pytest.fixture
def unlocked_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(campaign_id: int) -> Campaign | None:
        return Campaign.objects.filter(pk=campaign_id).first()

    unlocked = opening.CAMPAIGN_WITH_SEATS.replace("FOR NO KEY UPDATE OF campaign", "")
    monkeypatch.setattr(opening, "CAMPAIGN_WITH_SEATS", unlocked)
    monkeypatch.setattr(campaigns, "_locked", read)


def last_event(stream: Stream, stream_id: int) -> Event:
    return Event.objects.filter(stream=stream, stream_id=stream_id).latest("seq")


def sent_after_the_close(scene: Scene) -> bool:
    sent = last_event(Stream.REPORT, scene.report_id)
    closed = last_event(Stream.CAMPAIGN, scene.world.campaign.pk)
    assert (sent.verb, closed.verb) == (Verb.ISSUE, Verb.CLOSE)
    return sent.recorded_at > closed.recorded_at


def test_a_close_waits_for_a_sending_that_has_begun_and_counts_it(shared_world: World) -> None:
    scene = Scene.at(shared_world, ReportState.SIGNED)

    outcome = interleaved(scene.issue, scene.close)

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert not sent_after_the_close(scene)
    assert TimelinessRecord.objects.get(report=scene.report_id).sent_at == LATER
    assert check_integrity() == []


def test_a_sending_waits_for_a_close_that_has_begun_and_is_refused(shared_world: World) -> None:
    scene = Scene.at(shared_world, ReportState.SIGNED)

    outcome = interleaved(scene.close, scene.issue)

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.CampaignNotRunning)
    assert scene.report.state == ReportState.SIGNED
    assert check_integrity() == []


def test_without_the_lock_on_the_request_a_report_is_sent_after_the_close(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene.at(shared_world, ReportState.SIGNED)
    monkeypatch.setattr(opening, "LOCK_CAMPAIGN", "")

    outcome = interleaved(scene.issue, scene.close)

    assert not outcome.waited
    assert outcome.winners == [0, 1]
    assert sent_after_the_close(scene)
    assert TimelinessRecord.objects.get(report=scene.report_id).sent_at is None


def test_two_units_of_one_request_do_not_wait_for_each_other(shared_world: World) -> None:
    one, two = (Scene(shared_world, shared_world.report(unit).pk, 0) for unit in ("cell", "other"))

    outcome = interleaved(lambda: one.save("Một."), lambda: two.save("Hai.", who="oanh"))

    assert not outcome.waited
    assert outcome.winners == [0, 1]


@pytest.fixture
def prepared(shared_world: World) -> Campaign:
    return prepared_campaign(shared_world.duk, shared_world.dung, number="640-CV/ĐUK")


def opening_by(world: World, campaign: Campaign, who: str = "dung") -> Callable[[], Campaign]:
    return lambda: campaigns.open_campaign(campaign_id=campaign.pk, actor=world.people[who], now=NOW)


def test_of_two_openings_one_wins_and_every_unit_has_one_report(shared_world: World, prepared: Campaign) -> None:
    outcome = interleaved(
        opening_by(shared_world, prepared),
        opening_by(shared_world, prepared, "yen"),
        before=BEFORE_THE_REPORTS,
    )

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.AlreadyDone)
    assert Report.objects.filter(campaign=prepared).count() == 3
    assert Campaign.objects.filter(house=True).count() == 2
    assert Event.objects.filter(stream=Stream.CAMPAIGN, stream_id=prepared.pk, verb=Verb.OPEN).count() == 1
    assert check_integrity() == []


@pytest.mark.usefixtures("unlocked_request")
def test_without_the_lock_two_openings_break_a_constraint(shared_world: World, prepared: Campaign) -> None:
    outcome = interleaved(
        opening_by(shared_world, prepared),
        opening_by(shared_world, prepared, "yen"),
        before=BEFORE_THE_REPORTS,
    )

    assert len(outcome.winners) == 1
    assert isinstance(outcome.accidents[0], IntegrityError)


def test_an_opening_sends_to_the_audience_that_was_edited_last(shared_world: World, prepared: Campaign) -> None:
    world = shared_world

    def edit() -> Campaign:
        return preparing.edit_campaign(
            campaign_id=prepared.pk,
            actor=world.dung,
            fields={"audience": AudienceRule.LIST},
            audience_units=[world.cell.pk],
            now=NOW,
        )

    outcome = interleaved(edit, opening_by(world, prepared, "yen"))

    assert outcome.waited
    assert outcome.winners == [0, 1]
    asked = Report.objects.filter(campaign=prepared).values_list("organization", flat=True)
    assert list(asked) == [world.cell.pk]
    assert check_integrity() == []


def adding(world: World, units: list[str], who: str = "dung") -> Callable[[], Campaign]:
    return lambda: campaigns.add_units(
        campaign_id=world.campaign.pk,
        actor=world.people[who],
        unit_ids=[world.units[unit].pk for unit in units],
        now=LATER,
    )


@pytest.fixture
def asked_of_one(shared_world: World, prepared: Campaign) -> World:
    """An open request to one cell only."""
    world = shared_world
    preparing.edit_campaign(
        campaign_id=prepared.pk,
        actor=world.dung,
        fields={"audience": AudienceRule.LIST},
        audience_units=[world.cell.pk],
        now=NOW,
    )
    campaigns.open_campaign(campaign_id=prepared.pk, actor=world.dung, now=NOW)
    return World(world.people, world.units, prepared)


def test_a_unit_added_by_two_officers_at_once_is_added_once(asked_of_one: World) -> None:
    outcome = interleaved(adding(asked_of_one, ["other"]), adding(asked_of_one, ["other"], "yen"))

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.UnitsAlreadyAsked)
    assert check_integrity() == []


def test_a_unit_and_its_superior_are_not_both_added_by_two_officers_at_once(asked_of_one: World) -> None:
    outcome = interleaved(adding(asked_of_one, ["party"]), adding(asked_of_one, ["sub"], "yen"))

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.AudienceOverlaps)


@pytest.mark.usefixtures("unlocked_request")
def test_without_the_lock_a_unit_added_by_two_breaks_a_constraint(asked_of_one: World) -> None:
    outcome = interleaved(adding(asked_of_one, ["other"]), adding(asked_of_one, ["other"], "yen"))

    assert len(outcome.winners) == 1
    assert isinstance(outcome.accidents[0], IntegrityError)


def test_of_a_close_and_a_cancel_at_once_one_wins(shared_world: World) -> None:
    scene = Scene.at(shared_world, ReportState.DRAFT)

    def cancel() -> Campaign:
        return campaigns.cancel(campaign_id=shared_world.campaign.pk, actor=shared_world.long, reason=REASON, now=LATER)

    outcome = interleaved(scene.close, cancel)

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.AlreadyDone)
    shared_world.campaign.refresh_from_db()
    assert shared_world.campaign.state == CampaignState.CLOSED
    assert shared_world.own_report.campaign.state == CampaignState.CLOSED
    assert check_integrity() == []


def amending(world: World, due: datetime) -> Callable[[], Campaign]:
    return lambda: campaigns.amend(campaign_id=world.campaign.pk, actor=world.khanh, due=due, now=LATER)


def test_a_moved_deadline_waits_for_a_sending_that_has_begun_and_spares_it(shared_world: World) -> None:
    scene = Scene.at(shared_world, ReportState.SIGNED)
    before, due = scene.report.due, LATER + timedelta(days=90)

    outcome = interleaved(scene.issue, amending(shared_world, due))

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert scene.report.due == before
    assert shared_world.report("other").due == due
    assert check_integrity() == []


def test_without_the_locks_a_deadline_moves_for_what_is_being_sent(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LOCK_CAMPAIGN", "")
    monkeypatch.setattr(opening, "LOCK_REPORT", "")
    scene = Scene.at(shared_world, ReportState.SIGNED)
    due = LATER + timedelta(days=90)

    outcome = interleaved(scene.issue, amending(shared_world, due))

    assert not outcome.waited
    assert outcome.winners == [0, 1]
    assert (scene.report.state, scene.report.due) == (ReportState.SENT, due)

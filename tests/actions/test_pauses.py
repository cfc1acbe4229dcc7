"""A ladder is paused and resumed. design.md section 7, domain.md §4.5."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.builders import NOW, World, prepared_campaign
from tests.refusals import refused
from tests.rungs import DAY, EVERYBODY, HOUR, local, reminded
from tests.streams import last_event
from workflow import errors
from workflow.actions import campaigns, clock, ladders
from workflow.choices import Verb
from workflow.models import CampaignRemark, ClimbedRung, Pause


def pause(world: World, now: datetime = NOW, *, units: Sequence[str] = (), until: datetime | None = None) -> Pause:
    return ladders.pause_ladder(
        campaign_id=world.campaign.pk,
        actor=world.dung,
        unit_ids=[world.units[unit].pk for unit in units],
        until=until,
        reason="Bão số 3.",
        now=now,
    )


def resume(world: World, now: datetime) -> None:
    ladders.resume_ladder(campaign_id=world.campaign.pk, actor=world.dung, now=now)


def test_a_pause_of_all_until_resumed_silences_and_makes_up_for_nothing(running: World) -> None:
    made = pause(running, local(28, 7))
    clock.sweep(now=local(28, 9))
    clock.sweep(now=local(30, 9))
    resume(running, local(30, 12))
    clock.sweep(now=local(30, 13))
    assert reminded(running, -3) == reminded(running, -1) == set()

    clock.sweep(now=local(31, 8))
    assert reminded(running, 0) == EVERYBODY
    made.refresh_from_db()
    assert (made.since, made.until, made.everybody) == (local(28, 7), local(30, 12), True)


def test_a_pause_of_some_units_silences_these_only(running: World) -> None:
    made = pause(running, local(28, 7), units=["cell", "party", "cell"])
    clock.sweep(now=local(28, 9))

    assert reminded(running, -3) == {"other"}
    assert not made.everybody
    assert set(made.units.all()) == {running.cell, running.party}


def test_a_pause_ends_by_itself_at_its_moment(running: World) -> None:
    pause(running, local(28, 7), until=local(30, 8))
    clock.sweep(now=local(28, 9))
    clock.sweep(now=local(30, 8, 1))

    assert reminded(running, -3) == set()
    assert reminded(running, -1) == EVERYBODY, "until is exclusive: at 08:00 the ladder runs again"


def test_a_pause_moves_no_due_and_its_reason_stands_in_no_event(world: World) -> None:
    due = world.report().due
    made = pause(world, units=["cell"], until=NOW + DAY)

    assert world.report().due == due
    assert (made.reason, made.made_by) == ("Bão số 3.", world.dung)
    event = last_event(world)
    assert (event.verb, event.facts) == (
        Verb.PAUSE_LADDER, {"pause": made.pk, "units": 1, "until": int((NOW + DAY).timestamp())},
    )  # fmt: skip
    assert not CampaignRemark.objects.exists()


def test_a_pause_has_a_reason_a_moment_ahead_and_units_of_the_request(world: World) -> None:
    asked = {"campaign_id": world.campaign.pk, "actor": world.dung, "now": NOW}
    with refused(errors.ReasonMissing, "reason_missing"):
        ladders.pause_ladder(reason=" \n", **asked)
    for until in (NOW, NOW - DAY):
        with refused(errors.DueNotInFuture, "due_not_in_future"):
            pause(world, until=until)
    with refused(errors.UnitsUnknown, "units_unknown"):
        pause(world, units=["cell", "sub"])
    pause(world, until=NOW + timedelta(microseconds=1))


def test_resuming_ends_every_pause_that_runs_and_no_other(world: World) -> None:
    over = pause(world, until=NOW + HOUR)
    of_all, of_one = pause(world, NOW + 2 * HOUR, until=NOW + 9 * DAY), pause(world, NOW + 3 * HOUR, units=["cell"])
    resume(world, NOW + DAY)

    ends = [Pause.objects.get(pk=made.pk).until for made in (over, of_all, of_one)]
    assert ends == [NOW + HOUR, NOW + DAY, NOW + DAY]
    assert last_event(world).facts == {"pauses": [of_all.pk, of_one.pk]}


def test_what_is_not_paused_is_not_resumed(world: World) -> None:
    with refused(errors.NotPaused, "not_paused"):
        resume(world, NOW)
    pause(world, until=NOW + HOUR)
    with refused(errors.NotPaused, "not_paused"):
        resume(world, NOW + HOUR)
    pause(world, NOW + HOUR)
    resume(world, NOW + 2 * HOUR)
    with refused(errors.NotPaused, "not_paused"):
        resume(world, NOW + 2 * HOUR)


def test_a_pause_of_one_request_does_not_silence_another(world: World) -> None:
    other = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    campaigns.open_campaign(campaign_id=other.pk, actor=world.dung, now=NOW)
    clock.sweep(now=local(27, 18))
    pause(world, local(27, 19))
    clock.sweep(now=local(28, 8))

    assert set(ClimbedRung.objects.values_list("report__campaign", flat=True)) == {other.pk}

"""A ladder is written, and changed while its request runs. design.md section 7, domain.md §4.5."""

from dataclasses import replace
from datetime import time

import pytest

from tests.builders import NOW, World, prepared_campaign
from tests.refusals import refused
from tests.rungs import DAY, DESK, EVERYBODY, T0, T1, T3, T_1, T_3, change, local, reminded, rung
from tests.streams import last_event
from workflow import errors
from workflow.actions import campaigns, clock, ladders, preparing
from workflow.choices import ReportState, Role, Verb
from workflow.models import ClimbedRung, UrgingLetter
from workflow.queries.integrity import check_integrity
from workflow.queries.ladder import ladder_of
from workflow.rules.ladder import HOUSE_LADDER, RungSpec


def test_a_request_opens_with_the_house_ladder(world: World) -> None:
    in_order = sorted(HOUSE_LADDER, key=lambda spec: (spec.desk, spec.offset_working_days))

    assert ladder_of(world.campaign.pk) == in_order
    assert {rung.since for rung in world.campaign.rungs.all()} == {NOW}


def test_the_ladder_that_was_prepared_is_the_one_that_runs(world: World) -> None:
    prepared = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    wanted = [replace(T_1, hour=time(14)), replace(T1, audience=(Role.LEADER,))]
    preparing.edit_campaign(campaign_id=prepared.pk, actor=world.dung, fields={}, ladder=wanted, now=NOW)
    campaigns.open_campaign(campaign_id=prepared.pk, actor=world.dung, now=NOW)

    assert ladder_of(prepared.pk) == wanted


def test_a_change_is_recorded_without_words(world: World) -> None:
    change(world, [T_3, T3], NOW + DAY)

    assert ladder_of(world.campaign.pk) == [T_3, T3]
    event = last_event(world)
    assert (event.verb, event.facts, event.actor) == (Verb.CHANGE_LADDER, {"rungs": 2}, world.dung)


@pytest.mark.parametrize(
    "unsound",
    [[], [replace(T_3, audience=())], [replace(T_3, hour=time(22))], [T_3, replace(T_3, audience=(Role.LEADER,))]],
    ids=["empty", "nobody", "at night", "twice a day"],
)
def test_an_unsound_ladder_changes_nothing(world: World, unsound: list[RungSpec]) -> None:
    with refused(errors.LadderUnsound, "ladder_unsound"):
        change(world, unsound)
    prepared = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    with refused(errors.LadderUnsound, "ladder_unsound"):
        preparing.edit_campaign(campaign_id=prepared.pk, actor=world.dung, fields={}, ladder=unsound, now=NOW)
    change(world, [T_3])


def test_a_ladder_is_changed_only_while_its_request_runs(world: World) -> None:
    prepared = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    for campaign in (prepared, world.campaign):
        if campaign == world.campaign:
            campaigns.cancel(campaign_id=campaign.pk, actor=world.khanh, reason="Dừng.", now=NOW)
        with refused(errors.AlreadyDone, "already_done"):
            ladders.change_ladder(campaign_id=campaign.pk, actor=world.dung, ladder=[T_3], now=NOW)
        with refused(errors.AlreadyDone, "already_done"):
            ladders.pause_ladder(campaign_id=campaign.pk, actor=world.dung, reason="Bão.", now=NOW)
        with refused(errors.AlreadyDone, "already_done"):
            ladders.resume_ladder(campaign_id=campaign.pk, actor=world.dung, now=NOW)


def test_an_unchanged_rung_keeps_what_it_owes_and_a_changed_audience_does_not_begin_anew(running: World) -> None:
    change(running, [replace(T_3, audience=(Role.DEPUTY,)), T_1], local(28, 9))

    assert rung(running, -3).since == rung(running, -1).since == NOW
    clock.sweep(now=local(28, 9, 5))
    assert reminded(running, -3) == EVERYBODY, "the moment at 08:00 was owed before the change and still is"


def test_an_hour_that_has_gone_by_when_it_is_set_is_not_made_up_for(running: World) -> None:
    change(running, [replace(T_3, hour=time(14))], local(27, 19))
    change(running, [replace(T_3, hour=time(9))], local(28, 10))
    clock.sweep(now=local(28, 15))

    assert reminded(running, -3) == set()


def test_an_hour_that_is_still_to_come_when_it_is_set_reminds_at_that_hour(running: World) -> None:
    change(running, [replace(T_3, hour=time(14))], local(28, 7, 30))
    clock.sweep(now=local(28, 8, 5))
    assert reminded(running, -3) == set()

    clock.sweep(now=local(28, 14))
    assert reminded(running, -3) == EVERYBODY


def test_what_was_sent_in_the_morning_is_not_sent_again_in_the_afternoon(running: World) -> None:
    clock.sweep(now=local(28, 8))
    change(running, [replace(T_3, hour=time(14))], local(28, 9))
    clock.sweep(now=local(28, 14, 1))

    assert ClimbedRung.objects.filter(rung=rung(running, -3)).count() == 3
    assert check_integrity() == []


def test_a_removed_rung_is_silent_and_kept_for_what_it_sent(running: World) -> None:
    clock.sweep(now=local(28, 8))
    known = rung(running, -3).pk
    change(running, [T0], local(28, 9))
    clock.sweep(now=local(30, 9))

    assert ladder_of(running.campaign.pk) == [T0]
    assert (rung(running, -3).pk, rung(running, -3).retired) == (known, True)
    assert reminded(running, -3) == EVERYBODY
    assert reminded(running, -1) == set()
    clock.sweep(now=local(31, 8))
    assert reminded(running, 0) == EVERYBODY


def test_a_rung_that_comes_back_is_the_same_one_and_makes_up_for_nothing(running: World) -> None:
    known = rung(running, -3).pk
    change(running, [T_1], local(27, 19))
    change(running, [T_3, T_1], local(28, 9))
    clock.sweep(now=local(28, 10))

    assert (rung(running, -3).pk, rung(running, -3).retired, rung(running, -3).since) == (known, False, local(28, 9))
    assert reminded(running, -3) == set(), "08:00 lay in the time without it"
    clock.sweep(now=local(30, 8))
    assert reminded(running, -1) == EVERYBODY


def test_a_rung_that_came_back_does_not_send_twice(running: World) -> None:
    clock.sweep(now=local(28, 8))
    change(running, [T_1], local(28, 9))
    change(running, [replace(T_3, hour=time(16)), T_1], local(28, 10))
    clock.sweep(now=local(28, 17))

    assert ClimbedRung.objects.filter(rung=rung(running, -3)).count() == 3


def test_the_rung_of_a_desk_and_the_rung_of_the_due_are_two_on_the_same_offset(world: World) -> None:
    change(world, [replace(T1, offset_working_days=2), DESK])
    change(world, [replace(T1, offset_working_days=2)])

    assert not rung(world, 2).retired
    assert rung(world, 2, ReportState.SIGNING).retired


def test_the_ladder_of_one_request_is_not_the_others(world: World) -> None:
    other = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    campaigns.open_campaign(campaign_id=other.pk, actor=world.dung, now=NOW)
    change(world, [T_3])

    assert len(ladder_of(other.pk)) == len(HOUSE_LADDER)


def test_three_days_after_the_deadline_the_clock_drafts_the_letter_once(running: World) -> None:
    clock.sweep(now=local(5, 7, 59, month=8))
    assert not UrgingLetter.objects.exists()

    for _ in range(2):
        clock.sweep(now=local(5, 8, month=8))

    letter = UrgingLetter.objects.get()
    assert (letter.campaign, letter.made_by, len(letter.annex)) == (running.campaign, None, 3)
    assert check_integrity() == []


def test_without_a_rung_that_asks_for_it_the_clock_drafts_no_letter(running: World) -> None:
    change(running, [replace(T3, letter=False)], local(27, 19))
    clock.sweep(now=local(5, 8, month=8))

    assert not UrgingLetter.objects.exists()

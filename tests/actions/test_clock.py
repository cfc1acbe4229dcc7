"""Ladders are climbed by the clock: by calendar, for whom, and once."""

from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import NOW, World, prepared_campaign, revision_of, to_received
from tests.sweeps import MINUTE, at, climbed, days_off, opened_until, sweep_daily
from workflow.actions import campaigns, clock, deadlines, intake, ladders, preparing
from workflow.choices import AudienceRule, DayKind, Role, Verb
from workflow.models import ClimbedRung, ClockMark, Event, Rung
from workflow.rules.ladder import RungSpec

pytestmark = pytest.mark.django_db


def test_the_house_ladder_of_a_friday_is_climbed_day_by_day(world: World) -> None:
    clock.sweep(now=NOW)

    sweep_daily(date(2026, 7, 20), date(2026, 8, 10))

    assert climbed(world.campaign, "cell") == [
        (-7, date(2026, 7, 22)),
        (-3, date(2026, 7, 28)),
        (-1, date(2026, 7, 30)),
        (0, date(2026, 7, 31)),
        (1, date(2026, 8, 3)),
        (3, date(2026, 8, 5)),
        (5, date(2026, 8, 7)),
    ]


def test_tet_2027_is_stepped_over_in_both_directions(world: World) -> None:
    """Tết 2027: off from Thursday 4/2 to Wednesday 10/2. The last day is the Thursday after it."""
    days_off([date(2027, 2, day) for day in (4, 5, 8, 9, 10)])
    campaign = opened_until(world, date(2027, 2, 11), at(date(2027, 1, 4)))
    clock.sweep(now=at(date(2027, 1, 20)))

    sweep_daily(date(2027, 1, 20), date(2027, 2, 19))

    assert climbed(campaign, "cell") == [
        (-7, date(2027, 1, 26)),
        (-3, date(2027, 2, 1)),
        (-1, date(2027, 2, 3)),
        (0, date(2027, 2, 11)),
        (1, date(2027, 2, 12)),
        (3, date(2027, 2, 16)),
        (5, date(2027, 2, 18)),
    ]


def test_a_swapped_saturday_is_worked_and_its_monday_is_not(world: World) -> None:
    """31/8/2026 is off for the worked Saturday 22/8 (domain.md §4.7)."""
    days_off([date(2026, 9, 1)])
    days_off([date(2026, 8, 31)], DayKind.SWAPPED_OFF)
    days_off([date(2026, 8, 22)], DayKind.WORKED)
    campaign = opened_until(world, date(2026, 8, 21), at(date(2026, 8, 3)))
    clock.sweep(now=at(date(2026, 8, 10)))

    sweep_daily(date(2026, 8, 19), date(2026, 8, 28))

    assert climbed(campaign, "cell")[-4:] == [
        (0, date(2026, 8, 21)),
        (1, date(2026, 8, 22)),
        (3, date(2026, 8, 25)),
        (5, date(2026, 8, 27)),
    ]


def test_the_leap_day_is_a_day_like_others(world: World) -> None:
    days_off([date(2028, 1, 1)])
    campaign = opened_until(world, date(2028, 2, 29), at(date(2028, 2, 1)))
    clock.sweep(now=at(date(2028, 2, 20)))

    sweep_daily(date(2028, 2, 24), date(2028, 3, 1))

    assert climbed(campaign, "cell") == [
        (-3, date(2028, 2, 24)),
        (-1, date(2028, 2, 28)),
        (0, date(2028, 2, 29)),
        (1, date(2028, 3, 1)),
    ]


def test_a_due_at_midnight_belongs_to_the_day_that_ends_with_it(world: World) -> None:
    assert world.campaign.due == at(date(2026, 8, 1), 0)
    clock.sweep(now=at(date(2026, 7, 31), 7, 59))

    clock.sweep(now=at(date(2026, 7, 31), 8))

    assert climbed(world.campaign, "cell") == [(0, date(2026, 7, 31))]
    assert Event.objects.filter(verb=Verb.DUE_DAY).count() == 3


def test_a_clock_that_stood_still_sends_the_latest_rung_of_each_report_only(world: World) -> None:
    clock.sweep(now=at(date(2026, 7, 20)))

    clock.sweep(now=at(date(2026, 8, 4), 15))

    assert climbed(world.campaign, "cell") == [(1, date(2026, 8, 4))]
    assert Event.objects.get(verb=Verb.OVERDUE, stream_id=world.report("cell").pk).facts["days"] == 2


def test_what_is_sent_or_exempt_is_not_reminded_of(world: World) -> None:
    clock.sweep(now=NOW)
    to_received(world, world.report("cell"))
    intake.exempt(report_id=world.report("other").pk, actor=world.dung, reason="Giải thể.", now=NOW)

    sweep_daily(date(2026, 7, 22), date(2026, 7, 22))

    assert climbed(world.campaign, "cell") == climbed(world.campaign, "other") == []
    assert climbed(world.campaign, "party") == [(-7, date(2026, 7, 22))]


def test_a_unit_that_is_asked_late_hears_of_what_is_still_to_come_only(world: World) -> None:
    campaign = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    only_one = {"audience": AudienceRule.LIST}
    asking = {"campaign_id": campaign.pk, "actor": world.dung}
    preparing.edit_campaign(**asking, fields=only_one, audience_units=[world.cell.pk], now=NOW)
    campaigns.open_campaign(**asking, now=NOW)
    clock.sweep(now=at(date(2026, 7, 20)))
    campaigns.add_units(**asking, unit_ids=[world.other.pk], now=at(date(2026, 7, 29), 9))

    sweep_daily(date(2026, 7, 29), date(2026, 7, 30))

    assert climbed(campaign, "cell") == [(-3, date(2026, 7, 29)), (-1, date(2026, 7, 30))]
    assert climbed(campaign, "other") == [(-1, date(2026, 7, 30))]


def test_a_reinstated_unit_hears_of_what_is_still_to_come_only(world: World) -> None:
    of_party = {"report_id": world.report("party").pk, "actor": world.dung, "reason": "Chia tách."}
    clock.sweep(now=at(date(2026, 7, 20)))
    intake.exempt(**of_party, now=at(date(2026, 7, 21)))
    intake.reinstate(**of_party, due=at(date(2026, 8, 1), 0), now=at(date(2026, 7, 29), 9))

    sweep_daily(date(2026, 7, 29), date(2026, 7, 30))

    assert climbed(world.campaign, "party") == [(-1, date(2026, 7, 30))]


def test_an_extension_starts_the_ladder_anew_for_its_own_due(world: World) -> None:
    report = world.report("cell")
    clock.sweep(now=at(date(2026, 7, 20)))
    sweep_daily(date(2026, 7, 22), date(2026, 7, 29))
    asked, later = at(date(2026, 7, 29), 9), at(date(2026, 8, 15), 0)
    deadlines.ask_extension(report_id=report.pk, actor=world.lan, due=later, reason="Chờ số liệu.", now=asked)
    deadlines.decide_extension(report_id=report.pk, actor=world.khanh, due=later, now=asked)

    sweep_daily(date(2026, 7, 30), date(2026, 8, 5))

    assert climbed(world.campaign, "cell") == [
        (-7, date(2026, 7, 22)),
        (-3, date(2026, 7, 28)),
        (-7, date(2026, 8, 5)),
    ]
    assert [offset for offset, _day in climbed(world.campaign, "other")] == [-7, -3, -1, 0, 1, 3]


def test_a_supplement_is_reminded_of_on_its_own_due(world: World) -> None:
    report = to_received(world, world.report("cell"))
    asked = at(date(2026, 8, 3), 9)
    intake.request_supplement(
        report_id=report.pk,
        actor=world.dung,
        revision_id=revision_of(report),
        remarks=[(None, "Bổ sung.")],
        due=at(date(2026, 8, 8), 0),
        now=asked,
    )
    clock.sweep(now=asked)

    sweep_daily(date(2026, 8, 4), date(2026, 8, 10))

    assert climbed(world.campaign, "cell") == [
        (-3, date(2026, 8, 4)),
        (-1, date(2026, 8, 6)),
        (0, date(2026, 8, 7)),
        (1, date(2026, 8, 10)),
    ]
    assert Event.objects.filter(verb=Verb.DUE_NEAR, facts__supplement=True).count() == 2


def test_a_pause_silences_its_units_and_nobody_else(world: World) -> None:
    clock.sweep(now=at(date(2026, 7, 20)))
    ladders.pause_ladder(
        campaign_id=world.campaign.pk,
        actor=world.dung,
        unit_ids=[world.cell.pk],
        until=at(date(2026, 7, 24), 0),
        reason="Bão số 3.",
        now=at(date(2026, 7, 21)),
    )

    sweep_daily(date(2026, 7, 22), date(2026, 7, 28))

    assert climbed(world.campaign, "cell") == [(-3, date(2026, 7, 28))]
    assert climbed(world.campaign, "other") == [(-7, date(2026, 7, 22)), (-3, date(2026, 7, 28))]


def test_a_closed_request_reminds_nobody(world: World) -> None:
    clock.sweep(now=at(date(2026, 7, 20)))
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Dừng.", now=at(date(2026, 7, 21)))

    sweep_daily(date(2026, 7, 22), date(2026, 7, 31))

    assert not ClimbedRung.objects.filter(report__campaign=world.campaign).exists()


def test_a_verb_that_took_its_moment_before_the_sweep_and_committed_after_it_is_not_forgotten(world: World) -> None:
    """The leader decided at 07:59; the sweep of 08:00 could not see it yet."""
    decided, due = at(date(2026, 7, 21), 7, 59), at(date(2026, 7, 31), 0)
    clock.sweep(now=at(date(2026, 7, 21), 7, 59))
    clock.sweep(now=at(date(2026, 7, 21), 8, 0) + MINUTE)
    campaigns.amend(campaign_id=world.campaign.pk, actor=world.khanh, due=due, now=decided)

    clock.sweep(now=at(date(2026, 7, 21), 8, 2))

    assert climbed(world.campaign, "cell") == [(-7, date(2026, 7, 21))]


def test_the_clock_does_not_go_back(world: World) -> None:
    clock.sweep(now=at(date(2026, 7, 22)))

    assert clock.sweep(now=at(date(2026, 7, 20))) == clock.Swept(0, True)

    assert ClockMark.objects.get().moment == at(date(2026, 7, 22))


def test_an_idle_sweep_asks_a_constant_number_of_queries(world: World) -> None:
    clock.sweep(now=NOW)
    for number in range(3):
        opened_until(world, date(2026, 7, 20 + number), NOW, number=f"{800 + number}-CV/ĐUK")

    with CaptureQueriesContext(
        connection,
    ) as asked:
        clock.sweep(now=NOW + MINUTE)

    assert len(asked) <= 6


def test_a_changed_ladder_reminds_whom_it_names(world: World) -> None:
    clock.sweep(now=at(date(2026, 7, 20)))
    ladders.change_ladder(
        campaign_id=world.campaign.pk,
        actor=world.dung,
        ladder=[RungSpec(-2, time(9), (Role.CLERK,))],
        now=at(date(2026, 7, 20)),
    )

    sweep_daily(date(2026, 7, 22), date(2026, 7, 31), hour=9)

    assert climbed(world.campaign, "cell") == [(-2, date(2026, 7, 29))]
    assert Rung.objects.get(campaign=world.campaign, retired=False).audience == [Role.CLERK]

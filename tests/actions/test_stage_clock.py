"""On which desk reports lay how long: one by the rule, all of a request by one statement, with the same answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import NOW, World, revision_of, to_received, to_sent, to_supplement
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns, intake
from workflow.actions.record import record_many
from workflow.choices import ReportState, Stage, Verb
from workflow.flows.report import Moved
from workflow.models import Campaign, Event, Person, Report
from workflow.queries.stage_clock import desk_times, desk_times_of, waiting_since

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = NOW + 7 * DAY  # 8/6/2026, 09:00 in Việt Nam


def spent(world: World, now: datetime, unit: str = "cell", person: Person | None = None) -> dict[Stage, timedelta]:
    times = desk_times(world.report(unit).pk, person or world.dung, now).times
    return {stage: time for stage, time in times.items() if time}


def test_each_desk_has_the_working_time_between_the_events(world: World) -> None:
    # Review from Monday 09:00 to Friday 09:00, signed and sent on Saturday, received on Sunday.
    to_received(world, world.report())

    assert spent(world, MONDAY) == {Stage.CELL: 4 * DAY, Stage.SECRETARY: 15 * HOUR, Stage.OFFICE: 9 * HOUR}
    found = desk_times(world.report().pk, world.dung, MONDAY)
    assert (found.desk, found.since) == (Stage.OFFICE, NOW + 5 * DAY)


def test_what_the_office_asks_for_is_drafted_on_the_units_desk_and_waited_for_on_no_other(world: World) -> None:
    to_supplement(world, world.report())  # asked on Monday 8/6

    assert spent(world, MONDAY + DAY)[Stage.DRAFTER] == DAY
    assert spent(world, MONDAY + DAY)[Stage.OFFICE] == 9 * HOUR
    found = desk_times(world.report().pk, world.dung, MONDAY + DAY)
    assert (found.desk, found.since) == (Stage.DRAFTER, MONDAY)


def test_a_day_off_of_the_issuer_is_nobodys_time(world: World) -> None:
    begin = datetime.fromisoformat("2026-09-01T09:00:00+07:00")  # the 2nd is the National Day

    before, after = spent(world, begin), spent(world, begin + 2 * DAY)

    assert after[Stage.DRAFTER] - before[Stage.DRAFTER] == DAY


def test_the_clock_stands_while_the_request_is_closed_and_goes_on_when_it_is_reopened(world: World) -> None:
    who = {"campaign_id": world.campaign.pk, "actor": world.khanh, "reason": "Đã đủ."}
    campaigns.close(**who, now=NOW + HOUR)
    world.campaign.refresh_from_db()
    assert spent(world, NOW + 3 * HOUR) == {Stage.DRAFTER: HOUR}
    assert desk_times_of(world.campaign, NOW + 3 * HOUR)[world.report().pk][Stage.DRAFTER] == HOUR
    assert desk_times(world.report().pk, world.dung, NOW + 3 * HOUR).desk is None
    assert waiting_since(world.campaign, NOW + 3 * HOUR) == {}

    campaigns.reopen(**who, now=NOW + 3 * HOUR)
    world.campaign.refresh_from_db()

    assert spent(world, NOW + 5 * HOUR) == {Stage.DRAFTER: 3 * HOUR}
    assert desk_times_of(world.campaign, NOW + 5 * HOUR)[world.report().pk][Stage.DRAFTER] == 3 * HOUR
    assert waiting_since(world.campaign, NOW + 5 * HOUR)[world.report().pk] == (Stage.DRAFTER, NOW)


def test_an_exempt_unit_waits_nowhere(world: World) -> None:
    intake.exempt(report_id=world.report().pk, actor=world.dung, reason="Mới thành lập.", now=NOW + HOUR)

    assert spent(world, NOW + DAY) == {Stage.DRAFTER: HOUR}
    assert world.report().pk not in waiting_since(world.campaign, NOW + DAY)
    assert set(waiting_since(world.campaign, NOW + DAY)) == {world.report("other").pk, world.report("party").pk}


def test_the_times_of_one_report_are_read_by_its_unit_and_its_issuer_only(world: World) -> None:
    report = world.report().pk
    for who in (world.lan, world.mai, world.dung, world.khanh, world.tam):
        assert desk_times(report, who, NOW).desk == Stage.DRAFTER
    for who in (world.viet, world.uyen, world.phuc, world.xuan, world.stranger):
        with refused(errors.NotVisible, "not_visible"):
            desk_times(report, who, NOW)


def wander(report: Report, random: Random) -> None:
    """A trail of any states at any moments, now and then with a clock that went back."""
    state, moment = ReportState.DRAFT, NOW
    for _ in range(random.randrange(12)):
        following = random.choice([one for one in ReportState if one != state])
        moment += random.choice([-HOUR, timedelta(0), HOUR, 7 * HOUR, DAY, 3 * DAY]) + timedelta(
            minutes=random.randrange(60), microseconds=random.randrange(10**6)
        )
        record_many(Verb.REMIND, [Moved(report.pk, state, None)], following, None, max(moment, NOW))
        state = following


def shut(world: World, random: Random) -> Campaign:
    who = {"campaign_id": world.campaign.pk, "actor": world.khanh, "reason": "Đã đủ."}
    moment = NOW
    verbs: list[Callable[..., object]] = [campaigns.close, campaigns.reopen, campaigns.close, campaigns.reopen]
    for verb in verbs[: random.choice([0, 1, 4])]:
        moment += random.randrange(1, 90) * HOUR
        verb(**who, now=moment)
    world.campaign.refresh_from_db()
    return world.campaign


@pytest.mark.parametrize("seed", range(12))
def test_the_statement_for_all_reports_counts_what_the_rule_counts_for_each(world: World, seed: int) -> None:
    random = Random(seed)  # noqa: S311 – a play, no secret
    reports = list(Report.objects.filter(campaign=world.campaign))
    for report in reports:
        wander(report, random)
    campaign = shut(world, random)
    until = NOW + random.randrange(40) * DAY + 5 * HOUR

    times, waiting = desk_times_of(campaign, until), waiting_since(campaign, until)

    for report in reports:
        found = desk_times(report.pk, world.dung, until)
        assert {k: v for k, v in times.get(report.pk, {}).items() if v} == {k: v for k, v in found.times.items() if v}
        assert waiting.get(report.pk, (None, None)) == (found.desk, found.since)


def test_all_reports_take_as_many_queries_as_one(world: World) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        desk_times_of(world.campaign, NOW + DAY)
        waiting_since(world.campaign, NOW + DAY)
    to_received(world, world.report())
    to_sent(world, world.report("other"))

    with CaptureQueriesContext(connection) as many:
        assert len(desk_times_of(world.campaign, NOW + DAY)) == 3
        waiting_since(world.campaign, NOW + DAY)

    assert Event.objects.count() > 20
    assert len(many) == len(few) <= 5


def test_a_returned_report_stays_with_whom_it_was_returned_to(world: World) -> None:
    to_sent(world, world.report())
    report = world.report()
    intake.request_supplement(
        report_id=report.pk, actor=world.dung, revision_id=revision_of(report), remarks=[(None, "Bổ sung.")],
        due=MONDAY + 9 * DAY, now=MONDAY,
    )  # fmt: skip
    intake.withdraw_supplement(report_id=report.pk, actor=world.dung, now=MONDAY + DAY)

    assert waiting_since(world.campaign, MONDAY + 2 * DAY)[report.pk] == (Stage.OFFICE, MONDAY + DAY)

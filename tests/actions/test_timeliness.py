"""Why a report is late, whether that is excused, and whose lateness it is. domain.md 4.5."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import (
    NOW,
    World,
    prepared_campaign,
    resubmit,
    revision_of,
    sign_and_issue,
    to_sent,
    to_supplement,
)
from tests.lateness import DAY, DUE, LATE_START, REASON, TUESDAY, close, excuse, give, how_timely, recorded
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns, deadlines, intake, preparing, signing, timeliness
from workflow.choices import ReportState, Timeliness, Verb
from workflow.models import Campaign, Event, Lateness, TimelinessRecord
from workflow.queries.timeliness import late_reason, supplement_standings
from workflow.rules.timeliness import Standing


def test_the_unit_says_why_and_the_issuer_excuses(world: World) -> None:
    lateness = give(world)
    assert (lateness.reason, lateness.given_by, lateness.given_at) == (REASON, world.lan, TUESDAY)

    excuse(world, now=TUESDAY + DAY)

    lateness.refresh_from_db()
    assert (lateness.reason, lateness.excuse) == (REASON, "Bão số 3.")
    assert (lateness.excused_by, lateness.excused_at) == (world.khanh, TUESDAY + DAY)
    for verb in (Verb.GIVE_LATE_REASON, Verb.EXCUSE_LATENESS):
        event = Event.objects.get(verb=verb)
        assert (event.stream_id, event.facts) == (world.report().pk, {"lateness": lateness.pk})
        assert event.state_from == event.state_to == ReportState.DRAFT


def test_the_reason_may_be_said_anew_until_it_is_excused_and_one_row_holds_it(world: World) -> None:
    give(world)
    give(world, "Bí thư đi học.", who="hung")
    assert Lateness.objects.get().reason == "Bí thư đi học."
    assert Lateness.objects.get().given_by == world.hung

    excuse(world)

    with refused(errors.LatenessExcused, "lateness_excused"):
        give(world)
    with refused(errors.LatenessExcused, "lateness_excused"):
        excuse(world)


def test_lateness_is_excused_without_a_reason_of_the_unit_as_well(world: World) -> None:
    assert excuse(world).reason == ""


def test_an_empty_reason_says_nothing(world: World) -> None:
    with refused(errors.ReasonMissing, "reason_missing"):
        give(world, "  ")
    with refused(errors.ReasonMissing, "reason_missing"):
        excuse(world, "")


def test_what_is_not_late_needs_no_reason(world: World) -> None:
    on_time = DUE - timedelta(microseconds=1)
    with refused(errors.NotLate, "not_late", due="24 giờ ngày 31/7/2026"):
        give(world, now=on_time)
    with refused(errors.NotLate, "not_late"):
        excuse(world, now=on_time)
    give(world, now=DUE)

    to_sent(world, world.report("other"))
    with refused(errors.NotLate, "not_late"):
        give(world, now=TUESDAY, unit="other", who="oanh")


def test_what_was_sent_late_is_explained_after_the_sending_too(world: World) -> None:
    to_sent(world, world.report(), LATE_START)

    give(world, now=TUESDAY + 9 * DAY)

    assert excuse(world, now=TUESDAY + 9 * DAY).excuse


def test_an_extension_that_was_granted_leaves_nothing_to_explain(world: World) -> None:
    deadlines.ask_extension(
        report_id=world.report().pk, actor=world.lan, due=TUESDAY + 9 * DAY, reason=REASON, now=TUESDAY
    )
    give(world)
    deadlines.decide_extension(report_id=world.report().pk, actor=world.khanh, due=TUESDAY + 9 * DAY, now=TUESDAY)

    with refused(errors.NotLate, "not_late"):
        give(world)


def test_an_exempt_unit_is_never_late_and_an_ended_request_asks_no_more(world: World) -> None:
    intake.exempt(report_id=world.report().pk, actor=world.dung, reason="Mới thành lập.", now=NOW)
    with refused(errors.AlreadyDone, "already_done"):
        give(world)
    close(world)
    with refused(errors.CampaignNotRunning, "campaign_not_running"):
        give(world, unit="other", who="oanh")


def test_the_reason_is_read_by_the_unit_and_the_issuers_office_and_not_two_levels_up(world: World) -> None:
    report = world.report().pk
    assert late_reason(report, world.dung, TUESDAY) is None
    give(world)
    for who in ("lan", "nam", "mai", "dung", "khanh", "tam"):
        found = late_reason(report, world.people[who], TUESDAY)
        assert found is not None
        assert found.reason == REASON
    for who in ("uyen", "viet", "phuc", "xuan", "stranger"):
        with refused(errors.NotVisible, "not_visible"):
            late_reason(report, world.people[who], TUESDAY)


def test_a_report_that_the_office_leaves_lying_stays_on_time(world: World) -> None:
    sent = to_sent(world, world.report(), DUE - 6 * DAY)

    intake.receive(report_id=sent.pk, actor=world.dung, revision_id=revision_of(sent), now=DUE + 30 * DAY)

    assert how_timely(world, DUE + 40 * DAY) == Standing(Timeliness.ON_TIME)


def test_a_report_that_is_returned_and_supplemented_late_stays_on_time_and_only_its_supplement_is_late(
    world: World,
) -> None:
    begin = DUE - 12 * DAY
    report = to_supplement(world, world.report(), begin)  # sent a week before the due, then asked to be added to
    asked_until = report.supplement_due
    assert asked_until == begin + 20 * DAY  # 24 giờ of Saturday 8/8/2026
    while_it_waits = supplement_standings(report.pk, world.lan, asked_until + 3 * DAY)
    assert [found for _supplement, found in while_it_waits] == [Standing(Timeliness.OVERDUE, 3)]
    assert how_timely(world, asked_until + 3 * DAY) == Standing(Timeliness.ON_TIME)

    resubmit(world, report, asked_until + 4 * DAY)
    sign_and_issue(world, report, asked_until + 4 * DAY)

    ((_supplement, found),) = supplement_standings(report.pk, world.dung, asked_until + 40 * DAY)
    assert found == Standing(Timeliness.LATE, 4)
    assert how_timely(world, asked_until + 40 * DAY) == Standing(Timeliness.ON_TIME)
    with refused(errors.NotLate, "not_late"):
        give(world, now=asked_until + 40 * DAY)


def test_a_supplement_in_time_does_not_mend_a_report_that_was_sent_late(world: World) -> None:
    report = to_supplement(world, world.report(), LATE_START)
    due = report.supplement_due
    assert due is not None
    resubmit(world, report, due - 2 * DAY)
    sign_and_issue(world, report, due - 2 * DAY)

    ((_supplement, found),) = supplement_standings(report.pk, world.dung, due)
    assert found == Standing(Timeliness.ON_TIME)
    assert how_timely(world, due) == Standing(Timeliness.LATE, 2)


def test_a_supplement_that_the_office_withdrew_is_nobodys_lateness(world: World) -> None:
    report = to_supplement(world, world.report())
    due = report.supplement_due
    assert due is not None
    intake.withdraw_supplement(report_id=report.pk, actor=world.dung, now=due + 9 * DAY)

    ((_supplement, found),) = supplement_standings(report.pk, world.dung, due + 10 * DAY)

    assert found == Standing(Timeliness.NOT_EXPECTED)
    assert how_timely(world, due + 10 * DAY) == Standing(Timeliness.ON_TIME)


def test_a_supplement_that_is_recalled_before_the_office_took_it_keeps_the_first_sending(world: World) -> None:
    begin = DUE - 12 * DAY
    report = to_supplement(world, world.report(), begin)
    resubmit(world, report, DUE + DAY)
    sign_and_issue(world, report, DUE + DAY)
    signing.recall_sent(
        report_id=report.pk, actor=world.hung, revision_id=revision_of(report), reason="Nhầm.", now=DUE + DAY
    )

    assert how_timely(world, DUE + 9 * DAY) == Standing(Timeliness.ON_TIME)


def test_what_is_excused_stays_late_in_the_days_and_is_marked(world: World) -> None:
    to_sent(world, world.report(), LATE_START)
    excuse(world, now=TUESDAY + DAY)
    excuse(world, unit="other", now=TUESDAY + DAY)
    close(world, TUESDAY + 2 * DAY)

    sent, unsent, silent = (recorded(world, unit) for unit in ("cell", "other", "party"))
    assert (sent.timeliness, sent.working_days, sent.excused) == (Timeliness.LATE, 2, True)
    assert (unsent.timeliness, unsent.working_days, unsent.excused) == (Timeliness.OVERDUE, 4, True)
    assert (silent.timeliness, silent.working_days, silent.excused) == (Timeliness.OVERDUE, 4, False)


def test_an_excuse_that_an_extension_made_idle_marks_nothing(world: World) -> None:
    deadlines.ask_extension(
        report_id=world.report().pk, actor=world.lan, due=TUESDAY + 20 * DAY, reason=REASON, now=TUESDAY
    )
    excuse(world)
    deadlines.decide_extension(report_id=world.report().pk, actor=world.khanh, due=TUESDAY + 20 * DAY, now=TUESDAY)
    to_sent(world, world.report(), TUESDAY)
    close(world, TUESDAY + 9 * DAY)

    assert (recorded(world).timeliness, recorded(world).excused) == (Timeliness.ON_TIME, False)
    assert (recorded(world).original_due, recorded(world).due) == (DUE, TUESDAY + 20 * DAY)


def test_a_request_that_closes_again_writes_what_holds_then(world: World) -> None:
    close(world)
    campaigns.reopen(campaign_id=world.campaign.pk, actor=world.khanh, reason="Còn thiếu.", now=TUESDAY)
    to_sent(world, world.report(), TUESDAY)
    close(world, TUESDAY + 9 * DAY)

    assert TimelinessRecord.objects.count() == 3
    assert (recorded(world).timeliness, recorded(world).sent_at) == (Timeliness.LATE, TUESDAY + 5 * DAY)
    assert recorded(world).written_at == TUESDAY + 9 * DAY


def test_the_ledger_of_a_close_is_written_in_as_many_queries_for_all_as_for_one(world: World) -> None:
    single = prepared_campaign(world.duk, world.dung, number="640-CV/ĐUK")
    preparing.edit_campaign(
        campaign_id=single.pk, actor=world.dung, fields={"audience": "LIST"}, audience_units=[world.cell.pk], now=NOW
    )
    campaigns.open_campaign(campaign_id=single.pk, actor=world.dung, now=NOW)

    def queries(campaign: Campaign) -> int:
        with CaptureQueriesContext(connection) as captured:
            timeliness.write_timeliness(campaign, TUESDAY)
        return len(captured)

    assert queries(single) == queries(world.campaign) <= 5

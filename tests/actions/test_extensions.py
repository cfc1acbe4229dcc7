"""Extensions in bulk and what an extension may change: many rows in one go, each judged as a single one is."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import NOW, World, open_upper, resubmit, to_sent, to_supplement
from tests.refusals import refused, snapshot
from workflow import errors
from workflow.actions import campaigns, deadlines, intake
from workflow.actions.bulk import Answer
from workflow.choices import ExtensionDecision, ReportState, Role, Stream, Verb
from workflow.models import Event, Extension, Report, Seat
from workflow.queries.integrity import check_integrity

DAY = timedelta(days=1)
LATER = NOW + 75 * DAY  # the request's due is 24 giờ 31/7, 60 days and a half from now
UNITS = ("cell", "other", "party")
EDITORS = {"cell": "lan", "other": "oanh", "party": "thu"}


def ask(world: World, unit: str = "cell", due: datetime = LATER) -> Extension:
    return deadlines.ask_extension(
        report_id=world.report(unit).pk, actor=world.people[EDITORS[unit]], due=due, reason="Trùng đại hội.", now=NOW
    )


def ids(world: World, units: Sequence[str] = UNITS) -> list[int]:
    return [world.report(unit).pk for unit in units]


def codes(answers: Sequence[Answer]) -> list[str]:
    return [
        answer.facts.get("decision", "done") if answer.refusal is None else answer.refusal.code for answer in answers
    ]


def dues(world: World) -> list[datetime]:
    return [world.report(unit).due for unit in UNITS]


def told(verb: Verb) -> list[Event]:
    return list(Event.objects.filter(verb=verb).order_by("pk"))


# one by one: an extension leads to a later due


@pytest.mark.parametrize("shift", [timedelta(0), -DAY, timedelta(microseconds=-1)])
def test_an_extension_never_leads_to_the_present_due_or_before_it(world: World, shift: timedelta) -> None:
    due = world.report().due
    with refused(errors.ExtensionNotLater, "extension_not_later", due="24 giờ ngày 31/7/2026"):
        ask(world, due=due + shift)
    ask(world, due=due + timedelta(microseconds=1))
    with refused(errors.ExtensionNotLater, "extension_not_later"):
        deadlines.propose_extension(report_id=world.report().pk, actor=world.dung, due=due + shift, now=NOW)
    with refused(errors.ExtensionNotLater, "extension_not_later"):
        deadlines.decide_extension(report_id=world.report().pk, actor=world.khanh, due=due + shift, now=NOW)

    deadlines.decide_extension(
        report_id=world.report().pk, actor=world.khanh, due=due + timedelta(microseconds=1), now=NOW
    )

    assert world.report().due_set_at == NOW
    assert world.report().original_due == due


def test_after_the_due_an_extension_still_has_to_lie_ahead(world: World) -> None:
    overdue = world.report().due + 5 * DAY
    with refused(errors.DueNotInFuture, "due_not_in_future"):
        deadlines.ask_extension(
            report_id=world.report().pk, actor=world.lan, due=overdue - DAY, reason="Bão.", now=overdue
        )


def test_what_was_sent_and_is_supplemented_gets_no_later_due_which_would_make_a_late_sending_timely(
    world: World,
) -> None:
    ask(world)
    late = world.report().due + 3 * DAY
    to_supplement(world, world.report(), late - 5 * DAY)
    report = resubmit(world, world.report(), late + 10 * DAY)
    assert (report.state, report.sent_at) == (ReportState.SIGNING, late)
    before = report.due

    for verb, who in ((deadlines.propose_extension, world.dung), (deadlines.decide_extension, world.khanh)):
        with refused(errors.AlreadyDone, "already_done"):
            verb(report_id=report.pk, actor=who, due=late + 30 * DAY, now=late + 11 * DAY)
    with refused(errors.AlreadyDone, "already_done"):
        deadlines.ask_extension(
            report_id=report.pk, actor=world.lan, due=late + 30 * DAY, reason="Bận.", now=late + 11 * DAY
        )
    (answer,) = deadlines.decide_extensions(
        report_ids=[report.pk], actor=world.khanh, due=late + 30 * DAY, now=late + 11 * DAY
    )

    assert codes([answer]) == ["already_done"]
    assert world.report().due == before


# many in one go


def test_one_due_is_granted_to_all_who_asked_and_the_others_are_told_why_not(world: World) -> None:
    asked = [ask(world, "cell"), ask(world, "other")]
    before = dues(world)

    answers = deadlines.decide_extensions(report_ids=ids(world), actor=world.khanh, due=LATER, now=NOW)

    assert codes(answers) == ["GRANTED", "GRANTED", "already_done"]
    assert [answer.report_id for answer in answers] == ids(world)
    refusal = answers[2].refusal
    assert refusal is not None
    assert str(refusal)
    assert dues(world) == [LATER, LATER, before[2]]
    assert [Report.objects.get(pk=pk).original_due for pk in ids(world)] == before
    assert [world.report(unit).due_set_at for unit in ("cell", "other")] == [NOW, NOW]
    for extension in Extension.objects.all():
        assert extension in asked
        assert (extension.decided_by, extension.decided_at, extension.decided_due) == (world.khanh, NOW, LATER)
        assert extension.decision == ExtensionDecision.GRANTED
    assert check_integrity() == []


def test_each_event_stands_on_its_reports_own_stream_with_the_state_it_stays_in(world: World) -> None:
    for unit in UNITS[:2]:
        ask(world, unit)
    deadlines.decide_extensions(report_ids=ids(world), actor=world.khanh, due=LATER, now=NOW)

    events = told(Verb.DECIDE_EXTENSION)
    seat = Seat.objects.get(person=world.khanh, role=Role.LEADER)
    assert [(event.stream, event.stream_id) for event in events] == [
        (Stream.REPORT, world.report(unit).pk) for unit in UNITS[:2]
    ]
    for event in events:
        extension = Extension.objects.get(report=event.stream_id)
        assert event.state_from == event.state_to == ReportState.DRAFT
        assert (event.actor, event.seat, event.at, event.revision) == (world.khanh, seat, NOW, None)
        assert event.facts == {"extension": extension.pk, "decision": "GRANTED", "due": int(LATER.timestamp())}


def test_a_bulk_decision_leaves_the_very_rows_that_a_single_one_leaves(world: World) -> None:
    for unit in UNITS[:2]:
        ask(world, unit)
    deadlines.propose_extension(report_id=world.report("cell").pk, actor=world.dung, due=LATER, now=NOW)
    deadlines.propose_extensions(report_ids=ids(world, ["other"]), actor=world.dung, due=LATER, now=NOW)
    deadlines.decide_extension(report_id=world.report("cell").pk, actor=world.khanh, due=LATER, now=NOW)
    deadlines.decide_extensions(report_ids=ids(world, ["other"]), actor=world.khanh, due=LATER, now=NOW)

    columns = (
        "proposed_by", "proposed_at", "proposal", "proposed_due", "decided_by", "decided_at", "decision", "decided_due",
    )  # fmt: skip
    one, two = (Extension.objects.filter(report=world.report(unit)).values(*columns).get() for unit in UNITS[:2])
    assert one == two
    for verb in (Verb.PROPOSE_EXTENSION, Verb.DECIDE_EXTENSION):
        first, second = told(verb)
        assert first.facts | {"extension": 0} == second.facts | {"extension": 0}
        assert (first.state_to, first.seat, first.actor) == (second.state_to, second.seat, second.actor)
    assert world.report("cell").due == world.report("other").due


def test_each_is_granted_as_it_asked(world: World) -> None:
    ask(world, "cell", LATER)
    ask(world, "other", LATER + 3 * DAY)

    answers = deadlines.decide_extensions(report_ids=ids(world), actor=world.khanh, due=None, as_asked=True, now=NOW)

    assert codes(answers) == ["GRANTED", "GRANTED", "already_done"]
    assert dues(world)[:2] == [LATER, LATER + 3 * DAY]


def test_each_is_decided_as_the_officer_proposed_also_where_he_proposed_to_refuse(world: World) -> None:
    before = dues(world)
    for unit in UNITS:
        ask(world, unit)
    deadlines.propose_extensions(report_ids=ids(world, ["cell"]), actor=world.dung, due=LATER - DAY, now=NOW)
    deadlines.propose_extensions(report_ids=ids(world, ["other"]), actor=world.dung, due=None, now=NOW)

    answers = deadlines.decide_extensions(report_ids=ids(world), actor=world.khanh, due=None, as_proposed=True, now=NOW)

    assert codes(answers) == ["GRANTED", "REFUSED", "nothing_proposed"]
    assert dues(world) == [LATER - DAY, *before[1:]]
    assert Extension.objects.get(report=world.report("party")).decided_at is None


def test_all_are_refused_at_once_and_no_due_moves(world: World) -> None:
    before = dues(world)
    for unit in UNITS:
        ask(world, unit)

    answers = deadlines.decide_extensions(report_ids=ids(world), actor=world.khanh, due=None, now=NOW)

    assert codes(answers) == ["REFUSED"] * 3
    assert dues(world) == before
    assert {world.report(unit).due_set_at for unit in UNITS} == {NOW}


def test_a_due_that_has_moved_past_what_was_asked_is_refused_for_that_row_only(world: World) -> None:
    ask(world, "cell", LATER)
    ask(world, "other", LATER + 20 * DAY)
    campaigns.amend(campaign_id=world.campaign.pk, actor=world.khanh, due=LATER + DAY, now=NOW)

    answers = deadlines.decide_extensions(report_ids=ids(world), actor=world.khanh, due=None, as_asked=True, now=NOW)

    assert codes(answers) == ["extension_not_later", "GRANTED", "already_done"]


def test_proposing_one_due_for_all_moves_no_due_and_tells_the_leader_of_each(world: World) -> None:
    before = dues(world)
    for unit in UNITS[:2]:
        ask(world, unit)

    answers = deadlines.propose_extensions(report_ids=ids(world), actor=world.dung, due=LATER, now=NOW)

    assert codes(answers) == ["GRANTED", "GRANTED", "already_done"]
    assert dues(world) == before
    assert {(one.proposal, one.proposed_due, one.decision) for one in Extension.objects.all()} == {
        ("GRANTED", LATER, "")
    }
    assert len(told(Verb.PROPOSE_EXTENSION)) == 2


def test_units_are_reminded_at_once_and_what_was_sent_is_left_alone(world: World) -> None:
    to_sent(world, world.report())

    answers = intake.remind_all(report_ids=ids(world), actor=world.dung, now=NOW + 6 * DAY)

    assert codes(answers) == ["already_done", "done", "done"]
    assert [event.stream_id for event in told(Verb.REMIND)] == ids(world, ["other", "party"])
    assert {(event.state_from, event.state_to) for event in told(Verb.REMIND)} == {("DRAFT", "DRAFT")}
    assert check_integrity() == []


def test_rows_of_somebody_else_do_not_exist_for_the_actor_and_the_others_go_through(world: World) -> None:
    upper = open_upper(world)
    elsewhere = Report.objects.get(campaign=upper, organization=world.duk)
    asked = [elsewhere.pk, world.report().pk, 987654321]

    # The officer drafts the Khối's own report to the province, so he sees that one.
    answers = intake.remind_all(report_ids=asked, actor=world.dung, now=NOW)

    assert [answer.report_id for answer in answers] == asked
    assert codes(answers) == ["not_your_desk", "done", "not_visible"]


def test_whoever_does_not_hold_the_desk_is_refused_row_by_row_and_nothing_changes(world: World) -> None:
    ask(world)
    before = snapshot()

    by_office = deadlines.decide_extensions(report_ids=ids(world), actor=world.dung, due=LATER, now=NOW)
    by_unit = deadlines.decide_extensions(report_ids=ids(world), actor=world.lan, due=LATER, now=NOW)
    by_nobody = deadlines.decide_extensions(report_ids=ids(world), actor=world.stranger, due=LATER, now=NOW)

    assert codes(by_office) == ["not_your_desk"] * 3
    assert codes(by_unit) == ["not_your_desk", "not_visible", "not_visible"]
    assert codes(by_nobody) == ["not_visible"] * 3
    assert snapshot() == before


def test_reports_of_two_requests_are_not_decided_together(world: World) -> None:
    ask(world)
    own = world.own_report  # of the house request, which the Khối's leader decides on as well
    with refused(errors.WrongAnswer, "wrong_answer"):
        deadlines.decide_extensions(report_ids=[*ids(world), own.pk], actor=world.khanh, due=LATER, now=NOW)


def test_in_an_ended_request_every_row_says_so(world: World) -> None:
    ask(world)
    campaigns.cancel(campaign_id=world.campaign.pk, actor=world.khanh, reason="Trùng đợt.", now=NOW)
    before = snapshot()

    answers = deadlines.decide_extensions(report_ids=ids(world), actor=world.khanh, due=LATER, now=NOW)

    assert codes(answers) == ["campaign_not_running"] * 3
    assert snapshot() == before


def test_a_row_named_twice_is_decided_once_and_no_rows_are_no_work(world: World) -> None:
    ask(world)
    (report,) = ids(world, ["cell"])

    (answer,) = deadlines.decide_extensions(report_ids=[report, report], actor=world.khanh, due=LATER, now=NOW)

    assert answer.refusal is None
    assert len(told(Verb.DECIDE_EXTENSION)) == 1
    assert deadlines.decide_extensions(report_ids=[], actor=world.khanh, due=LATER, now=NOW) == []


@pytest.mark.parametrize(
    "ways",
    [{"due": LATER, "as_asked": True}, {"due": LATER, "as_proposed": True},
     {"due": None, "as_asked": True, "as_proposed": True}],
)  # fmt: skip
def test_two_ways_at_once_are_a_mistake_of_the_caller(world: World, ways: dict[str, object]) -> None:
    decide: Callable[..., object] = deadlines.decide_extensions
    with pytest.raises(ValueError, match="one due for all"):
        decide(report_ids=ids(world), actor=world.khanh, now=NOW, **ways)


def test_no_query_is_asked_per_row(world: World) -> None:
    def queries(units: Sequence[str]) -> int:
        for unit in units:
            ask(world, unit)
        with CaptureQueriesContext(connection) as captured:
            deadlines.propose_extensions(report_ids=ids(world, units), actor=world.dung, due=LATER, now=NOW)
            deadlines.decide_extensions(report_ids=ids(world, units), actor=world.khanh, due=None, now=NOW)
            intake.remind_all(report_ids=ids(world, units), actor=world.dung, now=NOW)
        return len(captured) - 3 * len(units)  # ids() itself asks once per unit and call

    assert queries(["cell"]) == queries(UNITS)

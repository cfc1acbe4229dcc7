"""Decisions on many reports against each other and against the verbs of single ones; each with the lock off as control.

Two bulk verbs lock the same reports by id, whatever the order in which they were named.
"""

import re
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from tests.builders import NOW, World
from tests.concurrency.interleaving import LIMIT, Actor, Call, gather, interleaved, until
from tests.concurrency.scene import LATER, REASON, Scene
from workflow import errors
from workflow.actions import deadlines, intake, opening, timeliness
from workflow.actions.bulk import Answer
from workflow.choices import ReportState, Stream, Verb
from workflow.models import Event, Extension, Lateness, Report, TimelinessRecord
from workflow.queries.integrity import check_integrity

UNITS = ("cell", "other", "party")
EDITORS = {"cell": "lan", "other": "oanh", "party": "thu"}
GRANTED = LATER + timedelta(days=60)
OVERDUE = NOW + timedelta(days=70)
BEFORE_THE_DECISION = "UPDATE workflow_extension"
LOCKS = r"FOR (NO KEY UPDATE|SHARE)( OF [\w\".]+)?\s*$"


def ask(world: World, units: Sequence[str] = UNITS) -> list[int]:
    """Ids of the reports of the units, each of which has asked for a later due."""
    reports = {unit: world.report(unit).pk for unit in units}
    for unit, report in reports.items():
        deadlines.ask_extension(
            report_id=report, actor=world.people[EDITORS[unit]], due=GRANTED, reason=REASON, now=NOW
        )
    return list(reports.values())


def deciding(world: World, reports: Sequence[int], who: str = "khanh", days: int = 0) -> Callable[[], list[Answer]]:
    due = GRANTED + timedelta(days=days)
    return lambda: deadlines.decide_extensions(report_ids=reports, actor=world.people[who], due=due, now=LATER)


def changed(call: Call, change: Callable[[str], str]) -> Call:
    """The same with every statement changed on its way."""

    def rewrite(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        return execute(change(sql), params, many, context)

    def altered() -> object:
        with connection.execute_wrapper(rewrite):
            return call()

    return altered


def unlocked(call: Call) -> Call:
    return changed(call, lambda sql: re.sub(LOCKS, "", sql))


def codes(answers: object) -> list[str]:
    assert isinstance(answers, list)
    return [answer.refusal.code if answer.refusal else "done" for answer in answers]


def decisions(report: int) -> int:
    return Event.objects.filter(stream=Stream.REPORT, stream_id=report, verb=Verb.DECIDE_EXTENSION).count()


# the same report decided twice at once


def test_of_two_decisions_on_one_report_the_second_is_told(shared_world: World) -> None:
    (report,) = ask(shared_world, ["cell"])
    scene = Scene(shared_world, report, 0)

    outcome = interleaved(scene.decide_extension, scene.decide_extension, before='^UPDATE "workflow_extension"')

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.AlreadyDone)
    assert decisions(report) == 1
    assert check_integrity() == []


def test_without_the_row_lock_one_report_is_decided_twice(shared_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LOCK_REPORT", "")
    (report,) = ask(shared_world, ["cell"])
    scene = Scene(shared_world, report, 0)

    outcome = interleaved(scene.decide_extension, scene.decide_extension, before='^UPDATE "workflow_extension"')

    assert outcome.winners == [0, 1]
    assert decisions(report) == 2


def test_of_two_bulk_decisions_the_second_decides_only_what_the_first_left(shared_world: World) -> None:
    cell, other, party = ask(shared_world)

    outcome = interleaved(
        deciding(shared_world, [cell, other]),
        deciding(shared_world, [party, other], "long", days=9),
        before=BEFORE_THE_DECISION,
    )

    assert outcome.waited
    assert [codes(value) for value in outcome.values] == [["done", "done"], ["done", "already_done"]]
    assert Report.objects.get(pk=other).due == GRANTED
    assert Report.objects.get(pk=party).due == GRANTED + timedelta(days=9)
    assert [decisions(report) for report in (cell, other, party)] == [1, 1, 1]
    assert check_integrity() == []


def test_without_the_locks_a_report_is_decided_by_both_and_its_due_is_not_what_its_first_event_says(
    shared_world: World,
) -> None:
    cell, other, party = ask(shared_world)

    outcome = interleaved(
        unlocked(deciding(shared_world, [cell, other])),
        unlocked(deciding(shared_world, [party, other], "long", days=9)),
        before=BEFORE_THE_DECISION,
    )

    assert not outcome.waited
    assert [codes(value) for value in outcome.values] == [["done", "done"], ["done", "done"]]
    assert decisions(other) == 2
    assert Extension.objects.get(report=other).decided_by == shared_world.khanh


# against a sending


def test_a_bulk_decision_waits_for_a_sending_that_has_begun_and_spares_it(shared_world: World) -> None:
    reports = ask(shared_world)
    scene = Scene.at(shared_world, ReportState.SIGNED)
    before = scene.report.due

    outcome = interleaved(scene.issue, deciding(shared_world, reports))

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert codes(outcome.values[1]) == ["already_done", "done", "done"]
    assert (scene.report.state, scene.report.due) == (ReportState.SENT, before)
    assert check_integrity() == []


def test_without_the_locks_a_later_due_is_given_to_what_is_being_sent(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LOCK_REPORT", "")
    reports = ask(shared_world)
    scene = Scene.at(shared_world, ReportState.SIGNED)

    outcome = interleaved(scene.issue, unlocked(deciding(shared_world, reports)))

    assert not outcome.waited
    assert codes(outcome.values[1]) == ["done", "done", "done"]
    assert (scene.report.due, scene.report.state) == (GRANTED, ReportState.SENT)


def test_a_signature_waits_for_a_bulk_decision_and_is_given_under_the_new_due(shared_world: World) -> None:
    reports = ask(shared_world)
    scene = Scene.at(shared_world, ReportState.SIGNING)

    outcome = interleaved(deciding(shared_world, reports), scene.sign, before=BEFORE_THE_DECISION)

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert (scene.report.state, scene.report.due) == (ReportState.SIGNED, GRANTED)
    assert check_integrity() == []


def test_without_the_locks_the_events_of_a_signature_and_of_a_decision_contradict_each_other(
    shared_world: World,
) -> None:
    reports = ask(shared_world)
    scene = Scene.at(shared_world, ReportState.SIGNING)

    outcome = interleaved(unlocked(deciding(shared_world, reports)), scene.sign, before=BEFORE_THE_DECISION)

    assert not outcome.waited
    assert outcome.winners == [0, 1]
    assert "every event follows from the state before it" in [problem.invariant for problem in check_integrity()]


def test_units_are_reminded_or_told_that_they_have_sent_never_both(shared_world: World) -> None:
    scene = Scene.at(shared_world, ReportState.SIGNED)
    reports = [shared_world.report(unit).pk for unit in UNITS]

    outcome = interleaved(
        scene.issue, lambda: intake.remind_all(report_ids=reports, actor=shared_world.dung, now=LATER)
    )

    assert outcome.waited
    assert codes(outcome.values[1]) == ["already_done", "done", "done"]
    assert check_integrity() == []


# against the end of the request


def test_a_close_waits_for_a_bulk_decision_and_counts_the_new_dues(shared_world: World) -> None:
    reports = ask(shared_world)
    scene = Scene(shared_world, reports[0], 0)

    outcome = interleaved(deciding(shared_world, reports), scene.close, before=BEFORE_THE_DECISION)

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert set(TimelinessRecord.objects.values_list("due", flat=True)) == {GRANTED}
    assert check_integrity() == []


def test_without_the_lock_on_the_request_its_ledger_holds_dues_that_are_none_any_more(shared_world: World) -> None:
    reports = ask(shared_world)
    scene = Scene(shared_world, reports[0], 0)
    on_the_reports_only = changed(deciding(shared_world, reports), lambda sql: sql.replace("FOR SHARE", ""))

    outcome = interleaved(on_the_reports_only, scene.close, before=BEFORE_THE_DECISION)

    assert not outcome.waited
    assert outcome.winners == [0, 1]
    assert GRANTED not in TimelinessRecord.objects.values_list("due", flat=True)
    assert set(Report.objects.filter(pk__in=reports).values_list("due", flat=True)) == {GRANTED}


# in opposite order


def around_a_locked_row(middle: int, *calls: Call) -> list[Actor]:
    """Let each call come as far as it gets while somebody holds the middle report, then let all go on."""
    holds, may_go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Report.objects.select_for_update(no_key=True).get(pk=middle)
            holds.set()
            may_go_on.wait(LIMIT)

    holder, actors = Actor(hold), [Actor(call) for call in calls]
    try:
        holder.start()
        until(holds.is_set, holder)
        for actor in actors:
            actor.start()
            until(actor.waits, actor)
            assert actor.is_alive(), actor.error
    finally:
        may_go_on.set()
        gather([holder, *actors])
    return actors


def test_two_bulk_decisions_in_opposite_order_do_not_hang_each_other(shared_world: World) -> None:
    cell, other, party = sorted(ask(shared_world))

    one, two = around_a_locked_row(
        other, deciding(shared_world, [cell, other, party]), deciding(shared_world, [party, other, cell], "long")
    )

    assert (one.error, two.error) == (None, None)
    assert sorted([codes(one.value), codes(two.value)]) == [["already_done"] * 3, ["done"] * 3]
    assert check_integrity() == []


def test_locked_in_the_order_in_which_they_were_named_they_would(shared_world: World) -> None:
    cell, other, party = sorted(ask(shared_world))

    def backwards(sql: str) -> str:
        return re.sub(r'(ORDER BY "workflow_report"."id") ASC', r"\1 DESC", sql)

    one, two = around_a_locked_row(
        other,
        deciding(shared_world, [cell, other, party]),
        changed(deciding(shared_world, [party, other, cell], "long"), backwards),
    )

    (accident,) = [actor.error for actor in (one, two) if actor.error is not None]
    assert isinstance(accident, OperationalError)
    assert "deadlock" in str(accident)


# lateness


def excusing(world: World, report: int, who: str) -> Call:
    return lambda: timeliness.excuse_lateness(
        report_id=report, actor=world.people[who], reason="Bão số 3.", now=OVERDUE
    )


def test_of_two_excuses_at_once_the_second_is_told(shared_world: World) -> None:
    report = shared_world.report().pk

    outcome = interleaved(excusing(shared_world, report, "khanh"), excusing(shared_world, report, "long"))

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.LatenessExcused)
    assert Lateness.objects.get().excused_by == shared_world.khanh


def test_without_the_row_lock_the_second_excuse_is_stopped_by_its_constraint_only(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LOCK_REPORT", "")
    report = shared_world.report().pk

    outcome = interleaved(excusing(shared_world, report, "khanh"), excusing(shared_world, report, "long"))

    assert outcome.winners == [1]
    assert isinstance(outcome.errors[0], IntegrityError)


# the export


def exporting(world: World, who: str) -> Call:
    return lambda: timeliness.export_timeliness(issuer_id=world.duk.pk, year=2026, actor=world.people[who], now=LATER)


def exports(world: World) -> list[int]:
    events = Event.objects.filter(stream=Stream.ORGANIZATION, stream_id=world.duk.pk, verb=Verb.EXPORT_TIMELINESS)
    return list(events.order_by("seq").values_list("seq", flat=True))


def test_two_exports_at_once_are_logged_one_after_the_other(shared_world: World) -> None:
    outcome = interleaved(exporting(shared_world, "khanh"), exporting(shared_world, "dung"))

    assert outcome.waited
    assert outcome.winners == [0, 1]
    first, second = exports(shared_world)
    assert second == first + 1
    assert check_integrity() == []


def test_without_the_lock_on_the_issuer_two_exports_take_the_same_place(shared_world: World) -> None:
    outcome = interleaved(
        changed_after_its_event(exporting(shared_world, "khanh")),
        unlocked(exporting(shared_world, "dung")),
        before="^SELECT 1$",
    )

    assert len(outcome.winners) == 1
    assert isinstance(next(error for error in outcome.errors if error), IntegrityError)


def changed_after_its_event(call: Call) -> Call:
    """Stand after the event and before the commit, having taken no lock."""

    def stay() -> object:
        with transaction.atomic():
            value = unlocked(call)()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        return value

    return stay

"""Extensions: the unit asks, the officer proposes, the leader decides. design.md section 6."""

from datetime import datetime, timedelta

from tests.builders import NOW, World, to_sent
from tests.refusals import refused
from workflow import errors
from workflow.actions import deadlines
from workflow.choices import ExtensionDecision
from workflow.models import Event, Extension

LATER = NOW + timedelta(days=75)


def ask(world: World, due: datetime = LATER, reason: str = "Trùng đại hội chi bộ.") -> Extension:
    return deadlines.ask_extension(report_id=world.report().pk, actor=world.lan, due=due, reason=reason, now=NOW)


def propose(world: World, due: datetime | None) -> Extension:
    return deadlines.propose_extension(report_id=world.report().pk, actor=world.dung, due=due, now=NOW)


def decide(world: World, due: datetime | None) -> Extension:
    return deadlines.decide_extension(report_id=world.report().pk, actor=world.khanh, due=due, now=NOW)


def test_a_granted_extension_moves_the_due_and_keeps_the_original(world: World) -> None:
    original = world.report().due
    ask(world)
    propose(world, LATER - timedelta(days=5))
    assert world.report().due == original

    extension = decide(world, LATER - timedelta(days=3))

    report = world.report()
    assert (report.due, report.original_due) == (LATER - timedelta(days=3), original)
    assert (extension.asked_by, extension.proposed_by, extension.decided_by) == (world.lan, world.dung, world.khanh)
    assert (extension.asked_due, extension.proposed_due, extension.decided_due) == (
        LATER, LATER - timedelta(days=5), LATER - timedelta(days=3),
    )  # fmt: skip
    assert extension.decision == ExtensionDecision.GRANTED
    assert Event.objects.latest("pk").facts["due"] == int(report.due.timestamp())


def test_a_refused_extension_leaves_the_due(world: World) -> None:
    original = world.report().due
    ask(world)
    assert propose(world, None).proposal == ExtensionDecision.REFUSED

    assert decide(world, None).decision == ExtensionDecision.REFUSED

    assert world.report().due == original


def test_the_leader_decides_without_a_proposal_as_well(world: World) -> None:
    ask(world)

    assert decide(world, LATER).proposed_by is None
    assert world.report().due == LATER


def test_an_extension_has_a_reason_a_due_ahead_and_waits_for_its_decision(world: World) -> None:
    with refused(errors.ReasonMissing, "reason_missing"):
        ask(world, reason=" ")
    with refused(errors.DueNotInFuture, "due_not_in_future"):
        ask(world, NOW)
    ask(world)
    with refused(errors.AlreadyAsked, "already_asked"):
        ask(world)
    with refused(errors.DueNotInFuture, "due_not_in_future"):
        propose(world, NOW)
    with refused(errors.DueNotInFuture, "due_not_in_future"):
        decide(world, NOW)

    decide(world, None)

    ask(world)


def test_what_nobody_asked_or_somebody_decided_is_not_decided_again(world: World) -> None:
    for verb in (propose, decide):
        with refused(errors.AlreadyDone, "already_done"):
            verb(world, LATER)
    ask(world)
    decide(world, LATER)
    for verb in (propose, decide):
        with refused(errors.AlreadyDone, "already_done"):
            verb(world, LATER)


def test_what_was_sent_needs_no_extension(world: World) -> None:
    to_sent(world, world.report())
    with refused(errors.AlreadyDone, "already_done"):
        ask(world)

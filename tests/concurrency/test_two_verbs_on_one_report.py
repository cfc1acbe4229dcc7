"""Two verbs on one report at the same moment: one wins, the other is told; without the row lock both get through."""

import pytest
from django.db import IntegrityError

from tests.builders import World
from tests.concurrency.interleaving import Outcome, interleaved
from tests.concurrency.scene import Scene
from workflow import errors
from workflow.actions import opening
from workflow.choices import ReportState, Stream, Verb
from workflow.models import Event, Signature
from workflow.queries.integrity import check_integrity

RIVALS = [
    (ReportState.SIGNING, "sign", "sign"),
    (ReportState.SIGNING, "sign", "sign_as_stand_in"),
    (ReportState.SIGNING, "sign", "recall"),
    (ReportState.SIGNING, "recall", "sign"),
    (ReportState.SIGNING, "return_for_revision", "sign"),
    (ReportState.SIGNING, "exempt", "sign"),
    (ReportState.REVIEW, "conclude_review", "conclude_review"),
    (ReportState.REVIEW, "recall", "conclude_review"),
    (ReportState.REVIEW, "enter_minutes", "give_opinion"),
    (ReportState.REVIEW, "give_opinion", "enter_minutes"),
    (ReportState.SIGNED, "issue", "issue"),
    (ReportState.SIGNED, "issue", "return_signed"),
    (ReportState.SIGNED, "return_signed", "issue"),
    (ReportState.SIGNED, "register_paper", "issue"),
    (ReportState.SENT, "receive", "recall_sent"),
    (ReportState.SENT, "recall_sent", "receive"),
    (ReportState.SENT, "request_supplement", "recall_sent"),
    (ReportState.SENT, "recall_sent", "request_supplement"),
    (ReportState.SUPPLEMENT, "withdraw_supplement", "submit_for_review"),
    (ReportState.SUPPLEMENT, "submit_for_review", "withdraw_supplement"),
    (ReportState.DRAFT, "ask_extension", "ask_extension"),
]
THE_OTHER_IS_TOLD = (
    errors.AlreadyDone,
    errors.StaleRevision,
    errors.AlreadyAsked,
    errors.MinutesEntered,
    errors.MinutesWithVotes,
)
rivals = pytest.mark.parametrize(("state", "first", "second"), RIVALS)


def race(world: World, state: ReportState, first: str, second: str) -> Outcome:
    scene = Scene.at(world, state)
    return interleaved(getattr(scene, first), getattr(scene, second))


@rivals
def test_of_two_verbs_at_once_one_wins_and_the_other_is_told(
    shared_world: World, state: ReportState, first: str, second: str
) -> None:
    outcome = race(shared_world, state, first, second)

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], THE_OTHER_IS_TOLD)
    assert check_integrity() == []


@rivals
def test_without_the_row_lock_both_get_through_or_a_constraint_breaks(
    shared_world: World, monkeypatch: pytest.MonkeyPatch, state: ReportState, first: str, second: str
) -> None:
    monkeypatch.setattr(opening, "LOCK_REPORT", "")

    outcome = race(shared_world, state, first, second)

    assert not outcome.refusals
    assert outcome.winners == [0, 1] or isinstance(outcome.errors[0], IntegrityError)


def told(scene: Scene, verb: Verb) -> int:
    return Event.objects.filter(stream=Stream.REPORT, stream_id=scene.report_id, verb=verb).count()


def test_a_double_signature_leaves_one_signature_and_one_event(shared_world: World) -> None:
    scene = Scene.at(shared_world, ReportState.SIGNING)

    interleaved(scene.sign, scene.sign_as_stand_in)

    assert Signature.objects.get().person == shared_world.hung
    assert told(scene, Verb.SIGN) == 1


def test_without_the_row_lock_the_second_signature_is_stopped_by_its_constraint_only(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LOCK_REPORT", "")
    scene = Scene.at(shared_world, ReportState.SIGNING)

    outcome = interleaved(scene.sign, scene.sign_as_stand_in)

    assert "signature_one_valid" in str(outcome.accidents[0])
    assert Signature.objects.get().person == shared_world.binh


def test_without_the_row_lock_a_recalled_report_is_signed(shared_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LOCK_REPORT", "")
    scene = Scene.at(shared_world, ReportState.SIGNING)

    interleaved(scene.sign, scene.recall)

    assert (told(scene, Verb.SIGN), told(scene, Verb.RECALL)) == (1, 1)
    assert scene.report.state == ReportState.SIGNED
    assert "every event follows from the state before it" in [problem.invariant for problem in check_integrity()]

"""The upper report against the lower ones it takes in: whatever happens first, both sides tell the same story."""

from functools import partial

import pytest

from tests.builders import World, to_received, to_signing
from tests.concurrency.cascade import Cascade
from tests.concurrency.interleaving import interleaved
from tests.concurrency.scene import Scene
from workflow import errors
from workflow.actions import signing
from workflow.choices import ReportState, Stream, Verb
from workflow.flows.report import Moved, move_all
from workflow.models import Event, Report
from workflow.queries.integrity import check_integrity

AFTER_THE_LOWER = "(?s)INSERT INTO workflow_event.*unnest"


@pytest.fixture
def scenes(shared_world: World) -> tuple[Scene, Scene]:
    """The committee's own report, waiting for its signature, and a unit's received one."""
    world = shared_world
    lower = Scene.at(world, ReportState.RECEIVED)
    to_received(world, world.report("other"))
    upper = to_signing(world, world.own_report)
    return Scene(world, upper.pk, upper.current_revision_id or 0), lower


def story(lower: Scene) -> tuple[str, bool, Verb]:
    report = lower.report
    last = Event.objects.filter(stream=Stream.REPORT, stream_id=report.pk).latest("seq")
    return report.state, report.included, Verb(last.verb)


def test_what_is_left_out_while_the_upper_report_is_signed_is_not_taken_in(scenes: tuple[Scene, Scene]) -> None:
    upper, lower = scenes

    outcome = interleaved(lower.leave_out, partial(upper.sign, "khanh"))

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert story(lower) == (ReportState.RECEIVED, False, Verb.LEAVE_OUT)
    assert lower.world.report("other").state == ReportState.CONSOLIDATED
    assert check_integrity() == []


def test_without_the_lock_in_move_all_what_is_left_out_is_taken_in_as_well(
    scenes: tuple[Scene, Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chosen by what an older snapshot showed, the report is both left out and consolidated."""

    def by_an_old_list(reports: object, verb: Verb) -> list[Moved]:
        return move_all(Report.objects.filter(pk__in=chosen), verb)

    upper, lower = scenes
    chosen = [lower.report_id]
    monkeypatch.setattr(signing, "move_all", by_an_old_list)

    outcome = interleaved(lower.leave_out, partial(upper.sign, "khanh"))

    assert outcome.winners == [0, 1]
    assert story(lower) == (ReportState.CONSOLIDATED, False, Verb.CONSOLIDATE)


def test_what_the_upper_report_has_taken_in_is_no_longer_left_out(scenes: tuple[Scene, Scene]) -> None:
    upper, lower = scenes

    outcome = interleaved(partial(upper.sign, "khanh"), lower.leave_out, before=AFTER_THE_LOWER)

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.AlreadyDone)
    assert story(lower) == (ReportState.CONSOLIDATED, True, Verb.CONSOLIDATE)
    assert check_integrity() == []


def test_what_is_received_while_the_upper_report_is_signed_stays_received(shared_world: World) -> None:
    world = shared_world
    lower = Scene.at(world, ReportState.SENT)
    own = to_signing(world, world.own_report)
    upper = Scene(world, own.pk, own.current_revision_id or 0)

    outcome = interleaved(lower.receive, partial(upper.sign, "khanh"))

    assert outcome.winners == [0, 1]
    assert story(lower) == (ReportState.RECEIVED, True, Verb.RECEIVE)
    assert check_integrity() == []


def test_a_supplement_is_not_asked_of_what_is_being_taken_in(scenes: tuple[Scene, Scene]) -> None:
    upper, lower = scenes

    outcome = interleaved(partial(upper.sign, "khanh"), lower.request_supplement, before=AFTER_THE_LOWER)

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.AlreadyDone)
    assert check_integrity() == []


def test_a_supplement_asked_while_the_upper_report_is_signed_keeps_the_report_out(scenes: tuple[Scene, Scene]) -> None:
    upper, lower = scenes

    outcome = interleaved(lower.request_supplement, partial(upper.sign, "khanh"))

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert story(lower) == (ReportState.SUPPLEMENT, True, Verb.REQUEST_SUPPLEMENT)
    assert check_integrity() == []


def test_a_supplement_waits_for_the_release_and_is_asked_then(scenes: tuple[Scene, Scene]) -> None:
    upper, lower = scenes
    upper.sign("khanh")

    outcome = interleaved(partial(upper.return_signed, "khanh"), lower.request_supplement, before=AFTER_THE_LOWER)

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert story(lower) == (ReportState.SUPPLEMENT, True, Verb.REQUEST_SUPPLEMENT)
    assert check_integrity() == []


def test_a_close_waits_for_the_signature_of_the_house_report(scenes: tuple[Scene, Scene]) -> None:
    """The request's own house ends with it, so the close waits there, and nothing is signed in a closed request."""
    upper, lower = scenes

    outcome = interleaved(partial(upper.sign, "khanh"), lower.close)

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert check_integrity() == []


def test_a_signature_waits_for_a_close_and_is_refused(scenes: tuple[Scene, Scene]) -> None:
    upper, lower = scenes

    outcome = interleaved(lower.close, partial(upper.sign, "khanh"), before='^UPDATE "workflow_campaign"', nth=2)

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.CampaignNotRunning)
    assert upper.report.state == ReportState.SIGNING
    assert check_integrity() == []


def test_what_a_closed_request_gave_is_let_go_too_when_the_upper_report_goes_backwards(shared_world: World) -> None:
    """It once stayed consolidated, and after reopening lay in no signed report."""
    cascade = Cascade.build(shared_world)
    cascade.sign(cascade.own, "khanh")
    cascade.close(cascade.lower, "khanh")

    outcome = interleaved(
        partial(cascade.return_signed, cascade.own, "khanh"), partial(cascade.reopen, cascade.lower, "khanh")
    )

    assert outcome.winners == [0, 1]
    assert {Report.objects.get(pk=unit).state for unit in cascade.units} == {ReportState.RECEIVED}
    assert check_integrity() == []

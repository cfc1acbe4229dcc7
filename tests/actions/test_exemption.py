"""The office's desk: exempt and reinstate, remind, assign an officer. design.md section 5."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import NOW, STEPS, World, resubmit, to_received, to_sent, to_supplement
from tests.refusals import refused
from workflow import errors
from workflow.actions import intake
from workflow.choices import ReportState, ReviewResult, Verb
from workflow.models import Event, Report, ReviewRound, Signature, Supplement
from workflow.queries.integrity import check_integrity

DAY = timedelta(days=1)
LATER = NOW + 10 * DAY
NOT_SENT = [ReportState.DRAFT, ReportState.REVIEW, ReportState.REVISING, ReportState.SIGNING, ReportState.SIGNED]


def exempt(world: World, report: Report, reason: str = "Mới thành lập.") -> Report:
    intake.exempt(report_id=report.pk, actor=world.dung, reason=reason, now=LATER)
    report.refresh_from_db()
    return report


def reinstate(world: World, report: Report, **given: Any) -> Report:
    stated: dict[str, Any] = {"reason": "Đã đủ điều kiện.", "due": LATER + 20 * DAY, "now": LATER} | given
    intake.reinstate(report_id=report.pk, actor=world.dung, **stated)
    report.refresh_from_db()
    return report


@pytest.mark.parametrize("state", NOT_SENT)
def test_a_unit_is_exempted_and_has_to_begin_anew_when_it_is_reinstated(world: World, state: ReportState) -> None:
    report = STEPS[state](world, world.report())
    with refused(errors.ReasonMissing, "reason_missing"):
        exempt(world, report, " ")

    assert exempt(world, report).state == ReportState.EXEMPT
    assert check_integrity() == []
    with refused(errors.AlreadyDone, "already_done"):
        exempt(world, report)
    with refused(errors.DueNotInFuture, "due_not_in_future"):
        reinstate(world, report, due=LATER)
    with refused(errors.ReasonMissing, "reason_missing"):
        reinstate(world, report, reason="")

    reinstate(world, report)

    assert (report.state, report.due, report.original_due) == (
        ReportState.DRAFT, LATER + 20 * DAY, world.campaign.due,
    )  # fmt: skip
    assert not ReviewRound.objects.filter(result__in=["", ReviewResult.ADOPTED]).exists()
    assert not Signature.objects.filter(void_at__isnull=True).exists()
    assert check_integrity() == []


def test_an_exemption_in_a_supplement_ends_the_supplement(world: World) -> None:
    report = resubmit(world, to_supplement(world, world.report()), LATER)

    exempt(world, report)

    assert (Supplement.objects.get().closed_at, report.supplement_due) == (LATER, None)
    assert check_integrity() == []


@pytest.mark.parametrize("step", [to_sent, to_received])
def test_what_was_sent_is_not_exempted(world: World, step: Any) -> None:
    report = step(world, world.report())
    with refused(errors.AlreadyDone, "already_done"):
        exempt(world, report)


# remind, assign_officer


def test_a_reminder_is_told_while_the_unit_has_the_work(world: World) -> None:
    intake.remind(report_id=world.report().pk, actor=world.dung, now=NOW)
    assert Event.objects.latest("pk").verb == Verb.REMIND
    assert world.report().state == ReportState.DRAFT
    report = to_sent(world, world.report())
    with refused(errors.AlreadyDone, "already_done"):
        intake.remind(report_id=report.pk, actor=world.dung, now=NOW)


def test_one_officer_of_the_issuer_follows_the_unit(world: World) -> None:
    report = world.report()
    for person in (world.tam, world.uyen, world.lan):
        with refused(errors.WrongAnswer, "wrong_answer"):
            intake.assign_officer(report_id=report.pk, actor=world.dung, person_id=person.pk, now=NOW)

    intake.assign_officer(report_id=report.pk, actor=world.dung, person_id=world.yen.pk, now=NOW)

    report.refresh_from_db()
    assert report.officer == world.yen

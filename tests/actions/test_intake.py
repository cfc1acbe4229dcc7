"""The office's desk: design.md section 5, receive to reinstate."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import (
    NOW,
    STEPS,
    World,
    resubmit,
    revision_of,
    scan_of,
    sign_and_issue,
    to_received,
    to_sent,
    to_supplement,
)
from tests.refusals import refused
from workflow import errors
from workflow.actions import intake
from workflow.choices import ReportState, Verb
from workflow.models import Remark, Report, ReviewRound, Signature, Supplement
from workflow.queries.integrity import check_integrity

DAY = timedelta(days=1)
LATER = NOW + 10 * DAY


def receive(world: World, report: Report, **given: Any) -> Report:
    stated: dict[str, Any] = {"revision_id": revision_of(report), "now": LATER} | given
    intake.receive(report_id=report.pk, actor=world.dung, **stated)
    report.refresh_from_db()
    return report


# receive


def test_receiving_takes_the_sent_revision_into_the_register(world: World) -> None:
    report = to_sent(world, world.report())
    with refused(errors.StaleRevision, "stale_revision"):
        receive(world, report, revision_id=revision_of(report) + 1)

    receive(world, report, incoming_number="345")

    assert (report.state, report.received_revision, report.received_at, report.incoming_number) == (
        ReportState.RECEIVED, report.sent_revision, LATER, "345",
    )  # fmt: skip
    with refused(errors.AlreadyDone, "already_done"):
        receive(world, report)


# register_paper


def on_paper(world: World, report: Report, **given: Any) -> Report:
    stated: dict[str, Any] = {
        "scan_id": scan_of(report, world.dung).pk,
        "number": "05-BC/CB",
        "dated": LATER.date(),
        "arrived_at": LATER,
        "now": LATER,
    } | given
    intake.register_paper(report_id=report.pk, actor=world.dung, **stated)
    report.refresh_from_db()
    return report


NOT_SENT = [ReportState.DRAFT, ReportState.REVIEW, ReportState.REVISING, ReportState.SIGNING, ReportState.SIGNED]


@pytest.mark.parametrize("state", NOT_SENT)
def test_paper_is_received_from_wherever_the_report_stands(world: World, state: ReportState) -> None:
    report = STEPS[state](world, world.report())
    scan = scan_of(report, world.dung)

    on_paper(world, report)

    assert (report.state, report.sent_at, report.received_at) == (ReportState.RECEIVED, LATER, LATER)
    assert report.received_revision == report.sent_revision == report.current_revision
    assert report.current_revision is not None
    assert scan.sha256 in report.current_revision.content
    assert "05-BC/CB" in report.current_revision.content
    assert not ReviewRound.objects.filter(closed_at__isnull=True).exists()
    assert not Signature.objects.filter(void_at__isnull=True).exists()
    assert check_integrity() == []


def test_paper_has_a_scan_of_its_own_a_number_and_has_arrived(world: World) -> None:
    report = world.report()
    foreign = scan_of(world.report("other"), world.dung)
    scan_of(report, world.dung)
    with refused(errors.DateInFuture, "date_in_future"):
        on_paper(world, report, arrived_at=LATER + timedelta(seconds=1))
    with refused(errors.DateInFuture, "date_in_future"):
        on_paper(world, report, dated=LATER.date() + DAY)
    with refused(errors.NotVisible, "not_visible"):
        on_paper(world, report, scan_id=foreign.pk)
    with refused(errors.WrongNumber, "wrong_number"):
        on_paper(world, report, number=" ")

    on_paper(world, report, arrived_at=LATER - DAY)

    assert report.sent_at == LATER - DAY
    with refused(errors.AlreadyDone, "already_done"):
        on_paper(world, report)


def test_a_supplement_on_paper_is_closed_and_what_was_on_time_stays_on_time(world: World) -> None:
    report = to_supplement(world, world.report())
    sent_at = report.sent_at
    resubmit(world, report, LATER)

    on_paper(world, report)

    assert (report.sent_at, report.supplement_due) == (sent_at, None)
    assert Supplement.objects.get().answered_by == report.received_revision
    assert check_integrity() == []


# request_supplement, withdraw_supplement


def ask(world: World, report: Report, remarks: str = "Bổ sung số liệu.", **given: Any) -> Supplement:
    stated: dict[str, Any] = {"revision_id": revision_of(report), "due": LATER + 5 * DAY, "now": LATER} | given
    supplement = intake.request_supplement(
        report_id=report.pk, actor=world.dung, remarks=[(world.section("I.1").pk, remarks)], **stated
    )
    report.refresh_from_db()
    return supplement


@pytest.mark.parametrize("step", [to_sent, to_received])
def test_a_supplement_has_its_own_due_and_the_report_stays_as_timely_as_it_was(world: World, step: Any) -> None:
    report = step(world, world.report())
    sent_at, due = report.sent_at, report.due

    supplement = ask(world, report)

    assert (report.state, report.sent_at, report.due, report.supplement_due) == (
        ReportState.SUPPLEMENT, sent_at, due, LATER + 5 * DAY,
    )  # fmt: skip
    assert (supplement.asked_by, supplement.revision_id) == (world.dung, report.sent_revision_id)
    remark = Remark.objects.get()
    assert (remark.section, remark.binding, remark.verb) == (world.section("I.1"), True, Verb.REQUEST_SUPPLEMENT)
    with refused(errors.AlreadyDone, "already_done"):
        ask(world, report)


def test_a_supplement_says_what_is_missing_where_and_until_when(world: World) -> None:
    report = to_received(world, world.report())
    with refused(errors.RemarksMissing, "remarks_missing"):
        ask(world, report, " ")
    with refused(errors.DueNotInFuture, "due_not_in_future"):
        ask(world, report, due=LATER)
    with refused(errors.StaleRevision, "stale_revision"):
        ask(world, report, revision_id=revision_of(report) + 1)
    with refused(errors.NotAsked, "not_asked"):
        intake.request_supplement(
            report_id=report.pk,
            actor=world.dung,
            revision_id=revision_of(report),
            remarks=[(world.section("II").pk, "Không phải phần của chi bộ.")],
            due=LATER + DAY,
            now=LATER,
        )
    ask(world, report)


def test_the_answer_to_a_supplement_closes_it_and_keeps_the_day_of_sending(world: World) -> None:
    report = to_supplement(world, world.report())
    sent_at, first = report.sent_at, report.sent_revision
    resubmit(world, report, LATER)
    document = sign_and_issue(world, report, LATER)

    report.refresh_from_db()
    assert (report.state, report.sent_at, report.supplement_due) == (ReportState.SENT, sent_at, None)
    assert report.sent_revision != first
    supplement = Supplement.objects.get()
    assert (supplement.closed_at, supplement.answered_by) == (LATER, report.sent_revision)
    assert document.replaces is not None
    assert receive(world, report).received_revision == report.sent_revision


@pytest.mark.parametrize("step", [to_sent, to_received])
def test_a_withdrawn_supplement_lets_the_last_sending_stand(world: World, step: Any) -> None:
    report = step(world, world.report())
    sent = report.sent_revision
    ask(world, report)

    intake.withdraw_supplement(report_id=report.pk, actor=world.dung, now=LATER)

    report.refresh_from_db()
    assert (report.state, report.supplement_due) == (ReportState.RECEIVED, None)
    assert report.received_revision == report.current_revision == sent
    assert Supplement.objects.get().closed_at == LATER
    assert Remark.objects.get().binding is False
    with refused(errors.AlreadyDone, "already_done"):
        intake.withdraw_supplement(report_id=report.pk, actor=world.dung, now=LATER)
    assert check_integrity() == []


# include, leave_out


def test_a_received_report_is_left_out_with_a_reason_and_included_again(world: World) -> None:
    report = to_received(world, world.report())
    with refused(errors.ReasonMissing, "reason_missing"):
        intake.leave_out(report_id=report.pk, actor=world.dung, reason="", now=LATER)

    intake.leave_out(report_id=report.pk, actor=world.dung, reason="Số liệu chưa chốt.", now=LATER)
    report.refresh_from_db()
    assert (report.included, report.state) == (False, ReportState.RECEIVED)

    intake.include(report_id=report.pk, actor=world.dung, now=LATER)
    report.refresh_from_db()
    assert report.included


def test_what_is_not_received_is_neither_included_nor_left_out(world: World) -> None:
    report = to_sent(world, world.report())
    for verb in (intake.include, intake.leave_out):
        reason = {"reason": "Chưa chốt."} if verb is intake.leave_out else {}
        with refused(errors.AlreadyDone, "already_done"):
            verb(report_id=report.pk, actor=world.dung, now=LATER, **reason)

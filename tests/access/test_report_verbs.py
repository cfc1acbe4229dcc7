"""Every verb of a report × every seat and relation. The tables are written from design.md sections 5 and 6."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.access.crowd import APART, AT, EVERYBODY, SEATLESS, Crowd, build_crowd, outcome
from tests.builders import (
    NOW,
    World,
    confirmation,
    revision_of,
    scan_of,
    to_received,
    to_review,
    to_revising,
    to_sent,
    to_signed,
    to_signing,
    to_supplement,
)
from tests.refusals import snapshot
from workflow.actions import campaigns, deadlines, drafting, intake, review, signing, timeliness
from workflow.choices import AnswerKind, OpinionKind, Verb
from workflow.models import OpinionPoint, Person, Report
from workflow.rules.access import DESKS

pytestmark = pytest.mark.django_db

EDITORS = {"own drafter", "own deputy", "own secretary"}
# A deputy stays one whatever became of the stand-in; a stand-in of today also sits in the secretary's seat.
DEPUTIES = {"own deputy", "standing in", "stood in until yesterday", "stands in from tomorrow"}
CHAIR = {"own secretary", "standing in"}
CHAIRS = CHAIR | DEPUTIES
WRITERS = {"own drafter"} | CHAIRS
OWN_ROLES = ("drafter", "member", "deputy", "secretary", "clerk", "officer", "leader", "inspector")
OWN = {f"own {role}" for role in OWN_ROLES} | DEPUTIES
INSIDE = ("drafter", "member", "deputy", "secretary", "clerk", "administrator")
OFFICE = {"issuer officer", "issuer leader", "issuer inspector"}
SEE = OWN | OFFICE
OFFICER, LEADER = {"issuer officer"}, {"issuer leader"}

Prepare = Callable[[World, Report], object]
Act = Callable[[Crowd, Report, Person, datetime], object]


def _untouched(_world: World, _report: Report) -> None:
    """The report as opening left it."""


def _under_review(world: World, report: Report) -> None:
    to_review(world, report, AT)


def _answered(world: World, report: Report) -> None:
    to_revising(world, report)
    drafting.answer_point(
        report_id=report.pk, actor=world.thu, point_id=_point(report), answer=AnswerKind.ACCEPTED, now=AT
    )


def _asked_to_extend(world: World, report: Report) -> None:
    deadlines.ask_extension(report_id=report.pk, actor=world.thu, due=_later(60), reason="Bận đại hội.", now=AT)


def _overdue(world: World, _report: Report) -> None:
    """The request's deadline was moved to a day before the verb is tried."""
    campaigns.amend(campaign_id=world.campaign.pk, actor=world.khanh, due=NOW + timedelta(days=5), now=NOW)


def _exempted(world: World, report: Report) -> None:
    intake.exempt(report_id=report.pk, actor=world.dung, reason="Mới thành lập.", now=AT)


def _point(report: Report) -> int:
    return OpinionPoint.objects.get(opinion__round__report=report).pk


def _later(days: int) -> datetime:
    return AT + timedelta(days=days)


REMARKS = [(None, "Đề nghị viết rõ hơn.")]
MINUTES = review.Minutes(number="02-BB/ĐU", held_on=AT.date(), present=2, agree=2, disagree=0, other=0)

# verb: the state before it, the verb done by somebody, and the seats that may.
TABLE: dict[Verb, tuple[Prepare, Callable[..., Any], set[str]]] = {
    Verb.OPEN_REQUEST: (_untouched, lambda c, r, p: drafting.open_request(report_id=r, actor=p, now=AT), OWN),
    Verb.SAVE_ENTRY: (
        _untouched,
        lambda c, r, p: drafting.save_entry(
            report_id=r,
            actor=p,
            section_id=c.world.section("III").pk,
            version=0,
            text="",
            figures={"A5": drafting.Figure(number=Decimal(3))},
            now=AT,
        ),
        WRITERS,
    ),
    Verb.ANSWER: (
        to_revising,
        lambda c, r, p: drafting.answer_point(
            report_id=r, actor=p, point_id=_point(c.report), answer=AnswerKind.ACCEPTED, now=AT
        ),
        WRITERS,
    ),
    Verb.ASSIGN: (
        _untouched,
        lambda c, r, p: drafting.assign(report_id=r, actor=p, person_id=c.world.thu.pk, now=AT),
        CHAIRS,
    ),
    Verb.SUBMIT_FOR_REVIEW: (
        _answered,
        lambda c, r, p: drafting.submit_for_review(report_id=r, actor=p, closes_at=_later(3), now=AT),
        {"own drafter"},
    ),
    Verb.SUBMIT_FOR_SIGNING: (
        _answered,
        lambda c, r, p: drafting.submit_for_signing(report_id=r, actor=p, now=AT),
        {"own drafter"},
    ),
    Verb.GIVE_OPINION: (
        _under_review,
        lambda c, r, p: review.give_opinion(
            report_id=r, actor=p, revision_id=revision_of(c.report), kind=OpinionKind.AGREE, now=AT
        ),
        {"own member"},  # the one of the crowd who is counted
    ),
    Verb.ENTER_MINUTES: (
        _under_review,
        lambda c, r, p: review.enter_minutes(report_id=r, actor=p, minutes=MINUTES, now=AT),
        CHAIRS,
    ),
    Verb.CONCLUDE_REVIEW: (
        to_review,
        lambda c, r, p: review.conclude_review(
            report_id=r, actor=p, revision_id=revision_of(c.report), adopted=True, now=AT
        ),
        CHAIRS,
    ),
    Verb.RETURN_FOR_REVISION: (
        to_signing,
        lambda c, r, p: review.return_for_revision(
            report_id=r, actor=p, revision_id=revision_of(c.report), remarks=REMARKS, now=AT
        ),
        CHAIRS,
    ),
    Verb.RETURN_SIGNED: (
        to_signed,
        lambda c, r, p: review.return_signed(
            report_id=r, actor=p, revision_id=revision_of(c.report), remarks=REMARKS, now=AT
        ),
        CHAIR,  # or who signed: tests/actions/test_review.py
    ),
    Verb.SIGN: (
        to_signing,
        lambda c, r, p: signing.sign(
            report_id=r, actor=p, revision_id=revision_of(c.report), confirmed=confirmation(p, AT), now=AT
        ),
        CHAIR,
    ),
    Verb.ISSUE: (
        to_signed,
        lambda c, r, p: signing.issue(report_id=r, actor=p, revision_id=revision_of(c.report), now=AT),
        CHAIRS | {"own clerk"},
    ),
    Verb.RECALL: (
        to_signing,
        lambda c, r, p: drafting.recall(report_id=r, actor=p, reason="Sửa số liệu.", now=AT),
        {"own drafter"},
    ),
    Verb.RECALL_SENT: (
        to_sent,
        lambda c, r, p: signing.recall_sent(
            report_id=r, actor=p, revision_id=revision_of(c.report), reason="Sửa số liệu.", now=AT
        ),
        CHAIR,
    ),
    Verb.ASK_EXTENSION: (
        _untouched,
        lambda c, r, p: deadlines.ask_extension(report_id=r, actor=p, due=_later(60), reason="Bận.", now=AT),
        WRITERS,
    ),
    Verb.RECEIVE: (
        to_sent,
        lambda c, r, p: intake.receive(report_id=r, actor=p, revision_id=revision_of(c.report), now=AT),
        OFFICER,
    ),
    Verb.REGISTER_PAPER: (
        _untouched,
        lambda c, r, p: intake.register_paper(
            report_id=r,
            actor=p,
            scan_id=scan_of(c.report, c.world.dung).pk,
            number="05-BC/ĐU",
            dated=AT.date(),
            arrived_at=AT,
            now=AT,
        ),
        OFFICER,
    ),
    Verb.REQUEST_SUPPLEMENT: (
        to_received,
        lambda c, r, p: intake.request_supplement(
            report_id=r, actor=p, revision_id=revision_of(c.report), remarks=REMARKS, due=_later(9), now=AT
        ),
        OFFICER,
    ),
    Verb.WITHDRAW_SUPPLEMENT: (
        to_supplement,
        lambda c, r, p: intake.withdraw_supplement(report_id=r, actor=p, now=AT),
        OFFICER,
    ),
    Verb.INCLUDE: (to_received, lambda c, r, p: intake.include(report_id=r, actor=p, now=AT), OFFICER),
    Verb.LEAVE_OUT: (
        to_received,
        lambda c, r, p: intake.leave_out(report_id=r, actor=p, reason="Gửi nhầm kỳ.", now=AT),
        OFFICER,
    ),
    Verb.EXEMPT: (
        _untouched,
        lambda c, r, p: intake.exempt(report_id=r, actor=p, reason="Mới thành lập.", now=AT),
        OFFICER,
    ),
    Verb.REINSTATE: (
        _exempted,
        lambda c, r, p: intake.reinstate(report_id=r, actor=p, reason="Đủ điều kiện.", due=_later(20), now=AT),
        OFFICER,
    ),
    Verb.REMIND: (_untouched, lambda c, r, p: intake.remind(report_id=r, actor=p, now=AT), OFFICER),
    Verb.ASSIGN_OFFICER: (
        _untouched,
        lambda c, r, p: intake.assign_officer(report_id=r, actor=p, person_id=c.world.yen.pk, now=AT),
        OFFICER,
    ),
    Verb.PROPOSE_EXTENSION: (
        _asked_to_extend,
        lambda c, r, p: deadlines.propose_extension(report_id=r, actor=p, due=_later(60), now=AT),
        OFFICER,
    ),
    Verb.DECIDE_EXTENSION: (
        _asked_to_extend,
        lambda c, r, p: deadlines.decide_extension(report_id=r, actor=p, due=None, now=AT),
        LEADER,
    ),
    Verb.GIVE_LATE_REASON: (
        _overdue,
        lambda c, r, p: timeliness.give_late_reason(report_id=r, actor=p, reason="Bận đại hội.", now=AT),
        WRITERS,
    ),
    Verb.EXCUSE_LATENESS: (
        _overdue,
        lambda c, r, p: timeliness.excuse_lateness(report_id=r, actor=p, reason="Bão số 3.", now=AT),
        LEADER,
    ),
}
OF_THE_CAMPAIGN = {
    Verb.EDIT,
    Verb.OPEN,
    Verb.ADD_UNITS,
    Verb.AMEND,
    Verb.CUT_OFF,
    Verb.REOPEN,
    Verb.CLOSE,
    Verb.CANCEL,
    Verb.TURN_INTO_OWN,
    Verb.CHANGE_LADDER,
    Verb.PAUSE_LADDER,
    Verb.RESUME_LADDER,
    Verb.DRAFT_URGING,
    Verb.EDIT_URGING,
    Verb.SIGN_URGING,
    Verb.ISSUE_URGING,
    Verb.DISCARD_URGING,
    Verb.RESEND_NOTICES,
}


def test_every_verb_that_has_a_desk_is_tried() -> None:
    assert set(DESKS) == TABLE.keys() | OF_THE_CAMPAIGN


# Verbs that are tried from the same state share a world.
STARTS = {prepare.__name__.strip("_"): prepare for prepare, _act, _may in TABLE.values()}


@pytest.mark.parametrize("start", STARTS)
def test_a_verb_of_a_report_belongs_to_its_desk_and_to_nobody_else(start: str) -> None:
    crowd = build_crowd()
    report = crowd.report
    STARTS[start](crowd.world, report)
    scan_of(report, crowd.world.dung)
    tried = {verb: row for verb, row in TABLE.items() if row[0] is STARTS[start]}
    before = snapshot()

    found = {
        (verb, name): outcome(lambda act=act, name=name: act(crowd, report.pk, crowd.people[name]), before)  # type: ignore[misc]
        for verb, (_prepare, act, _may) in tried.items()
        for name in EVERYBODY
    }

    assert found == {
        (verb, name): "done" if name in may else "403" if name in SEE else "404"
        for verb, (_prepare, _act, may) in tried.items()
        for name in EVERYBODY
    }
    assert snapshot() == before, "a refusal changed something"


def test_the_unseen_are_those_without_a_seat_today_and_those_of_other_organisations() -> None:
    unseen = set(EVERYBODY) - SEE

    assert unseen == {*SEATLESS, *APART, *(f"issuer {role}" for role in INSIDE), "own administrator"}

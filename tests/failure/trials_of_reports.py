"""Every verb of a report, from a state in which it has most to write."""

from dataclasses import replace
from datetime import date, timedelta

from tests.builders import FIGURES, NOW, World, confirmation, scan_of, to_received, to_signing
from tests.concurrency.scene import LATER, REASON, REMARKS, Scene
from tests.failure.trials import on_report
from workflow.actions import consolidation, deadlines, drafting, intake, review, signing
from workflow.actions.drafting import Figure
from workflow.choices import AnswerKind, OpinionKind, ReportState, Verb
from workflow.models import OpinionPoint, Remark, Report

S = ReportState
MINUTES = review.Minutes(number="03-BB/CB", held_on=NOW.date(), present=4, agree=3, disagree=1, other=0)
EDITED = frozenset({Verb.EDITED})


def upper(world: World, state: ReportState) -> Scene:
    """The committee's own report at a state, with two units' reports received."""
    for unit in ("cell", "other"):
        to_received(world, world.report(unit))
    own = world.own_report
    if state != S.DRAFT:
        to_signing(world, own)
    scene = Scene(world, own.pk, Report.objects.get(pk=own.pk).current_revision_id or 0)
    if state == S.SIGNED:
        scene.sign("khanh")
    return scene


def section(key: str) -> object:
    return lambda scene: scene.world.section(key).pk


def accept_everything(scene: Scene) -> None:
    for remark in Remark.objects.filter(report=scene.report_id, binding=True, answer=""):
        drafting.answer_remark(
            report_id=scene.report_id,
            actor=scene.world.lan,
            remark_id=remark.pk,
            answer=AnswerKind.ACCEPTED,
            now=LATER,
        )


def answered_supplement(world: World, _state: ReportState) -> Scene:
    """A supplement, signed and waiting for its number."""
    scene = Scene.at(world, S.SUPPLEMENT)
    accept_everything(scene)
    scene.submit_for_signing()
    signed = replace(scene, revision_id=scene.report.current_revision_id or 0)
    signed.sign()
    return signed


def sent_supplement(world: World, state: ReportState) -> Scene:
    scene = answered_supplement(world, state)
    scene.issue()
    return scene


def read_part(scene: Scene) -> list[int]:
    return [Report.objects.get(campaign=scene.world.campaign, organization__code="cell").received_revision_id or 0]


REPORT_TRIALS = [
    on_report(Verb.OPEN_REQUEST, drafting.open_request, S.DRAFT, "lan"),
    on_report(
        Verb.SAVE_ENTRY, drafting.save_entry, S.DRAFT, "lan", tells=EDITED,
        section_id=section("III"), version=0, text="Số liệu.", figures=FIGURES,
    ),
    on_report(
        Verb.SAVE_ENTRY, drafting.save_entry, S.REVISING, "lan", tells=EDITED, remark="blanks a figure",
        section_id=section("III"), version=1, text="", figures={"A5": Figure()},
    ),
    on_report(
        Verb.ANSWER, drafting.answer_point, S.REVISING, "lan",
        point_id=lambda _scene: OpinionPoint.objects.get().pk, answer=AnswerKind.ACCEPTED,
    ),
    on_report(
        Verb.ANSWER, drafting.answer_remark, S.SUPPLEMENT, "lan",
        remark_id=lambda _scene: Remark.objects.get().pk, answer=AnswerKind.EXPLAINED, text="Đã nêu ở mục II.",
    ),
    on_report(Verb.ASSIGN, drafting.assign, S.DRAFT, "hung", person_id=lambda scene: scene.world.lan.pk),
    on_report(
        Verb.SUBMIT_FOR_REVIEW, drafting.submit_for_review, S.SUPPLEMENT, "lan", closes_at=LATER + timedelta(days=3)
    ),
    on_report(
        Verb.SUBMIT_FOR_SIGNING, drafting.submit_for_signing, S.SUPPLEMENT, "lan", before=accept_everything
    ),
    on_report(Verb.RECALL, drafting.recall, S.REVIEW, "lan", reason=REASON),
    on_report(Verb.RECALL, drafting.recall, S.SIGNING, "lan", reason=REASON),
    on_report(
        Verb.GIVE_OPINION, review.give_opinion, S.REVIEW, "nam", revision=True, now=NOW,
        before=lambda scene: scene.give_opinion("nam"), remark="changed",
        kind=OpinionKind.AGREE_WITH_ADDITIONS, points=[(None, "Bổ sung số liệu.")],
    ),
    on_report(
        Verb.GIVE_OPINION, review.give_opinion, S.REVIEW, "nam", revision=True, now=NOW,
        kind=OpinionKind.DISAGREE, points=[(None, "Chưa rõ.")],
    ),
    on_report(
        Verb.ENTER_MINUTES, review.enter_minutes, S.REVIEW, "hung", now=NOW,
        minutes=MINUTES, points=[(None, "Bổ sung số liệu.")],
    ),
    on_report(Verb.CONCLUDE_REVIEW, review.conclude_review, S.REVIEW, "hung", revision=True, adopted=True),
    on_report(
        Verb.CONCLUDE_REVIEW, review.conclude_review, S.REVIEW, "hung", revision=True, adopted=False,
        remark="not adopted",
    ),
    on_report(
        Verb.RETURN_FOR_REVISION, review.return_for_revision, S.SIGNING, "hung", revision=True,
        remarks=REMARKS, opinions_again=True,
    ),
    on_report(Verb.RETURN_FOR_REVISION, review.return_for_revision, S.REVIEW, "hung", revision=True, remarks=REMARKS),
    on_report(
        Verb.RETURN_SIGNED, review.return_signed, S.SIGNED, "hung", revision=True,
        remarks=REMARKS, opinions_again=True,
    ),
    on_report(
        Verb.RETURN_SIGNED, review.return_signed, S.SIGNED, "khanh", revision=True, scene=upper, remark="upper",
        tells=frozenset({Verb.RETURN_SIGNED, Verb.RELEASE}), remarks=REMARKS,
    ),
    on_report(
        Verb.SIGN, signing.sign, S.SIGNING, "binh", revision=True, remark="standing in",
        confirmed=lambda scene: confirmation(scene.world.binh, LATER),
    ),
    on_report(
        Verb.SIGN, signing.sign, S.SIGNING, "khanh", revision=True, scene=upper, remark="upper",
        tells=frozenset({Verb.SIGN, Verb.CONSOLIDATE}),
        confirmed=lambda scene: confirmation(scene.world.khanh, LATER),
    ),
    on_report(Verb.ISSUE, signing.issue, S.SIGNED, "mai", revision=True),
    on_report(
        Verb.ISSUE, signing.issue, S.SIGNED, "mai", revision=True, scene=answered_supplement, remark="supplement"
    ),
    on_report(
        Verb.ISSUE, signing.sign_and_issue, S.SIGNING, "hung", revision=True,
        tells=frozenset({Verb.SIGN, Verb.ISSUE}), confirmed=lambda scene: confirmation(scene.world.hung, LATER),
    ),
    on_report(Verb.RECALL_SENT, signing.recall_sent, S.SENT, "hung", revision=True, reason=REASON),
    on_report(
        Verb.RECALL_SENT, signing.recall_sent, S.SENT, "hung", revision=True, reason=REASON, remark="supplement",
        scene=sent_supplement,
    ),
    on_report(Verb.RECEIVE, intake.receive, S.SENT, "dung", revision=True, incoming_number="12"),
    *[
        on_report(
            Verb.REGISTER_PAPER, intake.register_paper, state, "dung",
            scan_id=lambda scene: scan_of(scene.report, scene.world.dung).pk,
            number="07-BC/CB", dated=date(2026, 6, 5), arrived_at=LATER,
        )
        for state in (S.REVIEW, S.SIGNED)
    ],
    on_report(
        Verb.REQUEST_SUPPLEMENT, intake.request_supplement, S.RECEIVED, "dung", revision=True,
        remarks=REMARKS, due=LATER + timedelta(days=20),
    ),
    on_report(Verb.WITHDRAW_SUPPLEMENT, intake.withdraw_supplement, S.SUPPLEMENT, "dung"),
    on_report(Verb.INCLUDE, intake.include, S.RECEIVED, "dung", before=Scene.leave_out),
    on_report(Verb.LEAVE_OUT, intake.leave_out, S.RECEIVED, "dung", reason=REASON),
    on_report(Verb.EXEMPT, intake.exempt, S.REVIEW, "dung", reason=REASON),
    on_report(
        Verb.REINSTATE, intake.reinstate, S.SIGNED, "dung", before=Scene.exempt,
        reason=REASON, due=LATER + timedelta(days=20),
    ),
    on_report(Verb.REMIND, intake.remind, S.DRAFT, "dung"),
    on_report(
        Verb.ASSIGN_OFFICER, intake.assign_officer, S.DRAFT, "dung", person_id=lambda scene: scene.world.yen.pk
    ),
    on_report(
        Verb.ASK_EXTENSION, deadlines.ask_extension, S.DRAFT, "lan", due=LATER + timedelta(days=90), reason=REASON
    ),
    on_report(
        Verb.PROPOSE_EXTENSION, deadlines.propose_extension, S.DRAFT, "dung",
        before=Scene.ask_extension, due=LATER + timedelta(days=60),
    ),
    on_report(
        Verb.DECIDE_EXTENSION, deadlines.decide_extension, S.DRAFT, "khanh",
        before=Scene.ask_extension, due=LATER + timedelta(days=60),
    ),
    on_report(Verb.SAVE_ENTRY, consolidation.fill_totals, S.DRAFT, "dung", scene=upper, tells=EDITED),
    on_report(
        Verb.SAVE_ENTRY, consolidation.merge_rows, S.DRAFT, "dung", scene=upper, tells=EDITED,
        section_id=section("I.2"), version=0,
    ),
    on_report(
        Verb.SAVE_ENTRY, consolidation.take_text, S.DRAFT, "dung", scene=upper, tells=EDITED,
        section_id=section("I.1"), version=0, revision_ids=read_part,
    ),
]  # fmt: skip

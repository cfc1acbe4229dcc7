"""Reports brought to a step of the flow through the same actions as the screens use."""

from datetime import datetime, timedelta
from typing import Any

from tests.builders.cast import DRAFTERS, NOW, SECRETARIES
from tests.builders.outline import FIGURES
from tests.builders.world import World
from workflow.actions import drafting, intake, review, signing
from workflow.actions.opening import Confirmation
from workflow.choices import AnswerKind, OpinionKind, ReportState, SectionKind
from workflow.models import Attachment, Entry, IssuedDocument, OpinionPoint, Person, Remark, Report, Section


def desk(world: World, report: Report, who: dict[str, str]) -> Person:
    return world.people[who[report.organization.code]]


def write_everything(world: World, report: Report, now: datetime = NOW) -> None:
    """Fill every place that the unit is asked."""
    drafter = desk(world, report, DRAFTERS)
    for section in Section.objects.filter(outline=report.campaign.outline):
        # Asked of đảng bộ cơ sở; a house report is asked everything.
        if section.key == "II" and not (report.organization.code == "party" or report.campaign.house):
            continue
        entry = Entry.objects.filter(report=report, section=section).first()
        drafting.save_entry(
            report_id=report.pk,
            actor=drafter,
            section_id=section.pk,
            version=entry.version if entry else 0,
            text="" if section.kind == SectionKind.ROWS else "Chi bộ đã quán triệt đầy đủ.",
            rows=[{"name": "Kế hoạch số 05-KH/CB"}] if section.kind == SectionKind.ROWS else [],
            figures=FIGURES if section.key == "III" else None,
            now=now,
        )


def to_review(world: World, report: Report, now: datetime = NOW) -> Report:
    write_everything(world, report, now)
    drafting.submit_for_review(
        report_id=report.pk, actor=desk(world, report, DRAFTERS), closes_at=now + timedelta(days=3), now=now
    )
    report.refresh_from_db()
    return report


def to_revising(world: World, report: Report, now: datetime = NOW) -> Report:
    """Adopted with one point to answer."""
    to_review(world, report, now)
    member = desk(world, report, DRAFTERS)
    review.give_opinion(
        report_id=report.pk,
        actor=member,
        revision_id=revision_of(report),
        kind=OpinionKind.AGREE_WITH_ADDITIONS,
        points=[(None, "Bổ sung số liệu quý IV.")],
        now=now,
    )
    return conclude(world, report, now)


def conclude(world: World, report: Report, now: datetime = NOW) -> Report:
    """Close the round after its closing time with the chair's word for it (a vote is counted)."""
    review.conclude_review(
        report_id=report.pk,
        actor=desk(world, report, SECRETARIES),
        revision_id=revision_of(report),
        adopted=True,
        now=now + timedelta(days=4),
    )
    report.refresh_from_db()
    return report


def to_signing(world: World, report: Report, now: datetime = NOW) -> Report:
    to_review(world, report, now)
    conclude(world, report, now)
    assert report.state == ReportState.SIGNING
    return report


def confirmation(person: Person, now: datetime = NOW) -> Confirmation:
    return Confirmation(person_id=person.pk, at=now)


def to_signed(world: World, report: Report, now: datetime = NOW) -> Report:
    to_signing(world, report, now)
    signer = desk(world, report, SECRETARIES)
    later = now + timedelta(days=5)
    signing.sign(
        report_id=report.pk,
        actor=signer,
        revision_id=revision_of(report),
        confirmed=confirmation(signer, later),
        now=later,
    )
    report.refresh_from_db()
    return report


def to_sent(world: World, report: Report, now: datetime = NOW) -> Report:
    to_signed(world, report, now)
    signing.issue(
        report_id=report.pk,
        actor=desk(world, report, SECRETARIES),
        revision_id=revision_of(report),
        now=now + timedelta(days=5),
    )
    report.refresh_from_db()
    return report


def to_received(world: World, report: Report, now: datetime = NOW) -> Report:
    to_sent(world, report, now)
    intake.receive(
        report_id=report.pk,
        actor=office(world, report),
        revision_id=revision_of(report),
        incoming_number="12",
        now=now + timedelta(days=6),
    )
    report.refresh_from_db()
    return report


def to_supplement(world: World, report: Report, now: datetime = NOW) -> Report:
    to_received(world, report, now)
    intake.request_supplement(
        report_id=report.pk,
        actor=office(world, report),
        revision_id=revision_of(report),
        remarks=[(world.section("I.1").pk, "Đề nghị bổ sung số hội nghị.")],
        due=now + timedelta(days=20),
        now=now + timedelta(days=7),
    )
    report.refresh_from_db()
    return report


def resubmit(world: World, report: Report, now: datetime = NOW) -> Report:
    """Accept every opinion and remark, and put the report on the secretary's desk again."""
    drafter = desk(world, report, DRAFTERS)
    for point in OpinionPoint.objects.filter(opinion__round__report=report, answer=""):
        drafting.answer_point(
            report_id=report.pk, actor=drafter, point_id=point.pk, answer=AnswerKind.ACCEPTED, now=now
        )
    for remark in Remark.objects.filter(report=report, binding=True, answer=""):
        drafting.answer_remark(
            report_id=report.pk, actor=drafter, remark_id=remark.pk, answer=AnswerKind.ACCEPTED, now=now
        )
    drafting.submit_for_signing(report_id=report.pk, actor=drafter, now=now)
    report.refresh_from_db()
    return report


def sign_and_issue(world: World, report: Report, now: datetime = NOW, **asked: Any) -> IssuedDocument:
    signer = desk(world, report, SECRETARIES)
    return signing.sign_and_issue(
        report_id=report.pk,
        actor=signer,
        revision_id=revision_of(report),
        confirmed=confirmation(signer, now),
        now=now,
        **asked,
    )


def office(world: World, report: Report) -> Person:
    """The officer of the issuer."""
    return world.people[DRAFTERS[report.issuer.code]]


def scan_of(report: Report, person: Person) -> Attachment:
    """The scan of a paper, as the office stores it (once)."""
    stored, _made = Attachment.objects.get_or_create(
        report=report,
        title="Bản quét báo cáo giấy",
        defaults={"sha256": "0" * 64, "declared": True, "added_by": person, "added_at": NOW},
    )
    return stored


def revision_of(report: Report) -> int:
    report.refresh_from_db()
    assert report.current_revision_id is not None
    return report.current_revision_id


STEPS = {
    ReportState.DRAFT: lambda world, report: report,
    ReportState.REVIEW: to_review,
    ReportState.REVISING: to_revising,
    ReportState.SIGNING: to_signing,
    ReportState.SIGNED: to_signed,
    ReportState.SENT: to_sent,
    ReportState.RECEIVED: to_received,
    ReportState.SUPPLEMENT: to_supplement,
}

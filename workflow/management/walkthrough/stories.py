"""How it goes in one unit: the ordinary way, and every way that is not."""

from datetime import datetime, timedelta

from workflow import errors
from workflow.actions import deadlines, drafting, intake, review, signing
from workflow.actions.opening import Confirmation
from workflow.actions.organizations import appoint_stand_in
from workflow.choices import Verb
from workflow.management.walkthrough.cast import Unit
from workflow.management.walkthrough.drafting import answered, drafted, revise
from workflow.management.walkthrough.intake import Office, received
from workflow.management.walkthrough.review import completed, concluded, minuted, remark, reviewed, spoken, submitted
from workflow.management.walkthrough.signing import issue, sent, sign
from workflow.management.walkthrough.stage import NotPlayed, Story, day_of, moment
from workflow.rules.quorum import needed


def ordinary(unit: Unit, *, sends: datetime | None = None) -> Story:
    """Drafted, reviewed, signed and sent; not before `sends`, where the secretary takes his time."""
    yield from drafted(unit)
    yield from reviewed(unit)
    if sends is not None:
        yield max(unit.stage.later(), sends)
    yield from sent(unit)


def meeting(unit: Unit) -> Story:
    """The cell holds a meeting; a single answer given before it keeps its minutes out, so the round begins anew."""
    yield from drafted(unit)
    opened = submitted(unit)
    yield unit.stage.later(hours=1)
    yield from minuted(unit, opened, points=2)
    yield from concluded(unit, opened)
    yield from sent(unit)


def voted_down(unit: Unit) -> Story:
    """One yes too few (or the chair's no): back to the draft; the next round has just enough."""
    stage = unit.stage
    yield from drafted(unit)
    opened = submitted(unit)
    yield stage.later(hours=4)
    yield from spoken(unit, opened, additions=0, agreeing=needed(opened.counted) - 1)
    yield from concluded(unit, opened, adopted=False)
    for section in unit.outline.sections[1:3]:
        revise(unit, section)
    yield stage.later(days=1)
    opened = submitted(unit)
    yield stage.later(hours=4)
    yield from spoken(unit, opened, additions=0, agreeing=needed(opened.counted))
    yield from concluded(unit, opened)
    yield from sent(unit)


def returned_from_review(unit: Unit) -> Story:
    """The secretary sees at once that the draft is not ready, and returns it from the round."""
    yield from drafted(unit)
    submitted(unit)
    yield unit.stage.later(hours=2)
    _return(unit)
    yield unit.stage.later(hours=4)
    yield from answered(unit)
    yield from reviewed(unit)
    yield from sent(unit)


def _return(unit: Unit, *, opinions_again: bool = False) -> None:
    review.return_for_revision(
        report_id=unit.report_id,
        actor=unit.secretary,
        revision_id=unit.revision_id,
        remarks=[remark(unit, unit.material.returns)],
        opinions_again=opinions_again,
        now=unit.stage.now,
    )


def returned_from_signing(unit: Unit) -> Story:
    """Returned before the signature: once to be completed, once for opinions again."""
    yield from drafted(unit)
    yield from reviewed(unit)
    _return(unit)
    yield unit.stage.later(hours=3)
    yield from completed(unit)
    _return(unit, opinions_again=True)
    yield unit.stage.later(hours=3)
    yield from answered(unit)
    yield from reviewed(unit, additions=0)
    yield from sent(unit)


def returned_signed(unit: Unit) -> Story:
    """The secretary notices something after signing, before the clerk has given a number."""
    yield from drafted(unit)
    yield from reviewed(unit)
    sign(unit)
    yield unit.stage.later(hours=1)
    review.return_signed(
        report_id=unit.report_id,
        actor=unit.secretary,
        revision_id=unit.revision_id,
        remarks=[remark(unit, unit.material.returns)],
        now=unit.stage.now,
    )
    yield unit.stage.later(hours=3)
    yield from completed(unit)
    yield from sent(unit)


def recalled(unit: Unit) -> Story:
    """The drafter takes the report back twice: from the cell, and from the secretary."""
    yield from drafted(unit)
    submitted(unit)
    yield unit.stage.later(hours=3)
    _recall(unit, "Gửi nhầm bản chưa cập nhật số liệu.")
    yield unit.stage.later(hours=2)
    yield from reviewed(unit)
    _recall(unit, "Sửa lỗi chính tả trước khi ký.")
    yield unit.stage.later(hours=1)
    yield from completed(unit)
    yield from sent(unit)


def _recall(unit: Unit, reason: str) -> None:
    drafting.recall(report_id=unit.report_id, actor=unit.drafter, reason=reason, now=unit.stage.now)


def recalled_sent(unit: Unit, office: Office) -> Story:
    """What was sent is taken back before the office has received it; its number stays taken."""
    stage = unit.stage
    office.waits.add(unit.report_id)
    yield from drafted(unit)
    yield from reviewed(unit)
    yield from sent(unit)
    signing.recall_sent(
        report_id=unit.report_id,
        actor=unit.secretary,
        revision_id=unit.revision_id,
        reason="Phụ lục số liệu gửi kèm chưa đúng.",
        now=stage.now,
    )
    yield stage.later(hours=2)
    yield from completed(unit)
    sign(unit)
    clerk = unit.clerk or unit.secretary
    stage.refused(clerk, Verb.ISSUE, str(unit), lambda: issue(unit, number=1), errors.NumberTaken)
    issue(unit)
    office.waits.discard(unit.report_id)


def stand_in(unit: Unit) -> Story:
    """The secretary goes on leave; the deputy may sign from the day on which a written basis says so."""
    stage, deputy = unit.stage, unit.deputy
    yield from drafted(unit)
    yield from reviewed(unit)
    stage.refused(deputy, Verb.SIGN, str(unit), lambda: sign(unit, deputy), errors.NotYourDesk)
    today = day_of(stage.now)
    appoint_stand_in(
        organization_id=unit.organization.pk,
        actor=unit.secretary,
        person_id=deputy.pk,
        since=today,
        until=today + timedelta(days=14),
        basis=f"Thông báo số 03-TB/{unit.organization.symbol}, ngày {today:%d/%m/%Y}",
        now=stage.now,
    )
    yield stage.later(hours=4)
    sign(unit, deputy)
    yield stage.later(hours=1)
    issue(unit)


def signs_alone(unit: Unit) -> Story:
    """In a small cell the secretary drafts himself: he signs after saying that he knows it."""
    stage, secretary = unit.stage, unit.secretary
    yield from drafted(unit)
    yield from reviewed(unit)

    def unaware() -> None:
        signing.sign(
            report_id=unit.report_id,
            actor=secretary,
            revision_id=unit.revision_id,
            confirmed=Confirmation(secretary.pk, stage.now),
            now=stage.now,
        )

    stage.refused(secretary, Verb.SIGN, str(unit), unaware, errors.SelfSigningNotConfirmed)
    yield from sent(unit)


def extended(unit: Unit, *, granted: bool, sends: datetime | None = None) -> Story:
    """A later due is asked for, proposed and decided; the first is kept, and by a new one the ladder begins anew."""
    stage, campaign = unit.stage, unit.campaign
    assert campaign.due is not None  # noqa: S101 – open
    wished = moment(stage.calendar.add_working_days(day_of(campaign.due), 3), 17)
    deadlines.ask_extension(
        report_id=unit.report_id,
        actor=unit.secretary,
        due=wished,
        reason=stage.chance.choice(unit.material.extensions),
        now=stage.now,
    )
    yield stage.later(hours=6)
    decided = moment(stage.calendar.add_working_days(day_of(campaign.due), 2), 17) if granted else None
    deadlines.propose_extension(report_id=unit.report_id, actor=unit.officer, due=decided, now=stage.now)
    yield stage.later(hours=4)
    deadlines.decide_extension(report_id=unit.report_id, actor=unit.leader, due=decided, now=stage.now)
    yield stage.later(hours=1)
    yield from ordinary(unit, sends=sends)
    if decided is not None and sends is not None:
        _extension_was_heeded(unit, decided)


def _extension_was_heeded(unit: Unit, due: datetime) -> None:
    report = unit.report
    if (report.original_due, report.due) != (unit.campaign.due, due):
        raise NotPlayed(f"{unit} was given more time, and its dues are {report.original_due}, {report.due}")
    if set(report.climbed.filter(rung__desk="").values_list("due", flat=True)) != {due}:
        raise NotPlayed(f"{unit} was reminded of another due than its new one")


def exempted(unit: Unit, *, reinstated: bool) -> Story:
    """The office frees a unit, and finds out that it has to report after all."""
    stage = unit.stage
    drafting.open_request(report_id=unit.report_id, actor=unit.secretary, now=stage.now)
    yield stage.later(days=2)
    intake.exempt(
        report_id=unit.report_id,
        actor=unit.officer,
        reason="Đơn vị mới sáp nhập, chưa ổn định tổ chức.",
        now=stage.now,
    )
    if reinstated:
        yield stage.later(days=3)
        due = moment(stage.calendar.add_working_days(day_of(unit.campaign.due or stage.now), 1), 17)
        intake.reinstate(
            report_id=unit.report_id,
            actor=unit.officer,
            reason="Đơn vị đã kiện toàn cấp ủy.",
            due=due,
            now=stage.now,
        )
        yield stage.later(hours=3)
        yield from ordinary(unit)


def left_out(unit: Unit, reason: str, *, included: bool = False) -> Story:
    """The office does not count a report that it has received, and may count it again."""
    stage = unit.stage
    yield from ordinary(unit)
    yield from received(unit)
    intake.leave_out(report_id=unit.report_id, actor=unit.officer, reason=reason, now=stage.now)
    if included:
        yield stage.later(days=1)
        intake.include(report_id=unit.report_id, actor=unit.officer, now=stage.now)


def unfinished(unit: Unit) -> Story:
    """Begun, submitted, and never brought to an end."""
    yield from drafted(unit)
    submitted(unit)

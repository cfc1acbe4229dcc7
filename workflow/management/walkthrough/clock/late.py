"""Units that are late, or nearly: a secretary away, one who signs by night, a flood, a reason that is excused."""

from collections.abc import Sequence
from datetime import datetime

from workflow import errors
from workflow.actions import intake, ladders, timeliness
from workflow.choices import ReportState, Verb
from workflow.management.walkthrough.cast import Unit
from workflow.management.walkthrough.drafting import drafted
from workflow.management.walkthrough.intake import Office
from workflow.management.walkthrough.review import reviewed
from workflow.management.walkthrough.signing import sent
from workflow.management.walkthrough.story import NotPlayed, Story
from workflow.models import ClimbedRung, Notice, Report
from workflow.rules.quiet import next_open

FLOOD = "Mưa lũ, sạt lở đất; các đơn vị đang tập trung khắc phục hậu quả thiên tai."
CUT_OFF_BY_WATER = (
    "Từ ngày 20/7, đơn vị bị chia cắt do mưa lũ; đồng chí bí thư trực tiếp chỉ đạo khắc phục hậu quả nên chưa ký được"
    " báo cáo."
)
EXCUSE = "Lý do khách quan: đơn vị ở vùng mưa lũ, đã được tạm dừng nhắc việc."


def waits_for_the_signature(unit: Unit, sends: datetime) -> Story:
    """The secretary is away while the report lies on his desk; he is reminded of it there."""
    yield from drafted(unit)
    yield from reviewed(unit)
    yield max(unit.stage.later(), sends)
    reminded = ClimbedRung.objects.filter(report=unit.report_id, rung__desk=ReportState.SIGNING)
    if reminded.count() != 1:
        raise NotPlayed(f"{unit} waited for a signature, and its secretary was reminded {reminded.count()} times")
    yield from sent(unit)


def sent_by_night(unit: Unit, sends: datetime) -> Story:
    """The secretary signs in the evening; the office hears of it when the quiet hours are over."""
    yield from drafted(unit)
    yield from reviewed(unit)
    yield max(unit.stage.later(), sends)
    yield from sent(unit)
    mails = Notice.objects.filter(event__verb=Verb.ISSUE, event__stream_id=unit.report_id, deliveries__digest=False)
    if not mails.exists():
        raise NotPlayed(f"nobody in the office was written to about {unit}")
    for notice in mails:
        went = notice.deliveries.get().sent_at
        if went != next_open(sends, unit.stage.calendar):
            raise NotPlayed(f"{unit} sent by night, and the office was disturbed")


def excused(unit: Unit, office: Office, *, says: datetime, sends: datetime) -> Story:
    """Too late, after the cut-off even, but for a reason: it is given, and excused. The days stay late."""
    stage = unit.stage
    yield from drafted(unit)
    yield from reviewed(unit)
    stage.refused(unit.secretary, Verb.GIVE_LATE_REASON, str(unit), lambda: _say_why(unit), errors.NotLate)
    yield max(stage.later(), says)
    _say_why(unit)
    yield max(stage.later(), sends)
    yield from sent(unit)
    office.receive_all()
    intake.leave_out(
        report_id=unit.report_id, actor=unit.officer, reason="Gửi sau khi chốt số liệu.", now=stage.now
    )  # fmt: skip
    yield stage.later(days=1)
    timeliness.excuse_lateness(report_id=unit.report_id, actor=unit.leader, reason=EXCUSE, now=stage.now)
    stage.refused(unit.secretary, Verb.GIVE_LATE_REASON, str(unit), lambda: _say_why(unit), errors.LatenessExcused)


def _say_why(unit: Unit) -> None:
    timeliness.give_late_reason(
        report_id=unit.report_id, actor=unit.secretary, reason=CUT_OFF_BY_WATER, now=unit.stage.now
    )  # fmt: skip


def flood(office: Office, units: Sequence[Unit], *, since: datetime, until: datetime) -> Story:
    """The office silences the reminders of the units that are under water, and lets them go on afterwards."""
    yield since
    stage, officer, campaign = office.stage, office.officers[0], office.campaign
    ladders.pause_ladder(
        campaign_id=campaign.pk,
        actor=officer,
        unit_ids=[unit.organization.pk for unit in units],
        reason=FLOOD,
        now=stage.now,
    )
    begun = stage.now
    yield until
    silent = Report.objects.filter(pk__in=[unit.report_id for unit in units])
    if silent.filter(sent_at__isnull=False).exists():
        raise NotPlayed("a unit under water has sent already: the pause shows nothing")
    if ClimbedRung.objects.filter(report__in=silent, at__gte=begun).exists():
        raise NotPlayed("a unit was reminded while its reminders were paused")
    ladders.resume_ladder(campaign_id=campaign.pk, actor=officer, now=stage.now)
    stage.refused(officer, Verb.RESUME_LADDER, campaign.number, lambda: _resume(office), errors.NotPaused)


def _resume(office: Office) -> None:
    ladders.resume_ladder(campaign_id=office.campaign.pk, actor=office.officers[0], now=office.stage.now)

"""The office's part: open, receive every day, ask for more, look after the late."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from workflow.actions import campaigns, drafting, intake
from workflow.actions.attachments import keep_scan
from workflow.choices import ReportState, Role
from workflow.management.walkthrough.cast import Cast, Unit
from workflow.management.walkthrough.review import completed, remark
from workflow.management.walkthrough.signing import sent
from workflow.management.walkthrough.stage import NotPlayed, Stage, Story, day_of, moment
from workflow.models import Campaign, Report

# Working days that a story waits for another one.
PATIENCE = 40


class Office:
    """The issuer's office with one campaign. What it waits for is not received yet."""

    def __init__(self, stage: Stage, cast: Cast, campaign: Campaign) -> None:
        self.stage, self.cast, self.campaign = stage, cast, campaign
        self.officers = cast.holders(campaign.issuer_id, Role.OFFICER)
        self.leader = cast.holder(campaign.issuer_id, Role.LEADER)
        self.waits: set[int] = set()
        self.numbered = 0

    def rounds(self, until: datetime) -> Story:
        """Every working day at 16:30 what has arrived is received, with the office's own number."""
        while self.stage.now < until:
            yield self._evening()
            self.receive_all()

    def _evening(self) -> datetime:
        today = moment(day_of(self.stage.now), 16, 30)
        day = day_of(self.stage.now) if self.stage.now < today else day_of(self.stage.now) + timedelta(days=1)
        return moment(self.stage.calendar.next_working_day(day), 16, 30)

    def receive_all(self) -> None:
        arrived = Report.objects.filter(campaign=self.campaign, state=ReportState.SENT).exclude(pk__in=self.waits)
        for report in arrived.order_by("sent_at", "pk"):
            self.numbered += 1
            intake.receive(
                report_id=report.pk,
                actor=self.officers[report.organization_id % len(self.officers)],
                revision_id=report.current_revision_id or 0,
                incoming_number=str(self.numbered),
                now=self.stage.now,
            )

    def share_out(self, units: Iterable[Unit]) -> None:
        """One officer follows each unit."""
        for unit in units:
            intake.assign_officer(
                report_id=unit.report_id, actor=self.officers[0], person_id=unit.officer.pk, now=self.stage.now
            )

    def remind(self, before: int) -> Story:
        """So many working days before the due, whoever has not sent is reminded."""
        assert self.campaign.due is not None  # noqa: S101 – open
        last_day = day_of(self.campaign.due - timedelta(seconds=1))
        yield moment(self.stage.calendar.add_working_days(last_day, -before), 8, 15)
        unsent = Report.objects.filter(campaign=self.campaign, sent_at__isnull=True, state=ReportState.DRAFT)
        for report in unsent.order_by("pk"):
            intake.remind(report_id=report.pk, actor=self.officers[0], now=self.stage.now)

    def cut_off(self, at: datetime) -> Story:
        """The figures are cut off; what comes later is marked."""
        yield at
        self.receive_all()
        campaigns.cut_off(campaign_id=self.campaign.pk, actor=self.officers[0], now=self.stage.now)


def received(unit: Unit) -> Story:
    """Wait until the office has received the report. Raises NotPlayed when that never happens."""
    for _day in range(PATIENCE):
        if unit.report.state == ReportState.RECEIVED:
            return
        yield unit.stage.later(days=1)
    raise NotPlayed(f"{unit} waits for its receipt in vain")


def supplemented(unit: Unit, *, withdrawn: bool = False) -> Story:
    """The office asks for additions; the unit answers, or the office withdraws its wish."""
    stage = unit.stage
    yield from received(unit)
    due = moment(stage.calendar.add_working_days(day_of(stage.now), 3), 17)
    intake.request_supplement(
        report_id=unit.report_id,
        actor=unit.officer,
        revision_id=unit.revision_id,
        remarks=[remark(unit, unit.material.supplements) for _ in range(2)],
        due=due,
        now=stage.now,
    )
    yield stage.later(hours=5)
    if withdrawn:
        intake.withdraw_supplement(report_id=unit.report_id, actor=unit.officer, now=stage.now)
        return
    yield from completed(unit)
    yield from sent(unit)


def came_on_paper(unit: Unit, number: int) -> Story:
    """The unit has no connection and brings its report; the office scans and registers it."""
    stage = unit.stage
    drafting.open_request(report_id=unit.report_id, actor=unit.secretary, now=stage.now)
    yield stage.later(days=10)
    printed = f"{number:02d}-BC/{unit.organization.symbol}"
    scan = keep_scan(
        report_id=unit.report_id,
        actor=unit.officer,
        title=f"Bản chụp Báo cáo số {printed}",
        name=f"{unit.organization.code}.txt",
        content=f"{unit}\nBáo cáo số {printed}\n".encode(),
        declared=True,
        now=stage.now,
    )
    intake.register_paper(
        report_id=unit.report_id,
        actor=unit.officer,
        scan_id=scan.pk,
        number=printed,
        dated=stage.calendar.add_working_days(day_of(stage.now), -2),
        arrived_at=stage.now - timedelta(hours=1),
        now=stage.now,
    )

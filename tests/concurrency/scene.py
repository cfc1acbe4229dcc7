"""A report at a step of the flow, and the verbs that two actors may try on it at the same moment."""

from dataclasses import dataclass
from datetime import date, timedelta

from tests.builders import NOW, STEPS, World, confirmation, scan_of, stand_in
from workflow.actions import campaigns, deadlines, drafting, intake, review, signing
from workflow.choices import OpinionKind, ReportState
from workflow.models import Attachment, Campaign, Entry, Extension, IssuedDocument, Report, ReviewRound, Supplement

LATER = NOW + timedelta(days=10)  # after everything that the builders did
REMARKS = [(None, "Đề nghị bổ sung số liệu.")]
REASON = "Cần sửa số liệu."


@dataclass(frozen=True)
class Scene:
    world: World
    report_id: int
    revision_id: int

    @classmethod
    def at(cls, world: World, state: ReportState, unit: str = "cell") -> "Scene":
        report = world.report(unit)
        STEPS[state](world, report)
        report.refresh_from_db()
        assert report.state == state
        scene = cls(world, report.pk, report.current_revision_id or 0)
        scene.let_the_deputy_stand_in()
        scene.bring_the_scan()
        return scene

    @property
    def report(self) -> Report:
        return Report.objects.get(pk=self.report_id)

    # the unit
    def submit_for_review(self) -> ReviewRound:
        return drafting.submit_for_review(
            report_id=self.report_id, actor=self.world.lan, closes_at=LATER + timedelta(days=3), now=LATER
        )

    def submit_for_signing(self) -> Report:
        return drafting.submit_for_signing(report_id=self.report_id, actor=self.world.lan, now=LATER)

    def recall(self) -> Report:
        return drafting.recall(report_id=self.report_id, actor=self.world.lan, reason=REASON, now=LATER)

    def give_opinion(self, who: str = "nam") -> object:
        return review.give_opinion(
            report_id=self.report_id,
            actor=self.world.people[who],
            revision_id=self.revision_id,
            kind=OpinionKind.AGREE,
            now=NOW,
        )

    def enter_minutes(self) -> ReviewRound:
        minutes = review.Minutes(number="03-BB/CB", held_on=NOW.date(), present=4, agree=4, disagree=0, other=0)
        return review.enter_minutes(report_id=self.report_id, actor=self.world.hung, minutes=minutes, now=NOW)

    def conclude_review(self) -> Report:
        return review.conclude_review(
            report_id=self.report_id, actor=self.world.hung, revision_id=self.revision_id, adopted=True, now=LATER
        )

    def return_for_revision(self) -> Report:
        return review.return_for_revision(
            report_id=self.report_id,
            actor=self.world.binh,
            revision_id=self.revision_id,
            remarks=REMARKS,
            now=LATER,
        )

    def sign(self, who: str = "hung") -> Report:
        signer = self.world.people[who]
        return signing.sign(
            report_id=self.report_id,
            actor=signer,
            revision_id=self.revision_id,
            confirmed=confirmation(signer, LATER),
            self_signing_confirmed=True,
            now=LATER,
        )

    def sign_as_stand_in(self) -> Report:
        return self.sign("binh")

    def return_signed(self, who: str = "hung") -> Report:
        return review.return_signed(
            report_id=self.report_id,
            actor=self.world.people[who],
            revision_id=self.revision_id,
            remarks=REMARKS,
            now=LATER,
        )

    def issue(self, number: int | None = None) -> IssuedDocument:
        return signing.issue(
            report_id=self.report_id,
            actor=self.world.mai,
            revision_id=self.revision_id,
            number=number,
            now=LATER,
        )

    def recall_sent(self) -> Report:
        return signing.recall_sent(
            report_id=self.report_id, actor=self.world.hung, revision_id=self.revision_id, reason=REASON, now=LATER
        )

    def ask_extension(self) -> Extension:
        return deadlines.ask_extension(
            report_id=self.report_id,
            actor=self.world.lan,
            due=LATER + timedelta(days=90),
            reason=REASON,
            now=LATER,
        )

    def save(self, text: str, key: str = "I.1", version: int = 0, who: str = "lan") -> Entry:
        return drafting.save_entry(
            report_id=self.report_id,
            actor=self.world.people[who],
            section_id=self.world.section(key).pk,
            version=version,
            text=text,
            now=LATER,
        )

    def assign(self) -> Report:
        return drafting.assign(report_id=self.report_id, actor=self.world.hung, person_id=self.world.lan.pk, now=LATER)

    # the office
    def receive(self) -> Report:
        return intake.receive(report_id=self.report_id, actor=self.world.dung, revision_id=self.revision_id, now=LATER)

    def request_supplement(self) -> Supplement:
        return intake.request_supplement(
            report_id=self.report_id,
            actor=self.world.yen,
            revision_id=self.revision_id,
            remarks=REMARKS,
            due=LATER + timedelta(days=20),
            now=LATER,
        )

    def withdraw_supplement(self) -> Report:
        return intake.withdraw_supplement(report_id=self.report_id, actor=self.world.dung, now=LATER)

    def register_paper(self) -> Report:
        scan = Attachment.objects.get(report=self.report_id)
        return intake.register_paper(
            report_id=self.report_id,
            actor=self.world.dung,
            scan_id=scan.pk,
            number="07-BC/CB",
            dated=date(2026, 6, 5),
            arrived_at=LATER,
            now=LATER,
        )

    def leave_out(self) -> Report:
        return intake.leave_out(report_id=self.report_id, actor=self.world.dung, reason=REASON, now=LATER)

    def exempt(self) -> Report:
        return intake.exempt(report_id=self.report_id, actor=self.world.dung, reason=REASON, now=LATER)

    def decide_extension(self) -> Extension:
        return deadlines.decide_extension(
            report_id=self.report_id, actor=self.world.khanh, due=LATER + timedelta(days=60), now=LATER
        )

    # the request
    def close(self) -> Campaign:
        return campaigns.close(campaign_id=self.world.campaign.pk, actor=self.world.khanh, reason=REASON, now=LATER)

    def bring_the_scan(self) -> None:
        scan_of(self.report, self.world.dung)

    def let_the_deputy_stand_in(self) -> None:
        stand_in(self.world)

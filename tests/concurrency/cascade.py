"""An upper request, a lower one that answers it, and every verb that somebody may try on either side."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from tests.builders import NOW, OUTLINE, World, confirmation, prepared_campaign, to_received, to_signing
from tests.concurrency.scene import LATER, REASON, REMARKS
from workflow.actions import campaigns, drafting, intake, review, signing
from workflow.actions.sealing import seal
from workflow.choices import AnswerKind
from workflow.models import Campaign, Remark, Report


@dataclass(frozen=True)
class Cascade:
    """The province asks the Khối, the Khối asks its units; the units' reports are in, its own waits for signature."""

    world: World
    upper: Campaign
    lower: Campaign
    own: int
    units: tuple[int, int]

    @classmethod
    def build(cls, world: World) -> "Cascade":
        of_everybody = replace(OUTLINE, sections=[section for section in OUTLINE.sections if section.key != "II"])
        upper = prepared_campaign(world.tu, world.uyen, number="810-CV/TU", outline=of_everybody)
        campaigns.open_campaign(campaign_id=upper.pk, actor=world.uyen, now=NOW)
        own = Report.objects.get(campaign=upper, organization=world.duk)
        lower = prepared_campaign(world.duk, world.dung, number="650-CV/ĐUK", answers=own)
        campaigns.open_campaign(campaign_id=lower.pk, actor=world.dung, now=NOW)
        here = World(world.people, world.units, lower)
        units = (to_received(here, here.report("cell")), to_received(here, here.report("other")))
        to_signing(here, own)
        return cls(here, upper, lower, own.pk, (units[0].pk, units[1].pk))

    def verbs(self) -> list[Callable[[], object]]:
        world, own, (cell, other) = self.world, self.own, self.units
        return [
            partial(self.sign, own, "khanh"),
            partial(self.leave_out, cell),
            partial(self.close, self.lower, "khanh"),
            partial(self.return_signed, own, "khanh"),
            partial(self.request_supplement, other),
            partial(self.reopen, self.lower, "khanh"),
            partial(self.hand_over, own, "dung"),
            partial(self.include, cell),
            partial(self.cut_off, self.lower, "dung"),
            partial(self.sign, own, "khanh"),
            partial(self.withdraw_supplement, other),
            partial(self.issue, own, "giang"),
            partial(self.close, self.upper, "viet"),
            partial(self.recall_sent, own, "khanh"),
            partial(self.reopen, self.upper, "viet"),
            partial(self.amend, self.lower, "khanh"),
            partial(self.hand_over, own, "dung"),
            partial(self.cut_off, self.upper, "uyen"),
            partial(self.amend, self.upper, "viet"),
            partial(self.reopen, self.lower, "long"),
            partial(self.leave_out, other),
            partial(self.include, other),
            lambda: seal(now=LATER),
            lambda: drafting.assign(report_id=own, actor=world.khanh, person_id=world.dung.pk, now=LATER),
        ]

    def revision(self, report_id: int) -> int:
        return Report.objects.values_list("current_revision", flat=True).get(pk=report_id) or 0

    def sign(self, report_id: int, who: str) -> object:
        signer = self.world.people[who]
        return signing.sign(
            report_id=report_id,
            actor=signer,
            revision_id=self.revision(report_id),
            confirmed=confirmation(signer, LATER),
            now=LATER,
        )

    def return_signed(self, report_id: int, who: str) -> object:
        return review.return_signed(
            report_id=report_id,
            actor=self.world.people[who],
            revision_id=self.revision(report_id),
            remarks=REMARKS,
            now=LATER,
        )

    def hand_over(self, report_id: int, who: str) -> object:
        """Accept what was remarked and submit for signature."""
        drafter = self.world.people[who]
        for remark in Remark.objects.filter(report=report_id, binding=True, answer=""):
            drafting.answer_remark(
                report_id=report_id, actor=drafter, remark_id=remark.pk, answer=AnswerKind.ACCEPTED, now=LATER
            )
        return drafting.submit_for_signing(report_id=report_id, actor=drafter, now=LATER)

    def issue(self, report_id: int, who: str) -> object:
        return signing.issue(
            report_id=report_id, actor=self.world.people[who], revision_id=self.revision(report_id), now=LATER
        )

    def recall_sent(self, report_id: int, who: str) -> object:
        return signing.recall_sent(
            report_id=report_id,
            actor=self.world.people[who],
            revision_id=self.revision(report_id),
            reason=REASON,
            now=LATER,
        )

    def leave_out(self, report_id: int) -> object:
        return intake.leave_out(report_id=report_id, actor=self.world.dung, reason=REASON, now=LATER)

    def include(self, report_id: int) -> object:
        return intake.include(report_id=report_id, actor=self.world.yen, now=LATER)

    def request_supplement(self, report_id: int) -> object:
        return intake.request_supplement(
            report_id=report_id,
            actor=self.world.dung,
            revision_id=self.revision(report_id),
            remarks=REMARKS,
            due=LATER + timedelta(days=20),
            now=LATER,
        )

    def withdraw_supplement(self, report_id: int) -> object:
        return intake.withdraw_supplement(report_id=report_id, actor=self.world.yen, now=LATER)

    def close(self, campaign: Campaign, who: str) -> object:
        return campaigns.close(campaign_id=campaign.pk, actor=self.world.people[who], reason=REASON, now=LATER)

    def reopen(self, campaign: Campaign, who: str) -> object:
        return campaigns.reopen(campaign_id=campaign.pk, actor=self.world.people[who], reason=REASON, now=LATER)

    def cut_off(self, campaign: Campaign, who: str) -> object:
        return campaigns.cut_off(campaign_id=campaign.pk, actor=self.world.people[who], now=LATER)

    def amend(self, campaign: Campaign, who: str) -> object:
        return campaigns.amend(
            campaign_id=campaign.pk, actor=self.world.people[who], due=LATER + timedelta(days=60), now=LATER
        )

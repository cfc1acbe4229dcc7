"""By which ways people hear: their own choices, and an address that was entered wrongly."""

from collections.abc import Sequence
from datetime import datetime, time

from workflow import errors
from workflow.actions import notices
from workflow.actions.register import PersonDraft, register
from workflow.choices import Channel, NoticeMode, Verb
from workflow.management.walkthrough.cast import Unit
from workflow.management.walkthrough.intake import Office
from workflow.management.walkthrough.story import NotPlayed, Story
from workflow.models import Person
from workflow.queries.notices import Failure, failures

EARLY = time(7, 30)


def chosen(office: Office, unit: Unit) -> None:
    """One officer hears at once of what is sent, the others in the digest, the leader early; a drafter of some none."""
    stage = office.stage
    for officer in office.officers:
        _choose(officer, Verb.ISSUE, NoticeMode.NOW if officer == office.officers[0] else NoticeMode.DIGEST)
    notices.set_digest_hour(actor=office.leader, hour=EARLY)
    _choose(unit.drafter, Verb.CONCLUDE_REVIEW, NoticeMode.OFF)
    stage.refused(
        unit.drafter,
        Verb.OVERDUE,
        str(unit),
        lambda: _choose(unit.drafter, Verb.OVERDUE, NoticeMode.OFF),
        errors.MandatoryNotice,
    )


def _choose(person: Person, verb: Verb, mode: NoticeMode) -> None:
    notices.set_preference(actor=person, verb=verb, channel=Channel.EMAIL, mode=mode)


class WrongAddress:
    """A mailbox that does not exist: the office sees what came back, has the address corrected, and sends it again."""

    def __init__(self, right: PersonDraft, wrong: str) -> None:
        self.right, self.wrong = right, wrong
        self.came_back: Sequence[Failure] = ()

    def corrected(self, office: Office, at: datetime) -> Story:
        yield at
        stage, officer = office.stage, office.officers[0]
        self.came_back = failures(office.campaign.pk, officer, stage.now)
        if {one.person for one in self.came_back} != {self.right.full_name}:
            raise NotPlayed(f"what came back: {self.came_back}")
        yield stage.later(hours=1)
        register(people=[self.right], actor=None, now=stage.now)
        notices.resend_notices(campaign_id=office.campaign.pk, actor=officer, now=stage.now)
        yield stage.later(hours=1)
        if failures(office.campaign.pk, officer, stage.now):
            raise NotPlayed("a corrected address is refused again")
        stage.refused(
            officer, Verb.RESEND_NOTICES, office.campaign.number, lambda: self._again(office), errors.NothingFailed
        )  # fmt: skip

    def _again(self, office: Office) -> None:
        notices.resend_notices(campaign_id=office.campaign.pk, actor=office.officers[0], now=office.stage.now)

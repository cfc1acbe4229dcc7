"""What the conditions of a campaign's verbs ask: read lazily, each at most once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q

from workflow import errors
from workflow.choices import Role, Verb
from workflow.flows.overdue import overdue_units
from workflow.models import Campaign, Pause, Person, Report, UrgingLetter
from workflow.rules.access import DESKS, Holding, held
from workflow.rules.urging import LateUnit


class CampaignInputs:
    """A campaign in one actor's hands at one moment, with what was asked of it."""

    def __init__(
        self,
        campaign: Campaign,
        actor: Person,
        holdings: Sequence[Holding],
        now: datetime,
        verb: Verb,
        asked: dict[str, Any] | None = None,
    ) -> None:
        self.campaign = campaign
        self.actor = actor
        self.holdings = holdings
        self.now = now
        self.verb = verb
        self.asked = asked or {}
        self.state_from = campaign.state

    def holds(self, role: Role) -> bool:
        return held(self.holdings, self.campaign.issuer_id, {role}) is not None

    @property
    def holding(self) -> Holding:
        """The seat the actor acts from. Raises NotYourDesk without one."""
        roles = desk_of(self, self.verb)
        found = held(self.holdings, self.campaign.issuer_id, roles)
        if found is None:
            desk = " / ".join(str(role.label) for role in sorted(roles))
            raise errors.NotYourDesk(verb=self.verb.label, desk=desk)
        return found

    @cached_property
    def own_report(self) -> Report | None:
        """The issuer's own report that this campaign gathers for."""
        return self.campaign.answers

    @cached_property
    def running_pauses(self) -> list[Pause]:
        """The pauses that silence somebody now."""
        begun = Pause.objects.filter(campaign=self.campaign, since__lte=self.now)
        return list(begun.filter(Q(until__isnull=True) | Q(until__gt=self.now)).order_by("pk"))

    @cached_property
    def open_letter(self) -> UrgingLetter | None:
        """The urging letter that is neither issued nor discarded."""
        letters = UrgingLetter.objects.filter(document__isnull=True, discarded_at__isnull=True)
        return letters.filter(campaign=self.campaign).first()

    @property
    def asked_letter(self) -> UrgingLetter | None:
        """The open letter, if it is the one that the actor means."""
        known = self.open_letter is not None and self.open_letter.pk == self.asked["letter_id"]
        return self.open_letter if known else None

    @property
    def letter(self) -> UrgingLetter:
        """The open letter that the actor means. Raises LetterNotDrafted without one."""
        if self.asked_letter is None:
            raise errors.LetterNotDrafted
        return self.asked_letter

    @cached_property
    def late_units(self) -> list[LateUnit]:
        """The units that are overdue now."""
        return overdue_units(self.campaign.pk, self.now)


def desk_of(flow: CampaignInputs, verb: Verb) -> frozenset[Role]:
    """The seats of the issuer that a verb belongs to; opening is the leader's where the house says so."""
    if verb is Verb.OPEN and flow.campaign.issuer.leader_opens:
        return frozenset({Role.LEADER})
    if verb is Verb.AMEND:
        return frozenset({Role.OFFICER, Role.LEADER})
    return DESKS[verb].roles

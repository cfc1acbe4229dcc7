"""What a person may do with a request's urging letters now."""

from dataclasses import dataclass
from datetime import datetime

from workflow import errors
from workflow.choices import RUNNING, Verb
from workflow.flows.holdings import holdings_of
from workflow.models import Campaign, Person, UrgingLetter
from workflow.rules.access import DESKS, ISSUER_SEATS, held

_OF_LETTERS = (
    Verb.DRAFT_URGING, Verb.EDIT_URGING, Verb.SIGN_URGING, Verb.ISSUE_URGING, Verb.DISCARD_URGING, Verb.RESEND_NOTICES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LetterDesk:
    """A request with the verbs at whose desk the person sits; `office`: he follows the request's board."""

    campaign: Campaign
    verbs: frozenset[Verb]
    office: bool


def letter_desk(campaign_id: int, person: Person, now: datetime) -> LetterDesk:
    """What the person may do, whatever letters there are; nothing in an ended request. Raises NotVisible.

    Who may read the letters at all is asked by queries/urging.py.
    """
    campaign = Campaign.objects.select_related("issuer").filter(pk=campaign_id, house=False).first()
    if campaign is None:
        raise errors.NotVisible
    holdings = holdings_of(person, [campaign.issuer_id], now)
    verbs = [verb for verb in _OF_LETTERS if held(holdings, campaign.issuer_id, DESKS[verb].roles)]
    office = held(holdings, campaign.issuer_id, ISSUER_SEATS) is not None
    return LetterDesk(campaign, frozenset(verbs if campaign.state in RUNNING else ()), office)


def applies(verb: Verb, letter: UrgingLetter) -> bool:
    """Whether the letter stands where the verb takes it up."""
    if letter.document_id is not None or letter.discarded_at is not None:
        return False
    if verb == Verb.DISCARD_URGING:
        return True
    signed = letter.signed_at is not None
    return signed if verb == Verb.ISSUE_URGING else not signed

"""What a person may do with a request's urging letters now, and a letter as its paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow import errors
from workflow.choices import RUNNING, Verb
from workflow.documents.blocks import Block, Standing, standing_of
from workflow.documents.letters import issued_letter, letter_blocks, letter_paper
from workflow.flows.holdings import holdings_of
from workflow.models import Campaign, IssuedDocument, Person, UrgingLetter
from workflow.queries.urging import letters_of, letters_to
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


@dataclass(frozen=True, slots=True)
class LetterAsPaper:
    """A letter as it is printed; `document` once it was numbered."""

    letter: UrgingLetter
    document: IssuedDocument | None
    blocks: Sequence[Block]


def letter_as_paper(campaign_id: int, letter_id: int, person: Person, now: datetime) -> LetterAsPaper:
    """A letter with its whole annex, for who reads the request's letters. A discarded one has no paper.

    Raises NotVisible (404), NotYourDesk (403).
    """
    found = {one.letter.pk: one.letter for one in letters_of(campaign_id, person, now)}.get(letter_id)
    if found is None or found.discarded_at is not None:
        raise errors.NotVisible
    if found.document_id is not None:
        document = _numbered(found.document_id)
        return LetterAsPaper(found, document, letter_blocks(issued_letter(document), standing_of(document.content)))
    issuer = Campaign.objects.select_related("issuer").get(pk=campaign_id).issuer
    signer = found.signed_by.full_name if found.signed_by else ""
    standing = Standing(authority=found.authority, position=found.position, signer=signer)
    return LetterAsPaper(found, None, letter_blocks(letter_paper(found, issuer), standing))


def extract_for(
    report_id: int, document_id: int, person: Person, now: datetime
) -> tuple[IssuedDocument, Sequence[Block]]:
    """An issued letter as one of its units reads it: of the annex its own line only. Raises NotVisible (404)."""
    if document_id not in {one.document.pk for one in letters_to(report_id, person, now)}:
        raise errors.NotVisible
    document = _numbered(document_id)
    return document, letter_blocks(issued_letter(document), standing_of(document.content), only=report_id)


def _numbered(document_id: int) -> IssuedDocument:
    documents = IssuedDocument.objects.select_related("urging_letter", "organization", "paper", "revision")
    return documents.get(pk=document_id)

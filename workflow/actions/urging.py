"""The letter that urges late units (công văn đôn đốc): drafted, edited, signed, numbered, or discarded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from workflow import errors
from workflow.actions.lines import line
from workflow.actions.numbering import Paper, block_of, date_of_issue, number_document
from workflow.actions.opening import Confirmation, opened_campaign
from workflow.actions.record import record, record_on
from workflow.choices import RUNNING, DocumentType, Stream, Verb
from workflow.documents.letters import letter_paper
from workflow.flows.calendars import calendar_of
from workflow.flows.overdue import overdue_units, tally_of
from workflow.models import Campaign, IssuedDocument, Person, UrgingLetter
from workflow.rules.canonical import content_hash
from workflow.rules.numbering import InTheNameOf
from workflow.rules.urging import (
    Asked,
    LateUnit,
    annex_of,
    letter_body,
    letter_subject,
    redated,
    signed_text,
    urged_by,
)
from workflow.rules.vietnamese import normalize


def draft_urging(*, campaign_id: int, actor: Person, send_before: datetime, now: datetime) -> UrgingLetter:
    """Draft the letter to the units that are overdue now, with its annex; `send_before` is an exclusive instant.

    Raises LetterOpen, NobodyLate, DueNotInFuture.
    """
    with opened_campaign(campaign_id, actor, Verb.DRAFT_URGING, now, send_before=send_before) as (campaign, flow):
        flow.draft_urging()
        letter = _drafted(campaign, flow.late_units, send_before, actor, now)
        record(flow, letter=letter.pk, units=len(letter.annex))
    return letter


def draft_by_clock(*, campaign_id: int, now: datetime) -> UrgingLetter | None:
    """Draft the letter in nobody's name, to be sent for by the end of the second working day.

    Nothing is drafted (None) while a letter is open, where nobody whose ladder runs is overdue, or where the request
    does not run. Locks the campaign, so it is called before reports are locked, or without any.
    """
    with transaction.atomic():
        campaign = locked_request(campaign_id)
        if campaign is None or _open_letter_of(campaign_id):
            return None
        units = overdue_units(campaign_id, now, paused_too=False)
        if not units:
            return None
        letter = _drafted(campaign, units, urged_by(now, calendar_of(campaign.issuer_id)), None, now)
        record_on(
            Stream.CAMPAIGN, campaign_id, Verb.DRAFT_URGING, None, now, letter=letter.pk, units=len(letter.annex)
        )  # fmt: skip
    return letter


def locked_request(campaign_id: int) -> Campaign | None:
    """Lock a running request; a house campaign has no letters of its own."""
    requests = Campaign.objects.select_related("issuer").select_for_update(no_key=True, of=("self",))
    return requests.filter(pk=campaign_id, house=False, state__in=RUNNING).first()


def _open_letter_of(campaign_id: int) -> bool:
    return UrgingLetter.objects.filter(
        campaign=campaign_id, document__isnull=True, discarded_at__isnull=True
    ).exists()  # fmt: skip


def _drafted(
    campaign: Campaign, units: Sequence[LateUnit], send_before: datetime, made_by: Person | None, now: datetime
) -> UrgingLetter:
    asked = _asked(campaign)
    return UrgingLetter.objects.create(
        campaign=campaign,
        as_of=now,
        send_before=send_before,
        subject=letter_subject(asked),
        body=letter_body(asked, units, tally_of(campaign.pk), as_of=now, send_before=send_before),
        annex=annex_of(units, now, calendar_of(campaign.issuer_id)),
        made_by=made_by,
        made_at=now,
    )


def _asked(campaign: Campaign) -> Asked:
    return Asked(
        issuer=campaign.issuer.name,
        issuer_kind=campaign.issuer.kind,
        number=campaign.number,
        date=campaign.date,
        subject=campaign.subject,
        report_subject=campaign.report_subject,
    )


def edit_urging(
    *,
    campaign_id: int,
    letter_id: int,
    version: int,
    actor: Person,
    subject: str | None = None,
    body: str | None = None,
    send_before: datetime,
    refresh: bool = False,
    now: datetime,
) -> UrgingLetter:
    """Change the draft of the letter that was seen at this version.

    `subject` None leaves it. `refresh` reads the annex again as the units stand now; `body` None then has the house
    write the text anew with the new figures, and otherwise leaves it; the day to send by changes in the text too.
    Raises StaleRevision when somebody was faster, LetterIncomplete, NobodyLate, DueNotInFuture.
    """
    with opened_campaign(
        campaign_id, actor, Verb.EDIT_URGING, now, letter_id=letter_id, version=version, subject=subject, body=body,
        send_before=send_before, refresh=refresh,
    ) as (campaign, flow):  # fmt: skip
        flow.edit_urging()
        letter = flow.letter
        before = letter.send_before
        letter.send_before, letter.version = send_before, letter.version + 1
        if refresh:
            letter.as_of = now
            letter.annex = annex_of(flow.late_units, now, calendar_of(campaign.issuer_id))
            letter.body = letter_body(
                _asked(campaign), flow.late_units, tally_of(campaign_id), as_of=now, send_before=send_before
            )
        if subject is not None:
            letter.subject = line(UrgingLetter, "subject", subject)
        if body is not None:
            letter.body = normalize(body)
        letter.body = redated(letter.body, before, send_before)
        letter.save(update_fields=["subject", "body", "send_before", "annex", "as_of", "version"])
        record(flow, letter=letter.pk, version=letter.version, units=len(letter.annex))
    return letter


def sign_urging(
    *,
    campaign_id: int,
    letter_id: int,
    version: int,
    actor: Person,
    confirmed: Confirmation | None,
    in_the_name_of: InTheNameOf | None = None,
    now: datetime,
) -> UrgingLetter:
    """Bind the signer's approval to subject, text and annex of the letter that was seen at this version.

    Raises StaleRevision, LetterNotDrafted, LetterOutdated, IdentityNotConfirmed, SigningOnHold.
    """
    with opened_campaign(
        campaign_id, actor, Verb.SIGN_URGING, now, letter_id=letter_id, version=version, confirmed=confirmed
    ) as (campaign, flow):
        flow.sign_urging()
        letter, holding = flow.letter, flow.holding
        block = block_of(campaign.issuer.kind, holding, in_the_name_of)
        letter.authority, letter.position = block.authority, block.position
        letter.signed_by, letter.signed_at = actor, now
        letter.seat_id, letter.stand_in_id = holding.seat_id, holding.stand_in_id
        letter.sha256 = content_hash(signed_text(letter))
        letter.version += 1
        letter.save()
        record(flow, letter=letter.pk, sha256=letter.sha256)
    return letter


@dataclass(frozen=True, slots=True)
class IssuedLetter:
    """The numbered letter, and the lines of its signed annex whose units are not overdue any more."""

    letter: UrgingLetter
    document: IssuedDocument
    no_longer_late: Sequence[dict[str, Any]]


def issue_urging(
    *,
    campaign_id: int,
    letter_id: int,
    actor: Person,
    number: int | None = None,
    dated: date | None = None,
    now: datetime,
) -> IssuedLetter:
    """Number the signed letter; it goes to the units of its annex as they were signed.

    `number` None takes the next free one of the term; `dated` None is today. Raises NumberTaken, WrongNumber, NoTerm,
    DateInFuture, DateBeforeSignature, LetterNotSigned, LetterOutdated.
    """
    with opened_campaign(campaign_id, actor, Verb.ISSUE_URGING, now, letter_id=letter_id) as (campaign, flow):
        flow.issue_urging()
        letter = flow.letter
        if letter.signed_by is None or letter.signed_at is None:
            raise errors.LetterNotSigned
        document = number_document(
            Paper(
                organization=campaign.issuer,
                document_type=DocumentType.LETTER,
                dated=date_of_issue(dated, letter.signed_at, now),
                subject=letter.subject,
                signer=letter.signed_by.full_name,
                authority=letter.authority,
                position=letter.position,
                signed_at=letter.signed_at,
                issued_at=now,
                content=letter_paper(letter, campaign.issuer),
            ),
            number,
        )
        letter.document = document
        letter.save(update_fields=["document"])
        late = {unit.report_id for unit in flow.late_units}
        # Notices say the day that the letter gives: the due of the request has passed.
        facts = {"number": document.number, "units": len(letter.annex), "due": int(letter.send_before.timestamp())}
        record(flow, letter=letter.pk, document=document.pk, **facts)
    return IssuedLetter(letter, document, [unit for unit in letter.annex if unit["report"] not in late])


def discard_urging(*, campaign_id: int, letter_id: int, version: int, actor: Person, now: datetime) -> UrgingLetter:
    """Give up the letter that was seen at this version, drafted or signed; it is kept, and a new one may be drafted."""
    with opened_campaign(
        campaign_id, actor, Verb.DISCARD_URGING, now, letter_id=letter_id, version=version
    ) as (_campaign, flow):  # fmt: skip
        flow.discard_urging()
        letter = flow.letter
        letter.discarded_at = now
        letter.save(update_fields=["discarded_at"])
        record(flow, letter=letter.pk)
    return letter

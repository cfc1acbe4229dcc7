"""What every outgoing paper shares: the signature block, the date, the number and the frozen document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from workflow import errors
from workflow.choices import DocumentType, Role
from workflow.models import IssuedDocument, Organization, Report, Revision, Term
from workflow.rules.access import Holding
from workflow.rules.calendar import local_day
from workflow.rules.canonical import canonical_json, content_hash
from workflow.rules.numbering import (
    InTheNameOf,
    SignatureBlock,
    format_number,
    next_free,
    signature_block,
    term_of,
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A signed paper that waits for its number. `content` is frozen beside number, date, place and signature."""

    organization: Organization
    document_type: DocumentType
    dated: date
    subject: str
    signer: str
    authority: str
    position: str
    signed_at: datetime
    issued_at: datetime
    content: Mapping[str, Any]
    report: Report | None = None
    revision: Revision | None = None
    replaces: IssuedDocument | None = None


def block_of(kind: str, holding: Holding, in_the_name_of: InTheNameOf | None) -> SignatureBlock:
    """The two lines above a signature given from this seat; a stand-in signs as deputy. Raises WrongAnswer."""
    role = Role.SECRETARY if holding.stand_in_id is None else Role.DEPUTY
    try:
        return signature_block(kind, role, in_the_name_of)
    except ValueError as unknown_body:
        raise errors.WrongAnswer from unknown_body


def date_of_issue(dated: date | None, signed_at: datetime, now: datetime) -> date:
    """The day a paper bears, today when none is asked. Raises DateInFuture, DateBeforeSignature."""
    day = dated or local_day(now)
    if day > local_day(now):
        raise errors.DateInFuture
    if day < local_day(signed_at):
        raise errors.DateBeforeSignature
    return day


def lock_term(organization: Organization, day: date) -> Term:
    """Lock the term that the day lies in, so that its numbers are given one after the other. Raises NoTerm."""
    terms = Term.objects.filter(organization=organization).select_for_update(no_key=True).order_by("pk")
    found = term_of(day, terms)
    if found is None:
        raise errors.NoTerm
    return found


def number_document(paper: Paper, number: int | None) -> IssuedDocument:
    """Number a paper and freeze it; None takes the next free number of its type and term.

    Raises NumberTaken, WrongNumber, NoTerm.
    """
    organization, kind = paper.organization, paper.document_type
    term = lock_term(organization, paper.dated)
    taken = IssuedDocument.objects.filter(organization=organization, document_type=kind, term=term)
    free = next_free(taken.aggregate(highest=Max("number"))["highest"])
    number = free if number is None else number
    printed = format_number(kind, number, organization.symbol)
    if number != free and taken.filter(number=number).exists():
        raise errors.NumberTaken(number=printed, free=format_number(kind, free, organization.symbol))
    text = canonical_json(
        {
            "format": 1,
            "number": printed,
            "date": paper.dated,
            "place": organization.place,
            "signature": {
                "authority": paper.authority,
                "position": paper.position,
                "name": paper.signer,
                "at": paper.signed_at,
            },
            **paper.content,
        }
    )
    return IssuedDocument.objects.create(
        organization=organization,
        document_type=kind,
        term=term,
        number=number,
        printed_number=printed,
        date=paper.dated,
        subject=paper.subject,
        signer=paper.signer,
        authority=paper.authority,
        position=paper.position,
        report=paper.report,
        revision=paper.revision,
        replaces=paper.replaces,
        content=text,
        sha256=content_hash(text),
        issued_at=paper.issued_at,
    )

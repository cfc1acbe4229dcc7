"""Issued papers frozen as PDF, after the fact: what has a number and no file yet gets one (docs/adr/0018)."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from workflow.documents.blocks import blocks_of, standing_of
from workflow.documents.kept import keep
from workflow.documents.letters import issued_letter, letter_blocks
from workflow.documents.pdf import pdf_of
from workflow.models import IssuedDocument, PaperFile
from workflow.rules.canonical import bytes_hash

log = logging.getLogger(__name__)
AT_ONCE = 50


def unfrozen() -> QuerySet[IssuedDocument]:
    """Reports and letters that were numbered and have no PDF, oldest first."""
    numbered = Q(revision__isnull=False) | Q(urging_letter__isnull=False)
    return IssuedDocument.objects.filter(numbered, paper__isnull=True).order_by("pk")


def freeze_papers(*, now: datetime, after: int = 0) -> tuple[int, int]:
    """Freeze up to fifty papers beyond the document `after`; how many, and the last one looked at (0: none left).

    One that cannot be set is passed over: it is tried again the next time, and does not hold up the others.
    """
    frozen = last = 0
    left = unfrozen().filter(pk__gt=after).select_related("revision", "urging_letter", "organization")
    for document in left[:AT_ONCE]:
        last = document.pk
        try:
            freeze_paper(document, now=now)
            frozen += 1
        except RuntimeError:  # the typesetter's own errors are among them
            log.exception("document %s cannot be set", document.pk)
    return frozen, last


def freeze_paper(document: IssuedDocument, *, now: datetime) -> PaperFile:
    """Set a paper's PDF and keep it with its hash. The file comes first: a row never names one that is not there.

    Two workers at once, or one that was killed and begins again, make the same bytes under the same name.
    """
    pdf = pdf_of_issued(document)
    sha256 = bytes_hash(pdf)
    name = f"papers/{sha256[:2]}/{sha256}.pdf"
    keep(name, pdf, durable=True)
    paper = PaperFile(document=document, file=name, sha256=sha256, size=len(pdf), frozen_at=now)
    with transaction.atomic():
        PaperFile.objects.bulk_create([paper], ignore_conflicts=True)
        return PaperFile.objects.get(document=document)


def pdf_of_issued(document: IssuedDocument) -> bytes:
    """The PDF of a numbered report or letter; the same bytes whenever it is asked."""
    standing = standing_of(document.content)
    if document.revision is not None:
        return pdf_of(blocks_of(document.revision.content, standing), document.issued_at)
    return pdf_of(letter_blocks(issued_letter(document), standing), document.issued_at)

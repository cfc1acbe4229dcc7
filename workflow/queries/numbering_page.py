"""The clerk's desk: what was signed by whom, and the number that comes next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from workflow.choices import DocumentType, Read, Verb
from workflow.models import IssuedDocument, Organization, Person, Report, Signature
from workflow.queries.report import readable
from workflow.queries.returning_page import may_return
from workflow.queries.verbs import verbs_of
from workflow.rules.calendar import local_day
from workflow.rules.numbering import format_number, next_free, term_of


@dataclass(frozen=True, slots=True)
class NextNumber:
    """The next free number of the term, and as it is printed."""

    number: int
    printed: str


def next_number(organization: Organization, now: datetime) -> NextNumber | None:
    """The number a report issued today would get; None where no term is registered for today. Nothing is reserved."""
    term = term_of(local_day(now), organization.terms.all())
    if term is None:
        return None
    taken = IssuedDocument.objects.filter(organization=organization, document_type=DocumentType.REPORT, term=term)
    number = next_free(taken.aggregate(highest=Max("number"))["highest"])
    return NextNumber(number, format_number(DocumentType.REPORT, number, organization.symbol))


@dataclass(frozen=True, slots=True)
class NumberingPage:
    """`signature` None: not signed. `document`: what was made of the signed or last sent revision."""

    report: Report
    signature: Signature | None
    document: IssuedDocument | None
    next: NextNumber | None
    verbs: frozenset[Verb]
    may_return: bool


def numbering_page(report_id: int, person: Person, now: datetime) -> NumberingPage:
    """Raises NotVisible, NotYourDesk."""
    report = readable(report_id, person, Read.SUBMITTED, now)
    verbs = verbs_of(report, person, now)
    documents = IssuedDocument.objects.filter(revision=report.current_revision_id or 0)
    return NumberingPage(
        report=report,
        signature=valid_signature(report),
        document=documents.order_by("-pk").first(),
        next=next_number(report.organization, now) if Verb.ISSUE in verbs else None,
        verbs=verbs,
        may_return=may_return(report, person, now) is Verb.RETURN_SIGNED,
    )


def valid_signature(report: Report) -> Signature | None:
    signatures = Signature.objects.select_related("person", "revision")
    return signatures.filter(revision=report.signed_revision_id or 0, void_at__isnull=True).first()

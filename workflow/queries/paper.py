"""The office's desk for a report that came on paper."""

from dataclasses import dataclass
from datetime import datetime

from workflow.choices import Read, Verb
from workflow.models import Attachment, Person, Report
from workflow.queries.intake import received_by
from workflow.queries.verbs import verbs_of


@dataclass(frozen=True, slots=True)
class PaperDesk:
    """`scan` is the file that was kept already."""

    report: Report
    scan: Attachment | None
    verbs: frozenset[Verb]


def paper_desk(report_id: int, person: Person, now: datetime, scan_id: int = 0) -> PaperDesk:
    """The report whose paper has come, for the issuer's office. Raises NotVisible, NotYourDesk."""
    report = received_by(report_id, person, Read.STATE, now)
    scan = Attachment.objects.filter(pk=scan_id, report=report).first() if scan_id else None
    return PaperDesk(report, scan, verbs_of(report, person, now))

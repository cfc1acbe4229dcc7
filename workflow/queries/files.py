"""Who reads which file, and which revision as a paper. The rest is not there (404), or not this desk's (403)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from workflow import errors
from workflow.choices import Read, Verb
from workflow.documents.blocks import Block, Standing, blocks_of, standing_of
from workflow.flows.holdings import holdings_of
from workflow.models import Attachment, IssuedDocument, Person, Report, Revision, Signature
from workflow.queries.report import readable
from workflow.queries.verbs import verbs_of
from workflow.rules.access import ISSUER_SEATS, READS, UNIT_SEATS, Holding, Parties, held, may_read, may_see


def readable_file(key: UUID, person: Person, now: datetime) -> Attachment:
    """A file of a request: its issuer's seats and those of the units asked. One of a report: as what was sent is read,
    and by the unit's own seats. Raises NotVisible for everybody else."""
    attachment = Attachment.objects.select_related("report", "campaign").filter(key=key).first()
    if attachment is None or not attachment.file or not person.is_active:
        raise errors.NotVisible
    seen = _of_a_report(attachment, person, now) if attachment.report_id else _of_a_request(attachment, person, now)
    if not seen:
        raise errors.NotVisible
    return attachment


def _of_a_request(attachment: Attachment, person: Person, now: datetime) -> bool:
    campaign = attachment.campaign
    if campaign is None or attachment.removed_at is not None:
        return False
    if held(holdings_of(person, [campaign.issuer_id], now), campaign.issuer_id, UNIT_SEATS):
        return True
    asked = list(Report.objects.filter(campaign=campaign).values_list("organization_id", flat=True))
    holdings = holdings_of(person, asked, now)
    return any(held(holdings, holding.organization_id, UNIT_SEATS) for holding in holdings)


def _of_a_report(attachment: Attachment, person: Person, now: datetime) -> bool:
    report = attachment.report
    if report is None:
        return False
    holdings = holdings_of(person, [report.organization_id, report.issuer_id], now)
    if held(holdings, report.organization_id, UNIT_SEATS):
        return attachment.removed_at is None or attachment.sha256 in _named_by(report.revisions.all())
    if not held(holdings, report.issuer_id, ISSUER_SEATS):
        return False
    arrived = Revision.objects.filter(pk__in=[report.sent_revision_id, report.received_revision_id])
    # Whoever brought a scan sees it before it is registered.
    return attachment.added_by_id == person.pk or attachment.sha256 in _named_by(arrived)


def _named_by(revisions: Iterable[Revision]) -> set[str]:
    """The hashes of the files that the revisions were handed over with."""
    return {str(one["sha256"]) for revision in revisions for one in json.loads(revision.content)["attachments"]}


@dataclass(frozen=True, slots=True)
class Preview:
    """A revision as a paper; `document` where it was numbered, `files` those that were handed over with it."""

    report: Report
    revision: Revision
    standing: Standing
    document: IssuedDocument | None
    files: Sequence[Attachment]

    @property
    def on_paper(self) -> bool:
        return self.revision.verb == Verb.REGISTER_PAPER

    def blocks(self) -> Sequence[Block]:
        return blocks_of(self.revision.content, self.standing)


def preview(report_id: int, number: int, person: Person, now: datetime) -> Preview:
    """A revision for whoever may read it: the unit's cell all of them, its clerk the signed one, everybody else what
    was sent. Raises NotVisible, NotYourDesk."""
    revision = readable_revision(report_id, number, person, now)
    document = (
        IssuedDocument.objects.select_related("revision", "paper").filter(revision=revision).order_by("-pk").first()
    )
    hashes = _named_by([revision])
    files = {one.sha256: one for one in Attachment.objects.filter(report=report_id, sha256__in=hashes).order_by("-pk")}
    return Preview(
        report=revision.report,
        revision=revision,
        standing=_standing(revision, document),
        document=document,
        files=sorted(files.values(), key=lambda one: one.pk),
    )


def readable_revision(report_id: int, number: int, person: Person, now: datetime) -> Revision:
    report = Report.objects.select_related("campaign", "organization", "issuer").filter(pk=report_id).first()
    if report is None:
        raise errors.NotVisible
    holdings = holdings_of(person, [report.organization_id, report.issuer_id], now)
    parties = Parties(report.organization_id, report.issuer_id, report.state)
    if not may_see(holdings, parties):
        raise errors.NotVisible
    revision = Revision.objects.filter(report=report, number=number).first()
    if not _may_read(revision, report, holdings, parties):
        roles = sorted({role for desk in READS[Read.REVIEW].values() for role in desk})
        raise errors.NotYourDesk(verb=Read.SUBMITTED.label, desk=" / ".join(str(role.label) for role in roles))
    if revision is None:
        raise errors.NotVisible
    revision.report = report
    return revision


def _may_read(revision: Revision | None, report: Report, holdings: Sequence[Holding], parties: Parties) -> bool:
    reads = {Read.REVIEW}
    if revision is not None and revision.pk == report.current_revision_id:
        reads.add(Read.SUBMITTED)
    if revision is not None and revision.pk in {report.sent_revision_id, report.received_revision_id}:
        reads.add(Read.SENT)
    return any(may_read(read, holdings, parties) for read in reads)


def _standing(revision: Revision, document: IssuedDocument | None) -> Standing:
    if document is not None:
        return standing_of(document.content)
    if revision.verb == Verb.REGISTER_PAPER:
        return Standing()
    signature = Signature.objects.filter(revision=revision, void_at__isnull=True).select_related("person").first()
    if signature is None:
        return Standing(draft=revision.number)
    return Standing(authority=signature.authority, position=signature.position, signer=signature.person.full_name)


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """The files of a working copy; `editable`: this person may bring and remove some now."""

    report: Report
    files: Sequence[Attachment]
    editable: bool


def report_files(report_id: int, person: Person, now: datetime) -> ReportFiles:
    """For the unit's editors. Raises NotVisible, NotYourDesk."""
    report = readable(report_id, person, Read.WORKING_COPY, now)
    files = Attachment.objects.filter(report=report, removed_at__isnull=True).order_by("pk")
    return ReportFiles(report, list(files), Verb.SAVE_ENTRY in verbs_of(report, person, now))

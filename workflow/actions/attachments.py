"""Files of a request or a report. What is kept was looked at before (rules/files.py) and is known by its hash."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet

from workflow import errors
from workflow.actions.lines import line
from workflow.actions.opening import opened, opened_campaign
from workflow.actions.record import record, record_edit
from workflow.choices import Role, Verb
from workflow.flows.holdings import holdings_of
from workflow.models import Attachment, Person, Report
from workflow.rules.access import Parties, at_desk, may_see
from workflow.rules.canonical import bytes_hash
from workflow.rules.files import FileKind, check_file


def attach_to_request(
    *,
    campaign_id: int,
    actor: Person,
    title: str,
    source: str = "",
    name: str,
    content: bytes,
    declared: bool,
    now: datetime,
) -> Attachment:
    """Attach a file to a request that is being prepared; `declared`: free of state secrets.

    Raises DeclarationMissing, FileRefused.
    """
    kind = _checked(name, content, declared)
    with opened_campaign(campaign_id, actor, Verb.EDIT, now) as (campaign, flow):
        flow.edit()
        attachment = _keep(Attachment(campaign=campaign), actor, title, source, kind, content, now)
        record(flow, attachment=attachment.pk, sha256=attachment.sha256)
    return attachment


def remove_from_request(*, campaign_id: int, actor: Person, key: UUID, now: datetime) -> Attachment:
    """Take a file out of a request that is being prepared; what was taken out before stays so, without a word."""
    with opened_campaign(campaign_id, actor, Verb.EDIT, now) as (campaign, flow):
        flow.edit()
        attachment = _kept(Attachment.objects.filter(campaign=campaign), key)
        if attachment.removed_at is None:
            _remove(attachment, actor, now)
            record(flow, removed=attachment.pk, sha256=attachment.sha256)
    return attachment


def attach_to_report(
    *, report_id: int, actor: Person, title: str, name: str, content: bytes, declared: bool, now: datetime
) -> Attachment:
    """Attach a file to a report while its unit may write it. The same file a second time changes nothing.

    Raises DeclarationMissing, FileRefused.
    """
    kind = _checked(name, content, declared)
    with opened(report_id, actor, Verb.SAVE_ENTRY, now) as (report, flow):
        flow.save_entry()
        there = Attachment.objects.filter(report=report, sha256=bytes_hash(content), removed_at__isnull=True).first()
        attachment = there or _keep(Attachment(report=report), actor, title, "", kind, content, now)
        report.started_at = report.started_at or now
        record_edit(flow)
    return attachment


def remove_from_report(*, report_id: int, actor: Person, key: UUID, now: datetime) -> Attachment:
    """Take a file out of the working copy; revisions that were handed over with it keep it."""
    with opened(report_id, actor, Verb.SAVE_ENTRY, now) as (report, flow):
        flow.save_entry()
        attachment = _kept(Attachment.objects.filter(report=report), key)
        if attachment.removed_at is None:
            _remove(attachment, actor, now)
        record_edit(flow)
    return attachment


def keep_scan(
    *, report_id: int, actor: Person, title: str, name: str, content: bytes, declared: bool, now: datetime
) -> Attachment:
    """Keep the scan of a report that came on paper; an officer of the issuer brings it, before register_paper.

    Raises DeclarationMissing, FileRefused.
    """
    kind = _checked(name, content, declared)
    with transaction.atomic():
        report = Report.objects.select_for_update(no_key=True).filter(pk=report_id).first()
        if report is None:
            raise errors.NotVisible
        holdings = holdings_of(actor, [report.organization_id, report.issuer_id], now)
        parties = Parties(report.organization_id, report.issuer_id, report.state)
        if not actor.is_active or not may_see(holdings, parties):
            raise errors.NotVisible
        if at_desk(Verb.REGISTER_PAPER, holdings, parties) is None:
            raise errors.NotYourDesk(verb=Verb.REGISTER_PAPER.label, desk=Role.OFFICER.label)
        return _keep(Attachment(report=report), actor, title, "", kind, content, now)


def _checked(name: str, content: bytes, declared: bool) -> FileKind:
    """What the file is, found out before anything is locked."""
    if not declared:
        raise errors.DeclarationMissing
    return check_file(name, content, settings.UPLOAD_LIMIT)


def _kept(attachments: QuerySet[Attachment], key: UUID) -> Attachment:
    attachment = attachments.filter(key=key).first()
    if attachment is None:
        raise errors.NotVisible
    return attachment


def _remove(attachment: Attachment, actor: Person, now: datetime) -> None:
    attachment.removed_at, attachment.removed_by = now, actor
    attachment.save(update_fields=["removed_at", "removed_by"])


def _keep(
    attachment: Attachment, actor: Person, title: str, source: str, kind: FileKind, content: bytes, now: datetime
) -> Attachment:
    """Store the file under its key: no name that somebody chose reaches the disk."""
    attachment.title, attachment.source = line(Attachment, "title", title), line(Attachment, "source", source)
    attachment.file = ContentFile(content, f"{attachment.key}.{kind.ending}")
    attachment.sha256, attachment.size = bytes_hash(content), len(content)
    attachment.declared, attachment.added_by, attachment.added_at = True, actor, now
    attachment.save()
    return attachment

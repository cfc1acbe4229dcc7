"""Files of a request or a report. What is kept is known by its hash."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from workflow import errors
from workflow.actions.lines import line
from workflow.actions.opening import opened_campaign
from workflow.actions.record import record
from workflow.choices import Role, Verb
from workflow.flows.holdings import holdings_of
from workflow.models import Attachment, Person, Report
from workflow.rules.access import Parties, at_desk, may_see
from workflow.rules.canonical import bytes_hash


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
    """Attach a file to a request that is being prepared; `declared`: free of state secrets."""
    with opened_campaign(campaign_id, actor, Verb.EDIT, now) as (campaign, flow):
        flow.edit()
        attachment = _keep(Attachment(campaign=campaign), actor, title, source, name, content, declared, now)
        record(flow, attachment=attachment.pk, sha256=attachment.sha256)
    return attachment


def keep_scan(
    *, report_id: int, actor: Person, title: str, name: str, content: bytes, declared: bool, now: datetime
) -> Attachment:
    """Keep the scan of a report that came on paper; an officer of the issuer brings it, before register_paper."""
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
        return _keep(Attachment(report=report), actor, title, "", name, content, declared, now)


def _keep(
    attachment: Attachment,
    actor: Person,
    title: str,
    source: str,
    name: str,
    content: bytes,
    declared: bool,
    now: datetime,
) -> Attachment:
    if not declared:
        raise errors.DeclarationMissing
    attachment.title, attachment.source = line(Attachment, "title", title), line(Attachment, "source", source)
    attachment.file = ContentFile(content, name)
    attachment.sha256, attachment.size = bytes_hash(content), len(content)
    attachment.declared, attachment.added_by, attachment.added_at = declared, actor, now
    attachment.save()
    return attachment

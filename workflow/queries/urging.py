"""Urging letters as the issuer's office and as an urged unit read them, and the reminder for a telephone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from workflow import errors
from workflow.choices import RUNNING, Read, ReportState, Verb
from workflow.flows.calendars import calendar_of
from workflow.flows.holdings import holdings_of
from workflow.flows.overdue import overdue_units
from workflow.models import Campaign, IssuedDocument, Person, Report, UrgingLetter
from workflow.queries.report import readable
from workflow.queries.visible import organizations_of
from workflow.rules.access import DESKS, LETTER_SEATS, UNIT_SEATS, Parties, at_desk, held
from workflow.rules.timeliness import standing
from workflow.rules.urging import Reminded, reminder, status


@dataclass(frozen=True, slots=True)
class OfficeLetter:
    """A letter with its whole annex; `no_longer_late`: lines of an unissued one whose units are not overdue now."""

    letter: UrgingLetter
    no_longer_late: Sequence[dict[str, Any]]


def letters_of(campaign_id: int, person: Person, now: datetime) -> list[OfficeLetter]:
    """A request's letters, the newest first, to the issuer's office and to who signs and numbers them.

    Raises NotVisible (404), NotYourDesk (403).
    """
    campaign = Campaign.objects.filter(pk=campaign_id, house=False).first()
    if campaign is None or not person.is_active:
        raise errors.NotVisible
    holdings = holdings_of(person, [campaign.issuer_id], now)
    if held(holdings, campaign.issuer_id, LETTER_SEATS) is None:
        asked = Report.objects.filter(campaign=campaign, organization__in=organizations_of(person, UNIT_SEATS, now))
        if held(holdings, campaign.issuer_id, UNIT_SEATS) is None and not asked.exists():
            raise errors.NotVisible
        desk = " / ".join(str(role.label) for role in sorted(LETTER_SEATS))
        raise errors.NotYourDesk(verb=_("Read the urging letters"), desk=desk)
    letters = list(
        UrgingLetter.objects.filter(campaign=campaign)
        .select_related("document", "made_by", "signed_by")
        .order_by("-made_at", "-pk")
    )
    late = {unit.report_id for unit in overdue_units(campaign_id, now)} if any(map(_is_open, letters)) else set()
    return [
        OfficeLetter(letter, [unit for unit in letter.annex if unit["report"] not in late] if _is_open(letter) else [])
        for letter in letters
    ]


def _is_open(letter: UrgingLetter) -> bool:
    return letter.document_id is None and letter.discarded_at is None


@dataclass(frozen=True, slots=True)
class LetterToUnit:
    """An issued letter as one of its units reads it: the text, and of the annex its own line only."""

    document: IssuedDocument
    subject: str
    body: str
    send_before: datetime
    line: dict[str, Any]


def letters_to(report_id: int, person: Person, now: datetime) -> list[LetterToUnit]:
    """The issued letters that urge the unit to send this report, oldest first. Raises NotVisible (404)."""
    return letters_about(readable(report_id, person, Read.STATE, now))


def letters_about(report: Report) -> list[LetterToUnit]:
    """The same of a report that was read already."""
    issued = UrgingLetter.objects.filter(campaign=report.campaign_id, annex__contains=[{"report": report.pk}])
    # What the document froze names every unit, so it is not handed out.
    found = issued.filter(document__isnull=False).select_related("document").defer("document__content")
    return [
        LetterToUnit(
            document=letter.document,
            subject=letter.subject,
            body=letter.body,
            send_before=letter.send_before,
            line=next(unit for unit in letter.annex if unit["report"] == report.pk),
        )
        for letter in found.order_by("document__issued_at", "pk")
        if letter.document is not None
    ]


def reminder_text(report_id: int, person: Person, now: datetime, *, address: str) -> str:
    """What an officer of the issuer may copy into a telephone to remind the unit; `address` is the link in it.

    Raises NotVisible (404), NotYourDesk (403), and AlreadyDone or CampaignNotRunning where nothing is expected.
    """
    report = readable(report_id, person, Read.STATE, now)
    holdings = holdings_of(person, [report.organization_id, report.issuer_id], now)
    if at_desk(Verb.REMIND, holdings, Parties(report.organization_id, report.issuer_id, report.state)) is None:
        desk = " / ".join(str(role.label) for role in sorted(DESKS[Verb.REMIND].roles))
        raise errors.NotYourDesk(verb=Verb.REMIND.label, desk=desk)
    campaign, unit = report.campaign, report.organization
    if campaign.state not in RUNNING:
        raise errors.CampaignNotRunning(state=campaign.get_state_display())
    supplement = report.state == ReportState.SUPPLEMENT
    if report.state == ReportState.EXEMPT or (report.sent_at is not None and not supplement):
        raise errors.AlreadyDone(state=report.get_state_display(), verb=Verb.REMIND.label)
    due = report.supplement_due if supplement and report.supplement_due else report.due
    return reminder(
        Reminded(
            unit=unit.name,
            issuer=report.issuer.name,
            report_subject=report.about,
            status=status(report.state, unit.kind, started=report.started_at is not None),
            due=due,
            standing=standing(due, None, now, calendar_of(report.issuer_id)),
            supplement=supplement,
        ),
        address,
    )

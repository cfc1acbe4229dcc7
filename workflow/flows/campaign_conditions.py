"""What must be true before a verb of a campaign. Each condition returns True or raises the refusal to be said.

Conditions see the flow only: its campaign, actor, moment and what was asked.
"""

from django.utils.translation import gettext_lazy as _

from workflow import errors
from workflow.choices import RUNNING, CampaignState, ReportState, Role
from workflow.flows.calendars import calendar_of
from workflow.flows.campaign_inputs import CampaignInputs
from workflow.flows.conditions import confirmed_lately
from workflow.models import Report
from workflow.rules.calendar import last_day_of, say_due
from workflow.rules.ladder import sound_ladder
from workflow.rules.vietnamese import is_blank

GONE_UP = frozenset({ReportState.SENT, ReportState.RECEIVED, ReportState.CONSOLIDATED})

_WORDS = {
    "number": _("number"),
    "date": _("date"),
    "due": _("deadline"),
    "outline": _("outline"),
    "audience": _("units addressed"),
}


def request_complete(flow: CampaignInputs) -> bool:
    """Number, date, deadline and an outline with a section."""
    campaign = flow.campaign
    lacking = [name for name in ("number", "date", "due") if not getattr(campaign, name)]
    if campaign.outline is None or not campaign.outline.sections.exists():
        lacking.append("outline")
    if lacking:
        raise errors.RequestIncomplete(missing=", ".join(str(_WORDS[name]) for name in lacking))
    return True


def audience_sound(flow: CampaignInputs) -> bool:
    if not flow.asked["units"]:
        raise errors.RequestIncomplete(missing=_WORDS["audience"])
    for unit, superior in flow.asked["overlaps"]:
        raise errors.AudienceOverlaps(unit=unit, superior=superior)
    return True


def due_ahead(flow: CampaignInputs) -> bool:
    due = flow.asked.get("due", flow.campaign.due)
    if due is not None and due <= flow.now:
        raise errors.DueNotInFuture
    return True


def calendar_filled(flow: CampaignInputs) -> bool:
    """The issuer's calendar has the holidays of the year in which the deadline lies."""
    if flow.campaign.due is not None:
        year = last_day_of(flow.campaign.due).year
        if not calendar_of(flow.campaign.issuer_id).has_year(year):
            raise errors.CalendarEmpty(year=year)
    return True


def answers_a_running_report(flow: CampaignInputs) -> bool:
    upper = flow.campaign.answers
    if upper is None:
        return True
    if upper.organization_id != flow.campaign.issuer_id:
        raise errors.NotVisible
    if upper.campaign.state not in RUNNING:
        raise errors.CampaignNotRunning(state=upper.campaign.get_state_display())
    if upper.answered_by.exclude(pk=flow.campaign.pk).exclude(state=CampaignState.CANCELLED).exists():
        raise errors.UpperReportTaken
    return True


def reason_given(flow: CampaignInputs) -> bool:
    if not flow.asked["reason"].strip():
        raise errors.ReasonMissing
    return True


def own_report_sent_or_reason(flow: CampaignInputs) -> bool:
    report = flow.own_report
    if (report is None or report.state not in GONE_UP) and not flow.asked["reason"].strip():
        raise errors.OwnReportNotSent
    return True


def units_sound(flow: CampaignInputs) -> bool:
    units = flow.asked["units"]
    if not units:
        raise errors.UnitsUnknown
    if Report.objects.filter(campaign=flow.campaign, organization__in=units).exists():
        raise errors.UnitsAlreadyAsked
    for unit, superior in flow.asked["overlaps"]:
        raise errors.AudienceOverlaps(unit=unit, superior=superior)
    return True


def upper_request_ended(flow: CampaignInputs) -> bool:
    upper = flow.own_report
    if upper is None or upper.campaign.state != CampaignState.CANCELLED:
        raise errors.AlreadyDone(state=flow.campaign.get_state_display(), verb=flow.verb.label)
    return True


def ladder_sound(flow: CampaignInputs) -> bool:
    return sound_ladder(flow.asked["ladder"])


def pause_sound(flow: CampaignInputs) -> bool:
    until, units = flow.asked["until"], flow.asked["units"]
    if until is not None and until <= flow.now:
        raise errors.DueNotInFuture
    asked = Report.objects.filter(campaign=flow.campaign, organization__in=units)
    if len(set(units)) != asked.count():
        raise errors.UnitsUnknown
    return True


def paused(flow: CampaignInputs) -> bool:
    if not flow.running_pauses:
        raise errors.NotPaused
    return True


def no_letter_open(flow: CampaignInputs) -> bool:
    if flow.open_letter is not None:
        raise errors.LetterOpen
    return True


def letter_open(flow: CampaignInputs) -> bool:
    if flow.asked_letter is None:
        raise errors.LetterNotDrafted
    return True


def letter_drafted(flow: CampaignInputs) -> bool:
    if flow.asked_letter is None or flow.asked_letter.signed_at is not None:
        raise errors.LetterNotDrafted
    return True


def letter_signed(flow: CampaignInputs) -> bool:
    if flow.asked_letter is None or flow.asked_letter.signed_at is None:
        raise errors.LetterNotSigned
    return True


def letter_as_seen(flow: CampaignInputs) -> bool:
    if flow.letter.version != flow.asked["version"]:
        raise errors.StaleRevision
    return True


def letter_written(flow: CampaignInputs) -> bool:
    """What is given as subject or body says something; what is not given is written by the house."""
    given = (flow.asked["subject"], flow.asked["body"])
    if any(text is not None and is_blank(text) for text in given):
        raise errors.LetterIncomplete
    return True


def letter_due_ahead(flow: CampaignInputs) -> bool:
    if flow.asked["send_before"] <= flow.now:
        raise errors.DueNotInFuture
    return True


def letter_in_time(flow: CampaignInputs) -> bool:
    if flow.letter.send_before <= flow.now:
        raise errors.LetterOutdated(due=say_due(flow.letter.send_before))
    return True


def somebody_late(flow: CampaignInputs) -> bool:
    if not flow.late_units:
        raise errors.NobodyLate
    return True


def still_somebody_late(flow: CampaignInputs) -> bool:
    """Asked only where the annex is read again."""
    return not flow.asked["refresh"] or somebody_late(flow)


def identity_confirmed(flow: CampaignInputs) -> bool:
    return confirmed_lately(flow.asked["confirmed"], flow.actor, flow.now)


def signing_not_on_hold(flow: CampaignInputs) -> bool:
    if flow.actor.signing_hold_since is not None or not flow.holding.confirmed:
        raise errors.SigningOnHold
    return True


def deadline_by_leader(flow: CampaignInputs) -> bool:
    if flow.asked.get("due") is not None and not flow.holds(Role.LEADER):
        raise errors.NotYourDesk(verb=flow.verb.label, desk=Role.LEADER.label)
    return True


def outline_by_officer(flow: CampaignInputs) -> bool:
    if flow.asked.get("additions") is not None and not flow.holds(Role.OFFICER):
        raise errors.NotYourDesk(verb=flow.verb.label, desk=Role.OFFICER.label)
    return True

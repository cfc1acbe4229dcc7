"""What must be true before a verb. Each condition returns True or raises the refusal that says what to do.

Conditions see the flow only: its report, actor, moment and what was asked.
"""

from datetime import datetime, timedelta
from typing import Any

from workflow import errors
from workflow.choices import RUNNING, FourEyes, ReviewMode, Role
from workflow.flows.inputs import ReportInputs
from workflow.models import Person
from workflow.rules.access import held
from workflow.rules.calendar import local_day, say_due
from workflow.rules.quorum import minutes_fit
from workflow.rules.timeliness import is_on_time

CONFIRMATION_VALID = timedelta(minutes=5)


def campaign_running(flow: ReportInputs) -> bool:
    if flow.campaign.state not in RUNNING:
        raise errors.CampaignNotRunning(state=flow.campaign.get_state_display())
    return True


def review_asked(flow: ReportInputs) -> bool:
    if flow.campaign.review_mode == ReviewMode.NONE:
        raise errors.ReviewNotAsked
    return True


def no_review_asked(flow: ReportInputs) -> bool:
    if flow.campaign.review_mode != ReviewMode.NONE:
        raise errors.ReviewRequired
    return True


def outline_complete(flow: ReportInputs) -> bool:
    places = flow.missing_places()
    if places:
        shown = "; ".join(map(flow.outline.words, places[:5])) + ("…" if len(places) > 5 else "")
        raise errors.OutlineIncomplete(count=len(places), places=shown, missing=places)
    return True


def figures_agree(flow: ReportInputs) -> bool:
    if flow.outline.outline.checks:
        flow.outline.check_figures(flow.values)
    return True


def closes_late_enough(flow: ReportInputs) -> bool:
    days = flow.campaign.review_minimum_days
    if flow.asked["closes_at"] - flow.now < timedelta(days=days):
        raise errors.ReviewTooShort(days=days)
    return True


def somebody_counted(flow: ReportInputs) -> bool:
    if not flow.persons_counted:
        raise errors.NobodyCounted
    return True


def everything_answered(flow: ReportInputs) -> bool:
    count = flow.unanswered()
    if count:
        raise errors.OpinionsUnanswered(count=count)
    return True


def counted_in_round(flow: ReportInputs) -> bool:
    if not flow.round.persons.filter(person=flow.actor).exists():
        raise errors.NotYourDesk(verb=flow.verb.label, desk=Role.MEMBER.label)
    return True


def round_open(flow: ReportInputs) -> bool:
    if flow.now >= flow.round.closes_at:
        raise errors.ReviewClosed
    return True


def no_minutes(flow: ReportInputs) -> bool:
    if flow.round.minutes_date is not None:
        raise errors.MinutesEntered
    return True


def no_single_answers(flow: ReportInputs) -> bool:
    if flow.round.opinions.exists():
        raise errors.MinutesWithVotes
    return True


def minutes_add_up(flow: ReportInputs) -> bool:
    minutes = flow.asked["minutes"]
    if minutes.held_on > local_day(flow.now):
        raise errors.DateInFuture
    if not minutes_fit(
        counted=flow.round.counted,
        present=minutes.present,
        agree=minutes.agree,
        disagree=minutes.disagree,
        other=minutes.other,
    ):
        raise errors.MinutesDoNotAddUp(counted=flow.round.counted)
    return True


def round_may_end(flow: ReportInputs) -> bool:
    tally = flow.tally
    answered = tally.agree + tally.agree_with_additions + tally.disagree + tally.reserve
    if flow.round.waits(answered, flow.now):
        raise errors.ReviewStillOpen(answered=answered, counted=tally.counted)
    return True


def chair_has_spoken(flow: ReportInputs) -> bool:
    if flow.round.mode == ReviewMode.OPINIONS and flow.asked["adopted"] is None:
        raise errors.WrongAnswer
    return True


def remarks_given(flow: ReportInputs) -> bool:
    if not any(text.strip() for _section, text in flow.asked["remarks"]):
        raise errors.RemarksMissing
    return True


def reason_given(flow: ReportInputs) -> bool:
    if not flow.asked["reason"].strip():
        raise errors.ReasonMissing
    return True


def due_ahead(flow: ReportInputs) -> bool:
    if flow.asked["due"] <= flow.now:
        raise errors.DueNotInFuture
    return True


def signer_or_secretary(flow: ReportInputs) -> bool:
    # A deputy standing in is found at the deputy's seat first, but sits in the secretary's seat as well.
    secretary = held(flow.holdings, flow.report.organization_id, {Role.SECRETARY})
    if secretary is None and not flow.signed_by_actor:
        raise errors.NotYourDesk(verb=flow.verb.label, desk=Role.SECRETARY.label)
    return True


def identity_confirmed(flow: ReportInputs) -> bool:
    return confirmed_lately(flow.asked["confirmed"], flow.actor, flow.now)


def confirmed_lately(confirmed: Any, actor: Person, now: datetime) -> bool:
    """Whether the actor entered the password within the last minutes. Raises IdentityNotConfirmed."""
    fresh = confirmed is not None and timedelta(0) <= now - confirmed.at <= CONFIRMATION_VALID
    if not fresh or confirmed.person_id != actor.pk:
        raise errors.IdentityNotConfirmed
    return True


def signing_not_on_hold(flow: ReportInputs) -> bool:
    if flow.actor.signing_hold_since is not None or not flow.holding.confirmed:
        raise errors.SigningOnHold
    return True


def four_eyes(flow: ReportInputs) -> bool:
    if flow.signs_own_submission:
        if flow.report.organization.four_eyes == FourEyes.REFUSE:
            raise errors.SelfSigned
        if not flow.asked["self_signing_confirmed"]:
            raise errors.SelfSigningNotConfirmed
    return True


def arrived_by_now(flow: ReportInputs) -> bool:
    if flow.asked["arrived_at"] > flow.now or flow.asked["dated"] > local_day(flow.now):
        raise errors.DateInFuture
    return True


def drafter_seated(flow: ReportInputs) -> bool:
    if not flow.report.organization.seats.filter(
        flow.active_seats, role=Role.DRAFTER, person_id=flow.asked["person_id"]
    ).exists():
        raise errors.NotADrafter
    return True


def officer_seated(flow: ReportInputs) -> bool:
    if not flow.report.issuer.seats.filter(
        flow.active_seats, role=Role.OFFICER, person_id=flow.asked["person_id"]
    ).exists():
        raise errors.WrongAnswer
    return True


def nothing_sent(flow: ReportInputs) -> bool:
    """What is supplemented stands under the supplement's own due; a later due would only make a late sending timely."""
    if flow.report.sent_at is not None:
        raise errors.AlreadyDone(state=flow.state_label, verb=flow.verb.label)
    return True


def extension_asked(flow: ReportInputs) -> bool:
    return flow.waiting_extension is not None


def no_extension_open(flow: ReportInputs) -> bool:
    if flow.open_extension is not None:
        raise errors.AlreadyAsked
    return True


def due_later(flow: ReportInputs) -> bool:
    """An extension leads to an instant in the future, and later than the due it extends."""
    due_ahead(flow)
    if flow.asked["due"] <= flow.report.due:
        raise errors.ExtensionNotLater(due=say_due(flow.report.due))
    return True


def granted_due_later(flow: ReportInputs) -> bool:
    return flow.asked["due"] is None or due_later(flow)


def late(flow: ReportInputs) -> bool:
    if is_on_time(flow.report.due, flow.report.sent_at or flow.now):
        raise errors.NotLate(due=say_due(flow.report.due))
    return True


def not_excused(flow: ReportInputs) -> bool:
    if flow.lateness is not None and flow.lateness.excuse:
        raise errors.LatenessExcused
    return True

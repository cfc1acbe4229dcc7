"""Refusals. Each has a code, an HTTP status and one sentence that tells the user what to do."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RuleBroken(Exception):
    """A refused verb. `facts` fill the sentence and let a screen point at the place; they never hold report content."""

    code: ClassVar[str] = "rule_broken"
    status: ClassVar[int] = 422
    sentence: ClassVar[str | Promise] = _("This cannot be done now. Please reload the page and try again.")

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        return str(self.sentence) % self.facts


class NotVisible(RuleBroken):
    code = "not_visible"
    status = 404
    sentence = _("Nothing is found at this address. Please check the link or go back to your list of work.")


class NotYourDesk(RuleBroken):
    """Seen, but the verb belongs to another seat. facts: verb, desk."""

    code = "not_your_desk"
    status = 403
    sentence = _("“%(verb)s” is for the seat: %(desk)s. Please contact that person if the work is waiting.")


class AlreadyDone(RuleBroken):
    """The report or request has moved on since the screen was made. facts: state, verb."""

    code = "already_done"
    status = 409
    sentence = _(
        "Somebody has already dealt with this: it is now at “%(state)s”, so “%(verb)s” does not apply."
        " Please reload the page; what you typed is kept."
    )


class StaleRevision(RuleBroken):
    code = "stale_revision"
    status = 409
    sentence = _(
        "The content has changed since you opened this page. Please reload, read the newest version"
        " and decide again; what you typed is kept."
    )


class CampaignNotRunning(RuleBroken):
    """facts: state."""

    code = "campaign_not_running"
    status = 409
    sentence = _("This request is not open (it is “%(state)s”). Please contact the issuing office.")


class OutlineIncomplete(RuleBroken):
    """facts: missing (list of section keys and indicator codes), count, places."""

    code = "outline_incomplete"
    sentence = _("%(count)s places are still missing: %(places)s. Please complete them before you submit.")


class ReviewNotAsked(RuleBroken):
    code = "review_not_asked"
    sentence = _("This request asks for no review. Please submit for signature directly.")


class ReviewRequired(RuleBroken):
    code = "review_required"
    sentence = _("This request asks for a review first. Please submit the draft for opinions.")


class ReviewTooShort(RuleBroken):
    """facts: days."""

    code = "review_too_short"
    sentence = _("The round must stay open for at least %(days)s days. Please choose a later closing time.")


class NobodyCounted(RuleBroken):
    code = "nobody_counted"
    sentence = _("No official member is registered to be asked. Please ask the administrator to enter the seats.")


class ReviewStillOpen(RuleBroken):
    """facts: answered, counted."""

    code = "review_still_open"
    sentence = _(
        "Only %(answered)s of %(counted)s have answered and the closing time has not come."
        " Please wait, or enter the result from the minutes."
    )


class ReviewClosed(RuleBroken):
    code = "review_closed"
    status = 409
    sentence = _("The round of opinions has closed. Please send your opinion to the secretary directly.")


class MinutesWithVotes(RuleBroken):
    code = "minutes_with_votes"
    sentence = _(
        "Single answers have been given in this round, so the minutes cannot be entered as well."
        " Please conclude the round with the single answers."
    )


class MinutesEntered(RuleBroken):
    code = "minutes_entered"
    status = 409
    sentence = _(
        "The result was entered from the minutes of the meeting, so single answers are no longer taken."
        " Please tell the secretary if the minutes are wrong."
    )


class MinutesDoNotAddUp(RuleBroken):
    """facts: counted."""

    code = "minutes_do_not_add_up"
    sentence = _(
        "The answers in the minutes add up to more than the %(counted)s persons counted. Please check the figures."
    )


class OpinionsUnanswered(RuleBroken):
    """facts: count."""

    code = "opinions_unanswered"
    sentence = _("%(count)s opinions or remarks have no answer yet. Please accept or explain each of them.")


class RemarksMissing(RuleBroken):
    code = "remarks_missing"
    sentence = _("Please write at least one remark that says what has to be changed.")


class ReasonMissing(RuleBroken):
    code = "reason_missing"
    sentence = _("Please give the reason.")


class WrongAnswer(RuleBroken):
    code = "wrong_answer"
    sentence = _("Please choose one of the answers that the form offers.")


class NotAsked(RuleBroken):
    """The place is not part of this unit's outline. facts: place (an id, key or code, for screens)."""

    code = "not_asked"
    sentence = _("This place is not asked of your unit. Please reload the outline; what you typed is kept.")


class UnreadableText(RuleBroken):
    """The text holds characters that cannot be kept: NUL, or half of a surrogate pair."""

    code = "unreadable_text"
    sentence = _("The text holds characters that cannot be kept. Please type it again or paste it as plain text.")


class TextTooLong(RuleBroken):
    """facts: field, limit (characters)."""

    code = "text_too_long"
    sentence = _("“%(field)s” holds at most %(limit)s characters. Please shorten the text.")


class WrongFigure(RuleBroken):
    """facts: indicator, rule."""

    code = "wrong_figure"
    sentence = _("Please check the figure %(indicator)s: %(rule)s.")


class NotADrafter(RuleBroken):
    code = "not_a_drafter"
    sentence = _("This person holds no drafter seat in the unit. Please choose a drafter of the unit.")


class IdentityNotConfirmed(RuleBroken):
    code = "identity_not_confirmed"
    sentence = _("Please enter your password again to sign.")


class SigningOnHold(RuleBroken):
    code = "signing_on_hold"
    sentence = _(
        "Signing waits for a second person's confirmation, because the seat or the password is new."
        " Please ask the administrator or the superior secretary to confirm."
    )


class SelfSigned(RuleBroken):
    """Four eyes: the signer submitted this very revision and the unit refuses that."""

    code = "self_signed"
    sentence = _(
        "You submitted this version yourself, and your unit asks for two persons."
        " Please let another drafter submit it, or another person sign it."
    )


class SelfSigningNotConfirmed(RuleBroken):
    code = "self_signing_not_confirmed"
    sentence = _("You submitted this version yourself. Please confirm that you also sign it.")


class NumberTaken(RuleBroken):
    """facts: number, free."""

    code = "number_taken"
    status = 409
    sentence = _(
        "Number %(number)s is already taken in this term. Please choose another; the next free number is %(free)s."
    )


class WrongNumber(RuleBroken):
    code = "wrong_number"
    sentence = _("The number must be 1 or more. Please check the register of outgoing documents.")


class NoTerm(RuleBroken):
    code = "no_term"
    sentence = _("No term is registered for this date, so no number can be given. Please ask the administrator.")


class DateInFuture(RuleBroken):
    code = "date_in_future"
    sentence = _("The date lies in the future. Please check it.")


class DateBeforeSignature(RuleBroken):
    code = "date_before_signature"
    sentence = _("The date of the document lies before its signature. Please check it.")


class DueNotInFuture(RuleBroken):
    code = "due_not_in_future"
    sentence = _("The deadline must lie in the future. Please choose a later day.")


class DeclarationMissing(RuleBroken):
    code = "declaration_missing"
    sentence = _("Please declare that the content is not on the list of state secrets.")


class RequestIncomplete(RuleBroken):
    """facts: missing."""

    code = "request_incomplete"
    sentence = _("The request still lacks: %(missing)s. Please complete it before opening.")


class AudienceOverlaps(RuleBroken):
    """facts: unit, superior."""

    code = "audience_overlaps"
    sentence = _("%(unit)s and its own superior %(superior)s are both addressed. Please take one of them out.")


class CalendarEmpty(RuleBroken):
    """facts: year."""

    code = "calendar_empty"
    sentence = _("The working calendar of %(year)s is empty. Please enter the days off before opening.")


class RequestNumberTaken(RuleBroken):
    """facts: number."""

    code = "request_number_taken"
    status = 409
    sentence = _("Number %(number)s already belongs to another request of your office. Please choose another number.")


class RequestFrozen(RuleBroken):
    code = "request_frozen"
    status = 409
    sentence = _("The request is open, so its outline is frozen. Please amend it instead.")


class OwnReportNotSent(RuleBroken):
    code = "own_report_not_sent"
    sentence = _("The committee's own report has not been sent. Please send it, or give the reason for closing now.")


class OutlineClash(RuleBroken):
    """facts: place (a key or code)."""

    code = "outline_clash"
    sentence = _("“%(place)s” stands twice in the outline, or names nothing. Please correct the outline.")


class UnitsUnknown(RuleBroken):
    code = "units_unknown"
    sentence = _("Some of the chosen units cannot be addressed by this request. Please choose units below the issuer.")


class UnitsAlreadyAsked(RuleBroken):
    code = "units_already_asked"
    status = 409
    sentence = _("These units have already been asked. Please reload the list.")


class WouldBeACycle(RuleBroken):
    code = "would_be_a_cycle"
    sentence = _("A request cannot answer a report that depends on it. Please choose another upper request.")


class UpperReportTaken(RuleBroken):
    code = "upper_report_taken"
    status = 409
    sentence = _("Another request already gathers for this report. Please add the units to that request.")


class NotForYourself(RuleBroken):
    code = "not_for_yourself"
    status = 403
    sentence = _("Nobody grants a seat to himself or confirms his own. Please ask another person.")


class SeatTaken(RuleBroken):
    code = "seat_taken"
    status = 409
    sentence = _("The seat is already held. Please end the present holder's seat first.")


class NotADeputy(RuleBroken):
    code = "not_a_deputy"
    sentence = _("A stand-in must hold a deputy seat of the same organisation. Please choose a deputy secretary.")


class PeriodReversed(RuleBroken):
    code = "period_reversed"
    sentence = _("The last day lies before the first day. Please check the dates.")


class AlreadyAsked(RuleBroken):
    code = "already_asked"
    status = 409
    sentence = _("A request of this kind is still waiting for a decision. Please wait for it.")


class FileRefused(RuleBroken):
    """facts: rule."""

    code = "file_refused"
    sentence = _("The file cannot be taken: %(rule)s. Please choose another file.")


class RegisterRefused(RuleBroken):
    """facts: rule."""

    code = "register_refused"
    sentence = _("The register cannot be written: %(rule)s. Please correct it and try again.")

"""Refusals of the verbs on a report."""

from django.utils.translation import gettext_lazy as _

from workflow.errors.broken import RuleBroken


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
        " Please wait; the result of the minutes can be entered only while nobody has answered."
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

"""Refusals of the verbs on a request, and of the register."""

from django.utils.translation import gettext_lazy as _

from workflow.errors.broken import RuleBroken


class RequestIncomplete(RuleBroken):
    """facts: missing."""

    code = "request_incomplete"
    sentence = _("The request still lacks: %(missing)s. Please complete it before opening.")


class AudienceOverlaps(RuleBroken):
    """facts: unit, superior."""

    code = "audience_overlaps"
    sentence = _("%(unit)s and its own superior %(superior)s are both addressed. Please take one of them out.")


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

"""Refusals about calendar, deadlines, reminders, urging letters and notices."""

from django.utils.translation import gettext_lazy as _

from workflow.errors.broken import RuleBroken


class CalendarEmpty(RuleBroken):
    """facts: year."""

    code = "calendar_empty"
    sentence = _("The working calendar of %(year)s is empty. Please enter the days off before opening.")


class CalendarListRefused(RuleBroken):
    """facts: problems (each with its line number), count."""

    code = "calendar_list_refused"
    sentence = _("The list was not saved: %(problems)s. Please correct the list and import it again.")


class CalendarYearUnknown(RuleBroken):
    """facts: year."""

    code = "calendar_year_unknown"
    sentence = _("The days off of %(year)s are not known to the system. Please enter them by hand or from a list.")


class DayTwice(RuleBroken):
    """facts: day."""

    code = "day_twice"
    sentence = _("%(day)s stands twice in the list. Please keep one line for each day.")


class DayUnlikely(RuleBroken):
    """facts: day."""

    code = "day_unlikely"
    sentence = _("The year of %(day)s cannot be right. Please check the day.")


class ExtensionNotLater(RuleBroken):
    """facts: due."""

    code = "extension_not_later"
    sentence = _("The present deadline is %(due)s. Please choose a later one.")


class NotLate(RuleBroken):
    """facts: due."""

    code = "not_late"
    sentence = _("The report is not late: its deadline is %(due)s. No reason is needed; please reload the page.")


class LatenessExcused(RuleBroken):
    code = "lateness_excused"
    status = 409
    sentence = _("The lateness has been excused, so the reason given stays as it is. Please reload the page.")


class NothingProposed(RuleBroken):
    code = "nothing_proposed"
    sentence = _(
        "No decision has been proposed for this unit. Please choose a deadline, or ask the officer to propose one."
    )


class LadderUnsound(RuleBroken):
    """facts: rule."""

    code = "ladder_unsound"
    sentence = _("The ladder of reminders cannot be used: %(rule)s. Please correct it.")


class NotPaused(RuleBroken):
    code = "not_paused"
    status = 409
    sentence = _("The reminders of this request are not paused. Please reload the page.")


class LetterOpen(RuleBroken):
    code = "letter_open"
    status = 409
    sentence = _("An urging letter is already being prepared. Please finish or discard it first.")


class LetterNotDrafted(RuleBroken):
    code = "letter_not_drafted"
    status = 409
    sentence = _("There is no urging letter in draft: it was signed, sent or discarded. Please reload the page.")


class LetterNotSigned(RuleBroken):
    code = "letter_not_signed"
    status = 409
    sentence = _("The urging letter is not signed. Please submit it to the secretary first.")


class LetterIncomplete(RuleBroken):
    code = "letter_incomplete"
    sentence = _("The urging letter needs a subject and a text. Please write both.")


class LetterOutdated(RuleBroken):
    """facts: due."""

    code = "letter_outdated"
    status = 409
    sentence = _(
        "The urging letter asks to send before %(due)s, which has passed."
        " Please let the office give a later day: in the draft, or in a new letter when this one is signed."
    )


class NobodyLate(RuleBroken):
    code = "nobody_late"
    sentence = _("No unit has to be urged: none is overdue. Please check the list.")


class MandatoryNotice(RuleBroken):
    """facts: verb."""

    code = "mandatory_notice"
    sentence = _("Notices of “%(verb)s” cannot be switched off. Please choose at once or the daily digest.")


class NothingFailed(RuleBroken):
    code = "nothing_failed"
    status = 409
    sentence = _("No notice of this request waits to be sent again. Please reload the page.")

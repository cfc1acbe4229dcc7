"""Refusals at the sign-in and about accounts."""

from django.utils.translation import gettext_lazy as _

from workflow.errors.broken import RuleBroken


class SignInRefused(RuleBroken):
    code = "sign_in_refused"
    sentence = _("The user name or the password is not right. Please check both and try again.")


class SignInLocked(RuleBroken):
    """facts: minutes."""

    code = "sign_in_locked"
    status = 429
    sentence = _(
        "There were too many wrong passwords for this user name. Please wait %(minutes)s minutes and try again,"
        " or ask the administrator for a new one-time code."
    )


class PasswordWrong(RuleBroken):
    code = "password_wrong"
    sentence = _("The present password is not right. Please type it again.")


class PasswordsDiffer(RuleBroken):
    code = "passwords_differ"
    sentence = _("The two new passwords are not the same. Please type the new password twice.")


class PasswordWeak(RuleBroken):
    """facts: problems."""

    code = "password_weak"
    sentence = _("This password cannot be used: %(problems)s. Please choose another one.")


class CodeUnused(RuleBroken):
    """facts: person."""

    code = "code_unused"
    status = 409
    sentence = _(
        "%(person)s has not signed in with the one-time code yet. Please confirm after a password of their own is set."
    )


class NothingHeld(RuleBroken):
    code = "nothing_held"
    status = 409
    sentence = _("Signing is not held for this person any more. Please reload the page.")


class UserNameTaken(RuleBroken):
    """facts: username."""

    code = "user_name_taken"
    status = 409
    sentence = _("The user name “%(username)s” is taken. Please choose another, or look for the person in the list.")


class UserNameUnlikely(RuleBroken):
    code = "user_name_unlikely"
    sentence = _("A user name has 3 to 60 small letters without accents, digits, dots or hyphens. Please correct it.")


class ContactUnlikely(RuleBroken):
    """facts: text."""

    code = "contact_unlikely"
    sentence = _("“%(text)s” does not look like a phone number or an e-mail address. Please check it.")


class NameMissing(RuleBroken):
    code = "name_missing"
    sentence = _("A name is missing. Please write it in full.")


class CodeTaken(RuleBroken):
    """facts: word."""

    code = "code_taken"
    status = 409
    sentence = _("The code “%(word)s” belongs to another organisation. Please choose another.")


class CodeUnlikely(RuleBroken):
    code = "code_unlikely"
    sentence = _("A code has 2 to 60 small letters without accents, digits or hyphens. Please correct it.")


class DayUnreadable(RuleBroken):
    code = "day_unreadable"
    sentence = _("A day is missing or is not in the calendar. Please write it like 29/07/2026.")


class ChoiceMissing(RuleBroken):
    """facts: field."""

    code = "choice_missing"
    sentence = _("Please choose: %(field)s.")

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


class FormExpired(RuleBroken):
    """The form does not carry this browser's token: an old page, or cookies are blocked."""

    code = "form_expired"
    status = 403
    sentence = _(
        "This page was open for too long, or the browser keeps no cookies, so nothing was sent."
        " Please copy what you typed, load the page again and send it once more."
    )


class PageBroken(RuleBroken):
    """Something failed that nobody foresaw; the log knows it."""

    code = "page_broken"
    status = 500
    sentence = _(
        "Something went wrong on our side and nothing was changed. Please try again, or tell the administrator."
    )

"""Refusals of files and papers."""

from django.utils.translation import gettext_lazy as _

from workflow.errors.broken import RuleBroken


class FileNotChosen(RuleBroken):
    code = "file_not_chosen"
    sentence = _("Please choose a file.")


class SecretMarkFound(RuleBroken):
    """A line of the text is a mark of state secrets. facts: missing (section keys, for screens), places."""

    code = "secret_mark_found"
    sentence = _(
        "A line in %(places)s is a mark of state secrets. Secret content must not be written on this system:"
        " please take it out, and tell the secretary at once."
    )

"""Refusals of what a form lacks before any verb can be asked."""

from django.utils.translation import gettext_lazy as _

from workflow.errors.broken import RuleBroken


class DayMissing(RuleBroken):
    """A day or hour that was asked for is not given, or is none."""

    code = "day_missing"
    sentence = _("Please give the day, and the hour where it is asked, as they stand in the calendar.")


class FileMissing(RuleBroken):
    code = "file_missing"
    sentence = _("Please choose the scanned file.")


class NumberMissing(RuleBroken):
    code = "number_missing"
    sentence = _("Please give the number that stands on the paper.")


class NothingTicked(RuleBroken):
    code = "nothing_ticked"
    sentence = _("Please tick at least one unit first.")

"""What templates need to say things the same way everywhere: {% load words %}."""

import re
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow.choices import CELL_KINDS, CampaignState, ReportState, Stage, Timeliness, Verb, label
from workflow.models import Campaign, Report
from workflow.queries.board_rows import ListedReport
from workflow.rules.calendar import LOCAL, last_day_of, local_day, say_due
from workflow.rules.timeliness import Standing
from workflow.rules.vietnamese import format_day, format_number, weekday_name

register = template.Library()

# A state has a colour and a word and a picture.
STATES = {
    ReportState.DRAFT: ("", "pencil"),
    ReportState.REVIEW: ("violet", "messages"),
    ReportState.REVISING: ("blue", "writing"),
    ReportState.SIGNING: ("amber", "signature"),
    ReportState.SIGNED: ("amber", "hash"),
    ReportState.SENT: ("teal", "send"),
    ReportState.RECEIVED: ("green", "circle-check"),
    ReportState.SUPPLEMENT: ("red", "file-plus"),
    ReportState.CONSOLIDATED: ("green", "report-analytics"),
    ReportState.EXEMPT: ("", "ban"),
}
REQUEST_STATES = {
    CampaignState.DRAFT: ("", "pencil"),
    CampaignState.OPEN: ("teal", "player-play"),
    CampaignState.CONSOLIDATING: ("blue", "report-analytics"),
    CampaignState.CLOSED: ("green", "archive"),
    CampaignState.CANCELLED: ("red", "ban"),
}
TIMELINESS = {
    Timeliness.NOT_DUE: ("", "calendar"),
    Timeliness.DUE_SOON: ("amber", "clock"),
    Timeliness.DUE_TODAY: ("amber", "alarm"),
    Timeliness.OVERDUE: ("red", "alert-triangle"),
    Timeliness.ON_TIME: ("green", "check"),
    Timeliness.LATE: ("red", "clock"),
    Timeliness.NOT_EXPECTED: ("", "ban"),
}


# 07-CT/TW, 630-CV/ĐUK, 05/9/2016: a browser would break them at hyphen and stroke.
_NUMBER = re.compile(r"\d\w*(?:[-/]\w+)+")


@register.filter
def unbroken(words: str) -> SafeString:
    """The words with the numbers of papers and the days in them kept on one line."""
    return mark_safe(_NUMBER.sub(r'<span class="nowrap">\g<0></span>', escape(words)))  # noqa: S308 – escaped before


@register.filter
def request_name(campaign: Campaign) -> SafeString:
    """A request in a list: its number and what it is about."""
    return unbroken(str(campaign) if campaign.number else capfirst(campaign.subject))


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A picture beside a word; it says nothing of its own to who cannot see it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#i-{}"></use></svg>', static("icons.svg"), name
    )


def _badge(colour: str, picture: str, word: str) -> SafeString:
    kind = f"badge badge--{colour}" if colour else "badge"
    return format_html('<span class="{}">{}{}</span>', kind, icon(picture), word)


@register.simple_tag
def state_badge(report: Report | ListedReport) -> SafeString:
    """The state of a report, in the words of its unit's kind; a draft without a first save is not begun."""
    begun = report.begun or report.state != ReportState.DRAFT
    return _state_badge(report.state, begun, report.organization.kind, translation.get_language())


# A list shows the same few badges on each of its lines, so every one is put together once a process.
@lru_cache(maxsize=1024)
def _state_badge(state: str, begun: bool, kind: str, _language: str) -> SafeString:
    if not begun:
        return _badge("", "circle-dashed", _("Not begun"))
    return _badge(*STATES[ReportState(state)], label(ReportState(state), kind))


@register.simple_tag
def request_badge(state: str) -> SafeString:
    return _badge(*REQUEST_STATES[CampaignState(state)], str(CampaignState(state).label))


@register.simple_tag
def standing_badge(standing: Standing) -> SafeString:
    return _standing_badge(standing, translation.get_language())


@lru_cache(maxsize=1024)
def _standing_badge(standing: Standing, _language: str) -> SafeString:
    return _badge(*TIMELINESS[standing.timeliness], standing_words(standing))


def standing_words(standing: Standing) -> str:
    """Quá hạn 2 ngày làm việc, còn 3 ngày làm việc, Gửi chậm dưới 1 ngày làm việc."""
    days, kind = standing.working_days, standing.timeliness
    if kind in {Timeliness.NOT_DUE, Timeliness.DUE_SOON}:
        return ngettext("%(days)s working day left", "%(days)s working days left", days) % {"days": days}
    if kind is Timeliness.OVERDUE:
        if days == 0:
            return _("Overdue by less than a working day")
        return ngettext("Overdue by %(days)s working day", "Overdue by %(days)s working days", days) % {"days": days}
    if kind is Timeliness.LATE:
        if days == 0:
            return _("Sent late by less than a working day")
        return ngettext("Sent late by %(days)s working day", "Sent late by %(days)s working days", days) % {
            "days": days
        }
    return str(kind.label)


@register.filter
def day(moment: date | datetime | None) -> str:
    """25/07/2022, local."""
    if moment is None:
        return ""
    return format_day(local_day(moment) if isinstance(moment, datetime) else moment)


@register.filter
def weekday(moment: date | datetime) -> str:
    """Thứ Hai, 25/07/2022; in English Monday, 25/07/2022."""
    when = local_day(moment) if isinstance(moment, datetime) else moment
    return _weekday(when, translation.get_language())


@lru_cache(maxsize=1024)
def _weekday(day: date, language: str) -> str:
    return f"{_name(day, language)}, {format_day(day)}"


def _name(day: date, language: str) -> str:
    name = weekday_name(day) if language == "vi" else day.strftime("%A")
    return f"{name[:1].upper()}{name[1:]}"


@register.filter
def moment(at: datetime | None) -> str:
    """14:02 25/07/2022, local."""
    if at is None:
        return ""
    local = at.astimezone(LOCAL)
    return f"{local.hour:02}:{local.minute:02} {format_day(local.date())}"


@register.filter
def due_day(due: datetime) -> str:
    """The last day of an exclusive due, with its weekday: Thứ Năm, 28/07/2022."""
    return _weekday(last_day_of(due), translation.get_language())


register.filter("due_words", say_due)


@register.filter
def due_weekday(due: datetime) -> str:
    """The weekday alone of an exclusive due's last day: Thứ Năm."""
    return _name(last_day_of(due), translation.get_language())


@register.filter
def blanks(line: str) -> str:
    """A request's words for all units, with what stands in their blanks (actions/revisions.py) said in words."""
    return line.replace("{unit}", _("(name of the unit)")).replace("{body}", _("(Chi bộ or Đảng ủy)"))


@register.filter
def figure(value: Any) -> str:
    """A number as the Vietnamese write it: 1.234.567,5."""
    return "" if value is None else format_number(value)


@register.simple_tag
def verb_word(verb: str, kind: str = "") -> str:
    return label(Verb(verb), kind) if kind else str(Verb(verb).label)


@register.filter
def desk_word(stage: str, kind: str = "") -> str:
    """Whose desk it is; a party organisation's second desk is its committee."""
    return _desk_word(stage, kind, translation.get_language())


@lru_cache(maxsize=1024)
def _desk_word(stage: str, kind: str, _language: str) -> str:
    if stage == Stage.CELL and kind and kind not in CELL_KINDS:
        return _("Committee")
    return str(Stage(stage).label)


@register.filter
def roles(values: Any) -> str:
    return ", ".join(str(role.label) for role in values)

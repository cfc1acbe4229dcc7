"""The words of the board's filters."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workflow.choices import ReportState, Stage, Timeliness
from workflow.queries.board import NOT_BEGUN, PLACES, TIMES, WAITING_EXTENSION
from workflow.queries.board_rows import Row
from workflow.templatetags.words import desk_word, due_day, icon, moment, standing_badge, state_badge

# How many of a desk's people a row names; the unit's own page has them all.
CALLED_FIRST = 2
Words = list[tuple[str, str | Promise]]

# Units of both kinds stand on one board, so the round of opinions is called by no kind's name.
_PLACES: dict[str, str | Promise] = {NOT_BEGUN: _("Not begun"), ReportState.REVIEW: _("Collecting opinions")}
_SORTS: Words = [
    ("name", _("Unit, A to Z")),
    ("due", _("Nearest deadline first")),
    ("state", _("By step")),
    ("still", _("Longest without moving")),
    ("reminders", _("Reminded most often")),
    ("activity", _("Latest activity first")),
]


def place_words() -> Words:
    return [(name, _PLACES.get(name) or ReportState(name).label) for name in PLACES]


def time_words() -> Words:
    return [
        (name, _("Asks for an extension") if name == WAITING_EXTENSION else Timeliness(name).label) for name in TIMES
    ]


def sort_words() -> Words:
    return _SORTS


def desk_words() -> Words:
    return [(stage, desk_word(stage)) for stage in Stage]


def headline_words() -> Words:
    """What the summary counts in large figures."""
    known = dict(time_words())
    names = (Timeliness.ON_TIME, Timeliness.LATE, Timeliness.OVERDUE, WAITING_EXTENSION)
    return [(name, known[name]) for name in names]


def column_words() -> Words:
    """The columns of the board by the order that each gives; the empty one gives none."""
    return [
        ("name", _("Unit")),
        ("state", _("State")),
        ("", _("At the desk of")),
        ("still", _("There for")),
        ("due", _("Deadline")),
        ("reminders", _("Reminded")),
        ("activity", _("Latest activity")),
    ]


def row_words() -> Mapping[str, str]:
    """What every row says, said and escaped once: a page has a hundred of them."""
    words = {
        "officer_word": gettext("Followed by"),
        "unread_word": gettext("Request not read yet"),
        "extension_word": gettext("Asks for an extension"),
        "extended_word": gettext("Extended"),
        "nobody_word": gettext("nobody holds the seat"),
        "days_word": gettext("days"),
        "desk_label": gettext("At the desk of"),
        "there_label": gettext("There for"),
        "due_label": gettext("Deadline"),
        "reminders_label": gettext("Reminded"),
        "activity_label": gettext("Latest activity"),
    }
    return {name: escape(word) for name, word in words.items()} | {"calendar_icon": icon("calendar-plus")}


def cells_of(row: Row) -> dict[str, Any]:
    """A row in words. Asked for one by one in the template, they were half of the board's time."""
    report, unit = row.report, row.report.organization
    due, standing = report.due, row.standing
    if row.supplement is not None and report.supplement_due is not None:
        due, standing = report.supplement_due, row.supplement
    return {
        "id": escape(report.pk),
        "unit": escape(unit.name),
        "officer": report.officer.full_name if report.officer else "",
        "unread": not report.opened_at and not report.sent_at,
        "state": state_badge(report),
        "extension": row.extension is not None,
        "desk": desk_word(row.desk, unit.kind) if row.desk else "",
        "people": row.people[:CALLED_FIRST],
        "more": max(0, len(row.people) - CALLED_FIRST),
        "lies": row.since is not None,
        "days": escape(row.days),
        "due": due_day(due),
        "standing": standing_badge(standing),
        "extended": row.extended and row.supplement is None,
        "reminders": escape(row.reminders),
        "activity": moment(row.activity),
    }

"""The words of the board's filters."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.choices import ReportState, Stage, Timeliness
from workflow.queries.board import NOT_BEGUN, PLACES, TIMES, WAITING_EXTENSION
from workflow.templatetags.words import desk_word

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

"""The rows of the board as HTML: a template took a third of the page's time for a hundred of them (ADR 0025).

What people typed – names, telephone numbers – is escaped where it is put in; all else is our own words and figures.
"""

from collections.abc import Mapping, Sequence
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workflow.queries.board_rows import Row
from workflow.queries.seats import Called
from workflow.templatetags.words import desk_word, due_day, icon, moment, standing_badge, state_badge

# How many of a desk's people a row names; the unit's own page has them all.
CALLED_FIRST = 2
NOTHING = "—"


def table_rows(rows: Sequence[Row], *, marks: bool, query: str) -> SafeString:
    """One `<tr>` a unit; `marks`: with a box to choose it by. `query` goes along to the unit's page."""
    words, tail = _words(), escape(f"?{query}") if query else ""
    return SafeString("\n".join(f"<tr>{_tick(row) if marks else ''}{_cells(row, words, tail)}</tr>" for row in rows))


def _words() -> Mapping[str, str]:
    """What every row says, looked up and escaped once for all."""
    words = {
        "officer": _("Followed by"),
        "unread": _("Request not read yet"),
        "extension": _("Asks for an extension"),
        "extended": _("Extended"),
        "nobody": _("nobody holds the seat"),
        "day": _("day"),
        "days": _("days"),
        "desk": _("At the desk of"),
        "there": _("There for"),
        "due": _("Deadline"),
        "reminders": _("Reminded"),
        "activity": _("Latest activity"),
    }
    return {name: escape(word) for name, word in words.items()}


def _tick(row: Row) -> str:
    return (
        '<td class="no-print board__tick"><label class="board__mark">'
        f'<input type="checkbox" name="report" value="{row.report.pk}">'
        f'<span class="sr-only">{escape(row.report.organization.name)}</span></label></td>'
    )


def _cells(row: Row, words: Mapping[str, str], tail: str) -> str:
    lies = f"{row.days} {words['day' if row.days == 1 else 'days']}" if row.since else NOTHING
    return (
        f'<th scope="row" class="board__unit">{_unit(row, words, tail)}</th>'
        f"<td>{_state(row, words)}</td>"
        f'<td data-label="{words["desk"]}">{_desk(row, words)}</td>'
        f'<td data-label="{words["there"]}" class="nowrap">{lies}</td>'
        f'<td data-label="{words["due"]}">{_due(row, words)}</td>'
        f'<td data-label="{words["reminders"]}" class="number">{row.reminders}</td>'
        f'<td data-label="{words["activity"]}" class="small">{moment(row.activity) or NOTHING}</td>'
    )


def _unit(row: Row, words: Mapping[str, str], tail: str) -> str:
    report, address = row.report, f"{row.report.pk}/{tail}"
    followed = f"{words['officer']}: {escape(report.officer)}" if report.officer else ""
    unread = words["unread"] if not report.opened and not report.sent_at else ""
    return (
        f'<a class="table__link" href="{address}" hx-get="{address}" hx-target="#drawer" hx-swap="innerHTML"'
        f' hx-push-url="false">{escape(report.organization.name)}</a>{_line(followed)}{_line(unread)}'
    )


def _state(row: Row, words: Mapping[str, str]) -> str:
    if row.extension is None:
        return state_badge(row.report)
    asks = f'<span class="badge badge--violet board__line">{icon("calendar-plus")}{words["extension"]}</span>'
    return state_badge(row.report) + asks


def _desk(row: Row, words: Mapping[str, str]) -> str:
    if not row.desk:
        return NOTHING
    more = len(row.people) - CALLED_FIRST
    return (
        f"<span>{escape(desk_word(row.desk, row.report.organization.kind))}</span>"
        f"{''.join(map(_called, row.people[:CALLED_FIRST])) or _line(words['nobody'])}"
        f"{_line(f'+{more}' if more > 0 else '')}"
    )


def _called(person: Called) -> str:
    phone = escape(person.phone)
    number = f'<br><a class="nowrap" href="tel:{phone}">{phone}</a>' if phone else ""
    return f'<span class="board__line small">{escape(person.full_name)}{number}</span>'


def _due(row: Row, words: Mapping[str, str]) -> str:
    """The deadline and how far it is; of what was asked in addition, where that is open."""
    due, standing = row.report.due, row.standing
    if row.supplement is not None and row.report.supplement_due is not None:
        due, standing = row.report.supplement_due, row.supplement
    return (
        f'<span class="nowrap">{due_day(due)}</span><span class="board__line">{standing_badge(standing)}</span>'
        f"{_line(words['extended'] if row.extended and row.supplement is None else '')}"
    )


def _line(words: str) -> str:
    return f'<span class="board__line small muted">{words}</span>' if words else ""

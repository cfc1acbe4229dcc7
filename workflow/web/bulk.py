"""A verb for many units of the board at once: whom it is for and what is sent, then the result of each."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from workflow import errors
from workflow.actions import deadlines, intake
from workflow.actions.bulk import Answer
from workflow.choices import Role, Verb
from workflow.queries.board import PAGE, Board, Wanted, board_of, bulk_verbs, found_by, rows_among
from workflow.queries.board_unit import takes
from workflow.web.answers import page
from workflow.web.board import board_context
from workflow.web.board_forms import due_given, seen_at, seen_now, wanted_of
from workflow.web.door import Asked, door
from workflow.web.typed import typed_id


@door
def many(request: Asked, campaign_id: int) -> HttpResponse:
    """The chosen units before anything is done, and after it the answer for each."""
    board = board_of(campaign_id, request.user, request.now)
    if request.method != "POST":
        return redirect("board_of", campaign_id)
    verb = _verb(board, request.POST.get("verb", ""))
    chosen = _chosen(board, request.POST)
    if not chosen or "do" not in request.POST:
        return page(request, "board/many.html", _before(request, board, verb, chosen))
    try:
        answers = _act(request, board, verb, chosen)
    except errors.RuleBroken as refusal:
        return page(request, "board/many.html", _before(request, board, verb, chosen), refusal)
    return page(request, "board/answers.html", _after(request, board, verb, answers))


def _verb(board: Board, word: str) -> Verb:
    """Remind, or what this reader does with extensions: a leader decides, an officer proposes."""
    offered = bulk_verbs(board)
    wanted = {"remind": [Verb.REMIND], "extend": [Verb.DECIDE_EXTENSION, Verb.PROPOSE_EXTENSION]}.get(word, [])
    if not wanted:
        raise errors.WrongAnswer
    for verb in wanted:
        if verb in offered:
            return verb
    raise errors.NotYourDesk(verb=wanted[0].label, desk=f"{Role.OFFICER.label} / {Role.LEADER.label}")


def _chosen(board: Board, typed: QueryDict) -> list[int]:
    """The marked units, or all that the board's filter finds."""
    if typed.get("all"):
        found = found_by(board, wanted_of(QueryDict(typed.get("query", ""))))
    else:
        marked = [typed_id(one) for one in typed.getlist("report")]
        found = found_by(board, Wanted()).filter(pk__in=marked)
    return list(found.values_list("pk", flat=True))


def _before(request: Asked, board: Board, verb: Verb, chosen: list[int]) -> dict[str, Any]:
    rows = rows_among(board, chosen, request.now)
    return board_context(board) | {
        "verb": verb.value,
        "word": request.POST.get("verb", ""),
        "lines": [(row, takes(verb, row)) for row in rows],
        "number": sum(takes(verb, row) for row in rows),
        "more": max(0, len(chosen) - PAGE) if len(rows) == PAGE else 0,
        "all": request.POST.get("all", ""),
        "query": request.POST.get("query", ""),
        "typed": request.POST,
        "seen": request.POST.get("seen") or seen_now(request.now),
    }


def _act(request: Asked, board: Board, verb: Verb, chosen: list[int]) -> list[Answer]:
    if verb == Verb.REMIND:
        return intake.remind_all(
            report_ids=chosen, actor=request.user, seen=seen_at(request.POST), now=request.now
        )  # fmt: skip
    decision = request.POST.get("decision", "")
    if decision not in {"asked", "proposed", "day", "refuse"} or (decision in {"asked", "proposed"}) > (
        verb == Verb.DECIDE_EXTENSION
    ):
        raise errors.WrongAnswer
    due = due_given(request.POST, board.calendar) if decision == "day" else None
    if verb == Verb.PROPOSE_EXTENSION:
        return deadlines.propose_extensions(report_ids=chosen, actor=request.user, due=due, now=request.now)
    return deadlines.decide_extensions(
        report_ids=chosen,
        actor=request.user,
        due=due,
        as_asked=decision == "asked",
        as_proposed=decision == "proposed",
        now=request.now,
    )


def _after(request: Asked, board: Board, verb: Verb, answers: list[Answer]) -> dict[str, Any]:
    """The refused ones first, because they still want somebody."""
    refused = [one for one in answers if one.refusal is not None]
    shown = (refused + [one for one in answers if one.refusal is None])[:PAGE]
    rows = {row.report.pk: row for row in rows_among(board, [one.report_id for one in shown], request.now)}
    number = len(answers) - len(refused)
    return board_context(board) | {
        "verb": verb.value,
        "number": number,
        "refused": len(refused),
        "lines": [(rows[one.report_id], one.refusal) for one in shown if one.report_id in rows],
        "more": max(0, len(answers) - PAGE),
        "query": request.POST.get("query", ""),
        "title": _("Done for %(number)s of %(all)s units") % {"number": number, "all": len(answers)},
    }


urlpatterns = [path("dot/<int:campaign_id>/theo-doi/nhieu/", many, name="board_many")]

"""Cho ý kiến: the revision to read, the answer to it, the minutes of the meeting and the end of the round."""

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workflow.actions.review import Minutes, conclude_review, enter_minutes, give_opinion
from workflow.choices import OpinionKind, ReportState, Verb
from workflow.errors import DayMissing, RuleBroken, WrongAnswer
from workflow.queries.review_page import minutes_points, review_page
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.returning import returning
from workflow.web.said import kept, places, said_at, spoken
from workflow.web.typed import typed_day, typed_id

COUNTS = ("present", "agree", "disagree", "other")
# The chair's word in the form that closes a round; nothing where votes are counted.
WORDS = {"yes": True, "no": False}
NO_COUNT = -1


@door
def review(request: Asked, report_id: int) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, report_id)
    try:
        give_opinion(
            report_id=report_id,
            actor=request.user,
            revision_id=typed_id(request.POST.get("revision", "")),
            kind=_kind(request.POST.get("kind", "")),
            points=spoken(request.POST),
            now=request.now,
        )
    except RuleBroken as refusal:
        return _shown(request, report_id, refusal, speaking=True)
    sentence = _("Your opinion has been kept. You may change it until the round closes.")
    return done(request, reverse("review", args=[report_id]), sentence)


def _kind(text: str) -> OpinionKind:
    try:
        return OpinionKind(text)
    except ValueError:
        raise WrongAnswer from None


def _shown(
    request: Asked, report_id: int, refusal: RuleBroken | None = None, *, speaking: bool = False
) -> HttpResponse:
    """`speaking`: what stands in the fields is what was just typed, not what was kept before."""
    shown = review_page(report_id, request.user, request.now)
    if shown is None:
        return page(request, "review/none.html", {"report_id": report_id, "kept": kept(request.POST)}, refusal)
    given = said_at(request.POST) if speaking else shown.own_points
    context = {
        "shown": shown,
        "report": shown.report,
        "passages": places(shown.reading.passages, given, shown.said),
        "general": given.get(0, ""),
        "said_on_all": shown.said.get(0, []),
        "chosen": request.POST.get("kind", "") if speaking else shown.own,
        "kinds": OpinionKind.choices,
        "kept": [] if shown.may_answer else kept(request.POST),
        "word": request.POST.get("adopted", ""),
        "section": "reports",
    }
    return page(request, "review/page.html", context, refusal)


@door
@require_POST
def conclude(request: Asked, report_id: int) -> HttpResponse:
    try:
        report = conclude_review(
            report_id=report_id,
            actor=request.user,
            revision_id=typed_id(request.POST.get("revision", "")),
            adopted=WORDS.get(request.POST.get("adopted", "")),
            now=request.now,
        )
    except RuleBroken as refusal:
        return _shown(request, report_id, refusal)
    sentences = {
        ReportState.SIGNING: _("The round is closed: adopted. The report lies before the signer."),
        ReportState.REVISING: _("The round is closed: adopted. The drafter now answers the opinions."),
        ReportState.DRAFT: _("The round is closed: not adopted. The report is with the drafter again."),
    }
    return done(request, reverse("review", args=[report_id]), sentences[ReportState(report.state)])


@door
def minutes(request: Asked, report_id: int) -> HttpResponse:
    if request.method != "POST":
        return _minutes_shown(request, report_id)
    try:
        enter_minutes(
            report_id=report_id,
            actor=request.user,
            minutes=_minutes(request),
            points=spoken(request.POST),
            now=request.now,
        )
    except RuleBroken as refusal:
        return _minutes_shown(request, report_id, refusal)
    sentence = _("The result of the meeting has been entered. You may correct it until you close the round.")
    return done(request, reverse("review", args=[report_id]), sentence)


def _minutes(request: Asked) -> Minutes:
    """What was typed; a count that is none is below all counts, so that the verb itself refuses it."""
    held_on = typed_day(request.POST.get("held_on", ""))
    if held_on is None:
        raise DayMissing
    counts = {name: _count(request.POST.get(name, "")) for name in COUNTS}
    return Minutes(number=request.POST.get("number", "").strip(), held_on=held_on, **counts)


def _count(text: str) -> int:
    text = text.strip()
    return typed_id(text) if text.isascii() and text.isdigit() and len(text) < 10 else NO_COUNT


def _minutes_shown(request: Asked, report_id: int, refusal: RuleBroken | None = None) -> HttpResponse:
    shown = review_page(report_id, request.user, request.now, Verb.ENTER_MINUTES)
    if shown is None:
        return page(request, "review/none.html", {"report_id": report_id, "kept": kept(request.POST)}, refusal)
    held = shown.round
    if request.method == "POST":
        given = said_at(request.POST)
        typed = {name: request.POST.get(name, "") for name in ("number", "held_on", *COUNTS)}
    else:
        given = minutes_points(shown.report, held)
        typed = {name: getattr(held, f"minutes_{name}") for name in ("number", *COUNTS)}
        typed["held_on"] = (held.minutes_date or request.now.date()).isoformat()
    context = {
        "shown": shown,
        "report": shown.report,
        "passages": places(shown.reading.passages, given),
        "general": given.get(0, ""),
        "typed": typed,
        "kept": [] if shown.may_enter_minutes else kept(request.POST),
        "section": "reports",
    }
    return page(request, "review/minutes.html", context, refusal)


urlpatterns = [
    path("bao-cao/<int:report_id>/y-kien/", review, name="review"),
    path("bao-cao/<int:report_id>/y-kien/chot/", conclude, name="conclude"),
    path("bao-cao/<int:report_id>/y-kien/bien-ban/", minutes, name="minutes"),
    path("bao-cao/<int:report_id>/tra-lai/", returning, name="returning"),
]

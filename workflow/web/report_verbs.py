"""The small verbs of a report's page: each reads its form, calls its action and returns the sentence for afterwards."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from workflow import errors
from workflow.actions import deadlines, drafting, timeliness
from workflow.actions.signing import recall_sent
from workflow.choices import Verb
from workflow.rules.calendar import LOCAL
from workflow.web.door import Asked
from workflow.web.typed import typed_day, typed_id


def _recall(request: Asked, report_id: int) -> str:
    reason = request.POST.get("reason", "")
    drafting.recall(report_id=report_id, actor=request.user, reason=reason, now=request.now)
    return _("The report was taken back to be drafted.")


def _recall_sent(request: Asked, report_id: int) -> str:
    recall_sent(
        report_id=report_id,
        actor=request.user,
        revision_id=typed_id(request.POST.get("revision", "")),
        reason=request.POST.get("reason", ""),
        now=request.now,
    )
    return _("What was sent was recalled.")


def _assign(request: Asked, report_id: int) -> str:
    person_id = typed_id(request.POST.get("person", ""))
    drafting.assign(report_id=report_id, actor=request.user, person_id=person_id, now=request.now)
    return _("The drafter was assigned and told.")


def _ask_extension(request: Asked, report_id: int) -> str:
    day, reason = typed_day(request.POST.get("day", "")), request.POST.get("reason", "")
    if day is None:
        raise errors.DueNotInFuture
    due = datetime.combine(day + timedelta(days=1), time(), LOCAL)
    deadlines.ask_extension(report_id=report_id, actor=request.user, due=due, reason=reason, now=request.now)
    return _("The superior was asked for a later deadline.")


def _give_late_reason(request: Asked, report_id: int) -> str:
    reason = request.POST.get("reason", "")
    timeliness.give_late_reason(report_id=report_id, actor=request.user, reason=reason, now=request.now)
    return _("The reason was noted.")


DOES: Mapping[str, Callable[[Asked, int], str]] = {
    Verb.RECALL: _recall,
    Verb.RECALL_SENT: _recall_sent,
    Verb.ASSIGN: _assign,
    Verb.ASK_EXTENSION: _ask_extension,
    Verb.GIVE_LATE_REASON: _give_late_reason,
}

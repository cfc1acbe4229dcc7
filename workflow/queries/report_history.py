"""The history of a report in sentences, as far as the person may read it (queries/report.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from workflow.choices import Read, ReportState, Role, Verb, label
from workflow.models import Event, Person, Report, Revision
from workflow.queries.report import history, readable


@dataclass(frozen=True, slots=True)
class Sentence:
    at: datetime
    words: str
    state: str
    moved: bool
    revision: int | None


def told_history(report_id: int, person: Person, now: datetime) -> tuple[Report, Sequence[Sentence]]:
    """The report and what happened to it, the newest first. A constant number of queries. Raises NotVisible."""
    report = readable(report_id, person, Read.HISTORY, now)
    events = history(report_id, person, now)
    names = dict(Person.objects.filter(pk__in={one.actor_id for one in events}).values_list("pk", "full_name"))
    numbers = dict(Revision.objects.filter(report=report).values_list("pk", "number"))
    return report, [_sentence(one, report.organization.kind, names, numbers) for one in reversed(events)]


def _sentence(event: Event, kind: str, names: dict[int, str], numbers: dict[int, int]) -> Sentence:
    moved = event.state_from != event.state_to and event.state_to in ReportState.values
    state = label(ReportState(event.state_to), kind) if moved else ""
    return Sentence(event.at, _words(event, kind, names, state), state, moved, numbers.get(event.revision_id or 0))


def _words(event: Event, kind: str, names: dict[int, str], state: str) -> str:
    if not event.verb:
        return _("The report reached “%(state)s”") % {"state": state}
    verb = label(Verb(event.verb), kind)
    name = names.get(event.actor_id or 0)
    if name is None:
        return verb
    said = {"name": name, "verb": f"{verb[:1].lower()}{verb[1:]}"}
    if event.seat is None:
        return _("Comrade %(name)s: %(verb)s") % said
    seat = _("standing in for the secretary") if event.stand_in_id else str(Role(event.seat.role).label)
    return _("Comrade %(name)s (%(seat)s): %(verb)s") % (said | {"seat": seat})

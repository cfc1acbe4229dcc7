"""What happened, as the audit trail tells it: one line a thing, or one a day where many did the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow.choices import CampaignState, OrganizationKind, ReportState, Stream, Verb, label
from workflow.management.walkthrough.stage import Refusal
from workflow.models import Campaign, Event, Organization, Report
from workflow.rules.calendar import LOCAL, local_day

WIDTHS = (12, 42, 36, 76)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event belongs: the unit (or office) and its kind, and the request's number."""

    name: str
    kind: str = OrganizationKind.PROVINCE_COMMITTEE
    number: str = ""

    def __str__(self) -> str:
        return f"{self.name} · {self.number}" if self.number else self.name


def table(after: int, refusals: Sequence[Refusal]) -> Iterator[str]:
    """The events with a higher id than `after`, and the refusals among them, in order of time."""
    yield _row(_("Time"), _("Who [seat]"), _("What"), _("Where"), _("State"))
    yield "─" * (sum(WIDTHS) + 20)
    lines = [*_told(after), *((refusal.at, refusal.after, _refusal(refusal)) for refusal in refusals)]
    for _at, _place, line in sorted(lines):
        yield line


def _row(*cells: str) -> str:
    *first, last = cells
    return " ".join([*(cell.ljust(width) for cell, width in zip(first, WIDTHS, strict=False)), last]).rstrip()


def _told(after: int) -> Iterator[tuple[datetime, int, str]]:
    events = Event.objects.filter(pk__gt=after).select_related("actor", "seat").order_by("pk")
    places = _places()
    found = [(event, places.get((event.stream, event.stream_id), Place(""))) for event in events]
    found.sort(key=lambda pair: (*_alike(*pair), pair[0].at, pair[0].pk))
    for _key, group in groupby(found, key=lambda pair: _alike(*pair)):
        same = list(group)
        first = same[0][0]
        yield first.at, first.pk, _single(*same[0]) if len(same) == 1 else _many(same)


def _alike(event: Event, place: Place) -> tuple[str, ...]:
    """What is told in one line: the same verb on the same day, through the same step."""
    step = () if event.state_from == event.state_to else (event.state_from, event.state_to)
    return local_day(event.at).isoformat(), event.stream, event.verb, place.number, *step


def _places() -> dict[tuple[str, int], Place]:
    places: dict[tuple[str, int], Place] = {}
    for pk, name, kind in Organization.objects.values_list("pk", "name", "kind"):
        places[Stream.ORGANIZATION, pk] = Place(name, kind)
    for campaign in Campaign.objects.select_related("issuer"):
        places[Stream.CAMPAIGN, campaign.pk] = Place(campaign.issuer.name, campaign.issuer.kind, _number(campaign))
    for report in Report.objects.select_related("organization", "campaign"):
        unit = report.organization
        places[Stream.REPORT, report.pk] = Place(unit.name, unit.kind, _number(report.campaign))
    return places


def _number(campaign: Campaign) -> str:
    return _("%(number)s (own report)") % {"number": campaign.number} if campaign.house else campaign.number


def _single(event: Event, place: Place) -> str:
    who = str(event.actor) if event.actor else _nobody(event)
    if event.seat is not None:
        role = event.seat.get_role_display()
        standing_in = _("%(role)s, standing in") % {"role": role}
        who += f" [{standing_in if event.stand_in_id else role}]"
    time = event.at.astimezone(LOCAL).strftime("%d/%m %H:%M")
    return _row(time, who, label(Verb(event.verb), place.kind), str(place), _states(event, place))


def _many(same: Sequence[tuple[Event, Place]]) -> str:
    event, place = same[0]
    people = {event.actor_id for event, _place in same if event.actor_id}
    units = {event.stream_id for event, _place in same}
    who = ngettext("%(count)s person", "%(count)s persons", len(people)) % {"count": len(people)}
    if not people:
        who = _nobody(event)
    where = place.name if len(units) == 1 else _("%(count)s units") % {"count": len(units)}
    if len(same) > len(units):
        where = _("%(where)s, %(count)s times") % {"where": where, "count": len(same)}
    named = f"{where} · {place.number}" if place.number else where
    day = event.at.astimezone(LOCAL).strftime("%d/%m")
    return _row(day, who, label(Verb(event.verb), place.kind), named, _states(event, place))


def _nobody(event: Event) -> str:
    """What nobody did: the register was entered at the console, the rest is the clock's."""
    return _("Console") if event.stream in {Stream.ORGANIZATION, Stream.ACCOUNT} else _("Clock")


def _states(event: Event, place: Place) -> str:
    words = [_state(event.stream, word, place.kind) for word in (event.state_from, event.state_to) if word]
    if event.state_from == event.state_to:
        return ""
    return " → ".join(words)


def _state(stream: str, word: str, kind: str) -> str:
    return label(ReportState(word), kind) if stream == Stream.REPORT else str(CampaignState(word).label)


def _refusal(refusal: Refusal) -> str:
    time = refusal.at.astimezone(LOCAL).strftime("%d/%m %H:%M")
    return _row(time, f"✗ {refusal.person}", str(refusal.verb.label), f"{refusal.unit}: {refusal.sentence}")

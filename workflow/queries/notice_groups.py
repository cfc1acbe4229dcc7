"""A person's notices by what they are about, unread first, and where each leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from workflow.choices import Stream
from workflow.delivery.wording import Told
from workflow.models import Campaign, Person, Report
from workflow.queries.notices import PAGE, notices_of
from workflow.queries.organizations import EVERY_ROLE
from workflow.queries.visible import organizations_of
from workflow.rules.access import ISSUER_SEATS, LETTER_SEATS
from workflow.rules.urging import report_name

OFFICE = ISSUER_SEATS | LETTER_SEATS


@dataclass(frozen=True, slots=True)
class Group:
    """Notices about one report, request, organisation or account."""

    title: str
    unit: str
    notices: Sequence[Told]

    @property
    def lines(self) -> list[tuple[Told, int]]:
        """Each notice, the newest first; read ones that say the same one after the other stand once, counted."""
        runs = [list(same) for _key, same in groupby(self.notices, key=_words)]
        return [(same[0], len(same)) for same in runs]

    @property
    def unread(self) -> list[int]:
        return [one.notice_id for one in self.notices if one.read_at is None]


def _words(told: Told) -> tuple[str, str, int]:
    """What makes two notices one line; an unread one is a line of its own."""
    return told.word, told.sentence, told.notice_id if told.read_at is None else 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of notices: the unread ones first, then the others; `older` is where the next page starts."""

    fresh: Sequence[Group]
    read: Sequence[Group]
    older: int | None

    @property
    def unread(self) -> int:
        return sum(len(group.unread) for group in self.fresh)


def shelf_of(person: Person, now: datetime, before: int | None = None) -> Shelf:
    """The newest notices, at most a page, with every unread one on top of the first page. Two queries."""
    found = notices_of(person, now, before=before)
    fresh = notices_of(person, now, unread=True) if before is None else []
    shown = {one.notice_id for one in fresh}
    older = found[-1].notice_id if len(found) == PAGE else None
    return Shelf(_groups(fresh), _groups(one for one in found if one.notice_id not in shown), older)


def _groups(told: Iterable[Told]) -> list[Group]:
    by_subject: dict[tuple[str, int], list[Told]] = {}
    for one in told:
        by_subject.setdefault((one.stream, one.stream_id), []).append(one)
    return [
        Group(report_name(some[0].report) if some[0].report else "", some[0].unit, some) for some in by_subject.values()
    ]


@dataclass(frozen=True, slots=True)
class Target:
    """The name and the id of the page that a notice leads to; an account's has none."""

    route: str
    pk: int | None


def target_of(told: Told, person: Person, now: datetime) -> Target:
    """Where the person sees what the notice is about: a unit finds its own report of a request."""
    if told.stream == Stream.REPORT:
        return Target("report", told.stream_id)
    if told.stream == Stream.CAMPAIGN:
        issuer = Campaign.objects.filter(pk=told.stream_id).values_list("issuer_id", flat=True).get()
        if issuer in organizations_of(person, OFFICE, now):
            return Target("request", told.stream_id)
        own = Report.objects.filter(campaign=told.stream_id, organization__in=organizations_of(person, EVERY_ROLE, now))
        found = own.values_list("pk", flat=True).order_by("pk").first()
        return Target("report", found) if found else Target("desk", None)
    if told.stream == Stream.ORGANIZATION and told.stream_id in organizations_of(person, EVERY_ROLE, now):
        return Target("organization", told.stream_id)
    return Target("account", None)

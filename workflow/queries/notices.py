"""What a person was told, and what could not be delivered to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow import errors
from workflow.choices import Channel, NoticeMode, Verb
from workflow.delivery.catalogue import CATALOGUE
from workflow.delivery.failures import failures_of
from workflow.delivery.wording import Told, newest, told, visible_unread
from workflow.flows.holdings import holdings_of
from workflow.models import Campaign, Notice, Person, Preference
from workflow.rules.access import ISSUER_SEATS, held

PAGE = 50


def notices_of(person: Person, now: datetime, *, before: int | None = None, unread: bool = False) -> list[Told]:
    """The person's newest notices that may be seen today, at most a page; `before` is the last id of the last page."""
    return newest(person, now, PAGE, before=before, unread=unread) if person.is_active else []


def notice_of(notice_id: int, person: Person, now: datetime) -> Told:
    """One notice of the person. Raises NotVisible for another's, and for what may no longer be seen."""
    if person.is_active and Notice.objects.filter(pk=notice_id, person=person).exists():
        one = told([notice_id], now)[notice_id]
        if one.visible:
            return one
    raise errors.NotVisible


def unread_count(person: Person, now: datetime) -> int:
    """How many of the newest unread notices, at most a page, may be seen today. One query."""
    return visible_unread(person, now, PAGE)


@dataclass(frozen=True, slots=True)
class Switch:
    """How the person gets the notices of a verb by a channel; `mandatory` ones cannot be switched off."""

    verb: Verb
    channel: Channel
    mode: NoticeMode
    mandatory: bool


def switches(person: Person) -> list[Switch]:
    """Every kind of notice that leaves the system, as the person gets it. One query."""
    chosen = {(one.verb, one.channel): one.mode for one in Preference.objects.filter(person=person)}
    return [
        Switch(verb, channel, NoticeMode(chosen.get((verb, channel), mode)), line.mandatory)
        for verb, line in CATALOGUE.items()
        for channel, mode in line.channels.items()
    ]


@dataclass(frozen=True, slots=True)
class Failure:
    """A delivery that was given up: to whom, for which unit, by which way, and the code of the reason.

    Not what it said: before the sending the issuer knows a unit's states only.
    """

    delivery_id: int
    person: str
    unit: str
    channel: Channel
    attempts: int
    reason: str
    at: datetime


def failures(campaign_id: int, person: Person, now: datetime) -> Sequence[Failure]:
    """What could not be delivered about a request, for its issuer. Raises NotVisible."""
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise errors.NotVisible
    if held(holdings_of(person, [campaign.issuer_id], now), campaign.issuer_id, ISSUER_SEATS) is None:
        raise errors.NotVisible
    failed = list(failures_of(campaign_id).order_by("pk"))
    about = told([one.notice_id for one in failed], now)
    return [
        Failure(
            one.pk,
            about[one.notice_id].person,
            about[one.notice_id].unit,
            Channel(one.channel),
            one.attempts,
            one.last_error,
            about[one.notice_id].at,
        )
        for one in failed
    ]

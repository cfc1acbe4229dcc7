"""Deliveries on their way: claimed, sent outside any transaction, and noted one by one."""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic
from traceback import extract_tb

from django.db.models import F, QuerySet

from workflow.choices import Channel, DeliveryState
from workflow.delivery.channels import Postman, Refused, Undelivered, Unreachable, post
from workflow.delivery.fanout import general_calendar, open_channels
from workflow.delivery.wording import Told, told
from workflow.models import Delivery
from workflow.models.sql import read
from workflow.rules.quiet import next_open

log = logging.getLogger(__name__)

BATCH = 50
# A sender that has not said after so long whether it went is taken for dead. A live one hands back long before what it
# has not come to.
LEASE = timedelta(minutes=10)
PATIENCE_SECONDS = 60
# Waits between the attempts; after the last the office sees the failure and may send again.
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
# Nothing goes by a channel: all wait a minute, but the one that found out longer, so that it is not always in front.
CLOSED_FOR, FOUND_CLOSED_FOR = timedelta(minutes=1), timedelta(minutes=5)

# A person's digest is claimed as a whole, so that it goes in one mail: the account is locked meanwhile.
CLAIM = """
    WITH single AS (
        SELECT id FROM workflow_delivery
         WHERE next_attempt_at <= %(now)s AND NOT digest AND channel = ANY(%(channels)s)
         ORDER BY next_attempt_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED),
    reader AS MATERIALIZED (
        SELECT id FROM workflow_person
         WHERE id IN (SELECT notice.person_id FROM workflow_delivery delivery
                        JOIN workflow_notice notice ON notice.id = delivery.notice_id
                       WHERE delivery.next_attempt_at <= %(now)s AND delivery.digest
                         AND delivery.channel = ANY(%(channels)s) LIMIT %(batch)s)
         ORDER BY id FOR NO KEY UPDATE SKIP LOCKED),
    together AS (
        SELECT delivery.id FROM workflow_delivery delivery
          JOIN workflow_notice notice ON notice.id = delivery.notice_id
          JOIN reader ON reader.id = notice.person_id
         WHERE delivery.next_attempt_at <= %(now)s AND delivery.digest AND delivery.channel = ANY(%(channels)s)
         ORDER BY delivery.id FOR UPDATE OF delivery SKIP LOCKED)
    UPDATE workflow_delivery delivery
       SET state = 'CLAIMED', interrupted = interrupted + (state = 'SENDING')::int, next_attempt_at = %(lease)s
     WHERE id IN (SELECT id FROM single UNION ALL SELECT id FROM together)
    RETURNING id, notice_id, channel, digest, attempts
"""
# One statement says that the last message has gone and that the next one begins: so at most one is in doubt. Waiting
# for the disk would take longer than the mail; what a power failure loses of this goes once more.
TURN = """
    WITH hurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE workflow_delivery delivery
       SET state = CASE WHEN id = ANY(%(gone)s) THEN 'SENT' ELSE 'SENDING' END,
           attempts = attempts + (id = ANY(%(begun)s))::int,
           next_attempt_at = CASE WHEN id = ANY(%(gone)s) THEN NULL ELSE next_attempt_at END,
           last_error = CASE WHEN id = ANY(%(gone)s) THEN '' ELSE last_error END,
           sent_at = CASE WHEN id = ANY(%(gone)s) THEN %(now)s END
      FROM hurried
     WHERE id = ANY(%(gone)s || %(begun)s) AND next_attempt_at = %(lease)s
       AND state = CASE WHEN id = ANY(%(gone)s) THEN 'SENDING' ELSE 'CLAIMED' END
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    delivery_id: int
    notice_id: int
    channel: str
    digest: bool
    attempts: int


Parcel = Sequence[Claimed]


def deliver(*, now: datetime) -> int:
    """Send what is due, at most a batch and never in the quiet hours; returns how many deliveries were claimed.

    A killed sender leaves at most the one message that it was sending in doubt: it goes again and is counted in
    `interrupted`. The others of its claim wait until the lease has run out.
    """
    if next_open(now, general_calendar()) != now:
        return 0
    claimed = _claim(now)
    if not claimed:
        return 0
    book = Book(now)
    about = told([one.notice_id for one in claimed], now)
    book.note([one for one in claimed if not about[one.notice_id].visible], DeliveryState.WITHHELD)
    seen = [one for one in claimed if about[one.notice_id].visible]
    # Whatever ended every one of its senders is not tried for ever.
    book.note([one for one in seen if one.attempts > len(WAITS)], DeliveryState.FAILED, "interrupted")
    _send_all(_parcels([one for one in seen if one.attempts <= len(WAITS)], about), about, book)
    return len(claimed)


def _claim(now: datetime) -> list[Claimed]:
    channels = [str(channel) for channel in open_channels()]
    claim = {"now": now, "lease": now + LEASE, "batch": BATCH, "channels": channels}
    return [Claimed(*row) for row in read(CLAIM, claim)]


def _parcels(claimed: Iterable[Claimed], about: dict[int, Told]) -> Iterator[Parcel]:
    """What goes in one message: each by itself, a person's digest together."""

    def addressee(one: Claimed) -> tuple[str, int, int]:
        person = about[one.notice_id].person_id
        return (one.channel, person, 0 if one.digest else one.delivery_id)

    for _key, parcel in groupby(sorted(claimed, key=addressee), addressee):
        yield sorted(parcel, key=lambda one: one.notice_id)


def _send_all(parcels: Iterable[Parcel], about: dict[int, Told], book: "Book") -> None:
    postman, begun = Postman(), monotonic()
    closed: dict[str, str] = {}
    try:
        for parcel in parcels:
            channel = parcel[0].channel
            if channel in closed:
                book.hand_back(parcel, closed[channel], CLOSED_FOR)
            elif monotonic() - begun > PATIENCE_SECONDS:
                book.hand_back(parcel, "", timedelta())
            elif book.begin(parcel) and (reason := _send(parcel, about, postman, book)):
                closed[channel] = reason
    finally:
        book.end()
        postman.close()


def _send(parcel: Parcel, about: dict[int, Told], postman: Postman, book: "Book") -> str:
    """Send one message and note how it went; returns why the whole channel is closed, if it is."""
    first, words = parcel[0], [about[one.notice_id] for one in parcel]
    try:
        if first.channel == Channel.EMAIL:
            postman.send(words, _key(parcel))
        else:
            post(words[0], _key(parcel), book.now)
    except Refused as refusal:
        log.warning("delivery %s refused: %s", first.delivery_id, refusal.code)
        book.note(parcel, DeliveryState.FAILED, refusal.code)
    except Unreachable as failure:
        log.warning("nothing goes by %s, delivery %s waits: %s", first.channel, first.delivery_id, failure.code)
        book.hand_back(parcel, failure.code, FOUND_CLOSED_FOR, attempted=1)
        return failure.code
    except Undelivered as failure:
        log.warning("delivery %s: %s", first.delivery_id, failure.code)
        book.try_again(parcel, failure.code)
    except Exception as mistake:
        # A message that cannot be put into words must not keep the others from going. What the mistake says may hold
        # the very words, so only its kind and place are logged.
        place = extract_tb(mistake.__traceback__)[-1]
        log.error("delivery %s: %s at %s:%s", first.delivery_id, type(mistake).__name__, place.filename, place.lineno)
        book.try_again(parcel, type(mistake).__name__)
    else:
        book.gone = parcel
    return ""


def _key(parcel: Parcel) -> str:
    """The same for the same content: a digest that has grown since it was interrupted is another mail."""
    if not parcel[0].digest:
        return f"delivery-{parcel[0].delivery_id}"
    ids = ",".join(str(one.delivery_id) for one in parcel)
    return f"digest-{hashlib.sha256(ids.encode()).hexdigest()[:24]}"


class Book:
    """Where a sender notes what became of its claim. It writes only what it still holds by its own lease."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.gone: Parcel = ()

    def begin(self, parcel: Parcel) -> bool:
        """Note that the last message has gone and this one begins; False when somebody else holds it by now."""
        held = self._turn(parcel)
        return held >= {one.delivery_id for one in parcel}

    def end(self) -> None:
        """Note that the last message has gone."""
        if self.gone:
            self._turn(())

    def _turn(self, begun: Parcel) -> set[int]:
        gone, self.gone = self.gone, ()
        ids = {name: [one.delivery_id for one in parcel] for name, parcel in (("gone", gone), ("begun", begun))}
        return {held for (held,) in read(TURN, {**ids, "now": self.now, "lease": self.now + LEASE})}

    def _held(self, parcel: Parcel) -> QuerySet[Delivery]:
        return Delivery.objects.filter(pk__in=[one.delivery_id for one in parcel], next_attempt_at=self.now + LEASE)

    def note(self, parcel: Parcel, state: DeliveryState, error: str = "") -> None:
        """It has ended without going: failed or withheld."""
        if parcel:
            self._held(parcel).update(state=DeliveryState(state), next_attempt_at=None, last_error=error)

    def try_again(self, parcel: Parcel, error: str) -> None:
        """It did not go: again after a wait, together; what has had its last attempt has failed."""
        lasting = [one for one in parcel if one.attempts < len(WAITS)]
        self.note([one for one in parcel if one.attempts >= len(WAITS)], DeliveryState.FAILED, error)
        if lasting:
            wait = WAITS[max(one.attempts for one in lasting)]
            self._held(lasting).update(state=DeliveryState.WAITING, next_attempt_at=self.now + wait, last_error=error)

    def hand_back(self, parcel: Parcel, error: str, wait: timedelta, *, attempted: int = 0) -> None:
        """Nothing could have gone, tried or not: an attempt does not count."""
        self._held(parcel).update(
            state=DeliveryState.WAITING,
            next_attempt_at=self.now + wait,
            last_error=error,
            attempts=F("attempts") - attempted,
        )

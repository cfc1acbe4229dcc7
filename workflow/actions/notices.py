"""A person's notices: read, by which ways, at what hour; and the office's failed ones, sent again."""

from collections.abc import Sequence
from datetime import datetime, time

from django.db import transaction

from workflow import errors
from workflow.actions.opening import opened_campaign
from workflow.actions.record import record
from workflow.choices import Channel, DeliveryState, NoticeMode, Verb
from workflow.delivery.catalogue import CATALOGUE
from workflow.delivery.failures import failures_of
from workflow.models import Delivery, Notice, Person, Preference
from workflow.rules.quiet import is_quiet_hour


def mark_read(*, actor: Person, notice_ids: Sequence[int] | None = None, now: datetime) -> int:
    """Mark the actor's notices (None: all of them) as read; how many were unread."""
    unread = Notice.objects.filter(person=actor, read_at__isnull=True)
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    with transaction.atomic():
        return unread.update(read_at=now)


def set_preference(*, actor: Person, verb: Verb, channel: Channel, mode: NoticeMode) -> Preference:
    """Let the actor get the notices of a verb by a channel at once, in the digest, or not at all.

    Raises WrongAnswer for what the catalogue does not send this way, MandatoryNotice for what cannot be switched off.
    """
    line = CATALOGUE[verb]
    if channel not in line.channels or (channel == Channel.GATEWAY and mode == NoticeMode.DIGEST):
        raise errors.WrongAnswer
    if line.mandatory and mode == NoticeMode.OFF:
        raise errors.MandatoryNotice(verb=verb.label)
    preference, _made = Preference.objects.update_or_create(
        person=actor, verb=verb, channel=channel, defaults={"mode": mode}
    )
    return preference


def set_digest_hour(*, actor: Person, hour: time) -> Person:
    """Send the actor's daily digest at a local hour outside the quiet ones. What waits already keeps its hour."""
    if is_quiet_hour(hour):
        raise errors.WrongAnswer
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
        person.digest_at = hour
        person.save(update_fields=["digest_at"])
    return person


def resend_notices(*, campaign_id: int, actor: Person, now: datetime) -> int:
    """Try the failed deliveries about a request and its reports again; how many. Raises NothingFailed."""
    with opened_campaign(campaign_id, actor, Verb.RESEND_NOTICES, now) as (campaign, flow):
        flow.resend_notices()
        failed = list(failures_of(campaign.pk).select_for_update(of=("self",)).values_list("pk", flat=True))
        count = Delivery.objects.filter(pk__in=failed).update(
            state=DeliveryState.WAITING, attempts=0, next_attempt_at=now
        )
        if not count:
            raise errors.NothingFailed
        record(flow, deliveries=count)
    return count

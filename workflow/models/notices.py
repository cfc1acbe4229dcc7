"""What a person was told, and how it went out."""

from django.db import models
from django.db.models import Q

from workflow.choices import Channel, DeliveryState, NoticeMode, Verb
from workflow.models.events import Event
from workflow.models.organizations import Person


class Notice(models.Model):
    """The in-app notice of one event to one person."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="notices", db_index=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "event"], name="notice_once")]
        indexes = [models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notice_unread")]

    def __str__(self) -> str:
        return f"{self.person_id}/{self.event_id}"


class Delivery(models.Model):
    """A notice on its way out of the system by one channel.

    It goes at `next_attempt_at`, a digest together with the person's others. `interrupted` counts the senders that
    ended before they could say whether it had gone: as many copies more than one may have arrived.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    digest = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    interrupted = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(next_attempt_at__isnull=False)
                | Q(state__in=[DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.WITHHELD]),
                name="delivery_has_a_next_attempt",
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False), name="delivery_queue"),
            models.Index(fields=["id"], condition=Q(state=DeliveryState.FAILED), name="delivery_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.channel}"


class Preference(models.Model):
    """How a person wants notices of a verb by a channel; without a row the catalogue's default holds."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="preferences", db_index=False)
    verb = models.CharField(max_length=30, choices=Verb)
    channel = models.CharField(max_length=10, choices=Channel)
    mode = models.CharField(max_length=6, choices=NoticeMode)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "verb", "channel"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.person_id}/{self.verb}/{self.channel}"

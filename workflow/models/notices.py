"""What a person was told, and how it went out."""

from django.db import models

from workflow.choices import Channel, DeliveryState, Verb
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

    def __str__(self) -> str:
        return f"{self.person_id}/{self.event_id}"


class Delivery(models.Model):
    """A notice on its way out of the system by one channel."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.channel}"


class Preference(models.Model):
    """Whether a person wants notices of a verb by a channel; without a row the catalogue's default holds."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="preferences", db_index=False)
    verb = models.CharField(max_length=30, choices=Verb)
    channel = models.CharField(max_length=10, choices=Channel)
    wanted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "verb", "channel"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.person_id}/{self.verb}/{self.channel}"

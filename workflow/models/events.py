"""The audit trail: append-only, chained per stream, and the outbox of notices."""

from django.db import models
from django.db.models import Q

from workflow.choices import ReportState, Stream, Verb
from workflow.models.organizations import Person, Seat, StandIn
from workflow.models.reports import Revision


class Event(models.Model):
    """One thing that happened: ids, codes, numbers and hashes only, never free text.

    `seq` and `hash` (32 bytes, sha256 of the previous hash and this row) are filled by a database trigger.
    Only `fanned_out` and `told`, the number of persons who got a notice of it, may change afterwards.
    """

    stream = models.CharField(max_length=12, choices=Stream)
    stream_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=30, choices=Verb)
    state_from = models.CharField(max_length=14, blank=True)
    state_to = models.CharField(max_length=14, blank=True)
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="+", db_index=False)
    stand_in = models.ForeignKey(StandIn, models.PROTECT, null=True, related_name="+", db_index=False)
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    hash = models.BinaryField(max_length=32)
    fanned_out = models.BooleanField(default=False)
    told = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "stream_id", "seq"], name="event_seq"),
            models.CheckConstraint(condition=Q(stream__in=Stream.values), name="event_stream"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(fanned_out=False), name="event_outbox"),
            models.Index(
                fields=["at"],
                condition=Q(state_to=ReportState.SIGNING) & ~Q(state_from=ReportState.SIGNING),
                name="event_came_to_signing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.stream_id} #{self.seq} {self.verb}"


class Seal(models.Model):
    """Count and hash over the heads of all streams up to `last_event`; also kept outside the database."""

    at = models.DateTimeField()
    last_event = models.BigIntegerField(unique=True)
    events = models.BigIntegerField()
    streams = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.sha256[:8]}"

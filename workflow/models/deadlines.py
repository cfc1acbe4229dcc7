"""Calendar, ladder and extensions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflow.choices import DayKind, ExtensionDecision, Role, Timeliness
from workflow.models.campaigns import Campaign
from workflow.models.organizations import Organization, Person
from workflow.models.reports import Report


class CalendarDay(models.Model):
    """A day that differs from the ordinary week; without an organisation it holds for all."""

    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="calendar")
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=12, choices=DayKind)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day"], condition=Q(organization__isnull=True), name="calendar_day_once"),
            models.UniqueConstraint(
                fields=["organization", "day"],
                condition=Q(organization__isnull=False),
                name="calendar_day_once_per_organization",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class Rung(models.Model):
    """One step of a campaign's ladder: working days from the due day (negative = before) and a local hour."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="rungs", db_index=False)
    offset = models.SmallIntegerField()
    hour = models.TimeField()
    audience = ArrayField(models.CharField(max_length=15, choices=Role))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "offset"], name="rung_once")]

    def __str__(self) -> str:
        return f"T{self.offset:+d}"


class ClimbedRung(models.Model):
    """A rung that was climbed for a report and a due: sent once, never again."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="climbed", db_index=False)
    rung = models.ForeignKey(Rung, models.PROTECT, related_name="+", db_index=False)
    due = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "rung", "due"], name="climbed_once")]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.rung_id}"


class Extension(models.Model):
    """A unit's wish for a later due, the officer's proposal and the leader's decision."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="extensions")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_due = models.DateTimeField()
    reason = models.TextField()
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposal = models.CharField(max_length=10, choices=ExtensionDecision, blank=True)
    proposed_due = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=10, choices=ExtensionDecision, blank=True)
    decided_due = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(decided_at__isnull=True), name="extension_one_open"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.pk}"


class ClockMark(models.Model):
    """How far a clock hand has swept; everything up to and including `moment` is done."""

    hand = models.CharField(max_length=30, unique=True)
    moment = models.DateTimeField()

    def __str__(self) -> str:
        return self.hand


class TimelinessRecord(models.Model):
    """How timely a unit was in a campaign, written when it closes. Days are working days."""

    report = models.OneToOneField(Report, models.PROTECT, related_name="timeliness_record")
    due = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    timeliness = models.CharField(max_length=12, choices=Timeliness)
    working_days = models.PositiveIntegerField()
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.report_id} {self.timeliness}"

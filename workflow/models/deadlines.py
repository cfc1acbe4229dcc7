"""Calendar, ladder and extensions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workflow.choices import DayKind, ExtensionDecision, ReportState, Role, Timeliness
from workflow.models.campaigns import Campaign
from workflow.models.organizations import Organization, Person
from workflow.models.reports import Report


class CalendarDay(models.Model):
    """A day that differs from the ordinary week; without an organisation it holds for all."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, verbose_name=_("organisation"), null=True, blank=True, related_name="calendar"
    )
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=12, choices=DayKind)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
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
    """One step of a campaign's ladder: so many working days from the due day (negative = before), at a local hour.

    With a `desk` the days are counted from the day on which the report came to that desk. `letter` has the clock draft
    the urging letter. `since` is when the rung was set: moments before it are not made up for. A retired rung is kept
    for what it once sent.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="rungs", db_index=False)
    desk = models.CharField(max_length=12, choices=ReportState, blank=True)
    offset = models.SmallIntegerField()
    hour = models.TimeField()
    audience = ArrayField(models.CharField(max_length=15, choices=Role))
    letter = models.BooleanField(default=False)
    since = models.DateTimeField()
    retired = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "desk", "offset"], name="rung_once"),
            models.CheckConstraint(condition=Q(desk="") | Q(offset__gt=0), name="rung_desk_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.desk or 'T'}{self.offset:+d}"


class ClimbedRung(models.Model):
    """A rung that was climbed for a report and a due: sent once, never again.

    For a rung of a desk, `due` is when the report came to it.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="climbed", db_index=False)
    rung = models.ForeignKey(Rung, models.PROTECT, related_name="+", db_index=False)
    due = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "rung", "due"], name="climbed_once")]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.rung_id}"


class OfficeTold(models.Model):
    """The office was told once how many units had reached a rung of a due."""

    rung = models.ForeignKey(Rung, models.PROTECT, related_name="+", db_index=False)
    due = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rung", "due"], name="office_told_once")]

    def __str__(self) -> str:
        return f"{self.rung_id} {self.due}"


class Pause(models.Model):
    """The ladder is silent for a request's units, or for some of them (storm, congress); dues do not move."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="pauses")
    units = models.ManyToManyField(Organization, related_name="+", blank=True)
    everybody = models.BooleanField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.TextField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="pause_reason"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="pause_period"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.since}–{self.until or ''}"


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


class Lateness(models.Model):
    """Why a report is late in the unit's words (lý do chậm), and why the issuer excuses it, if it does."""

    report = models.OneToOneField(Report, models.PROTECT, related_name="lateness")
    reason = models.TextField(blank=True)
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(null=True, blank=True)
    excuse = models.TextField(blank=True)
    excused_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    excused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reason="") | Q(given_at__isnull=False), name="lateness_given"),
            models.CheckConstraint(condition=Q(excuse="") | Q(excused_at__isnull=False), name="lateness_excused"),
        ]

    def __str__(self) -> str:
        return str(self.report_id)


class TimelinessRecord(models.Model):
    """How timely a unit was in a campaign, written when it closes. Days are working days."""

    report = models.OneToOneField(Report, models.PROTECT, related_name="timeliness_record")
    original_due = models.DateTimeField()
    due = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    timeliness = models.CharField(max_length=12, choices=Timeliness)
    working_days = models.PositiveIntegerField()
    excused = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.report_id} {self.timeliness}"

"""The report of one organisation for one campaign: working copy, revisions, issued figures."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflow.choices import ReportState, Verb
from workflow.models.campaigns import Campaign
from workflow.models.organizations import Organization, Person
from workflow.models.outlines import Indicator, Section


class Report(models.Model):
    """One organisation's report. `state` is written by flows/report.py only; `due` is an exclusive instant.

    `due_set_at` is when that due was given: what lay before it is not reminded of afterwards.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="reports", db_index=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="reports")
    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=ReportState, default=ReportState.DRAFT)
    outline_version = models.PositiveIntegerField(default=1)
    original_due = models.DateTimeField()
    due = models.DateTimeField()
    due_set_at = models.DateTimeField()
    supplement_due = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    current_revision = models.ForeignKey(
        "workflow.Revision", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    signed_revision = models.ForeignKey(
        "workflow.Revision", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    sent_revision = models.ForeignKey(
        "workflow.Revision", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    received_revision = models.ForeignKey(
        "workflow.Revision", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    drafter = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    officer = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    included = models.BooleanField(default=True)
    incoming_number = models.CharField(_("incoming number"), max_length=30, blank=True)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    basis = models.TextField(_("basis"), blank=True)
    recipients = ArrayField(models.CharField(max_length=200), default=list, blank=True)

    class Meta:
        # Its condition leaves `state` out, so that a step of the flow stays a heap-only update.
        indexes = [
            models.Index(
                fields=["campaign", "due", "due_set_at"], condition=Q(sent_at__isnull=True), name="report_unsent"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "organization"], name="report_once"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state"),
            models.CheckConstraint(
                condition=~Q(state=ReportState.SIGNED) | Q(signed_revision__isnull=False),
                name="report_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ReportState.REVIEW, ReportState.SIGNING]) | Q(current_revision__isnull=False),
                name="report_handed_over",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ReportState.SENT, ReportState.SUPPLEMENT])
                | Q(sent_revision__isnull=False, sent_at__isnull=False),
                name="report_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ReportState.RECEIVED, ReportState.CONSOLIDATED])
                | Q(received_revision__isnull=False, sent_at__isnull=False, received_at__isnull=False),
                name="report_received",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.SUPPLEMENT) | Q(supplement_due__isnull=False),
                name="report_supplement_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.organization_id}"

    @property
    def about(self) -> str:
        """Its subject: its own, else the one that the request gives to all."""
        return self.subject or self.campaign.asks_about

    @property
    def begun(self) -> bool:
        """Whether the unit has saved something once."""
        return self.started_at is not None


class Entry(models.Model):
    """Working copy of one section. `version` grows with every save; it covers the section's figures too."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="entries", db_index=False)
    section = models.ForeignKey(Section, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    text = models.TextField(blank=True)
    rows = models.JSONField(default=list, blank=True)
    edited_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "section"], name="entry_once")]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.section_id}"


_AT_MOST_ONE = (
    Q(number__isnull=True, not_applicable=False) | Q(number__isnull=True, text="") | Q(not_applicable=False, text="")
)


class Value(models.Model):
    """Working copy of one figure: a number, not applicable, or text – at most one; blank is none of them."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="values", db_index=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    number = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    not_applicable = models.BooleanField(default=False)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "indicator"], name="value_once"),
            models.CheckConstraint(condition=_AT_MOST_ONE, name="value_at_most_one"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.indicator_id}"


class Revision(models.Model):
    """Immutable snapshot made at every hand-over: canonical JSON and its SHA-256 (hex)."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=30, choices=Verb)
    outline_version = models.PositiveIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="revision_number")]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.number}"


class IssuedValue(models.Model):
    """A figure as issued. Totals read only those of a report's received revision."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="values", db_index=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", db_index=False)
    number = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    not_applicable = models.BooleanField(default=False)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "indicator"], name="issued_value_once"),
            models.CheckConstraint(condition=_AT_MOST_ONE, name="issued_value_at_most_one"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}/{self.indicator_id}"


class Attachment(models.Model):
    """A stored file of a report or a campaign, declared free of state secrets by the person who brought it.

    One that was removed is in no later revision; those that name it by its hash still have it.
    """

    report = models.ForeignKey(Report, models.PROTECT, null=True, blank=True, related_name="attachments")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, related_name="attachments")
    key = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    title = models.CharField(max_length=300)
    source = models.CharField(max_length=300, blank=True)
    file = models.FileField(upload_to="attachments/%Y/%m", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    declared = models.BooleanField()
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(report__isnull=True, campaign__isnull=False)
                | Q(report__isnull=False, campaign__isnull=True),
                name="attachment_of_one",
            ),
            models.CheckConstraint(condition=Q(declared=True), name="attachment_declared"),
        ]

    def __str__(self) -> str:
        return self.title


class Source(models.Model):
    """Where a part of an upper report was taken from: a unit's revision and section, with the hash of the part."""

    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="sources")
    value = models.ForeignKey(Value, models.PROTECT, null=True, blank=True, related_name="sources")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    section = models.ForeignKey(Section, models.PROTECT, related_name="+", db_index=False)
    taken_sha256 = models.CharField(max_length=64)
    taken_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "revision", "section"],
                condition=Q(entry__isnull=False),
                name="source_of_entry_once",
            ),
            models.UniqueConstraint(
                fields=["value", "revision"], condition=Q(value__isnull=False), name="source_of_value_once"
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=True, value__isnull=False) | Q(entry__isnull=False, value__isnull=True),
                name="source_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}/{self.section_id}"

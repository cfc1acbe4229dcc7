"""The request (công văn) and what it asks of whom, by when."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workflow.choices import AudienceRule, CampaignState, HolidayRule, OrganizationKind, ReviewMode, Verb
from workflow.models.organizations import Organization, Person
from workflow.models.outlines import Outline


class Campaign(models.Model):
    """A reporting campaign (đợt báo cáo). Once open it answers a report of its issuer, unless it is a house campaign.

    `due` and `consolidation_due` are exclusive instants: on time means before.
    """

    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="campaigns")
    house = models.BooleanField(default=False, editable=False)
    answers = models.ForeignKey(
        "workflow.Report", models.PROTECT, null=True, blank=True, related_name="answered_by", db_index=False
    )
    state = models.CharField(max_length=14, choices=CampaignState, default=CampaignState.DRAFT)
    number = models.CharField(_("number"), max_length=60, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    subject = models.CharField(_("subject"), max_length=500)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    signer = models.TextField(_("signature of the letter"), blank=True)
    period_from = models.DateField(_("assessed from"), null=True, blank=True)
    period_until = models.DateField(_("assessed until"), null=True, blank=True)
    deadline_text = models.CharField(_("deadline, verbatim"), max_length=200, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    holiday_rule = models.CharField(max_length=10, choices=HolidayRule, default=HolidayRule.NEXT)
    consolidation_due = models.DateTimeField(null=True, blank=True)
    data_cut_off = models.DateField(_("figures as of"), null=True, blank=True)
    review_mode = models.CharField(max_length=10, choices=ReviewMode, default=ReviewMode.OPINIONS)
    review_minimum_days = models.PositiveSmallIntegerField(default=1)
    outline = models.ForeignKey(Outline, models.PROTECT, null=True, blank=True, related_name="campaigns")
    audience = models.CharField(max_length=5, choices=AudienceRule, default=AudienceRule.ALL)
    audience_kinds = ArrayField(models.CharField(max_length=20, choices=OrganizationKind), default=list, blank=True)
    audience_units = models.ManyToManyField(Organization, related_name="+", blank=True)
    report_subject = models.CharField(_("subject of the report"), max_length=500, blank=True)
    report_basis = models.TextField(_("basis of the report"), blank=True)
    report_recipients = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    cut_off_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CampaignState.values), name="campaign_state"),
            models.CheckConstraint(
                condition=Q(house=True)
                | Q(answers__isnull=False)
                | Q(state__in=[CampaignState.DRAFT, CampaignState.CANCELLED]),
                name="campaign_answers_once_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[CampaignState.DRAFT, CampaignState.CANCELLED])
                | Q(due__isnull=False, outline__isnull=False, opened_at__isnull=False),
                name="campaign_complete_once_open",
            ),
            models.UniqueConstraint(
                fields=["answers"],
                condition=~Q(state=CampaignState.CANCELLED),
                name="campaign_one_per_report",
            ),
            models.UniqueConstraint(
                fields=["issuer", "number"],
                condition=~Q(number="") & Q(house=False) & ~Q(state=CampaignState.CANCELLED),
                name="campaign_number",
            ),
            models.CheckConstraint(
                condition=Q(period_from__isnull=True) | Q(period_until__gte=F("period_from")),
                name="campaign_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} – {self.subject}" if self.number else self.subject

    @property
    def asks_about(self) -> str:
        """The subject of the reports, where the request gives one, else its own."""
        return self.report_subject or self.subject


class CampaignRemark(models.Model):
    """The reason somebody gave for a verb on a campaign; events hold none, because they hold no free text."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="remarks")
    verb = models.CharField(max_length=30, choices=Verb)
    text = models.TextField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="campaign_remark_text")]

    def __str__(self) -> str:
        return self.verb

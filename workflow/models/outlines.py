"""What a request asks: sections and indicators. Frozen by opening; amendments only add."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workflow.choices import Aggregation, AudienceRule, OrganizationKind, SectionKind
from workflow.models.organizations import Organization


class Outline(models.Model):
    """A versioned outline. A report of version n is asked every section and indicator with since_version ≤ n."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="outlines")
    title = models.CharField(_("title"), max_length=300)
    version = models.PositiveIntegerField(default=1)
    frozen_at = models.DateTimeField(null=True, blank=True)
    checks = models.JSONField(default=list, help_text=_("cross-checks: left, op, right, message"))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(version__gte=1), name="outline_version")]

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    outline = models.ForeignKey(Outline, models.PROTECT, related_name="sections")
    since_version = models.PositiveIntegerField(default=1)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=40)
    numbering = models.CharField(max_length=20, blank=True)
    heading = models.CharField(max_length=500)
    guidance = models.TextField(blank=True, help_text=_("the request's own words"))
    kind = models.CharField(max_length=12, choices=SectionKind)
    required = models.BooleanField(default=True)
    audience = models.CharField(max_length=5, choices=AudienceRule, default=AudienceRule.ALL)
    audience_kinds = ArrayField(models.CharField(max_length=20, choices=OrganizationKind), default=list, blank=True)
    audience_units = models.ManyToManyField(Organization, related_name="+", blank=True)
    columns = models.JSONField(default=list, blank=True, help_text=_("of a rows section: key and label"))
    feeds = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="fed_by")
    proposed = models.BooleanField(default=False, help_text=_("not in the request's own words"))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["outline", "key"], name="section_key"),
            models.UniqueConstraint(fields=["outline", "position"], name="section_position"),
            models.CheckConstraint(condition=Q(kind__in=SectionKind.values), name="section_kind"),
            models.CheckConstraint(condition=Q(audience__in=AudienceRule.values), name="section_audience"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="section_not_own_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.numbering} {self.heading}".strip()


class Indicator(models.Model):
    """One cell of figures. A RATIO has a numerator and a denominator and no value of its own."""

    outline = models.ForeignKey(Outline, models.PROTECT, related_name="indicators")
    section = models.ForeignKey(Section, models.PROTECT, related_name="indicators")
    since_version = models.PositiveIntegerField(default=1)
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=300)
    unit = models.CharField(max_length=40, blank=True)
    aggregation = models.CharField(max_length=10, choices=Aggregation)
    decimals = models.PositiveSmallIntegerField(default=0)
    minimum = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    maximum = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    required = models.BooleanField(default=True)
    numerator = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    denominator = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    proposed = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["outline", "code"], name="indicator_code"),
            models.UniqueConstraint(fields=["outline", "position"], name="indicator_position"),
            models.CheckConstraint(condition=Q(aggregation__in=Aggregation.values), name="indicator_aggregation"),
            models.CheckConstraint(
                condition=Q(aggregation=Aggregation.RATIO, numerator__isnull=False, denominator__isnull=False)
                | (~Q(aggregation=Aggregation.RATIO) & Q(numerator__isnull=True, denominator__isnull=True)),
                name="indicator_ratio_parts",
            ),
            models.CheckConstraint(condition=Q(decimals__lte=4), name="indicator_decimals"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

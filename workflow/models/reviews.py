"""What the cell, the signer and the office said about a revision."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workflow.choices import AnswerKind, OpinionKind, ReviewMode, ReviewResult, Verb
from workflow.models.organizations import Person
from workflow.models.outlines import Section
from workflow.models.reports import Report, Revision


class ReviewRound(models.Model):
    """One round of opinions on one revision: single answers or minutes, never both."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="rounds")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    mode = models.CharField(max_length=10, choices=ReviewMode)
    counted = models.PositiveIntegerField(help_text=_("N, all persons counted, present or not"))
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=12, choices=ReviewResult, blank=True)
    minutes_number = models.CharField(max_length=40, blank=True)
    minutes_date = models.DateField(null=True, blank=True)
    minutes_present = models.PositiveIntegerField(null=True, blank=True)
    minutes_agree = models.PositiveIntegerField(null=True, blank=True)
    minutes_disagree = models.PositiveIntegerField(null=True, blank=True)
    minutes_other = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="round_number"),
            models.UniqueConstraint(fields=["report"], condition=Q(closed_at__isnull=True), name="round_one_open"),
            models.CheckConstraint(condition=Q(counted__gte=1), name="round_counted"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, result="") | Q(closed_at__isnull=False) & ~Q(result=""),
                name="round_result_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(minutes_date__isnull=True, minutes_present__isnull=True)
                | Q(
                    minutes_date__isnull=False,
                    minutes_present__lte=F("counted"),
                    minutes_present__gte=F("minutes_agree") + F("minutes_disagree") + F("minutes_other"),
                ),
                name="round_minutes_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.number}"

    def waits(self, answered: int, now: datetime) -> bool:
        """Whether it still has to wait for answers: no minutes, time left, and not everybody has answered."""
        return self.minutes_date is None and now < self.closes_at and answered < self.counted


class Counted(models.Model):
    """A person who counts in a round, fixed when the round opens."""

    round = models.ForeignKey(ReviewRound, models.PROTECT, related_name="persons", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="counted_once")]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.person_id}"


class Opinion(models.Model):
    """One counted person's answer in a round; may be changed until the round closes."""

    round = models.ForeignKey(ReviewRound, models.PROTECT, related_name="opinions", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=OpinionKind)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="opinion_once"),
            models.CheckConstraint(condition=Q(kind__in=OpinionKind.values), name="opinion_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.person_id}"


class Answerable(models.Model):
    """Something said that the unit accepts or explains."""

    text = models.TextField()
    answer = models.CharField(max_length=10, choices=AnswerKind, blank=True)
    answer_text = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class OpinionPoint(Answerable):
    """One point of an opinion, at a section or on the whole."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="points")
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="opinion_point_text")]

    def __str__(self) -> str:
        return f"{self.opinion_id}/{self.pk}"


class Remark(Answerable):
    """A reason given with a verb: return, recall, supplement, exemption. `binding` ones must be answered."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="remarks")
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, blank=True, related_name="+")
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=30, choices=Verb)
    binding = models.BooleanField(help_text=_("the unit must accept or explain it before signature"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="remark_text")]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.pk}"


class Supplement(models.Model):
    """The office's request to add to a sent report, with a due of its own (exclusive instant)."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="supplements")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Revision, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(closed_at__isnull=True), name="supplement_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.pk}"

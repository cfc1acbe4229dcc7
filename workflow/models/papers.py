"""Signatures, numbered documents, and the letter that urges late units."""

from django.db import models
from django.db.models import Q

from workflow.choices import DocumentType, SigningMethod
from workflow.models.campaigns import Campaign
from workflow.models.organizations import Organization, Person, Seat, StandIn, Term
from workflow.models.reports import Report, Revision


class Signature(models.Model):
    """An approval bound to one revision's hash. Void signatures stay."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="signatures")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="signatures")
    sha256 = models.CharField(max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+", db_index=False)
    stand_in = models.ForeignKey(StandIn, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    authority = models.CharField(max_length=60)
    position = models.CharField(max_length=60)
    method = models.CharField(max_length=10, choices=SigningMethod, default=SigningMethod.CONFIRMED)
    at = models.DateTimeField()
    void_at = models.DateTimeField(null=True, blank=True)
    self_signed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision"], condition=Q(void_at__isnull=True), name="signature_one_valid")
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}/{self.person_id}"


class IssuedDocument(models.Model):
    """A numbered document. Numbers are unique in (organisation, type, term); gaps are legitimate.

    `content` is the frozen canonical JSON, `sha256` (hex) its hash.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="documents", db_index=False)
    document_type = models.CharField(max_length=2, choices=DocumentType)
    term = models.ForeignKey(Term, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    printed_number = models.CharField(max_length=60)
    date = models.DateField()
    subject = models.CharField(max_length=500)
    signer = models.CharField(max_length=120)
    authority = models.CharField(max_length=60)
    position = models.CharField(max_length=60)
    report = models.ForeignKey(Report, models.PROTECT, null=True, blank=True, related_name="documents")
    revision = models.ForeignKey(
        Revision, models.PROTECT, null=True, blank=True, related_name="documents", db_index=False
    )
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "document_type", "term", "number"], name="document_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="document_number_positive"),
        ]

    def __str__(self) -> str:
        return self.printed_number


class PaperFile(models.Model):
    """The PDF of a numbered document as it was frozen, with its SHA-256 (hex). Never written over."""

    document = models.OneToOneField(IssuedDocument, models.PROTECT, related_name="paper")
    file = models.FileField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.document_id}/{self.sha256}"


class UrgingLetter(models.Model):
    """A letter (công văn đôn đốc) to the units that have not sent: drafted, signed, then issued as a document.

    `annex` lists the units as they stood at `as_of`, one object a line; both are frozen by the signature.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="urging_letters")
    as_of = models.DateTimeField()
    send_before = models.DateTimeField()
    subject = models.CharField(max_length=500)
    body = models.TextField()
    annex = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    stand_in = models.ForeignKey(StandIn, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    authority = models.CharField(max_length=60, blank=True)
    position = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    document = models.OneToOneField(IssuedDocument, models.PROTECT, null=True, blank=True, related_name="urging_letter")
    discarded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(document__isnull=True, discarded_at__isnull=True),
                name="urging_letter_one_open",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | ~Q(sha256=""), name="urging_letter_signed_hash"
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=True) | Q(signed_at__isnull=False), name="urging_letter_signed_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.pk}"

"""Signatures and numbered documents."""

from django.db import models
from django.db.models import Q

from workflow.choices import DocumentType, SigningMethod
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

"""Who reports to whom, and who holds which seat."""

from datetime import time
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workflow.choices import Body, FourEyes, OrganizationKind, Role


class Organization(models.Model):
    """A committee, party organisation or cell in the tree. Merged ones get `active_until`; none is deleted."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("superior"), null=True, blank=True, related_name="children"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=OrganizationKind)
    name = models.CharField(_("name"), max_length=200)
    symbol = models.CharField(_("symbol"), max_length=20, help_text=_("as printed after the number: CB, ĐU, ĐUK"))
    letterhead_above = models.CharField(_("letterhead, upper line"), max_length=200, blank=True)
    letterhead_name = models.CharField(_("letterhead, own line"), max_length=200)
    place = models.CharField(_("place name"), max_length=60)
    has_seal = models.BooleanField(_("has a seal"), default=False)
    official_members = models.PositiveIntegerField(_("number of official members"), default=0)
    four_eyes = models.CharField(
        _("when the drafter also signs"), max_length=10, choices=FourEyes, default=FourEyes.WARN
    )
    leader_opens = models.BooleanField(_("only a leader opens requests"), default=False)
    active_from = models.DateField(_("active from"))
    active_until = models.DateField(_("active until"), null=True, blank=True)
    name_sort = models.TextField(editable=False, db_collation="C")
    search_fold = models.TextField(editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganizationKind.values), name="organization_kind"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="organization_not_own_parent"),
            models.CheckConstraint(
                condition=Q(active_until__isnull=True) | Q(active_until__gte=F("active_from")),
                name="organization_active_period",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationName(models.Model):
    """The name and letterhead in force from a day on; the newest one not after a date is that date's name."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="names")
    since = models.DateField(_("since"))
    name = models.CharField(_("name"), max_length=200)
    letterhead_above = models.CharField(_("letterhead, upper line"), max_length=200, blank=True)
    letterhead_name = models.CharField(_("letterhead, own line"), max_length=200)
    symbol = models.CharField(_("symbol"), max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "since"], name="organization_name_since")]

    def __str__(self) -> str:
        return self.name


class Term(models.Model):
    """A term of office (nhiệm kỳ); document numbers restart with it. Source: domain.md 3.5."""

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name=_("organisation"), related_name="terms")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("term of office")
        verbose_name_plural = _("terms of office")
        constraints = [
            models.UniqueConstraint(fields=["organization", "since"], name="term_since"),
            models.UniqueConstraint(fields=["organization"], condition=Q(until__isnull=True), name="term_one_open"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="term_period"),
        ]

    def __str__(self) -> str:
        return f"{self.since:%Y}–{self.until:%Y}" if self.until else f"{self.since:%Y}–"


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, username: str, full_name: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(username=username, full_name=full_name, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, username: str, full_name: str, password: str | None = None) -> "Person":
        return self.create_user(username, full_name, password, is_staff=True, is_superuser=True)


class Person(AbstractBaseUser, PermissionsMixin):
    """The user. Never deleted; rights come from seats only, `is_superuser` opens no report."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    full_name = models.CharField(_("full name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=5, default="vi")
    digest_at = models.TimeField(_("hour of the daily digest"), default=time(8, 30), db_default=time(8, 30))
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the register"), default=False)
    must_change_password = models.BooleanField(
        _("must change the password"), default=False, db_default=False, editable=False
    )
    signing_hold_since = models.DateTimeField(_("signing waits since"), null=True, blank=True, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")

    def __str__(self) -> str:
        return self.full_name


class SignInAttempt(models.Model):
    """A sign-in that was tried and did not succeed, by the name typed; a success takes the name's rows away."""

    username = models.CharField(max_length=60)
    address = models.GenericIPAddressField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["username", "at"], name="sign_in_attempt")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Seat(models.Model):
    """A role in an organisation, held by a person from one local day to another, both inclusive."""

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name=_("organisation"), related_name="seats")
    role = models.CharField(_("role"), max_length=15, choices=Role)
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="seats")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    voting = models.BooleanField(_("official member"), default=False)
    body = models.CharField(_("body"), max_length=10, choices=Body, blank=True)
    granted_by = models.ForeignKey(Person, models.PROTECT, verbose_name=_("granted by"), null=True, related_name="+")
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("confirmed by"), null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "role", "person", "body"],
                condition=Q(until__isnull=True),
                name="seat_open_once",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(until__isnull=True, role=Role.SECRETARY),
                name="seat_one_secretary",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="seat_role"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="seat_period"),
            models.CheckConstraint(condition=~Q(granted_by=F("person")), name="seat_not_granted_by_holder"),
            models.CheckConstraint(condition=~Q(confirmed_by=F("person")), name="seat_not_confirmed_by_holder"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("granted_by")),
                name="seat_confirmed_by_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.organization}"


class StandIn(models.Model):
    """A deputy who signs in the secretary's place, from–to local days inclusive (or open). Does not cascade."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, verbose_name=_("organisation"), related_name="stand_ins"
    )
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="stand_ins")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    basis = models.CharField(_("written basis"), max_length=200)
    made_by = models.ForeignKey(Person, models.PROTECT, verbose_name=_("appointed by"), related_name="+")
    made_at = models.DateTimeField(_("appointed at"))

    class Meta:
        verbose_name = _("stand-in")
        verbose_name_plural = _("stand-ins")
        constraints = [
            models.CheckConstraint(condition=~Q(made_by=F("person")), name="stand_in_not_by_oneself"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="stand_in_period"),
            models.CheckConstraint(condition=~Q(basis=""), name="stand_in_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.organization}"

"""Django's own admin: a window on accounts, organisations and seats. It shows; verbs are done on the screens.

Nothing of a report is registered here, and nothing is written here, so that no rule is passed by.
"""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from workflow.models import CalendarDay, Organization, Person, Seat, StandIn, Term


class Shown(admin.ModelAdmin):
    """A list and a page to read, for who may enter the register."""

    shown_only = True
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Person)
class ShownPerson(Shown):
    list_display = ("full_name", "username", "phone", "email", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", "must_change_password")
    search_fields = ("full_name", "username", "email")
    # The hash of a password is nobody's to read.
    fields = (
        "username", "full_name", "phone", "email", "language", "is_active", "is_staff", "is_superuser", "last_login",
        "must_change_password", "signing_hold_since",
    )  # fmt: skip


@admin.register(Organization)
class ShownOrganization(Shown):
    list_display = ("name", "code", "kind", "parent", "active_from", "active_until")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name", "code", "search_fold")


@admin.register(Seat)
class ShownSeat(Shown):
    list_display = ("person", "role", "organization", "since", "until", "confirmed_at")
    list_filter = ("role",)
    list_select_related = ("person", "organization")
    search_fields = ("person__full_name", "organization__name", "organization__search_fold")


@admin.register(StandIn)
class ShownStandIn(Shown):
    list_display = ("person", "organization", "since", "until", "basis")
    list_select_related = ("person", "organization")


@admin.register(Term)
class ShownTerm(Shown):
    list_display = ("organization", "since", "until")
    list_select_related = ("organization",)


@admin.register(CalendarDay)
class ShownCalendarDay(Shown):
    list_display = ("day", "kind", "organization", "note")
    list_filter = ("kind",)
    date_hierarchy = "day"

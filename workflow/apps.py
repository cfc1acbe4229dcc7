from typing import Any

from django.apps import AppConfig
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "workflow"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Report approval")


class RegisterConfig(AdminConfig):
    """Django's admin with the doors of the screens."""

    default_site = "workflow.apps.RegisterSite"


class RegisterSite(AdminSite):
    """Its own doors would let passwords be tried without a count; it uses the doors of the screens."""

    site_header = site_title = _("Register")
    index_title = _("Accounts, organisations, seats")
    site_url = "/"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only what is shown here: groups and permissions give nobody any right."""
        if admin_class is not None and getattr(admin_class, "shown_only", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not getattr(request.user, "must_change_password", False)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("desk")
        after = request.GET.get("next", reverse("admin:index"))
        return redirect(f"{reverse('sign_in')}?{urlencode({'next': after})}")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("password")

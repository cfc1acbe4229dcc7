"""What stands around every page: the rail by seats, the organisations, the count at the bell."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.choices import Role
from workflow.queries.notices import unread_count
from workflow.queries.seats import Place, places_of
from workflow.rules.access import ISSUER_SEATS, UNIT_SEATS

EVERYBODY = frozenset(Role)
_OFFICE = ISSUER_SEATS
_SEAT_HOLDERS = frozenset({Role.SECRETARY, Role.DEPUTY, Role.ADMINISTRATOR}) | ISSUER_SEATS
# Route, icon, word, and who finds it in the rail.
RAIL: tuple[tuple[str, str, str | Promise, frozenset[Role]], ...] = (
    ("desk", "checklist", _("My work"), EVERYBODY),
    ("reports", "file-text", _("Reports"), UNIT_SEATS),
    ("requests", "mail-forward", _("Requests"), _OFFICE | UNIT_SEATS),
    ("board", "layout-board", _("Follow-up"), _OFFICE),
    ("consolidation", "report-analytics", _("Consolidation"), _OFFICE),
    ("organizations", "sitemap", _("Organisations"), _SEAT_HOLDERS),
    ("notices", "bell", _("Notices"), EVERYBODY),
)


def places_at(request: HttpRequest) -> list[Place]:
    """Where the person of this request sits today, asked once a request: the page and what stands around it need it."""
    if not hasattr(request, "places"):
        request.places = places_of(request.user, request.now)  # type: ignore[attr-defined,arg-type]
    return request.places  # type: ignore[attr-defined]


def chosen_place(request: HttpRequest, places: list[Place]) -> Place | None:
    """The organisation for which the person looks at the work now; None: all of them. It takes away no right."""
    wanted = request.session.get("place")
    return next((place for place in places if place.organization.pk == wanted), None)


def frame(request: HttpRequest) -> dict[str, Any]:
    look = {
        "theme": request.COOKIES.get("theme") if request.COOKIES.get("theme") in {"light", "dark"} else "",
        "density": "compact" if request.COOKIES.get("density") == "compact" else "",
        "demo": settings.PROFILE == "demo",
    }
    if not request.user.is_authenticated:
        return look
    now = request.now  # type: ignore[attr-defined]
    places = places_at(request)
    roles = {role for place in places for role in place.roles}
    return look | {
        "places": places,
        "place": chosen_place(request, places),
        "rail": [(name, icon, word) for name, icon, word, seats in RAIL if roles & seats or seats == EVERYBODY],
        "unread": unread_count(request.user, now),
    }

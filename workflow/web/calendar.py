"""Lịch làm việc: a year to look at, to paint days in, and as a list for a spreadsheet."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow import errors
from workflow.actions.calendar import DayDraft, clear_days, import_days, seed_year, set_days
from workflow.choices import DayKind
from workflow.errors import NotVisible, NotYourDesk, RuleBroken
from workflow.queries.calendar import export_days
from workflow.queries.calendar_page import calendar_page
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.register_fields import chosen, day
from workflow.web.typed import typed_day

LONGEST_LIST = 1_000_000  # bytes; a line a day for many years
LONGEST_STRETCH = timedelta(days=366)


def place(organization_id: int | None, year: int) -> str:
    return (
        reverse("calendar_general", args=[year])
        if organization_id is None
        else reverse("calendar", args=[organization_id, year])
    )


def shown(
    request: Asked, organization_id: int | None, year: int, refusal: RuleBroken | None = None, **typed: Any
) -> HttpResponse:
    found = calendar_page(organization_id, year, request.user, request.now)
    context = {"found": found, "typed": typed, "kinds": DayKind.choices, "section": "organizations"}
    context |= {"before": year - 1, "after": year + 1}
    return page(request, "calendar/page.html", context, refusal)


@door
def year_page(request: Asked, year: int, organization_id: int | None = None) -> HttpResponse:
    """The year; by POST one of the four verbs in it: paint, clear, import, seed."""
    if request.method != "POST":
        return shown(request, organization_id, year)
    calendar_page(organization_id, year, request.user, request.now)
    verb = VERBS.get(request.POST.get("verb", ""), paint)
    try:
        sentence = verb(request, organization_id, year)
    except (NotVisible, NotYourDesk):
        raise
    except RuleBroken as refusal:
        return shown(request, organization_id, year, refusal, **request.POST.dict())
    return done(request, place(organization_id, year), sentence)


def paint(request: Asked, organization_id: int | None, _year: int) -> str:
    first = day(request.POST.get("first", ""))
    last = typed_day(request.POST.get("last", "")) or first
    if last < first:
        raise errors.PeriodReversed
    if last - first > LONGEST_STRETCH:
        raise errors.DayUnreadable
    kind, note = chosen(DayKind, request.POST, "kind", _("the kind of day")), request.POST.get("note", "")
    drafts = [DayDraft(first + timedelta(days=n), kind, note) for n in range((last - first).days + 1)]
    return _kept(set_days(organization_id=organization_id, days=drafts, actor=request.user, now=request.now))


def clear(request: Asked, organization_id: int | None, _year: int) -> str:
    days: list[date] = [day(text) for text in request.POST.getlist("day")]
    count = clear_days(organization_id=organization_id, days=days, actor=request.user, now=request.now)
    return ngettext("%(count)s day was taken out.", "%(count)s days were taken out.", count) % {"count": count}


def bring_in(request: Asked, organization_id: int | None, _year: int) -> str:
    """From a chosen file, else from what was pasted."""
    text, file = request.POST.get("list", ""), request.FILES.get("file")
    if file is not None:
        try:
            text = file.read(LONGEST_LIST).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise errors.UnreadableText from None
    return _kept(import_days(organization_id=organization_id, text=text, actor=request.user, now=request.now))


def seed(request: Asked, _organization_id: int | None, year: int) -> str:
    return _kept(seed_year(year=year, actor=request.user, now=request.now))


def _kept(count: int) -> str:
    return ngettext("%(count)s day is new or different.", "%(count)s days are new or different.", count) % {
        "count": count
    }


VERBS = {"paint": paint, "clear": clear, "import": bring_in, "seed": seed}


@door
def year_list(request: Asked, year: int, organization_id: int | None = None) -> HttpResponse:
    """An organisation's own days as a list that comes back in by import."""
    calendar_page(organization_id, year, request.user, request.now)
    answer = HttpResponse(export_days(organization_id, year), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="lich-{year}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


urlpatterns = [
    path("to-chuc/<int:organization_id>/lich/<int:year>/", year_page, name="calendar"),
    path("to-chuc/<int:organization_id>/lich/<int:year>/tai-ve/", year_list, name="calendar_list"),
    path("lich-chung/<int:year>/", year_page, name="calendar_general"),
    path("lich-chung/<int:year>/tai-ve/", year_list, name="calendar_general_list"),
]

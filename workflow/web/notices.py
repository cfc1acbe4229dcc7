"""Thông báo: what a person was told, by what it is about."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workflow.actions.notices import mark_read
from workflow.queries.notice_groups import shelf_of, target_of
from workflow.queries.notices import notice_of
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.typed import typed_id


@door
def notices(request: Asked) -> HttpResponse:
    before = request.GET.get("before", "")
    shelf = shelf_of(request.user, request.now, typed_id(before) or None)
    return page(request, "notices/page.html", {"shelf": shelf, "later_page": bool(before)})


@door
def notice(request: Asked, notice_id: int) -> HttpResponse:
    """The link in a mail: read now, and on to what it is about."""
    told = notice_of(notice_id, request.user, request.now)
    mark_read(actor=request.user, notice_ids=[notice_id], now=request.now)
    target = target_of(told, request.user, request.now)
    return redirect(reverse(target.route, args=[] if target.pk is None else [target.pk]))


@door
@require_POST
def read(request: Asked) -> HttpResponse:
    """Mark the notices of one group, or without ids all of them, as read."""
    wanted = [typed_id(one) for one in request.POST.getlist("notice")]
    count = mark_read(actor=request.user, notice_ids=wanted or None, now=request.now)
    return done(request, reverse("notices"), _("%(count)s notices marked as read.") % {"count": count})


urlpatterns = [
    path("thong-bao/", notices, name="notices"),
    path("thong-bao/da-doc/", read, name="notices_read"),
    path("thong-bao/<int:notice_id>/", notice, name="notice"),
]

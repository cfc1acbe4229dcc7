"""Việc của tôi: the first screen of everybody."""

from django.http import HttpResponse
from django.urls import path

from workflow.choices import ReportState, Role, Timeliness
from workflow.queries.desk_lines import Line, work_of
from workflow.web.answers import page
from workflow.web.door import Asked, door
from workflow.web.frame import chosen_place, places_at

URGENT = {Timeliness.OVERDUE, Timeliness.DUE_TODAY, Timeliness.DUE_SOON}


@door
def desk(request: Asked) -> HttpResponse:
    places = places_at(request)
    place = chosen_place(request, places)
    work = work_of(request.user, request.now, [place] if place else places)
    now = [line for line in work.mine if _presses(line)]
    soon = [line for line in work.mine if not _presses(line)]
    signing = sum(line.report.state == ReportState.SIGNING for line in work.mine)
    administered = [one.organization for one in places if Role.ADMINISTRATOR in one.roles]
    shown = {"work": work, "urgent": now, "soon": soon, "signing": signing, "administered": administered}
    return page(request, "desk/page.html", shown)


def _presses(line: Line) -> bool:
    """Late or nearly so, sent back, or waiting for this person's word."""
    handed = {ReportState.SIGNING, ReportState.SIGNED, ReportState.SUPPLEMENT}
    word = line.asked or line.answered or line.remark is not None
    return word or line.standing.timeliness in URGENT or line.report.state in handed


urlpatterns = [path("", desk, name="desk")]

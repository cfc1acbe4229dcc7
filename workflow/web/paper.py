"""Nhận bản giấy: the office registers a report that came on paper, with its scan."""

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from workflow.actions.attachments import keep_scan
from workflow.actions.intake import register_paper
from workflow.choices import Verb
from workflow.errors import DayMissing, FileMissing, NotVisible, NotYourDesk, NumberMissing, RuleBroken
from workflow.queries.paper import PaperDesk, paper_desk
from workflow.rules.calendar import LOCAL
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.typed import NO_ID, typed_day, typed_id, typed_moment

FIELDS = ("number", "dated", "arrived_on", "arrived_at", "declared")


@door
def paper(request: Asked, report_id: int) -> HttpResponse:
    scan_id = typed_id(request.POST.get("scan", ""))
    found = paper_desk(report_id, request.user, request.now, scan_id)
    if request.method != "POST":
        return _shown(request, found)
    try:
        dated, arrived = _days(request)
        # A scan that was kept once need not be chosen again when something else is refused.
        scan_id = _kept_scan(request, found) or scan_id
        _register(request, found, scan_id, dated, arrived)
    except (NotVisible, NotYourDesk):
        raise
    except RuleBroken as refusal:
        return _shown(request, paper_desk(report_id, request.user, request.now, scan_id), refusal)
    unit = found.report.organization.name
    sentence = _("The paper of %(unit)s has been received.") % {"unit": unit}
    return done(request, reverse("intake", args=[report_id]), sentence)


def _shown(request: Asked, found: PaperDesk, refusal: RuleBroken | None = None) -> HttpResponse:
    local = request.now.astimezone(LOCAL)
    typed: dict[str, str] = {"arrived_on": local.date().isoformat(), "arrived_at": f"{local:%H:%M}"}
    if request.method == "POST":
        typed = {name: str(request.POST.get(name, "")) for name in FIELDS}
    context = {"found": found, "report": found.report, "typed": typed, "today": local.date(), "section": "board"}
    return page(request, "intake/paper.html", context, refusal)


def _days(request: Asked) -> tuple[date, datetime]:
    if not request.POST.get("number", "").strip():
        raise NumberMissing
    dated = typed_day(request.POST.get("dated", ""))
    arrived = typed_moment(request.POST.get("arrived_on", ""), request.POST.get("arrived_at", ""))
    if dated is None or arrived is None:
        raise DayMissing
    return dated, arrived


def _kept_scan(request: Asked, found: PaperDesk) -> int:
    """Keep the chosen file; NO_ID where none was chosen or none is wanted any more."""
    chosen = request.FILES.get("file")
    if not isinstance(chosen, UploadedFile) or Verb.REGISTER_PAPER not in found.verbs:
        return NO_ID
    scan = keep_scan(
        report_id=found.report.pk,
        actor=request.user,
        title=_("Scan of the report on paper"),
        name=chosen.name or "",
        content=chosen.read(),
        declared=bool(request.POST.get("declared")),
        now=request.now,
    )
    return scan.pk


def _register(request: Asked, found: PaperDesk, scan_id: int, dated: date, arrived: datetime) -> None:
    if scan_id == NO_ID and Verb.REGISTER_PAPER in found.verbs:
        raise FileMissing
    register_paper(
        report_id=found.report.pk,
        actor=request.user,
        scan_id=scan_id,
        number=request.POST["number"],
        dated=dated,
        arrived_at=arrived,
        now=request.now,
    )

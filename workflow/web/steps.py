"""Where a report stands on its way, as the line of steps that every page about it shows the same way."""

from django.utils.translation import gettext as _

from workflow.choices import CELL_KINDS, ReportState
from workflow.models import Report

# Where the stepper stands, by state; a supplement goes the way again.
STEPS = {
    ReportState.DRAFT: 0,
    ReportState.REVIEW: 1,
    ReportState.REVISING: 1,
    ReportState.SIGNING: 2,
    ReportState.SIGNED: 3,
    ReportState.SENT: 4,
    ReportState.SUPPLEMENT: 0,
    ReportState.RECEIVED: 5,
    ReportState.CONSOLIDATED: 6,
}


def steps_of(report: Report) -> list[tuple[str, str]]:
    """Each step's word in the unit's kind, with `done`, `now` or nothing."""
    reached = STEPS.get(ReportState(report.state), -1)
    reviewers = _("Cell") if report.organization.kind in CELL_KINDS else _("Committee")
    first = _("Supplement") if report.state == ReportState.SUPPLEMENT else _("Draft")
    words = [first, reviewers, _("Waiting for signature"), _("Number and send"), _("Receipt"), _("Consolidation")]
    return [(word, "done" if at < reached else "now" if at == reached else "") for at, word in enumerate(words)]

"""How timely the units were: why one is late, whether that is excused, and the ledger that outlives the request."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from workflow.actions.opening import opened
from workflow.actions.record import record, record_on
from workflow.choices import ReportState, Stream, Verb
from workflow.documents.timeliness_ledger import ledger_workbook
from workflow.flows.calendars import calendar_of
from workflow.flows.timeliness_ledger import ledger_rows, readable_units
from workflow.models import Campaign, Lateness, Organization, Person, Report
from workflow.rules.timeliness import standing
from workflow.rules.timeliness_ledger import LATE_WORDS
from workflow.rules.vietnamese import normalize


def give_late_reason(*, report_id: int, actor: Person, reason: str, now: datetime) -> Lateness:
    """Say why the report is late (lý do chậm); said again it replaces what was said, until the lateness is excused."""
    with opened(report_id, actor, Verb.GIVE_LATE_REASON, now, reason=reason) as (report, flow):
        flow.give_late_reason()
        lateness = flow.lateness or Lateness(report=report)
        lateness.reason, lateness.given_by, lateness.given_at = normalize(reason), actor, now
        lateness.save()
        record(flow, lateness=lateness.pk)
    return lateness


def excuse_lateness(*, report_id: int, actor: Person, reason: str, now: datetime) -> Lateness:
    """Excuse the lateness, with or without a reason of the unit. The days stay late, and are marked excused."""
    with opened(report_id, actor, Verb.EXCUSE_LATENESS, now, reason=reason) as (report, flow):
        flow.excuse_lateness()
        lateness = flow.lateness or Lateness(report=report)
        lateness.excuse, lateness.excused_by, lateness.excused_at = normalize(reason), actor, now
        lateness.save()
        record(flow, lateness=lateness.pk)
    return lateness


def export_timeliness(*, issuer_id: int, year: int, actor: Person, now: datetime) -> bytes:
    """Log and return the .xlsx of the issuer's ledger of a year: all of it to its office, to a unit its own rows.

    Raises NotVisible.
    """
    with transaction.atomic():
        units = readable_units(issuer_id, actor, now)
        issuer = Organization.objects.get(pk=issuer_id)
        workbook = ledger_workbook(issuer.name, year, ledger_rows(issuer_id, year, units), now)
        # The events of an organisation are numbered one after the other; nobody waits while the rows are written.
        Organization.objects.select_for_update(no_key=True).get(pk=issuer_id)
        record_on(
            Stream.ORGANIZATION, issuer_id, Verb.EXPORT_TIMELINESS, actor, now,
            year=year, units=units, sha256=sha256(workbook).hexdigest(),
        )  # fmt: skip
    return workbook


WRITTEN = """
    INSERT INTO workflow_timelinessrecord (report_id, original_due, due, sent_at, timeliness, working_days, excused,
                                           written_at)
    SELECT report.id, report.original_due, report.due, report.sent_at, found.timeliness, found.working_days,
           found.timeliness = ANY(%(late)s) AND coalesce(lateness.excuse, '') <> '', %(now)s
      FROM unnest(%(reports)s::bigint[], %(words)s::text[], %(days)s::int[])
           AS found (report_id, timeliness, working_days)
      JOIN workflow_report report ON report.id = found.report_id
      LEFT JOIN workflow_lateness lateness ON lateness.report_id = report.id
    ON CONFLICT (report_id) DO UPDATE
       SET original_due = excluded.original_due, due = excluded.due, sent_at = excluded.sent_at,
           timeliness = excluded.timeliness, working_days = excluded.working_days, excused = excluded.excused,
           written_at = excluded.written_at
"""


def write_timeliness(campaign: Campaign, now: datetime) -> None:
    """Write down how timely every unit of the locked campaign was, in one statement; again when it closes again."""
    calendar = calendar_of(campaign.issuer_id)
    reports = list(Report.objects.filter(campaign=campaign).values_list("pk", "due", "sent_at", "state"))
    found = [
        standing(due, sent_at, now, calendar, exempt=state == ReportState.EXEMPT)
        for _report, due, sent_at, state in reports
    ]
    parameters: dict[str, Any] = {
        "reports": [report for report, *_columns in reports],
        "words": [one.timeliness for one in found],
        "days": [one.working_days for one in found],
        "late": sorted(LATE_WORDS),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, parameters)

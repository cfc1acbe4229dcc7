"""The units of a request that are overdue, as the urging letter and its annex tell them."""

from datetime import datetime

from django.db.models import Count, Q

from workflow.choices import ReportState
from workflow.models import Report
from workflow.models.sql import read
from workflow.rules.calendar import local_day
from workflow.rules.urging import LateUnit, Tally

# Reminders of this due: the clock's and the office's since it was set, and the issued letters that name it.
OVERDUE = """
    SELECT unit.id, report.id, unit.name, unit.kind, report.state, report.started_at IS NOT NULL, report.due,
           coalesce((SELECT person.full_name FROM workflow_seat seat
                       JOIN workflow_person person ON person.id = seat.person_id
                      WHERE seat.organization_id = unit.id AND seat.role = 'secretary' AND seat.since <= %(today)s
                        AND (seat.until IS NULL OR seat.until >= %(today)s)
                      ORDER BY seat.since DESC, seat.id DESC LIMIT 1), ''),
           (SELECT count(*) FROM workflow_event event
             WHERE event.stream = 'report' AND event.stream_id = report.id
               AND (   (event.verb = 'remind' AND event.at >= report.due_set_at)
                    OR (event.verb = 'overdue'
                        AND (event.facts ->> 'due')::bigint = floor(extract(epoch FROM report.due)))))
           + coalesce(urged.letters, 0),
           (SELECT extension.asked_due FROM workflow_extension extension
             WHERE extension.report_id = report.id AND extension.decided_at IS NULL),
           (SELECT extension.decided_due FROM workflow_extension extension
             WHERE extension.report_id = report.id AND extension.decision = 'GRANTED'
             ORDER BY extension.decided_at DESC, extension.id DESC LIMIT 1)
      FROM workflow_report report
      JOIN workflow_organization unit ON unit.id = report.organization_id
      LEFT JOIN (SELECT (line ->> 'report')::bigint AS report_id, (line ->> 'due')::bigint AS due, count(*) AS letters
                   FROM workflow_urgingletter letter CROSS JOIN jsonb_array_elements(letter.annex) AS line
                  WHERE letter.campaign_id = %(campaign)s AND letter.document_id IS NOT NULL GROUP BY 1, 2) urged
        ON urged.report_id = report.id AND urged.due = floor(extract(epoch FROM report.due))
     WHERE report.campaign_id = %(campaign)s AND report.sent_at IS NULL AND report.state <> 'EXEMPT'
       AND report.due <= %(now)s
       AND (%(paused_too)s OR NOT EXISTS (
            SELECT 1 FROM workflow_pause pause
             WHERE pause.campaign_id = report.campaign_id
               AND pause.since <= %(now)s AND (pause.until IS NULL OR pause.until > %(now)s)
               AND (pause.everybody OR EXISTS (
                    SELECT 1 FROM workflow_pause_units silent
                     WHERE silent.pause_id = pause.id AND silent.organization_id = report.organization_id))))
     ORDER BY unit.name_sort, unit.id
"""


def overdue_units(campaign_id: int, now: datetime, *, paused_too: bool = True) -> list[LateUnit]:
    """Units that have not sent, are not exempt and whose due has passed, in the Vietnamese order of names.

    Without `paused_too` those whose ladder is paused now are left out. One statement.
    """
    asked = {"campaign": campaign_id, "now": now, "today": local_day(now), "paused_too": paused_too}
    return [LateUnit(*row) for row in read(OVERDUE, asked)]


def tally_of(campaign_id: int) -> Tally:
    """How many units have to report, and how many have sent."""
    expected = Report.objects.filter(campaign=campaign_id).exclude(state=ReportState.EXEMPT)
    counts = expected.aggregate(asked=Count("pk"), received=Count("pk", filter=Q(sent_at__isnull=False)))
    return Tally(asked=counts["asked"], received=counts["received"])

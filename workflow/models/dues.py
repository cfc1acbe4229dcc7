"""The dues that the clock watches."""

from dataclasses import dataclass
from datetime import datetime

from workflow.models.sql import read

# One step of the recursion finds the next (campaign, due) in the index report_unsent, however many reports share it.
DUES = """
    WITH RECURSIVE pair AS (
        (SELECT campaign_id, due FROM workflow_report WHERE sent_at IS NULL ORDER BY campaign_id, due LIMIT 1)
        UNION ALL
        SELECT following.campaign_id, following.due FROM pair CROSS JOIN LATERAL (
            SELECT campaign_id, due FROM workflow_report
             WHERE sent_at IS NULL AND (campaign_id, due) > (pair.campaign_id, pair.due)
             ORDER BY campaign_id, due LIMIT 1) following)
    SELECT pair.campaign_id, campaign.issuer_id, pair.due, false FROM pair
      JOIN workflow_campaign campaign ON campaign.id = pair.campaign_id AND campaign.state IN ('OPEN', 'CONSOLIDATING')
    UNION ALL
    SELECT DISTINCT report.campaign_id, report.issuer_id, supplement.due, true FROM workflow_supplement supplement
      JOIN workflow_report report ON report.id = supplement.report_id AND report.supplement_due = supplement.due
      JOIN workflow_campaign campaign
        ON campaign.id = report.campaign_id AND campaign.state IN ('OPEN', 'CONSOLIDATING')
     WHERE supplement.closed_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A due that reports of a running campaign share; `supplement`: the one of an open supplement."""

    campaign_id: int
    issuer_id: int
    due: datetime
    supplement: bool


def running_dues() -> list[Due]:
    """Every (campaign, due) with a report that is not sent, and every due of an open supplement."""
    return [Due(*row) for row in read(DUES)]

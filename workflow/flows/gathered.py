"""What the received lower reports of an upper report say: figures, rows and texts, read from issued revisions only."""

import json
from dataclasses import dataclass
from typing import Any

from workflow.choices import CampaignState
from workflow.models import Campaign, Report
from workflow.models.sql import read
from workflow.rules.aggregation import Figure


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit's received revision says in one section, which has this heading."""

    organization_id: int
    organization: str
    revision_id: int
    section_id: int
    heading: str
    text: str
    rows: list[dict[str, str]]


# Counted: received (or already consolidated) and included, in the campaign that answers the upper report.
COUNTED = """
    FROM workflow_report report
   WHERE report.campaign_id = %(campaign)s AND report.included AND report.received_revision_id IS NOT NULL
     AND report.state IN ('RECEIVED', 'CONSOLIDATED')
"""


def figures(campaign: Campaign) -> dict[str, list[Figure]]:
    """Every received unit's figures by indicator code, blank ones included. One statement."""
    rows = read(
        f"""
        SELECT indicator.code, counted.organization_id, issued.number, coalesce(issued.not_applicable, false)
          FROM workflow_indicator indicator
         CROSS JOIN (SELECT report.organization_id, report.received_revision_id {COUNTED}) counted
          LEFT JOIN workflow_issuedvalue issued
            ON issued.revision_id = counted.received_revision_id AND issued.indicator_id = indicator.id
         WHERE indicator.outline_id = %(outline)s AND indicator.aggregation NOT IN ('RATIO', 'TEXT')
         ORDER BY indicator.position, counted.organization_id
        """,  # noqa: S608 – COUNTED is ours
        {"campaign": campaign.pk, "outline": campaign.outline_id},
    )
    found: dict[str, list[Figure]] = {}
    for code, organization_id, number, not_applicable in rows:
        found.setdefault(code, []).append(
            Figure(organization_id=organization_id, number=number, not_applicable=not_applicable)
        )
    return found


def parts(campaign: Campaign, upper_section_id: int) -> list[Part]:
    """What the received units wrote in the sections that feed an upper section, by unit name. One statement."""
    rows = read(
        f"""
        SELECT unit.id, unit.name, revision.id, section.id, section.numbering || ' ' || section.heading,
               part ->> 'text', part -> 'rows'
          FROM (SELECT report.organization_id, report.received_revision_id {COUNTED}) counted
          JOIN workflow_organization unit ON unit.id = counted.organization_id
          JOIN workflow_revision revision ON revision.id = counted.received_revision_id
          JOIN workflow_section section
            ON section.outline_id = %(outline)s
           AND (section.feeds_id = %(section)s OR section.id = %(section)s)
         CROSS JOIN LATERAL jsonb_array_elements(revision.content::jsonb -> 'sections') part
         WHERE part ->> 'key' = section.key AND (part ->> 'text' <> '' OR part -> 'rows' <> '[]')
         ORDER BY unit.name_sort, section.position
        """,  # noqa: S608 – COUNTED is ours
        {"campaign": campaign.pk, "outline": campaign.outline_id, "section": upper_section_id},
    )
    return [Part(row[0], row[1], row[2], row[3], row[4], row[5], _decoded(row[6])) for row in rows]


def _decoded(rows: Any) -> list[dict[str, str]]:
    decoded: list[dict[str, str]] = json.loads(rows) if isinstance(rows, str) else rows
    return decoded


def gathering(upper: Report) -> Campaign | None:
    """The campaign that gathers for an upper report."""
    return Campaign.objects.filter(answers=upper).exclude(state=CampaignState.CANCELLED).first()

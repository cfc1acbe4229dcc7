"""What strikes the eye in a sent report beside those of the other units of the same request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.db import connection

from workflow.models import Indicator, Report

# How many times larger or smaller than the middle of the others, and of how many others, is worth a second look.
FAR, OTHERS = 3, 2
# Shorter texts ("Không có.") and fewer numbers are alike by chance.
LONG_TEXT, MANY_NUMBERS = 60, 3

Flag = Literal["", "blank", "far"]


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure as sent; `median` is the middle of what the other received units gave."""

    indicator: Indicator
    number: Decimal | None
    not_applicable: bool
    text: str
    median: Decimal | None
    flag: Flag


def figure_lines(report: Report, revision_id: int, indicators: Sequence[Indicator]) -> list[FigureLine]:
    """The figures of a sent revision in the outline's order, each with its flag. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH others AS MATERIALIZED (
                SELECT issued.indicator_id, count(issued.number) AS known,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY issued.number)::numeric AS middle
                  FROM workflow_report report
                  JOIN workflow_issuedvalue issued ON issued.revision_id = report.received_revision_id
                 WHERE report.campaign_id = %(campaign)s AND report.id <> %(report)s AND issued.number IS NOT NULL
                   AND report.state IN ('RECEIVED', 'CONSOLIDATED')
                 GROUP BY issued.indicator_id)
            SELECT asked.id, own.number, coalesce(own.not_applicable, false), coalesce(own.text, ''), others.middle,
                   CASE WHEN own.number IS NULL
                        THEN CASE WHEN coalesce(own.not_applicable, false) OR coalesce(own.text, '') <> ''
                                  THEN '' ELSE 'blank' END
                        WHEN others.known >= %(others)s AND others.middle > 0
                         AND (own.number > %(far)s * others.middle OR own.number * %(far)s < others.middle)
                        THEN 'far' ELSE '' END
              FROM unnest(%(indicators)s::bigint[]) AS asked (id)
              LEFT JOIN workflow_issuedvalue own ON own.revision_id = %(revision)s AND own.indicator_id = asked.id
              LEFT JOIN others ON others.indicator_id = asked.id
            """,
            {
                "campaign": report.campaign_id,
                "report": report.pk,
                "revision": revision_id,
                "indicators": [indicator.pk for indicator in indicators],
                "others": OTHERS,
                "far": FAR,
            },
        )
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return [FigureLine(indicator, *found[indicator.pk]) for indicator in indicators]


def same_figures(report: Report, revision_id: int) -> list[str]:
    """Units of the same request whose sent figures are all the same as this revision's. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH sheets AS MATERIALIZED (
                SELECT report.id, report.organization_id, report.sent_revision_id,
                       array_agg(ROW(issued.indicator_id, issued.number)::text ORDER BY issued.indicator_id) AS sheet,
                       count(DISTINCT issued.number) AS different
                  FROM workflow_report report
                  JOIN workflow_issuedvalue issued ON issued.revision_id = report.sent_revision_id
                 WHERE report.campaign_id = %(campaign)s AND issued.number IS NOT NULL
                 GROUP BY report.id)
            SELECT unit.name
              FROM sheets own
              JOIN sheets twin ON twin.sheet = own.sheet AND twin.id <> own.id
              JOIN workflow_organization unit ON unit.id = twin.organization_id
             WHERE own.sent_revision_id = %(revision)s AND cardinality(own.sheet) >= %(many)s AND own.different > 1
             ORDER BY unit.name_sort
            """,
            {"campaign": report.campaign_id, "revision": revision_id, "many": MANY_NUMBERS},
        )
        return [name for (name,) in cursor.fetchall()]


def same_texts(report: Report, revision_id: int) -> Mapping[str, list[str]]:
    """By section key: the units that sent word for word the same long text. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH said AS MATERIALIZED (
                SELECT report.id, report.organization_id, part ->> 'key' AS key,
                       regexp_replace(lower(part ->> 'text'), '\\s+', ' ', 'g') AS text
                  FROM workflow_report report
                  JOIN workflow_revision revision ON revision.id = report.sent_revision_id
                 CROSS JOIN LATERAL jsonb_array_elements(revision.content::jsonb -> 'sections') part
                 WHERE report.campaign_id = %(campaign)s AND length(part ->> 'text') >= %(long)s)
            SELECT own.key, array_agg(unit.name ORDER BY unit.name_sort)
              FROM said own
              JOIN workflow_report mine ON mine.id = own.id AND mine.sent_revision_id = %(revision)s
              JOIN said twin ON twin.key = own.key AND twin.text = own.text AND twin.id <> own.id
              JOIN workflow_organization unit ON unit.id = twin.organization_id
             GROUP BY own.key
            """,
            {"campaign": report.campaign_id, "revision": revision_id, "long": LONG_TEXT},
        )
        return dict(cursor.fetchall())

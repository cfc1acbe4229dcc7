"""What strikes the eye in a sent report beside those of the other units, and beside the unit's own report before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from workflow.models import Indicator, Report
from workflow.models.sql import read

# How many times larger or smaller than the middle of the others, and of how many others, is worth a second look.
FAR, OTHERS = 3, 2
# Shorter texts ("Không có."), shorter sentences and fewer numbers are alike by chance.
LONG_TEXT, LONG_SENTENCE, MANY_NUMBERS = 60, 15, 3
# What part of a text, in percent, stands word for word with another unit before it is said.
ALIKE = 80

Flag = Literal["", "blank", "far"]


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure as sent; `median` is the middle of what the other received units gave, `before` what the unit gave when
    an earlier request asked the same; `moved`: it is far from that."""

    indicator: Indicator
    number: Decimal | None
    not_applicable: bool
    text: str
    median: Decimal | None
    flag: Flag
    before: Decimal | None
    moved: bool

    @property
    def percent_of_before(self) -> int:
        """What the figure is of the one before, in percent; asked where it moved."""
        return round((self.number or Decimal(0)) * 100 / (self.before or Decimal(1)))


@dataclass(frozen=True, slots=True)
class Alike:
    """Another unit with this part of a text, in percent, word for word."""

    unit: str
    percent: int


def figure_lines(report: Report, revision_id: int, indicators: Sequence[Indicator]) -> list[FigureLine]:
    """The figures of a sent revision in the outline's order, each with its flag. One statement."""
    rows = read(
        """
        WITH others AS MATERIALIZED (
            SELECT issued.indicator_id, count(issued.number) AS known,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY issued.number)::numeric AS middle
              FROM workflow_report report
              JOIN workflow_issuedvalue issued ON issued.revision_id = report.received_revision_id
             WHERE report.campaign_id = %(campaign)s AND report.id <> %(report)s AND issued.number IS NOT NULL
               AND report.state IN ('RECEIVED', 'CONSOLIDATED')
             GROUP BY issued.indicator_id),
        earlier AS MATERIALIZED (
            SELECT DISTINCT ON (told.code, told.label) told.code, told.label, issued.number
              FROM workflow_report report
              JOIN workflow_campaign campaign ON campaign.id = report.campaign_id
              JOIN workflow_issuedvalue issued ON issued.revision_id = report.received_revision_id
              JOIN workflow_indicator told ON told.id = issued.indicator_id
             WHERE report.organization_id = %(unit)s AND campaign.issuer_id = %(issuer)s
               AND report.sent_at < %(sent)s AND issued.number IS NOT NULL
               AND report.state IN ('RECEIVED', 'CONSOLIDATED')
             ORDER BY told.code, told.label, report.sent_at DESC)
        SELECT asked.id, own.number, coalesce(own.not_applicable, false), coalesce(own.text, ''), others.middle,
               CASE WHEN own.number IS NULL
                    THEN CASE WHEN coalesce(own.not_applicable, false) OR coalesce(own.text, '') <> ''
                              THEN '' ELSE 'blank' END
                    WHEN others.known >= %(others)s AND others.middle > 0
                     AND (own.number > %(far)s * others.middle OR own.number * %(far)s < others.middle)
                    THEN 'far' ELSE '' END,
               earlier.number,
               coalesce(earlier.number > 0 AND (own.number > %(far)s * earlier.number
                                                OR own.number * %(far)s < earlier.number), false)
          FROM unnest(%(indicators)s::bigint[]) AS asked (id)
          JOIN workflow_indicator indicator ON indicator.id = asked.id
          LEFT JOIN earlier ON (earlier.code, earlier.label) = (indicator.code, indicator.label)
          LEFT JOIN workflow_issuedvalue own ON own.revision_id = %(revision)s AND own.indicator_id = asked.id
          LEFT JOIN others ON others.indicator_id = asked.id
        """,
        {
            "campaign": report.campaign_id,
            "report": report.pk,
            "unit": report.organization_id,
            "issuer": report.issuer_id,
            "sent": report.sent_at,
            "revision": revision_id,
            "indicators": [indicator.pk for indicator in indicators],
            "others": OTHERS,
            "far": FAR,
        },
    )
    found = {row[0]: row[1:] for row in rows}
    return [FigureLine(indicator, *found[indicator.pk]) for indicator in indicators]


def same_figures(report: Report, revision_id: int) -> list[str]:
    """Units of the same request whose sent figures are all the same as this revision's. One statement."""
    rows = read(
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
    return [name for (name,) in rows]


def like_texts(report: Report, revision_id: int) -> Mapping[str, list[Alike]]:
    """By section key: the units in whose text most of this one stands, sentence by sentence. One statement."""
    rows = read(
        """
        WITH said AS MATERIALIZED (
            SELECT report.id, report.organization_id, report.sent_revision_id, part ->> 'key' AS key,
                   translate(lower(part ->> 'text'), E';:!?<>\n', '.......') AS text
              FROM workflow_report report
              JOIN workflow_revision revision ON revision.id = report.sent_revision_id
             CROSS JOIN LATERAL jsonb_array_elements(revision.content::jsonb -> 'sections') part
             WHERE report.campaign_id = %(campaign)s AND length(part ->> 'text') >= %(long)s),
        sentences AS MATERIALIZED (
            SELECT DISTINCT said.id, said.organization_id, said.sent_revision_id, said.key, btrim(part) AS sentence
              FROM said CROSS JOIN LATERAL string_to_table(said.text, '.') part
             WHERE length(btrim(part)) >= %(sentence)s),
        own AS (
            SELECT id, key, sentence, length(sentence) AS long,
                   sum(length(sentence)) OVER (PARTITION BY key) AS whole
              FROM sentences WHERE sent_revision_id = %(revision)s)
        SELECT own.key, unit.name, sum(own.long) * 100 / max(own.whole)
          FROM own
          JOIN sentences twin ON twin.key = own.key AND twin.sentence = own.sentence AND twin.id <> own.id
          JOIN workflow_organization unit ON unit.id = twin.organization_id
         GROUP BY own.key, unit.id
        HAVING sum(own.long) * 100 >= %(alike)s * max(own.whole)
         ORDER BY own.key, 3 DESC, unit.name_sort
        """,
        {
            "campaign": report.campaign_id,
            "revision": revision_id,
            "long": LONG_TEXT,
            "sentence": LONG_SENTENCE,
            "alike": ALIKE,
        },
    )
    found: dict[str, list[Alike]] = {}
    for key, unit, percent in rows:
        found.setdefault(key, []).append(Alike(unit, int(percent)))
    return found

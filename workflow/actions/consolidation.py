"""The workbench: fill the committee's own report from what the units sent, and remember where each part came from."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from workflow import errors
from workflow.actions.drafting import asked_section, write_entry
from workflow.actions.opening import opened
from workflow.actions.record import record_edit
from workflow.choices import Aggregation, SectionKind, Verb
from workflow.flows.gathered import Part, figures, gathering, parts
from workflow.models import Campaign, Entry, Person, Report, Source, Value
from workflow.rules.aggregation import total
from workflow.rules.canonical import canonical_json, content_hash
from workflow.rules.prose import attributed, joined

UNIT_COLUMN = "unit"


def fill_totals(*, report_id: int, actor: Person, now: datetime) -> int:
    """Put the units' totals into the upper report's figures, by indicator code; returns how many were filled.

    A total without any number leaves the figure as it is. Each figure keeps the revisions it was added up from.
    """
    with opened(report_id, actor, Verb.SAVE_ENTRY, now) as (report, flow):
        flow.save_entry()
        campaign = _gathering(report)
        found = figures(campaign)
        filled = []
        for indicator in flow.outline.indicators:
            if indicator.aggregation in {Aggregation.RATIO, Aggregation.TEXT} or indicator.code not in found:
                continue
            summed = total(
                indicator.aggregation,
                found[indicator.code],
                expected=len(found[indicator.code]),
                owner_id=indicator.owner_id,
            )
            if summed.value is not None:
                filled.append(Value(report=report, indicator=indicator, number=summed.value))
        values = Value.objects.bulk_create(
            filled,
            update_conflicts=True,
            unique_fields=["report", "indicator"],
            update_fields=["number", "not_applicable", "text"],
        )
        _remember_figures(report, campaign, actor, now)
        if report.started_at is None:
            report.started_at = now
        record_edit(flow)
    return len(values)


def _gathering(report: Report) -> Campaign:
    campaign = gathering(report)
    if campaign is None:
        raise errors.NotVisible
    return campaign


def _remember_figures(report: Report, campaign: Campaign, actor: Person, now: datetime) -> None:
    Source.objects.filter(value__report=report).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflow_source (value_id, revision_id, section_id, taken_sha256, taken_by_id, taken_at)
            SELECT value.id, issued.revision_id, lower.section_id,
                   encode(sha256(convert_to(trim_scale(issued.number)::text, 'UTF8')), 'hex'), %(actor)s, %(now)s
              FROM workflow_value value
              JOIN workflow_indicator upper ON upper.id = value.indicator_id
              JOIN workflow_indicator lower ON lower.code = upper.code AND lower.outline_id = %(outline)s
              JOIN workflow_issuedvalue issued ON issued.indicator_id = lower.id AND issued.number IS NOT NULL
              JOIN workflow_report counted
                ON counted.received_revision_id = issued.revision_id AND counted.campaign_id = %(campaign)s
               AND counted.included AND counted.state IN ('RECEIVED', 'CONSOLIDATED')
             WHERE value.report_id = %(report)s
            """,
            {
                "actor": actor.pk,
                "now": now,
                "outline": campaign.outline_id,
                "campaign": campaign.pk,
                "report": report.pk,
            },
        )


def merge_rows(*, report_id: int, actor: Person, section_id: int, version: int, now: datetime) -> Entry:
    """Replace an upper rows section by all units' rows, each with its unit where the section has such a column."""
    with opened(report_id, actor, Verb.SAVE_ENTRY, now) as (report, flow):
        section = asked_section(flow, section_id)
        if section.kind != SectionKind.ROWS:
            raise errors.NotAsked(place=section.key)
        flow.save_entry()
        taken = parts(_gathering(report), section_id)
        keys = [column["key"] for column in section.columns]
        rows = [
            {key: part.organization if key == UNIT_COLUMN else row.get(key, "") for key in keys}
            for part in taken
            for row in part.rows
        ]
        entry = write_entry(report, section, version, "", rows, actor, now)
        _remember(entry, taken, actor, now)
        report.started_at = report.started_at or now
        record_edit(flow)
    return entry


def take_text(
    *,
    report_id: int,
    actor: Person,
    section_id: int,
    version: int,
    revision_ids: Sequence[int],
    now: datetime,
) -> Entry:
    """Append what these received revisions say to a section of the upper report."""
    with opened(report_id, actor, Verb.SAVE_ENTRY, now) as (report, flow):
        flow.save_entry()
        section = asked_section(flow, section_id)
        wanted = frozenset(revision_ids)
        taken = [part for part in parts(_gathering(report), section_id) if part.revision_id in wanted]
        if {part.revision_id for part in taken} != wanted:
            raise errors.NotVisible
        present = Entry.objects.filter(report=report, section=section).first()
        paragraphs = [present.text] if present is not None else []
        paragraphs += [attributed(part.organization, part.text) for part in taken if part.text]
        rows = present.rows if present is not None else []
        entry = write_entry(report, section, version, joined(paragraphs), rows, actor, now)
        _remember(entry, taken, actor, now)
        report.started_at = report.started_at or now
        record_edit(flow)
    return entry


def _remember(entry: Entry, taken: Sequence[Part], actor: Person, now: datetime) -> None:
    Source.objects.bulk_create(
        [
            Source(
                entry=entry,
                revision_id=part.revision_id,
                section_id=part.section_id,
                taken_sha256=content_hash(canonical_json({"text": part.text, "rows": part.rows})),
                taken_by=actor,
                taken_at=now,
            )
            for part in taken
        ],
        ignore_conflicts=True,
    )

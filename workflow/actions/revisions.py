"""Snapshots: the working copy frozen as canonical JSON at every hand-over."""

from typing import Any

from django.db import connection

from workflow import errors
from workflow.choices import CELL_KINDS, Aggregation, Verb
from workflow.documents.blocks import letterhead_now
from workflow.flows.report import ReportFlow
from workflow.models import Attachment, Organization, Report, Revision
from workflow.rules.canonical import canonical_json, content_hash
from workflow.rules.prose import plain
from workflow.rules.secrecy import marked_line

COLUMNS = [field.attname for field in Revision._meta.concrete_fields]
MAKE_REVISION = f"""
    INSERT INTO workflow_revision (report_id, number, verb, outline_version, content, sha256, made_by_id, made_at)
    VALUES (%(report)s, (SELECT coalesce(max(number), 0) + 1 FROM workflow_revision WHERE report_id = %(report)s),
            %(verb)s, %(outline_version)s, %(content)s, %(sha256)s, %(made_by)s, %(made_at)s)
    RETURNING {", ".join(COLUMNS)}
"""  # noqa: S608 – column names of our own model


def make_revision(flow: ReportFlow, content: dict[str, Any] | None = None) -> Revision:
    """Freeze the working copy (or the content given) as the report's next revision and make it the current one.

    Raises SecretMarkFound.
    """
    report = flow.report
    if content is None:
        content = working_copy(flow)
        refuse_marked(content)
    text = canonical_json(content)
    made: dict[str, Any] = {
        "report": report.pk,
        "verb": flow.verb,
        "outline_version": report.outline_version,
        "content": text,
        "sha256": content_hash(text),
        "made_by": flow.actor.pk,
        "made_at": flow.now,
    }
    with connection.cursor() as cursor:
        cursor.execute(MAKE_REVISION, made)
        revision = Revision.from_db(connection.alias, COLUMNS, cursor.fetchone())
    report.current_revision = revision
    return revision


def refuse_marked(content: dict[str, Any]) -> None:
    """Refuse a text, row or answer of which a line is a mark of state secrets."""
    marked = {}
    for section in content["sections"]:
        cells = [str(cell) for row in section["rows"] for cell in row.values()]
        if marked_line(line for text in (section["text"], *cells) for line in plain(text).splitlines()):
            marked[section["key"]] = f"{section['numbering']} {section['heading']}".strip()
    headings = {section["key"]: f"{section['numbering']} {section['heading']}" for section in content["sections"]}
    for value in content["values"]:
        if marked_line(str(value["text"]).splitlines()):
            marked[value["section"]] = headings[value["section"]].strip()
    if marked:
        raise errors.SecretMarkFound(missing=list(marked), places="; ".join(f"“{name}”" for name in marked.values()))


def working_copy(flow: ReportFlow) -> dict[str, Any]:
    """What the report says now, with the letterhead and names of now; only what the unit is asked."""
    report, outline, entries, values = flow.report, flow.outline, flow.entries, flow.values
    keys = {section.pk: section.key for section in outline.sections}
    codes: dict[int | None, str] = {indicator.pk: indicator.code for indicator in outline.indicators}
    return {
        **heading(report),
        "outline": {"id": outline.outline.pk, "version": report.outline_version},
        "sections": [
            {
                "key": section.key,
                "numbering": section.numbering,
                "heading": section.heading,
                "kind": section.kind,
                "text": entries[section.pk].text if section.pk in entries else "",
                "rows": entries[section.pk].rows if section.pk in entries else [],
                "columns": section.columns,
            }
            for section in outline.sections
        ],
        "values": [
            {
                "code": indicator.code,
                "label": indicator.label,
                "unit": indicator.unit,
                "section": keys[indicator.section_id],
                "aggregation": indicator.aggregation,
                "number": values[indicator.pk].number if indicator.pk in values else None,
                "not_applicable": indicator.pk in values and values[indicator.pk].not_applicable,
                "text": values[indicator.pk].text if indicator.pk in values else "",
            }
            for indicator in outline.indicators
            if indicator.aggregation != Aggregation.RATIO
        ],
        "ratios": [
            {
                "code": indicator.code,
                "label": indicator.label,
                "unit": indicator.unit,
                "section": keys[indicator.section_id],
                "decimals": indicator.decimals,
                "numerator": codes.get(indicator.numerator_id, ""),
                "denominator": codes.get(indicator.denominator_id, ""),
            }
            for indicator in outline.indicators
            if indicator.aggregation == Aggregation.RATIO
        ],
        "attachments": attachments(report),
    }


def paper_copy(report: Report, *, number: str, dated: Any, scan: Attachment) -> dict[str, Any]:
    """What is known of a report that came on paper: its number, date and the scan's hash."""
    return {
        **heading(report),
        "paper": {"number": number, "date": dated, "sha256": scan.sha256},
        "verb": Verb.REGISTER_PAPER,
        "sections": [],
        "values": [],
        "attachments": attachments(report),
    }


def heading(report: Report) -> dict[str, Any]:
    unit, campaign = report.organization, report.campaign
    return {
        "format": 1,
        "campaign": {"id": campaign.pk, "number": campaign.number, "date": campaign.date},
        "letterhead": letterhead_now(unit),
        "subject": report.about,
        "basis": _filled(report.basis or campaign.report_basis, unit),
        "recipients": [_filled(line, unit) for line in report.recipients or campaign.report_recipients],
    }


def _filled(text: str, unit: Organization) -> str:
    """The request's words for all units, with this unit in the blanks {unit} and {body}."""
    body = "Chi bộ" if unit.kind in CELL_KINDS else "Đảng ủy"
    return text.replace("{unit}", unit.name).replace("{body}", body)


def attachments(report: Report) -> list[dict[str, Any]]:
    rows = Attachment.objects.filter(report=report, removed_at__isnull=True).order_by("pk")
    return [{"title": row.title, "sha256": row.sha256} for row in rows]

"""What lies beside a section while it is written: the request's papers, its earlier versions, the previous period."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString

from workflow.models import Attachment, Entry, Indicator, Report, Revision, Section, Value
from workflow.queries.requests import files_of
from workflow.rules.differences import Differences, differences, figure_in_words
from workflow.rules.prose import as_html
from workflow.rules.vietnamese import search_fold

# So many earlier reports are looked through for a section that asks the same.
REPORTS_BACK = 4


@dataclass(frozen=True, slots=True)
class Compared:
    """What changed in the section since a version that was handed over, and how it read then."""

    revision: Revision
    differences: Differences
    text: SafeString


@dataclass(frozen=True, slots=True)
class Before:
    """The same section in an earlier report of the unit that was sent; `figures` by code, in words."""

    report: Report
    revision: Revision
    text: SafeString
    rows: Sequence[Sequence[str]]
    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Beside:
    """`compared`: the version handed over last, and the first where that is another one."""

    attachments: Sequence[Attachment]
    compared: Sequence[Compared]
    before: Before | None


def beside(
    report: Report, section: Section, indicators: Sequence[Indicator], entry: Entry | None, values: Mapping[int, Value]
) -> Beside:
    """Two queries; the report and its section were read by working_copy()."""
    found = list(_versions(report))
    ends = sorted((one for one in found if one.report_id == report.pk), key=lambda one: -one.number)
    sent = sorted((one for one in found if one.report_id != report.pk), key=lambda one: -one.pk)
    now = _now(section, indicators, entry, values)
    return Beside(
        list(files_of(report.campaign)),
        [_compared(one, section, now) for one in ends],
        next((told for one in sent if (told := _told(one, section, indicators)) is not None), None),
    )


def _versions(report: Report) -> QuerySet[Revision]:
    """The report's first and last version, and what the unit's newest other reports sent."""
    own = Revision.objects.filter(report=report)
    ends = own.filter(Q(number=1) | Q(pk__in=own.order_by("-number").values("pk")[:1]))
    others = Report.objects.filter(organization=report.organization_id, sent_revision__isnull=False)
    newest = others.exclude(pk=report.pk).order_by("-sent_revision").values("sent_revision")[:REPORTS_BACK]
    before = Revision.objects.filter(pk__in=newest).select_related("report__campaign")
    return ends.select_related("report__campaign").union(before, all=True)


def _now(
    section: Section, indicators: Sequence[Indicator], entry: Entry | None, values: Mapping[int, Value]
) -> dict[str, Any]:
    """The section as a revision frozen now would say it (actions/revisions.py)."""
    given = [(one, values[one.pk]) for one in indicators if one.pk in values]
    return {
        "sections": [
            {
                "key": section.key,
                "numbering": section.numbering,
                "heading": section.heading,
                "text": entry.text if entry else "",
                "rows": entry.rows if entry else [],
            }
        ],
        "values": [
            {
                "code": one.code,
                "label": one.label,
                "unit": one.unit,
                "aggregation": one.aggregation,
                "number": value.number,
                "not_applicable": value.not_applicable,
                "text": value.text,
            }
            for one, value in given
        ],
    }


def _compared(revision: Revision, section: Section, now: Mapping[str, Any]) -> Compared:
    content = json.loads(revision.content)
    parts = [part for part in content["sections"] if part["key"] == section.key]
    figures = [value for value in content["values"] if value["section"] == section.key]
    text = as_html(str(parts[0]["text"])) if parts and parts[0]["text"] else SafeString("")
    return Compared(revision, differences({"sections": parts, "values": figures}, now), text)


def _told(revision: Revision, section: Section, indicators: Sequence[Indicator]) -> Before | None:
    """What a report says under the same heading; None where it says nothing."""
    content = json.loads(revision.content)
    wanted = search_fold(section.heading)
    parts = [part for part in content["sections"] if search_fold(part["heading"]) == wanted]
    if not parts:
        return None
    part = next((one for one in parts if one["key"] == section.key), parts[0])
    labels = {(one.code, one.label) for one in indicators}
    given = {one["code"]: figure_in_words(one) for one in content["values"] if (one["code"], one["label"]) in labels}
    figures = {code: words for code, words in given.items() if words}
    if not (part["text"] or part["rows"] or figures):
        return None
    rows = [[str(cell) for cell in row.values()] for row in part["rows"]]
    return Before(revision.report, revision, as_html(str(part["text"])), rows, figures)

"""An issued report as plain text: letterhead, number, sections, signature block, annexes (HD 36-HD/VPTW)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from textwrap import wrap
from typing import Any

from workflow.choices import Aggregation
from workflow.management.walkthrough.board import written
from workflow.models import Campaign, Indicator, IssuedDocument, Report, Section
from workflow.rules.aggregation import ratio
from workflow.rules.vietnamese import format_day_long

WIDTH = 100
HALF = WIDTH // 2


def paper(document: IssuedDocument, lower: Campaign | None) -> str:
    """The frozen content of a document, and the units that the campaign below it asked."""
    frozen = json.loads(document.content)
    content = json.loads(frozen["revision"]["content"])
    lines = [*_head(frozen, content), *_body(document, content), *_foot(frozen, content)]
    lines += ["", *_figures(document, content)]
    if lower is not None:
        lines += ["", *_units(lower)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(frozen: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[str]:
    letterhead = content["letterhead"]
    left = [*wrapped(letterhead["above"]), *wrapped(letterhead["name"]), "*", f"Số {frozen['number']}"]
    dated = f"{frozen['place']}, {format_day_long(date.fromisoformat(frozen['date']))}"
    right = ["ĐẢNG CỘNG SẢN VIỆT NAM", "─" * 22, *[""] * (len(left) - 3), dated]
    yield from side_by_side(left, right)
    yield ""
    yield "BÁO CÁO".center(WIDTH)
    yield from (line.center(WIDTH) for line in wrap(content["subject"], WIDTH - 20))
    yield "-----".center(WIDTH)
    yield ""
    yield from paragraphs(content["basis"])


def wrapped(text: str) -> list[str]:
    """A text in lines that fit into half of the paper."""
    return wrap(text, HALF - 4)


def side_by_side(left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    for place in range(max(len(left), len(right))):
        one = left[place] if place < len(left) else ""
        other = right[place] if place < len(right) else ""
        yield (one.center(HALF) + other.center(HALF)).rstrip()


def paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n"):
        if paragraph.strip():
            yield from wrap(paragraph, WIDTH, initial_indent="      ")


def _body(document: IssuedDocument, content: Mapping[str, Any]) -> Iterator[str]:
    columns = _columns(document)
    for section in content["sections"]:
        if not (section["text"] or section["rows"] or _has_children(section, content)):
            continue
        yield ""
        yield from wrap(f"{section['numbering']} {section['heading']}", WIDTH)
        yield from paragraphs(section["text"])
        for place, row in enumerate(section["rows"], start=1):
            said = "; ".join(f"{label}: {row[key]}" for key, label in columns.get(section["key"], []) if row.get(key))
            yield from wrap(f"{place}. {said}", WIDTH, initial_indent="   ", subsequent_indent="      ")


def _has_children(section: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    """A heading stands for what is below it, even without a lead sentence."""
    return any(other["key"].startswith(f"{section['key']}.") for other in content["sections"])


def _columns(document: IssuedDocument) -> dict[str, list[tuple[str, str]]]:
    assert document.report is not None  # noqa: S101 – an issued report
    sections = Section.objects.filter(outline=document.report.campaign.outline_id)
    return {one.key: [(column["key"], column["label"]) for column in one.columns] for one in sections}


def _foot(frozen: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[str]:
    signature = frozen["signature"]
    recipients = [line for item in content["recipients"] for line in wrap(f"- {item}", HALF - 2)]
    left = ["Nơi nhận:", *(f"{item}," for item in recipients[:-1]), *(f"{item}." for item in recipients[-1:])]
    right = [signature["authority"], signature["position"], "", "(Đã ký)", "", signature["name"]]
    yield ""
    for place in range(max(len(left), len(right))):
        one = left[place] if place < len(left) else ""
        other = right[place] if place < len(right) else ""
        yield one.ljust(HALF) + other.center(HALF)


def _figures(document: IssuedDocument, content: Mapping[str, Any]) -> Iterator[str]:
    yield "Phụ lục 1. SỐ LIỆU".center(WIDTH)
    assert document.report is not None  # noqa: S101 – an issued report
    given = {value["code"]: value for value in content["values"]}
    for indicator in Indicator.objects.filter(outline=document.report.campaign.outline_id):
        yield _line(f"{indicator.code:<5} {indicator.label}", _value(indicator, given))


def _value(indicator: Indicator, given: Mapping[str, Mapping[str, Any]]) -> str:
    if indicator.aggregation == Aggregation.RATIO and indicator.numerator and indicator.denominator:
        parts = [_number(given.get(part.code)) for part in (indicator.numerator, indicator.denominator)]
        return written(indicator, ratio(*parts))
    value = given.get(indicator.code)
    if value is None:
        return "–"
    if value["not_applicable"]:
        return "không áp dụng"
    return str(value["text"]) or written(indicator, _number(value))


def _number(value: Mapping[str, Any] | None) -> Decimal | None:
    return None if value is None or value["number"] is None else Decimal(value["number"])


def _units(lower: Campaign) -> Iterator[str]:
    yield "Phụ lục 2. CÁC ĐƠN VỊ".center(WIDTH)
    reports = Report.objects.filter(campaign=lower).select_related("organization", "timeliness_record")
    for place, report in enumerate(reports.order_by("organization__name_sort"), start=1):
        record = getattr(report, "timeliness_record", None)
        said = str(report.get_state_display())
        if record is not None:
            said += f" – {record.get_timeliness_display()}"
        yield _line(f"{place:>3}. {report.organization.name}", said)


def _line(left: str, right: str) -> str:
    return (
        f"{left} {right.rjust(max(1, WIDTH - len(left) - 1), '.')}"
        if len(left) + len(right) < WIDTH
        else f"{left}: {right}"
    )

"""One report from first reading to receipt, through the same actions as the screens use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Protocol

from bench.register import CELL, FIGURES, MEMBERS, NOW
from workflow.actions import drafting, intake, review, signing
from workflow.actions.drafting import Figure
from workflow.actions.opening import Confirmation
from workflow.choices import AnswerKind, OpinionKind, SectionKind
from workflow.models import Opinion, Person, Report, Section

PARAGRAPH = "Chi bộ đã quán triệt, cụ thể hóa thành kế hoạch và kiểm tra việc thực hiện hằng quý. "
TEXT = PARAGRAPH * 10
ROWS = [{"name": f"Kế hoạch số {n}-KH/CB", "date": f"{n}/3/2026"} for n in range(1, 9)]


class Perform(Protocol):
    """Runs one verb; says under which name it counts."""

    def __call__(self, verb: str, action: Callable[..., Any], **arguments: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Unit:
    """A report and the people who bring it along."""

    report: Report
    sections: list[Section]
    people: dict[str, Person]
    officer: Person


def units(issuer: str, number: str, count: int) -> list[Unit]:
    """The first reports of a request, everything loaded that a request of the web would have at hand."""
    officer = Person.objects.get(username=issuer)
    reports = Report.objects.filter(campaign__number=f"{number}/{issuer}", campaign__house=False)
    found = list(reports.select_related("organization", "campaign").order_by("pk")[:count])
    sections = list(Section.objects.filter(outline=found[0].campaign.outline))
    names = {f"{unit.organization.code}-{word}" for unit in found for word in CELL}
    people = {person.username: person for person in Person.objects.filter(username__in=names)}
    return [
        Unit(report, sections, {word: people[f"{report.organization.code}-{word}"] for word in CELL}, officer)
        for report in found
    ]


def play(unit: Unit, perform: Perform) -> None:
    """Every verb of a report with a review by opinions, one of which has to be answered."""
    report_id, people = unit.report.pk, unit.people
    perform("open_request", drafting.open_request, report_id=report_id, actor=people["drafter"], now=NOW)
    for section in unit.sections:
        _write(unit, section, perform)
    later = NOW + timedelta(days=1)
    opened = perform(
        "submit_for_review",
        drafting.submit_for_review,
        report_id=report_id,
        actor=people["drafter"],
        closes_at=later + timedelta(days=3),
        now=later,
    )
    opinions = [_give(unit, word, opened.revision_id, perform) for word in MEMBERS]
    perform(
        "conclude_review",
        review.conclude_review,
        report_id=report_id,
        actor=people["secretary"],
        revision_id=opened.revision_id,
        adopted=True,
        now=later + timedelta(days=1),
    )
    perform(
        "answer",
        drafting.answer_point,
        report_id=report_id,
        actor=people["drafter"],
        point_id=opinions[0].points.get().pk,
        answer=AnswerKind.ACCEPTED,
        now=later + timedelta(days=2),
    )
    _submit_to_receipt(unit, perform)


def play_short(unit: Unit, perform: Perform) -> None:
    """The five steps that stock viewflow plays as well: write, submit, sign, issue, receive."""
    _write(unit, unit.sections[0], perform)
    _submit_to_receipt(unit, perform)


def _write(unit: Unit, section: Section, perform: Perform) -> None:
    perform(
        "save_entry",
        drafting.save_entry,
        report_id=unit.report.pk,
        actor=unit.people["drafter"],
        section_id=section.pk,
        version=0,
        text=TEXT if section.kind == SectionKind.NARRATIVE else "",
        rows=ROWS if section.kind == SectionKind.ROWS else [],
        figures=_figures() if section.kind == SectionKind.INDICATORS else None,
        now=NOW + timedelta(minutes=section.position),
    )


def _figures() -> dict[str, Figure]:
    return {f"A{n}": Figure(number=Decimal(n)) for n in range(1, FIGURES + 1)}


def _give(unit: Unit, word: str, revision_id: int, perform: Perform) -> Opinion:
    adds = word == MEMBERS[0]
    opinion: Opinion = perform(
        "give_opinion",
        review.give_opinion,
        report_id=unit.report.pk,
        actor=unit.people[word],
        revision_id=revision_id,
        kind=OpinionKind.AGREE_WITH_ADDITIONS if adds else OpinionKind.AGREE,
        points=[(None, "Bổ sung số liệu quý IV.")] if adds else [],
        now=NOW + timedelta(days=1, hours=2),
    )
    return opinion


def _submit_to_receipt(unit: Unit, perform: Perform) -> None:
    report_id, people, now = unit.report.pk, unit.people, NOW + timedelta(days=4)
    submitted = perform(
        "submit_for_signing",
        drafting.submit_for_signing,
        report_id=report_id,
        actor=people["drafter"],
        now=now,
    )
    revision_id = submitted.current_revision_id
    signer = people["secretary"]
    perform(
        "sign",
        signing.sign,
        report_id=report_id,
        actor=signer,
        revision_id=revision_id,
        confirmed=Confirmation(person_id=signer.pk, at=now),
        now=now,
    )
    perform("issue", signing.issue, report_id=report_id, actor=people["clerk"], revision_id=revision_id, now=now)
    perform("receive", intake.receive, report_id=report_id, actor=unit.officer, revision_id=revision_id, now=now)

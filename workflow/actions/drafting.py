"""The drafter's desk: write, answer, hand over, take back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.db.models import Max, QuerySet

from workflow import errors
from workflow.actions.opening import opened
from workflow.actions.record import record, record_edit
from workflow.actions.revisions import make_revision
from workflow.choices import CELL_KINDS, AnswerKind, ReviewMode, ReviewResult, SectionKind, Verb
from workflow.flows.report import ReportFlow
from workflow.models import (
    Counted,
    Entry,
    OpinionPoint,
    Person,
    Remark,
    Report,
    ReviewRound,
    Section,
    Value,
)
from workflow.rules.outline import check_value
from workflow.rules.prose import clean
from workflow.rules.vietnamese import normalize


@dataclass(frozen=True, slots=True)
class Figure:
    """What was given for an indicator: a number, not applicable, or text. All three empty: the place is blank."""

    number: Decimal | None = None
    not_applicable: bool = False
    text: str = ""


def open_request(*, report_id: int, actor: Person, now: datetime) -> Report:
    """Note when the unit first read the request. Later readings change nothing."""
    with opened(report_id, actor, Verb.OPEN_REQUEST, now) as (report, flow):
        flow.open_request()
        if report.opened_at is None:
            report.opened_at = now
            record(flow)
    return report


def save_entry(
    *,
    report_id: int,
    actor: Person,
    section_id: int,
    version: int,
    text: str,
    rows: Iterable[Mapping[str, str]] = (),
    figures: Mapping[str, Figure] | None = None,
    now: datetime,
) -> Entry:
    """Save one section of the working copy with its figures (by indicator code).

    `version` is that of the entry the screen was built from, 0 where there was none; another one raises
    StaleRevision. Raises NotAsked and WrongFigure.
    """
    with opened(report_id, actor, Verb.SAVE_ENTRY, now) as (report, flow):
        flow.save_entry()
        section = asked_section(flow, section_id)
        entry = write_entry(report, section, version, clean(normalize(text)), _clean_rows(section, rows), actor, now)
        if figures:
            _write_values(flow, section, figures)
        if report.started_at is None:
            report.started_at = now
        record_edit(flow)
    return entry


def asked_section(flow: ReportFlow, section_id: int) -> Section:
    """The section, if this unit is asked it. Raises NotAsked."""
    for section in flow.outline.sections:
        if section.pk == section_id:
            return section
    raise errors.NotAsked(place=section_id)


def _clean_rows(section: Section, rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    keys = {column["key"] for column in section.columns} if section.kind == SectionKind.ROWS else set()
    cleaned = []
    for row in rows:
        unknown = set(row) - keys
        if unknown:
            raise errors.NotAsked(place=", ".join(sorted(unknown)))
        cleaned.append({key: normalize(str(value)) for key, value in row.items()})
    return cleaned


def write_entry(
    report: Report,
    section: Section,
    version: int,
    text: str,
    rows: list[dict[str, str]],
    actor: Person,
    now: datetime,
) -> Entry:
    """Write a section of the working copy over the version that the writer saw (0: none). Raises StaleRevision."""
    written = {"text": text, "rows": rows, "edited_by": actor, "edited_at": now}
    entries = Entry.objects.filter(report=report, section=section)
    if version == 0:
        try:
            return Entry.objects.create(report=report, section=section, version=1, **written)
        except IntegrityError:
            raise errors.StaleRevision from None
    if not entries.filter(version=version).update(version=version + 1, **written):
        raise errors.StaleRevision
    return entries.get()


def _write_values(flow: ReportFlow, section: Section, figures: Mapping[str, Figure]) -> None:
    specs = {spec.code: spec for spec in flow.outline.indicator_specs if spec.section_id == section.pk}
    blank, given = [], []
    for code, figure in figures.items():
        spec = specs.get(code)
        if spec is None:
            raise errors.NotAsked(place=code)
        text = normalize(figure.text)
        check_value(spec, figure.number, figure.not_applicable, text)
        if figure == Figure():
            blank.append(spec.id)
        else:
            given.append(
                Value(
                    report=flow.report,
                    indicator_id=spec.id,
                    number=figure.number,
                    not_applicable=figure.not_applicable,
                    text=text,
                )
            )
    if blank:
        Value.objects.filter(report=flow.report, indicator__in=blank, sources__isnull=True).delete()
        Value.objects.filter(report=flow.report, indicator__in=blank).update(number=None, not_applicable=False, text="")
    if given:
        Value.objects.bulk_create(
            given,
            update_conflicts=True,
            unique_fields=["report", "indicator"],
            update_fields=["number", "not_applicable", "text"],
        )


def assign(*, report_id: int, actor: Person, person_id: int, now: datetime) -> Report:
    """Give the work to one drafter of the unit, who is told. Raises NotADrafter."""
    with opened(report_id, actor, Verb.ASSIGN, now, person_id=person_id) as (report, flow):
        flow.assign()
        report.drafter_id = person_id
        record(flow, person=person_id)
    return report


def submit_for_review(*, report_id: int, actor: Person, closes_at: datetime, now: datetime) -> ReviewRound:
    """Freeze the draft and ask the persons who count for their opinions until `closes_at`."""
    with opened(report_id, actor, Verb.SUBMIT_FOR_REVIEW, now, closes_at=closes_at) as (report, flow):
        flow.submit_for_review()
        revision = make_revision(flow)
        last = ReviewRound.objects.filter(report=report).aggregate(last=Max("number"))["last"]
        opened_round = ReviewRound.objects.create(
            report=report,
            revision=revision,
            number=(last or 0) + 1,
            mode=report.campaign.review_mode,
            counted=_number_counted(flow),
            opened_at=now,
            closes_at=closes_at,
        )
        Counted.objects.bulk_create(
            Counted(round=opened_round, person_id=person_id) for person_id in flow.persons_counted
        )
        record(flow, revision=revision.pk, round=opened_round.pk, counted=opened_round.counted)
    return opened_round


def _number_counted(flow: ReportFlow) -> int:
    """N: all official members of a cell, also those without an account; the seats of a committee."""
    unit, mode = flow.report.organization, flow.campaign.review_mode
    persons = len(flow.persons_counted)
    if unit.kind in CELL_KINDS and mode != ReviewMode.COMMITTEE:
        return max(unit.official_members, persons)
    return persons


def submit_for_signing(*, report_id: int, actor: Person, now: datetime) -> Report:
    """Freeze the completed report and put it on the secretary's desk."""
    with opened(report_id, actor, Verb.SUBMIT_FOR_SIGNING, now) as (report, flow):
        flow.submit_for_signing()
        revision = make_revision(flow)
        record(flow, revision=revision.pk)
    return report


def recall(*, report_id: int, actor: Person, reason: str, now: datetime) -> Report:
    """Take a submitted report back; an open round is withdrawn and its opinions are kept."""
    with opened(report_id, actor, Verb.RECALL, now, reason=reason) as (report, flow):
        flow.recall()
        ReviewRound.objects.filter(report=report, closed_at__isnull=True).update(
            closed_at=now, result=ReviewResult.WITHDRAWN
        )
        Remark.objects.create(
            report=report,
            revision_id=report.current_revision_id,
            verb=Verb.RECALL,
            binding=False,
            text=normalize(reason),
            person=actor,
            at=now,
        )
        record(flow, revision=report.current_revision_id)
    return report


def answer_point(
    *, report_id: int, actor: Person, point_id: int, answer: AnswerKind, text: str = "", now: datetime
) -> Report:
    """Accept or explain one point of an opinion. An explanation needs its text."""
    points = OpinionPoint.objects.filter(opinion__round__report=report_id)
    return _answer(report_id, actor, points, point_id, answer, text, now)


def answer_remark(
    *, report_id: int, actor: Person, remark_id: int, answer: AnswerKind, text: str = "", now: datetime
) -> Report:
    """Accept or explain one remark of a return or supplement. An explanation needs its text."""
    remarks = Remark.objects.filter(report=report_id, binding=True)
    return _answer(report_id, actor, remarks, remark_id, answer, text, now)


def _answer(
    report_id: int,
    actor: Person,
    said: QuerySet[Any],
    said_id: int,
    answer: AnswerKind,
    text: str,
    now: datetime,
) -> Report:
    with opened(report_id, actor, Verb.ANSWER, now) as (report, flow):
        flow.answer()
        if answer not in AnswerKind.values:
            raise errors.WrongAnswer
        if answer == AnswerKind.EXPLAINED and not text.strip():
            raise errors.ReasonMissing
        answered = said.filter(pk=said_id).update(
            answer=answer, answer_text=normalize(text), answered_by=actor, answered_at=now
        )
        if not answered:
            raise errors.NotVisible
        record(flow, said=said_id, kind=str(said.model._meta.model_name), answer=str(answer))
    return report

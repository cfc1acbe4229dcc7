"""The drafter's part: read, be assigned, write section by section, hand over, take back, answer."""

from collections.abc import Iterable

from workflow.actions import drafting
from workflow.choices import AnswerKind, ReviewResult, SectionKind
from workflow.management.walkthrough.cast import Unit
from workflow.management.walkthrough.stage import Story
from workflow.models import Entry, OpinionPoint, Remark, Section

SITTING = 7


def drafted(unit: Unit) -> Story:
    """The unit reads the request, the secretary gives it to a drafter, who writes it in several sittings."""
    stage = unit.stage
    drafting.open_request(report_id=unit.report_id, actor=unit.secretary, now=stage.now)
    yield stage.later(hours=stage.chance.uniform(1, 8))
    drafting.assign(report_id=unit.report_id, actor=unit.secretary, person_id=unit.drafter.pk, now=stage.now)
    yield stage.later(days=stage.chance.randint(0, 1), hours=2)
    yield from written(unit)


def written(unit: Unit) -> Story:
    """Every section that is asked gets its text, rows and figures."""
    stage = unit.stage
    unit.look_again()
    for place, section in enumerate(unit.outline.sections, start=1):
        if _is_worth_it(unit, section) and write(unit, section) and place % SITTING == 0:
            yield stage.later(days=stage.chance.randint(0, 1), hours=3)
    yield stage.later(hours=2)


def _is_worth_it(unit: Unit, section: Section) -> bool:
    """Lists that need not be given are given by some units only, unless the upper report gathers them."""
    optional = section.kind == SectionKind.ROWS and not section.required and section.feeds_id is None
    return not optional or unit.stage.chance.random() < 0.4


def write(unit: Unit, section: Section) -> bool:
    """Save one section as a screen opened now would; a section without anything to say is left out."""
    indicators = [one for one in unit.outline.indicators if one.section_id == section.pk]
    figures = unit.pen.figures_of(indicators)
    rows = unit.pen.rows_of(section) if section.kind == SectionKind.ROWS else []
    text = "" if section.kind == SectionKind.ROWS else unit.pen.text_of(section, 2 if section.required else 1)
    if not (text or rows or figures):
        return False
    unit.saved(
        drafting.save_entry(
            report_id=unit.report_id,
            actor=unit.drafter,
            section_id=section.pk,
            version=unit.version(section),
            text=text,
            rows=rows,
            figures=figures,
            now=unit.stage.now,
        )
    )
    return True


def revise(unit: Unit, section: Section) -> None:
    """Add a paragraph to what a section says; rows stay as they are."""
    entry = Entry.objects.filter(report=unit.report_id, section=section).first()
    present = entry.text if entry else ""
    more = [text for text in unit.pen.text_of(section, 9).split("\n\n") if text and text not in present]
    added = next(iter(more), "Nội dung này đã được rà soát, bổ sung theo ý kiến góp ý.")
    unit.saved(
        drafting.save_entry(
            report_id=unit.report_id,
            actor=unit.drafter,
            section_id=section.pk,
            version=entry.version if entry else 0,
            text=f"{present}\n\n{added}".strip(),
            rows=entry.rows if entry else [],
            now=unit.stage.now,
        )
    )


def answered(unit: Unit) -> Story:
    """Each point and remark is accepted, and its section revised, or explained."""
    stage = unit.stage
    for point in _points(unit):
        answer, text = _answer(unit)
        if answer == AnswerKind.ACCEPTED and point.section is not None:
            revise(unit, point.section)
        drafting.answer_point(
            report_id=unit.report_id, actor=unit.drafter, point_id=point.pk, answer=answer, text=text, now=stage.now
        )
        yield stage.later(hours=0.3)
    for remark in _remarks(unit):
        if remark.section is not None:
            revise(unit, remark.section)
        drafting.answer_remark(
            report_id=unit.report_id,
            actor=unit.drafter,
            remark_id=remark.pk,
            answer=AnswerKind.ACCEPTED,
            now=stage.now,
        )
        yield stage.later(hours=0.3)


def _answer(unit: Unit) -> tuple[AnswerKind, str]:
    chance = unit.stage.chance
    if chance.random() < 0.7:
        return AnswerKind.ACCEPTED, ""
    return AnswerKind.EXPLAINED, chance.choice(unit.material.explanations)


def _points(unit: Unit) -> Iterable[OpinionPoint]:
    points = OpinionPoint.objects.filter(opinion__round__report=unit.report_id, answer="")
    counting = points.exclude(opinion__round__result__in=[ReviewResult.WITHDRAWN, ReviewResult.VOID])
    return list(counting.select_related("section").order_by("pk"))


def _remarks(unit: Unit) -> Iterable[Remark]:
    remarks = Remark.objects.filter(report=unit.report_id, binding=True, answer="")
    return list(remarks.select_related("section").order_by("pk"))

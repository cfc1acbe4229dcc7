"""The committee's own report: totals, merged rows and texts of the units, and its way up."""

from collections.abc import Mapping

from workflow.actions import consolidation, drafting, review
from workflow.actions.drafting import Figure
from workflow.choices import SectionKind
from workflow.flows.gathered import parts
from workflow.management.walkthrough.cast import Unit
from workflow.management.walkthrough.drafting import write
from workflow.management.walkthrough.review import completed, remark, reviewed
from workflow.management.walkthrough.signing import issue, sent, sign
from workflow.management.walkthrough.stage import Story
from workflow.models import Campaign, Section, Value

# So many units are quoted by name in a section.
QUOTED = 3


def gathered(unit: Unit, lower: Campaign) -> Story:
    """The working copy is filled from the units' received reports; what no unit answers the committee writes itself."""
    stage = unit.stage
    drafting.open_request(report_id=unit.report_id, actor=unit.drafter, now=stage.now)
    consolidation.fill_totals(report_id=unit.report_id, actor=unit.drafter, now=stage.now)
    _take_over(unit)
    yield stage.later(hours=3)
    for section in unit.outline.sections:
        write(unit, section)
        if section.kind == SectionKind.ROWS:
            _merge(unit, section)
        else:
            _quote(unit, section, lower)
    yield stage.later(hours=4)


def _take_over(unit: Unit) -> None:
    """Let the committee's texts speak of the totals, and its own figures fill only what is left."""
    totals = Value.objects.filter(report=unit.report_id, number__isnull=False)
    numbers: Mapping[str, Figure] = {
        value.indicator.code: Figure(number=value.number) for value in totals.select_related("indicator")
    }
    for code, figure in numbers.items():
        unit.pen.figures.pop(code, None)
        if figure.number is not None:
            unit.pen.numbers[code] = figure.number


def _merge(unit: Unit, section: Section) -> None:
    consolidation.merge_rows(
        report_id=unit.report_id,
        actor=unit.drafter,
        section_id=section.pk,
        version=unit.version(section),
        now=unit.stage.now,
    )


def _quote(unit: Unit, section: Section, lower: Campaign) -> None:
    """Take over what some units wrote for this section, with their names."""
    said = [part.revision_id for part in parts(lower, section.pk) if part.text]
    chosen = sorted(set(said))[:QUOTED] if section.feeds_id or section.required else []
    if chosen:
        consolidation.take_text(
            report_id=unit.report_id,
            actor=unit.drafter,
            section_id=section.pk,
            version=unit.version(section),
            revision_ids=chosen,
            now=unit.stage.now,
        )


def goes_up(unit: Unit, lower: Campaign, *, signed_twice: bool = False) -> Story:
    """Gathered, reviewed by the committee, signed – which consolidates the units' reports – and sent."""
    yield from gathered(unit, lower)
    yield from reviewed(unit, additions=0.15)
    if signed_twice:
        sign(unit)
        yield unit.stage.later(hours=2)
        review.return_signed(
            report_id=unit.report_id,
            actor=unit.secretary,
            revision_id=unit.revision_id,
            remarks=[remark(unit, unit.material.returns)],
            now=unit.stage.now,
        )
        yield unit.stage.later(hours=3)
        yield from completed(unit)
        sign(unit)
        yield unit.stage.later(hours=2)
        issue(unit)
        yield unit.stage.later(hours=1)
    else:
        yield from sent(unit)

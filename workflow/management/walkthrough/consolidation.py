"""The committee's own report: totals, merged rows and texts of the units, and its way up."""

from collections.abc import Mapping
from decimal import Decimal

from workflow.actions import consolidation, drafting, review
from workflow.choices import SectionKind
from workflow.flows.gathered import parts
from workflow.management.walkthrough.cast import Unit
from workflow.management.walkthrough.drafting import write
from workflow.management.walkthrough.review import completed, remark, reviewed
from workflow.management.walkthrough.signing import issue, sent, sign
from workflow.management.walkthrough.stage import Story
from workflow.models import Campaign, Section, Value


def gathered(unit: Unit, lower: Campaign, quoted: Mapping[str, int]) -> Story:
    """The working copy is filled from the units' received reports; what no unit answers the committee writes itself.

    `quoted`: by section key, so many units whose words are taken over with their names.
    """
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
            _quote(unit, section, lower, quoted.get(section.key, 0))
    yield stage.later(hours=4)


def _take_over(unit: Unit) -> None:
    """Let the committee's texts speak of the totals, and its own figures fill only what is left."""
    totals = Value.objects.filter(report=unit.report_id).exclude(number=None)
    for code, number in totals.values_list("indicator__code", "number"):
        unit.pen.figures.pop(code, None)
        unit.pen.numbers[code] = number or Decimal(0)


def _merge(unit: Unit, section: Section) -> None:
    unit.saved(
        consolidation.merge_rows(
            report_id=unit.report_id,
            actor=unit.drafter,
            section_id=section.pk,
            version=unit.version(section),
            now=unit.stage.now,
        )
    )


def _quote(unit: Unit, section: Section, lower: Campaign, units: int) -> None:
    """Take over what some units wrote for this section, with their names."""
    if not units:
        return
    chosen = sorted({part.revision_id for part in parts(lower, section.pk) if part.text})[:units]
    if chosen:
        entry = consolidation.take_text(
            report_id=unit.report_id,
            actor=unit.drafter,
            section_id=section.pk,
            version=unit.version(section),
            revision_ids=chosen,
            now=unit.stage.now,
        )
        unit.saved(entry)


def goes_up(unit: Unit, lower: Campaign, quoted: Mapping[str, int], *, signed_twice: bool = False) -> Story:
    """Gathered, reviewed by the committee, signed – which consolidates the units' reports – and sent."""
    yield from gathered(unit, lower, quoted)
    yield from reviewed(unit, additions=0.15, meeting=0)
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

"""A revision in the places at which something can be said: one passage a section of the unit's outline."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflow.documents.blocks import Block, FigureLine, Figures, Heading, Standing, blocks_of
from workflow.flows.asked import asked_outline
from workflow.models import Report, Revision, Section


@dataclass(frozen=True, slots=True)
class Passage:
    """One section and what stands in it; `empty` when neither it nor a section below it says anything."""

    section: Section
    blocks: Sequence[Block]

    @property
    def empty(self) -> bool:
        return not self.blocks

    @property
    def figures(self) -> list[FigureLine]:
        return [line for block in self.blocks if isinstance(block, Figures) for line in block.lines]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a revision says before its sections, in them, and after them."""

    head: Sequence[Block]
    passages: Sequence[Passage]
    tail: Sequence[Block]


def reading_of(report: Report, revision: Revision, standing: Standing | None = None) -> Reading:
    """The revision's blocks, gathered by section. No query where the outline has been met before, four otherwise."""
    head: list[Block] = []
    tail: list[Block] = []
    bodies: dict[str, list[Block]] = {}
    rest = head
    for block in blocks_of(revision.content, standing or Standing(draft=revision.number)):
        key = getattr(block, "key", "")
        if isinstance(block, Heading):
            rest = tail
        (bodies.setdefault(key, []) if key else rest).append(block)
    sections = asked_outline(report).sections
    return Reading(head, [Passage(section, bodies.get(section.key, [])) for section in sections], tail)

"""What is said at the places of a report: one field a section (place-<id>), and place-0 for the whole."""

import re
from collections.abc import Mapping, Sequence

from django.http import QueryDict

from workflow.models import OpinionPoint
from workflow.queries.passages import Passage

_PLACE = re.compile(r"place-(\d{1,18})", re.ASCII)


def said_at(posted: QueryDict) -> dict[int, str]:
    """The texts by section id; 0 is the whole report. Fields that were left empty too."""
    return {int(found[1]): str(posted[name]) for name in posted if (found := _PLACE.fullmatch(name))}


def spoken(posted: QueryDict) -> list[tuple[int | None, str]]:
    """The same as an action takes it."""
    return [(section_id or None, text) for section_id, text in said_at(posted).items()]


def places(
    passages: Sequence[Passage], given: Mapping[int, str], said: Mapping[int, Sequence[OpinionPoint]] | None = None
) -> list[tuple[Passage, str, Sequence[OpinionPoint]]]:
    """Each passage with what stands in its field and what others said there."""
    said = said or {}
    ids = ((passage, passage.section.pk) for passage in passages)
    return [(passage, given.get(section_id, ""), said.get(section_id, ())) for passage, section_id in ids]


def kept(posted: QueryDict) -> list[str]:
    """Everything that was written, to be copied where the page has no field for it any more."""
    return [text for text in said_at(posted).values() if text.strip()]

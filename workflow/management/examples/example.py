"""What an example folder says, once it is read: drafts for the actions, with organisations still named by code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from workflow.actions.outlines import OutlineDraft
from workflow.actions.register import CalendarDraft, OrganizationDraft, PersonDraft, SeatDraft, TermDraft
from workflow.choices import AudienceRule, OpinionKind
from workflow.rules.ladder import RungSpec


@dataclass(frozen=True, slots=True)
class FileDraft:
    """A file to be attached to a request."""

    path: Path
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class AskedUnits:
    """Who is addressed: all children of the issuer, kinds below it, or a list of codes."""

    rule: AudienceRule = AudienceRule.ALL
    kinds: Sequence[str] = ()
    units: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class OutlineText:
    """An outline; `units` (by section key) and `owners` (by indicator code) are organisation codes."""

    draft: OutlineDraft
    units: Mapping[str, Sequence[str]]
    owners: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """A request to be prepared; `fields` as edit_campaign takes them, `answers` the number of the upper request."""

    number: str
    issuer: str
    answers: str
    audience: AskedUnits
    fields: Mapping[str, Any]
    last_day: date
    consolidation_day: date
    ladder: str
    outline: OutlineText
    files: Sequence[FileDraft]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a unit's figure comes about. `way` says which of the others hold."""

    way: str
    ranges: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    of: str = ""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    texts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RowsText:
    """Rows to choose from, as many as the value of the indicator `count`."""

    count: str
    rows: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Said:
    """Something said about a section (empty: about the whole)."""

    section: str
    text: str
    kind: OpinionKind = OpinionKind.AGREE


@dataclass(frozen=True, slots=True)
class Material:
    """What the units write for one request, and what is said about it."""

    sizes: Mapping[str, tuple[int, int | None]]
    paragraphs: Mapping[str, Sequence[str]]
    rows: Mapping[str, RowsText]
    values: Mapping[str, Rule]
    opinions: Sequence[Said]
    returns: Sequence[Said]
    supplements: Sequence[Said]
    explanations: Sequence[str]
    extensions: Sequence[str]


@dataclass(slots=True)
class Example:
    """Everything that the folder and the folders it uses describe, in their order."""

    title: str = ""
    seat_words: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    organizations: dict[str, OrganizationDraft] = field(default_factory=dict)
    terms: list[TermDraft] = field(default_factory=list)
    people: dict[str, PersonDraft] = field(default_factory=dict)
    seats: list[SeatDraft] = field(default_factory=list)
    calendar: list[CalendarDraft] = field(default_factory=list)
    ladders: dict[str, Sequence[RungSpec]] = field(default_factory=dict)
    requests: dict[str, RequestDraft] = field(default_factory=dict)
    material: dict[str, Material] = field(default_factory=dict)

    def line_of(self, code: str) -> list[str]:
        """The codes above an organisation, nearest first."""
        line: list[str] = []
        place = self.organizations[code].parent if code in self.organizations else ""
        while place and place not in line:
            line.append(place)
            place = self.organizations[place].parent
        return line

    def addressed(self, issuer: str, audience: AskedUnits) -> list[str]:
        """The codes of the units that a request of the issuer asks."""
        below = [code for code in self.organizations if issuer in self.line_of(code)]
        if audience.rule == AudienceRule.ALL:
            return [code for code in below if self.organizations[code].parent == issuer]
        if audience.rule == AudienceRule.KINDS:
            return [code for code in below if self.organizations[code].kind in audience.kinds]
        return [code for code in below if code in audience.units]

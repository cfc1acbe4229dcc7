"""An outline to look at: sections in tree order with their indicators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workflow.choices import AudienceRule, OrganizationKind
from workflow.flows.asked import asked_outline
from workflow.models import Campaign, Indicator, Outline, Report, Section
from workflow.rules.outline import CrossCheck

NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A section in its place; `audience` says of whom it is asked, empty for all; `depth` 0 is the top."""

    section: Section
    depth: int
    indicators: list[Indicator] = field(default_factory=list)
    audience: Sequence[str] = ()
    more_units: int = 0
    last: bool = False
    first: bool = False


def lines_of(outline: Outline | None) -> list[OutlineLine]:
    """The whole outline. Three queries."""
    if outline is None:
        return []
    sections = list(Section.objects.filter(outline=outline).prefetch_related("audience_units"))
    indicators = Indicator.objects.filter(outline=outline).select_related("numerator", "denominator", "owner")
    return _lines(sections, indicators, told=True)


def lines_asked_of(report: Report) -> list[OutlineLine]:
    """The outline as one unit is asked it."""
    asked = asked_outline(report)
    return _lines(asked.sections, asked.indicators, told=False)


def _lines(sections: Sequence[Section], indicators: Iterable[Indicator], *, told: bool) -> list[OutlineLine]:
    below: dict[int | None, list[Section]] = {}
    for section in sections:
        below.setdefault(section.parent_id, []).append(section)
    in_section: dict[int, list[Indicator]] = {}
    for indicator in indicators:
        in_section.setdefault(indicator.section_id, []).append(indicator)
    lines: list[OutlineLine] = []
    waiting = [(section, 0) for section in reversed(below.get(None, []))]
    while waiting:
        section, depth = waiting.pop()
        siblings = below[section.parent_id]
        names, more = _audience(section) if told else ([], 0)
        lines.append(
            OutlineLine(
                section,
                depth,
                in_section.get(section.pk, []),
                names,
                more,
                last=section is siblings[-1],
                first=section is siblings[0],
            )
        )
        waiting += [(child, depth + 1) for child in reversed(below.get(section.pk, []))]
    return lines


def _audience(section: Section) -> tuple[list[str], int]:
    if section.audience == AudienceRule.KINDS:
        return [str(OrganizationKind(kind).label) for kind in section.audience_kinds], 0
    if section.audience == AudienceRule.LIST:
        names = sorted(unit.name for unit in section.audience_units.all())
        return names[:NAMES_SHOWN], max(0, len(names) - NAMES_SHOWN)
    return [], 0


@dataclass(frozen=True, slots=True)
class CheckWords:
    """A cross-check as a formula of codes."""

    number: int
    left: str
    op: str
    right: str
    message: str


def checks_of(outline: Outline | None) -> list[CheckWords]:
    checks: list[CrossCheck] = [] if outline is None else outline.checks
    return [
        CheckWords(
            number,
            " + ".join([check["left"]] if isinstance(check["left"], str) else check["left"]),
            {"==": "=", "<=": "≤", ">=": "≥"}.get(check["op"], check["op"]),
            " + ".join([check["right"]] if isinstance(check["right"], str) else check["right"]),
            check.get("message", ""),
        )
        for number, check in enumerate(checks)
    ]


def outlines_to_copy(campaign: Campaign) -> list[Campaign]:
    """Requests whose outline may be copied: the one answered, then the issuer's own, newest first."""
    own = Campaign.objects.filter(issuer=campaign.issuer_id, house=False, outline__isnull=False)
    found = list(own.exclude(pk=campaign.pk).select_related("issuer").order_by("-pk")[:50])
    upper = campaign.answers.campaign if campaign.answers is not None else None
    return [upper, *found] if upper is not None and upper.outline_id is not None else found

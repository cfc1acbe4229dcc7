"""What a unit writes: texts and figures from the example's material, by the unit's own size and by chance."""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from random import Random

from workflow.actions.drafting import Figure
from workflow.choices import Aggregation
from workflow.flows.asked import AskedOutline
from workflow.management.examples.drafting import BLANK, OFFICIAL_MEMBERS
from workflow.management.examples.example import Material, Rule
from workflow.models import Indicator, Organization, Section
from workflow.rules.vietnamese import format_number

# So often a unit answers "not applicable" to a group of figures that it has nothing to do with.
RARELY = 0.06
GROUP = re.compile(r"[A-Z]+")
SPARED = frozenset({"G", "I", "C"})


class Pen:
    """One unit's texts and figures. The same seed writes the same report."""

    def __init__(self, material: Material, unit: Organization, outline: AskedOutline, chance: Random) -> None:
        self.material, self.unit, self.chance = material, unit, chance
        self.numbers: dict[str, Decimal] = {}
        self.figures: dict[str, Figure] = {}
        spared = {group for group in sorted(SPARED) if chance.random() < RARELY}
        asked = {indicator.code: indicator for indicator in outline.indicators}
        for code, rule in material.values.items():
            if code in asked:
                self.figures[code] = self._figure(asked[code], rule, spared)

    def _figure(self, indicator: Indicator, rule: Rule, spared: set[str]) -> Figure:
        group = GROUP.match(indicator.code)
        if group and group.group() in spared:
            return Figure(not_applicable=True)
        if rule.way == "texts":
            return Figure(text=self.chance.choice(rule.texts))
        number = self._number(rule, indicator.decimals)
        if number is None:
            return Figure(not_applicable=True)
        if indicator.maximum is not None:
            number = min(number, indicator.maximum)
        self.numbers[indicator.code] = number
        return Figure(number=number)

    def _number(self, rule: Rule, decimals: int) -> Decimal | None:
        place = Decimal(1).scaleb(-decimals)
        if rule.way == "value":
            return rule.low
        if rule.way == "chance":
            return Decimal(int(Decimal(self.chance.random()) < rule.low))
        if rule.way == "ranges":
            low, high = rule.ranges[self._size]
            return self._between(low, high).quantize(place, ROUND_HALF_UP)
        of = Decimal(self.unit.official_members) if rule.of == OFFICIAL_MEMBERS else self.numbers.get(rule.of)
        if of is None:
            return None
        rounding = ROUND_FLOOR if rule.way == "share_of" else ROUND_CEILING
        return (of * self._between(rule.low, rule.high)).quantize(place, rounding)

    def _between(self, low: Decimal, high: Decimal) -> Decimal:
        return low + (high - low) * Decimal(str(round(self.chance.random(), 6)))

    @property
    def _size(self) -> str:
        members = self.unit.official_members
        for name, (low, high) in self.material.sizes.items():
            if members >= low and (high is None or members <= high):
                return name
        return next(iter(self.material.sizes))

    def figures_of(self, indicators: Sequence[Indicator]) -> dict[str, Figure]:
        return {
            indicator.code: self.figures[indicator.code]
            for indicator in indicators
            if indicator.code in self.figures and indicator.aggregation != Aggregation.RATIO
        }

    def text_of(self, section: Section, paragraphs: int = 2) -> str:
        """Some of the section's paragraphs that speak only of figures the unit has; empty where there are none."""
        fitting = [
            text
            for text in self.material.paragraphs.get(section.key, [])
            if all(word in {"unit", "symbol"} or word in self.numbers for word in BLANK.findall(text))
        ]
        chosen = self.chance.sample(range(len(fitting)), min(paragraphs, len(fitting)))
        return "\n\n".join(self._filled(fitting[place]) for place in sorted(chosen))

    def rows_of(self, section: Section) -> list[Mapping[str, str]]:
        """As many rows as the unit has counted."""
        listed = self.material.rows.get(section.key)
        if listed is None:
            return []
        many = min(int(self.numbers.get(listed.count, Decimal(0))), len(listed.rows))
        places = sorted(self.chance.sample(range(len(listed.rows)), many))
        return [{key: self._filled(text) for key, text in listed.rows[place].items()} for place in places]

    def _filled(self, text: str) -> str:
        return BLANK.sub(lambda blank: self._word(blank.group(1)), text)

    def _word(self, blank: str) -> str:
        if blank in self.numbers:
            return format_number(self.numbers[blank])
        return self.unit.name if blank == "unit" else self.unit.symbol

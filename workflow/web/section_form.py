"""The fields of one section: as they are kept, and as they were typed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workflow.actions.drafting import Figure
from workflow.choices import Aggregation, SectionKind
from workflow.models import Entry, Indicator, Section, Value
from workflow.rules.aggregation import ratio
from workflow.rules.prose import as_html, clean, kept_or_new, plain, says_nothing
from workflow.rules.vietnamese import format_number
from workflow.web.typed import typed_id

EMPTY_ROWS, MOST_ROWS = 3, 500
_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+")


@dataclass(slots=True)
class FigureField:
    """One indicator of the section as its line shows it."""

    indicator: Indicator
    number: str = ""
    not_applicable: bool = False
    text: str = ""
    error: str = ""
    computed: str = ""
    before: str = ""

    @property
    def is_ratio(self) -> bool:
        return self.indicator.aggregation == Aggregation.RATIO

    @property
    def is_text(self) -> bool:
        return self.indicator.aggregation == Aggregation.TEXT

    @property
    def is_yes_no(self) -> bool:
        return self.indicator.aggregation == Aggregation.YES_COUNT


@dataclass(slots=True)
class SectionForm:
    """`text` is the plain form, `html` what the editor shows; `wrong` says that a figure could not be read."""

    version: int
    text: str
    html: SafeString
    rows: list[list[tuple[str, str]]]
    figures: list[FigureField]
    kept: str = ""
    typed_figures: dict[str, Figure] = field(default_factory=dict)
    wrong: bool = False

    def blame(self, code: str, sentence: str) -> None:
        for one in self.figures:
            if one.indicator.code in code.split(" + "):
                one.error = sentence

    def remember(self, figures: Mapping[str, str]) -> None:
        """Show beside each number what it was in the previous period."""
        for one in self.figures:
            one.before = figures.get(one.indicator.code, "")

    def cleaned_rows(self) -> list[dict[str, str]]:
        return [dict(row) for row in self.rows if any(cell.strip() for _key, cell in row)]


def kept_form(
    section: Section, indicators: Sequence[Indicator], entry: Entry | None, values: Mapping[int, Value]
) -> SectionForm:
    """What is kept now."""
    text = entry.text if entry else ""
    form = SectionForm(
        version=entry.version if entry else 0,
        text=plain(text),
        html=as_html(text),
        rows=[[(key, str(row.get(key, ""))) for key in _keys(section)] for row in (entry.rows if entry else [])],
        figures=[_kept_figure(one, values.get(one.pk)) for one in indicators],
        kept=text,
    )
    compute(
        form, {one.indicator.pk: values[one.indicator.pk].number for one in form.figures if one.indicator.pk in values}
    )
    return form


def typed_form(section: Section, indicators: Sequence[Indicator], entry: Entry | None, typed: QueryDict) -> SectionForm:
    """What somebody typed. `over` is the version that he has read and writes over after a clash."""
    stored = entry.text if entry else ""
    # The editor sends HTML once something was changed in it, the field without a script the plain form.
    text = typed.get("html", "") if "html" in typed else kept_or_new(stored, typed.get("text", ""))
    text = "" if says_nothing(text) else text
    form = SectionForm(
        version=typed_id(typed.get("over") or typed.get("version", "0")),
        text=plain(text),
        html=as_html(text),
        rows=_typed_rows(section, typed),
        figures=[],
        kept=clean(text),
    )
    for indicator in indicators:
        form.figures.append(_typed_figure(form, indicator, typed))
    compute(form, {one.pk: form.typed_figures[one.code].number for one in indicators if one.code in form.typed_figures})
    return form


def compute(form: SectionForm, numbers: Mapping[int, Decimal | None]) -> None:
    """Show each ratio of the section as a percentage of the numbers beside it."""
    for one in form.figures:
        if one.is_ratio:
            share = ratio(numbers.get(one.indicator.numerator_id or 0), numbers.get(one.indicator.denominator_id or 0))
            one.computed = "" if share is None else f"{format_number(share * 100, 2).removesuffix(',00')} %"


def _keys(section: Section) -> list[str]:
    return [column["key"] for column in section.columns] if section.kind == SectionKind.ROWS else []


def _kept_figure(indicator: Indicator, value: Value | None) -> FigureField:
    if value is None:
        return FigureField(indicator)
    number = "" if value.number is None else format_number(value.number)
    return FigureField(indicator, number, value.not_applicable, value.text)


def _typed_rows(section: Section, typed: QueryDict) -> list[list[tuple[str, str]]]:
    """Rows are numbered fields: row-0-name, row-0-unit, row-1-name …; the order is that of the numbers."""
    keys = _keys(section)
    numbers = (
        {int(found[1]) for name in typed if (found := re.fullmatch(r"row-(\d{1,4})-\w+", name))} if keys else set()
    )
    rows = [[(key, typed.get(f"row-{number}-{key}", "")) for key in keys] for number in sorted(numbers)]
    return [row for row in rows if any(cell.strip() for _key, cell in row)][:MOST_ROWS]


def _typed_figure(form: SectionForm, indicator: Indicator, typed: QueryDict) -> FigureField:
    line = FigureField(
        indicator,
        typed.get(f"number-{indicator.code}", "").strip(),
        f"none-{indicator.code}" in typed,
        typed.get(f"words-{indicator.code}", "").strip(),
    )
    if line.is_ratio:
        return line
    try:
        number = read_number(line.number)
    except InvalidOperation:
        line.error = _("“%(typed)s” is not a number. Please write digits only, such as 1.234 or 93,75.") % {
            "typed": line.number
        }
        form.wrong = True
        return line
    form.typed_figures[indicator.code] = Figure(number, line.not_applicable, line.text)
    return line


def read_number(text: str) -> Decimal | None:
    """A number as the Vietnamese write it (1.234,5), or with a decimal point. Raises InvalidOperation."""
    bare = text.replace(" ", "").replace("\u00a0", "").removesuffix("%")
    if not bare:
        return None
    if "," in bare:
        bare = bare.replace(".", "").replace(",", ".")
    elif _THOUSANDS.fullmatch(bare):
        bare = bare.replace(".", "")
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", bare):
        raise InvalidOperation
    return Decimal(bare)


def same(form: SectionForm, entry: Entry, values: Mapping[int, Value]) -> bool:
    """Whether what was typed is kept already: a second click saves nothing and clashes with nothing."""
    kept: Any = {
        one.indicator.code: Figure(value.number, value.not_applicable, value.text)
        for one in form.figures
        if (value := values.get(one.indicator.pk)) is not None
    }
    figures = {code: kept.get(code, Figure()) for code in form.typed_figures}
    rows = [{key: str(row.get(key, "")) for key in row} for row in entry.rows]
    return form.kept == entry.text and form.cleaned_rows() == rows and figures == form.typed_figures

"""The days off of a year as far as they are known: the `holidays` library, and what it misses.

The library writes Vietnamese names; a day that is not yet announced is marked "(dự kiến)".
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from holidays import HolidayBase, country_holidays

from workflow.choices import DayKind
from workflow.rules.day_list import DayDraft
from workflow.rules.vietnamese import format_day_short

# The lunar calendar that the library knows without estimating, under the present Labour Code's observed days.
YEARS_KNOWN = range(1995, 2100)
EXPECTED = " (dự kiến)"

# Announced, but unknown to the library `holidays` 0.109. The note names the source.
CORRECTIONS = (
    DayDraft(date(2026, 1, 2), DayKind.SWAPPED_OFF, "Hoán đổi với ngày 10/01/2026 (12729/VPCP-KGVX)"),
    DayDraft(date(2026, 1, 10), DayKind.WORKED, "Làm bù cho ngày 02/01/2026 (12729/VPCP-KGVX)"),
)
_SUBSTITUTED = re.compile(r"Ngày nghỉ \(thay cho ngày (\d\d)/(\d\d)/(\d{4})\)")


def days_of_year(year: int, this_year: int) -> list[DayDraft]:
    """The general calendar of a year; of one later than `this_year` every note says "(dự kiến)".

    Raises ValueError for a year outside YEARS_KNOWN.
    """
    if year not in YEARS_KNOWN:
        raise ValueError(f"the holidays of {year} are not known")
    drafts = {draft.day: draft for draft in _library_days(year)}
    drafts |= {draft.day: draft for draft in CORRECTIONS if draft.day.year == year}
    return [_expected(draft) if year > this_year else draft for _day, draft in sorted(drafts.items())]


def announced(draft: DayDraft) -> DayDraft:
    """The same day without the mark of what is not yet announced."""
    return replace(draft, note=draft.note.removesuffix(EXPECTED))


def _expected(draft: DayDraft) -> DayDraft:
    # The library writes the same words where it estimates the lunar calendar.
    return draft if "dự kiến" in draft.note else replace(draft, note=f"{draft.note}{EXPECTED}")


def _library_days(year: int) -> Iterator[DayDraft]:
    # A Saturday at one end of a year is worked for a day off in the next.
    years = (year - 1, year, year + 1)
    found = country_holidays("VN", years=years, language="vi")
    unmoved = country_holidays("VN", years=years, language="vi", observed=False)
    for day in sorted(found):
        off, worked = _exchanged(found, day)
        if worked is not None and worked.year == year:
            yield DayDraft(worked, DayKind.WORKED, f"Làm bù cho ngày {format_day_short(day)}")
        if day.year == year and worked is not None:
            yield DayDraft(day, DayKind.SWAPPED_OFF, f"Hoán đổi với ngày {format_day_short(worked)}")
        elif day.year == year:
            yield DayDraft(day, DayKind.HOLIDAY if day in unmoved else DayKind.COMPENSATION, off)


def _exchanged(found: HolidayBase, day: date) -> tuple[str, date | None]:
    """The name of a day off, and the day on which it is worked for, if it was exchanged."""
    names = list(dict.fromkeys(found.get_list(day)))
    exchanged = next(filter(None, map(_SUBSTITUTED.fullmatch, names)), None)
    worked = None if exchanged is None else date(*(int(part) for part in reversed(exchanged.groups())))
    return "; ".join(names), worked

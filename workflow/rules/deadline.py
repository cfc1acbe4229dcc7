"""What a deadline in words means: "Trong tháng 7/2022" → Chủ nhật 31/7 → hết Thứ Hai 01/8/2022 (domain.md §4.7).

Read is what letters write: trước, đến hết, chậm nhất, trong … with a day, month, quarter or year. What is unclear, or
names two deadlines, is not guessed.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from workflow.choices import HolidayRule
from workflow.rules.calendar import WorkingCalendar, exclusive_due, moved_day
from workflow.rules.vietnamese import format_day_short, search_fold, weekday_name

_DAY = timedelta(days=1)
# 29/02 without a year comes again after eight years at the latest (2096 → 2104).
_LONGEST_WAIT = 8
_DAY_BEGINS, _DAY_ENDS = (0, 0), (24, 0)

_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_ROMAN = ("I", "II", "III", "IV")
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5, "chu nhat": 6}

# Everything below reads the text as search_fold gives it: lower case, no diacritics, single spaces.
_MARK = r"""
    (?P<before> (?<!khong\ )(?<!khong\ duoc\ ) truoc (?:\ luc)? )
  | (?P<latest> (?:cham|muon|tre)\ nhat (?:\ la)? (?:\ vao|\ trong|\ den|\ luc)? (?:\ het)?
              | khong\ (?:muon|cham|tre)\ (?:hon|qua) | khong\ qua | khong\ sau | truoc\ khi\ (?:het|ket\ thuc) )
  | (?P<within> trong )
  | (?P<until> (?<!tinh\ )den\ (?:het|cuoi) | (?<!tinh\ den\ )(?<!sau\ )(?<!khi\ )het | (?<!den\ )cuoi | vao
             | han (?:\ cuoi|\ chot|\ gui)? (?:\ la|\ vao)? )
  | (?P<to> (?<!tinh\ )(?:den|toi) )
"""
_HOUR = r"""
    (?<!\d) (?P<@hour>\d{1,2}) \ ?(?:gio|g|h|:) (?![a-z])
    (?:\ ?(?P<@minute>\d{1,2}) (?![\d/.\-]|\ thang))? (?:\ ?phut)? (?:\ (?P<@half>sang|chieu|toi))?
"""
_WEEKDAY = r"(?:thu\ (?P<@weekday>hai|ba|tu|nam|sau|bay|[2-7]) | (?P<@sunday>chu\ nhat|cn))"
_YEAR = r"(?:(?:\ ?[/\-]\ ?|,?\ nam\ |\ )(?P<@>[12]\d{3}))?(?!\d|[/.\-]\d)"


def _named(pattern: str, place: str) -> str:
    """The pattern with its groups named after the place where it stands: <@hour> → <after_hour>."""
    return pattern.replace("<@", f"<{place}")


_UNIT = rf"""
    (?:ngay\ )? (?:{_named(_WEEKDAY, "w_")} \ ?,?\ ?)? (?:ngay\ )?
    (?<![\d/.\-]) (?P<day>\d{{1,2}}) (?P<between>\ ?[/.\-]\ ?|\ thang\ )
    (?P<month>\d{{1,2}}) (?:(?:\ ?[/.\-]\ ?|,?\ nam\ )(?P<year>[12]\d{{3}}))? (?!\d|\ ?[/.\-]\ ?\d)
    (?:\ \(?{_named(_WEEKDAY, "v_")}\)?)?
    (?:,?\ (?:truoc|luc|vao\ luc|cham\ nhat(?:\ la|\ luc)?)\ {_named(_HOUR, "after_")})?
  | (?<!\d\ )thang\ (?P<whole_month>\d{{1,2}}) {_named(_YEAR, "year_of_month")}
  | quy\ (?P<quarter>iv|i{{1,3}}|[1-4])(?![a-z\d]) {_named(_YEAR, "year_of_quarter")}
  | nam\ (?P<whole_year>[12]\d{{3}})(?!\d|\ ?[/\-–]\ ?\d)
"""
_MENTION = re.compile(rf"\b(?:(?:{_MARK}) \ ?[,:]?\ ?)? (?:{_named(_HOUR, '')} \ ?,?\ ?)? (?:{_UNIT})", re.VERBOSE)
_ANY_HOUR = re.compile(_named(_HOUR, ""), re.VERBOSE)
_STRENGTH = {"before": 3, "latest": 3, "within": 2, "until": 2, "to": 1}


@dataclass(frozen=True, slots=True)
class Stated:
    """A deadline as it is written: the last day, a local hour on it or none, and whether "before" took a day off."""

    words: str
    last_day: date
    hour: time | None = None
    before: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A deadline in words, read: `last_day` is the stated day after the holiday rule, `due` the exclusive instant.

    Who stores it gives `stated.last_day`, `stated.hour` and the rule, from which the same `due` follows.
    """

    stated: Stated
    rule: HolidayRule
    day_off: bool
    last_day: date
    due: datetime

    def explanation(self) -> str:
        """The steps from the words to the instant: Trong tháng 7/2022 → Chủ nhật 31/7 → hết Thứ Hai 01/8/2022."""
        hour = self.stated.hour
        ends = "hết" if hour is None else _hour_words(hour)
        steps = [self.stated.words, f"{ends} {weekday_name(self.last_day)} {format_day_short(self.last_day)}"]
        first = self.stated.last_day
        if first != self.last_day:
            shown = format_day_short(first)
            short = shown.rpartition("/")[0] if first.year == self.last_day.year else shown
            steps.insert(1, f"{weekday_name(first)} {short}")
        kept = " (ngày nghỉ, giữ nguyên)" if self.day_off and first == self.last_day else ""
        return " → ".join(steps) + kept


def read(text: str, *, reference: date, rule: HolidayRule | str, calendar: WorkingCalendar) -> Reading | None:
    """Read a deadline in words by a holiday rule; None when it is not understood, then somebody picks the day.

    A missing year is that of the next such day, not before `reference`. Raises ValueError as next_working_day does.
    """
    stated = stated_in(text, reference)
    if stated is None:
        return None
    return Reading(
        stated=stated,
        rule=HolidayRule(rule),
        day_off=not calendar.is_working_day(stated.last_day),
        last_day=moved_day(stated.last_day, rule, calendar),
        due=exclusive_due(stated.last_day, rule, calendar, stated.hour),
    )


def stated_in(text: str, reference: date) -> Stated | None:
    """The one deadline that the text states, before any holiday rule; None when there is none, or more than one.

    What says "trước" or "chậm nhất" counts before a mere "trong", and a day without such a word only when it is all.
    """
    folded = search_fold(text)
    found: dict[int, list[re.Match[str]]] = {}
    for mention in _MENTION.finditer(folded):
        found.setdefault(_strength(mention, folded), []).append(mention)
    strongest = max(found, default=0)
    if strongest == 0:
        return None
    readings = {_stated(mention, reference) for mention in found[strongest]}
    if len(readings) > 1 or _ANY_HOUR.search(_without(folded, found[strongest])):
        return None
    return readings.pop()


def _without(text: str, mentions: list[re.Match[str]]) -> str:
    for mention in reversed(mentions):
        text = f"{text[: mention.start()]}; {text[mention.end() :]}"
    return text


def _strength(mention: re.Match[str], text: str) -> int:
    for mark, strength in _STRENGTH.items():
        if mention[mark] is not None:
            return strength
    return 1 if mention[0] == text.strip(" .,;:()") else 0


def _stated(mention: re.Match[str], reference: date) -> Stated | None:
    """The first reading whose last day is not before the reference, where the year is left out."""
    if mention["day"] and not mention["year"] and mention["between"].strip() in {".", "-"}:
        return None
    year = next(filter(None, map(mention.group, ("year", "year_of_month", "year_of_quarter", "whole_year"))), None)
    if year is not None:
        return _in_year(mention, int(year))
    years = range(reference.year, reference.year + _LONGEST_WAIT + 1)
    found = (_in_year(mention, candidate) for candidate in years)
    return next((one for one in found if one is not None and one.last_day >= reference), None)


def _in_year(mention: re.Match[str], year: int) -> Stated | None:
    try:
        first, last, unit = _span(mention, year)
        hour = _hour(mention, "") or _hour(mention, "after_")
        for weekday in (_weekday(mention, "w_"), _weekday(mention, "v_")):
            if weekday not in {None, first.weekday()}:
                return None
        if hour is None:
            return _by_day(mention, first, last, unit)
        if mention["day"] is None:
            return None
        if hour == _DAY_BEGINS:
            return Stated(f"Trước {unit}", first - _DAY, before=True)
        if hour == _DAY_ENDS:
            return Stated(f"Hết {unit}", last)
        at = time(*hour)
        return Stated(f"{'Trước' if mention['before'] else 'Đến'} {_hour_words(at)} {unit}", last, at)
    except (ValueError, OverflowError):
        return None


def _by_day(mention: re.Match[str], first: date, last: date, unit: str) -> Stated:
    if mention["before"]:
        return Stated(f"Trước {unit}", first - _DAY, before=True)
    if mention["within"]:
        return Stated(f"Trong {unit}", last)
    marked = any(mention[mark] for mark in _STRENGTH)
    return Stated(f"Hết {unit}" if marked else unit[0].upper() + unit[1:], last)


def _span(mention: re.Match[str], year: int) -> tuple[date, date, str]:
    """First and last day of what is named, and its name. Raises ValueError for a day that does not exist."""
    if mention["day"]:
        day = date(year, int(mention["month"]), int(mention["day"]))
        return day, day, f"ngày {format_day_short(day)}"
    if mention["whole_month"]:
        first = last_month = int(mention["whole_month"])
        unit = f"tháng {format_day_short(date(year, first, 1)).partition('/')[2]}"
    elif mention["quarter"]:
        quarter = _QUARTERS[mention["quarter"]]
        first, last_month, unit = 3 * quarter - 2, 3 * quarter, f"quý {_ROMAN[quarter - 1]}/{year}"
    else:
        first, last_month, unit = 1, 12, f"năm {year}"
    return date(year, first, 1), date(year, last_month, monthrange(year, last_month)[1]), unit


def _hour(mention: re.Match[str], place: str) -> tuple[int, int] | None:
    """Hour and minute as stated, 24 giờ too. Raises ValueError for an hour that does not exist."""
    if mention[f"{place}hour"] is None:
        return None
    hour, minute = int(mention[f"{place}hour"]), int(mention[f"{place}minute"] or 0)
    if mention[f"{place}half"] in {"chieu", "toi"} and hour < 12:
        hour += 12
    if (hour, minute) != _DAY_ENDS:
        time(hour, minute)
    return hour, minute


def _weekday(mention: re.Match[str], place: str) -> int | None:
    if mention[f"{place}sunday"]:
        return 6
    word = mention[f"{place}weekday"]
    return None if word is None else _WEEKDAYS.get(word, int(word) - 2 if word.isdigit() else -1)


def _hour_words(hour: time) -> str:
    return f"{hour.hour} giờ {hour.minute:02d}"

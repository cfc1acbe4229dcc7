"""The example's requests, moved so that the day of the demonstration lies in their middle."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from workflow.actions.calendar import seed_year
from workflow.actions.register import TermDraft
from workflow.choices import AudienceRule, HolidayRule
from workflow.management.examples.example import AskedUnits, Example
from workflow.models import CalendarDay
from workflow.rules.calendar import LOCAL, WorkingCalendar, local_day
from workflow.rules.vietnamese import format_day_short

UPPER, MAIN, CASCADE, QUARTER = "810-CV/TU", "630-CV/ĐUK", "41-CV/ĐU", "95-CV/ĐUK"


@dataclass(frozen=True, slots=True)
class Days:
    """Working days counted from the day of the demonstration: -1 is the last one before it."""

    calendar: WorkingCalendar
    today: date

    def at(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        day = self.calendar.add_working_days(self.today, days)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL)

    def day(self, days: int) -> date:
        return self.calendar.add_working_days(self.today, days)


# Of each request: the day of the letter, the last day to send, the last day to consolidate.
DAYS: Mapping[str, tuple[int, int, int]] = {
    UPPER: (-27, 14, 24),
    MAIN: (-22, 4, 9),
    CASCADE: (-15, -1, 2),
    QUARTER: (-20, -4, 5),
}


def days_of(example: Example, now: datetime) -> Days:
    """The working calendar around the day; years that the example does not know are entered first."""
    today = local_day(now)
    known = {draft.day.year for draft in example.calendar if not draft.organization}
    for year in range((today - timedelta(days=60)).year, (today + timedelta(days=60)).year + 1):
        if year not in known:
            seed_year(year=year, actor=None, now=now)
    rows: list[tuple[date, str, int | None]] = [
        (draft.day, str(draft.kind), None) for draft in example.calendar if not draft.organization
    ]
    rows += list(CalendarDay.objects.filter(organization=None).values_list("day", "kind", "organization_id"))
    return Days(WorkingCalendar.of(rows), today)


def moved(example: Example, days: Days, quarter_units: list[str]) -> None:
    """Give every request its days around today, in its texts too; the quarter's goes to some units only."""
    for number, (dated, last, consolidated) in DAYS.items():
        request = example.requests[number]
        letter, due = days.day(dated), days.day(last)
        words = format_day_short(request.fields["date"]), format_day_short(letter)
        fields: dict[str, Any] = {
            name: value.replace(*words) if isinstance(value, str) else value for name, value in request.fields.items()
        }
        fields |= {"date": letter, "deadline_text": f"Chậm nhất ngày {format_day_short(due)}"}
        fields["holiday_rule"] = HolidayRule.KEEP
        audience = request.audience
        if number == QUARTER:
            audience = AskedUnits(AudienceRule.LIST, units=quarter_units)
            fields |= {"audience": AudienceRule.LIST, "audience_kinds": []}
        example.requests[number] = replace(
            request, fields=fields, audience=audience, last_day=due, consolidation_day=days.day(consolidated)
        )
    _refer_to_each_other(example, days)
    example.terms += _later_terms(example, days.today)


def _refer_to_each_other(example: Example, days: Days) -> None:
    """A request that names the letter it answers names it by its new day."""
    for number, request in example.requests.items():
        if request.answers:
            old, new = _original_days(request.answers), format_day_short(days.day(DAYS[request.answers][0]))
            fields = {
                name: value.replace(old, new) if isinstance(value, str) else value
                for name, value in request.fields.items()
            }
            example.requests[number] = replace(request, fields=fields)


def _original_days(number: str) -> str:
    return {UPPER: "13/5/2022", MAIN: "28/6/2022"}.get(number, "")


def _later_terms(example: Example, today: date) -> list[TermDraft]:
    """Numbering terms for a demonstration that is held after the last ones of the example."""
    last: dict[str, date] = {}
    for term in example.terms:
        last[term.organization] = max(last.get(term.organization, date.min), term.until or date.max)
    ends = date(today.year + 1, 12, 31)
    return [
        TermDraft(organization=code, since=until + timedelta(days=1), until=ends)
        for code, until in last.items()
        if until < today + timedelta(days=60)
    ]

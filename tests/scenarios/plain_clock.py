"""The clock, slow and obvious: every report against every rung, day by day, from what happened to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = timedelta(days=1)
LOOK_BACK = timedelta(minutes=5)

Reminder = tuple[str, str, int, datetime]  # unit, desk, offset, due or arrival


@dataclass
class PlainRung:
    hour: time
    since: datetime
    active: bool = True


@dataclass
class PlainReport:
    due: datetime
    due_set_at: datetime
    state: str = "DRAFT"
    sent: bool = False
    supplement: tuple[datetime, datetime] | None = None  # due, asked
    answered: tuple[datetime, datetime] | None = None  # the supplement that the last sending answered
    came: datetime | None = None  # to the secretary's desk


@dataclass
class PlainPause:
    units: frozenset[str]  # empty: everybody
    since: datetime
    until: datetime | None

    def holds(self, unit: str, moment: datetime) -> bool:
        inside = self.since <= moment and (self.until is None or moment < self.until)
        return inside and (not self.units or unit in self.units)


@dataclass
class PlainClock:
    days_off: set[date]
    days_worked: set[date]
    campaign_due: datetime
    mark: datetime
    reports: dict[str, PlainReport]
    rungs: dict[tuple[str, int], PlainRung]
    pauses: list[PlainPause] = field(default_factory=list)
    running: bool = True
    sent: dict[Reminder, datetime] = field(default_factory=dict)

    def works(self, day: date) -> bool:
        return day in self.days_worked or (day.weekday() < 5 and day not in self.days_off)

    def walk(self, day: date, working_days: int) -> date:
        """Step day by day until so many working days have been passed."""
        step = DAY if working_days > 0 else -DAY
        while working_days:
            day += step
            if self.works(day):
                working_days -= 1 if working_days > 0 else -1
        return day

    def due_day(self, due: datetime) -> date:
        day = (due - timedelta(microseconds=1)).astimezone(HANOI).date()
        while not self.works(day):
            day -= DAY
        return day

    def moment(self, desk: str, offset: int, anchor: datetime) -> datetime:
        rung = self.rungs[desk, offset]
        if desk:
            return datetime.combine(self.walk(anchor.astimezone(HANOI).date(), offset + 1), rung.hour, HANOI)
        return datetime.combine(self.walk(self.due_day(anchor), offset), rung.hour, HANOI)

    def paused(self, unit: str, *moments: datetime) -> bool:
        return any(pause.holds(unit, moment) for pause in self.pauses for moment in moments)

    def sweep(self, now: datetime) -> None:
        after = min(self.mark, now) - LOOK_BACK
        if self.running:
            for unit, report in self.reports.items():
                if not report.sent and report.state != "EXEMPT":
                    self.remind(unit, "", report.due, report.due_set_at, after, now)
                if report.supplement is not None:
                    self.remind(unit, "", *report.supplement, after, now)
                if report.state == "SIGNING" and report.came is not None:
                    self.remind(unit, "SIGNING", report.came, report.came, after, now)
        self.mark = max(self.mark, now)

    def remind(self, unit: str, desk: str, anchor: datetime, set_at: datetime, after: datetime, now: datetime) -> None:
        """The latest rung that has come, if it is still owed to this report."""
        come = [
            (self.moment(desk, offset, anchor), offset)
            for (where, offset), rung in self.rungs.items()
            if where == desk and rung.active and self.moment(desk, offset, anchor) >= rung.since
        ]
        come = [(moment, offset) for moment, offset in come if after < moment <= now]
        if not come:
            return
        moment, offset = max(come)
        reminder = (unit, desk, offset, anchor)
        if moment >= set_at and not self.paused(unit, moment, now) and reminder not in self.sent:
            self.sent[reminder] = now

    def change_ladder(self, ladder: Iterable[tuple[str, int, time]], now: datetime) -> None:
        wanted = {(desk, offset): hour for desk, offset, hour in ladder}
        for place, rung in self.rungs.items():
            rung.active, was = place in wanted, rung.active
            if rung.active and (not was or rung.hour != wanted[place]):
                rung.hour, rung.since = wanted[place], now
        for place, hour in wanted.items():
            self.rungs.setdefault(place, PlainRung(hour, now))

"""The sweep against a slow, obvious clock: no rung twice, none missing, whatever happens to due, report and clock."""

import os
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.builders import (
    DRAFTERS,
    NOW,
    SECRETARIES,
    World,
    build_world,
    confirmation,
    desk,
    kept,
    office,
    resubmit,
    write_everything,
)
from tests.scenarios.plain_clock import HANOI, PlainClock, PlainPause, PlainReport, PlainRung, Reminder
from workflow.actions import campaigns, clock, deadlines, drafting, intake, ladders, signing
from workflow.actions.register import CalendarDraft, register
from workflow.choices import DayKind, ReportState, ReviewMode, Role
from workflow.errors import RuleBroken
from workflow.models import CalendarDay, ClimbedRung, Event, Report, Rung
from workflow.rules.calendar import last_day_of
from workflow.rules.ladder import HOUSE_LADDER, RungSpec

pytestmark = pytest.mark.django_db

UNITS = ("cell", "other")
BEGINS = datetime(2026, 7, 20, 8, 0, tzinfo=HANOI)
GAPS = [timedelta(minutes=1), timedelta(minutes=7), timedelta(hours=5), timedelta(days=1), timedelta(days=4)]
HOURS = [time(7), time(8), time(17, 30), time(19, 59)]

gaps = st.sampled_from(GAPS)
units = st.sampled_from(UNITS)
days_ahead = st.sampled_from([1, 2, 5, 9])
rung_places = st.one_of(st.tuples(st.just(""), st.integers(-7, 5)), st.tuples(st.just("SIGNING"), st.integers(1, 3)))
rungs = st.tuples(rung_places, st.sampled_from(HOURS)).map(lambda one: (*one[0], one[1]))
# What may come next for a report, so that histories come far.
NEXT = {
    "DRAFT": ["submit", "submit", "submit", "extend", "submit", "exempt"],
    "SIGNING": ["send", "send", "recall", "send", "extend"],
    "SENT": ["recall_sent", "ask_supplement"],
    "SUPPLEMENT": ["submit", "withdraw"],
    "RECEIVED": ["ask_supplement"],
    "EXEMPT": ["reinstate"],
}
steps = st.one_of(
    *[st.tuples(st.just("sweep"))] * 4,
    *[st.tuples(st.just("go_on"), units, st.integers(0, 5), days_ahead)] * 8,
    st.tuples(st.just("extend"), units, days_ahead),
    st.tuples(st.just("amend"), days_ahead),
    st.tuples(st.just("pause"), st.sampled_from([(), ("cell",), UNITS]), st.sampled_from([None, 1, 4])),
    st.tuples(st.sampled_from(["resume", "close"])),
    st.tuples(st.just("change_ladder"), st.lists(rungs, min_size=1, max_size=6, unique_by=lambda one: one[:2])),
)
histories = st.lists(st.tuples(gaps, steps), min_size=10, max_size=30)
some_days = st.dictionaries(
    st.integers(0, 45).map(lambda n: date(2026, 7, 15) + timedelta(days=n)),
    st.sampled_from([DayKind.HOLIDAY, DayKind.SWAPPED_OFF, DayKind.WORKED]),
    max_size=8,
)


@kept
def written_world() -> World:
    """Nothing has to be reviewed, and what the two units write is ready to be signed."""
    world = build_world(ReviewMode.NONE)
    for unit in UNITS:
        write_everything(world, world.report(unit))
    return world


class Story:
    """The same history told to the engine and to the plain clock."""

    def __init__(self, days: dict[date, DayKind]) -> None:
        self.world: World = written_world()
        CalendarDay.objects.filter(day__year=2026).delete()
        register(calendar=[CalendarDraft(day=day, kind=kind) for day, kind in days.items()], actor=None, now=NOW)
        due = self.world.campaign.due
        assert due is not None
        self.now = BEGINS
        clock.sweep(now=BEGINS)
        self.plain = PlainClock(
            days_off={day for day, kind in days.items() if kind != DayKind.WORKED},
            days_worked={day for day, kind in days.items() if kind == DayKind.WORKED},
            campaign_due=due,
            mark=BEGINS,
            reports={unit: PlainReport(due, NOW) for unit in (*UNITS, "party")},
            rungs={(str(rung.desk), rung.offset_working_days): PlainRung(rung.hour, NOW) for rung in HOUSE_LADDER},
        )
        self.done: Counter[str] = Counter()

    def tell(self, gap: timedelta, step: tuple[Any, ...]) -> None:
        self.now += gap
        name, *asked = step
        if not self.plain.running and name != "sweep":
            self.reopen()
            self.done["reopen"] += 1
        try:
            with transaction.atomic():
                getattr(self, name)(*asked)
        except RuleBroken:
            return
        self.done[name] += 1

    def go_on(self, unit: str, choice: int, days: int) -> None:
        following = NEXT[self.plain.reports[unit].state]
        name = following[choice % len(following)]
        takes_days = name in {"extend", "reinstate", "ask_supplement"}
        getattr(self, name)(unit, *([days] if takes_days else []))
        self.done[name] += 1

    def report(self, unit: str) -> Report:
        return self.world.report(unit)

    def ahead(self, days: int) -> datetime:
        return datetime.combine(self.now.astimezone(HANOI).date() + timedelta(days=days), time(), HANOI)

    def sweep(self) -> None:
        assert clock.sweep(now=self.now).complete
        self.plain.sweep(self.now)

    def extend(self, unit: str, days: int) -> None:
        report, due = self.report(unit), self.ahead(days)
        asking: dict[str, Any] = {"report_id": report.pk, "due": due, "now": self.now}
        deadlines.ask_extension(actor=desk(self.world, report, DRAFTERS), reason="Chờ số liệu.", **asking)
        deadlines.decide_extension(actor=self.world.khanh, **asking)
        plain = self.plain.reports[unit]
        plain.due, plain.due_set_at = due, self.now

    def amend(self, days: int) -> None:
        due = self.ahead(days)
        campaigns.amend(campaign_id=self.world.campaign.pk, actor=self.world.khanh, due=due, now=self.now)
        for plain in self.plain.reports.values():
            if not plain.sent and (plain.due < due or plain.due == self.plain.campaign_due != due):
                plain.due, plain.due_set_at = due, self.now
        self.plain.campaign_due = due

    def exempt(self, unit: str) -> None:
        intake.exempt(report_id=self.report(unit).pk, actor=self.world.dung, reason="Giải thể.", now=self.now)
        plain = self.plain.reports[unit]
        plain.state, plain.supplement, plain.came = "EXEMPT", None, None

    def reinstate(self, unit: str, days: int) -> None:
        due = self.ahead(days)
        intake.reinstate(report_id=self.report(unit).pk, actor=self.world.dung, reason="Nhầm.", due=due, now=self.now)
        plain = self.plain.reports[unit]
        plain.state, plain.due, plain.due_set_at = "DRAFT", due, self.now

    def submit(self, unit: str) -> None:
        resubmit(self.world, self.report(unit), self.now)
        plain = self.plain.reports[unit]
        plain.state, plain.came = "SIGNING", self.now

    def recall(self, unit: str) -> None:
        report = self.report(unit)
        drafting.recall(
            report_id=report.pk, actor=desk(self.world, report, DRAFTERS), reason="Sửa số liệu.", now=self.now
        )
        self.plain.reports[unit].state = "DRAFT"

    def send(self, unit: str) -> None:
        report = self.report(unit)
        signer = desk(self.world, report, SECRETARIES)
        signing.sign_and_issue(
            report_id=report.pk,
            actor=signer,
            revision_id=report.current_revision_id or 0,
            confirmed=confirmation(signer, self.now),
            now=self.now,
        )
        plain = self.plain.reports[unit]
        plain.state, plain.sent = "SENT", True
        plain.answered, plain.supplement = plain.supplement, None

    def recall_sent(self, unit: str) -> None:
        report = self.report(unit)
        signing.recall_sent(
            report_id=report.pk,
            actor=desk(self.world, report, SECRETARIES),
            revision_id=report.current_revision_id or 0,
            reason="Gửi nhầm.",
            now=self.now,
        )
        plain = self.plain.reports[unit]
        plain.state, plain.supplement = "DRAFT", plain.answered
        plain.sent = plain.answered is not None

    def ask_supplement(self, unit: str, days: int) -> None:
        report, due = self.report(unit), self.ahead(days)
        intake.request_supplement(
            report_id=report.pk,
            actor=office(self.world, report),
            revision_id=report.current_revision_id or 0,
            remarks=[(None, "Bổ sung số hội nghị.")],
            due=due,
            now=self.now,
        )
        plain = self.plain.reports[unit]
        plain.state, plain.supplement = "SUPPLEMENT", (due, self.now)

    def withdraw(self, unit: str) -> None:
        intake.withdraw_supplement(report_id=self.report(unit).pk, actor=self.world.dung, now=self.now)
        plain = self.plain.reports[unit]
        plain.state, plain.supplement = "RECEIVED", None

    def pause(self, names: tuple[str, ...], days: int | None) -> None:
        until = None if days is None else self.ahead(days)
        ladders.pause_ladder(
            campaign_id=self.world.campaign.pk,
            actor=self.world.dung,
            unit_ids=[self.world.units[name].pk for name in names],
            until=until,
            reason="Bão số 3.",
            now=self.now,
        )
        self.plain.pauses.append(PlainPause(frozenset(names), self.now, until))

    def resume(self) -> None:
        ladders.resume_ladder(campaign_id=self.world.campaign.pk, actor=self.world.dung, now=self.now)
        for pause in self.plain.pauses:
            if pause.until is None or pause.until > self.now:
                pause.until = self.now

    def change_ladder(self, ladder: list[tuple[str, int, time]]) -> None:
        specs = [
            RungSpec(offset, hour, (Role.SECRETARY,), ReportState(place) if place else "")
            for place, offset, hour in ladder
        ]
        ladders.change_ladder(campaign_id=self.world.campaign.pk, actor=self.world.dung, ladder=specs, now=self.now)
        self.plain.change_ladder(ladder, self.now)

    def close(self) -> None:
        campaigns.close(campaign_id=self.world.campaign.pk, actor=self.world.khanh, reason="Xong.", now=self.now)
        self.plain.running = False

    def reopen(self) -> None:
        campaigns.reopen(campaign_id=self.world.campaign.pk, actor=self.world.khanh, reason="Bổ sung.", now=self.now)
        self.plain.running = True

    def sent(self) -> dict[Reminder, datetime]:
        climbed = ClimbedRung.objects.filter(report__campaign=self.world.campaign)
        rows = climbed.values_list("report__organization__code", "rung__desk", "rung__offset", "due", "at")
        return {(unit, place, offset, due): at for unit, place, offset, due, at in rows}


def walk(*choices: int) -> list[tuple[timedelta, tuple[Any, ...]]]:
    """One unit goes on, a minute after each step, by these choices of NEXT."""
    return [(GAPS[0], ("go_on", "cell", choice, 9)) for choice in choices]


LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
TOLD: Counter[str] = Counter()


@given(some_days, histories)
@example({}, [(timedelta(days=30), ("sweep",))]).via("a clock that stood still sends the latest rung only")
@example({}, [*walk(0, 0, 0), (GAPS[4], ("sweep",)), (GAPS[4], ("sweep",))]).via("a recalled sending has its old due")
@example({}, [*walk(0, 0, 1, 0, 0, 0), (GAPS[4], ("sweep",))]).via("a recalled supplement runs on the supplement's due")
@settings(
    max_examples=400 if LONG else 40,
    derandomize=not LONG,
    phases=[Phase.explicit, Phase.generate, Phase.shrink] if LONG else [Phase.explicit, Phase.generate],
    database=None,
    suppress_health_check=list(HealthCheck),
)
def _play(days: dict[date, DayKind], history: list[tuple[timedelta, tuple[Any, ...]]]) -> None:
    with transaction.atomic():
        story = Story(days)
        for gap, step in history:
            story.tell(gap, step)
        story.now += timedelta(days=2)
        story.sweep()
        assert story.sent() == story.plain.sent
        _every_rung_of_a_unit_is_told_once(story)
        TOLD.update(story.done)
        TOLD["reminders"] += len(story.plain.sent)
        transaction.set_rollback(True)


def _every_rung_of_a_unit_is_told_once(story: Story) -> None:
    told = Counter(
        (event.stream_id, event.facts["rung"], event.facts.get("due", event.facts.get("since")))
        for event in Event.objects.filter(verb__in=["due_near", "due_day", "overdue", "desk_waits"])
    )
    tells = {rung.pk for rung in Rung.objects.all() if set(rung.audience) & {Role.DRAFTER, Role.DEPUTY, Role.SECRETARY}}
    climbed = Counter((row.report_id, row.rung_id, int(row.due.timestamp())) for row in ClimbedRung.objects.all())
    assert set(climbed.values()) <= {1}
    missing = {one for one in climbed if one[1] in tells} - set(told)
    changed = {one for one in set(told) - set(climbed)}
    assert not missing or story.done["change_ladder"]
    assert not changed
    assert set(told.values()) <= {1}


def test_the_sweep_does_what_the_slow_clock_does() -> None:
    TOLD.clear()

    _play()

    # A history in which nothing happens proves nothing.
    every = {name for name in vars(Story) if not name.startswith("_")} - {"tell", "report", "ahead", "sent"}
    assert TOLD["reminders"] > 50
    assert every <= TOLD.keys(), f"never done: {every - TOLD.keys()}"


def test_a_day_of_the_plain_calendar_is_the_letters_own_example() -> None:
    plain = PlainClock(set(), set(), NOW, NOW, {}, {("", -1): PlainRung(time(8), NOW)})

    assert plain.due_day(datetime(2022, 8, 2, tzinfo=HANOI)) == date(2022, 8, 1)
    assert plain.moment("", -1, datetime(2022, 8, 2, tzinfo=HANOI)) == datetime(2022, 7, 29, 8, tzinfo=HANOI)
    assert last_day_of(datetime(2022, 8, 2, tzinfo=HANOI)) == date(2022, 8, 1)

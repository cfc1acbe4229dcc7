"""The stage: a simulated clock on which many stories go on side by side, in the order of time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from django.db.models import Max

from workflow.choices import Verb
from workflow.errors import RuleBroken
from workflow.management.walkthrough.clock.hands import Hands
from workflow.management.walkthrough.story import NotPlayed, NotRefused, Story
from workflow.models import Event, Person
from workflow.rules.calendar import LOCAL, WorkingCalendar, local_day

__all__ = ["NotPlayed", "NotRefused", "Refusal", "Stage", "Story", "day_of", "last_event", "moment"]

MORNING, EVENING = time(8), time(17)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An attempt that was refused after an event, with the sentence that the person read."""

    at: datetime
    after: int
    person: Person
    verb: Verb
    unit: str
    sentence: str


@dataclass(slots=True)
class Stage:
    """Its clock moves from one story's moment to the next; the stories ask it for `now`.

    Meanwhile the clock's hands do what comes between the two moments.
    """

    calendar: WorkingCalendar
    chance: Random
    now: datetime
    hands: Hands
    refusals: list[Refusal] = field(default_factory=list)
    _waiting: list[tuple[datetime, int, Story]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def begin(self, story: Story, at: datetime) -> None:
        """Let a story begin at a moment."""
        heappush(self._waiting, (at, next(self._order), story))

    def play(self, until: datetime | None = None) -> None:
        """Play until every story has ended and everybody has been told; or up to a moment, with stories unfinished."""
        while self._waiting and (until is None or self._waiting[0][0] <= until):
            at, _order, story = heappop(self._waiting)
            self.now = max(self.now, at)
            self.hands.turn_to(self.now)
            following = next(story, None)
            self.hands.after_step()
            if following is not None:
                self.begin(story, following)
        if until is None:
            self.now = self.hands.rest()
        else:
            self.hands.turn_to(until)
            self.now = until

    def later(self, days: int = 0, hours: float = 0) -> datetime:
        """So many working days and hours from now, within office hours."""
        moment = self.now.astimezone(LOCAL) + timedelta(hours=hours, minutes=self.chance.randint(1, 20))
        day = self.calendar.add_working_days(moment.date(), days)
        hour = moment.timetz().replace(tzinfo=None)
        if hour > EVENING:
            day, hour = day + timedelta(days=1), time(8, self.chance.randint(0, 59))
        if hour < MORNING:
            hour = time(8, self.chance.randint(0, 59))
        return datetime.combine(self.calendar.next_working_day(day), hour, LOCAL)

    def refused(
        self, person: Person, verb: Verb, unit: str, attempt: Callable[[], object], reason: type[RuleBroken]
    ) -> None:
        """Attempt what must be refused for this reason, and keep the sentence. Raises NotRefused."""
        try:
            attempt()
        except reason as refusal:
            self.refusals.append(Refusal(self.now, last_event(), person, verb, unit, str(refusal)))
        else:
            raise NotRefused(f"{verb} by {person} of {unit}: {reason.code}")


def last_event() -> int:
    """The id of the newest event, 0 when there is none."""
    newest: int | None = Event.objects.aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A local moment."""
    return datetime.combine(day, time(hour, minute), LOCAL)


def day_of(instant: datetime) -> date:
    return local_day(instant)

"""The stage: a simulated clock on which many stories go on side by side, in the order of time."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from django.db.models import Max

from workflow.choices import Verb
from workflow.errors import RuleBroken
from workflow.models import Event, Person
from workflow.rules.calendar import LOCAL, WorkingCalendar, local_day

# A story yields the moment at which it goes on.
Story = Generator[datetime, None, None]

MORNING, EVENING = time(8), time(17)


class NotPlayed(Exception):
    """A story did not go as it is told."""


class NotRefused(NotPlayed):
    """Something that had to be refused was done."""


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
    """Its clock moves from one story's moment to the next; the stories ask it for `now`."""

    calendar: WorkingCalendar
    chance: Random
    now: datetime
    refusals: list[Refusal] = field(default_factory=list)
    _waiting: list[tuple[datetime, int, Story]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def begin(self, story: Story, at: datetime) -> None:
        """Let a story begin at a moment."""
        heappush(self._waiting, (at, next(self._order), story))

    def play(self) -> None:
        """Play until every story has ended."""
        while self._waiting:
            at, _order, story = heappop(self._waiting)
            self.now = max(self.now, at)
            following = next(story, None)
            if following is not None:
                self.begin(story, following)

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

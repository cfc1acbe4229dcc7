"""The clock's three hands on simulated time: they move at each moment at which the real ones would find work."""

from datetime import datetime, timedelta

from workflow.actions.clock import sweep
from workflow.choices import RUNNING, Verb
from workflow.delivery.catalogue import CATALOGUE
from workflow.delivery.dispatch import deliver
from workflow.delivery.fanout import fan_out
from workflow.management.walkthrough.story import NotPlayed
from workflow.models import Delivery, Event, Rung
from workflow.rules.calendar import LOCAL, WorkingCalendar, local_day
from workflow.rules.quiet import QUIET_UNTIL, next_open

_DAY = timedelta(days=1)
# What somebody hears of, or what sends something again.
HEARD = [
    Verb.RESEND_NOTICES,
    *(verb for verb, line in CATALOGUE.items() if line.audience or line.by_rung or line.named or line.counted),
]


class Hands:
    """They wake every working morning, at the hours of rungs, whenever something is due to go, and after each step."""

    def __init__(self, calendar: WorkingCalendar, now: datetime) -> None:
        self.calendar, self.now = calendar, now
        self.stands_until: datetime | None = None
        self._hours = [QUIET_UNTIL]
        self._going: datetime | None = None
        sweep(now=now)
        self._tell()

    def stop(self, until: datetime) -> None:
        """Stand still until a moment, as when the server is without power: people go on, nobody is told anything."""
        self.stands_until = until

    def turn_to(self, moment: datetime) -> None:
        """Let everything happen that comes up to a moment, each at its own time."""
        while (waking := self._next_waking()) <= moment:
            self.now, self.stands_until = waking, None
            sweep(now=waking)
            self._tell()
            running = Rung.objects.filter(retired=False, campaign__state__in=RUNNING)
            self._hours = sorted({QUIET_UNTIL, *running.values_list("hour", flat=True)})
        self.now = max(self.now, moment)

    def after_step(self) -> None:
        """Tell at once of what a story has just done; what nobody hears of waits for the next time."""
        if self.stands_until is None and Event.objects.filter(fanned_out=False, verb__in=HEARD).exists():
            self._tell()

    def rest(self) -> datetime:
        """Let what still waits to leave the system go, and say when the last of it went."""
        while self._going is not None:
            self.turn_to(self._going)
        return self.now

    def _tell(self) -> None:
        fan_out(now=self.now)
        while (going := self._next_delivery()) == self.now:
            if not deliver(now=self.now):
                raise NotPlayed(f"what is due at {self.now} does not go")
        self._going = going

    def _next_waking(self) -> datetime:
        if self.stands_until is not None:
            return self.stands_until
        morning = self._next_hour()
        return min(self._going or morning, morning)

    def _next_hour(self) -> datetime:
        """The next morning, or the next hour at which some running request has a rung, always on a working day."""
        today = local_day(self.now)
        if self.calendar.is_working_day(today):
            for hour in self._hours:
                moment = datetime.combine(today, hour, LOCAL)
                if moment > self.now:
                    return moment
        return datetime.combine(self.calendar.next_working_day(today + _DAY), self._hours[0], LOCAL)

    def _next_delivery(self) -> datetime | None:
        """When the next mail goes: never before now, and never in the quiet hours."""
        waiting = Delivery.objects.filter(next_attempt_at__isnull=False).order_by("next_attempt_at")
        due = waiting.values_list("next_attempt_at", flat=True).first()
        return None if due is None else next_open(max(due, self.now), self.calendar)

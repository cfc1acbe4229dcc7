"""How the machinery is: what a monitor asks, without a word of any report."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max, Min

from workflow.choices import Channel, DeliveryState, ReportState
from workflow.models import ClockMark, Delivery, Event, Report

# The sweep goes every minute, the fan-out every two seconds; what is older than this stands still.
CLOCK_PATIENCE = timedelta(minutes=5)
OUTBOX_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Pulse:
    """Seconds since the clock last swept (None: never), of the oldest event that nobody was told of; deliveries."""

    clock_seconds: float | None
    outbox_events: int
    outbox_seconds: float
    deliveries: dict[tuple[str, str], int]
    reports: dict[str, int]


def pulse(now: datetime) -> Pulse:
    """Four queries, each over an index or a table of few rows, but for the reports' count by state."""
    swept = ClockMark.objects.aggregate(at=Max("moment"))["at"]
    outbox = Event.objects.filter(fanned_out=False).aggregate(count=Count("pk"), oldest=Min("recorded_at"))
    unfinished = [DeliveryState.WAITING, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.FAILED]
    counted = Delivery.objects.filter(state__in=unfinished).values_list("channel", "state").order_by()
    deliveries = {(channel, state): 0 for channel in Channel.values for state in unfinished}
    deliveries |= {(channel, state): count for channel, state, count in counted.annotate(count=Count("pk"))}
    states = Report.objects.values_list("state").order_by().annotate(count=Count("pk"))
    oldest = outbox["oldest"]
    return Pulse(
        None if swept is None else (now - swept).total_seconds(),
        outbox["count"],
        0 if oldest is None else (now - oldest).total_seconds(),
        {(str(channel), str(state)): count for (channel, state), count in deliveries.items()},
        dict.fromkeys(ReportState.values, 0) | dict(states),
    )


def readiness(now: datetime) -> dict[str, bool]:
    """What has to hold before pages are served: tables as the code expects them, a clock that goes, an emptied outbox.

    Raises OperationalError while the database does not answer.
    """
    executor = MigrationExecutor(connection)
    migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not migrated:
        return {"migrations": False, "clock": False, "outbox": False}
    mark = ClockMark.objects.aggregate(at=Max("moment"))["at"]
    waiting = Event.objects.filter(fanned_out=False).aggregate(oldest=Min("recorded_at"))["oldest"]
    return {
        "migrations": True,
        "clock": mark is not None and now - mark < CLOCK_PATIENCE,
        "outbox": waiting is None or now - waiting < OUTBOX_PATIENCE,
    }

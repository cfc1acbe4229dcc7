"""The Celery application and the beat table: celery -A project worker | beat.

The broker only carries the hands' ticks; what is due and what was sent is kept in PostgreSQL. So a tick that is lost is
made good by the next one, two beats do no harm, and an emptied broker loses nothing.
"""

import os
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.schedules import crontab
from django.conf import settings
from kombu import Queue
from kombu.transport.redis import Channel, QoS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

MINUTE, TICK = timedelta(minutes=1), timedelta(seconds=2)


def entry(task: str, schedule: timedelta | crontab, expires: timedelta) -> dict[str, Any]:
    """One line of the beat table; a tick that nobody took in time expires."""
    return {"task": f"workflow.{task}", "schedule": schedule, "options": {"expires": expires.total_seconds()}}


BEAT = {
    "sweep": entry("sweep", MINUTE, MINUTE),
    "fan out": entry("fan_out", TICK, TICK),
    "deliver": entry("deliver", TICK, TICK),
    "freeze papers": entry("freeze_papers", MINUTE, MINUTE),
    # In the night, one after the other: what is sealed was checked before.
    "integrity": entry("check_integrity", crontab(hour="1", minute="15"), timedelta(hours=2)),
    "seal": entry("seal", crontab(hour="2", minute="15"), timedelta(hours=2)),
    "clear previews": entry("clear_previews", crontab(hour="3", minute="15"), timedelta(hours=2)),
}
# A worker that serves one queue only, such as documents, cannot be held up by another.
QUEUES = {
    "workflow.sweep": "clock",
    "workflow.fan_out": "clock",
    "workflow.check_integrity": "clock",
    "workflow.seal": "clock",
    "workflow.deliver": "delivery",
    "workflow.freeze_papers": "documents",
    "workflow.clear_previews": "documents",
}

app = Celery("project", broker=settings.REDIS_URL)
app.conf.update(
    timezone=settings.TIME_ZONE,
    beat_schedule=BEAT,
    beat_schedule_filename=str(settings.BEAT_SCHEDULE),
    task_queues=[Queue(name) for name in ("clock", "delivery", "documents")],
    task_default_queue="clock",
    task_routes={task: {"queue": queue} for task, queue in QUEUES.items()},
    task_ignore_result=True,
    # A task is done when it has been done, and done again when its worker was lost: every task may be repeated.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_soft_time_limit=240,
    task_time_limit=300,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=1000,
    # Longer than any task, shorter than anybody's patience: then an unacknowledged tick is given out again.
    broker_transport_options={"visibility_timeout": 600, "master_name": settings.REDIS_SENTINEL_MASTER}
    if settings.REDIS_SENTINEL_MASTER
    else {"visibility_timeout": 600},
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # A task cannot be acknowledged to a broker that is gone: it is broken off, and its next tick does it again.
    worker_cancel_long_running_tasks_on_connection_loss=True,
)


class TickQoS(QoS):
    """A worker outlives its broker: what it still has to say of a task is left unsaid.

    kombu 5.7 would end it: giving the task back at the shutdown of the lost connection (restore_unacked), or saying
    “done” through it a moment later (an AttributeError). The visibility timeout gives the task back.
    """

    restore_at_shutdown = False

    def ack(self, delivery_tag: str) -> None:
        self._check_connection()
        super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 – kombu's own signature
        self._check_connection()
        super().reject(delivery_tag, requeue=requeue)

    def _check_connection(self) -> None:
        if self.channel.connection is None:
            raise ConnectionError("the broker went away before the task was acknowledged")


Channel.QoS = TickQoS
app.autodiscover_tasks()

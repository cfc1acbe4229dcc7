"""The clock's hands: what beat asks for, where it goes, and that a lost worker loses nothing."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.schedules import crontab
from kombu import Connection
from kombu.transport.redis import Channel

from project.celery import BEAT, TickQoS, app
from workflow.delivery.dispatch import LEASE

ROOT = Path(__file__).resolve().parents[2]
EVERY = {"workflow.sweep": 60, "workflow.fan_out": 2, "workflow.deliver": 2, "workflow.freeze_papers": 60}
NIGHTLY = {"workflow.check_integrity", "workflow.seal", "workflow.clear_previews"}
QUEUES = {
    "workflow.sweep": "clock",
    "workflow.fan_out": "clock",
    "workflow.check_integrity": "clock",
    "workflow.seal": "clock",
    "workflow.deliver": "delivery",
    "workflow.freeze_papers": "documents",
    "workflow.clear_previews": "documents",
}


def ours() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_beat_asks_for_every_task_and_only_for_tasks() -> None:
    assert {entry["task"] for entry in BEAT.values()} == ours()


@pytest.mark.parametrize(("task", "seconds"), EVERY.items())
def test_a_tick_comes_in_its_interval_and_expires_with_it(task: str, seconds: int) -> None:
    (entry,) = [entry for entry in BEAT.values() if entry["task"] == task]
    assert entry["schedule"] == timedelta(seconds=seconds)
    assert entry["options"] == {"expires": seconds}


def test_in_the_night_what_is_sealed_was_checked_before() -> None:
    nightly: dict[str, Any] = {
        entry["task"]: entry["schedule"] for entry in BEAT.values() if isinstance(entry["schedule"], crontab)
    }
    assert nightly.keys() == NIGHTLY
    assert all(schedule.hour <= set(range(6)) for schedule in nightly.values())

    def minute(schedule: Any) -> int:
        return 60 * min(schedule.hour) + min(schedule.minute)

    checked, sealed = (minute(nightly[f"workflow.{name}"]) for name in ("check_integrity", "seal"))
    assert sealed - checked >= app.conf.task_time_limit / 60
    assert app.conf.timezone == "Asia/Ho_Chi_Minh"


def test_every_task_has_a_queue_that_a_worker_serves() -> None:
    assert ours() == QUEUES.keys()
    for task, queue in QUEUES.items():
        assert app.amqp.router.route({}, task)["queue"].name == queue
    assert {queue.name for queue in app.conf.task_queues} == set(QUEUES.values())


def test_a_tick_goes_to_its_own_queue_and_to_no_other() -> None:
    with Connection("memory://") as broker, broker.channel() as channel:
        for queue in app.conf.task_queues:
            queue(channel).declare()
        deliver: Any = app.tasks["workflow.deliver"]
        deliver.apply_async(connection=broker)
        assert {
            queue.name: queue(channel).queue_declare(passive=True).message_count for queue in app.conf.task_queues
        } == {
            "clock": 0,
            "delivery": 1,
            "documents": 0,
        }


def test_a_killed_worker_s_tick_is_given_out_again_and_a_living_one_s_is_not() -> None:
    conf = app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    visibility = conf.broker_transport_options["visibility_timeout"]
    assert conf.task_soft_time_limit < conf.task_time_limit < visibility
    # What a killed sender had claimed is free again only when the sender must be dead.
    assert conf.task_time_limit < LEASE.total_seconds()
    for task in ours():
        assert app.tasks[task].acks_late
        assert (app.tasks[task].time_limit or conf.task_time_limit) < visibility


def test_a_worker_waits_for_its_broker_as_long_as_it_takes() -> None:
    assert app.conf.broker_connection_retry_on_startup
    assert app.conf.broker_connection_max_retries is None
    # What these two are for is seen in tests/chaos, where the broker goes away in the middle of a fan-out.
    assert app.conf.worker_cancel_long_running_tasks_on_connection_loss
    assert Channel.QoS is TickQoS


WAITS = {"eta", "countdown", "retry_backoff", "default_retry_delay"}


def waiting_in_the_broker(text: str) -> Iterator[int]:
    """Lines that have a task wait in the broker, which gives out again what waits past its visibility timeout."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.keyword) and node.arg in WAITS:
            yield node.value.lineno
        elif isinstance(node, ast.Dict):
            yield from (one.lineno for one in node.keys if isinstance(one, ast.Constant) and one.value in WAITS)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "retry":
            yield node.lineno


def test_no_task_waits_in_the_broker() -> None:
    sources = [path for room in ("project", "workflow") for path in (ROOT / room).rglob("*.py")]
    assert len(sources) > 100
    assert [(path.name, line) for path in sources for line in waiting_in_the_broker(path.read_text())] == []


@pytest.mark.parametrize(
    "text",
    ["sign.apply_async((1,), countdown=60)", "entry = {'options': {'eta': later}}", "raise self.retry(exc=error)"],
)
def test_waiting_in_the_broker_is_found(text: str) -> None:
    assert list(waiting_in_the_broker(text)) == [1]

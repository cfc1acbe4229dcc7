"""Open processes one by one and play them to the end, as stock viewflow's own views do; prints milliseconds as JSON.

python -m bench.stock.run --processes N [--migrate], on the database of DATABASE_URL.
"""

import argparse
import json
import os
import time
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.stock.settings"
django.setup()

from django.contrib.auth.models import User  # noqa: E402 – after setup()
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from viewflow.workflow.models import Process, Task  # noqa: E402

from bench.stock.flow import STEPS, ReportFlow  # noqa: E402


def take(task: Any, user: User) -> None:
    """The POST to the assign view: the task lands on the user's desk."""
    with ReportFlow.lock(task.process_id), transaction.atomic():
        activation = task.flow_task.activation_class(Task.objects.get(pk=task.pk))
        if activation.flow_task.can_assign(user, activation.task):
            activation.assign(user)


def perform(task: Any, user: User, **written: str) -> None:
    """The POST to the task's view: its fields are saved and the next task appears."""
    request = HttpRequest()
    request.user = user  # type: ignore[assignment]  # mypy knows the project's user model
    with ReportFlow.lock(task.process_id), transaction.atomic():
        activation = task.flow_task.activation_class(Task.objects.get(pk=task.pk))
        if not activation.flow_task.can_execute(user, activation.task):
            raise RuntimeError("the task is somebody else's")
        activation.start(request)
        if written:
            activation.process.data |= written
            activation.process.save()
        activation.execute()


def play(process: Any, user: User, text: str) -> float:
    """Carry one process through its five steps, each taken first, then done; returns the milliseconds of these."""
    elapsed = 0.0
    for step in STEPS:
        # The user's list of tasks shows the address; looking it up is no part of the two requests.
        task = Task.objects.get(process=process, flow_task=step)
        started = time.perf_counter()
        take(task, user)
        perform(task, user, **({"text": text} if step is ReportFlow.write else {}))
        elapsed += 1000 * (time.perf_counter() - started)
    return elapsed


def open_all(count: int) -> tuple[list[Any], float]:
    """Open processes one by one; returns them and the milliseconds."""
    started = time.perf_counter()
    processes = [ReportFlow.start.run(organization_id=n) for n in range(count)]
    return processes, 1000 * (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--processes", type=int, required=True)
    parser.add_argument("--migrate", action="store_true")
    arguments = parser.parse_args()
    if arguments.migrate:
        call_command("migrate", verbosity=0)
    user, _ = User.objects.get_or_create(username="lan")
    text = "Chi bộ đã quán triệt đầy đủ. " * 25
    play(ReportFlow.start.run(organization_id=0), user, text)
    processes, opening = open_all(arguments.processes)
    playing = sum(play(process, user, text) for process in processes)
    unfinished = Process.objects.filter(finished__isnull=True).count()
    if unfinished:
        raise RuntimeError(f"{unfinished} processes did not reach their end")
    count = arguments.processes
    print(json.dumps({"opening": opening / count, "lifecycle": playing / count}))


if __name__ == "__main__":
    main()

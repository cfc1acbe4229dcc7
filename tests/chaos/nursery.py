"""Workers and beats, forked from a process that has imported everything: a new one stands within a moment.

    python -m tests.chaos.nursery

CHAOS_FAULT in the environment takes away a guard, to see that the ledgers then differ.

Each line on standard input is JSON: argv (what `celery -A project` would get), environment, log. The answer is the pid,
which is also the process group's. They are the project's worker and beat; only the beat table's pace is quicker.
"""

import json
import os
import signal
import sys
import time
from typing import Any

# Only to have them imported before the first fork.
import celery.apps.beat
import celery.apps.worker
import celery.concurrency.prefork  # noqa: F401
import kombu.transport.redis  # noqa: F401
from celery.signals import worker_process_init

from project.celery import app
from project.servers.process import end_with_parent
from tests.chaos.hours import enter_the_afternoon

PACE = 0.5
HURRIED = ("sweep", "fan out", "deliver")


def main() -> None:
    end_with_parent(os.getppid(), signal.SIGKILL)
    enter_the_afternoon()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that the kernel reaps them
    for name in HURRIED:
        app.conf.beat_schedule[name]["schedule"] = PACE
    app.loader.import_default_modules()
    app.finalize()
    if fault := os.environ.get("CHAOS_FAULT"):
        from tests.chaos.faults import FAULTS  # needs the tables' classes

        FAULTS[fault]()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        nursery = os.getpid()
        pid = os.fork()
        if pid == 0:
            become(asked, nursery)
        os.setpgid(pid, pid)  # whoever comes first: it may be killed at once
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def become(asked: dict[str, Any], nursery: int) -> None:
    """Be this worker or beat, in a process group of its own, until the end."""
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        end_with_parent(nursery, signal.SIGKILL)
        log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for theirs, ours in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(theirs, ours)
        os.environ.update(asked["environment"])
        app.start(asked["argv"])
    except BaseException as failure:
        os.write(2, f"{time.time()} ended: {failure!r}\n".encode())
    finally:
        os._exit(1)


@worker_process_init.connect(weak=False)
def _end_with_the_worker(**_sent: object) -> None:
    """A pool child does not outlive a killed worker by itself."""
    end_with_parent(os.getppid(), signal.SIGKILL)


if __name__ == "__main__":
    main()

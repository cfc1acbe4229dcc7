"""A run plays on a Wednesday afternoon, whatever the hour is: at night and on days off nothing leaves the system."""

import os
import time
from datetime import datetime

import time_machine

from tests.scenarios.plain_clock import HANOI

BEGINS = datetime(2026, 6, 24, 13, 0, tzinfo=HANOI)
VARIABLE = "CHAOS_BEGAN"


def enter_the_afternoon() -> None:
    """Set this process's clock, and with it that of whatever it forks; the first process to do so begins the run."""
    began = float(os.environ.setdefault(VARIABLE, str(time.time())))
    time_machine.travel(BEGINS.timestamp() + time.time() - began, tick=True).start()

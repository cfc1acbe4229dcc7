"""Run stock viewflow beside the system: in a process and a database of its own on the same server."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CLONE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Stock:
    """Milliseconds to open one process, and to play one to its end."""

    opening: float
    lifecycle: float


def measure(database: str, processes: int, *, migrate: bool = False) -> Stock:
    """Open and play processes in a database of the configured server."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()
    command = [sys.executable, "-m", "bench.stock.run", "--processes", str(processes), *(["--migrate"] * migrate)]
    environment = os.environ | {"DATABASE_URL": address}
    ended = subprocess.run(  # noqa: S603 – our own module
        command, env=environment, cwd=CLONE, check=True, stdout=subprocess.PIPE
    )
    return Stock(**json.loads(ended.stdout))

"""The nightly seal over the audit trail, kept in the database and outside it."""

import json
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from workflow.models import Event, Seal
from workflow.models.heads import heads


def seal(*, now: datetime) -> Seal:
    """Seal every event written so far; the line outside the database shows a tail that was cut off later."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Waits for writers and is let go at once: no event with a smaller id is committed later.
            cursor.execute("LOCK TABLE workflow_event IN SHARE MODE")
        newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with transaction.atomic():
        streams, events, digest = heads(newest)
        row, _made = Seal.objects.get_or_create(
            last_event=newest,
            defaults={"at": now, "events": events, "streams": streams, "sha256": digest},
        )
    _keep_outside(row)
    return row


def _keep_outside(row: Seal) -> None:
    directory = Path(settings.SEAL_DIRECTORY)
    directory.mkdir(parents=True, exist_ok=True)
    line = {
        "at": row.at.isoformat(),
        "last_event": row.last_event,
        "events": row.events,
        "streams": row.streams,
        "sha256": row.sha256,
    }
    path = directory / "seals.jsonl"
    # A line that a full disk cut short must not swallow the next one.
    torn = path.exists() and not path.read_bytes().endswith(b"\n")
    with path.open("a") as file:
        file.write("\n" * torn + json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())

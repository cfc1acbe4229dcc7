"""What is done with files and papers."""

from typing import Any

from tests.builders import NOW, World, to_sent
from tests.failure.trials import in_world
from workflow.actions import attachments, papers

ANNEX: dict[str, Any] = {"title": "Phụ lục", "name": "phu-luc.txt", "content": "Số liệu".encode(), "declared": True}


def attached(world: World) -> dict[str, Any]:
    of_lan: dict[str, Any] = {"report_id": world.report().pk, "actor": world.lan}
    annex = attachments.attach_to_report(**of_lan, **ANNEX, now=NOW)
    return of_lan | {"key": annex.key}


def issued(world: World) -> dict[str, Any]:
    to_sent(world, world.report())
    return {}


PAPER_TRIALS = [
    in_world(
        None,
        attachments.attach_to_report,
        lambda world: {"report_id": world.report().pk, "actor": world.lan, **ANNEX},
    ),
    in_world(None, attachments.remove_from_report, attached),
    in_world(None, papers.freeze_papers, issued),
]

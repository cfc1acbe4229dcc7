"""Files outside the database: a seal's line, a scan. When they cannot be written, what is in the database stands."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError, connection

from tests.builders import NOW, World
from tests.concurrency.scene import LATER, Scene
from tests.failure.breaking import Writes, everything_stored
from workflow.actions.attachments import keep_scan
from workflow.actions.sealing import seal
from workflow.choices import ReportState
from workflow.models import Attachment, Seal
from workflow.queries.integrity import check_integrity


def kept_lines() -> list[str]:
    return (Path(settings.SEAL_DIRECTORY) / "seals.jsonl").read_text().splitlines()


def no_space(*_asked: object, **_named: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_seal_whose_line_cannot_be_written_says_so_and_is_completed_by_a_retry(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Path, "open", no_space)
        with pytest.raises(OSError, match="No space left"):
            seal(now=NOW)
    assert check_integrity() == []

    again = seal(now=LATER)

    assert Seal.objects.get() == again
    assert len(kept_lines()) == 1
    assert check_integrity() == []


@pytest.fixture
def torn_line(world: World) -> Callable[[], None]:
    """A first seal, and a second one of which half a line reached the disk."""
    seal(now=NOW)
    Scene.at(world, ReportState.DRAFT).save("Thêm một câu.")
    path = Path(settings.SEAL_DIRECTORY) / "seals.jsonl"

    def tear() -> None:
        with path.open("a") as file:
            file.write('{"at": "2026-06-11T02:0')

    return tear


def test_half_a_line_of_a_seal_breaks_neither_the_check_nor_the_next_seal(torn_line: Callable[[], None]) -> None:
    torn_line()
    assert check_integrity() == []

    seal(now=LATER)

    assert check_integrity() == []
    assert len([line for line in kept_lines() if line.endswith("}")]) == 2


def test_a_cut_tail_still_shows_when_the_newest_line_is_torn(torn_line: Callable[[], None]) -> None:
    seal(now=LATER)
    torn_line()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM workflow_event WHERE id = (SELECT max(id) FROM workflow_event)")
        cursor.execute("DELETE FROM workflow_seal")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    assert "the chain verifies against the seal" in [problem.invariant for problem in check_integrity()]


def test_after_a_failed_fsync_a_retry_leaves_one_seal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", no_space)
        with pytest.raises(OSError, match="No space left"):
            seal(now=NOW)

    seal(now=LATER)

    assert Seal.objects.count() == 1
    assert check_integrity() == []


def keep(world: World) -> Attachment:
    return keep_scan(
        report_id=world.report().pk,
        actor=world.dung,
        title="Bản quét",
        name="scan.pdf",
        content=b"%PDF-1.7",
        declared=True,
        now=NOW,
    )


def test_a_scan_that_cannot_be_stored_leaves_no_row_and_a_retry_keeps_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything_stored()
    with monkeypatch.context() as broken:
        broken.setattr(FileSystemStorage, "_save", no_space)
        with pytest.raises(OSError, match="No space left"):
            keep(world)
    assert everything_stored() == before

    kept = keep(world)

    assert Path(kept.file.path).read_bytes() == b"%PDF-1.7"


def test_a_scan_whose_row_cannot_be_written_is_kept_by_a_retry(world: World) -> None:
    with connection.execute_wrapper(Writes(1)), pytest.raises(OperationalError):
        keep(world)
    assert not Attachment.objects.exists()

    kept = keep(world)

    assert Path(kept.file.path).read_bytes() == b"%PDF-1.7"
    assert Attachment.objects.get().report == world.report()

"""Issued papers frozen as PDF: once, the same bytes, whatever is cut off in the middle."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.builders import NOW, World, to_sent
from workflow.actions import papers
from workflow.actions.papers import freeze_paper, freeze_papers, pdf_of_issued, unfrozen
from workflow.models import IssuedDocument, PaperFile
from workflow.queries.integrity import check_integrity
from workflow.rules.canonical import bytes_hash

LATER = NOW + timedelta(days=6)


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def document(world: World) -> IssuedDocument:
    to_sent(world, world.report())
    return IssuedDocument.objects.select_related("revision").get()


def test_issuing_sets_no_paper_and_the_next_tick_does(document: IssuedDocument) -> None:
    assert list(unfrozen()) == [document]
    assert freeze_papers(now=LATER) == (1, document.pk)

    paper = PaperFile.objects.get()
    content = Path(paper.file.path).read_bytes()
    assert content.startswith(b"%PDF-")
    assert (paper.document, paper.sha256, paper.size) == (document, bytes_hash(content), len(content))
    assert freeze_papers(now=LATER) == (0, 0)
    assert check_integrity() == []


def test_freezing_again_changes_nothing(document: IssuedDocument) -> None:
    first = freeze_paper(document, now=LATER)
    again = freeze_paper(document, now=LATER + timedelta(days=9))
    assert again == first
    assert again.frozen_at == LATER
    assert pdf_of_issued(document) == Path(first.file.path).read_bytes()


def test_a_row_that_cannot_be_written_leaves_a_file_that_the_next_tick_takes(
    document: IssuedDocument, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def lost(*_asked: object, **_named: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(type(PaperFile.objects.all()), "bulk_create", lost)
        with pytest.raises(DatabaseError):
            freeze_papers(now=LATER)
    assert not PaperFile.objects.exists()

    assert freeze_papers(now=LATER) == (1, document.pk)
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".pdf"]


def test_a_disk_that_is_full_leaves_no_row_and_no_part(
    document: IssuedDocument, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_asked: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("os.replace", full)
        with pytest.raises(OSError, match="No space left"):
            freeze_papers(now=LATER)
    assert not PaperFile.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert freeze_papers(now=LATER) == (1, document.pk)


def test_a_paper_that_cannot_be_set_does_not_hold_up_the_others(
    world: World, document: IssuedDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_sent(world, world.report("other"))
    whole = papers.pdf_of_issued

    def broken_one(asked: IssuedDocument) -> bytes:
        if asked == document:
            raise RuntimeError
        return whole(asked)

    monkeypatch.setattr(papers, "pdf_of_issued", broken_one)
    frozen, last = freeze_papers(now=LATER)
    assert (frozen, list(unfrozen())) == (1, [document])
    assert freeze_papers(now=LATER, after=last) == (0, 0)


def test_a_file_that_was_changed_or_lost_is_found(document: IssuedDocument) -> None:
    paper = freeze_paper(document, now=LATER)
    path = Path(paper.file.path)
    whole = path.read_bytes()
    path.write_bytes(whole + b" ")
    (problem,) = check_integrity()
    assert problem.ids == (paper.pk,)
    path.unlink()
    assert len(check_integrity()) == 1
    path.write_bytes(whole)
    assert check_integrity() == []


@pytest.mark.parametrize("statement", ["UPDATE workflow_paperfile SET sha256 = ''", "DELETE FROM workflow_paperfile"])
def test_the_database_refuses_to_change_a_frozen_paper(document: IssuedDocument, statement: str) -> None:
    freeze_paper(document, now=LATER)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert PaperFile.objects.get().sha256

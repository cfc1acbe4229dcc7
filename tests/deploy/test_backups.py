"""A backup comes back into an empty place with its chain, seal and files, and a damaged one does not."""

import tarfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from tests.builders import NOW, World
from workflow.actions.attachments import attach_to_request
from workflow.actions.preparing import prepare_campaign
from workflow.management.keeping import bring_back, problems
from workflow.models import Attachment, Event, Report

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def places(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT, settings.SEAL_DIRECTORY = tmp_path / "files", tmp_path / "seals"
    return tmp_path


@pytest.fixture
def empty(places: Path, settings: Any) -> Iterator[Any]:
    """Turn the settings to an empty database beside the tests' own, and to empty folders."""
    own = connection.settings_dict["NAME"]
    other = f"{own}_restored"

    def turn() -> None:
        _sql(f'DROP DATABASE IF EXISTS "{other}"', f'CREATE DATABASE "{other}"')
        connection.close()
        connections["default"].settings_dict["NAME"] = other
        settings.MEDIA_ROOT, settings.SEAL_DIRECTORY = places / "new files", places / "new seals"

    yield turn
    connection.close()
    connections["default"].settings_dict["NAME"] = own
    _sql(f'DROP DATABASE IF EXISTS "{other}"')


def _sql(*statements: str) -> None:
    given = connection.settings_dict
    login = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "password": given["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **login) as server:
        for statement in statements:
            server.execute(statement)


def kept(places: Path) -> Path:
    """A backup of the world with one attached file."""
    said = StringIO()
    call_command("backup", places / "backups", stdout=said)
    return Path(said.getvalue().strip())


def attached(world: World) -> Attachment:
    request = prepare_campaign(issuer_id=world.duk.pk, actor=world.dung, subject="Báo cáo quý", now=NOW)
    return attach_to_request(
        campaign_id=request.pk,
        actor=world.dung,
        title="Công văn",
        source="",
        name="cong-van.txt",
        content="Kính gửi các chi bộ".encode(),
        declared=True,
        now=NOW,
    )


def test_a_backup_comes_back_whole(shared_world: World, places: Path, empty: Any) -> None:
    file = attached(shared_world)
    before = (Report.objects.count(), Event.objects.count())
    backup = kept(places)
    empty()
    said = StringIO()
    call_command("restore", backup, stdout=said)
    assert (Report.objects.count(), Event.objects.count()) == before
    assert (places / "new files" / str(file.file)).read_bytes() == "Kính gửi các chi bộ".encode()
    assert str(before[1]) in said.getvalue()


def test_what_may_be_gone_any_moment_is_not_in_a_backup(shared_world: World, places: Path) -> None:
    file = attached(shared_world)
    for name in ("previews/ab/abcd/0001.png", ".half.part"):
        path = places / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    with tarfile.open(kept(places) / "files.tar") as archive:
        assert [member.name for member in archive if member.isfile()] == [str(file.file)]


def test_a_damaged_backup_writes_nothing(shared_world: World, places: Path, empty: Any) -> None:
    backup = kept(places)
    with (backup / "database.dump").open("r+b") as dump:
        dump.seek(2000)
        dump.write(b"x")
    empty()
    with pytest.raises(CommandError, match=r"database\.dump"):
        call_command("restore", backup)
    assert connection.introspection.table_names() == []


def test_nothing_is_restored_over_what_is_there(shared_world: World, places: Path) -> None:
    backup = kept(places)
    count = Report.objects.count()
    with pytest.raises(CommandError):
        call_command("restore", backup)
    assert Report.objects.count() == count


def test_a_file_that_was_changed_after_the_restore_of_its_row_is_found(
    shared_world: World, places: Path, empty: Any, settings: Any
) -> None:
    file = attached(shared_world)
    (Path(settings.MEDIA_ROOT) / str(file.file)).write_bytes(b"something else")
    backup = kept(places)
    empty()
    with pytest.raises(CommandError):
        call_command("restore", backup)


def test_a_chain_that_was_cut_is_found_by_the_seal_beside_it(shared_world: World, places: Path, empty: Any) -> None:
    """Somebody with the database's own password takes the last event away before the dump is restored elsewhere."""
    backup = kept(places)
    empty()
    bring_back(backup)
    assert list(problems()) == []
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "DELETE FROM workflow_notice; DELETE FROM workflow_event WHERE id = (SELECT max(id) FROM workflow_event)"
        )
        cursor.execute("SET session_replication_role = origin")
    assert any(problem.startswith("the chain verifies against the seal") for problem in problems())

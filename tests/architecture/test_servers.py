"""The launcher keeps its promises: real servers, never root's, gone with their parent."""

import functools
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

CLONE = Path(__file__).resolve().parents[2]
LAUNCHER = [sys.executable, "-m", "project.servers"]
Given = dict[str, str]
NOTHING: Given = {}
VALKEY_ONLY: Given = {"DATABASE_URL": "postgresql://not/started"}  # where PostgreSQL would only cost time
GONE_WITHIN_SECONDS = 10


@pytest.fixture
def clone() -> Iterator[Path]:
    """A clone with nothing but the launcher, in a folder that any account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="báo cáo "))
    folder.chmod(0o755)
    shutil.copytree(CLONE / "project", folder / "project", ignore=shutil.ignore_patterns("__pycache__"))
    yield folder
    where = folder / "var/where"
    if where.is_file():
        shutil.rmtree(where.read_text().strip(), ignore_errors=True)
    shutil.rmtree(folder)


def throw_away_folders(clone: Path) -> list[Path]:
    """Where the service account cannot reach the programs, they do not lie in the clone."""
    return list(Path((clone / "var/where").read_text().strip()).glob("throwaway-*"))


def launch(
    clone: Path, kind: str, *command: str, before: Callable[[], None] | None = None, given: Given = NOTHING
) -> subprocess.Popen[str]:
    return begin([*LAUNCHER, kind, "--", *command], clone, before, given)


def begin(command: list[str], clone: Path, before: Callable[[], None] | None, given: Given) -> subprocess.Popen[str]:
    ours = ("DATABASE_URL", "REDIS_URL", "POSTGRES_PORT", "VALKEY_PORT")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.Popen(
        command,
        cwd=clone,
        env=environment | given,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=functools.partial(heeding_interrupts, before),
    )


def heeding_interrupts(before: Callable[[], None] | None) -> None:
    """A shell that runs the tests in the background lets them ignore Ctrl-C, and they would hand that down."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if before is not None:
        before()


def run(clone: Path, kind: str, *command: str, given: Given = NOTHING) -> tuple[int, str, str]:
    launcher = launch(clone, kind, *command, given=given)
    printed, complained = launcher.communicate(timeout=60)
    return launcher.returncode, printed, complained


def end(launcher: subprocess.Popen[str], signum: signal.Signals | None = None) -> str:
    """Send the signal if one is given, wait for the end, return what the launcher complained of.

    Only then close the command's standard input: it would end by itself.
    """
    if signum is not None:
        launcher.send_signal(signum)
    launcher.wait(timeout=30)
    return launcher.communicate()[1]


def descendants(pid: int) -> dict[int, str]:
    """Return the processes below `pid` and what each one is called."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found[int(child)] = Path(f"/proc/{child}/comm").read_text().strip()
        found |= descendants(int(child))
    return found


def running(
    clone: Path, kind: str = "--throwaway", given: Given = NOTHING
) -> tuple[subprocess.Popen[str], dict[int, str], list[str]]:
    """Start the launcher on a command that waits; return it, its descendants and the addresses it gave."""
    launcher = launch(clone, kind, "sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"; read never', given=given)
    assert launcher.stdout is not None
    addresses = launcher.stdout.readline().split()
    assert len(addresses) == 2
    return launcher, descendants(launcher.pid), addresses


def pid_of(name: str, processes: dict[int, str]) -> int:
    return next(pid for pid, called in processes.items() if called == name)


def fields(status: str, *names: str) -> list[str]:
    """Return the values of the named lines of /proc/PID/status."""
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return [value for name in names for value in lines[name].split()]


def still_there(pids: dict[int, str]) -> dict[int, str]:
    """Return those that run yet after a while; one that only waits to be reaped has ended."""
    deadline = time.monotonic() + GONE_WITHIN_SECONDS
    while left := {pid: name for pid, name in pids.items() if is_alive(pid)}:
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return left


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.django_db
def test_postgres_knows_vietnamese_letters() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT 'ĐƯỜNG' ILIKE 'đường', lower('ĐƯỜNG'), upper('đường'), show_trgm('ưỡ') = '{}'")
        assert cursor.fetchone() == (True, "đường", "ĐƯỜNG", False)
        cursor.execute("SELECT similarity('Đảng ủy', 'đảng ủy'), similarity('ủy', 'ỵ ỡ')")
        assert cursor.fetchone() == (1, 0)


@pytest.mark.parametrize("killed", ["launcher", "command"])
def test_no_server_outlives_a_killed(clone: Path, killed: str) -> None:
    launcher, below, _ = running(clone)
    assert {"postgres", "valkey-server", "sh"} == set(below.values())
    os.kill(launcher.pid if killed == "launcher" else pid_of("sh", below), signal.SIGKILL)
    end(launcher)
    assert launcher.returncode == (-signal.SIGKILL if killed == "launcher" else 128 + signal.SIGKILL)
    assert still_there(below) == {}


def test_no_server_outlives_the_killed_parent_of_the_launcher(clone: Path) -> None:
    launching = [*LAUNCHER, "--throwaway", "--", "sh", "-c", "echo; read never"]
    parent = begin(["sh", "-c", '"$@"; exit $?', "sh", *launching], clone, None, VALKEY_ONLY)
    assert parent.stdout is not None
    parent.stdout.readline()
    below = descendants(parent.pid)
    assert "valkey-server" in below.values()
    end(parent, signal.SIGKILL)
    assert still_there(below) == {}


@pytest.mark.parametrize(
    ("signum", "given"), [(signal.SIGINT, NOTHING), (signal.SIGTERM, VALKEY_ONLY)], ids=["INT", "TERM"]
)
def test_a_signal_reaches_the_command_and_everything_ends(clone: Path, signum: signal.Signals, given: Given) -> None:
    launcher, below, _ = running(clone, given=given)
    assert end(launcher, signum) == ""
    assert launcher.returncode == 128 + signum
    assert still_there(below) == {}
    assert throw_away_folders(clone) == []


def test_a_server_that_ends_in_the_middle_ends_the_run(clone: Path) -> None:
    launcher, below, _ = running(clone, given=VALKEY_ONLY)
    os.kill(pid_of("valkey-server", below), signal.SIGKILL)
    complained = end(launcher)
    assert launcher.returncode == 1
    assert complained.startswith("servers: Valkey ended in the middle of the run; see ")
    assert still_there(below) == {}


def test_in_a_hidden_clone_servers_run_and_never_as_root(clone: Path) -> None:
    clone.chmod(0o700)  # like a clone below /root
    launcher, below, _ = running(clone)
    servers = [pid for pid, name in below.items() if name in ("postgres", "valkey-server")]
    identities = [Path(f"/proc/{pid}/status").read_text() for pid in servers]
    end(launcher, signal.SIGTERM)
    assert all("0" not in fields(status, "Uid", "Gid", "Groups") for status in identities)
    where = Path((clone / "var/where").read_text().strip())
    assert where.parent == (Path("/var/lib/baocao") if os.geteuid() == 0 else clone)
    assert clone.stat().st_mode & 0o777 == 0o700


def test_the_commands_exit_code_is_the_launchers(clone: Path) -> None:
    assert run(clone, "--throwaway", "sh", "-c", "exit 7", given=VALKEY_ONLY) == (7, "", "")


def test_a_server_named_by_the_environment_is_not_started(clone: Path) -> None:
    named = {"DATABASE_URL": "postgresql://elsewhere/db", "REDIS_URL": "redis://elsewhere/0"}
    launcher, below, addresses = running(clone, given=named)
    end(launcher, signal.SIGTERM)
    assert (addresses, list(below.values())) == (list(named.values()), ["sh"])
    assert not (clone / "var").exists()


@pytest.mark.parametrize("variable", ["POSTGRES_PORT", "VALKEY_PORT"])
def test_a_port_in_use_is_one_sentence(clone: Path, variable: str) -> None:
    given = VALKEY_ONLY if variable == "VALKEY_PORT" else NOTHING
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _, complained = run(clone, "--throwaway", "true", given=given | {variable: port})
    sentence = f"Port {port} ({variable}): Address already in use; free it or unset {variable}."
    assert (code, complained) == (1, f"servers: {sentence}\n")


def test_a_folder_that_cannot_be_made_is_one_sentence(clone: Path) -> None:
    (clone / "var").write_text("not a folder")
    assert run(clone, "--throwaway", "true") == (1, "", f"servers: {clone}/var: File exists.\n")


def test_a_disk_that_takes_no_more_is_one_sentence(clone: Path) -> None:
    def let_no_file_grow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    launcher = launch(clone, "--throwaway", "true", before=let_no_file_grow)
    _, complained = launcher.communicate(timeout=60)
    assert launcher.returncode == 1
    assert complained.startswith("servers: ")
    assert "File too large" in complained
    assert complained.count("\n") == 1


def test_durable_data_survive_a_kill_and_serve_one_run_at_a_time(clone: Path) -> None:
    launcher, _, (database, _) = running(clone, "--durable")
    with psycopg.connect(database) as connected:
        connected.execute("CREATE TABLE kept ()")
    code, _, complained = run(clone, "--durable", "true")
    assert code == 1
    assert complained.startswith("servers: The durable servers in ")
    assert complained.count("\n") == 1
    end(launcher, signal.SIGKILL)
    launcher, _, (database, _) = running(clone, "--durable")
    with psycopg.connect(database) as connected:
        connected.execute("SELECT FROM kept")
    end(launcher, signal.SIGTERM)


def test_throw_away_runs_do_not_meet_and_sweep_up_after_killed_ones(clone: Path) -> None:
    launcher, below, _ = running(clone, given=VALKEY_ONLY)
    assert run(clone, "--throwaway", "true", given=VALKEY_ONLY) == (0, "", "")
    assert launcher.poll() is None
    end(launcher, signal.SIGKILL)
    assert still_there(below) == {}
    assert len(throw_away_folders(clone)) == 1
    assert run(clone, "--throwaway", "true", given=VALKEY_ONLY) == (0, "", "")
    assert throw_away_folders(clone) == []


def test_without_the_password_nobody_gets_in(clone: Path) -> None:
    launcher, _, addresses = running(clone)
    database, redis = (urlsplit(address) for address in addresses)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=database.hostname, port=database.port, user="postgres", password="guess")
    with socket.create_connection((redis.hostname, redis.port)) as stranger:
        stranger.sendall(b"PING\r\n")
        assert stranger.recv(100).startswith(b"-NOAUTH")
    end(launcher, signal.SIGTERM)


TOGETHER = """
import sys
from project.servers.process import ServersFailed
from project.servers import together
from project.servers.together import Program, Together
together.AT_ONCE_SECONDS = {at_once}
try:
    sys.exit(Together([Program(*one) for one in {programs!r}]).run())
except ServersFailed as failure:
    sys.exit(f"demo: {{failure}}")
"""


def together(*programs: tuple[str, list[str]], at_once: float = 30) -> subprocess.Popen[str]:
    return begin([sys.executable, "-c", TOGETHER.format(programs=programs, at_once=at_once)], CLONE, None, NOTHING)


def said(supervisor: subprocess.Popen[str], words: str) -> str:
    """Read on until a line contains the words."""
    assert supervisor.stdout is not None
    for line in supervisor.stdout:
        if words in line:
            return line
    raise AssertionError(f"never said: {words}")


def test_programs_run_together_are_named_and_end_together() -> None:
    waits = ["sh", "-c", "echo here; exec sleep 600"]
    supervisor = together(("web", waits), ("clock", waits))
    assert {said(supervisor, "here"), said(supervisor, "here")} == {"web   | here\n", "clock | here\n"}
    below = descendants(supervisor.pid)
    end(supervisor, signal.SIGINT)
    assert (supervisor.returncode, len(below)) == (0, 2)
    assert still_there(below) == {}


def test_no_program_outlives_a_killed_supervisor() -> None:
    supervisor = together(("web", ["sh", "-c", "echo here; exec sleep 600"]))
    said(supervisor, "here")
    below = descendants(supervisor.pid)
    end(supervisor, signal.SIGKILL)
    assert still_there(below) == {}


def test_a_program_that_dies_later_is_started_again(tmp_path: Path) -> None:
    lives = (
        f"test -e {tmp_path}/again && echo again && exec sleep 600; touch {tmp_path}/again; echo once; exec sleep 600"
    )
    supervisor = together(("web", ["sh", "-c", lives]), at_once=0)
    said(supervisor, "once")
    for pid in descendants(supervisor.pid):
        os.kill(pid, signal.SIGKILL)
    assert "started again" in said(supervisor, "ended")
    said(supervisor, "again\n")
    end(supervisor, signal.SIGTERM)


def test_what_a_killed_program_leaves_behind_ends_with_it() -> None:
    """A web server's workers went on after a kill of their head, and held its port."""
    supervisor = together(("web", ["sh", "-c", "sleep 600 & echo here; wait"]), at_once=0)
    said(supervisor, "here")
    below = descendants(supervisor.pid)
    os.kill(pid_of("sh", below), signal.SIGKILL)
    assert still_there(below) == {}
    end(supervisor, signal.SIGTERM)


def test_a_program_that_ends_at_once_ends_everything_with_one_sentence() -> None:
    supervisor = together(("web", ["sleep", "600"]), ("clock", ["sh", "-c", "echo no broker; exit 3"]))
    below = descendants(supervisor.pid)
    assert end(supervisor) == "demo: clock ended at once (code 3): no broker\n"
    assert supervisor.returncode == 1
    assert still_there(below) == {}

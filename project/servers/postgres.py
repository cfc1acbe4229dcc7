"""Start PostgreSQL from the wheel's programs: one cluster, TCP on 127.0.0.1, password needed."""

import functools
import os
import signal
import subprocess
from pathlib import Path

from project.servers.place import Place
from project.servers.process import Server, ServersFailed, end_with_parent, last_complaint, start_on_a_port

SUPERUSER = "postgres"
# Not the caller's: its PGPORT, PGOPTIONS and LANG would count.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.defpath}
# With the locale C, ILIKE and pg_trgm are wrong for accented letters; the wheel has no ICU.
LOCALE = ("-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C.UTF-8")
DURABLE = {"fsync": "on", "shared_buffers": "256MB"}
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def start(place: Place, run: Path, *, durable: bool, password: Path, lock: int) -> Server:
    """Start the cluster in `run`, making it first where there is none."""
    cluster = run / "postgres"
    if not cluster.exists():
        _make_cluster(place, run, durable=durable, password=password)
    launch = functools.partial(_launch, place, run, durable, lock)
    return start_on_a_port("POSTGRES_PORT", launch)


def _make_cluster(place: Place, run: Path, *, durable: bool, password: Path) -> None:
    """Run initdb beside the final name, so that an interrupted one leaves nothing that looks finished."""
    unfinished = run / "postgres.unfinished"
    subprocess.run(["rm", "-rf", unfinished], check=True)
    unfinished.mkdir(mode=0o700)
    place.hand_over(unfinished)
    log = run / "initdb.log"
    command: list[str | Path] = [place.postgres_programs / "initdb", "-D", unfinished, "-U", SUPERUSER]
    command += ["-A", "scram-sha-256", "--pwfile", password, "--data-checksums", "--no-instructions", *LOCALE]
    if not durable:
        command.append("--no-sync")
    with log.open("wb") as output:
        ended = subprocess.run(
            command,
            stdout=output,
            stderr=output,
            cwd=unfinished,
            env=ENVIRONMENT,
            check=False,
            preexec_fn=functools.partial(end_with_parent, os.getpid(), signal.SIGTERM),
            **place.identity,
        )
    if ended.returncode != 0:
        raise ServersFailed(f"PostgreSQL's initdb failed: {last_complaint(log)} (log: {log})")
    unfinished.rename(run / "postgres")


def _launch(place: Place, run: Path, durable: bool, lock: int, port: int) -> Server:
    cluster = run / "postgres"
    log = run / "postgres.log"
    stop_signal = signal.SIGINT if durable else signal.SIGQUIT  # fast with a checkpoint / at once
    settings = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
    settings |= DURABLE if durable else THROWAWAY
    command = [str(place.postgres_programs / "postgres"), "-D", str(cluster)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cluster,
            env=ENVIRONMENT,
            pass_fds=(lock,),
            start_new_session=True,  # Ctrl-C is the command's; the launcher stops the servers after it
            preexec_fn=functools.partial(end_with_parent, os.getpid(), stop_signal),
            **place.identity,
        )
    answers = functools.partial(_is_ready, cluster / "postmaster.pid", process.pid)
    return Server("PostgreSQL", process, port, log, stop_signal, answers)


def _is_ready(postmaster_file: Path, pid: int) -> bool:
    """Read PostgreSQL's own status file, as pg_ctl does: line 1 is the process, line 8 its status."""
    try:
        lines = postmaster_file.read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def ensure_database(place: Place, server: Server, name: str, password: str) -> None:
    """Create the database `name` where there is none."""
    login = ["-h", "127.0.0.1", "-p", str(server.port), "-U", SUPERUSER]
    created = subprocess.run(
        [place.postgres_programs / "createdb", *login, name],
        env=ENVIRONMENT | {"PGPASSWORD": password},
        cwd="/",
        check=False,
        capture_output=True,
        text=True,
        **place.identity,
    )
    if created.returncode != 0 and "already exists" not in created.stderr:
        raise ServersFailed(f"The database {name} could not be made: {created.stderr.strip()}")

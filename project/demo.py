"""Serve the demonstration: python -m project.servers --durable -- python -m project.demo

Migrates, collects the static files, plays the demonstration's state where the database is empty, then serves pages,
worker, beat and a mail server that keeps every mail, until Ctrl-C. PORT chooses the port, else 8000.
"""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from project.servers.process import ServersFailed, end_with_parent
from project.servers.together import Program, Together

CLONE = Path(__file__).resolve().parents[1]
VAR = CLONE / "var"
MAILS = VAR / "mails"
MANAGE = [sys.executable, "manage.py"]
STATIC_SOURCES = ("workflow/static", "var/assets", "requirements.txt")


def main() -> int:
    end_with_parent(os.getppid(), signal.SIGTERM)
    os.environ["PROFILE"] = "demo"
    try:
        port = _free_port()
        mail_port = _some_port()
        os.environ |= {
            "SITE_URL": os.environ.get("SITE_URL") or f"http://127.0.0.1:{port}",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mail_port),
            "DEMO_MAILS": str(MAILS),
            # Who starts it as root in a container knows.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
        }
        _prepare()
        return Together(_programs(port, mail_port)).run()
    except ServersFailed as failure:
        sys.stderr.write(f"demo: {failure}\n")
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _free_port() -> int:
    wanted = os.environ.get("PORT") or "8000"
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", int(wanted)))
    except (ValueError, OverflowError):
        raise ServersFailed(f"PORT={wanted} is not a port number.") from None
    except OSError as error:
        raise ServersFailed(
            f"Port {wanted}: {error.strerror}; free it or choose another: make demo PORT=8001"
        ) from None
    return int(wanted)


def _some_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _prepare() -> None:
    _manage("The database could not be brought up to date", "migrate", "--verbosity", "0")
    if _static_is_old():
        _tell("Collecting the static files")
        _manage("The static files could not be collected", "collectstatic", "--noinput", "--clear", "--verbosity", "0")
    _manage("The demonstration could not be set up", "demo")


def _manage(what: str, *arguments: str) -> None:
    command = [*MANAGE, *arguments]
    if subprocess.run(command, cwd=CLONE, check=False).returncode:  # noqa: S603 – our own programs
        raise ServersFailed(f"{what}; the lines above say why.")


def _static_is_old() -> bool:
    collected = VAR / "static/staticfiles.json"
    if not collected.exists():
        return True
    sources = [path for name in STATIC_SOURCES for path in (CLONE / name, *(CLONE / name).rglob("*"))]
    return max(path.stat().st_mtime for path in sources) > collected.stat().st_mtime


def _tell(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def _programs(port: int, mail_port: int) -> list[Program]:
    celery = [sys.executable, "-m", "celery", "--app", "project", "--quiet"]
    worker = [*celery, "worker", "--loglevel", "INFO", "--concurrency", "1"]
    worker += ["--without-gossip", "--without-heartbeat", "--without-mingle"]
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    web += ["--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    mail = [sys.executable, "-m", "project.servers.mail", "--directory", str(MAILS), "--port", str(mail_port)]
    return [
        Program("mail", mail),
        Program("web", [*web, "project.wsgi:application"]),
        Program("clock", [*worker, "--queues", "clock", "--hostname", "clock@%h"]),
        Program("delivery", [*worker, "--queues", "delivery,documents", "--hostname", "delivery@%h"]),
        Program("beat", [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""]),
    ]


if __name__ == "__main__":
    sys.exit(main())

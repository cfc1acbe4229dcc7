"""Run a command with a PostgreSQL and a Valkey of this clone's own.

    python -m project.servers --durable|--throwaway [--database NAME] -- COMMAND...

The command finds them by DATABASE_URL and REDIS_URL; a server whose variable is set already is not started. With
throw-away data it is also told to keep its files and seals there.
Durable data are kept between runs; throw-away data are unsafe, fast, and removed at the end. The OS chooses
the ports, unless POSTGRES_PORT and VALKEY_PORT give them. The exit code is the command's (128 + n after
signal n), or 1 with one sentence when the servers fail. However this process ends, the command and the
servers end with it; and it ends when its own parent does.
"""

import argparse
import functools
import os
import secrets
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from project.servers import place as places
from project.servers import postgres, valkey
from project.servers.process import Server, ServersFailed, end_with_parent

SI_KERNEL = 0x80  # <asm-generic/siginfo.h>: sent by the terminal, hence to the whole foreground group
WATCHED = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}
GRACE_SECONDS = 10


def main() -> int:
    arguments = _parse()
    end_with_parent(os.getppid(), signal.SIGTERM)
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _leave)
    try:
        with ExitStack() as stack:
            servers, addresses = _start(stack, durable=arguments.durable, database=arguments.database)
            return _supervise(arguments.command, os.environ | addresses, servers)
    except ServersFailed as failure:
        return _complain(str(failure))
    except OSError as error:
        return _complain(f"{error.filename or 'the servers'}: {error.strerror}.")
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m project.servers", description=__doc__.split("\n")[0])
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--durable", action="store_true", help="keep the data between runs")
    kind.add_argument("--throwaway", action="store_true", help="fast and unsafe, removed at the end")
    parser.add_argument("--database", default="workflow", help="made if missing (default: %(default)s)")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    return parser.parse_args()


def _leave(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)


def _complain(sentence: str) -> int:
    sys.stderr.write(f"servers: {sentence}\n")
    return 1


def _start(stack: ExitStack, *, durable: bool, database: str) -> tuple[list[Server], dict[str, str]]:
    """Start what the environment does not name yet; return the servers and the addresses to add to it."""
    servers: list[Server] = []
    addresses: dict[str, str] = {}
    wanted = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if not wanted:
        return servers, addresses
    place = places.settle()
    run, lock = stack.enter_context(places.durable_run(place) if durable else places.throwaway_run(place))
    password_file = _password_file(place, run)
    password = password_file.read_text()
    if "DATABASE_URL" in wanted:
        server = postgres.start(place, run, durable=durable, password=password_file, lock=lock)
        stack.callback(server.stop)
        servers.append(server)
        postgres.ensure_database(place, server, database, password)
        login = f"{postgres.SUPERUSER}:{password}"
        addresses["DATABASE_URL"] = f"postgresql://{login}@127.0.0.1:{server.port}/{database}"
    if "REDIS_URL" in wanted:
        server = valkey.start(place, run, durable=durable, password=password, lock=lock)
        stack.callback(server.stop)
        servers.append(server)
        addresses["REDIS_URL"] = f"redis://:{password}@127.0.0.1:{server.port}/0"
    if not durable:
        # Files and seals belong to their database: those of a throw-away one go with it.
        kept = {"MEDIA_ROOT": run / "files", "SEAL_DIRECTORY": run / "seals"}
        addresses |= {name: str(folder) for name, folder in kept.items() if not os.environ.get(name)}
    return servers, addresses


def _password_file(place: places.Place, run: Path) -> Path:
    """Return the file that keeps the servers' password, mode 0600."""
    path = run / "password"
    if not path.exists():
        unfinished = run / "password.unfinished"
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(24))
        place.hand_over(unfinished)
        unfinished.rename(path)
    return path


def _supervise(command: list[str], environment: dict[str, str], servers: list[Server]) -> int:
    """Run the command to its end, passing signals on; return its exit code.

    From here on signals are taken one by one, never in the middle of the servers' shutdown.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    begin = functools.partial(_begin_command, os.getpid())
    child = subprocess.Popen(command, env=environment, preexec_fn=begin)
    while (code := child.poll()) is None:
        for server in servers:
            if server.process.poll() is not None:
                _end(child)
                raise ServersFailed(f"{server.title} ended in the middle of the run; see {server.log}.")
        received = signal.sigwaitinfo(WATCHED)
        if received.si_signo != signal.SIGCHLD and received.si_code != SI_KERNEL:
            child.send_signal(received.si_signo)
    return code if code >= 0 else 128 - code


def _begin_command(launcher: int) -> None:
    end_with_parent(launcher, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


if __name__ == "__main__":
    sys.exit(main())

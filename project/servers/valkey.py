"""Start Valkey from the wheel's program: TCP on 127.0.0.1, password needed."""

import functools
import os
import signal
import socket
import subprocess
from pathlib import Path

from project.servers.place import Place
from project.servers.process import Server, end_with_parent, start_on_a_port


def start(place: Place, run: Path, *, durable: bool, password: str, lock: int) -> Server:
    """Start Valkey on the data in `run`; what is durable is kept in an append-only file."""
    folder = run / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    place.hand_over(folder)
    launch = functools.partial(_launch, place, folder, durable, password, lock)
    return start_on_a_port("VALKEY_PORT", launch)


def _launch(place: Place, folder: Path, durable: bool, password: str, lock: int, port: int) -> Server:
    settings = {
        "bind": "127.0.0.1",
        "port": port,
        "dir": ".",
        "requirepass": password,
        "save": '""',
        "appendonly": "yes" if durable else "no",
        "maxmemory-policy": "noeviction",
    }
    log = folder.parent / "valkey.log"
    with log.open("wb") as output:
        # Settings go in by standard input: arguments would show the password to everybody.
        process = subprocess.Popen(
            [place.valkey_server, "-"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd=folder,
            env={"LC_ALL": "C.UTF-8"},
            pass_fds=(lock,),
            start_new_session=True,
            preexec_fn=functools.partial(end_with_parent, os.getpid(), signal.SIGTERM),
            **place.identity,
        )
    assert process.stdin is not None
    with process.stdin as standard_input:
        standard_input.write("".join(f"{name} {value}\n" for name, value in settings.items()).encode())
    return Server("Valkey", process, port, log, signal.SIGTERM, functools.partial(_answers, port, password))


def _answers(port: int, password: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode())
            received = b""
            while part := connection.recv(256):
                received += part
    except OSError:
        return False
    return b"+PONG" in received

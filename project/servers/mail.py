"""A mail server for the tests, the demo and the walkthrough: every mail lands in a Maildir and goes no further.

    python -m project.servers.mail --directory DIRECTORY [--port PORT]

It listens on 127.0.0.1 only, prints its port once it answers, and ends with its parent.
"""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

from project.servers.process import end_with_parent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m project.servers.mail", description=__doc__.split("\n")[0])
    parser.add_argument("--directory", type=Path, required=True, help="the Maildir, made if missing")
    parser.add_argument("--port", type=int, default=0, help="default: one that the OS chooses")
    arguments = parser.parse_args()
    end_with_parent(os.getppid(), signal.SIGTERM)
    arguments.directory.parent.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(Mailbox(arguments.directory), arguments.port))


async def serve(handler: Mailbox, port: int) -> None:
    """Print the port and take mails until the process is ended."""
    loop = asyncio.get_running_loop()
    # With a name of its own it need not ask the network for one.
    server = await loop.create_server(lambda: SMTP(handler, hostname="localhost"), "127.0.0.1", port)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    main()

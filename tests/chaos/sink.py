"""The mail server of a chaos run: it takes its time, and says where it stands, so that a kill can hit the middle.

    python -m tests.chaos.sink --directory DIRECTORY --slowness SECONDS

After its port it prints a line per mail and stage: the sender's port and whether the mail is coming, kept or answered.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, Envelope, Session

from project.servers.mail import serve
from project.servers.process import end_with_parent


class SlowMailbox(Mailbox):
    def __init__(self, directory: Path, slowness: float) -> None:
        super().__init__(directory)
        self.slowness = slowness

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert session.peer is not None
        sender = int(session.peer[1])
        say(sender, "coming")
        await asyncio.sleep(random.uniform(0, self.slowness))
        answer = await super().handle_DATA(server, session, envelope)
        say(sender, "kept")
        # Whoever is killed from here on does not know that the mail has gone.
        await asyncio.sleep(random.uniform(0, self.slowness))
        say(sender, "answered")
        return answer


def say(sender: int, stage: str) -> None:
    sys.stdout.write(f"{sender} {stage}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--slowness", type=float, required=True)
    arguments = parser.parse_args()
    end_with_parent(os.getppid(), signal.SIGKILL)
    asyncio.run(serve(SlowMailbox(arguments.directory, arguments.slowness), 0))

"""A mail server in the play's own process: real SMTP, every mail into a Maildir, 550 for mailboxes it does not have."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Thread

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import override_settings

NO_SUCH_MAILBOX = "550 5.1.1 No such mailbox"
# The server and the sender speak of every connection and refusal; the play tells what there is to tell.
TALKATIVE = ("mail.log", "mail.debug", "workflow.delivery.dispatch")


class Sink(Mailbox):
    """What the server does with a mail. `unknown`: the addresses that it refuses."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.directory = directory
        self.unknown: set[str] = set()

    async def handle_RCPT(  # noqa: N802 – the server's word
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.unknown:
            return NO_SUCH_MAILBOX
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"


@contextmanager
def mail_sink(directory: Path) -> Iterator[Sink]:
    """Let every mail go to a server on this machine, into a new Maildir, and nothing leave by another way."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    sink, loop = Sink(directory), asyncio.new_event_loop()
    # With a name of its own it need not ask the network for one.
    listening = loop.create_server(lambda: SMTP(sink, hostname="localhost", loop=loop), "127.0.0.1", 0)
    server = loop.run_until_complete(listening)
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    levels = {name: logging.getLogger(name).level for name in TALKATIVE}
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with override_settings(
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=server.sockets[0].getsockname()[1],
            EMAIL_HOST_USER="",
            EMAIL_HOST_PASSWORD="",
            EMAIL_USE_TLS=False,
            GATEWAY_URL="",
        ):
            yield sink
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def files_in(directory: Path) -> list[Path]:
    """Every mail of a Maildir."""
    return sorted((directory / "new").iterdir())


def mails_to(directory: Path, address: str) -> Iterator[EmailMessage]:
    """What a mailbox has got."""
    for path in files_in(directory):
        content = path.read_bytes()
        if f"\nTo: {address}\n".encode() in content:
            mail = message_from_bytes(content, policy=policy.default)
            assert isinstance(mail, EmailMessage)  # noqa: S101 – so says the policy
            yield mail

"""Real servers on free ports of this machine: SMTP, and an HTTP gateway. Each answers as the test tells it."""

import asyncio
import ssl
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

OK = "250 OK"


class Post(Mailbox):
    """Keeps what it accepts; answers otherwise where a reply is set for the sender, an address or the message.

    It hangs up on messages to whom it `drops`.
    """

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.at_sender: Callable[[Any], str] = lambda _session: OK
        self.at_recipient: dict[str, str] = {}
        self.at_message: Callable[[Any], str] = lambda _envelope: OK
        self.drops: set[str] = set()
        self.asked: list[str] = []

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        reply = self.at_sender(session)
        if reply == OK:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return reply

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        self.asked.append(address)
        reply = self.at_recipient.get(address, OK)
        if reply == OK:
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.drops & set(envelope.rcpt_tos):
            server.transport.abort()
            return OK
        reply = self.at_message(envelope)
        if reply != OK:
            return reply
        return str(await super().handle_DATA(server, session, envelope))


class MailServer(Controller):
    """An SMTP server on a free port."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.post = Post(Path(self.folder.name) / "mails")
        super().__init__(self.post, hostname="127.0.0.1", port=0)

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop(no_assert=True)
        self.folder.cleanup()

    @property
    def mails(self) -> list[EmailMessage]:
        """What was accepted, in the order of recipients."""
        folders = [Path(self.folder.name) / "mails" / name for name in ("new", "cur")]
        found = [
            message_from_bytes(path.read_bytes(), policy=policy.default) for one in folders for path in one.iterdir()
        ]
        return sorted(found, key=lambda mail: (str(mail["To"]), str(mail["Message-ID"])))

    @property
    def recipients(self) -> list[str]:
        return [str(mail["To"]) for mail in self.mails]


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Gateway:
    """An HTTP(S) server on a free port that keeps what it is asked and answers with `status`."""

    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    certificate: Path | None = None
    hangs: Event = field(default_factory=Event)  # set: it answers; cleared by `hang`
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        gateway = self
        self.hangs.set()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.asked.append(Asked(self.path, dict(self.headers), body))
                gateway.hangs.wait(20)
                self.send_response(gateway.status)
                for name, value in gateway.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_words: object) -> None:
                """The test says what was asked."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_args: None  # type: ignore[method-assign]
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.hangs.set()
        self.server.shutdown()
        self.server.server_close()

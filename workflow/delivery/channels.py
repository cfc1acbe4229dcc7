"""The ways out of the system: e-mail by SMTP, and one HTTP gateway for SMS and the like."""

import hashlib
import hmac
import ipaddress
import json
import smtplib
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string
from django.utils.translation import override
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from workflow.delivery.mime import bare_address, mime
from workflow.delivery.wording import Told, letter

GATEWAY_TIMEOUT = urllib3.Timeout(connect=5, read=10)
PORTS = {"http": 80, "https": 443}
# By SMTP: the server turns everybody away now (RFC 5321, 3.8); this message is too large (4.2.3).
CLOSING, TOO_LARGE = 421, 552
TOO_MANY_REQUESTS, UNAVAILABLE = 429, 503


class Undelivered(Exception):
    """It did not go; `code` says why without content or address."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Refused(Undelivered):
    """This one will never go: the address or the message is refused."""


class Unreachable(Undelivered):
    """Nothing goes at present: the server cannot be reached or turns everybody away."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail and the addresses that it is handed over with."""

    sender: str
    to: str
    message: bytes


class Postman:
    """Sends mails over one SMTP connection, opened with the first."""

    def __init__(self) -> None:
        self.connection = EmailBackend()

    def send(self, about: Sequence[Told], key: str) -> None:
        """Send one mail about these notices of one person. Raises Refused, Unreachable, Undelivered."""
        message = mail(about, key)
        if self._open():
            # A connection that has carried mails may have had its share; only a new one tells that nothing goes.
            with suppress(Unreachable):
                self._hand_over(message)
                return
            self._open()
        self._hand_over(message)

    def close(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self.connection.close()

    def _open(self) -> bool:
        """Open the connection; whether it was open already."""
        try:
            return not self.connection.open()
        except (smtplib.SMTPException, OSError) as failure:
            self.close()
            raise Unreachable(f"smtp {type(failure).__name__}") from failure

    def _hand_over(self, envelope: Envelope) -> None:
        server = self.connection.connection
        if server is None:
            raise Unreachable("smtp closed")
        try:
            server.sendmail(envelope.sender, [envelope.to], envelope.message)
        except smtplib.SMTPSenderRefused as refusal:
            # Every mail has the same sender, so every mail would be refused.
            raise self._judged("sender", refusal.smtp_code, everybody=refusal.smtp_code != TOO_LARGE) from refusal
        except smtplib.SMTPRecipientsRefused as refusal:
            code = max((code for code, _text in refusal.recipients.values()), default=0)
            raise self._judged("recipient", code) from refusal
        except smtplib.SMTPDataError as refusal:
            raise self._judged("message", refusal.smtp_code) from refusal
        except (smtplib.SMTPException, OSError) as failure:
            # Perhaps on account of this message: the next one finds out whether the server is there.
            self.close()
            raise Undelivered(f"smtp {type(failure).__name__}") from failure

    def _judged(self, what: str, code: int, *, everybody: bool = False) -> Undelivered:
        if everybody or code == CLOSING:
            self.close()
            return Unreachable(f"{what} {code}")
        return (Refused if code >= 500 else Undelivered)(f"{what} {code}")


def mail(about: Sequence[Told], key: str) -> Envelope:
    """The mail to a person about one notice, or the digest of several. Raises Refused without an address."""
    to, words = about[0].email, letter(about)
    if not to:
        raise Refused("no address")
    with override(words.language):
        text = render_to_string("workflow/delivery/letter.txt", {"letter": words})
        html = render_to_string("workflow/delivery/letter.html", {"letter": words})
    # Whoever gets a mail twice after an interruption can tell by its id.
    name, sender = f"<{key}@{urlsplit(settings.SITE_URL).hostname}>", settings.DEFAULT_FROM_EMAIL
    try:
        return Envelope(bare_address(sender), bare_address(to), mime(sender, to, words.subject, text, html, name))
    except ValueError as wrong:
        raise Refused("wrong address") from wrong


def post(one: Told, key: str, now: datetime) -> None:
    """Hand one notice to the gateway, signed. Raises Refused, Unreachable, Undelivered.

    The body is JSON: id, to, text, link. `X-Signature: t=SECONDS,v1=HEX` is HMAC-SHA256 over "SECONDS.body". The same
    `Idempotency-Key` is the same message.
    """
    if not one.phone:
        raise Refused("no address")
    with override(one.language):
        message = {"id": key, "to": one.phone, "text": one.sentence, "link": one.link}
    body = json.dumps(message, ensure_ascii=False).encode()
    stamp = int(now.timestamp())
    signature = hmac.new(settings.GATEWAY_SECRET.encode(), b"%d.%s" % (stamp, body), hashlib.sha256).hexdigest()
    address = urlsplit(settings.GATEWAY_URL)
    headers = {
        "Host": address.netloc.rpartition("@")[2],
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "X-Signature": f"t={stamp},v1={signature}",
    }
    status = _asked(address, body, headers)
    if status // 100 == 2:
        return
    if status in {TOO_MANY_REQUESTS, UNAVAILABLE}:
        raise Unreachable(f"gateway {status}")
    passing = status in {408, 425} or status >= 500
    raise (Undelivered if passing else Refused)(f"gateway {status}")


def _asked(address: SplitResult, body: bytes, headers: dict[str, str]) -> int:
    """The status with which the gateway answers, at the first of its addresses that takes the connection."""
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    failure: HTTPError | None = None
    for place, port in _places(address):
        with _pool(address, place, port) as pool:
            try:
                # What the answer says is not read: only its status counts.
                answer = pool.request(
                    "POST", path, body=body, headers=headers, redirect=False, retries=False, preload_content=False
                )
                answer.close()
                return answer.status
            except (NewConnectionError, ConnectTimeoutError) as unheard:
                failure = unheard
            except SSLError as unproven:
                raise Unreachable("gateway SSLError") from unproven
            except HTTPError as broken:
                raise Undelivered(f"gateway {type(broken).__name__}") from broken
    raise Unreachable(f"gateway {type(failure).__name__}") from failure


def _places(address: SplitResult) -> list[tuple[str, int]]:
    """The addresses that the gateway's host stands for now, once all of them are found harmless."""
    host = address.hostname or ""
    if host not in {one.lower() for one in settings.GATEWAY_HOSTS}:
        raise Unreachable("gateway host not allowed")
    if address.scheme not in PORTS or (address.scheme == "http" and not settings.GATEWAY_PRIVATE):
        raise Unreachable("gateway scheme not allowed")
    port = address.port or PORTS[address.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as failure:
        raise Unreachable("gateway host unknown") from failure
    places = list(dict.fromkeys(str(place[4][0]) for place in found))
    if not settings.GATEWAY_PRIVATE and not all(map(_is_public, places)):
        raise Unreachable("gateway address is private")
    return [(place, port) for place in places]


def _is_public(place: str) -> bool:
    address = ipaddress.ip_address(place)
    inner = getattr(address, "ipv4_mapped", None) or address
    return inner.is_global and not inner.is_multicast


def _pool(address: SplitResult, place: str, port: int) -> urllib3.HTTPConnectionPool:
    """A way to this very address, so that no second answer of the name service counts; proven by the host's name."""
    if address.scheme == "http":
        return urllib3.HTTPConnectionPool(place, port, timeout=GATEWAY_TIMEOUT)
    host = address.hostname
    return urllib3.HTTPSConnectionPool(place, port, timeout=GATEWAY_TIMEOUT, server_hostname=host, assert_hostname=host)

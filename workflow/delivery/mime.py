"""A mail as bytes: text and HTML, base64, CRLF (RFC 5322, 2045–2047).

The email package takes longer over one of these mails than the SMTP server does (docs/adr/0016); what they may hold is
known, so they are put together here.
"""

import re
from base64 import b64encode, encodebytes
from email.utils import formatdate, parseaddr

from django.core.mail.message import sanitize_address

# 42 bytes make 56 letters of base64, which leaves room for "Subject: =?utf-8?b?…?=" in a line of 78.
ENCODED_WORD = 42
# What nearly every address is; the others are looked at by the library.
PLAIN = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")


def mime(sender: str, to: str, subject: str, text: str, html: str, message_id: str) -> bytes:
    """The whole message. Raises ValueError for an address that cannot stand in a header."""
    # No line of base64 has an underscore, so none can be taken for the boundary.
    boundary = "_part_of_the_letter_"
    head = [
        f"From: {_address(sender)}",
        f"To: {_address(to)}",
        f"Subject: {encoded(subject)}",
        f"Date: {formatdate()}",
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
    ]
    for kind, content in (("plain", text), ("html", html)):
        body = encodebytes(content.encode()).decode().replace("\n", "\r\n")
        head += [
            f"--{boundary}",
            f"Content-Type: text/{kind}; charset=utf-8",
            "Content-Transfer-Encoding: base64",
            "",
            body,
        ]
    return "\r\n".join([*head, f"--{boundary}--", ""]).encode("ascii")


def encoded(words: str) -> str:
    """A header's value: short ASCII as it is, else encoded words of whole letters; white space becomes one blank."""
    words = " ".join(words.split())
    if words.isascii() and len(words) < ENCODED_WORD:
        return words
    parts, part = [], b""
    for letter in words:
        if len(part) + len(letter.encode()) > ENCODED_WORD:
            parts.append(part)
            part = b""
        part += letter.encode()
    return "\r\n ".join(f"=?utf-8?b?{b64encode(one).decode()}?=" for one in [*parts, part])


def bare_address(address: str) -> str:
    """The address without a name, for the envelope, its domain in ASCII. Raises ValueError for one that is none."""
    return address if PLAIN.fullmatch(address) else parseaddr(_address(address))[1]


def _address(address: str) -> str:
    if PLAIN.fullmatch(address):
        return address
    kept = sanitize_address(address, "utf-8")
    if not kept.isascii() or "\r" in kept.replace("\r\n ", "") or "\n" in kept.replace("\n ", ""):
        raise ValueError("not an address")
    return kept

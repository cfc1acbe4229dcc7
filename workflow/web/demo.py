"""The demonstration's mails, for everybody at this machine: nothing of this exists in production."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from workflow.errors import NotVisible
from workflow.web.answers import page

SHOWN = 100


class Mail(NamedTuple):
    """One mail as its mailbox got it; `key` is the name of its file."""

    key: str
    at: datetime | None
    to: str
    subject: str
    text: str = ""


def mails(request: HttpRequest) -> HttpResponse:
    """The newest mails; ?den= keeps those to an address that contains the words. Raises NotVisible elsewhere."""
    if settings.PROFILE != "demo":
        raise NotVisible
    wanted = request.GET.get("den", "").strip().lower()
    files = sorted(_kept(), key=lambda one: (one.stat().st_mtime, one.name), reverse=True)
    read = (_read(file) for file in files)
    found = [mail for mail in read if wanted in mail.to.lower()] if wanted else [_read(file) for file in files[:SHOWN]]
    context = {"mails": found[:SHOWN], "count": len(found) if wanted else len(files), "wanted": wanted}
    return page(request, "demo/mails.html", context)


def mail(request: HttpRequest, key: str) -> HttpResponse:
    file = next((one for one in _kept() if one.name == key), None)
    if file is None:
        raise NotVisible
    return page(request, "demo/mail.html", {"mail": _read(file, whole=True)})


def _kept() -> list[Path]:
    folder = settings.DEMO_MAILS / "new"
    return list(folder.iterdir()) if settings.PROFILE == "demo" and folder.is_dir() else []


def _read(file: Path, *, whole: bool = False) -> Mail:
    parsed = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)  # noqa: S101 – so says the policy
    sent = parsedate_to_datetime(parsed["Date"]) if parsed["Date"] else None
    # "-0000" says: UTC, and nothing of where.
    at = sent.replace(tzinfo=UTC) if sent is not None and sent.tzinfo is None else sent
    body = parsed.get_body(("plain",)) if whole else None
    text = body.get_content() if body is not None else ""
    return Mail(file.name, at, str(parsed["To"]), str(parsed["Subject"]), text)


# Production has not even the addresses.
urlpatterns = [path("demo/thu/", mails, name="demo_mails"), path("demo/thu/<str:key>/", mail, name="demo_mail")]
if settings.PRODUCTION:
    urlpatterns.clear()

"""Every page: in Vietnamese all through, in few queries, and light."""

import gzip
import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import time_machine
from babel.messages.pofile import read_po
from django.contrib.staticfiles import finders
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.pages import AT, VISITS, Office, Visit, build_office
from workflow.queries.seats import Place

pytestmark = pytest.mark.django_db  # or the test database is not set up at all
CLONE = Path(__file__).resolve().parents[2]
COUNTS = Path(__file__).with_name("query_counts.json")
HEAVIEST = 300_000
# Words that no Vietnamese sentence holds; names, codes and addresses may be anything.
ENGLISH = re.compile(
    r"\b(?:the|and|of|please|your|this|that|with|from|has|have|been|not|are|was|will|save|cancel|delete|add|edit|search"
    r"|submit|yes|choose|file|page|view|next|previous|close|open|required|field|invalid|error|select|bold|italic)\b",
    re.IGNORECASE,
)
SAID = ("title", "alt", "placeholder", "aria-label", "data-label", "data-copied")


@dataclass(frozen=True)
class Seen:
    html: str
    queries: int


@pytest.fixture(scope="module")
def seen(django_db_setup: None, django_db_blocker: Any) -> dict[str, Seen]:
    """Every page of the office, looked at once in a session that exists; the office is gone afterwards."""
    with django_db_blocker.unblock(), time_machine.travel(AT, tick=False), transaction.atomic():
        office = build_office()
        pages = {f"{visit.route} as {visit.person}": look(office, visit) for visit in VISITS}
        transaction.set_rollback(True)
    return pages


def look(office: Office, visit: Visit) -> Seen:
    client = Client()
    client.force_login(office.world.people[visit.person])
    client.get("/dang-nhap/")  # notes the session's first page
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(visit.address(office))
    assert answer.status_code == 200, f"{visit.route} as {visit.person}: {answer.status_code}"
    around = answer.context.get("places", []) if answer.context else []
    assert all(isinstance(one, Place) for one in around), (
        f"{visit.route}: its own places hide the seats around the page"
    )
    return Seen(answer.content.decode(), len(queries))


class Reader(HTMLParser):
    """What a reader sees or hears: text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        self.silent = 0
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        if tag in {"script", "style"}:
            self.silent += 1
        if named.get("lang") == "en":
            self.foreign.append(tag)
        self.heard += [value for name in SAID if (value := named.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self.silent -= 1
        if self.foreign and self.foreign[-1] == tag:
            self.foreign.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent and not self.foreign and data.strip():
            self.heard.append(" ".join(data.split()))


def heard(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    return reader.heard


def untranslated() -> set[str]:
    """Sentences of the catalogue that are different in Vietnamese."""
    with (CLONE / "workflow/locale/vi/LC_MESSAGES/django.po").open("rb") as file:
        messages = [one for one in read_po(file, locale="vi") if isinstance(one.id, str) and "%" not in one.id]
    return {str(one.id) for one in messages if one.id and one.string != one.id}


def test_no_page_says_anything_in_english(seen: dict[str, Seen]) -> None:
    ours = untranslated()
    english = {
        name: found
        for name, page in seen.items()
        if (found := [one for one in heard(page.html) if one in ours or ENGLISH.search(one)])
    }
    assert english == {}


def test_english_on_a_page_is_found() -> None:
    assert [one for one in heard("<p>Save the draft</p><p>Lưu dự thảo</p>") if ENGLISH.search(one)] == [
        "Save the draft"
    ]


def test_a_page_takes_the_queries_that_it_is_allowed(seen: dict[str, Seen]) -> None:
    allowed = json.loads(COUNTS.read_text())
    taken = {name: page.queries for name, page in seen.items()}
    assert {name: count for name, count in taken.items() if count > allowed.get(name, 0)} == {}
    # An allowance that is not needed any more is taken back.
    assert {name: count for name, count in allowed.items() if taken.get(name, 0) < count - 1} == {}


def test_the_first_paint_of_a_page_is_light(seen: dict[str, Seen]) -> None:
    """The page and every file that it names, compressed as they are served; fonts are already."""
    weights = {name: weight(page.html) for name, page in seen.items()}
    assert {name: size for name, size in weights.items() if size > HEAVIEST} == {}


def weight(html: str) -> int:
    files = {found for found in re.findall(r"(?:href|src)=\"/static/([^\"#?]+)", html)}
    sheets = "".join(read(name).decode() for name in files if name.endswith(".css"))
    fonts = {found for found in re.findall(r"fonts/[\w.-]+woff2", sheets)}
    return (
        len(gzip.compress(html.encode()))
        + sum(len(gzip.compress(read(name))) for name in files)
        + sum(len(read(name)) for name in fonts)
    )


def read(name: str) -> bytes:
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found).read_bytes()

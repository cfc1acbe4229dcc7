"""The urging letter as it is printed: who reads which part of it, and that what was issued is one file for good."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from pypdf import PdfReader

from tests import letters
from tests.builders import World
from tests.letters import HOUR, LATE
from tests.web.conftest import later
from workflow.actions.papers import freeze_papers
from workflow.models import PaperFile, Person, UrgingLetter

SeenBy = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def late(frozen: time_machine.Traveller) -> time_machine.Traveller:
    later(frozen, LATE + 4 * HOUR)
    return frozen


def address(letter: UrgingLetter, word: str = "ban-in/") -> str:
    return f"/dot/{letter.campaign_id}/don-doc/{letter.pk}/{word}"


def extract(world: World, letter: UrgingLetter, unit: str) -> str:
    return f"/bao-cao/{world.report(unit).pk}/don-doc/{letter.document_id}/tai-ve/"


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def read(answer: Any) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(body(answer))).pages).split())


@pytest.mark.parametrize("word", ["ban-in/", "ban-in/trang-1.png", "tai-ve/"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("yen", 200), ("khanh", 200), ("tam", 200), ("giang", 200), ("hung", 403), ("lan", 403), ("stranger", 404)],
)
def test_the_paper_with_its_whole_list_is_the_issuer_s(
    seen_by: SeenBy, world: World, late: time_machine.Traveller, who: str, status: int, word: str
) -> None:
    letter = letters.issued(world)
    assert seen_by(world.people[who]).get(address(letter, word)).status_code == status


def test_every_page_of_the_paper_is_shown_and_no_other(
    seen_by: SeenBy, world: World, late: time_machine.Traveller
) -> None:
    letter, client = letters.issued(world), seen_by(world.yen)
    shown = client.get(address(letter)).content.decode()
    assert address(letter, "ban-in/trang-2.png") in shown
    assert address(letter, "ban-in/trang-3.png") not in shown
    image = client.get(address(letter, "ban-in/trang-2.png"))
    assert body(image).startswith(b"\x89PNG")
    assert (
        client.get(address(letter, "ban-in/trang-2.png"), headers={"If-None-Match": image["ETag"]}).status_code == 304
    )
    for place in ("0", "3"):
        assert client.get(address(letter, f"ban-in/trang-{place}.png")).status_code == 404


def test_what_was_issued_goes_out_as_the_frozen_file(
    seen_by: SeenBy, world: World, late: time_machine.Traveller
) -> None:
    letter = letters.issued(world)
    assert freeze_papers(now=LATE + 5 * HOUR) == (1, letter.document_id)
    client = seen_by(world.giang)
    answer = client.get(address(letter, "tai-ve/"))
    said = body(answer)
    assert said == Path(PaperFile.objects.get().file.path).read_bytes()
    assert "attachment" in answer["Content-Disposition"]
    assert (answer["Content-Security-Policy"], answer["X-Content-Type-Options"]) == (
        "sandbox; default-src 'none'", "nosniff",
    )  # fmt: skip
    text = read(client.get(address(letter, "tai-ve/")))
    assert "01-CV/ĐUK" in text
    assert world.other.name in text


def test_who_downloads_before_the_tick_freezes_the_letter(
    seen_by: SeenBy, world: World, late: time_machine.Traveller
) -> None:
    letter = letters.issued(world)
    assert seen_by(world.yen).get(address(letter, "tai-ve/")).status_code == 200
    assert PaperFile.objects.get().document_id == letter.document_id
    assert freeze_papers(now=LATE + 5 * HOUR) == (0, 0)


def test_a_draft_is_read_as_a_paper_that_says_so_and_is_not_kept(
    seen_by: SeenBy, world: World, late: time_machine.Traveller
) -> None:
    letter = letters.draft(world)
    text = read(seen_by(world.yen).get(address(letter, "tai-ve/")))
    assert "Dự thảo" in text
    assert "(Đã ký)" not in text
    letters.sign(world, letter)
    text = read(seen_by(world.giang).get(address(letter, "tai-ve/")))
    assert "(Đã ký)" in text
    assert world.khanh.full_name in text
    assert not PaperFile.objects.exists()


def test_a_discarded_letter_has_no_paper(seen_by: SeenBy, world: World, late: time_machine.Traveller) -> None:
    letter = letters.draft(world)
    letters.discard(world, letter)
    assert seen_by(world.yen).get(address(letter)).status_code == 404
    assert address(letter) not in seen_by(world.yen).get(address(letter, "")).content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("lan", 200), ("mai", 200), ("yen", 200), ("oanh", 404), ("stranger", 404)]
)
def test_a_unit_reads_the_letter_with_its_own_line_of_the_list(
    seen_by: SeenBy, world: World, late: time_machine.Traveller, who: str, status: int
) -> None:
    letter = letters.issued(world)
    answer = seen_by(world.people[who]).get(extract(world, letter, "cell"))
    assert answer.status_code == status
    if status == 200:
        text = read(answer)
        assert world.cell.name in text
        assert world.other.name not in text
        page = seen_by(world.people[who]).get(f"/bao-cao/{world.report().pk}/").content.decode()
        assert f'href="{extract(world, letter, "cell")}"' in page


def test_a_letter_that_was_not_issued_does_not_exist_for_a_unit(
    seen_by: SeenBy, world: World, late: time_machine.Traveller
) -> None:
    letter = letters.issued(world)
    issued = extract(world, letter, "cell")
    unknown = issued.replace(f"/{letter.document_id}/", f"/{(letter.document_id or 0) + 1}/")
    assert seen_by(world.lan).get(issued).status_code == 200
    assert seen_by(world.lan).get(unknown).status_code == 404

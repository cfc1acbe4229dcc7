"""No such page, a form without its token, a page that broke: the answer is a sentence, and nothing typed is lost."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from tests.builders import World
from workflow.models import Person
from workflow.web.answers import CARRIED
from workflow.web.failures import broken

TEMPLATES = Path(__file__).resolve().parents[2] / "workflow/templates"
SeenBy = Callable[[Person], Client]


def test_an_address_that_does_not_exist_answers_like_somebody_else_s_object(seen_by: SeenBy, world: World) -> None:
    lan = seen_by(world.lan)
    missing, foreign = lan.get("/khong-co/"), lan.get(f"/bao-cao/{world.report('other').pk}/")
    assert missing.status_code == foreign.status_code == 404
    assert "Không tìm thấy" in missing.content.decode()


def test_a_form_without_its_token_gives_back_what_was_typed_and_offers_no_button_to_send_it(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.lan)
    carried = {"verb": "receive", "version": "7001", "choice": "stay_here", "password": "bi mat"}
    answer = client.post("/ngon-ngu/", {"note": "Đã viết rất lâu", "number-A1": "41", "number": "12-BC/CB", **carried})
    page = answer.content.decode()
    assert answer.status_code == 403
    for typed in ("Đã viết rất lâu", "41", "12-BC/CB"):
        assert f"{typed}</textarea>" in page
        assert f'value="{typed}"' not in page
    assert not [word for word in carried.values() if f"{word}</textarea>" in page]


def test_what_a_form_carries_unseen_is_not_taken_for_typed() -> None:
    hidden = re.compile(r'<input[^>]*type="hidden"[^>]*name="([a-z_]+)"')
    carried = {name for page in TEMPLATES.rglob("*.html") for name in hidden.findall(page.read_text())}
    by_readers = {"nguoi", "tt"}  # of forms that only read
    assert carried - {"password", "username"} - by_readers <= CARRIED


@pytest.mark.django_db
def test_a_broken_page_speaks_without_the_database(django_assert_num_queries: Callable[[int], object]) -> None:
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        answer = broken(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "chưa có nội dung nào bị thay đổi" in answer.content.decode()

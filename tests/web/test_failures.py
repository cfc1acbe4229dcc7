"""No such page, a form without its token, a page that broke: the answer is a sentence, and nothing typed is lost."""

from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory

from tests.builders import World
from workflow.models import Person
from workflow.web.failures import broken

SeenBy = Callable[[Person], Client]


def test_an_address_that_does_not_exist_answers_like_somebody_else_s_object(seen_by: SeenBy, world: World) -> None:
    lan = seen_by(world.lan)
    missing, foreign = lan.get("/khong-co/"), lan.get(f"/bao-cao/{world.report('other').pk}/")
    assert missing.status_code == foreign.status_code == 404
    assert "Không tìm thấy" in missing.content.decode()


def test_a_form_without_its_token_gives_back_what_was_typed_and_offers_no_button_to_send_it(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.lan)
    answer = client.post("/ngon-ngu/", {"note": "Đã viết rất lâu"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Đã viết rất lâu" in page
    assert 'value="Đã viết rất lâu"' not in page


@pytest.mark.django_db
def test_a_broken_page_speaks_without_the_database(django_assert_num_queries: Callable[[int], object]) -> None:
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        answer = broken(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "chưa có nội dung nào bị thay đổi" in answer.content.decode()

"""Tài khoản: the own password, contact and ways of notices."""

from collections.abc import Callable
from datetime import time

import pytest
from django.test import Client

from tests.builders import NOW, World
from workflow.actions import accounts
from workflow.choices import Channel, NoticeMode, Verb
from workflow.models import Person, Preference

SeenBy = Callable[[Person], Client]
NEW = "mưa rơi trên Yên Bái"
OLD = "Chiếc-lá-cuối-thu"


@pytest.fixture
def lan(world: World) -> Person:
    person: Person = world.lan
    person.set_password(OLD)
    person.save()
    return person


def test_the_page_shows_seats_contact_and_the_ways_with_examples(seen_by: SeenBy, world: World) -> None:
    page = seen_by(world.lan).get("/tai-khoan/").content.decode()
    assert "Chi bộ Sở Thông tin và Truyền thông" in page
    assert "bắt buộc" in page
    assert 'name="overdue-EMAIL"' in page
    assert "%(" not in page
    # A rung of the office's own list is no notice of a chi bộ's; an officer's intake is.
    assert 'name="recall_sent-EMAIL"' not in page
    assert 'name="recall_sent-EMAIL"' in seen_by(world.yen).get("/tai-khoan/").content.decode()


def test_contact_is_kept_and_a_refusal_keeps_what_was_typed(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    refused = client.post("/tai-khoan/lien-he/", {"phone": "gọi buổi sáng", "email": "lan@yenbai.example"})
    assert refused.status_code == 422
    assert "gọi buổi sáng" in refused.content.decode()
    assert "lan@yenbai.example" in refused.content.decode()
    kept = client.post("/tai-khoan/lien-he/", {"phone": "0912 345 678", "email": "lan@yenbai.example"})
    assert kept.status_code == 303
    assert Person.objects.get(username="lan").phone == "0912 345 678"


def test_only_the_ways_that_were_changed_are_written(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    client.post("/tai-khoan/thong-bao/", {"digest_at": "09:15", "receive-EMAIL": "OFF", "set_up-EMAIL": "NOW"})
    assert [(one.verb, one.channel, one.mode) for one in Preference.objects.all()] == [
        (Verb.RECEIVE, Channel.EMAIL, NoticeMode.OFF)
    ]
    assert Person.objects.get(username="lan").digest_at == time(9, 15)


def test_a_mandatory_notice_stays_on_and_nothing_else_is_changed_with_it(seen_by: SeenBy, world: World) -> None:
    typed = {"digest_at": "09:15", "receive-EMAIL": "OFF", "set_up-EMAIL": "OFF"}
    refused = seen_by(world.lan).post("/tai-khoan/thong-bao/", typed)
    assert refused.status_code == 422
    assert 'value="09:15"' in refused.content.decode()
    assert not Preference.objects.exists()
    assert Person.objects.get(username="lan").digest_at == time(8, 30)


def test_the_digest_does_not_go_at_night(seen_by: SeenBy, world: World) -> None:
    assert seen_by(world.lan).post("/tai-khoan/thong-bao/", {"digest_at": "23:00"}).status_code == 422


# the password


def change(client: Client, current: str = OLD, new: str = NEW, again: str = NEW) -> tuple[int, str]:
    answer = client.post(
        "/tai-khoan/mat-khau/", {"password_now": current, "password_new": new, "password_twice": again}
    )
    return answer.status_code, answer.content.decode()


def test_a_new_password_keeps_this_session_and_ends_the_others(seen_by: SeenBy, lan: Person) -> None:
    here, elsewhere = seen_by(lan), seen_by(lan)
    assert elsewhere.get("/").status_code == 200
    assert change(here)[0] == 303
    assert here.get("/tai-khoan/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert Person.objects.get(pk=lan.pk).check_password(NEW)


@pytest.mark.parametrize(
    ("current", "new", "again", "code", "said"),
    [
        ("sai", NEW, NEW, "password_wrong", "hiện tại không đúng"),
        (OLD, NEW, NEW + "!", "passwords_differ", "không khớp"),
        (OLD, "ngắn", "ngắn", "password_weak", "ít hơn 8 ký tự"),
        (OLD, "29072026", "29072026", "password_weak", "chỉ gồm chữ số"),
        (OLD, "password1", "password1", "password_weak", "phổ biến"),
        (OLD, "nguyễn thị lan", "nguyễn thị lan", "password_weak", "quá giống họ tên"),
        (OLD, OLD, OLD, "password_weak", "trùng với mật khẩu hiện tại"),
    ],
)
def test_a_password_that_cannot_be_taken_says_why_in_vietnamese(
    seen_by: SeenBy, lan: Person, current: str, new: str, again: str, code: str, said: str
) -> None:
    status, page = change(seen_by(lan), current, new, again)
    assert status == 422
    assert f'data-code="{code}"' in page
    assert said in page
    assert f'value="{new}"' not in page
    assert Person.objects.get(pk=lan.pk).check_password(OLD)


def test_no_password_stands_in_the_page_that_asks_to_sign_in_again(lan: Person) -> None:
    status, page = change(Client())
    assert status == 401
    assert OLD not in page
    assert NEW not in page


def test_guessing_the_present_password_is_counted(seen_by: SeenBy, lan: Person) -> None:
    client = seen_by(lan)
    for guess in range(5):
        assert change(client, f"đoán {guess}")[0] == 422
    assert change(client)[0] == 429


def test_who_has_a_one_time_code_sees_no_page_but_the_password(seen_by: SeenBy, world: World) -> None:
    code = accounts.issue_code(person_id=world.lan.pk, actor=world.xuan, now=NOW)
    client = Client()
    client.post("/dang-nhap/", {"username": "lan", "password": code})
    for address in ("/", "/tai-khoan/", "/thong-bao/", "/to-chuc/"):
        assert client.get(address)["Location"] == "/tai-khoan/mat-khau/"
    assert "mã một lần" in client.get("/tai-khoan/mat-khau/").content.decode()
    assert change(client, code, code, code)[0] == 422
    assert change(client, code)[0] == 303
    assert client.get("/").status_code == 200
    assert Client().post("/dang-nhap/", {"username": "lan", "password": code}).status_code == 422


def test_a_new_code_ends_every_session_of_the_person(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    assert client.get("/").status_code == 200
    accounts.issue_code(person_id=world.lan.pk, actor=world.xuan, now=NOW)
    assert client.get("/").status_code == 302

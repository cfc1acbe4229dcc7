"""Signing in: what is kept, what is counted, where it may lead, and what every answer carries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from tests.builders import NOW, World
from tests.web.conftest import PASSWORD
from workflow.models import Person, SignInAttempt

SeenBy = Callable[[Person], Client]
CONTACT = "/tai-khoan/lien-he/"


def sign_in(client: Client, name: str = "lan", password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/dang-nhap/", {"username": name, "password": password}, **more)


# the session that ended


def test_a_post_without_a_session_does_its_verb_after_signing_in_in_place(lan: Person) -> None:
    client = Client()
    asked = client.post(CONTACT, {"phone": "0912 345 678", "email": "lan@yenbai.example"})
    assert asked.status_code == 401
    page = asked.content.decode()
    assert '<input type="hidden" name="phone" value="0912 345 678">' in page
    assert f'action="{CONTACT}"' in page
    kept = {"phone": "0912 345 678", "email": "lan@yenbai.example"}
    wrong = client.post(CONTACT, kept | {"again_name": "lan", "again_password": "sai"})
    assert wrong.status_code == 401
    assert 'data-code="sign_in_refused"' in wrong.content.decode()
    assert 'value="0912 345 678"' in wrong.content.decode()
    done = client.post(CONTACT, kept | {"again_name": "lan", "again_password": PASSWORD})
    assert done.status_code == 303
    assert Person.objects.get(pk=lan.pk).phone == "0912 345 678"
    assert client.get("/tai-khoan/").status_code == 200


def test_several_values_of_one_name_and_markup_come_back_whole(lan: Person) -> None:
    asked = Client().post("/thong-bao/da-doc/", {"notice": ["1", "2"], "note": '"><script>x</script>'})
    page = asked.content.decode()
    assert page.count('name="notice"') == 2
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_passwords_are_not_kept_in_the_page_and_files_are_asked_for_again(lan: Person) -> None:
    file = SimpleUploadedFile("lich.csv", b"x")
    asked = Client().post("/lich-chung/2026/", {"verb": "import", "password": "bí mật", "file": file})
    page = asked.content.decode()
    assert "bí mật" not in page
    assert "Tệp" in page or "tệp" in page


def test_a_form_without_its_token_is_not_taken_even_with_the_password(lan: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    fields = {"phone": "1", "email": "", "again_name": "lan", "again_password": PASSWORD}
    assert client.post(CONTACT, fields).status_code == 403
    token = client.get("/dang-nhap/").cookies["csrftoken"].value
    again = {"phone": "0912 345 678", "email": "", "again_name": "lan", "again_password": PASSWORD}
    assert client.post(CONTACT, again | {"csrfmiddlewaretoken": token}).status_code == 303


def test_a_part_of_a_page_is_answered_with_the_dialog_and_then_goes_on(lan: Person) -> None:
    client = Client()
    part = client.post(CONTACT, {"phone": "1"}, headers={"HX-Request": "true"})
    assert part.status_code == 401
    assert part["HX-Retarget"] == "#again"
    assert b"<html" not in part.content
    wrong = client.post("/dang-nhap/lai/", {"username": "lan", "password": "sai"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert 'value="lan"' in wrong.content.decode()
    right = client.post("/dang-nhap/lai/", {"username": "lan", "password": PASSWORD}, headers={"HX-Request": "true"})
    assert (right.status_code, right["HX-Trigger"]) == (204, "signed-in")
    assert client.get("/tai-khoan/").status_code == 200
    left = Client().get("/thong-bao/", headers={"HX-Request": "true"})
    assert left["HX-Redirect"] == "/dang-nhap/?next=%2Fthong-bao%2F"


def test_an_idle_session_ends_and_a_busy_one_goes_on(lan: Person, frozen: time_machine.Traveller) -> None:
    client = Client()
    sign_in(client)
    for minutes in (50, 100, 150):
        frozen.move_to(NOW + timedelta(minutes=minutes), tick=False)
        assert client.get("/tai-khoan/").status_code == 200
    frozen.move_to(NOW + timedelta(minutes=150 + 61), tick=False)
    assert client.get("/tai-khoan/").status_code == 302


def test_a_working_day_is_the_longest_session(lan: Person, frozen: time_machine.Traveller) -> None:
    client = Client()
    sign_in(client)
    assert client.session.get_expiry_age() == 12 * 3600


@pytest.fixture
def code_given(lan: Person) -> Person:
    """Lan was given a one-time code: the password is to be changed at the next sign-in."""
    lan.must_change_password = True
    lan.save(update_fields=["must_change_password"])
    return lan


NEW = "mưa rơi trên Yên Bái"
AGAIN = {"again_name": "lan", "again_password": PASSWORD}
KEPT = {"phone": "0912 345 678", "email": "lan@yenbai.example"}


def test_a_post_goes_on_to_its_verb_after_a_one_time_code_and_the_new_password(code_given: Person) -> None:
    client = Client()
    asked = client.post(CONTACT, KEPT | AGAIN)
    assert asked.status_code == 401
    page = asked.content.decode()
    assert f'action="{CONTACT}"' in page
    assert '<input type="hidden" name="phone" value="0912 345 678">' in page
    assert PASSWORD not in page
    typed = {"password_now": PASSWORD, "password_new": NEW, "password_twice": "khác"}
    refused = client.post(CONTACT, KEPT | typed)
    assert refused.status_code == 401
    assert 'data-code="passwords_differ"' in refused.content.decode()
    assert 'value="0912 345 678"' in refused.content.decode()
    assert Person.objects.get(pk=code_given.pk).phone != "0912 345 678"
    done = client.post(CONTACT, KEPT | typed | {"password_twice": NEW})
    assert done.status_code == 303
    person = Person.objects.get(pk=code_given.pk)
    assert (person.phone, person.must_change_password) == ("0912 345 678", False)
    assert person.check_password(NEW)
    assert client.get("/tai-khoan/").status_code == 200


def test_looking_at_a_page_still_leads_to_the_change_of_password(code_given: Person) -> None:
    client = Client()
    client.force_login(code_given)
    assert client.get("/tai-khoan/")["Location"] == "/tai-khoan/mat-khau/"


def test_a_part_of_a_page_asks_for_the_new_password_in_the_dialog(code_given: Person) -> None:
    client, part = Client(), {"HX-Request": "true"}
    client.force_login(code_given)
    asked = client.post(CONTACT, KEPT, headers=part)
    assert (asked.status_code, asked["HX-Retarget"]) == (401, "#again")
    assert b"<html" not in asked.content
    typed = {"password_now": PASSWORD, "password_new": NEW, "password_twice": "khác"}
    assert client.post("/tai-khoan/mat-khau/", typed, headers=part).status_code == 422
    done = client.post("/tai-khoan/mat-khau/", typed | {"password_twice": NEW}, headers=part)
    assert (done.status_code, done["HX-Trigger"]) == (204, "signed-in")
    assert client.post(CONTACT, KEPT).status_code == 303


# how often


def test_five_wrong_passwords_lock_the_name_here_and_not_elsewhere(lan: Person, frozen: Any) -> None:
    client = Client(REMOTE_ADDR="10.0.0.1")
    for _time in range(5):
        assert sign_in(client, password="sai").status_code == 422
    locked = sign_in(client)
    assert locked.status_code == 429
    assert 'value="lan"' in locked.content.decode()
    assert "15 phút" in locked.content.decode()
    assert sign_in(Client(REMOTE_ADDR="10.0.0.2")).status_code == 302
    # She got in, so the name is free again.
    assert sign_in(client).status_code == 302


def test_the_lock_ends_by_itself(lan: Person, frozen: time_machine.Traveller) -> None:
    client = Client()
    for _time in range(5):
        sign_in(client, password="sai")
    frozen.move_to(NOW + timedelta(minutes=15), tick=False)
    assert sign_in(client).status_code == 302


def test_twenty_wrong_passwords_lock_the_name_from_wherever_they_come(lan: Person) -> None:
    for address in range(20):
        assert sign_in(Client(REMOTE_ADDR=f"10.0.1.{address}"), password="sai").status_code == 422
    assert sign_in(Client(REMOTE_ADDR="10.9.9.9")).status_code == 429


def test_twenty_colleagues_behind_one_address_lock_nobody(world: World, lan: Person) -> None:
    names = [f"dong_nghiep_{n}" for n in range(20)]
    for name in names:
        Person.objects.create_user(name, name, PASSWORD)
    office = Client(REMOTE_ADDR="10.0.0.1")
    for name in names * 2:
        assert sign_in(office, name, "sai").status_code == 422
    assert SignInAttempt.objects.count() == 40
    for name in [*names, "lan"]:
        assert sign_in(Client(REMOTE_ADDR="10.0.0.1"), name).status_code == 302


def test_wrong_guesses_in_place_are_counted_as_at_the_door(lan: Person) -> None:
    client = Client()
    for _time in range(3):
        client.post(CONTACT, {"again_name": "lan", "again_password": "sai"})
    for _time in range(2):
        client.post("/dang-nhap/lai/", {"username": "lan", "password": "sai"})
    assert sign_in(client).status_code == 429
    kept = client.post(CONTACT, {"phone": "0912 345 678", "again_name": "lan", "again_password": PASSWORD})
    assert kept.status_code == 401
    assert 'value="0912 345 678"' in kept.content.decode()


class Counted(MD5PasswordHasher):
    """Counts what a password costs."""

    algorithm = "counted"
    runs = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).runs += 1
        return super().encode(password, salt)


def cost(name: str) -> int:
    before = Counted.runs
    assert sign_in(Client(), name, "sai").status_code == 422
    return Counted.runs - before


def test_a_name_that_nobody_has_costs_the_same_work_and_gets_the_same_answer(
    world: World, frozen: Any, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]
    from django.contrib.auth.hashers import get_hasher, get_hashers, get_hashers_by_algorithm

    for cached in (get_hashers, get_hashers_by_algorithm, get_hasher):
        getattr(cached, "cache_clear", lambda: None)()
    world.lan.set_password(PASSWORD)
    world.lan.save()
    world.oanh.set_password(PASSWORD)
    world.oanh.is_active = False
    world.oanh.save()
    assert {name: cost(name) for name in ("lan", "oanh", "ai_do", "hung")} == dict.fromkeys(
        ("lan", "oanh", "ai_do", "hung"), 1
    )
    said = {name: sign_in(Client(), name, "sai").content.decode().count("sign_in_refused") for name in ("lan", "ai_do")}
    assert said == {"lan": 1, "ai_do": 1}


def test_who_is_not_active_does_not_get_in(world: World, lan: Person) -> None:
    Person.objects.filter(pk=lan.pk).update(is_active=False)
    assert sign_in(Client()).status_code == 422


# where it leads


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/thong-bao/", "/thong-bao/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http:///evil.example", "/"),
        ("", "/"),
    ],
)
def test_the_way_on_does_not_leave_the_site(lan: Person, wanted: str, leads: str) -> None:
    answer = Client().post("/dang-nhap/", {"username": "lan", "password": PASSWORD, "next": wanted})
    assert answer["Location"] == leads
    client = Client()
    client.force_login(lan)
    assert client.get("/dang-nhap/", {"next": wanted})["Location"] == leads
    chosen = client.post("/ngon-ngu/", {"language": "en", "next": wanted})
    assert chosen["Location"] == leads


def test_signing_in_takes_a_new_session_and_signing_out_ends_it(lan: Person) -> None:
    client = Client()
    client.post("/ngon-ngu/", {"language": "en"})
    before = client.session.session_key
    sign_in(client)
    signed = client.session.session_key
    assert signed != before
    client.post("/dang-xuat/")
    client.cookies["sessionid"] = signed or ""
    assert client.get("/tai-khoan/").status_code == 302
    assert client.get("/dang-xuat/").status_code == 405


# what every answer carries

ANSWERS = ["/dang-nhap/", "/", "/tai-khoan/", "/khong-co/", "/admin/", "/static/workflow/app.js"]


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_carries_the_strict_headers(lan: Person, settings: Settings, address: str) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    client = Client()
    client.force_login(lan)
    for browser in (client, Client()):
        answer = browser.get(address, secure=True)
        policy = answer["Content-Security-Policy"]
        for rule in (
            "default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "img-src 'self' data:",
            "base-uri 'self'", "form-action 'self'",
        ):  # fmt: skip
            assert rule in policy
        assert "unsafe" not in policy
        assert "camera=()" in answer["Permissions-Policy"]
        assert answer["Strict-Transport-Security"].startswith("max-age=31536000")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"


def test_a_persons_pages_are_kept_by_no_cache(lan: Person) -> None:
    client = Client()
    client.force_login(lan)
    for address in ("/", "/tai-khoan/", "/thong-bao/"):
        assert client.get(address)["Cache-Control"] == "private, no-store"


def test_the_session_cookie_is_out_of_reach_of_scripts(lan: Person) -> None:
    client = Client()
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"

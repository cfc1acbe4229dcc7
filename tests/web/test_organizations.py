"""Tổ chức: who finds which organisation, and every verb of the register through HTTP."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import NOW, World
from workflow.actions import organizations
from workflow.choices import OrganizationKind, Role
from workflow.models import Organization, OrganizationName, Person, Seat, StandIn, Term

SeenBy = Callable[[Person], Client]
TODAY = NOW.date()
DAY = timedelta(days=1)


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def unit(world: World, code: str = "cell", more: str = "") -> str:
    return f"/to-chuc/{world.units[code].pk}/{more}"


# who finds what


def test_an_administrator_finds_the_root_and_opens_the_tree_below_it(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.xuan)
    assert "Tỉnh ủy Yên Bái" in text_of(client, "/to-chuc/")
    assert "Đảng ủy Khối" in text_of(client, unit(world, "tu", "duoi/"))
    part = client.get(unit(world, "duk", "duoi/"), headers={"HX-Request": "true"}).content.decode()
    assert "Chi bộ Bưu điện tỉnh" in part
    assert "<html" not in part


def test_names_are_found_without_accents_and_only_below_ones_own_seats(seen_by: SeenBy, world: World) -> None:
    assert "Chi bộ Bưu điện tỉnh" in text_of(seen_by(world.xuan), "/to-chuc/?ten=buu+dien")
    assert "Chi bộ Bưu điện tỉnh" not in text_of(seen_by(world.hung), "/to-chuc/?ten=buu+dien")
    assert "Chi bộ Văn phòng Sở" in text_of(seen_by(world.son), "/to-chuc/?ten=VAN+PHONG")


def test_a_percent_sign_is_looked_for_as_a_sign(seen_by: SeenBy, world: World) -> None:
    assert "Chi bộ Bưu điện tỉnh" not in text_of(seen_by(world.xuan), "/to-chuc/?ten=%25")


def test_who_holds_no_seat_there_or_above_finds_nothing(seen_by: SeenBy, world: World) -> None:
    for person in (world.oanh, world.stranger):
        for more in ("", "duoi/", "doi-ten/", "nhiem-ky/", "don-vi-moi/", "giao-chuc-vu/", "nguoi-moi/", "ky-thay/"):
            text_of(seen_by(person), unit(world, more=more), 404)
    text_of(seen_by(world.hung), unit(world, "duk"), 404)


def test_who_does_not_administer_sees_the_page_without_its_verbs(seen_by: SeenBy, world: World) -> None:
    page = text_of(seen_by(world.lan), unit(world))
    assert "Nguyễn Thị Hung" in page
    assert "giao-chuc-vu" not in page
    for more in ("doi-ten/", "nhiem-ky/", "don-vi-moi/", "giao-chuc-vu/", "nguoi-moi/", "ky-thay/"):
        text_of(seen_by(world.lan), unit(world, more=more), 403)
    seat = Seat.objects.get(organization=world.cell, role=Role.CLERK)
    text_of(seen_by(world.lan), f"/chuc-vu/{seat.pk}/ket-thuc/", 403)


def test_the_page_asks_the_same_number_of_queries_however_many_seats(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.xuan)
    client.get(unit(world))
    with CaptureQueriesContext(connection) as few:
        client.get(unit(world))
    people = Person.objects.bulk_create(Person(username=f"p{n}", full_name=f"Đồng chí {n}") for n in range(30))
    for person in people:
        organizations.grant_seat(
            organization_id=world.cell.pk,
            actor=world.ngoc,
            person_id=person.pk,
            role=Role.DRAFTER,
            since=TODAY,
            now=NOW,
        )
    with CaptureQueriesContext(connection) as many:
        assert "Đồng chí 29" in client.get(unit(world)).content.decode()
    assert len(many) == len(few)


# seats


def grant(client: Client, world: World, **given: Any) -> Any:
    fields = {"person": world.stranger.pk, "role": "deputy", "since": TODAY.isoformat(), "nguoi": "stranger"} | given
    return client.post(unit(world, more="giao-chuc-vu/"), fields)


def test_a_person_is_found_without_accents_and_gets_a_seat_once(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.xuan)
    assert "Nguyễn Thị Stranger" in text_of(client, unit(world, more="giao-chuc-vu/?nguoi=nguyen thi STRANG"))
    answer = grant(client, world)
    assert answer.status_code == 303
    seat = Seat.objects.get(person=world.stranger)
    assert (seat.role, seat.organization_id, seat.granted_by_id, seat.confirmed_at) == (
        "deputy", world.cell.pk, world.xuan.pk, None,
    )  # fmt: skip
    again = grant(client, world)
    assert again.status_code == 409
    assert 'value="stranger"' in again.content.decode()
    assert Seat.objects.filter(person=world.stranger).count() == 1


def test_nobody_grants_himself_a_seat_and_what_was_chosen_stays(seen_by: SeenBy, world: World) -> None:
    answer = grant(seen_by(world.xuan), world, person=world.xuan.pk, nguoi="xuan", role="clerk")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert 'data-code="not_for_yourself"' in page
    assert '<option value="clerk" selected>' in page


@pytest.mark.parametrize(("field", "value", "code"), [
    ("role", "king", "choice_missing"), ("person", "x", "choice_missing"), ("since", "hôm nay", "day_unreadable"),
])  # fmt: skip
def test_what_is_missing_is_asked_for(seen_by: SeenBy, world: World, field: str, value: str, code: str) -> None:
    answer = grant(seen_by(world.xuan), world, **{field: value})
    assert answer.status_code == 422
    assert f'data-code="{code}"' in answer.content.decode()
    assert not Seat.objects.filter(person=world.stranger).exists()


def test_a_second_person_confirms_a_signing_seat_and_the_granter_finds_no_button(seen_by: SeenBy, world: World) -> None:
    grant(seen_by(world.xuan), world)
    seat = Seat.objects.get(person=world.stranger)
    address = f"/chuc-vu/{seat.pk}/xac-nhan/"
    assert address not in text_of(seen_by(world.xuan), unit(world))
    assert seen_by(world.xuan).post(address).status_code == 403
    assert seen_by(world.oanh).post(address).status_code == 404
    assert address in text_of(seen_by(world.khanh), unit(world))
    assert seen_by(world.khanh).post(address).status_code == 303
    seat.refresh_from_db()
    assert seat.confirmed_by_id == world.khanh.pk
    assert seen_by(world.ngoc).post(address).status_code == 409


def test_a_seat_ends_on_the_day_that_is_chosen(seen_by: SeenBy, world: World) -> None:
    seat = Seat.objects.get(organization=world.cell, role=Role.CLERK)
    client, address = seen_by(world.xuan), f"/chuc-vu/{seat.pk}/ket-thuc/"
    assert TODAY.isoformat() in text_of(client, address)
    early = client.post(address, {"until": "01/01/2020"})
    assert early.status_code == 422
    assert "01/01/2020" in early.content.decode()
    assert client.post(address, {"until": "30/06/2026"}).status_code == 303
    seat.refresh_from_db()
    assert seat.until is not None
    assert seat.until.isoformat() == "2026-06-30"


# stand-ins


def test_the_secretary_appoints_a_deputy_and_ends_it(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.hung)
    assert unit(world, more="ky-thay/") in text_of(client, unit(world))
    fields = {"person": world.binh.pk, "since": TODAY.isoformat(), "until": "", "basis": ""}
    refused = client.post(unit(world, more="ky-thay/"), fields | {"until": "2026-07-01"})
    assert refused.status_code == 422
    assert "2026-07-01" in refused.content.decode()
    assert client.post(unit(world, more="ky-thay/"), fields | {"basis": "Thông báo 05-TB/CB"}).status_code == 303
    standing = StandIn.objects.get(organization=world.cell)
    assert "Thông báo 05-TB/CB" in text_of(client, unit(world))
    address = f"/ky-thay/{standing.pk}/ket-thuc/"
    assert seen_by(world.binh).get(address).status_code == 403
    assert seen_by(world.oanh).get(address).status_code == 404
    assert client.post(address, {"until": TODAY.isoformat()}).status_code == 303
    standing.refresh_from_db()
    assert standing.until == TODAY


def test_the_superiors_secretary_appoints_only_while_the_seat_is_vacant(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.khanh)
    text_of(client, unit(world, more="ky-thay/"), 403)
    seat = Seat.objects.get(organization=world.cell, role=Role.SECRETARY)
    organizations.end_seat(seat_id=seat.pk, actor=world.xuan, until=TODAY - DAY, now=NOW)
    assert "Nguyễn Thị Binh" in text_of(client, unit(world, more="ky-thay/"))


# names, terms, new units, new people


def test_a_new_name_holds_from_its_day_and_a_refusal_keeps_every_field(seen_by: SeenBy, world: World) -> None:
    client, address = seen_by(world.xuan), unit(world, more="doi-ten/")
    fields = {
        "name": "Chi bộ Sở Khoa học và Công nghệ", "letterhead_above": "ĐẢNG ỦY KHỐI",
        "letterhead_name": "CHI BỘ SỞ KHCN", "symbol": "CB", "since": "2026-06-01",
    }  # fmt: skip
    refused = client.post(address, fields | {"since": ""})
    assert refused.status_code == 422
    assert "Chi bộ Sở Khoa học và Công nghệ" in refused.content.decode()
    assert client.post(address, fields).status_code == 303
    world.cell.refresh_from_db()
    assert world.cell.name == "Chi bộ Sở Khoa học và Công nghệ"
    assert client.post(address, fields).status_code == 303
    assert OrganizationName.objects.filter(organization=world.cell).count() == 2


def test_a_new_term_begins_once(seen_by: SeenBy, world: World) -> None:
    client, address = seen_by(world.xuan), unit(world, more="nhiem-ky/")
    assert client.post(address, {"since": "2026-06-01"}).status_code == 303
    assert client.post(address, {"since": "2026-06-01"}).status_code == 422
    assert Term.objects.filter(organization=world.cell).count() == 2


def test_a_unit_is_registered_below_and_its_code_is_its_own(seen_by: SeenBy, world: World) -> None:
    client, address = seen_by(world.xuan), unit(world, "duk", "don-vi-moi/")
    fields = {
        "name": "Chi bộ Sở Y tế", "code": "so-y-te", "kind": OrganizationKind.GRASSROOTS_CELL, "symbol": "CB",
        "place": "Yên Bái", "official_members": "12", "active_from": "2026-06-01", "four_eyes": "WARN",
        "letterhead_above": "ĐẢNG ỦY KHỐI", "letterhead_name": "",
    }  # fmt: skip
    assert client.post(address, fields).status_code == 303
    made = Organization.objects.get(code="so-y-te")
    assert (made.parent_id, made.letterhead_name, made.official_members) == (world.duk.pk, "CHI BỘ SỞ Y TẾ", 12)
    again = client.post(address, fields | {"name": "Chi bộ khác"})
    assert again.status_code == 409
    assert "Chi bộ khác" in again.content.decode()
    assert Organization.objects.get(code="so-y-te").name == "Chi bộ Sở Y tế"
    for wrong in ({"kind": ""}, {"name": " "}, {"code": "Sở Y tế"}, {"active_from": "x"}):
        assert client.post(address, fields | {"code": "khac"} | wrong).status_code == 422


def test_a_new_person_gets_account_and_seat_but_never_anothers_account(seen_by: SeenBy, world: World) -> None:
    client, address = seen_by(world.xuan), unit(world, more="nguoi-moi/")
    fields = {
        "full_name": "Lò Văn Páo", "username": "pao.lv", "phone": "0912 345 678", "email": "",
        "role": "drafter", "since": "2026-06-01",
    }  # fmt: skip
    answer = client.post(address, fields)
    made = Person.objects.get(username="pao.lv")
    assert answer["Location"] == f"/nguoi/{made.pk}/"
    assert not made.has_usable_password()
    assert Seat.objects.get(person=made).organization_id == world.cell.pk
    taken = client.post(address, fields | {"username": "lan", "full_name": "Người khác"})
    assert taken.status_code == 409
    assert "Người khác" in taken.content.decode()
    assert Seat.objects.filter(person=world.lan, organization=world.cell).count() == 2
    for wrong in ({"username": "Lò Páo"}, {"full_name": " "}, {"phone": "gọi sau"}, {"email": "pao"}, {"role": ""}):
        assert client.post(address, fields | {"username": "pao2"} | wrong).status_code == 422
    assert not Person.objects.filter(username="pao2").exists()


# codes


def slip(page: str) -> str:
    found = re.search(r'id="word">([0-9A-Z-]{14})<', page)
    assert found
    return found[1]


def test_the_slip_shows_the_code_once_and_the_person_signs_in_with_it(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.xuan)
    answer = client.post(f"/nguoi/{world.lan.pk}/ma-mot-lan/")
    code = slip(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    assert code not in text_of(client, f"/nguoi/{world.lan.pk}/")
    fresh = Client()
    fresh.post("/dang-nhap/", {"username": "lan", "password": code})
    assert fresh.get("/")["Location"] == "/tai-khoan/mat-khau/"


def test_codes_are_issued_by_who_administers_all_of_a_persons_seats(seen_by: SeenBy, world: World) -> None:
    organizations.grant_seat(
        organization_id=world.cell.pk, actor=world.xuan, person_id=world.tam.pk, role=Role.ADMINISTRATOR, since=TODAY,
        now=NOW,
    )  # fmt: skip
    low = seen_by(world.tam)
    assert low.post(f"/nguoi/{world.lan.pk}/ma-mot-lan/").status_code == 200
    assert low.post(f"/nguoi/{world.khanh.pk}/ma-mot-lan/").status_code == 403
    assert low.post(f"/nguoi/{world.viet.pk}/ma-mot-lan/").status_code == 404
    assert low.post(f"/nguoi/{world.tam.pk}/ma-mot-lan/").status_code == 403
    assert seen_by(world.hung).post(f"/nguoi/{world.lan.pk}/ma-mot-lan/").status_code == 403
    assert seen_by(world.oanh).post(f"/nguoi/{world.lan.pk}/ma-mot-lan/").status_code == 404
    khanh = Person.objects.get(pk=world.khanh.pk)
    assert not khanh.must_change_password


def test_after_a_new_code_signing_waits_for_a_second_person(seen_by: SeenBy, world: World) -> None:
    code = slip(seen_by(world.xuan).post(f"/nguoi/{world.hung.pk}/ma-mot-lan/").content.decode())
    address = f"/nguoi/{world.hung.pk}/cho-ky-lai/"
    unused = seen_by(world.khanh).post(address)
    assert unused.status_code == 409
    assert 'data-code="code_unused"' in unused.content.decode()
    own = Client()
    own.post("/dang-nhap/", {"username": "hung", "password": code})
    new = "mưa rơi trên Yên Bái"
    own.post("/tai-khoan/mat-khau/", {"password_now": code, "password_new": new, "password_twice": new})
    assert seen_by(world.xuan).post(address).status_code == 403  # who issued the code
    assert own.post(address).status_code == 403
    assert address in text_of(seen_by(world.khanh), f"/nguoi/{world.hung.pk}/")
    assert seen_by(world.khanh).post(address).status_code == 303
    assert Person.objects.get(pk=world.hung.pk).signing_hold_since is None
    assert seen_by(world.ngoc).post(address).status_code == 409


def test_an_administrator_corrects_a_name_and_a_refusal_keeps_what_was_typed(seen_by: SeenBy, world: World) -> None:
    client, address = seen_by(world.xuan), f"/nguoi/{world.lan.pk}/"
    assert f'action="{address}ho-ten/"' in text_of(client, address)
    refused = client.post(f"{address}ho-ten/", {"full_name": "N" * 121})
    assert refused.status_code == 422
    assert "N" * 121 in refused.content.decode()
    client.post(f"{address}ho-ten/", {"full_name": "Nguyễn Thị Lan Anh"})
    assert "<h1>Nguyễn Thị Lan Anh</h1>" in text_of(client, address)
    assert seen_by(world.hung).post(f"{address}ho-ten/", {"full_name": "Khác"}).status_code == 403
    assert seen_by(world.oanh).post(f"{address}ho-ten/", {"full_name": "Khác"}).status_code == 404
    own = seen_by(world.xuan).post(f"/nguoi/{world.xuan.pk}/ho-ten/", {"full_name": "Khác"})
    assert own.status_code == 403
    assert set(Person.objects.filter(pk__in=[world.lan.pk, world.xuan.pk]).values_list("full_name", flat=True)) == {
        "Nguyễn Thị Lan Anh",
        world.xuan.full_name,
    }


def test_who_vouches_for_a_signature_is_offered_no_name_to_write(seen_by: SeenBy, world: World) -> None:
    seen_by(world.xuan).post(f"/nguoi/{world.hung.pk}/ma-mot-lan/")
    assert "ho-ten/" not in text_of(seen_by(world.khanh), f"/nguoi/{world.hung.pk}/")

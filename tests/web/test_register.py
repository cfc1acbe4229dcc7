"""Django's admin is the register's window: it shows accounts, organisations and seats, and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.test import Client
from django.utils.translation import override

from tests.builders import World
from tests.web.conftest import PASSWORD
from workflow.models import Notice, Person

SeenBy = Callable[[Person], Client]


@pytest.mark.parametrize("page", ["", "workflow/person/", "workflow/organization/", "workflow/seat/"])
def test_the_register_is_for_who_may_enter_it_and_only_shows(lan: Person, world: World, page: str) -> None:
    client = Client()
    assert client.get(f"/admin/{page}", follow=True).redirect_chain[-1][0].startswith("/dang-nhap/?next=%2Fadmin%2F")
    client.force_login(lan)
    assert client.get(f"/admin/{page}", follow=True).redirect_chain[-1][0] == "/"
    Person.objects.filter(pk=lan.pk).update(is_staff=True)
    assert client.get(f"/admin/{page}").status_code == 200


def test_the_register_changes_nothing_and_knows_no_content(lan: Person, world: World) -> None:
    Person.objects.filter(pk=lan.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(lan)
    address = f"/admin/workflow/person/{world.hung.pk}/change/"
    shown = client.get(address).content.decode()
    assert "Nguyễn Thị Hung" in shown
    assert world.hung.password not in shown
    assert client.post(address, {"full_name": "Khác"}).status_code == 403
    assert client.get("/admin/workflow/person/add/").status_code == 403
    assert client.post(f"/admin/workflow/seat/{world.hung.seats.first().pk}/delete/").status_code == 403
    index = client.get("/admin/").content.decode()
    for model in ("report", "entry", "revision", "event", "opinion", "group"):
        assert f"/admin/workflow/{model}/" not in index
        assert client.get(f"/admin/workflow/{model}/").status_code == 404
    assert client.get("/admin/auth/group/").status_code == 404
    assert not Notice.objects.exists()


def test_the_registers_own_doors_lead_to_the_counted_ones(lan: Person) -> None:
    assert (
        Client().post("/admin/login/", {"username": "lan", "password": PASSWORD})["Location"].startswith("/dang-nhap/")
    )
    client = Client()
    client.force_login(lan)
    Person.objects.filter(pk=lan.pk).update(is_staff=True)
    assert client.get("/admin/password_change/")["Location"] == "/tai-khoan/mat-khau/"
    Person.objects.filter(pk=lan.pk).update(must_change_password=True)
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("window", admin.site._registry.values(), ids=lambda window: window.model.__name__)
def test_the_register_speaks_vietnamese(window: "admin.ModelAdmin[Any]") -> None:
    """Every word of it is another one in English; an address of mails is called the same in both."""

    def words() -> list[str]:
        options = window.model._meta
        fields = {*window.list_display, *(window.fields or [field.name for field in options.fields if field.editable])}
        said = [label_for_field(str(name), window.model, window) for name in sorted(map(str, fields - {"id", "email"}))]
        return [*map(str, said), str(options.verbose_name), str(options.verbose_name_plural)]

    with override("vi"):
        vietnamese = words()
    with override("en"):
        english = words()
    assert not {one for one, other in zip(vietnamese, english, strict=True) if one == other}

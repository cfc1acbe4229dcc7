"""The first screen: what waits for whom."""

from collections.abc import Callable

from django.test import Client

from tests.builders import World
from workflow.models import Person

SeenBy = Callable[[Person], Client]


def test_a_drafter_finds_the_new_report_with_its_deadline(seen_by: SeenBy, world: World) -> None:
    page = seen_by(world.lan).get("/").content.decode()
    assert "Chi bộ Sở Thông tin và Truyền thông" in page
    assert f"/bao-cao/{world.report().pk}/soan/" in page
    assert "31/07/2026" in page


def test_a_drafter_of_another_unit_finds_only_his_own(seen_by: SeenBy, world: World) -> None:
    page = seen_by(world.oanh).get("/").content.decode()
    assert f"/bao-cao/{world.report('other').pk}/" in page
    assert f"/bao-cao/{world.report().pk}/" not in page


def test_an_officer_finds_his_request(seen_by: SeenBy, world: World) -> None:
    page = seen_by(world.yen).get("/").content.decode()
    assert f"/dot/{world.campaign.pk}/theo-doi/" in page


def test_who_has_no_seat_finds_an_empty_desk(seen_by: SeenBy, world: World) -> None:
    page = seen_by(world.stranger).get("/").content.decode()
    assert "/bao-cao/" not in page.split('id="now"')[1]

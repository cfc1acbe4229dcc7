"""The first screen: what waits for whom."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.test import Client

from tests.builders import NOW, World
from workflow.actions.urging import draft_urging
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


def test_a_drafted_urging_letter_waits_for_the_secretary_and_not_yet_for_the_clerk(
    seen_by: SeenBy, world: World, frozen: time_machine.Traveller
) -> None:
    late = NOW + timedelta(days=70)
    frozen.move_to(late, tick=False)
    letter = draft_urging(
        campaign_id=world.campaign.pk, actor=world.yen, send_before=late + timedelta(days=7), now=late
    )
    address = f"/dot/{world.campaign.pk}/don-doc/{letter.pk}/"
    assert address in seen_by(world.khanh).get("/").content.decode()
    assert address not in seen_by(world.giang).get("/").content.decode()
    assert address not in seen_by(world.hung).get("/").content.decode()

"""The first screen: what waits for whom."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.test import Client

from tests.builders import NOW, World, to_review
from tests.web.conftest import later
from workflow.actions.review import Minutes, enter_minutes
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


def test_an_administrator_finds_the_way_to_his_organisations_and_their_calendar(seen_by: SeenBy, world: World) -> None:
    page = seen_by(world.xuan).get("/").content.decode()
    assert f'href="/to-chuc/{world.tu.pk}/"' in page
    assert "Quản lý tổ chức, tài khoản" in page
    assert "Quản lý tổ chức, tài khoản" not in seen_by(world.yen).get("/").content.decode()


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


def test_opinions_are_asked_for_until_minutes_or_the_days_end_take_their_place(
    seen_by: SeenBy, world: World, frozen: time_machine.Traveller
) -> None:
    report = to_review(world, world.report())
    member, chair = world.nam, world.hung
    here, give, conclude = f"/bao-cao/{report.pk}/y-kien/", "Cho ý kiến", "Chốt ý kiến"
    assert here in waiting(seen_by(member))
    assert (give in waiting(seen_by(chair)), conclude in waiting(seen_by(chair))) == (True, False)

    later(frozen, NOW + timedelta(days=3))
    assert here not in waiting(seen_by(member))
    assert (give in waiting(seen_by(chair)), conclude in waiting(seen_by(chair))) == (False, True)

    later(frozen, NOW)
    held = Minutes(number="02-BB/CB", held_on=NOW.date(), present=3, agree=3, disagree=0, other=0)
    enter_minutes(report_id=report.pk, actor=world.hung, minutes=held, now=NOW)
    assert here not in waiting(seen_by(member))
    assert (give in waiting(seen_by(chair)), conclude in waiting(seen_by(chair))) == (False, True)


def waiting(client: Client) -> str:
    """What waits for the person, without what lies with others."""
    return client.get("/").content.decode().split('id="now"')[1].split("</section>")[0]

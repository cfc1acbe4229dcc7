"""Chuẩn bị đợt báo cáo: the last page before a request goes out, and opening it."""

from collections.abc import Callable

from django.test import Client
from django.utils.translation import override

from tests.builders import NOW, World
from tests.web.conftest import read
from workflow.actions import campaigns
from workflow.choices import CampaignState
from workflow.delivery.fanout import fan_out
from workflow.errors import AudienceOverlaps
from workflow.models import Campaign, Event, Notice, Organization, Person, Report

SeenBy = Callable[[Person], Client]


def at(campaign: Campaign, step: str) -> str:
    return f"/dot/{campaign.pk}/chuan-bi/{step}/"


def test_what_is_missing_is_listed_with_its_step(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    page = read(seen_by(world.yen), at(draft, "xem-lai")).split('id="goes-out"')[1]
    for step in ("van-ban", "de-cuong", "thoi-han"):
        assert at(draft, step) in page
    answer = seen_by(world.yen).post(at(draft, "xem-lai"))
    assert answer.status_code == 422
    assert Campaign.objects.get(pk=draft.pk).state == CampaignState.DRAFT


def test_the_last_page_says_what_goes_out_and_opening_sends_just_that(
    seen_by: SeenBy, world: World, ready: Campaign
) -> None:
    fan_out_all()
    notices = Notice.objects.count()
    client = seen_by(world.yen)
    page = read(client, at(ready, "xem-lai"))
    assert client.post(at(ready, "xem-lai")).status_code == 303
    fan_out_all()
    sent = Notice.objects.count() - notices
    persons = Notice.objects.filter(event__stream_id__gt=0).order_by("pk")[notices:]
    assert Report.objects.filter(campaign=ready).count() == 3
    for number in (3, len({one.person_id for one in persons}), sent):
        assert f"<dd>{number}</dd>" in page, number


def fan_out_all() -> None:
    while Event.objects.filter(fanned_out=False).exists():
        fan_out(now=NOW)


def test_a_second_click_on_open_opens_nothing_more(seen_by: SeenBy, world: World, ready: Campaign) -> None:
    client = seen_by(world.yen)
    assert client.post(at(ready, "xem-lai")).status_code == 303
    assert client.post(at(ready, "xem-lai")).status_code == 409
    assert Report.objects.filter(campaign=ready).count() == 3
    assert client.get(at(ready, "van-ban")).headers["Location"] == f"/dot/{ready.pk}/"


def test_where_the_house_says_so_only_a_leader_opens(seen_by: SeenBy, world: World, ready: Campaign) -> None:
    Organization.objects.filter(pk=world.duk.pk).update(leader_opens=True)
    assert '<form class="line line--end" method="post">' not in read(seen_by(world.yen), at(ready, "xem-lai"))
    assert seen_by(world.yen).post(at(ready, "xem-lai")).status_code == 403
    assert seen_by(world.khanh).post(at(ready, "xem-lai")).status_code == 303


def test_an_opened_request_is_not_edited_behind_the_units_backs(seen_by: SeenBy, world: World, ready: Campaign) -> None:
    campaigns.open_campaign(campaign_id=ready.pk, actor=world.dung, now=NOW)
    answer = seen_by(world.yen).post(at(ready, "van-ban"), {"subject": "Đổi trích yếu"})
    assert answer.status_code == 409
    assert "Đổi trích yếu" in answer.content.decode()
    assert Campaign.objects.get(pk=ready.pk).subject == "V/v sơ kết 5 năm"


def test_a_leader_looks_through_a_draft_and_may_cancel_it(seen_by: SeenBy, world: World, ready: Campaign) -> None:
    assert f"/dot/{ready.pk}/huy/" in read(seen_by(world.khanh), at(ready, "xem-lai"))
    assert seen_by(world.khanh).post(f"/dot/{ready.pk}/huy/", {"reason": "Trùng đợt."}).status_code == 303
    assert Campaign.objects.get(pk=ready.pk).state == CampaignState.CANCELLED


def test_a_unit_together_with_its_own_superior_is_told_before_anybody_opens(
    seen_by: SeenBy, world: World, draft: Campaign
) -> None:
    typed = {"audience": "LIST", "unit": [world.party.pk, world.sub.pk], "go": "on"}
    seen_by(world.yen).post(at(draft, "doi-tuong"), typed)
    page = read(seen_by(world.yen), at(draft, "xem-lai")).split('id="goes-out"')[1]
    with override("vi"):
        assert str(AudienceOverlaps(unit=world.sub.name, superior=world.party.name)) in page

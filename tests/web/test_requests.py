"""Requests: the list, the request as its office and as a unit sees it, and the verbs of a running one."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from tests.builders import NOW, World, open_upper, prepared_campaign, to_sent
from tests.web.conftest import read
from workflow.actions import campaigns, deadlines, ladders, preparing
from workflow.choices import AudienceRule, CampaignState
from workflow.models import Campaign, Pause, Person, Report, Section

SeenBy = Callable[[Person], Client]
OFFICE = ["yen", "khanh", "tam"]
OF_THE_OFFICER = ["them-don-vi", "bo-sung-de-cuong", "nhac-viec", "tam-dung-nhac", "chot-so-lieu"]
OF_THE_LEADER = ["sua-thoi-han", "ket-thuc", "huy"]


def at(world: World, slug: str = "") -> str:
    return f"/dot/{world.campaign.pk}/{slug}{'/' if slug else ''}"


def state_of(world: World) -> str:
    return Campaign.objects.get(pk=world.campaign.pk).state


def main(page: str) -> str:
    return page.split('id="main"')[1]


@pytest.mark.parametrize("name", ["yen", "khanh", "lan", "nam"])
def test_the_list_shows_what_one_issues_and_what_one_is_asked(seen_by: SeenBy, world: World, name: str) -> None:
    assert f'href="{at(world)}"' in read(seen_by(world.people[name]), "/dot/")


@pytest.mark.parametrize("name", ["stranger", "sub_drafter", "viet"])
def test_the_list_of_others_is_empty(seen_by: SeenBy, world: World, name: str) -> None:
    page = read(seen_by(world.people[name]), "/dot/")
    assert f'href="{at(world)}"' not in page
    assert 'class="empty"' in page


def test_only_an_officer_is_offered_to_prepare_a_request(seen_by: SeenBy, world: World) -> None:
    assert "/dot/moi/" in read(seen_by(world.yen), "/dot/")
    assert "/dot/moi/" not in read(seen_by(world.tam), "/dot/")
    assert seen_by(world.tam).get("/dot/moi/").status_code == 404


def test_the_list_is_searched_without_diacritics_and_filtered_by_state(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    assert f'href="{at(world)}"' in read(client, "/dot/?q=so+ket")
    assert f'href="{at(world)}"' not in read(client, "/dot/?q=tong+ket")
    assert f'href="{at(world)}"' not in read(client, "/dot/?tt=CLOSED")
    assert f'href="{at(world)}"' in read(client, "/dot/?tt=OPEN&xep=han")


def shown(page: str) -> list[str]:
    return re.findall(r'work__title" href="[^"]*"><span class="nowrap">([0-9A-ZĐUCVT/-]+)</span> –', page)


def prepare(world: World, *numbers: str) -> None:
    for number in numbers:
        prepared_campaign(world.duk, world.dung, number=number)


def test_a_long_list_stands_in_pages_and_keeps_what_was_searched(seen_by: SeenBy, world: World) -> None:
    prepare(world, *(f"{number}-CV/ĐUK" for number in range(100, 122)))
    client = seen_by(world.yen)
    first, second = read(client, "/dot/?q=CV/DUK&xep=so"), read(client, "/dot/?q=CV/DUK&xep=so&trang=2")
    assert len(shown(first)) == 20
    assert shown(first) + shown(second) == [*(f"{number}-CV/ĐUK" for number in range(100, 122)), "630-CV/ĐUK"]
    assert 'href="?q=CV%2FDUK&amp;xep=so&amp;trang=2"' in first
    assert 'href="?q=CV%2FDUK&amp;xep=so&amp;trang=1"' in second
    for odd in ("0", "-1", "x", "999999999999999999999"):
        assert client.get(f"/dot/?trang={odd}").status_code == 200


def test_numbers_are_ordered_as_numbers(seen_by: SeenBy, world: World) -> None:
    prepare(world, "95-CV/ĐUK", "1012-CV/ĐUK", "7-CV/ĐUK")
    assert shown(read(seen_by(world.yen), "/dot/?xep=so")) == ["7-CV/ĐUK", "95-CV/ĐUK", "630-CV/ĐUK", "1012-CV/ĐUK"]


def test_by_deadline_what_is_over_stands_after_what_runs(seen_by: SeenBy, world: World) -> None:
    early = prepared_campaign(world.duk, world.dung, number="95-CV/ĐUK")
    Campaign.objects.filter(pk=early.pk).update(due=NOW + timedelta(days=1))
    campaigns.cancel(campaign_id=early.pk, actor=world.khanh, reason="Thôi", now=NOW)
    assert shown(read(seen_by(world.yen), "/dot/?xep=han")) == ["630-CV/ĐUK", "95-CV/ĐUK"]


def test_each_state_is_counted_among_what_was_searched(seen_by: SeenBy, world: World) -> None:
    prepare(world, "95-CV/ĐUK")
    page = main(read(seen_by(world.yen), "/dot/?tt=DRAFT"))
    assert shown(page) == ["95-CV/ĐUK"]
    assert re.findall(r'class="chip"[^>]*>[^<]*<strong>(\d+)', page) == ["2", "1", "1"]
    assert re.findall(r'class="chip"[^>]*>[^<]*<strong>(\d+)', read(seen_by(world.yen), "/dot/?q=95-CV")) == ["1", "1"]


@pytest.mark.parametrize("name", OFFICE)
def test_the_office_sees_how_far_the_units_are(seen_by: SeenBy, world: World, name: str) -> None:
    to_sent(world, world.report())
    page = main(read(seen_by(world.people[name]), at(world)))
    assert "<dd>3</dd>" in page
    assert "<dd>1</dd>" in page
    assert "Lãnh đạo, chỉ đạo" in page


@pytest.mark.parametrize("name", ["stranger", "uyen", "sub_drafter", "xuan"])
def test_to_others_the_request_does_not_exist(seen_by: SeenBy, world: World, name: str) -> None:
    client = seen_by(world.people[name])
    for slug in ["", *OF_THE_OFFICER, *OF_THE_LEADER, "chuan-bi/van-ban"]:
        assert client.get(at(world, slug)).status_code == 404, slug


def test_a_unit_reads_the_request_as_it_is_asked(seen_by: SeenBy, world: World) -> None:
    page = main(read(seen_by(world.lan), at(world)))
    assert "Trong tháng 7" in page
    assert f"/bao-cao/{world.report().pk}/" in page
    assert world.yen.full_name in page
    # Asked of đảng bộ cơ sở only.
    assert "Thiết chế văn hóa cơ sở" not in page
    assert "Thiết chế văn hóa cơ sở" in main(read(seen_by(world.thu), at(world)))
    assert all(f"/{slug}/" not in page for slug in [*OF_THE_OFFICER, *OF_THE_LEADER])


def test_that_a_unit_has_read_the_request_is_noted_once(seen_by: SeenBy, world: World) -> None:
    read(seen_by(world.nam), at(world))
    assert world.report().opened_at == NOW
    assert world.report("other").opened_at is None


def test_a_unit_with_a_later_day_reads_its_own_deadline(seen_by: SeenBy, world: World) -> None:
    report = world.report()
    later = report.due + timedelta(days=7)
    deadlines.ask_extension(report_id=report.pk, actor=world.lan, due=later, reason="Chờ số liệu.", now=NOW)
    deadlines.decide_extension(report_id=report.pk, actor=world.khanh, due=later, now=NOW)
    page = main(read(seen_by(world.lan), at(world)))
    assert "07/08/2026" in page
    assert "31/07/2026" in page


def test_the_committees_own_report_leads_to_the_request_it_was_made_for(seen_by: SeenBy, world: World) -> None:
    answer = seen_by(world.dung).get(f"/dot/{world.own_report.campaign_id}/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == at(world)


@pytest.mark.parametrize("slug", OF_THE_OFFICER)
def test_the_officers_verbs_are_not_the_leaders_nor_a_units(seen_by: SeenBy, world: World, slug: str) -> None:
    assert seen_by(world.yen).get(at(world, slug)).status_code == 200
    for name in ("tam", "lan", "giang"):
        assert seen_by(world.people[name]).get(at(world, slug)).status_code == 403, name


@pytest.mark.parametrize("slug", OF_THE_LEADER)
def test_the_leaders_verbs_are_not_the_officers_nor_a_units(seen_by: SeenBy, world: World, slug: str) -> None:
    assert seen_by(world.khanh).get(at(world, slug)).status_code == 200
    for name in ("yen", "tam", "lan"):
        assert seen_by(world.people[name]).get(at(world, slug)).status_code == 403, name


def test_each_finds_the_links_of_his_own_verbs_only(seen_by: SeenBy, world: World) -> None:
    officer, leader = (main(read(seen_by(person), at(world))) for person in (world.yen, world.khanh))
    for page, mine, others in [(officer, OF_THE_OFFICER, OF_THE_LEADER), (leader, OF_THE_LEADER, OF_THE_OFFICER)]:
        assert [slug for slug in mine if at(world, slug) not in page] == []
        assert [slug for slug in others if at(world, slug) in page] == []


def test_figures_are_cut_off_once_however_often_one_clicks(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    assert client.post(at(world, "chot-so-lieu")).status_code == 303
    assert state_of(world) == CampaignState.CONSOLIDATING
    assert client.post(at(world, "chot-so-lieu")).status_code == 409


def test_closing_before_the_own_report_is_sent_needs_a_reason_and_lists_the_unsent(
    seen_by: SeenBy, world: World
) -> None:
    client = seen_by(world.khanh)
    page = read(client, at(world, "ket-thuc"))
    assert world.cell.name in page
    assert world.other.name in page
    refused = client.post(at(world, "ket-thuc"), {"reason": " "})
    assert refused.status_code == 422
    assert state_of(world) == CampaignState.OPEN
    client.post(at(world, "ket-thuc"), {"reason": "Tỉnh ủy dừng đợt."})
    assert state_of(world) == CampaignState.CLOSED
    assert "Tỉnh ủy dừng đợt." in read(client, at(world))


def test_a_closed_request_is_reopened_with_a_reason(seen_by: SeenBy, world: World) -> None:
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Xong.", now=NOW)
    client = seen_by(world.khanh)
    assert client.post(at(world, "mo-lai"), {"reason": ""}).status_code == 422
    assert client.post(at(world, "mo-lai"), {"reason": "Bổ sung đơn vị."}).status_code == 303
    assert state_of(world) == CampaignState.OPEN


def test_cancelling_needs_a_reason_and_keeps_it(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.khanh)
    assert client.post(at(world, "huy"), {"reason": ""}).status_code == 422
    client.post(at(world, "huy"), {"reason": "Nhầm đối tượng."})
    assert state_of(world) == CampaignState.CANCELLED
    assert main(read(client, at(world))).count("/huy/") == 0


def test_units_are_added_from_those_not_asked_yet(seen_by: SeenBy, world: World) -> None:
    campaign = prepared_campaign(world.duk, world.dung, number="631-CV/ĐUK")
    preparing.edit_campaign(
        campaign_id=campaign.pk,
        actor=world.dung,
        fields={"audience": AudienceRule.LIST},
        audience_units=[world.cell.pk],
        now=NOW,
    )
    campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=NOW)
    client, address = seen_by(world.yen), f"/dot/{campaign.pk}/them-don-vi/"
    page = read(client, address)
    assert world.other.name in page
    assert f'value="{world.cell.pk}"' not in page
    found = client.post(address, {"unit": [world.party.pk], "words": "buu dien", "go": "search"}).content.decode()
    assert f'value="{world.party.pk}" checked' in found
    assert f'value="{world.other.pk}">' in found
    assert Report.objects.filter(campaign=campaign).count() == 1
    assert client.post(address, {"unit": [world.other.pk], "go": "add"}).status_code == 303
    assert Report.objects.filter(campaign=campaign, organization=world.other).exists()
    refused = client.post(address, {"unit": [world.party.pk, world.sub.pk], "go": "add"})
    assert refused.status_code == 422
    assert f'value="{world.party.pk}" checked' in refused.content.decode()


def test_nobody_is_added_twice(seen_by: SeenBy, world: World) -> None:
    answer = seen_by(world.yen).post(at(world, "them-don-vi"), {"unit": [world.cell.pk], "go": "add"})
    assert answer.status_code == 409
    assert Report.objects.filter(campaign=world.campaign).count() == 3


def test_a_leader_moves_the_deadline_and_sees_the_day_first(seen_by: SeenBy, world: World) -> None:
    client, typed = seen_by(world.khanh), {"last_day": "2026-08-30", "hour": "17:00"}
    shown = client.post(at(world, "sua-thoi-han"), {**typed, "go": "preview"}).content.decode()
    # A Sunday moves to Monday.
    assert "31/08/2026" in shown
    assert 'value="2026-08-30"' in shown
    client.post(at(world, "sua-thoi-han"), {**typed, "go": "move"})
    assert f"{localtime(world.report().due):%d/%m %H:%M}" == "31/08 17:00"


def test_a_deadline_in_the_past_is_refused_and_stays_typed(seen_by: SeenBy, world: World) -> None:
    before = world.report().due
    answer = seen_by(world.khanh).post(at(world, "sua-thoi-han"), {"last_day": "2026-05-20", "go": "move"})
    assert answer.status_code == 422
    assert 'value="2026-05-20"' in answer.content.decode()
    assert world.report().due == before


def added(**changes: object) -> dict[str, object]:
    return {
        "s-TOTAL_FORMS": "1", "s-INITIAL_FORMS": "0", "i-TOTAL_FORMS": "1", "i-INITIAL_FORMS": "0",
        "s-0-numbering": "IV", "s-0-heading": "Kiến nghị, đề xuất", "s-0-kind": "NARRATIVE", "s-0-parent": "",
        "i-0-code": "K1", "i-0-label": "Số kiến nghị", "i-0-section": "new-0", "i-0-aggregation": "SUM",
        "go": "send", **changes,
    }  # fmt: skip


def test_an_officer_adds_to_the_outline_at_once_for_all(seen_by: SeenBy, world: World) -> None:
    assert seen_by(world.yen).post(at(world, "bo-sung-de-cuong"), added()).status_code == 303
    section = Section.objects.get(outline=world.campaign.outline, heading="Kiến nghị, đề xuất")
    assert section.since_version == world.report().outline_version == 2
    assert [one.code for one in section.indicators.all()] == ["K1"]
    assert "Kiến nghị, đề xuất" in read(seen_by(world.lan), at(world))


def test_additions_that_clash_are_refused_and_stay_typed(seen_by: SeenBy, world: World) -> None:
    answer = seen_by(world.yen).post(at(world, "bo-sung-de-cuong"), added(**{"i-0-code": "A5"}))
    assert answer.status_code == 422
    assert "Kiến nghị, đề xuất" in answer.content.decode()
    assert world.report().outline_version == 1
    more = seen_by(world.yen).post(at(world, "bo-sung-de-cuong"), added(go="section")).content.decode()
    assert 'name="s-1-heading"' in more
    assert "Kiến nghị, đề xuất" in more
    assert world.report().outline_version == 1


def test_a_leader_may_not_add_to_the_outline(seen_by: SeenBy, world: World) -> None:
    assert seen_by(world.khanh).post(at(world, "bo-sung-de-cuong"), added()).status_code == 403


def test_reminders_are_paused_for_some_units_and_go_on(seen_by: SeenBy, world: World) -> None:
    client, address = seen_by(world.yen), at(world, "tam-dung-nhac")
    some = {"everybody": "some", "until": "2026-06-15", "reason": "Mưa lũ"}
    assert "Mưa lũ" in client.post(address, some).content.decode()
    assert Pause.objects.count() == 0
    assert client.post(address, {**some, "unit": [world.cell.pk]}).status_code == 303
    pause = Pause.objects.get()
    assert (list(pause.units.all()), pause.reason) == ([world.cell], "Mưa lũ")
    assert pause.until is not None
    assert f"{localtime(pause.until):%d/%m %H:%M}" == "16/06 00:00"
    assert "Mưa lũ" in read(client, at(world))
    assert client.post(at(world, "nhac-tiep")).status_code == 303
    assert client.get(at(world)).content.decode().count("/nhac-tiep/") == 0


@pytest.mark.parametrize("typed", [{"reason": ""}, {"reason": "Bão", "until": "2026-05-01"}])
def test_a_pause_needs_a_reason_and_an_end_ahead(seen_by: SeenBy, world: World, typed: dict[str, str]) -> None:
    answer = seen_by(world.yen).post(at(world, "tam-dung-nhac"), {"everybody": "all", **typed})
    assert answer.status_code == 422
    assert typed["reason"] in answer.content.decode()
    assert Pause.objects.count() == 0


def test_resuming_is_offered_only_while_paused(seen_by: SeenBy, world: World) -> None:
    assert at(world, "nhac-tiep") not in read(seen_by(world.yen), at(world))
    ladders.pause_ladder(campaign_id=world.campaign.pk, actor=world.yen, reason="Bão", now=NOW)
    assert at(world, "nhac-tiep") in read(seen_by(world.yen), at(world))


def test_a_request_whose_upper_one_was_cancelled_goes_on_as_the_committees_own(seen_by: SeenBy, world: World) -> None:
    upper = open_upper(world)
    campaign = prepared_campaign(world.duk, world.dung, number="701-CV/ĐUK", answers=upper.reports.get())
    campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=NOW)
    client, address = seen_by(world.khanh), f"/dot/{campaign.pk}/thanh-dot-rieng/"
    assert address not in read(client, f"/dot/{campaign.pk}/")
    campaigns.cancel(campaign_id=upper.pk, actor=world.viet, reason="Dừng.", now=NOW)
    assert address in read(client, f"/dot/{campaign.pk}/")
    assert client.post(address).status_code == 303
    campaign.refresh_from_db()
    assert campaign.answers is not None
    assert campaign.answers.campaign.house


def test_who_sits_at_the_issuer_but_not_in_its_office_reads_the_open_request(seen_by: SeenBy, world: World) -> None:
    assert "Lãnh đạo, chỉ đạo" in read(seen_by(world.giang), at(world))
    prepared = prepared_campaign(world.duk, world.dung, number="632-CV/ĐUK")
    assert seen_by(world.giang).get(f"/dot/{prepared.pk}/").status_code == 403
    assert seen_by(world.lan).get(f"/dot/{prepared.pk}/").status_code == 404


def test_the_list_asks_as_many_questions_for_many_requests_as_for_one(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    client.get("/dot/")
    with CaptureQueriesContext(connection) as one:
        client.get("/dot/")
    for number in range(3):
        campaign = prepared_campaign(world.duk, world.dung, number=f"64{number}-CV/ĐUK")
        campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=NOW)
    with CaptureQueriesContext(connection) as many:
        client.get("/dot/")
    assert len(many) == len(one)

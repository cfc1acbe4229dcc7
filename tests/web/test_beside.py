"""Soạn báo cáo: what lies beside a section: the version handed over, the period before."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import (
    NOW,
    World,
    prepared_campaign,
    to_revising,
    to_sent,
)
from tests.web.conftest import read
from tests.web.conftest import section_at as at
from workflow.actions import campaigns, drafting
from workflow.models import Person, Report

SeenBy = Callable[[Person], Client]


BY_ITSELF = {"HX-Request": "true"}


def test_the_text_last_handed_over_lies_beside_the_section(seen_by: SeenBy, world: World) -> None:
    report = to_revising(world, world.report())
    drafting.save_entry(
        report_id=report.pk, actor=world.lan, section_id=world.section("I.1").pk, version=1, text="Mới", now=NOW
    )
    page = read(seen_by(world.lan), at(world, "I.1"))
    assert "Chi bộ đã quán triệt đầy đủ." in page.split("<aside")[1]


def rewritten(world: World, *, text: str) -> Report:
    """The report is revised after its first hand-over: one section reads otherwise now."""
    report = to_revising(world, world.report())
    drafting.save_entry(
        report_id=report.pk, actor=world.lan, section_id=world.section("I.1").pk, version=1, text=text, now=NOW
    )
    return report


def test_what_changed_since_the_version_handed_over_stands_beside_the_section(seen_by: SeenBy, world: World) -> None:
    rewritten(world, text="Chi bộ đã quán triệt rất đầy đủ.")
    page = read(seen_by(world.lan), at(world, "I.1")).split("<aside")[1]
    assert "So sánh với bản 1" in page
    assert "1 chỗ thay đổi" in page
    assert "rất</ins>" in page
    untouched = read(seen_by(world.lan), at(world, "III")).split("<aside")[1]
    assert "<ins>" not in untouched


def test_a_save_by_itself_brings_the_comparison_anew(seen_by: SeenBy, world: World) -> None:
    to_revising(world, world.report())
    saved = seen_by(world.lan).post(at(world, "I.1"), {"version": 1, "text": "Viết lại cả mục."}, headers=BY_ITSELF)
    assert '<div id="compared" hx-swap-oob="innerHTML">' in saved.content.decode()
    assert "Viết lại cả mục.</ins>" in saved.content.decode()


def test_the_unit_s_own_last_report_lies_beside_the_section(seen_by: SeenBy, world: World) -> None:
    second = opened_again(world)
    address = f"/bao-cao/{second.pk}/soan/{world.section('III', second.campaign).pk}/"
    before = read(seen_by(world.lan), address)
    assert "kỳ trước" not in before.lower().split("<aside")[0]
    assert "Đơn vị chưa gửi báo cáo nào trước đây có mục này." in before
    to_sent(world, world.report())
    after = read(seen_by(world.lan), address)
    assert f"/bao-cao/{world.report().pk}/ban/" in after.split("<aside")[1]
    assert "kỳ trước 45" in after.split("<aside")[0]


def test_what_another_unit_sent_is_not_the_previous_period(seen_by: SeenBy, world: World) -> None:
    second = opened_again(world)
    to_sent(world, world.report("other"))
    page = read(seen_by(world.lan), f"/bao-cao/{second.pk}/soan/{world.section('I.1', second.campaign).pk}/")
    assert "Đơn vị chưa gửi báo cáo nào trước đây có mục này." in page


def test_more_earlier_reports_and_versions_cost_no_more_queries(seen_by: SeenBy, world: World) -> None:
    second, client = opened_again(world), seen_by(world.lan)
    address = f"/bao-cao/{second.pk}/soan/{world.section('I.1', second.campaign).pk}/"
    to_sent(world, world.report())
    client.get(address)
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        counts.append(len(found))
        to_revising(world, second)
    assert counts[0] == counts[1]


def opened_again(world: World) -> Report:
    """The same outline is asked a second time; the unit's report of it."""
    second = prepared_campaign(world.units["duk"], world.people["dung"], number="700-CV/ĐUK")
    campaigns.open_campaign(campaign_id=second.pk, actor=world.people["dung"], now=NOW)
    return Report.objects.get(campaign=second, organization=world.units["cell"])

"""The office's board: every expected unit, what is looked for, one unit and the verbs on it."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.builders import NOW, World, to_review, to_sent, write_everything
from tests.web.conftest import later
from workflow.actions import deadlines, drafting, intake
from workflow.actions import timeliness as reasons
from workflow.choices import ReportState, Timeliness, Verb
from workflow.models import Event, Extension, Lateness, Organization, Person, Report
from workflow.queries.board import TIMES, WAITING_EXTENSION, Wanted, board_of, found_by, results_of
from workflow.queries.board_counts import counts_of
from workflow.rules.calendar import last_day_of

SeenBy = Callable[[Person], Client]
LATE = NOW + timedelta(days=65)  # Wednesday 5/8/2026, three working days after the deadline
CELL, OTHER, PARTY = "Chi bộ Sở Thông tin", "Chi bộ Bưu điện", "Đảng bộ Sở Văn hóa"


def board(world: World, query: str = "") -> str:
    return f"/dot/{world.campaign.pk}/theo-doi/{query}"


def unit(world: World, name: str = "cell", word: str = "") -> str:
    return board(world, f"{world.report(name).pk}/{word}")


def rows(page: Any) -> str:
    """What stands in the body of the board's table; empty where nothing matches."""
    content: str = page.content.decode()
    return content.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in content else ""


def asked_extension(world: World, name: str = "cell") -> Extension:
    return deadlines.ask_extension(
        report_id=world.report(name).pk,
        actor=world.lan if name == "cell" else world.oanh,
        due=NOW + timedelta(days=70),
        reason="Đơn vị thay đổi nhân sự.",
        now=NOW,
    )


@pytest.mark.parametrize("who", ["yen", "khanh", "tam"])
def test_officer_leader_and_inspector_see_every_expected_unit_on_the_board(
    seen_by: SeenBy, world: World, who: str
) -> None:
    found = rows(seen_by(world.people[who]).get(board(world)))
    assert CELL in found
    assert OTHER in found
    assert PARTY in found
    assert found.count("Chưa thực hiện") == 3


@pytest.mark.parametrize("who", ["hung", "giang", "uyen", "stranger"])
def test_units_and_other_offices_find_no_board(seen_by: SeenBy, world: World, who: str) -> None:
    client = seen_by(world.people[who])
    assert client.get(board(world)).status_code == 404
    assert client.get(unit(world)).status_code == 404
    assert client.post(unit(world, word="don-doc/")).status_code == 404
    assert not Event.objects.filter(verb=Verb.REMIND).exists()


def test_the_short_address_leads_to_the_nearest_running_request(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    assert client.get("/theo-doi/").headers["Location"] == board(world)
    assert "630-CV/ĐUK" in client.get("/theo-doi/?all=1").content.decode()
    assert seen_by(world.hung).get("/theo-doi/").status_code == 404
    assert "Chưa có đợt báo cáo nào" in seen_by(world.uyen).get("/theo-doi/").content.decode()


def test_search_needs_no_diacritics(seen_by: SeenBy, world: World) -> None:
    found = rows(seen_by(world.yen).get(board(world), {"q": "buu dien"}))
    assert OTHER in found
    assert CELL not in found


def test_filters_leave_out_what_is_not_looked_for(seen_by: SeenBy, world: World) -> None:
    to_review(world, world.report())
    drafting.open_request(report_id=world.report("party").pk, actor=world.thu, now=NOW)
    intake.assign_officer(report_id=world.report("other").pk, actor=world.dung, person_id=world.yen.pk, now=NOW)
    asked_extension(world, "other")
    client = seen_by(world.yen)
    for query, kept in {
        "state=REVIEW": {CELL},
        "state=NOT_BEGUN": {OTHER, PARTY},
        "state=DRAFT": set(),
        "desk=cell": {CELL},
        "desk=drafter": {OTHER, PARTY},
        f"officer={world.yen.pk}": {OTHER},
        "officer=none": {CELL, PARTY},
        "viewed=no&state=NOT_BEGUN": {OTHER},
        "time=EXTENSION": {OTHER},
        "time=OVERDUE": set(),
        "time=NOT_DUE": {CELL, OTHER, PARTY},
        "state=nothing&time=x&officer=1x&page=0&parent=": {CELL, OTHER, PARTY},
    }.items():
        found = rows(client.get(board(world, f"?{query}")))
        assert {name for name in (CELL, OTHER, PARTY) if name in found} == kept, query


@pytest.mark.parametrize("day", range(0, 70, 3))
def test_the_board_counts_lists_and_filters_timeliness_alike(world: World, day: int) -> None:
    to_sent(world, world.report())
    asked_extension(world, "other")
    at = NOW + timedelta(days=day)
    found = board_of(world.campaign.pk, world.yen, at)
    counted = counts_of(found).times
    listed = Counter(row.standing.timeliness for row in results_of(found, Wanted(), at).rows)
    assert {name: counted[name] for name in Timeliness} == {name: listed[name] for name in Timeliness}
    filtered = {name: found_by(found, Wanted(time=name)).count() for name in TIMES}
    assert filtered == {name: counted[name] for name in TIMES}
    assert counted[WAITING_EXTENSION] == 1


def test_a_name_with_marks_of_html_stands_on_the_board_as_text(seen_by: SeenBy, world: World) -> None:
    Organization.objects.filter(pk=world.report().organization_id).update(name='Chi bộ <b>A</b> & "B"')
    Person.objects.filter(pk=world.lan.pk).update(full_name="<i>Lan</i>", phone='"><u>09')
    Report.objects.filter(pk=world.report().pk).update(officer=world.yen)
    Person.objects.filter(pk=world.yen.pk).update(full_name="<s>Yến</s>")
    found = rows(seen_by(world.yen).get(board(world, '?officer="><script>')))
    assert found.count("Chi bộ &lt;b&gt;A&lt;/b&gt; &amp; &quot;B&quot;") == 2
    assert "&lt;i&gt;Lan&lt;/i&gt;" in found
    assert "&lt;s&gt;Yến&lt;/s&gt;" in found
    assert 'href="tel:&quot;&gt;&lt;u&gt;09"' in found
    assert not {"<b>", "<i>", "<u>", "<s>"} & set(re.findall("<[a-z]+>", found))


def test_a_sent_report_counts_as_sent_on_time(seen_by: SeenBy, world: World, frozen: time_machine.Traveller) -> None:
    to_sent(world, world.report())
    later(frozen, NOW + timedelta(days=10))
    page = seen_by(world.yen).get(board(world))
    assert (page.context["counts"].sent, page.context["counts"].percent) == (1, 33)
    assert "Gửi đúng hạn" in rows(seen_by(world.yen).get(board(world, "?state=SENT")))


@pytest.mark.parametrize("sort", ["name", "due", "state", "still", "reminders", "activity"])
def test_every_order_keeps_every_unit(seen_by: SeenBy, world: World, sort: str) -> None:
    write_everything(world, world.report())
    intake.remind(report_id=world.report("party").pk, actor=world.yen, now=NOW)
    found = rows(seen_by(world.yen).get(board(world, f"?sort={sort}")))
    assert found.count('scope="row"') == 3
    first = {"state": OTHER, "reminders": PARTY, "activity": CELL, "name": OTHER, "due": OTHER, "still": OTHER}[sort]
    assert first in found.split('scope="row"')[1]


def test_the_board_gives_its_results_alone_to_htmx(seen_by: SeenBy, world: World) -> None:
    part = seen_by(world.yen).get(board(world), headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<section")
    assert "HX-Request" in part.headers["Vary"]


def test_the_number_of_queries_does_not_grow_with_the_units(
    seen_by: SeenBy, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asked_extension(world)
    client = seen_by(world.yen)
    client.get(board(world))
    with django_assert_max_num_queries(17):
        client.get(board(world))


def test_a_unit_shows_whom_to_call_and_what_happened(seen_by: SeenBy, world: World) -> None:
    Person.objects.filter(pk=world.hung.pk).update(phone="0912 345 678")
    to_review(world, world.report())
    page = seen_by(world.tam).get(unit(world)).content.decode()
    assert 'href="tel:0912 345 678"' in page
    assert "Nguyễn Thị Hung" in page
    assert "Đang lấy ý kiến chi bộ" in page
    # An inspector looks on: no form but the frame's own.
    assert "don-doc/" not in page


def test_a_unit_of_another_request_is_not_found_on_this_board(seen_by: SeenBy, world: World) -> None:
    own = world.own_report
    assert seen_by(world.yen).get(board(world, f"{own.pk}/")).status_code == 404
    assert seen_by(world.yen).post(board(world, f"{own.pk}/don-doc/"), {"seen": "0"}).status_code == 404


def test_an_officer_reminds_once_however_often_the_form_is_sent(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    form = {"seen": client.get(unit(world)).context["seen"]}
    assert client.post(unit(world, word="don-doc/"), form).status_code == 303
    assert client.post(unit(world, word="don-doc/"), form).status_code == 409
    assert Event.objects.filter(verb=Verb.REMIND, stream_id=world.report().pk).count() == 1


def test_only_an_officer_reminds(seen_by: SeenBy, world: World) -> None:
    assert seen_by(world.khanh).post(unit(world, word="don-doc/"), {"seen": "0"}).status_code == 403
    assert not Event.objects.filter(verb=Verb.REMIND).exists()


def test_the_text_for_the_telephone_stands_ready_to_be_copied(seen_by: SeenBy, world: World) -> None:
    page = seen_by(world.yen).get(unit(world)).content.decode()
    assert f"Kính gửi {world.cell.name}" in page
    assert f"/bao-cao/{world.report().pk}/" in page


def test_an_officer_assigns_who_follows_the_unit(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    choice = client.get(unit(world)).content.decode().split('<select id="person"')[1].split("</select>")[0]
    assert f'<option value="{world.dung.pk}">{world.dung.full_name}</option>' in choice
    assert client.post(unit(world, word="chuyen-vien/"), {"person": world.dung.pk}).status_code == 303
    assert world.report().officer == world.dung
    assert client.post(unit(world, word="chuyen-vien/"), {"person": "x"}).status_code == 422


def test_a_unit_is_exempt_with_a_reason_and_asked_again(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    assert client.post(unit(world, word="mien-bao-cao/"), {"reason": "  "}).status_code == 422
    assert client.post(unit(world, word="mien-bao-cao/"), {"reason": "Đơn vị mới sáp nhập."}).status_code == 303
    assert world.report().state == ReportState.EXEMPT
    assert client.post(unit(world, word="mien-bao-cao/"), {"reason": "Đơn vị mới sáp nhập."}).status_code == 409
    assert "Đơn vị mới sáp nhập." in client.get(unit(world)).content.decode()
    refused = client.post(unit(world, word="yeu-cau-lai/"), {"reason": "Đã tách ra lại.", "day": "2026-05-01"})
    assert refused.status_code == 422
    assert "Đã tách ra lại." in refused.content.decode()
    assert 'value="2026-05-01"' in refused.content.decode()
    asked = client.post(unit(world, word="yeu-cau-lai/"), {"reason": "Đã tách ra lại.", "day": "2026-08-10"})
    assert asked.status_code == 303
    assert (world.report().state, last_day_of(world.report().due)) == (ReportState.DRAFT, date(2026, 8, 10))


def test_an_officer_proposes_and_a_leader_decides_the_due_that_was_shown(seen_by: SeenBy, world: World) -> None:
    extension = asked_extension(world)
    asked = str(int(extension.asked_due.timestamp()))
    officer, leader = seen_by(world.yen), seen_by(world.khanh)
    assert "Đơn vị thay đổi nhân sự." in officer.get(unit(world)).content.decode()
    assert officer.post(unit(world, word="quyet-dinh-gia-han/"), {"decision": asked}).status_code == 403
    assert officer.post(unit(world, word="de-xuat-gia-han/"), {"decision": asked}).status_code == 303
    refused = leader.post(unit(world, word="quyet-dinh-gia-han/"), {"decision": "day", "day": "2026-07-01"})
    assert refused.status_code == 422
    assert 'value="2026-07-01"' in refused.content.decode()
    assert leader.post(unit(world, word="quyet-dinh-gia-han/"), {"decision": "nonsense"}).status_code == 422
    assert leader.post(unit(world, word="quyet-dinh-gia-han/"), {"decision": asked}).status_code == 303
    assert world.report().due == extension.asked_due
    again = leader.post(unit(world, word="quyet-dinh-gia-han/"), {"decision": asked})
    assert again.status_code in {409, 422}
    assert Event.objects.filter(verb=Verb.DECIDE_EXTENSION).count() == 1


def test_a_leader_does_not_grant_an_extension(seen_by: SeenBy, world: World) -> None:
    asked_extension(world)
    answer = seen_by(world.khanh).post(unit(world, word="quyet-dinh-gia-han/"), {"decision": "refuse"})
    assert answer.status_code == 303
    assert (Extension.objects.get().decision, world.report().due) == ("REFUSED", world.report().original_due)


def test_a_leader_excuses_a_lateness_with_a_reason(
    seen_by: SeenBy, world: World, frozen: time_machine.Traveller
) -> None:
    later(frozen, LATE)
    reasons.give_late_reason(report_id=world.report().pk, actor=world.lan, reason="Mất điện do bão.", now=LATE)
    leader = seen_by(world.khanh)
    assert "Mất điện do bão." in leader.get(unit(world)).content.decode()
    assert leader.post(unit(world, word="ly-do-cham/"), {"reason": ""}).status_code == 422
    assert seen_by(world.yen).post(unit(world, word="ly-do-cham/"), {"reason": "Bão."}).status_code == 403
    assert leader.post(unit(world, word="ly-do-cham/"), {"reason": "Thiên tai."}).status_code == 303
    assert Lateness.objects.get(report=world.report()).excuse == "Thiên tai."


def test_after_a_verb_and_after_a_refusal_the_drawer_stays_and_only_a_verb_draws_the_board_anew(
    seen_by: SeenBy, world: World
) -> None:
    client = seen_by(world.yen)
    htmx = {"HX-Request": "true"}
    drawer = client.get(unit(world) + "?q=so", headers=htmx).content.decode()
    assert drawer.lstrip().startswith("<aside")
    refused = client.post(unit(world, word="mien-bao-cao/?q=so"), {"reason": " "}, headers=htmx)
    assert refused.status_code == 422
    assert refused.content.decode().lstrip().startswith("<aside")
    assert "HX-Trigger" not in refused.headers
    done = client.post(unit(world, word="mien-bao-cao/?q=so"), {"reason": "Giải thể."}, headers=htmx)
    assert json.loads(done.headers["HX-Trigger"]) == {"unit-changed": {}}
    drawer = done.content.decode()
    assert drawer.lstrip().startswith("<aside")
    assert "được miễn báo cáo" in drawer
    rows = client.get(board(world, "?q=so"), headers=htmx).content.decode()
    assert 'hx-trigger="unit-changed from:body"' in rows
    assert 'id="summary" hx-swap-oob="true"' in rows


def test_a_received_report_offers_no_reminder(seen_by: SeenBy, world: World, frozen: time_machine.Traveller) -> None:
    to_sent(world, world.report())
    later(frozen, NOW + timedelta(days=10))
    page = seen_by(world.yen).get(unit(world)).content.decode()
    assert "don-doc/" not in page
    assert f"/bao-cao/{world.report().pk}/tiep-nhan/" in page
    assert Report.objects.get(pk=world.report().pk).state == ReportState.SENT

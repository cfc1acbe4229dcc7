"""Soạn báo cáo: writing a section, handing the draft over, answering what was said."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import (
    NOW,
    World,
    prepared_campaign,
    to_review,
    to_revising,
    to_sent,
    to_supplement,
    write_everything,
)
from workflow.actions import campaigns, drafting
from workflow.choices import AnswerKind, ReportState
from workflow.models import Entry, Event, OpinionPoint, Person, Remark, Report, ReviewRound, Value

SeenBy = Callable[[Person], Client]
BY_ITSELF = {"HX-Request": "true"}


def at(world: World, key: str, unit: str = "cell") -> str:
    return f"/bao-cao/{world.report(unit).pk}/soan/{world.section(key).pk}/"


def entry(world: World, key: str) -> Entry:
    return Entry.objects.get(report=world.report(), section=world.section(key))


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def figures(**typed: str) -> dict[str, Any]:
    return {"version": 0, **{f"number-{code}": number for code, number in typed.items()}}


# who comes in


@pytest.mark.parametrize(("name", "status"), [("lan", 200), ("binh", 200), ("hung", 200), ("nam", 403), ("mai", 403)])
def test_the_desk_opens_to_the_editors_of_the_unit(seen_by: SeenBy, world: World, name: str, status: int) -> None:
    client = seen_by(world.people[name])
    assert client.get(f"/bao-cao/{world.report().pk}/soan/").status_code == status
    assert client.get(at(world, "I.1")).status_code == status


def test_the_issuer_does_not_read_the_working_copy(seen_by: SeenBy, world: World) -> None:
    assert seen_by(world.dung).get(at(world, "I.1")).status_code == 403


def test_another_unit_finds_no_section(seen_by: SeenBy, world: World) -> None:
    assert seen_by(world.oanh).get(at(world, "I.1")).status_code == 404
    assert seen_by(world.oanh).post(at(world, "I.1"), {"text": "x", "version": 0}).status_code == 404


def test_a_section_that_is_not_asked_is_not_found(seen_by: SeenBy, world: World) -> None:
    assert seen_by(world.lan).get(at(world, "II")).status_code == 404
    assert seen_by(world.lan).get(f"/bao-cao/{world.report().pk}/soan/").content.decode().find("Thiết chế") == -1


# writing


def test_a_typed_text_is_kept_as_html_and_shown_again(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    answer = client.post(at(world, "I.1"), {"version": 0, "text": "Gồm:\r\n- một\r\n- <hai>", "then": "after"})
    assert answer.status_code == 303
    assert answer["Location"] == at(world, "I.2")
    assert entry(world, "I.1").text == "<p>Gồm:</p><ul><li><p>một</p></li><li><p>&lt;hai&gt;</p></li></ul>"
    assert "Gồm:\n\n- một\n- &lt;hai&gt;</textarea>" in text(client, at(world, "I.1"))
    assert Report.objects.get(pk=world.report().pk).started_at == NOW


def test_what_runs_is_taken_out_of_the_editors_html(seen_by: SeenBy, world: World) -> None:
    typed = '<p onclick="x()">Một</p><script>alert(1)</script><p><a href="javascript:x">hai</a></p>'
    seen_by(world.lan).post(at(world, "I.1"), {"version": 0, "html": typed})
    assert entry(world, "I.1").text == "<p>Một</p><p>hai</p>"


def test_an_untouched_section_stays_to_the_byte_without_a_script(seen_by: SeenBy, world: World) -> None:
    client, kept = seen_by(world.lan), "<p><strong>Một</strong></p><table><tr><td>a</td><td>b</td></tr></table>"
    client.post(at(world, "I.1"), {"version": 0, "html": kept})
    stored = entry(world, "I.1").text
    client.post(at(world, "I.1"), {"version": 1, "text": "Một\r\n\r\n| a | b |"})
    assert entry(world, "I.1").text == stored
    assert "<strong>" in stored


def test_an_emptied_section_is_missing_again(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    write_everything(world, world.report())
    client.post(at(world, "I.1"), {"version": 1, "html": "<p> </p><ul><li><p></p></li></ul>"})
    assert entry(world, "I.1").text == ""
    assert "Còn thiếu 1 mục" in text(client, f"/bao-cao/{world.report().pk}/soan/")


def test_rows_are_kept_in_the_order_typed_and_empty_ones_are_not(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    assert text(client, at(world, "I.2")).count("data-row") == 3
    typed = {"row-0-name": "", "row-2-name": "Hai", "row-2-unit": "CB", "row-1-name": "Một", "row-1-unit": ""}
    client.post(at(world, "I.2"), {"version": 0, "text": "", **typed})
    assert entry(world, "I.2").rows == [{"name": "Một", "unit": ""}, {"name": "Hai", "unit": "CB"}]
    assert text(client, at(world, "I.2")).count("data-row") == 5


@pytest.mark.parametrize(
    ("typed", "number"), [("1.234", "1234"), ("45", "45"), (" 1 234 ", "1234"), ("0", "0"), ("1.234.567", "1234567")]
)
def test_numbers_are_read_as_the_vietnamese_write_them(seen_by: SeenBy, world: World, typed: str, number: str) -> None:
    assert seen_by(world.lan).post(at(world, "III"), figures(A6=typed)).status_code == 303
    assert Value.objects.get(report=world.report(), indicator__code="A6").number == Decimal(number)


def test_blank_is_not_zero_and_not_applicable_is_neither(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    client.post(at(world, "III"), figures(A5="0", A6="") | {"none-A2": "on"})
    kept = {value.indicator.code: value for value in Value.objects.select_related("indicator")}
    assert kept["A5"].number == 0
    assert "A6" not in kept
    assert kept["A2"].not_applicable


def test_a_ratio_is_computed_beside_its_parts(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    client.post(at(world, "III"), figures(A5="45", A6="48"))
    assert "93,75 %</output>" in text(client, at(world, "III"))


@pytest.mark.parametrize("typed", ["nhiều", "12-", "1,2,3", "-5"])
def test_a_wrong_figure_is_refused_at_its_field_and_stays_there(seen_by: SeenBy, world: World, typed: str) -> None:
    answer = seen_by(world.lan).post(at(world, "III"), figures(A5=typed, A6="48"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{typed}" aria-invalid="true"' in page
    assert 'class="field__error"' in page.split('id="error-A5"')[1].split("</div>")[0]
    assert 'value="48"' in page
    assert not Value.objects.exists()


def test_figures_that_contradict_each_other_are_shown_where_they_stand(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    write_everything(world, world.report())
    client.post(at(world, "III"), figures(A5="50", A6="48") | {"version": 1})
    assert "A5" in text(client, at(world, "III")).split('id="clashes"')[1].split("</div>")[0]
    answer = client.post(
        f"/bao-cao/{world.report().pk}/soan/", {"verb": "submit_for_review", "closes_on": "2026-06-10"}
    )
    assert answer.status_code == 422
    assert not ReviewRound.objects.exists()


# two persons at one section


def test_who_else_is_writing_is_shown_for_a_while(seen_by: SeenBy, world: World) -> None:
    seen_by(world.binh).post(at(world, "I.1"), {"version": 0, "text": "Của Bình"})
    assert "đ/c Nguyễn Thị Binh đang soạn mục này" in text(seen_by(world.lan), at(world, "I.1"))
    assert "đang soạn mục này" not in text(seen_by(world.binh), at(world, "I.1"))


def test_a_clash_shows_both_texts_and_loses_neither(seen_by: SeenBy, world: World) -> None:
    lan, binh = seen_by(world.lan), seen_by(world.binh)
    binh.post(at(world, "I.1"), {"version": 0, "text": "Của đồng chí Bình"})
    answer = lan.post(at(world, "I.1"), {"version": 0, "text": "Của đồng chí Lan"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<p>Của đồng chí Bình</p>" in page
    assert "Của đồng chí Lan</textarea>" in page
    assert entry(world, "I.1").text == "<p>Của đồng chí Bình</p>"
    merged = {"version": 0, "over": 1, "text": "Của cả hai"}
    assert lan.post(at(world, "I.1"), merged).status_code == 303
    assert entry(world, "I.1").text == "<p>Của cả hai</p>"


def test_the_same_save_twice_is_one_save(seen_by: SeenBy, world: World) -> None:
    client, typed = seen_by(world.lan), {"version": 0, "text": "Một\r\nhai"}
    assert [client.post(at(world, "I.1"), typed).status_code for _twice in range(2)] == [303, 303]
    assert entry(world, "I.1").version == 1


def test_what_was_typed_survives_a_report_that_moved_on(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    to_review(world, world.report())
    answer = client.post(at(world, "I.1"), {"version": 1, "text": "Chưa kịp lưu"})
    assert answer.status_code == 409
    assert "Chưa kịp lưu</textarea>" in answer.content.decode()
    assert 'id="section-form"' not in text(client, at(world, "I.1"))


# saved by itself


def test_a_save_by_itself_answers_with_its_state_and_the_next_version(seen_by: SeenBy, world: World) -> None:
    answer = seen_by(world.lan).post(at(world, "I.1"), {"version": 0, "html": "<p>Một</p>"}, headers=BY_ITSELF)
    part = answer.content.decode()
    assert answer.status_code == 200
    assert 'data-state="saved"' in part
    assert 'id="version" value="1"' in part
    assert "<html" not in part


def test_a_save_by_itself_that_clashes_says_so_and_keeps_the_version(seen_by: SeenBy, world: World) -> None:
    seen_by(world.binh).post(at(world, "I.1"), {"version": 0, "text": "Bình"})
    answer = seen_by(world.lan).post(at(world, "I.1"), {"version": 0, "html": "<p>Lan</p>"}, headers=BY_ITSELF)
    assert answer.status_code == 409
    assert 'data-state="clash"' in answer.content.decode()
    assert 'id="version"' not in answer.content.decode()


def test_a_save_by_itself_without_a_session_asks_for_the_password(world: World, seen_by: SeenBy) -> None:
    answer = Client().post(at(world, "I.1"), {"version": 0, "html": "<p>Lan</p>"}, headers=BY_ITSELF)
    assert answer.status_code == 401
    assert answer["HX-Retarget"] == "#again"


def test_a_section_asks_as_many_queries_full_as_empty(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    text(client, at(world, "III"))
    with CaptureQueriesContext(connection) as empty:
        text(client, at(world, "III"))
    to_revising(world, world.report())
    with CaptureQueriesContext(connection) as full:
        text(client, at(world, "III"))
    assert len(full) <= len(empty)


# handing over


def test_a_draft_with_gaps_names_them_with_links(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    page = text(client, f"/bao-cao/{world.report().pk}/soan/")
    assert "Còn thiếu 4 mục" in page
    assert f'<a href="{at(world, "I.1")}">1 Lãnh đạo, chỉ đạo</a>' in page
    answer = client.post(
        f"/bao-cao/{world.report().pk}/soan/", {"verb": "submit_for_review", "closes_on": "2026-06-20"}
    )
    assert answer.status_code == 422
    assert 'value="2026-06-20"' in answer.content.decode()


def test_the_drafter_submits_for_opinions_until_the_end_of_a_day(seen_by: SeenBy, world: World) -> None:
    write_everything(world, world.report())
    client, asked = seen_by(world.lan), {"verb": "submit_for_review", "closes_on": "2026-06-10"}
    assert client.post(f"/bao-cao/{world.report().pk}/soan/", asked).status_code == 303
    assert ReviewRound.objects.get().closes_at == datetime(2026, 6, 10, 17, tzinfo=UTC)
    assert client.post(f"/bao-cao/{world.report().pk}/soan/", asked).status_code == 409
    assert ReviewRound.objects.count() == 1


def test_a_round_that_is_too_short_is_refused_with_its_day(seen_by: SeenBy, world: World) -> None:
    write_everything(world, world.report())
    for day in ("2026-06-01", ""):
        asked = {"verb": "submit_for_review", "closes_on": day}
        assert seen_by(world.lan).post(f"/bao-cao/{world.report().pk}/soan/", asked).status_code == 422


def test_handing_over_belongs_to_the_drafter(seen_by: SeenBy, world: World) -> None:
    write_everything(world, world.report())
    client = seen_by(world.binh)
    assert 'name="closes_on"' not in text(client, f"/bao-cao/{world.report().pk}/soan/")
    asked = {"verb": "submit_for_review", "closes_on": "2026-06-10"}
    assert client.post(f"/bao-cao/{world.report().pk}/soan/", asked).status_code == 403


def test_an_answered_draft_goes_to_the_signer(seen_by: SeenBy, world: World) -> None:
    report = to_revising(world, world.report())
    client = seen_by(world.lan)
    assert client.post(f"/bao-cao/{report.pk}/soan/", {"verb": "submit_for_signing"}).status_code == 422
    point = OpinionPoint.objects.get()
    client.post(f"/bao-cao/{report.pk}/soan/tra-loi/", {"kind": "point", "said": point.pk, "answer": "ACCEPTED"})
    assert client.post(f"/bao-cao/{report.pk}/soan/", {"verb": "submit_for_signing"}).status_code == 303
    report.refresh_from_db()
    assert report.state == ReportState.SIGNING


# answering


def test_an_opinion_is_accepted_at_its_section_with_words(seen_by: SeenBy, world: World) -> None:
    report = to_revising(world, world.report())
    point, section = OpinionPoint.objects.get(), world.section("I.1")
    asked = {"kind": "point", "said": point.pk, "answer": "ACCEPTED", "text": "Đã bổ sung", "section": section.pk}
    answer = seen_by(world.lan).post(f"/bao-cao/{report.pk}/soan/tra-loi/", asked)
    assert answer["Location"] == f"{at(world, 'I.1')}#said-here"
    point.refresh_from_db()
    assert (point.answer, point.answer_text) == (AnswerKind.ACCEPTED, "Đã bổ sung")
    assert "Đã bổ sung" in text(seen_by(world.nam), f"/bao-cao/{report.pk}/")


def test_an_explanation_needs_its_words(seen_by: SeenBy, world: World) -> None:
    report = to_supplement(world, world.report())
    remark = Remark.objects.get(report=report)
    asked = {"kind": "remark", "said": remark.pk, "answer": "EXPLAINED", "text": "  "}
    assert seen_by(world.lan).post(f"/bao-cao/{report.pk}/soan/tra-loi/", asked).status_code == 422
    remark.refresh_from_db()
    assert remark.answer == ""


def test_a_refused_answer_keeps_its_words(seen_by: SeenBy, world: World) -> None:
    report = to_supplement(world, world.report())
    asked = {"kind": "remark", "said": Remark.objects.get(report=report).pk, "answer": "", "text": "Đã có ở trang 2"}
    answer = seen_by(world.lan).post(f"/bao-cao/{report.pk}/soan/tra-loi/", asked)
    assert answer.status_code == 422
    assert "Đã có ở trang 2</textarea>" in answer.content.decode()


def test_an_answer_belongs_to_the_editors(seen_by: SeenBy, world: World) -> None:
    report = to_supplement(world, world.report())
    asked = {"kind": "remark", "said": Remark.objects.get(report=report).pk, "answer": "ACCEPTED"}
    assert seen_by(world.nam).post(f"/bao-cao/{report.pk}/soan/tra-loi/", asked).status_code == 403
    assert seen_by(world.oanh).post(f"/bao-cao/{report.pk}/soan/tra-loi/", asked).status_code == 404


def test_edits_within_half_an_hour_are_one_event(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    for version in range(3):
        client.post(at(world, "I.1"), {"version": version, "text": f"Lần {version}"})
    assert Event.objects.filter(stream_id=world.report().pk, verb="edited").count() == 1


def test_the_text_last_handed_over_lies_beside_the_section(seen_by: SeenBy, world: World) -> None:
    report = to_revising(world, world.report())
    drafting.save_entry(
        report_id=report.pk, actor=world.lan, section_id=world.section("I.1").pk, version=1, text="Mới", now=NOW
    )
    page = text(seen_by(world.lan), at(world, "I.1"))
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
    page = text(seen_by(world.lan), at(world, "I.1")).split("<aside")[1]
    assert "So sánh với bản 1" in page
    assert "1 chỗ thay đổi" in page
    assert "rất</ins>" in page
    untouched = text(seen_by(world.lan), at(world, "III")).split("<aside")[1]
    assert "<ins>" not in untouched


def test_a_save_by_itself_brings_the_comparison_anew(seen_by: SeenBy, world: World) -> None:
    to_revising(world, world.report())
    saved = seen_by(world.lan).post(at(world, "I.1"), {"version": 1, "text": "Viết lại cả mục."}, headers=BY_ITSELF)
    assert '<div id="compared" hx-swap-oob="innerHTML">' in saved.content.decode()
    assert "Viết lại cả mục.</ins>" in saved.content.decode()


def test_the_unit_s_own_last_report_lies_beside_the_section(seen_by: SeenBy, world: World) -> None:
    second = opened_again(world)
    address = f"/bao-cao/{second.pk}/soan/{world.section('III', second.campaign).pk}/"
    before = text(seen_by(world.lan), address)
    assert "kỳ trước" not in before.lower().split("<aside")[0]
    assert "Đơn vị chưa gửi báo cáo nào trước đây có mục này." in before
    to_sent(world, world.report())
    after = text(seen_by(world.lan), address)
    assert f"/bao-cao/{world.report().pk}/ban/" in after.split("<aside")[1]
    assert "kỳ trước 45" in after.split("<aside")[0]


def test_what_another_unit_sent_is_not_the_previous_period(seen_by: SeenBy, world: World) -> None:
    second = opened_again(world)
    to_sent(world, world.report("other"))
    page = text(seen_by(world.lan), f"/bao-cao/{second.pk}/soan/{world.section('I.1', second.campaign).pk}/")
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

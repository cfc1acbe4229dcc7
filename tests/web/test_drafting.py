"""Soạn báo cáo: writing a section, handing the draft over, answering what was said."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import (
    NOW,
    World,
    to_review,
    to_revising,
    write_everything,
)
from tests.web.conftest import entry, read
from tests.web.conftest import section_at as at
from workflow.models import Event, Person, Report, ReviewRound, Value

SeenBy = Callable[[Person], Client]


BY_ITSELF = {"HX-Request": "true"}


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
    assert "Gồm:\n\n- một\n- &lt;hai&gt;</textarea>" in read(client, at(world, "I.1"))
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
    assert "Còn thiếu 1 mục" in read(client, f"/bao-cao/{world.report().pk}/soan/")


def test_rows_are_kept_in_the_order_typed_and_empty_ones_are_not(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    assert read(client, at(world, "I.2")).count("data-row") == 3
    typed = {"row-0-name": "", "row-2-name": "Hai", "row-2-unit": "CB", "row-1-name": "Một", "row-1-unit": ""}
    client.post(at(world, "I.2"), {"version": 0, "text": "", **typed})
    assert entry(world, "I.2").rows == [{"name": "Một", "unit": ""}, {"name": "Hai", "unit": "CB"}]
    assert read(client, at(world, "I.2")).count("data-row") == 5


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
    assert "93,75 %</output>" in read(client, at(world, "III"))


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
    assert "A5" in read(client, at(world, "III")).split('id="clashes"')[1].split("</div>")[0]
    answer = client.post(
        f"/bao-cao/{world.report().pk}/soan/", {"verb": "submit_for_review", "closes_on": "2026-06-10"}
    )
    assert answer.status_code == 422
    assert not ReviewRound.objects.exists()


# two persons at one section


def test_who_else_is_writing_is_shown_for_a_while(seen_by: SeenBy, world: World) -> None:
    seen_by(world.binh).post(at(world, "I.1"), {"version": 0, "text": "Của Bình"})
    assert "đ/c Nguyễn Thị Binh đang soạn mục này" in read(seen_by(world.lan), at(world, "I.1"))
    assert "đang soạn mục này" not in read(seen_by(world.binh), at(world, "I.1"))


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
    assert 'id="section-form"' not in read(client, at(world, "I.1"))


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
    read(client, at(world, "III"))
    with CaptureQueriesContext(connection) as empty:
        read(client, at(world, "III"))
    to_revising(world, world.report())
    with CaptureQueriesContext(connection) as full:
        read(client, at(world, "III"))
    assert len(full) <= len(empty)


def test_edits_within_half_an_hour_are_one_event(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    for version in range(3):
        client.post(at(world, "I.1"), {"version": version, "text": f"Lần {version}"})
    assert Event.objects.filter(stream_id=world.report().pk, verb="edited").count() == 1

"""Soạn báo cáo: handing the draft over, answering what was said."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.test import Client

from tests.builders import (
    World,
    to_revising,
    to_supplement,
    write_everything,
)
from tests.web.conftest import read
from tests.web.conftest import section_at as at
from workflow.choices import AnswerKind, ReportState
from workflow.models import OpinionPoint, Person, Remark, ReviewRound

SeenBy = Callable[[Person], Client]


def test_a_draft_with_gaps_names_them_with_links(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.lan)
    page = read(client, f"/bao-cao/{world.report().pk}/soan/")
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
    assert 'name="closes_on"' not in read(client, f"/bao-cao/{world.report().pk}/soan/")
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
    assert "Đã bổ sung" in read(seen_by(world.nam), f"/bao-cao/{report.pk}/")


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

"""Cho ý kiến: the cell reads, answers, enters minutes, closes the round and sends back."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import NOW, World, revision_of, to_review, to_signing
from tests.web.conftest import later
from workflow.actions.review import give_opinion
from workflow.choices import OpinionKind, ReportState, ReviewMode, ReviewResult
from workflow.models import Opinion, OpinionPoint, Person, Remark, Report, ReviewRound

SeenBy = Callable[[Person], Client]
CLOSED = NOW + timedelta(days=4)


def review(report: Report) -> str:
    return f"/bao-cao/{report.pk}/y-kien/"


def answer(report: Report, kind: str = OpinionKind.AGREE, **places: str) -> dict[str, str]:
    return {"revision": str(report.current_revision_id), "kind": kind} | places


def test_a_member_reads_the_draft_with_a_box_at_each_section_and_the_four_answers(
    seen_by: SeenBy, world: World
) -> None:
    report = to_review(world, world.report())
    page = seen_by(world.nam).get(review(report)).content.decode()
    assert "Chi bộ đã quán triệt đầy đủ." in page
    assert f'name="place-{world.section("I.1").pk}"' in page
    assert page.count('name="kind"') == len(OpinionKind)
    assert "0/4" in page


def test_before_the_first_round_the_page_says_what_will_come(seen_by: SeenBy, world: World) -> None:
    answered = seen_by(world.nam).get(review(world.report()))
    assert answered.status_code == 200
    assert 'class="empty"' in answered.content.decode()


def test_another_unit_and_the_office_see_nothing_of_a_round(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    assert seen_by(world.oanh).get(review(report)).status_code == 404
    assert seen_by(world.stranger).get(review(report)).status_code == 404
    assert seen_by(world.yen).get(review(report)).status_code == 403


def test_the_clerk_does_not_read_what_is_under_review(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    assert seen_by(world.mai).get(review(report)).status_code == 403


def test_an_opinion_is_kept_with_its_points_and_can_be_changed(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    place, client = f"place-{world.section('I.1').pk}", seen_by(world.nam)
    first = answer(report, OpinionKind.AGREE_WITH_ADDITIONS, **{place: "Bổ sung số hội nghị.", "place-0": "Rõ ràng."})
    assert client.post(review(report), first).status_code == 303
    points = OpinionPoint.objects.filter(opinion__person=world.nam)
    assert {(point.section_id, point.text) for point in points} == {
        (world.section("I.1").pk, "Bổ sung số hội nghị."),
        (None, "Rõ ràng."),
    }
    page = client.get(review(report)).content.decode()
    assert "Bổ sung số hội nghị.</textarea>" in page
    assert "1/4" in page
    client.post(review(report), answer(report, OpinionKind.DISAGREE))
    assert Opinion.objects.get(person=world.nam).kind == OpinionKind.DISAGREE
    assert not points.all().exists()


def test_sending_the_same_opinion_twice_leaves_one(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    client = seen_by(world.nam)
    for _again in range(2):
        assert client.post(review(report), answer(report, **{"place-0": "Đồng ý."})).status_code == 303
    assert Opinion.objects.count() == OpinionPoint.objects.count() == 1


def test_members_read_what_others_said_at_the_section(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    place = f"place-{world.section('I.1').pk}"
    seen_by(world.nam).post(review(report), answer(report, OpinionKind.DISAGREE, **{place: "Thiếu số liệu quý IV."}))
    page = seen_by(world.binh).get(review(report)).content.decode()
    assert "Thiếu số liệu quý IV." in page
    assert world.nam.full_name in page


def test_an_answer_that_is_none_of_the_four_keeps_what_was_typed(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    answered = seen_by(world.nam).post(review(report), answer(report, "MAYBE", **{"place-0": "Lời đã gõ."}))
    assert answered.status_code == 422
    assert "Lời đã gõ.</textarea>" in answered.content.decode()


def test_an_opinion_after_the_closing_time_is_refused_and_comes_back_to_be_copied(
    seen_by: SeenBy, world: World, frozen: time_machine.Traveller
) -> None:
    report = to_review(world, world.report())
    later(frozen, CLOSED)
    client = seen_by(world.nam)
    answered = client.post(review(report), answer(report, **{"place-0": "Lời gửi muộn."}))
    assert answered.status_code == 409
    assert "Lời gửi muộn.</textarea>" in answered.content.decode()
    assert not Opinion.objects.exists()


def test_an_opinion_on_an_older_version_is_refused_as_stale_with_its_words(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    stale = answer(report, **{"place-0": "Lời về bản cũ."}) | {"revision": str(revision_of(report) - 1)}
    answered = seen_by(world.nam).post(review(report), stale)
    assert answered.status_code == 409
    page = answered.content.decode()
    assert 'data-code="stale_revision"' in page
    assert "Lời về bản cũ.</textarea>" in page


def test_only_the_secretary_and_the_deputy_find_the_chairs_tools(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    assert 'id="chair"' not in seen_by(world.nam).get(review(report)).content.decode()
    for chair in (world.hung, world.binh):
        page = seen_by(chair).get(review(report)).content.decode()
        assert f"/bao-cao/{report.pk}/y-kien/bien-ban/" in page
        assert f"/bao-cao/{report.pk}/tra-lai/" in page


def test_the_round_is_closed_by_the_chairs_word_when_its_time_is_over(
    seen_by: SeenBy, world: World, frozen: time_machine.Traveller
) -> None:
    report = to_review(world, world.report())
    early = seen_by(world.hung).get(review(report)).content.decode()
    assert f'action="/bao-cao/{report.pk}/y-kien/chot/"' not in early
    later(frozen, CLOSED)
    client = seen_by(world.hung)
    assert f'action="/bao-cao/{report.pk}/y-kien/chot/"' in client.get(review(report)).content.decode()
    word = {"revision": str(report.current_revision_id), "adopted": "yes"}
    assert client.post(f"{review(report)}chot/", word).status_code == 303
    assert world.report().state == ReportState.SIGNING
    assert client.post(f"{review(report)}chot/", word).status_code == 409
    assert world.report().state == ReportState.SIGNING


def test_closing_without_the_chairs_word_is_refused(
    seen_by: SeenBy, world: World, frozen: time_machine.Traveller
) -> None:
    report = to_review(world, world.report())
    later(frozen, CLOSED)
    client = seen_by(world.hung)
    answered = client.post(f"{review(report)}chot/", {"revision": str(report.current_revision_id)})
    assert answered.status_code == 422
    assert world.report().state == ReportState.REVIEW


def test_a_member_does_not_close_the_round(seen_by: SeenBy, world: World, frozen: time_machine.Traveller) -> None:
    report = to_review(world, world.report())
    later(frozen, CLOSED)
    client = seen_by(world.nam)
    word = {"revision": str(report.current_revision_id), "adopted": "yes"}
    assert client.post(f"{review(report)}chot/", word).status_code == 403
    assert world.report().state == ReportState.REVIEW


def test_a_vote_is_counted_and_what_follows_is_said_before(
    seen_by: SeenBy, world: World, frozen: time_machine.Traveller
) -> None:
    report = to_review(world, world.report())
    ReviewRound.objects.update(mode=ReviewMode.VOTE)
    for person in (world.nam, world.binh):
        give_opinion(
            report_id=report.pk,
            actor=person,
            revision_id=revision_of(report),
            kind=OpinionKind.AGREE,
            now=NOW,
        )
    later(frozen, CLOSED)
    client = seen_by(world.hung)
    page = client.get(review(report)).content.decode()
    assert "2/4" in page
    assert 'name="adopted"' not in page
    client.post(f"{review(report)}chot/", {"revision": str(report.current_revision_id), "adopted": "yes"})
    assert world.report().state == ReportState.DRAFT
    assert ReviewRound.objects.get().result == ReviewResult.NOT_ADOPTED


MINUTES = {
    "number": "04-BB/CB",
    "held_on": "2026-06-01",
    "present": "4",
    "agree": "3",
    "disagree": "1",
    "other": "0",
    "place-0": "Chi bộ đề nghị bổ sung số liệu.",
}


def test_the_secretary_enters_the_minutes_and_corrects_them(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    client, address = seen_by(world.hung), f"{review(report)}bien-ban/"
    assert client.get(address).status_code == 200
    assert client.post(address, MINUTES).status_code == 303
    assert client.post(address, MINUTES | {"agree": "4", "disagree": "0"}).status_code == 303
    held = ReviewRound.objects.get()
    assert (held.minutes_number, held.minutes_present, held.minutes_agree) == ("04-BB/CB", 4, 4)
    assert Remark.objects.get().text == "Chi bộ đề nghị bổ sung số liệu."
    assert 'value="04-BB/CB"' in client.get(address).content.decode()
    assert "4/4" in client.get(review(report)).content.decode()


def test_minutes_that_do_not_add_up_come_back_as_they_were_typed(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    for wrong in ({"agree": "5"}, {"present": "hai"}, {"held_on": ""}, {"held_on": "2026-06-02"}):
        answered = seen_by(world.hung).post(f"{review(report)}bien-ban/", MINUTES | wrong)
        assert answered.status_code == 422
        page = answered.content.decode()
        assert "Chi bộ đề nghị bổ sung số liệu.</textarea>" in page
        assert 'value="04-BB/CB"' in page
    assert ReviewRound.objects.get().minutes_date is None


def test_minutes_are_refused_once_somebody_has_answered_alone(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    seen_by(world.nam).post(review(report), answer(report))
    client = seen_by(world.hung)
    assert f"{review(report)}bien-ban/" not in client.get(review(report)).content.decode()
    answered = client.post(f"{review(report)}bien-ban/", MINUTES)
    assert answered.status_code == 422
    assert "Chi bộ đề nghị bổ sung số liệu.</textarea>" in answered.content.decode()


def test_a_member_does_not_enter_minutes(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    client, address = seen_by(world.nam), f"{review(report)}bien-ban/"
    looked = client.get(address)
    assert looked.status_code == 403
    assert "Bí thư / Phó bí thư" in looked.content.decode() or "Phó bí thư / Bí thư" in looked.content.decode()
    assert client.post(address, MINUTES).status_code == 403
    assert seen_by(world.oanh).get(address).status_code == 404
    assert ReviewRound.objects.get().minutes_date is None


def test_a_return_pins_its_reasons_to_the_sections(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    client, address = seen_by(world.binh), f"/bao-cao/{report.pk}/tra-lai/"
    section = world.section("I.1")
    assert f'name="place-{section.pk}"' in client.get(address).content.decode()
    reasons = {"revision": str(report.current_revision_id), f"place-{section.pk}": "Viết lại mục này."}
    assert client.post(address, reasons).status_code == 303
    remark = Remark.objects.get()
    assert (remark.section_id, remark.text) == (section.pk, "Viết lại mục này.")
    assert world.report().state == ReportState.DRAFT
    assert client.post(address, reasons).status_code == 409
    assert Remark.objects.count() == 1


def test_a_return_without_a_reason_is_refused_and_the_choice_is_kept(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    answered = seen_by(world.hung).post(
        f"/bao-cao/{report.pk}/tra-lai/", {"revision": str(report.current_revision_id), "again": "yes"}
    )
    assert answered.status_code == 422
    assert 'value="yes" checked' in answered.content.decode()
    assert world.report().state == ReportState.SIGNING


def test_a_return_from_the_signer_asks_the_cell_again_only_when_wanted(seen_by: SeenBy, world: World) -> None:
    for again, state in (("no", ReportState.REVISING), ("yes", ReportState.DRAFT)):
        unit = "cell" if again == "no" else "other"
        report = to_signing(world, world.report(unit))
        secretary = world.hung if again == "no" else world.phuc
        answered = seen_by(secretary).post(
            f"/bao-cao/{report.pk}/tra-lai/",
            {"revision": str(report.current_revision_id), "again": again, "place-0": "Bổ sung."},
        )
        assert answered.status_code == 303
        assert world.report(unit).state == state


def test_who_may_not_return_is_told_whose_desk_it_is_and_keeps_the_words(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    client, address = seen_by(world.nam), f"/bao-cao/{report.pk}/tra-lai/"
    looked = client.get(address)
    assert looked.status_code == 403
    assert "Phó bí thư" in looked.content.decode()
    answered = client.post(
        address, {"revision": str(report.current_revision_id), "place-0": "Không phải việc của tôi."}
    )
    assert answered.status_code == 403
    assert "Không phải việc của tôi.</textarea>" in answered.content.decode()
    stranger = seen_by(world.oanh)
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"place-0": "x"}).status_code == 404


def test_more_opinions_cost_no_more_queries(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    client, counts = seen_by(world.hung), []
    client.get(review(report))  # the first look notes the session and remembers the outline
    for person in (world.nam, world.lan, world.binh):
        points = [(section.pk, "Bổ sung.") for section in (world.section("I.1"), world.section("III"))]
        give_opinion(
            report_id=report.pk,
            actor=person,
            revision_id=revision_of(report),
            kind=OpinionKind.AGREE_WITH_ADDITIONS,
            points=points,
            now=NOW,
        )
        with CaptureQueriesContext(connection) as asked:
            client.get(review(report))
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2] <= 30

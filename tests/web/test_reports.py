"""The list of reports, the page of one, its small verbs and its history."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import (
    NOW,
    World,
    to_received,
    to_review,
    to_revising,
    to_sent,
    to_signing,
    to_supplement,
    write_everything,
)
from tests.web.conftest import later
from workflow.actions import campaigns, deadlines
from workflow.choices import ReportState, Verb
from workflow.models import Event, Extension, Lateness, Person, Remark, Report

SeenBy = Callable[[Person], Client]


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


# the list


def test_a_person_finds_the_reports_of_his_unit_only(seen_by: SeenBy, world: World) -> None:
    page = text(seen_by(world.lan), "/bao-cao/")
    assert f'href="/bao-cao/{world.report().pk}/"' in page
    assert f'href="/bao-cao/{world.report("other").pk}/"' not in page


def test_the_office_finds_all_units_and_searches_without_diacritics(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    assert text(client, "/bao-cao/").count('class="table__link"') == 4  # the Khối's own report too
    found = text(client, "/bao-cao/?q=buu dien")
    assert f"/bao-cao/{world.report('other').pk}/" in found
    assert found.count('class="table__link"') == 1


def test_a_report_is_found_by_the_number_of_the_request(seen_by: SeenBy, world: World) -> None:
    assert f"/bao-cao/{world.report().pk}/" in text(seen_by(world.lan), "/bao-cao/?q=630-cv/duk")


def test_an_unknown_word_finds_nothing_and_says_what_to_do(seen_by: SeenBy, world: World) -> None:
    page = text(seen_by(world.yen), "/bao-cao/?q=khong-co-dau")
    assert 'class="table__link"' not in page
    assert "bỏ bớt bộ lọc" in page


def test_the_list_is_filtered_by_state_and_keeps_the_search(seen_by: SeenBy, world: World) -> None:
    to_sent(world, world.report())
    page = text(seen_by(world.yen), "/bao-cao/?q=chi bo&state=SENT")
    assert page.count('class="table__link"') == 1
    assert "q=chi+bo&amp;state=DRAFT" in page


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (datetime(2026, 7, 1, 2, tzinfo=UTC), "NOT_DUE"),
        (datetime(2026, 7, 28, 2, tzinfo=UTC), "DUE_SOON"),
        (datetime(2026, 7, 31, 2, tzinfo=UTC), "DUE_TODAY"),
        (datetime(2026, 8, 3, 2, tzinfo=UTC), "OVERDUE"),
    ],
)
def test_the_filter_of_timeliness_says_what_the_badges_say(
    seen_by: SeenBy, world: World, frozen: time_machine.Traveller, day: datetime, kind: str
) -> None:
    later(frozen, day)
    client = seen_by(world.lan)
    for one in ("NOT_DUE", "DUE_SOON", "DUE_TODAY", "OVERDUE", "ON_TIME", "LATE", "NOT_EXPECTED"):
        found = text(client, f"/bao-cao/?timeliness={one}").count('class="table__link"')
        assert found == (1 if one == kind else 0), one


def test_the_list_asks_no_more_for_more_reports(seen_by: SeenBy, world: World) -> None:
    few, many = seen_by(world.lan), seen_by(world.yen)
    few.get("/bao-cao/"), many.get("/bao-cao/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        text(few, "/bao-cao/")
    with CaptureQueriesContext(connection) as four:
        text(many, "/bao-cao/")
    assert len(four) <= len(one) + 1  # the bell of an officer


# the page of one


def test_the_first_reading_by_the_unit_is_noted_once(seen_by: SeenBy, world: World) -> None:
    report = world.report()
    client = seen_by(world.mai)
    text(client, f"/bao-cao/{report.pk}/"), text(client, f"/bao-cao/{report.pk}/")
    report.refresh_from_db()
    assert report.opened_at == NOW
    assert Event.objects.filter(stream="report", stream_id=report.pk, verb=Verb.OPEN_REQUEST).count() == 1


def test_the_office_reading_it_notes_nothing(seen_by: SeenBy, world: World) -> None:
    report = world.report()
    text(seen_by(world.yen), f"/bao-cao/{report.pk}/")
    assert Report.objects.get(pk=report.pk).opened_at is None


@pytest.mark.parametrize("address", ["", "lich-su/", "soan/"])
def test_another_unit_finds_nothing(seen_by: SeenBy, world: World, address: str) -> None:
    assert seen_by(world.oanh).get(f"/bao-cao/{world.report().pk}/{address}").status_code == 404


def test_the_page_leads_each_seat_to_its_next_step(seen_by: SeenBy, world: World) -> None:
    report = world.report()
    address = f"/bao-cao/{report.pk}/"
    assert f'btn--primary" href="{address}soan/"' in text(seen_by(world.lan), address)
    to_signing(world, report)
    assert f'btn--primary" href="{address}ky/"' in text(seen_by(world.hung), address)
    assert "btn--primary" not in text(seen_by(world.lan), address)


def test_the_office_reads_no_opinions_and_no_unsent_version(seen_by: SeenBy, world: World) -> None:
    report = to_revising(world, world.report())
    page = text(seen_by(world.yen), f"/bao-cao/{report.pk}/")
    assert "Bổ sung số liệu quý IV" not in page
    assert "/ban/1/" not in page
    inside = text(seen_by(world.nam), f"/bao-cao/{report.pk}/")
    assert "Bổ sung số liệu quý IV" in inside
    assert "/ban/1/" in inside


def test_the_office_reads_its_own_remarks_and_what_was_sent(seen_by: SeenBy, world: World) -> None:
    report = to_supplement(world, world.report())
    page = text(seen_by(world.yen), f"/bao-cao/{report.pk}/")
    assert "Đề nghị bổ sung số hội nghị." in page
    assert "/ban/1/" in page
    assert "01-BC/CB" in page


# its verbs


def test_the_drafter_recalls_with_a_reason(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    client = seen_by(world.lan)
    answer = client.post(f"/bao-cao/{report.pk}/", {"verb": "recall", "reason": "Thiếu số liệu"})
    assert answer.status_code == 303
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT
    assert Remark.objects.get(report=report).text == "Thiếu số liệu"
    again = client.post(f"/bao-cao/{report.pk}/", {"verb": "recall", "reason": "Thiếu số liệu"})
    assert again.status_code == 409
    assert Remark.objects.filter(report=report).count() == 1


def test_a_recall_without_a_reason_is_refused(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    answer = seen_by(world.lan).post(f"/bao-cao/{report.pk}/", {"verb": "recall", "reason": " "})
    assert answer.status_code == 422
    assert Report.objects.get(pk=report.pk).state == ReportState.REVIEW


def test_a_recall_belongs_to_the_drafter(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    assert 'value="recall"' not in text(seen_by(world.hung), f"/bao-cao/{report.pk}/")
    answer = seen_by(world.hung).post(f"/bao-cao/{report.pk}/", {"verb": "recall", "reason": "x"})
    assert answer.status_code == 403


def test_the_secretary_recalls_what_was_sent(seen_by: SeenBy, world: World, frozen: time_machine.Traveller) -> None:
    report = to_sent(world, world.report())
    later(frozen, NOW + timedelta(days=6))
    client = seen_by(world.hung)
    asked = {"verb": "recall_sent", "reason": "Nhầm bản", "revision": report.current_revision_id}
    assert client.post(f"/bao-cao/{report.pk}/", asked).status_code == 303
    assert Report.objects.get(pk=report.pk).state == ReportState.REVISING


def test_the_secretary_assigns_a_drafter(seen_by: SeenBy, world: World) -> None:
    report = world.report()
    client = seen_by(world.hung)
    assert 'name="person"' in text(client, f"/bao-cao/{report.pk}/")
    answer = client.post(f"/bao-cao/{report.pk}/", {"verb": "assign", "person": world.lan.pk})
    assert answer.status_code == 303
    assert Report.objects.get(pk=report.pk).drafter_id == world.lan.pk
    wrong = client.post(f"/bao-cao/{report.pk}/", {"verb": "assign", "person": world.nam.pk})
    assert wrong.status_code == 422


def test_an_extension_is_asked_once_and_shown_with_its_decision(seen_by: SeenBy, world: World) -> None:
    report = world.report()
    client = seen_by(world.lan)
    asked = {"verb": "ask_extension", "day": "2026-08-10", "reason": "Chờ số liệu quý II"}
    assert client.post(f"/bao-cao/{report.pk}/", asked).status_code == 303
    assert Extension.objects.get(report=report).asked_due == datetime(2026, 8, 10, 17, tzinfo=UTC)
    again = client.post(f"/bao-cao/{report.pk}/", asked)
    assert again.status_code == 409
    deadlines.decide_extension(
        report_id=report.pk, actor=world.khanh, due=datetime(2026, 8, 7, 17, tzinfo=UTC), now=NOW
    )
    page = text(client, f"/bao-cao/{report.pk}/")
    assert "Chờ số liệu quý II" in page
    assert "07/08/2026" in page
    assert "Đồng ý gia hạn" in page
    assert "Hạn ban đầu" in page


@pytest.mark.parametrize("day", ["", "2026-07-01", "xx"])
def test_a_refused_extension_keeps_what_was_typed(seen_by: SeenBy, world: World, day: str) -> None:
    asked = {"verb": "ask_extension", "day": day, "reason": "Chờ số liệu <quý II>"}
    answer = seen_by(world.lan).post(f"/bao-cao/{world.report().pk}/", asked)
    assert answer.status_code == 422
    assert "Chờ số liệu &lt;quý II&gt;</textarea>" in answer.content.decode()
    assert not Extension.objects.exists()


def test_a_late_unit_says_why(seen_by: SeenBy, world: World, frozen: time_machine.Traveller) -> None:
    report = world.report()
    assert 'value="give_late_reason"' not in text(seen_by(world.lan), f"/bao-cao/{report.pk}/")
    later(frozen, datetime(2026, 8, 5, 2, tzinfo=UTC))
    client = seen_by(world.lan)
    assert 'value="give_late_reason"' in text(client, f"/bao-cao/{report.pk}/")
    asked = {"verb": "give_late_reason", "reason": "Bão số 3"}
    assert client.post(f"/bao-cao/{report.pk}/", asked).status_code == 303
    assert Lateness.objects.get(report=report).reason == "Bão số 3"
    assert "Bão số 3" in text(seen_by(world.yen), f"/bao-cao/{report.pk}/")


def test_an_unknown_verb_changes_nothing(seen_by: SeenBy, world: World) -> None:
    assert seen_by(world.lan).post(f"/bao-cao/{world.report().pk}/", {"verb": "sign"}).status_code == 422


# its history


def test_the_history_tells_who_did_what_from_which_seat(seen_by: SeenBy, world: World) -> None:
    report = to_received(world, world.report())
    page = text(seen_by(world.nam), f"/bao-cao/{report.pk}/lich-su/")
    assert "Đồng chí Nguyễn Thị Lan (Người soạn thảo) trình chi bộ cho ý kiến" in page
    assert "Đồng chí Nguyễn Thị Hung (Bí thư) " in page


def test_the_office_reads_states_only_from_before_the_sending(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    page = text(seen_by(world.yen), f"/bao-cao/{report.pk}/lich-su/")
    assert "Báo cáo chuyển sang “Đang lấy ý kiến chi bộ”" in page
    assert "Nguyễn Thị Lan" not in page


def test_an_ended_request_offers_no_verb(seen_by: SeenBy, world: World) -> None:
    write_everything(world, world.report())
    campaigns.cancel(campaign_id=world.campaign.pk, actor=world.khanh, reason="Dừng", now=NOW)
    page = text(seen_by(world.lan), f"/bao-cao/{world.report().pk}/")
    assert "btn--primary" not in page
    assert 'name="verb"' not in page

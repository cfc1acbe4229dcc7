"""Tiếp nhận: the office reads what was sent beside what was asked, and acts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.builders import (
    NOW,
    World,
    resubmit,
    revision_of,
    sign_and_issue,
    to_received,
    to_sent,
    to_supplement,
    write_everything,
)
from workflow.actions import drafting
from workflow.choices import AnswerKind, ReportState
from workflow.models import Person, Remark, Report, Supplement
from workflow.rules.calendar import local_day

SeenBy = Callable[[Person], Client]


LATER = NOW + timedelta(days=10)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


def at(report: Report) -> str:
    return f"/bao-cao/{report.pk}/tiep-nhan/"


def do(browser: Client, report: Report, verb: str, **typed: Any) -> Any:
    report.refresh_from_db()
    return browser.post(at(report), {"verb": verb, "revision": report.current_revision_id or "", **typed})


def told(answer: Any) -> str:
    return str(answer.content.decode())


# who may look


def test_the_office_reads_what_was_sent_with_number_and_timeliness(office: Client, world: World) -> None:
    report = to_sent(world, world.report())
    page = told(office.get(at(report)))
    assert "Chi bộ đã quán triệt đầy đủ." in page
    assert "Kế hoạch số 05-KH/CB" in page
    assert "Gửi đúng hạn" in page
    assert 'value="receive"' in page
    assert 'value="request_supplement"' in page


def test_what_the_unit_still_writes_is_not_shown_to_the_office(office: Client, world: World) -> None:
    write_everything(world, world.report())
    page = told(office.get(at(world.report())))
    assert "Chi bộ đã quán triệt đầy đủ." not in page
    assert 'value="receive"' not in page
    assert "/ban-giay/" in page
    assert 'value="exempt"' in page


@pytest.mark.parametrize("name", ["khanh", "tam"])
def test_leader_and_inspector_read_but_do_not_act(seen_by: SeenBy, world: World, name: str) -> None:
    report = to_sent(world, world.report())
    page = told(seen_by(world.people[name]).get(at(report)))
    assert "Chi bộ đã quán triệt đầy đủ." in page
    assert 'name="verb"' not in page
    refused = do(seen_by(world.people[name]), report, "receive")
    assert refused.status_code == 403
    report.refresh_from_db()
    assert report.state == ReportState.SENT


@pytest.mark.parametrize(("name", "status"), [("lan", 403), ("hung", 403), ("oanh", 404), ("uyen", 404), ("xuan", 404)])
def test_nobody_else_sees_the_desk_of_the_office(seen_by: SeenBy, world: World, name: str, status: int) -> None:
    report = to_sent(world, world.report())
    browser = seen_by(world.people[name])
    for page in (at(report), f"/bao-cao/{report.pk}/ban-giay/"):
        assert browser.get(page).status_code == status
    assert do(browser, report, "receive").status_code == status


# receive, and the pile


def test_receiving_notes_the_incoming_number_and_leads_to_the_next_in_the_pile(office: Client, world: World) -> None:
    first, second = to_sent(world, world.report()), to_sent(world, world.report("party"), NOW + timedelta(days=1))
    assert f'href="{at(second)}"' in told(office.get(at(first)))

    answer = do(office, first, "receive", incoming_number="345")

    assert (answer.status_code, answer["Location"]) == (303, at(second))
    first.refresh_from_db()
    assert (first.state, first.incoming_number) == (ReportState.RECEIVED, "345")
    assert "Đã tiếp nhận báo cáo của Chi bộ Sở Thông tin và Truyền thông" in told(office.get(at(second)))
    # The last of the pile leads back to itself.
    assert do(office, second, "receive")["Location"] == at(second)


def test_the_pile_goes_round_from_the_oldest_to_the_newest(office: Client, world: World) -> None:
    reports = [
        to_sent(world, world.report(unit), NOW + timedelta(hours=hour))
        for hour, unit in enumerate(["other", "cell", "party"])
    ]
    for this, following in zip(reports, [*reports[1:], reports[0]], strict=True):
        assert f'href="{at(following)}" accesskey="n"' in told(office.get(at(this)))


def test_a_report_received_twice_is_received_once(office: Client, world: World) -> None:
    report = to_sent(world, world.report())
    assert do(office, report, "receive", incoming_number="1").status_code == 303
    again = do(office, report, "receive", incoming_number="2")
    assert again.status_code == 409
    assert 'data-code="already_done"' in told(again)
    report.refresh_from_db()
    assert report.incoming_number == "1"


def test_an_older_page_does_not_receive_what_it_has_not_shown(office: Client, world: World) -> None:
    report = to_sent(world, world.report())
    answer = do(office, report, "receive", revision=revision_of(report) - 1, incoming_number="98")
    assert answer.status_code == 409
    assert 'value="98"' in told(answer)


# supplements


def test_a_supplement_is_asked_with_a_remark_per_section_and_a_day(office: Client, world: World) -> None:
    report = to_sent(world, world.report())
    section = world.section("I.1")
    page = told(office.get(at(report)))
    assert f'name="remark-{section.pk}"' in page
    assert 'value="2026-06-16"' in page  # three working days after Thursday 11/6

    typed = {f"remark-{section.pk}": "Bổ sung số hội nghị.", "remark-": "Ký lại.", "day": "2026-06-20"}
    assert do(office, report, "request_supplement", **typed).status_code == 303

    report.refresh_from_db()
    assert report.state == ReportState.SUPPLEMENT
    supplement = Supplement.objects.get()
    assert local_day(supplement.due - timedelta(seconds=1)).isoformat() == "2026-06-20"
    assert set(Remark.objects.values_list("section", "text")) == {
        (section.pk, "Bổ sung số hội nghị."),
        (None, "Ký lại."),
    }
    assert do(office, report, "request_supplement", **typed).status_code == 409
    assert Supplement.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"day": "2026-06-01"}, "due_not_in_future"), ({"day": ""}, "day_missing"), ({"day": "31/02"}, "day_unreadable")],
)
def test_a_refused_supplement_keeps_every_remark(
    office: Client, world: World, wrong: dict[str, str], code: str
) -> None:
    report = to_sent(world, world.report())
    name = f"remark-{world.section('I.1').pk}"
    answer = do(office, report, "request_supplement", **{name: "Bổ sung <số> hội nghị."}, **wrong)
    assert answer.status_code == 422
    page = told(answer)
    assert f'data-code="{code}"' in page
    assert "Bổ sung &lt;số&gt; hội nghị.</textarea>" in page
    assert not Supplement.objects.exists()


def test_a_supplement_without_a_remark_is_refused(office: Client, world: World) -> None:
    report = to_sent(world, world.report())
    answer = do(office, report, "request_supplement", day="2026-06-20", **{"remark-": "  "})
    assert (answer.status_code, 'data-code="remarks_missing"' in told(answer)) == (422, True)


def test_a_supplement_is_withdrawn(office: Client, world: World, frozen: time_machine.Traveller) -> None:
    report = to_supplement(world, world.report())
    assert 'value="withdraw_supplement"' in told(office.get(at(report)))
    assert do(office, report, "withdraw_supplement")["Location"] == at(report)
    report.refresh_from_db()
    assert report.state == ReportState.RECEIVED
    assert do(office, report, "withdraw_supplement").status_code == 409


def test_answers_of_the_unit_are_shown_once_they_were_sent(office: Client, world: World) -> None:
    report = to_supplement(world, world.report())
    remark = Remark.objects.get(binding=True)
    drafting.answer_remark(
        report_id=report.pk,
        actor=world.lan,
        remark_id=remark.pk,
        answer=AnswerKind.EXPLAINED,
        text="Đã họp hai lần.",
        now=LATER,
    )
    page = told(office.get(at(report)))
    assert "Đề nghị bổ sung số hội nghị." in page
    assert "Đã họp hai lần." not in page

    resubmit(world, report, LATER)
    sign_and_issue(world, report, LATER)
    assert "Đã họp hai lần." in told(office.get(at(report)))


# in and out of the consolidation, exempt and reinstated


def test_a_received_report_is_left_out_and_put_in_again(office: Client, world: World) -> None:
    report = to_received(world, world.report())
    refused = do(office, report, "leave_out", reason=" ")
    assert (refused.status_code, 'data-code="reason_missing"' in told(refused)) == (422, True)

    assert do(office, report, "leave_out", reason="Số liệu chưa chốt.").status_code == 303
    report.refresh_from_db()
    assert not report.included
    page = told(office.get(at(report)))
    assert "Số liệu chưa chốt." in page
    assert 'value="include"' in page
    assert 'value="leave_out"' not in page

    do(office, report, "include")
    report.refresh_from_db()
    assert report.included


def test_a_unit_is_exempted_and_asked_again(office: Client, world: World) -> None:
    report = world.report()
    assert do(office, report, "exempt", reason="Chi bộ mới thành lập.").status_code == 303
    report.refresh_from_db()
    assert report.state == ReportState.EXEMPT

    refused = do(office, report, "reinstate", reason="Vẫn phải báo cáo.", day="2026-06-01")
    assert refused.status_code == 422
    assert "Vẫn phải báo cáo.</textarea>" in told(refused)
    do(office, report, "reinstate", reason="Vẫn phải báo cáo.", day="2026-08-31")
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT
    assert local_day(report.due - timedelta(seconds=1)).isoformat() == "2026-08-31"


def test_a_verb_that_the_page_does_not_know_is_refused(office: Client, world: World) -> None:
    report = to_sent(world, world.report())
    assert do(office, report, "consolidate").status_code == 422


def test_the_page_takes_as_many_queries_for_many_units_as_for_few(
    office: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    report = to_sent(world, world.report())
    office.get(at(report))
    for unit in ("other", "party"):
        to_received(world, world.report(unit))
    with django_assert_max_num_queries(25):
        office.get(at(report))

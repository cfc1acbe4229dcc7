"""Tiếp nhận: the office reads what was sent beside what was asked, and acts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.builders import DRAFTERS as DRAFTING
from tests.builders import (
    NOW,
    STEPS,
    World,
    conclude,
    desk,
    prepared_campaign,
    resubmit,
    revision_of,
    sign_and_issue,
    to_received,
    to_sent,
    to_supplement,
    write_everything,
)
from workflow.actions import campaigns, drafting, intake
from workflow.actions.drafting import Figure
from workflow.choices import AnswerKind, ReportState
from workflow.models import Attachment, Entry, Person, Remark, Report, Supplement
from workflow.rules.calendar import local_day

SeenBy = Callable[[Person], Client]
LATER = NOW + timedelta(days=10)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@pytest.fixture
def office(seen_by: SeenBy, world: World, frozen: time_machine.Traveller) -> Client:
    """The officer's browser, ten days on."""
    frozen.move_to(LATER, tick=False)
    return seen_by(world.dung)


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


# what strikes the eye


def sent_with(world: World, unit: str, text: str, figures: dict[str, int], now: datetime = NOW) -> Report:
    report = world.report(unit)
    write_everything(world, report, now)
    for key, words, given in (("I", "", {}), ("I.1", text, {}), ("III", "", figures)):
        section = world.section(key)
        drafting.save_entry(
            report_id=report.pk,
            actor=desk(world, report, DRAFTING),
            section_id=section.pk,
            version=Entry.objects.get(report=report, section=section).version,
            text=words,
            figures={code: Figure(number=Decimal(number)) for code, number in given.items()},
            now=now,
        )
    return report


def handed_over(world: World, report: Report, *, received: bool) -> None:
    """Send what was written, as it was written."""
    drafter, now = desk(world, report, DRAFTING), NOW
    drafting.submit_for_review(report_id=report.pk, actor=drafter, closes_at=now + timedelta(days=3), now=now)
    conclude(world, report)
    sign_and_issue(world, report, NOW + timedelta(days=5))
    if received:
        intake.receive(
            report_id=report.pk, actor=world.dung, revision_id=revision_of(report), now=NOW + timedelta(days=6)
        )


LONG = "Chi bộ đã tổ chức bốn hội nghị quán triệt Chỉ thị cho toàn thể đảng viên và quần chúng trong cơ quan."


def test_figures_far_from_the_others_and_copied_texts_strike_the_eye(office: Client, world: World) -> None:
    for unit, text, figures, received in (
        ("other", LONG, {"A5": 40, "A6": 50, "A2": 1}, True),
        ("party", "Đảng bộ đã có kế hoạch riêng, giao từng chi bộ trực thuộc thực hiện.", {"A5": 50, "A6": 60}, True),
        ("cell", LONG.upper(), {"A5": 400, "A6": 500}, False),
    ):
        handed_over(world, sent_with(world, unit, text, figures), received=received)

    page = told(office.get(at(world.report())))
    assert page.count("Khác xa các đơn vị khác") == 2
    assert 'giống bài của Chi bộ Bưu điện tỉnh <strong class="nowrap">100 %</strong>' in " ".join(page.split())
    assert page.count('badge">') >= 1  # A2 is blank
    assert "Kỳ trước" not in page
    assert "Khác xa các đơn vị khác" not in told(office.get(at(world.report("other"))))


@pytest.mark.parametrize(
    ("written", "percent"),
    [
        (f"{LONG} Nhận thức được nâng lên.", "81 %"),
        (f"Nhận thức được nâng lên. {LONG}", "81 %"),
        (f"{LONG} {'Cấp ủy giao từng đồng chí phụ trách một lĩnh vực. '}", ""),
        (LONG.replace("bốn", "năm"), ""),
    ],
)
def test_a_text_that_is_mostly_another_unit_s_strikes_the_eye_with_its_share(
    office: Client, world: World, written: str, percent: str
) -> None:
    """The sentences are counted by their letters: 100 of 123 stand with the other unit, 100 of 148 are too few."""
    handed_over(world, sent_with(world, "other", LONG, {"A5": 40, "A6": 50}), received=True)
    handed_over(world, sent_with(world, "cell", written, {"A5": 41, "A6": 52}), received=False)
    page = " ".join(told(office.get(at(world.report()))).split())
    assert ("giống bài của Chi bộ Bưu điện tỉnh" in page) == bool(percent)
    assert percent in page


def test_a_figure_far_from_the_unit_s_own_of_the_period_before_strikes_the_eye(office: Client, world: World) -> None:
    then = NOW - timedelta(days=10)
    before = prepared_campaign(world.duk, world.dung, number="512-CV/ĐUK", now=then)
    campaigns.open_campaign(campaign_id=before.pk, actor=world.dung, now=then)
    to_received(world, Report.objects.get(campaign=before, organization=world.cell), then)
    handed_over(world, sent_with(world, "cell", LONG, {"A5": 10, "A6": 60}), received=False)
    page = " ".join(told(office.get(at(world.report()))).split())
    assert "Bằng 22 % kỳ trước" in page
    assert page.count("% kỳ trước") == 1


def test_a_heading_is_not_blank_where_something_stands_below_it(office: Client, world: World) -> None:
    handed_over(world, sent_with(world, "cell", LONG, {"A5": 40, "A6": 50}), received=False)
    found = office.get(at(world.report())).context["sent"]
    heading = next(place for place in found.places if place.section.key == "I")
    assert not heading.blank


def test_the_same_figures_as_another_unit_strike_the_eye(office: Client, world: World) -> None:
    for unit in ("cell", "other"):
        handed_over(world, sent_with(world, unit, unit, {"A5": 40, "A6": 50, "A2": 1}), received=False)
    page = " ".join(told(office.get(at(world.report()))).split())
    assert "Mọi số liệu giống hệt của: Chi bộ Bưu điện tỉnh" in page


# paper


def paper(browser: Client, report: Report, **typed: Any) -> Any:
    fields = {
        "number": "05-BC/CB",
        "dated": "2026-06-08",
        "arrived_on": "2026-06-09",
        "arrived_at": "08:30",
        "declared": "1",
        "file": SimpleUploadedFile("bao-cao.png", PNG, "image/png"),
    } | typed
    return browser.post(f"/bao-cao/{report.pk}/ban-giay/", {k: v for k, v in fields.items() if v is not None})


@pytest.mark.parametrize("state", [ReportState.DRAFT, ReportState.SIGNING])
def test_a_paper_is_registered_with_its_scan(office: Client, world: World, state: ReportState) -> None:
    report = STEPS[state](world, world.report())
    assert "bí mật nhà nước" in told(office.get(f"/bao-cao/{report.pk}/ban-giay/"))

    answer = paper(office, report)

    assert (answer.status_code, answer["Location"]) == (303, at(report))
    report.refresh_from_db()
    assert report.state == ReportState.RECEIVED
    assert report.sent_at is not None
    assert report.sent_at.isoformat() == "2026-06-09T01:30:00+00:00"
    page = told(office.get(at(report)))
    assert "05-BC/CB" in page
    assert f"/tep/{Attachment.objects.get().key}/" in page
    assert paper(office, report).status_code == 409
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"declared": None}, "declaration_missing"),
        ({"file": None}, "file_missing"),
        ({"number": " "}, "number_missing"),
        ({"arrived_at": ""}, "day_missing"),
    ],
)
def test_a_paper_that_lacks_something_is_refused_and_nothing_typed_is_lost(
    office: Client, world: World, wrong: dict[str, Any], code: str
) -> None:
    report = world.report()
    answer = paper(office, report, **wrong)
    assert answer.status_code == 422
    page = told(answer)
    assert f'data-code="{code}"' in page
    assert 'value="2026-06-08"' in page
    assert not Attachment.objects.exists()
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_the_scan_need_not_be_chosen_again(office: Client, world: World) -> None:
    report = world.report()
    refused = paper(office, report, arrived_on="2026-06-30")
    assert (refused.status_code, 'data-code="date_in_future"' in told(refused)) == (422, True)
    scan = Attachment.objects.get()
    assert f'name="scan" value="{scan.pk}"' in told(refused)

    assert paper(office, report, file=None, scan=scan.pk).status_code == 303
    assert Attachment.objects.get() == scan


def test_the_scan_of_another_report_is_not_taken(office: Client, world: World) -> None:
    other = Attachment.objects.create(
        report=world.report("other"), title="Bản quét", declared=True, added_by=world.dung, added_at=NOW
    )
    assert paper(office, world.report(), file=None, scan=other.pk).status_code in {404, 422}
    assert world.report().state == ReportState.DRAFT


def test_a_received_report_takes_no_paper(office: Client, world: World) -> None:
    report = to_received(world, world.report())
    page = told(office.get(f"/bao-cao/{report.pk}/ban-giay/"))
    assert 'type="file"' not in page
    assert f'href="{at(report)}"' in page


def test_the_page_takes_as_many_queries_for_many_units_as_for_few(
    office: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    report = to_sent(world, world.report())
    office.get(at(report))
    for unit in ("other", "party"):
        to_received(world, world.report(unit))
    with django_assert_max_num_queries(25):
        office.get(at(report))

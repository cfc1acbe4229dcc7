"""A request is prepared step by step, and nothing goes out before it is opened."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import localtime

from tests.builders import NOW, World, open_upper
from tests.web.conftest import read
from workflow.actions import campaigns
from workflow.choices import CampaignState, HolidayRule, ReviewMode
from workflow.models import Attachment, Campaign, Person, Report, Section

SeenBy = Callable[[Person], Client]


STEPS = ["van-ban", "de-cuong", "doi-tuong", "thoi-han", "quy-trinh"]


def at(campaign: Campaign, step: str) -> str:
    return f"/dot/{campaign.pk}/chuan-bi/{step}/"


LETTER = {
    "number": "640-CV/ĐUK", "date": "2026-06-01", "subject": "V/v tổng kết năm", "legal_basis": "Chỉ thị số 07-CT/TW",
    "signer": "T/M BAN THƯỜNG VỤ", "period_from": "2026-01-01", "period_until": "2026-12-31",
    "report_subject": "Báo cáo tổng kết", "report_basis": "", "report_recipients": "Như kính gửi\nLưu",
}  # fmt: skip


def test_a_new_request_is_prepared_and_nobody_is_told(seen_by: SeenBy, world: World) -> None:
    answer = seen_by(world.yen).post("/dot/moi/", {"subject": "V/v tổng kết", "issuer": world.duk.pk})
    campaign = Campaign.objects.get(subject="V/v tổng kết")
    assert answer.headers["Location"] == at(campaign, "van-ban")
    assert (campaign.state, campaign.issuer) == (CampaignState.DRAFT, world.duk)
    assert not Report.objects.filter(campaign=campaign).exists()


def test_a_request_without_a_subject_is_not_begun(seen_by: SeenBy, world: World) -> None:
    assert seen_by(world.yen).post("/dot/moi/", {"subject": " ", "issuer": world.duk.pk}).status_code == 422
    assert seen_by(world.yen).post("/dot/moi/", {"subject": "V/v", "issuer": world.tu.pk}).status_code == 422


@pytest.mark.parametrize("step", STEPS)
def test_preparing_is_the_officers(seen_by: SeenBy, world: World, draft: Campaign, step: str) -> None:
    assert seen_by(world.dung).get(at(draft, step)).status_code == 200
    for name, status in [("khanh", 403), ("tam", 403), ("giang", 403), ("lan", 404), ("uyen", 404), ("xuan", 404)]:
        for answer in (seen_by(world.people[name]).get(at(draft, step)),
                       seen_by(world.people[name]).post(at(draft, step), {"do": "title"})):  # fmt: skip
            assert answer.status_code == status, name


def test_the_letter_is_saved_on_the_way_to_any_step(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    client = seen_by(world.yen)
    assert client.post(at(draft, "van-ban"), {**LETTER, "go": "on"}).headers["Location"] == at(draft, "de-cuong")
    draft.refresh_from_db()
    assert (draft.number, draft.date, draft.report_recipients) == (
        "640-CV/ĐUK", date(2026, 6, 1), ["Như kính gửi", "Lưu"],
    )  # fmt: skip
    answer = client.post(at(draft, "van-ban"), {**LETTER, "signer": "", "go": "process"})
    assert answer.headers["Location"] == at(draft, "quy-trinh")
    draft.refresh_from_db()
    assert draft.signer == ""


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"number": "630-CV/ĐUK"}, 409), ({"period_until": "2025-01-01"}, 422), ({"date": "45/13/2026"}, 422),
     ({"subject": ""}, 422)],
)  # fmt: skip
def test_a_refused_letter_keeps_every_word(
    seen_by: SeenBy, world: World, draft: Campaign, changes: dict[str, str], status: int
) -> None:
    answer = seen_by(world.yen).post(at(draft, "van-ban"), {**LETTER, **changes, "go": "on"})
    page = answer.content.decode()
    assert answer.status_code == status
    for kept in ("Chỉ thị số 07-CT/TW", "T/M BAN THƯỜNG VỤ", "Báo cáo tổng kết", "Như kính gửi", *changes.values()):
        assert kept in page
    draft.refresh_from_db()
    assert draft.number == ""


def test_a_file_is_attached_only_when_declared(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    client = seen_by(world.yen)

    def pdf() -> SimpleUploadedFile:
        return SimpleUploadedFile("cong-van.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")

    answer = client.post(at(draft, "van-ban"), {**LETTER, "file": pdf(), "file_title": "Công văn 640"})
    assert answer.status_code == 422
    assert "Chỉ thị số 07-CT/TW" in answer.content.decode()
    assert not Attachment.objects.filter(campaign=draft).exists()
    client.post(at(draft, "van-ban"), {**LETTER, "file": pdf(), "file_title": "Công văn 640", "declared": "on"})
    kept = Attachment.objects.get(campaign=draft)
    assert kept.title == "Công văn 640"
    assert f"/tep/{kept.key}/" in read(client, at(draft, "van-ban"))


def test_a_request_answers_a_report_that_is_owed_above(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    owed = open_upper(world).reports.get()
    assert "810-CV/TU" in read(seen_by(world.yen), at(draft, "van-ban"))
    seen_by(world.yen).post(at(draft, "van-ban"), {**LETTER, "answers": owed.pk})
    draft.refresh_from_db()
    assert draft.answers == owed


def test_a_request_that_answered_a_report_becomes_the_committees_own_again(
    seen_by: SeenBy, world: World, draft: Campaign
) -> None:
    owed = open_upper(world).reports.get()
    client = seen_by(world.yen)
    client.post(at(draft, "van-ban"), {**LETTER, "answers": owed.pk})
    client.post(at(draft, "de-cuong"), {"do": "copy", "source": owed.campaign_id})
    draft.refresh_from_db()
    assert Section.objects.filter(outline=draft.outline, feeds__isnull=False).exists()
    client.post(at(draft, "van-ban"), {**LETTER, "answers": ""})
    draft.refresh_from_db()
    assert draft.answers is None
    # A section that fed the outline above would be refused with every later change.
    assert not Section.objects.filter(outline=draft.outline, feeds__isnull=False).exists()
    assert client.post(at(draft, "de-cuong"), {"do": "title", "title": "Đề cương"}).status_code == 303


def test_what_a_request_answers_stays_chosen_when_that_request_has_ended(
    seen_by: SeenBy, world: World, draft: Campaign
) -> None:
    upper = open_upper(world)
    client = seen_by(world.yen)
    client.post(at(draft, "van-ban"), {**LETTER, "answers": upper.reports.get().pk})
    campaigns.cancel(campaign_id=upper.pk, actor=world.viet, reason="Thôi", now=NOW)
    assert f'<option value="{upper.reports.get().pk}" selected>' in read(client, at(draft, "van-ban"))


def test_a_file_is_taken_out_of_a_draft_once_and_what_was_typed_is_saved(
    seen_by: SeenBy, world: World, draft: Campaign
) -> None:
    client = seen_by(world.yen)
    file = SimpleUploadedFile("cong-van.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")
    client.post(at(draft, "van-ban"), {**LETTER, "file": file, "file_title": "Công văn 640", "declared": "on"})
    kept = Attachment.objects.get(campaign=draft)
    for _click in range(2):
        answer = client.post(at(draft, "van-ban"), {**LETTER, "number": "641-CV/ĐUK", "remove": str(kept.key)})
        assert answer.headers["Location"] == at(draft, "van-ban")
    draft.refresh_from_db()
    assert draft.number == "641-CV/ĐUK"
    assert "Công văn 640" not in read(client, at(draft, "van-ban"))
    assert client.get(f"/tep/{kept.key}/").status_code == 404


def test_a_removed_file_is_not_sent_out_with_the_request(seen_by: SeenBy, world: World, ready: Campaign) -> None:
    client = seen_by(world.yen)
    for title in ("Công văn 640", "Bản nháp"):
        file = SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")
        client.post(at(ready, "van-ban"), {**LETTER, "file": file, "file_title": title, "declared": "on"})
    gone = Attachment.objects.get(campaign=ready, title="Bản nháp")
    client.post(at(ready, "van-ban"), {**LETTER, "remove": str(gone.key)})
    assert client.post(at(ready, "xem-lai")).status_code == 303
    page = read(seen_by(world.lan), f"/dot/{ready.pk}/")
    assert "Công văn 640" in page
    assert "Bản nháp" not in page
    assert seen_by(world.lan).get(f"/tep/{gone.key}/").status_code == 404


@pytest.mark.parametrize("typed", ["31/12/2026", "2026-12-31", " 31.12.2026 "])
def test_a_day_is_read_as_it_is_written_here(seen_by: SeenBy, world: World, draft: Campaign, typed: str) -> None:
    seen_by(world.yen).post(at(draft, "van-ban"), {**LETTER, "date": typed})
    draft.refresh_from_db()
    assert draft.date == date(2026, 12, 31)


def test_the_day_stands_before_the_month(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    seen_by(world.yen).post(at(draft, "van-ban"), {**LETTER, "date": "07/08/2026"})
    draft.refresh_from_db()
    assert draft.date == date(2026, 8, 7)


def test_a_day_that_is_not_in_the_calendar_is_refused_beside_its_field(
    seen_by: SeenBy, world: World, draft: Campaign
) -> None:
    answer = seen_by(world.yen).post(at(draft, "van-ban"), {**LETTER, "date": "30/02/2026"})
    assert answer.status_code == 422
    assert "29/07/2026" in answer.content.decode()
    assert "30/02/2026" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "count"),
    [({"audience": "ALL"}, 3), ({"audience": "KINDS", "audience_kinds": ["GRASSROOTS_CELL"]}, 2),
     ({"audience": "LIST", "unit": ["cell", "sub"]}, 2), ({"audience": "LIST"}, 0)],
)  # fmt: skip
def test_the_units_addressed_are_counted(
    seen_by: SeenBy, world: World, draft: Campaign, typed: dict[str, Any], count: int
) -> None:
    if "unit" in typed:
        typed = {**typed, "unit": [world.units[code].pk for code in typed["unit"]]}
    client = seen_by(world.yen)
    assert client.post(at(draft, "doi-tuong"), {**typed, "go": "stay"}).status_code == 303
    draft.refresh_from_db()
    assert len(campaigns.addressed(draft, NOW.date())) == count
    assert f"tới {count} đơn vị" in read(client, at(draft, "doi-tuong"))


def test_searching_for_units_keeps_the_chosen_ones(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    typed = {"audience": "LIST", "unit": [world.cell.pk], "words": "văn phòng", "go": "search"}
    page = seen_by(world.yen).post(at(draft, "doi-tuong"), typed).content.decode()
    assert f'value="{world.cell.pk}" checked' in page
    assert f'value="{world.sub.pk}">' in page
    assert f'value="{world.other.pk}"' not in page


DEADLINE = {"deadline_text": "", "holiday_rule": "NEXT", "last_day": "", "hour": "", "consolidation_day": "",
            "data_cut_off": ""}  # fmt: skip


def test_the_words_of_the_letter_become_a_day(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    client = seen_by(world.yen)
    # 30/8/2026 is a Sunday.
    client.post(at(draft, "thoi-han"), {**DEADLINE, "deadline_text": "gửi trước ngày 31/8/2026", "go": "read"})
    draft.refresh_from_db()
    assert draft.due is not None
    assert f"{localtime(draft.due):%d/%m %H:%M}" == "01/09 00:00"
    page = read(client, at(draft, "thoi-han"))
    assert "Trước ngày 31/8/2026 → Chủ nhật 30/8 → hết Thứ Hai 31/8/2026" in page
    assert 'value="2026-08-30"' in page
    # Saved again as it stands, the deadline does not wander.
    client.post(at(draft, "thoi-han"), {**DEADLINE, "deadline_text": "gửi trước ngày 31/8/2026",
                                        "last_day": "2026-08-30", "holiday_rule": "KEEP"})  # fmt: skip
    draft.refresh_from_db()
    assert draft.due is not None
    assert f"{localtime(draft.due):%d/%m %H:%M}" == "31/08 00:00"
    assert draft.holiday_rule == HolidayRule.KEEP


def test_words_that_say_no_clear_day_are_kept_and_asked_about(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    client = seen_by(world.yen)
    client.post(at(draft, "thoi-han"), {**DEADLINE, "deadline_text": "sớm nhất có thể", "go": "read"})
    draft.refresh_from_db()
    assert (draft.due, draft.deadline_text) == (None, "sớm nhất có thể")
    assert "say--warn" in read(client, at(draft, "thoi-han"))


def test_a_chosen_day_with_an_hour_and_the_days_of_the_reminders(
    seen_by: SeenBy, world: World, draft: Campaign
) -> None:
    client = seen_by(world.yen)
    client.post(at(draft, "thoi-han"), {**DEADLINE, "last_day": "2026-07-31", "hour": "17:00",
                                        "consolidation_day": "2026-08-14", "data_cut_off": "2026-06-30"})  # fmt: skip
    draft.refresh_from_db()
    assert draft.due is not None
    assert draft.consolidation_due is not None
    assert f"{localtime(draft.due):%d/%m %H:%M}" == "31/07 17:00"
    assert f"{localtime(draft.consolidation_due):%d/%m %H:%M}" == "15/08 00:00"
    assert draft.data_cut_off == date(2026, 6, 30)
    # T-7 and T+1 by the house's ladder.
    page = read(client, at(draft, "thoi-han"))
    assert "22/07/2026" in page
    assert "03/08/2026" in page


def test_an_empty_calendar_is_warned_of(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    client = seen_by(world.yen)
    client.post(at(draft, "thoi-han"), {**DEADLINE, "last_day": "2029-03-30"})
    assert "2029" in read(client, at(draft, "thoi-han"))
    assert "2029" in read(client, at(draft, "xem-lai"))


def test_the_way_of_a_report_is_chosen(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    client = seen_by(world.yen)
    client.post(at(draft, "quy-trinh"), {"review_mode": "VOTE", "review_minimum_days": "3", "go": "on"})
    draft.refresh_from_db()
    assert (draft.review_mode, draft.review_minimum_days) == (ReviewMode.VOTE, 3)
    assert client.post(at(draft, "quy-trinh"), {"review_mode": "DICE", "review_minimum_days": "3"}).status_code == 422

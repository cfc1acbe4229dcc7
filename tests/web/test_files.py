"""Files and papers through HTTP: who reads them, how they go out, and what is not taken in."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from tests.builders import NOW, STEPS, World, revision_of, to_received, to_review, to_sent, to_signed, to_signing
from workflow.actions.attachments import attach_to_report, attach_to_request, keep_scan, remove_from_report
from workflow.actions.drafting import recall
from workflow.actions.intake import register_paper
from workflow.choices import ReportState
from workflow.errors import DeclarationMissing
from workflow.models import Attachment, PaperFile, Person, Report, Revision

SeenBy = Callable[[Person], Client]
TEXT = "Bảng số liệu kèm theo.".encode()


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def attached(world: World, report: Report, **said: Any) -> Attachment:
    asked = {"title": "Bảng số liệu", "name": "bang.txt", "content": TEXT, "declared": True, "now": NOW}
    return attach_to_report(report_id=report.pk, actor=world.lan, **{**asked, **said})


def address(report: Report, place: str = "") -> str:
    revision = Revision.objects.get(pk=revision_of(report))
    return f"/bao-cao/{report.pk}/ban/{revision.number}/{place}"


# Files


@pytest.mark.parametrize(("name", "status"), [("lan", 200), ("mai", 200), ("dung", 404), ("oanh", 404), ("xuan", 404)])
def test_a_draft_s_file_is_the_unit_s_own(seen_by: SeenBy, world: World, name: str, status: int) -> None:
    file = attached(world, world.report())
    assert seen_by(world.people[name]).get(f"/tep/{file.key}/").status_code == status


@pytest.mark.parametrize(
    ("name", "status"), [("dung", 200), ("tam", 200), ("giang", 404), ("oanh", 404), ("uyen", 404)]
)
def test_a_file_that_was_sent_is_read_like_what_was_sent(seen_by: SeenBy, world: World, name: str, status: int) -> None:
    report = world.report()
    file = attached(world, report)
    to_sent(world, report)
    assert seen_by(world.people[name]).get(f"/tep/{file.key}/").status_code == status


def test_a_file_that_was_added_after_the_sending_is_not_the_issuer_s(seen_by: SeenBy, world: World) -> None:
    report = STEPS[ReportState.SUPPLEMENT](world, world.report())
    file = attached(world, report)
    assert seen_by(world.dung).get(f"/tep/{file.key}/").status_code == 404
    assert seen_by(world.lan).get(f"/tep/{file.key}/").status_code == 200


def test_a_file_that_was_taken_out_stays_in_what_was_sent_with_it(seen_by: SeenBy, world: World) -> None:
    report = world.report()
    sent, dropped = attached(world, report), attached(world, report, content=TEXT + b"2")
    remove_from_report(report_id=report.pk, actor=world.lan, key=dropped.key, now=NOW)
    to_sent(world, report)
    STEPS[ReportState.SUPPLEMENT](world, world.report("other"))
    assert seen_by(world.dung).get(f"/tep/{sent.key}/").status_code == 200
    assert seen_by(world.dung).get(f"/tep/{dropped.key}/").status_code == 404
    assert seen_by(world.lan).get(f"/tep/{dropped.key}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("dung", 200), ("giang", 200), ("lan", 200), ("nam", 200), ("sub_drafter", 404), ("uyen", 404)]
)
def test_a_request_s_file_is_read_by_its_issuer_and_by_whom_it_asks(
    seen_by: SeenBy, world: World, name: str, status: int
) -> None:
    file = Attachment.objects.create(
        campaign=world.campaign, title="Công văn", file="cv.txt", declared=True, added_by=world.dung, added_at=NOW
    )
    Path(file.file.path).parent.mkdir(parents=True, exist_ok=True)
    Path(file.file.path).write_bytes(TEXT)
    assert seen_by(world.people[name]).get(f"/tep/{file.key}/").status_code == status


def test_who_is_not_signed_in_is_sent_to_sign_in(db: None, world: World) -> None:
    assert Client().get(f"/tep/{attached(world, world.report()).key}/").status_code == 302


def test_a_file_goes_out_as_a_download_with_its_title_and_runs_nothing(seen_by: SeenBy, world: World) -> None:
    file = attached(world, world.report(), title='Biểu "số 1"/2022\r\nX: y')
    answer = seen_by(world.lan).get(f"/tep/{file.key}/")
    assert body(answer) == TEXT
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''Bi%E1%BB%83u%20%20s%E1%BB%91%201%20%202022%20%20X%20%20y.txt"
    )
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]


def test_behind_nginx_the_file_is_named_and_not_read(seen_by: SeenBy, world: World, settings: Any) -> None:
    settings.ACCEL_PREFIX = "/kept/"
    file = attached(world, world.report())
    answer = seen_by(world.lan).get(f"/tep/{file.key}/")
    assert answer["X-Accel-Redirect"] == f"/kept/{file.file.name}"
    assert str(file.key) in str(file.file.name)
    assert body(answer) == b""
    assert "attachment" in answer["Content-Disposition"]


def test_a_file_that_is_lost_from_the_disk_is_not_found(seen_by: SeenBy, world: World) -> None:
    file = attached(world, world.report())
    Path(file.file.path).unlink()
    assert seen_by(world.lan).get(f"/tep/{file.key}/").status_code == 404


# Files of a draft: bring and take out


def bring(client: Client, report: Report, content: bytes = TEXT, name: str = "bang.txt", **typed: str) -> Any:
    form = {"file": SimpleUploadedFile(name, content), "title": "Biểu tổng hợp", "declared": "yes", **typed}
    return client.post(f"/bao-cao/{report.pk}/tep-kem-theo/", {k: v for k, v in form.items() if v})


def test_an_editor_attaches_a_file_and_takes_it_out(seen_by: SeenBy, world: World) -> None:
    client, report = seen_by(world.lan), world.report()
    answer = bring(client, report)
    assert (answer.status_code, answer["Location"]) == (303, f"/bao-cao/{report.pk}/tep-kem-theo/")
    file = Attachment.objects.get(report=report)
    assert (file.title, file.size, file.added_by) == ("Biểu tổng hợp", len(TEXT), world.lan)
    page = client.get(f"/bao-cao/{report.pk}/tep-kem-theo/").content.decode()
    assert f"/tep/{file.key}/" in page

    removal = f"/bao-cao/{report.pk}/tep-kem-theo/{file.key}/bo/"
    assert removal in page
    for _again in range(2):
        assert client.post(removal).status_code == 303
    assert f"/tep/{file.key}/" not in client.get(f"/bao-cao/{report.pk}/tep-kem-theo/").content.decode()


def test_a_file_that_is_sent_twice_is_there_once(seen_by: SeenBy, world: World) -> None:
    client, report = seen_by(world.lan), world.report()
    assert [bring(client, report).status_code for _ in range(2)] == [303, 303]
    assert Attachment.objects.filter(report=report).count() == 1


def test_from_the_drafting_page_one_goes_back_to_it(seen_by: SeenBy, world: World) -> None:
    report = world.report()
    assert bring(seen_by(world.lan), report, back="drafting")["Location"] == f"/bao-cao/{report.pk}/soan/"


def test_without_a_title_the_file_s_name_is_its_title(seen_by: SeenBy, world: World) -> None:
    report = world.report()
    bring(seen_by(world.lan), report, name="Biểu số 1.txt", title="")
    assert Attachment.objects.get(report=report).title == "Biểu số 1"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"declared": ""}, "bí mật nhà nước"),
        ({"content": b"MZ\x90\x00"}, "PDF"),
        ({"name": "Báo cáo MẬT.txt"}, "dấu chỉ độ mật"),
        ({"content": "Kính gửi\nTỐI MẬT\nNội dung".encode()}, "dấu chỉ độ mật"),
        ({"file": ""}, "chọn tệp"),
    ],
)
def test_a_refused_file_says_why_and_keeps_the_title(
    seen_by: SeenBy, world: World, asked: dict[str, Any], said: str
) -> None:
    report = world.report()
    answer = bring(seen_by(world.lan), report, **asked)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert 'value="Biểu tổng hợp"' in text
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("nam", 403), ("mai", 403), ("dung", 403), ("oanh", 404)])
def test_nobody_but_an_editor_sees_or_changes_the_files_of_a_draft(
    seen_by: SeenBy, world: World, name: str, status: int
) -> None:
    client, report = seen_by(world.people[name]), world.report()
    file = attached(world, report)
    assert client.get(f"/bao-cao/{report.pk}/tep-kem-theo/").status_code == status
    assert bring(client, report, content=TEXT + b"!").status_code == status
    assert client.post(f"/bao-cao/{report.pk}/tep-kem-theo/{file.key}/bo/").status_code == status
    assert Attachment.objects.get().removed_at is None


def test_what_lies_before_the_cell_takes_no_file(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    client = seen_by(world.lan)
    answer = bring(client, report)
    assert answer.status_code == 409
    assert "Biểu tổng hợp" not in client.get(f"/bao-cao/{report.pk}/tep-kem-theo/").content.decode()
    assert 'type="file"' not in answer.content.decode()


def test_a_file_of_another_report_cannot_be_taken_out_here(seen_by: SeenBy, world: World) -> None:
    theirs = attach_to_report(
        report_id=world.report("other").pk, actor=world.oanh, title="x", name="x.txt", content=TEXT, declared=True,
        now=NOW,
    )  # fmt: skip
    path = f"/bao-cao/{world.report().pk}/tep-kem-theo/{theirs.key}/bo/"
    assert seen_by(world.lan).post(path).status_code == 404
    theirs.refresh_from_db()
    assert theirs.removed_at is None


# Papers


@pytest.mark.parametrize(
    ("step", "statuses"),
    [
        (to_review, {"lan": 200, "nam": 200, "hung": 200, "mai": 403, "dung": 403, "oanh": 404, "uyen": 404}),
        (to_signing, {"lan": 200, "nam": 200, "hung": 200, "mai": 403, "dung": 403, "oanh": 404}),
        (to_signed, {"lan": 200, "mai": 200, "dung": 403, "oanh": 404}),
        (
            to_sent,
            {"lan": 200, "mai": 200, "dung": 200, "tam": 200, "giang": 404, "oanh": 404, "uyen": 404, "xuan": 404},
        ),
    ],
)
def test_a_revision_is_seen_as_a_paper_by_whoever_reads_it(
    seen_by: SeenBy, world: World, step: Any, statuses: dict[str, int]
) -> None:
    report = step(world, world.report())
    for name, status in statuses.items():
        client = seen_by(world.people[name])
        for place in ("", "trang-1.png", "tai-ve/"):
            assert client.get(address(report, place)).status_code == status, (name, place)


def test_a_revision_that_was_taken_back_stays_in_the_cell(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    recall(report_id=report.pk, actor=world.lan, reason="Sửa lại.", now=NOW)
    assert seen_by(world.nam).get(address(report)).status_code == 200
    assert seen_by(world.dung).get(address(report)).status_code == 403


def test_the_issuer_reads_the_sent_revision_and_not_the_one_before_it(seen_by: SeenBy, world: World) -> None:
    report = STEPS[ReportState.SUPPLEMENT](world, world.report())
    sent = Revision.objects.get(pk=report.sent_revision_id)
    newer = Revision.objects.create(
        report=report, number=sent.number + 1, verb="submit_for_signing", outline_version=1, content=sent.content,
        sha256=sent.sha256, made_by=world.lan, made_at=NOW,
    )  # fmt: skip
    client = seen_by(world.dung)
    assert client.get(f"/bao-cao/{report.pk}/ban/{sent.number}/").status_code == 200
    assert client.get(f"/bao-cao/{report.pk}/ban/{newer.number}/").status_code == 403


def test_a_revision_that_does_not_exist_is_not_found(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    assert seen_by(world.lan).get(f"/bao-cao/{report.pk}/ban/9/").status_code == 404
    assert seen_by(world.dung).get(f"/bao-cao/{report.pk}/ban/9/").status_code == 403
    assert seen_by(world.lan).get(address(report, "trang-99.png")).status_code == 404


def test_the_preview_shows_every_page_and_the_words_as_text(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    client = seen_by(world.nam)
    page = client.get(address(report)).content.decode()
    assert 'src="' + address(report, "trang-1.png") in page
    assert 'alt="' in page
    assert "Chi bộ đã quán triệt đầy đủ." in page
    assert "<iframe" not in page
    assert "<embed" not in page
    assert "<object" not in page
    image = client.get(address(report, "trang-1.png"))
    assert image["Content-Type"] == "image/png"
    assert body(image).startswith(b"\x89PNG")


def test_a_page_that_the_browser_has_is_not_sent_again(seen_by: SeenBy, world: World) -> None:
    path = address(to_review(world, world.report()), "trang-1.png")
    client = seen_by(world.nam)
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, body(again)) == (304, b"")
    assert seen_by(world.dung).get(path, headers={"If-None-Match": first["ETag"]}).status_code == 403


def text_of(answer: Any) -> str:
    return " ".join(PdfReader(BytesIO(body(answer))).pages[0].extract_text().split())


def test_a_draft_s_pdf_says_that_it_is_one(seen_by: SeenBy, world: World) -> None:
    report = to_review(world, world.report())
    client = seen_by(world.lan)
    answer = client.get(address(report, "tai-ve/"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''B%C3%A1o%20c%C3%A1o")
    assert "Dự thảo lần 1" in text_of(answer)
    assert body(answer) == body(client.get(address(report, "tai-ve/")))
    assert not PaperFile.objects.exists()


def test_an_issued_report_s_pdf_is_the_frozen_one(seen_by: SeenBy, world: World) -> None:
    report = to_sent(world, world.report())
    answer = seen_by(world.dung).get(address(report, "tai-ve/"))
    pdf = body(answer)
    frozen = PaperFile.objects.get()
    assert Path(frozen.file.path).read_bytes() == pdf
    assert frozen.document.revision_id == report.sent_revision_id
    assert "Số 01-BC/CB" in " ".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())


def test_a_report_on_paper_shows_its_scan_and_has_no_pdf_of_ours(seen_by: SeenBy, world: World) -> None:
    report = world.report()
    scan = keep_scan(
        report_id=report.pk, actor=world.dung, title="Bản chụp", name="scan.pdf", content=b"%PDF-1.7", declared=True,
        now=NOW,
    )  # fmt: skip
    assert seen_by(world.dung).get(f"/tep/{scan.key}/").status_code == 200
    register_paper(
        report_id=report.pk, actor=world.dung, scan_id=scan.pk, number="05-BC/CB", dated=NOW.date(), arrived_at=NOW,
        now=NOW,
    )  # fmt: skip
    page = seen_by(world.yen).get(address(report)).content.decode()
    assert f"/tep/{scan.key}/" in page
    assert "05-BC/CB" in page
    assert seen_by(world.yen).get(f"/tep/{scan.key}/").status_code == 200
    assert seen_by(world.yen).get(address(report, "tai-ve/")).status_code == 404


def test_the_files_that_were_handed_over_stand_beside_the_paper(seen_by: SeenBy, world: World) -> None:
    report = world.report()
    file = attached(world, report)
    to_received(world, report)
    assert f"/tep/{file.key}/" in seen_by(world.dung).get(address(report)).content.decode()


def test_more_files_ask_no_more_of_the_database(seen_by: SeenBy, world: World) -> None:
    one, many = world.report(), world.report("other")
    attached(world, one)
    for place in range(5):
        attach_to_report(
            report_id=many.pk, actor=world.oanh, title="x", name="x.txt", content=bytes([65 + place]), declared=True,
            now=NOW,
        )  # fmt: skip
    counts = []
    for report, actor in ((one, world.lan), (many, world.oanh)):
        client = seen_by(actor)
        to_review(world, report)
        for path in (address(report), f"/bao-cao/{report.pk}/tep-kem-theo/"):
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def test_a_request_s_file_is_checked_as_well(world: World) -> None:
    with pytest.raises(DeclarationMissing):
        attach_to_request(
            campaign_id=world.campaign.pk, actor=world.dung, title="x", name="x.txt", content=TEXT, declared=False,
            now=NOW,
        )  # fmt: skip

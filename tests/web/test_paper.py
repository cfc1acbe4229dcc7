"""A report that came on paper is registered with its scan."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.builders import (
    NOW,
    STEPS,
    World,
    to_received,
)
from workflow.choices import ReportState
from workflow.models import Attachment, Person, Report

SeenBy = Callable[[Person], Client]


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


def at(report: Report) -> str:
    return f"/bao-cao/{report.pk}/tiep-nhan/"


def told(answer: Any) -> str:
    return str(answer.content.decode())


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

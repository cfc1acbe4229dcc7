"""Văn thư: the clerk numbers what was signed and sends it; the secretary takes it back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.builders import NOW, World, revision_of, sign_and_issue, to_signed, to_signing
from tests.web.conftest import later
from workflow.choices import ReportState
from workflow.models import IssuedDocument, Person, Remark, Report, Signature, Term

SeenBy = Callable[[Person], Client]
DAY = NOW + timedelta(days=5)  # Saturday 6/6/2026


@pytest.fixture(autouse=True)
def _day_of_the_clerk(world: World, frozen: time_machine.Traveller) -> None:
    later(frozen, DAY)


def desk(report: Report) -> str:
    return f"/bao-cao/{report.pk}/van-thu/"


def issued(report: Report, number: str = "1", dated: str = "2026-06-06") -> dict[str, str]:
    return {"revision": str(revision_of(report)), "number": number, "dated": dated}


def test_the_clerk_finds_the_next_number_the_day_and_who_signed(seen_by: SeenBy, world: World) -> None:
    report = to_signed(world, world.report())
    page = seen_by(world.mai).get(desk(report)).content.decode()
    assert "01-BC/CB" in page
    assert 'name="number" type="text" inputmode="numeric" maxlength="9" value="1"' in page
    assert 'value="2026-06-06"' in page
    assert world.hung.full_name in page
    assert "T/M CHI BỘ" in page


def test_before_the_signature_the_clerk_finds_nothing_to_number(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    assert seen_by(world.mai).get(desk(report)).status_code == 403
    assert 'class="empty"' in seen_by(world.hung).get(desk(report)).content.decode()


def test_another_unit_and_the_office_do_not_see_the_clerks_desk(seen_by: SeenBy, world: World) -> None:
    report = to_signed(world, world.report())
    assert seen_by(world.oanh).get(desk(report)).status_code == 404
    assert seen_by(world.yen).get(desk(report)).status_code == 403
    assert seen_by(world.oanh).post(desk(report), issued(report)).status_code == 404


def test_a_member_reads_but_does_not_number(seen_by: SeenBy, world: World) -> None:
    report = to_signed(world, world.report())
    client = seen_by(world.nam)
    assert 'name="number"' not in client.get(desk(report)).content.decode()
    assert client.post(desk(report), issued(report)).status_code == 403
    assert not IssuedDocument.objects.exists()


def test_the_clerk_numbers_and_sends_once(seen_by: SeenBy, world: World) -> None:
    report = to_signed(world, world.report())
    client, sent = seen_by(world.mai), issued(report, "12")
    assert client.post(desk(report), sent).status_code == 303
    assert world.report().state == ReportState.SENT
    assert "12-BC/CB" in client.get(desk(report)).content.decode()
    again = client.post(desk(report), sent)
    assert again.status_code == 409
    assert 'data-code="already_done"' in again.content.decode()
    assert IssuedDocument.objects.get().printed_number == "12-BC/CB"


def test_an_empty_number_takes_the_next_free_one(seen_by: SeenBy, world: World) -> None:
    report = to_signed(world, world.report())
    assert seen_by(world.mai).post(desk(report), issued(report, "")).status_code == 303
    assert IssuedDocument.objects.get().number == 1


def taken_number(world: World) -> None:
    """The unit's first number stands on an older paper."""
    IssuedDocument.objects.create(
        organization=world.cell,
        document_type="BC",
        term=Term.objects.get(organization=world.cell),
        number=1,
        printed_number="01-BC/CB",
        date=DAY.date(),
        subject="Báo cáo khác",
        signer="Nguyễn Thị Hung",
        authority="T/M CHI BỘ",
        position="BÍ THƯ",
        content="{}",
        sha256="0" * 64,
        issued_at=DAY,
    )


def test_a_taken_number_is_refused_with_the_next_one_and_the_input_kept(seen_by: SeenBy, world: World) -> None:
    report = to_signed(world, world.report())
    client = seen_by(world.mai)
    assert 'value="1"' in client.get(desk(report)).content.decode()
    taken_number(world)
    answered = client.post(desk(report), issued(report, "1"))
    assert answered.status_code == 409
    page = answered.content.decode()
    assert 'data-code="number_taken"' in page
    assert "02-BC/CB" in page
    assert 'maxlength="9" value="1"' in page
    assert 'value="2026-06-06"' in page
    assert world.report().state == ReportState.SIGNED
    assert client.post(desk(report), issued(report, "2")).status_code == 303


@pytest.mark.parametrize(
    ("number", "dated", "code"),
    [
        ("0", "2026-06-06", "wrong_number"),
        ("mười", "2026-06-06", "wrong_number"),
        ("3", "2026-06-07", "date_in_future"),
        ("3", "2026-06-01", "date_before_signature"),
        ("3", "", "day_missing"),
        ("3", "hôm nay", "day_unreadable"),
        ("3", "2020-06-01", "date_before_signature"),
    ],
)
def test_a_number_or_day_that_cannot_be_is_refused_as_it_was_typed(
    seen_by: SeenBy, world: World, number: str, dated: str, code: str
) -> None:
    report = to_signed(world, world.report())
    answered = seen_by(world.mai).post(desk(report), issued(report, number, dated))
    assert answered.status_code == 422
    page = answered.content.decode()
    assert f'data-code="{code}"' in page
    assert f'value="{number}"' in page
    assert f'value="{dated}"' in page
    assert not IssuedDocument.objects.exists()


def test_a_stale_version_is_not_numbered(seen_by: SeenBy, world: World) -> None:
    report = to_signed(world, world.report())
    answered = seen_by(world.mai).post(desk(report), issued(report) | {"revision": "1"})
    assert answered.status_code == 409
    assert not IssuedDocument.objects.exists()


def test_the_secretary_takes_back_what_was_signed_and_the_signature_is_void(seen_by: SeenBy, world: World) -> None:
    report = to_signed(world, world.report())
    client, address = seen_by(world.hung), f"/bao-cao/{report.pk}/tra-lai/"
    assert address in client.get(desk(report)).content.decode()
    assert 'value="return_signed"' in client.get(address).content.decode()
    reasons = {
        "revision": str(revision_of(report)),
        "verb": "return_signed",
        "place-0": "Thiếu chữ ký nháy.",
        "again": "no",
    }
    assert client.post(address, reasons).status_code == 303
    assert world.report().state == ReportState.REVISING
    assert Signature.objects.get().void_at is not None
    assert Remark.objects.get().text == "Thiếu chữ ký nháy."


def test_a_deputy_who_did_not_sign_and_the_clerk_do_not_take_it_back(seen_by: SeenBy, world: World) -> None:
    report = to_signed(world, world.report())
    address = f"/bao-cao/{report.pk}/tra-lai/"
    reasons = {"revision": str(revision_of(report)), "verb": "return_signed", "place-0": "Bổ sung."}
    for person in (world.binh, world.mai):
        client = seen_by(person)
        assert address not in client.get(desk(report)).content.decode()
        assert client.get(address).status_code == 403
        assert client.post(address, reasons).status_code == 403
    assert Signature.objects.get().void_at is None


def test_numbers_go_on_in_the_term(seen_by: SeenBy, world: World) -> None:
    sign_and_issue(world, to_signing(world, world.report("other")), DAY, number=4)
    taken_number(world)
    report = to_signed(world, world.report())
    assert "02-BC/CB" in seen_by(world.mai).get(desk(report)).content.decode()

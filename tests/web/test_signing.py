"""Ký: what the signer reads, the password in place, the capacity, the holds and the pile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from tests.builders import NOW, SINCE, World, resubmit, revision_of, to_revising, to_signed, to_signing
from tests.web.conftest import later
from workflow.actions import drafting
from workflow.actions.organizations import appoint_stand_in
from workflow.choices import FourEyes, ReportState, Role
from workflow.models import Entry, IssuedDocument, Organization, Person, Report, Revision, Seat, Signature

SeenBy = Callable[[Person], Client]
PASSWORD = "Sen hong no giua ho"  # noqa: S105 – of the tests' persons
SIGNING_DAY = datetime(2026, 6, 8, 2, 41, tzinfo=UTC)  # Monday 8/6/2026, 09:41 in Việt Nam


@pytest.fixture
def signing_day(world: World, frozen: time_machine.Traveller) -> None:
    later(frozen, SIGNING_DAY)


def with_password(person: Person) -> Person:
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def ky(report: Report) -> str:
    return f"/bao-cao/{report.pk}/ky/"


def signature(report: Report, **more: str) -> dict[str, str]:
    return {"revision": str(revision_of(report)), "password": PASSWORD} | more


@pytest.mark.usefixtures("signing_day")
def test_the_signer_reads_the_word_of_the_cell_the_figures_and_the_capacity(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    page = seen_by(world.hung).get(ky(report)).content.decode()
    assert "T/M CHI BỘ" in page
    assert "BÍ THƯ" in page
    assert "0/4" in page
    assert "Đảng viên được quán triệt" in page
    assert 'name="password"' in page
    assert world.mai.full_name in page


@pytest.mark.usefixtures("signing_day")
def test_who_does_not_sign_reads_without_a_form_and_is_refused(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    with_password(world.nam)
    client = seen_by(world.nam)
    assert 'name="password"' not in client.get(ky(report)).content.decode()
    assert client.post(ky(report), signature(report)).status_code == 403
    assert world.report().state == ReportState.SIGNING


@pytest.mark.usefixtures("signing_day")
def test_other_units_the_office_and_the_clerk_before_the_signature_see_nothing(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    assert seen_by(world.phuc).get(ky(report)).status_code == 404
    assert seen_by(world.phuc).post(ky(report), {}).status_code == 404
    assert seen_by(world.yen).get(ky(report)).status_code == 403
    assert seen_by(world.mai).get(ky(report)).status_code == 403


@pytest.mark.usefixtures("signing_day")
def test_signing_with_the_password_answers_with_hour_and_code(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    client = seen_by(with_password(world.hung))
    assert client.post(ky(report), signature(report)).status_code == 303
    signed = Signature.objects.get()
    code = "-".join(signed.sha256[:16].upper()[start : start + 4] for start in range(0, 16, 4))
    page = client.get(ky(report)).content.decode()
    assert "09:41" in page
    assert code in page
    assert world.report().state == ReportState.SIGNED


@pytest.mark.usefixtures("signing_day")
def test_a_wrong_or_missing_password_signs_nothing(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    client = seen_by(with_password(world.hung))
    for typed, code in (("sai", "password_wrong"), ("", "identity_not_confirmed")):
        answered = client.post(ky(report), signature(report, password=typed))
        assert answered.status_code == 422
        page = answered.content.decode()
        assert f'data-code="{code}"' in page
        assert 'name="password"' in page
    assert not Signature.objects.exists()


@pytest.mark.usefixtures("signing_day")
def test_wrong_passwords_are_throttled_as_at_the_sign_in(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    client = seen_by(with_password(world.hung))
    for _try in range(5):
        client.post(ky(report), signature(report, password="sai"))
    assert client.post(ky(report), signature(report)).status_code == 429
    assert not Signature.objects.exists()


@pytest.mark.usefixtures("signing_day")
def test_a_second_press_of_the_button_signs_nothing_twice(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    client = seen_by(with_password(world.hung))
    sent = signature(report)
    assert client.post(ky(report), sent).status_code == 303
    again = client.post(ky(report), sent)
    assert again.status_code == 409
    assert 'data-code="already_done"' in again.content.decode()
    assert Signature.objects.count() == 1


@pytest.mark.usefixtures("signing_day")
def test_a_version_that_is_no_longer_the_submitted_one_is_not_signed(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    seen = signature(report)
    drafting.recall(report_id=report.pk, actor=world.lan, reason="Còn sửa.", now=SIGNING_DAY)
    resubmit(world, report, SIGNING_DAY)
    answered = seen_by(with_password(world.hung)).post(ky(report), seen)
    assert answered.status_code == 409
    assert 'data-code="stale_revision"' in answered.content.decode()
    assert not Signature.objects.exists()


@pytest.mark.usefixtures("signing_day")
def test_a_deputy_standing_in_signs_as_deputy(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    with_password(world.binh)
    assert seen_by(world.binh).post(ky(report), signature(report)).status_code == 403
    appoint_stand_in(
        organization_id=world.cell.pk,
        person_id=world.binh.pk,
        since=SINCE,
        until=None,
        basis="Thông báo số 02-TB/CB",
        actor=world.hung,
        now=SIGNING_DAY,
    )
    client = seen_by(world.binh)
    assert "PHÓ BÍ THƯ" in client.get(ky(report)).content.decode()
    assert client.post(ky(report), signature(report)).status_code == 303
    signed = Signature.objects.get()
    assert (signed.authority, signed.position) == ("T/M CHI BỘ", "PHÓ BÍ THƯ")
    assert signed.stand_in_id is not None


@pytest.mark.usefixtures("signing_day")
def test_a_signer_with_a_new_password_waits_for_a_second_person(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    hung = with_password(world.hung)
    Person.objects.filter(pk=hung.pk).update(signing_hold_since=NOW)
    client = seen_by(hung)
    assert 'name="password"' not in client.get(ky(report)).content.decode()
    answered = client.post(ky(report), signature(report))
    assert answered.status_code == 422
    assert 'data-code="signing_on_hold"' in answered.content.decode()
    assert not Signature.objects.exists()


def submitted_by_the_secretary(world: World) -> Report:
    """The secretary holds a drafter seat too and hands in what the drafter wrote."""
    Seat.objects.create(organization=world.cell, role=Role.DRAFTER, person=world.hung, since=SINCE)
    report = to_signing(world, world.report())
    drafting.recall(report_id=report.pk, actor=world.lan, reason="Còn sửa.", now=SIGNING_DAY)
    drafting.submit_for_signing(report_id=report.pk, actor=world.hung, now=SIGNING_DAY)
    return report


@pytest.mark.usefixtures("signing_day")
def test_who_submitted_it_too_has_to_say_so_and_keeps_what_was_ticked(seen_by: SeenBy, world: World) -> None:
    report = submitted_by_the_secretary(world)
    client = seen_by(with_password(world.hung))
    assert 'name="self_signed"' in client.get(ky(report)).content.decode()
    unticked = client.post(ky(report), signature(report))
    assert unticked.status_code == 422
    assert 'data-code="self_signing_not_confirmed"' in unticked.content.decode()
    assert client.post(ky(report), signature(report, self_signed="yes")).status_code == 303
    assert Signature.objects.get().self_signed


@pytest.mark.usefixtures("signing_day")
def test_a_unit_that_asks_for_two_persons_says_so_instead_of_a_form(seen_by: SeenBy, world: World) -> None:
    report = submitted_by_the_secretary(world)
    Organization.objects.filter(pk=world.cell.pk).update(four_eyes=FourEyes.REFUSE)
    client = seen_by(with_password(world.hung))
    assert 'name="password"' not in client.get(ky(report)).content.decode()
    answered = client.post(ky(report), signature(report, self_signed="yes"))
    assert answered.status_code == 422
    assert 'data-code="self_signed"' in answered.content.decode()


@pytest.mark.usefixtures("signing_day")
def test_a_party_organisation_chooses_in_whose_name_it_signs(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report("party"))
    client = seen_by(with_password(world.son))
    page = client.get(ky(report)).content.decode()
    assert "T/M ĐẢNG ỦY" in page
    assert "T/M BAN THƯỜNG VỤ" in page
    assert client.post(ky(report), signature(report, body="NOBODY")).status_code == 422
    assert client.post(ky(report), signature(report, body="CELL")).status_code == 422
    assert client.post(ky(report), signature(report, body="STANDING_COMMITTEE")).status_code == 303
    assert Signature.objects.get().authority == "T/M BAN THƯỜNG VỤ"


@pytest.mark.usefixtures("signing_day")
def test_without_a_clerk_one_button_signs_and_sends(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report("other"))
    client = seen_by(with_password(world.phuc))
    page = client.get(ky(report)).content.decode()
    assert 'name="issue"' in page
    assert "01-BC/CB" in page
    assert client.post(ky(report), signature(report, issue="yes", number="muoi")).status_code == 422
    sent = client.post(ky(report), signature(report, issue="yes", number="7"))
    assert sent.status_code == 303
    assert IssuedDocument.objects.get().printed_number == "07-BC/CB"
    assert world.report("other").state == ReportState.SENT
    assert "07-BC/CB" in client.get(ky(report)).content.decode()


def changed_after_the_round(world: World) -> Report:
    """Adopted with one point, then one section is rewritten and the point is answered."""
    report = to_revising(world, world.report())
    entry = Entry.objects.get(report=report, section=world.section("I.1"))
    drafting.save_entry(
        report_id=report.pk,
        actor=world.lan,
        section_id=entry.section_id,
        version=entry.version,
        text="Chi bộ đã quán triệt rất đầy đủ và <kịp thời>.",
        now=SIGNING_DAY - timedelta(days=1),
    )
    return resubmit(world, report, SIGNING_DAY - timedelta(days=1))


@pytest.mark.usefixtures("signing_day")
def test_changes_since_the_signers_last_look_are_marked_word_by_word(seen_by: SeenBy, world: World) -> None:
    report = changed_after_the_round(world)
    assert Revision.objects.filter(report=report).count() == 2
    page = seen_by(world.hung).get(ky(report)).content.decode()
    assert page.count("<ins>") == page.count("</ins>") == 2
    assert "rất</ins>" in page
    assert "&lt;kịp thời&gt;.</ins>" in page
    assert "Bổ sung số liệu quý IV." in page


@pytest.mark.usefixtures("signing_day")
def test_what_the_cell_read_unchanged_is_said_to_be_unchanged(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    page = seen_by(world.hung).get(ky(report)).content.decode()
    assert "<ins>" not in page
    assert "<del>" not in page


@pytest.mark.usefixtures("signing_day")
def test_the_pile_brings_the_nearest_deadline_first_and_then_the_next(seen_by: SeenBy, world: World) -> None:
    Seat.objects.create(organization=world.other, role=Role.DEPUTY, person=world.hung, since=SINCE)
    appoint_stand_in(
        organization_id=world.other.pk,
        person_id=world.hung.pk,
        since=SINCE,
        until=None,
        basis="Thông báo số 03-TB/CB",
        actor=world.phuc,
        now=SIGNING_DAY,
    )
    Seat.objects.filter(organization=world.other, role=Role.DEPUTY, person=world.hung).update(confirmed_at=NOW)
    near, far = to_signing(world, world.report()), to_signing(world, world.report("other"))
    Report.objects.filter(pk=near.pk).update(due=near.due - timedelta(days=3))
    client = seen_by(with_password(world.hung))
    first = client.get("/ky-lan-luot/").content.decode()
    assert f'action="{ky(near)}"' in first
    assert "1/2" in first
    aside = client.get(f"/ky-lan-luot/?sau={near.pk}").content.decode()
    assert f'action="{ky(far)}"' in aside
    assert "2/2" in aside
    signed = client.post(ky(near), signature(near, pile="1"))
    assert signed.headers["Location"] == "/ky-lan-luot/"
    second = client.get("/ky-lan-luot/").content.decode()
    assert f'action="{ky(far)}"' in second
    assert 'name="password"' not in second
    returned = client.post(
        f"/bao-cao/{far.pk}/tra-lai/", {"revision": str(revision_of(far)), "pile": "1", "place-0": "Bổ sung."}
    )
    assert returned.headers["Location"] == "/ky-lan-luot/"
    assert 'class="empty"' in client.get("/ky-lan-luot/").content.decode()


@pytest.mark.usefixtures("signing_day")
def test_the_password_holds_five_minutes_and_for_signing_only(
    seen_by: SeenBy, world: World, frozen: time_machine.Traveller
) -> None:
    report = to_signing(world, world.report())
    client = seen_by(with_password(world.hung))
    wrong_version = signature(report) | {"revision": "0"}
    assert client.post(ky(report), wrong_version).status_code == 409
    assert 'name="password"' not in client.get(ky(report)).content.decode()
    later(frozen, SIGNING_DAY + timedelta(minutes=6))
    assert 'name="password"' in client.get(ky(report)).content.decode()
    assert client.post(ky(report), signature(report, password="")).status_code == 422
    assert not Signature.objects.exists()


@pytest.mark.usefixtures("signing_day")
def test_another_persons_confirmation_is_not_taken(seen_by: SeenBy, world: World) -> None:
    report = to_signing(world, world.report())
    client = seen_by(with_password(world.hung))
    session = client.session
    session["confirmed"] = {"person": world.binh.pk, "at": SIGNING_DAY.isoformat()}
    session.save()
    assert client.post(ky(report), signature(report, password="")).status_code == 422


@pytest.mark.usefixtures("signing_day")
def test_the_clerk_reads_what_was_signed(seen_by: SeenBy, world: World) -> None:
    report = to_signed(world, world.report())
    page = seen_by(world.mai).get(ky(report)).content.decode()
    assert f"/bao-cao/{report.pk}/van-thu/" in page

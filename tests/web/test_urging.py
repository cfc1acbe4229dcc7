"""Urging letters at the screen: drafted, edited, signed, numbered, discarded; and what did not arrive."""

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from tests import letters
from tests.builders import NOW, World
from tests.delivery.outbox import give_up_all
from tests.letters import HOUR, LATE
from tests.web.conftest import later
from workflow.actions import intake
from workflow.choices import DeliveryState, Verb
from workflow.models import Delivery, Event, Person, UrgingLetter

SeenBy = Callable[[Person], Client]
PASSWORD = "Sương sớm trên đồi chè 7"  # noqa: S105 – of the test's own persons


@pytest.fixture
def late(frozen: time_machine.Traveller) -> time_machine.Traveller:
    """Three working days after the deadline."""
    later(frozen, LATE)
    return frozen


def desk(world: World, word: str = "") -> str:
    return f"/dot/{world.campaign.pk}/don-doc/{word}"


def the_letter() -> UrgingLetter:
    return UrgingLetter.objects.latest("pk")


@pytest.mark.parametrize(
    ("who", "status"),
    [("yen", 200), ("khanh", 200), ("tam", 200), ("giang", 200), ("hung", 403), ("stranger", 404)],
)
def test_the_office_and_who_signs_and_numbers_read_the_letters(
    seen_by: SeenBy, world: World, who: str, status: int
) -> None:
    assert seen_by(world.people[who]).get(desk(world)).status_code == status


def test_an_officer_drafts_the_letter_to_the_late_units(
    seen_by: SeenBy, world: World, late: time_machine.Traveller
) -> None:
    client = seen_by(world.yen)
    assert 'value="2026-08-07"' in client.get(desk(world)).content.decode()
    answer = client.post(desk(world, "du-thao/"), {"day": "2026-08-10"})
    assert (answer.status_code, answer.headers["Location"]) == (303, desk(world, f"{the_letter().pk}/"))
    page = client.get(desk(world, f"{the_letter().pk}/")).content.decode()
    assert world.other.name in page.split('id="annex"')[1]
    assert "10/8/2026" in the_letter().body
    assert client.post(desk(world, "du-thao/"), {"day": "2026-08-10"}).status_code == 409
    assert UrgingLetter.objects.count() == 1


def test_while_nobody_is_late_no_letter_is_drafted_and_the_day_is_kept(seen_by: SeenBy, world: World) -> None:
    answer = seen_by(world.yen).post(desk(world, "du-thao/"), {"day": "2026-06-09"})
    assert answer.status_code == 422
    assert 'value="2026-06-09"' in answer.content.decode()
    assert not UrgingLetter.objects.exists()


def test_who_only_reads_letters_cannot_draft_one(seen_by: SeenBy, world: World, late: time_machine.Traveller) -> None:
    assert seen_by(world.giang).post(desk(world, "du-thao/"), {"day": "2026-08-10"}).status_code == 403
    assert "du-thao/" not in seen_by(world.giang).get(desk(world)).content.decode()


def test_a_draft_is_edited_and_a_refusal_keeps_every_word(
    seen_by: SeenBy, world: World, late: time_machine.Traveller
) -> None:
    letter = letters.draft(world)
    client = seen_by(world.yen)
    form = {"version": letter.version, "subject": "đôn đốc lần 2", "body": "Nội dung mới.", "day": "2026-08-11"}
    refused = client.post(desk(world, f"{letter.pk}/sua/"), form | {"subject": " "})
    assert refused.status_code == 422
    assert "Nội dung mới." in refused.content.decode()
    assert client.post(desk(world, f"{letter.pk}/sua/"), form).status_code == 303
    assert (the_letter().subject, the_letter().body) == ("đôn đốc lần 2", "Nội dung mới.")
    stale = client.post(desk(world, f"{letter.pk}/sua/"), form | {"body": "Viết đè."})
    assert stale.status_code == 409
    assert "Viết đè." in stale.content.decode()
    assert the_letter().body == "Nội dung mới."


def test_the_annex_is_read_again_with_the_figures_of_now(
    seen_by: SeenBy, world: World, late: time_machine.Traveller
) -> None:
    letter = letters.draft(world)
    intake.exempt(report_id=world.report().pk, actor=world.dung, reason="Sáp nhập.", now=LATE)
    client = seen_by(world.yen)
    assert "không còn quá hạn" in client.get(desk(world, f"{letter.pk}/")).content.decode()
    form = {"version": letter.version, "subject": letter.subject, "body": "bỏ", "day": "2026-08-11", "refresh": "1"}
    assert client.post(desk(world, f"{letter.pk}/sua/"), form).status_code == 303
    assert [one["report"] for one in the_letter().annex] == [world.report("other").pk, world.report("party").pk]


def test_a_secretary_signs_with_the_password_and_a_clerk_numbers(
    seen_by: SeenBy, world: World, late: time_machine.Traveller
) -> None:
    letter = letters.draft(world)
    for person in (world.khanh, world.yen):
        person.set_password(PASSWORD)
        person.save()
    secretary, clerk = seen_by(world.khanh), seen_by(world.giang)
    address = desk(world, f"{letter.pk}/")
    assert seen_by(world.yen).post(f"{address}ky/", {"version": 1, "password": PASSWORD}).status_code == 403
    assert secretary.post(f"{address}ky/", {"version": letter.version, "password": "sai"}).status_code == 422
    assert the_letter().signed_at is None
    later(late, LATE + HOUR)
    signed = secretary.post(f"{address}ky/", {"version": letter.version, "password": PASSWORD})
    assert (signed.status_code, the_letter().signed_by) == (303, world.khanh)
    for wrong in ("12a", "0", "²", "٣", "1 2", str(2**63)):
        refused = clerk.post(f"{address}cap-so/", {"number": wrong, "dated": "2026-08-05"})
        assert refused.status_code == 422, wrong
        assert f'value="{wrong}"' in refused.content.decode()
    assert clerk.post(f"{address}cap-so/", {"number": "712", "dated": "2026-08-05"}).status_code == 303
    document = the_letter().document
    assert document is not None
    assert document.number == 712
    assert document.printed_number in clerk.get(desk(world)).content.decode()
    assert clerk.post(f"{address}cap-so/", {"number": "713"}).status_code == 409
    assert Event.objects.filter(verb=Verb.ISSUE_URGING).count() == 1


def test_a_draft_is_discarded_by_the_officer_only(seen_by: SeenBy, world: World, late: time_machine.Traveller) -> None:
    letter = letters.draft(world)
    form = {"version": letter.version}
    assert seen_by(world.giang).post(desk(world, f"{letter.pk}/huy/"), form).status_code == 403
    assert seen_by(world.yen).post(desk(world, f"{letter.pk}/huy/"), form).status_code == 303
    assert the_letter().discarded_at == LATE
    assert seen_by(world.yen).post(desk(world, f"{letter.pk}/huy/"), form).status_code == 409


@pytest.mark.parametrize("version", ["", "0", "²", "٣", " 1", str(2**63), "x"])
def test_what_is_no_version_is_a_letter_that_nobody_saw(
    seen_by: SeenBy, world: World, late: time_machine.Traveller, version: str
) -> None:
    letter = letters.draft(world)
    form = {"version": version, "subject": "khác", "body": "Khác.", "day": "2026-08-11"}
    assert seen_by(world.yen).post(desk(world, f"{letter.pk}/sua/"), form).status_code == 409
    assert the_letter().subject == letter.subject


def test_a_letter_of_another_request_is_not_found(seen_by: SeenBy, world: World, late: time_machine.Traveller) -> None:
    letters.draft(world)
    assert seen_by(world.yen).get(desk(world, "999999/")).status_code == 404


def test_notices_that_did_not_arrive_are_listed_and_sent_again(seen_by: SeenBy, world: World) -> None:
    intake.remind(report_id=world.report().pk, actor=world.dung, now=NOW)
    assert give_up_all()
    client = seen_by(world.yen)
    assert "550" in client.get(desk(world)).content.decode()
    assert seen_by(world.khanh).post(desk(world, "gui-lai/")).status_code == 403
    assert client.post(desk(world, "gui-lai/")).status_code == 303
    assert not Delivery.objects.filter(state=DeliveryState.FAILED).exists()
    assert client.post(desk(world, "gui-lai/")).status_code == 409
    assert "550" not in seen_by(world.giang).get(desk(world)).content.decode()

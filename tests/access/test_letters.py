"""Who reads the urging letters of a request, what a unit reads of one, and who may copy a reminder."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest

from tests.access.crowd import AT, EVERYBODY, Crowd, build_crowd
from tests.access.test_campaign_verbs import ASKED, SEND_BEFORE
from tests.access.test_report_verbs import OFFICE, OFFICER, OWN
from tests.builders import NOW
from tests.letters import discard, draft, issue, sign
from workflow import errors
from workflow.actions import campaigns, intake
from workflow.models import Person, UrgingLetter
from workflow.queries import urging

pytestmark = pytest.mark.django_db

LETTERED = OFFICE | {"issuer secretary", "issuer deputy", "issuer clerk"}


@pytest.fixture
def crowd(db: None) -> Crowd:
    """All units overdue, and a letter to them signed."""
    crowd = build_crowd()
    world = crowd.world
    campaigns.amend(campaign_id=world.campaign.pk, actor=world.khanh, due=NOW + timedelta(days=3), now=NOW)
    sign(world, draft(world, AT, send_before=SEND_BEFORE), AT)
    return crowd


def answers(crowd: Crowd, read: Callable[[Person], object]) -> dict[str, str]:
    return {name: answer(lambda name=name: read(crowd.people[name])) for name in EVERYBODY}  # type: ignore[misc]


def answer(read: Callable[[], object]) -> str:
    try:
        return "read" if read() else "nothing"
    except errors.NotYourDesk:
        return "403"
    except errors.NotVisible:
        return "404"


def expected(may: Iterable[str], see: Iterable[str]) -> dict[str, str]:
    return {name: "read" if name in may else "403" if name in see else "404" for name in EVERYBODY}


def test_the_letters_of_a_request_are_read_by_the_office_and_by_who_signs_and_numbers_them(crowd: Crowd) -> None:
    found = answers(crowd, lambda person: urging.letters_of(crowd.world.campaign.pk, person, AT))

    assert found == expected(LETTERED, ASKED)


def test_a_unit_reads_an_issued_letter_and_an_unissued_one_does_not_exist_for_it(crowd: Crowd) -> None:
    def read(person: Person) -> object:
        return urging.letters_to(crowd.report.pk, person, AT)

    seen = OWN | OFFICE
    assert answers(crowd, read) == {name: "nothing" if name in seen else "404" for name in EVERYBODY}

    issue(crowd.world, UrgingLetter.objects.get(), AT)

    assert answers(crowd, read) == expected(seen, ())


def test_a_unit_reads_of_the_annex_its_own_line_only(crowd: Crowd) -> None:
    issue(crowd.world, UrgingLetter.objects.get(), AT)
    (told,) = urging.letters_to(crowd.report.pk, crowd.people["own drafter"], AT)

    assert (told.line["unit"], told.line["report"]) == (crowd.world.party.name, crowd.report.pk)
    assert told.document.printed_number == "01-CV/ĐUK"
    assert told.send_before == SEND_BEFORE
    assert "Đề nghị các đồng chí bí thư cấp ủy" in told.body
    everything = f"{told.subject} {told.body} {told.line}"
    assert not any(other.name in everything for other in (crowd.world.cell, crowd.world.other))
    assert "content" in told.document.get_deferred_fields()


def test_a_unit_that_a_letter_does_not_name_is_not_told_of_it(crowd: Crowd) -> None:
    world = crowd.world
    intake.exempt(report_id=crowd.report.pk, actor=world.dung, reason="Sáp nhập.", now=AT)
    issue(world, sign(world, drafted_again(crowd), AT), AT)

    assert urging.letters_to(crowd.report.pk, crowd.people["own drafter"], AT) == []
    assert urging.letters_to(world.report("cell").pk, world.lan, AT)


def drafted_again(crowd: Crowd) -> UrgingLetter:
    """A new draft instead of the signed one."""
    discard(crowd.world, UrgingLetter.objects.get(), AT)
    return draft(crowd.world, AT, send_before=SEND_BEFORE)


def test_the_office_sees_which_units_of_an_open_letter_are_not_overdue_any_more(crowd: Crowd) -> None:
    world = crowd.world
    (before,) = urging.letters_of(world.campaign.pk, world.dung, AT)
    intake.exempt(report_id=crowd.report.pk, actor=world.dung, reason="Sáp nhập.", now=AT)

    (after,) = urging.letters_of(world.campaign.pk, world.dung, AT)

    assert before.no_longer_late == []
    assert [line["report"] for line in after.no_longer_late] == [crowd.report.pk]


def test_a_house_campaign_has_no_letters(crowd: Crowd) -> None:
    house = crowd.world.own_report.campaign.pk

    assert set(answers(crowd, lambda person: urging.letters_of(house, person, AT)).values()) == {"404"}


def test_the_reminder_for_a_telephone_is_the_officers(crowd: Crowd) -> None:
    found = answers(crowd, lambda person: urging.reminder_text(crowd.report.pk, person, AT, address="https://x"))

    assert found == expected(OFFICER, OWN | OFFICE)

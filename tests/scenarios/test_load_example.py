"""A folder of readable YAML is loaded whole, and once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import kept
from tests.scenarios.small_example import EXAMPLES, IN_MAY_2022, change, load
from workflow.actions.campaigns import open_campaign
from workflow.choices import AudienceRule, CampaignState, Role
from workflow.management.loading import officer_of
from workflow.models import (
    Attachment,
    Campaign,
    Event,
    Indicator,
    Organization,
    Person,
    Rung,
    Seat,
    Section,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@kept
def real_letter() -> str:
    """Loads it, and tells what the command said."""
    return load(EXAMPLES / "630-CV-DUK")


def test_the_real_letter_is_loaded_and_a_second_time_nothing_changes():
    first = real_letter()
    events = Event.objects.count()

    again = load(EXAMPLES / "630-CV-DUK")

    assert "810-CV/TU" in first
    assert Event.objects.count() == events
    assert Organization.objects.get(code="duk").children.count() == 98
    assert Campaign.objects.get().state == CampaignState.DRAFT
    assert again.splitlines()[2:] == first.splitlines()[3:], "what waits is said again"


def test_a_request_that_answers_waits_until_its_upper_request_is_open():
    real_letter()
    upper = Campaign.objects.get(number="810-CV/TU")
    open_campaign(campaign_id=upper.pk, actor=officer_of("tinh-uy", IN_MAY_2022), now=IN_MAY_2022)

    assert "630-CV/ĐUK" in load(EXAMPLES / "630-CV-DUK")

    request = Campaign.objects.get(number="630-CV/ĐUK")
    assert request.answers is not None
    assert request.answers.organization.code == "duk"
    assert request.due == datetime(2022, 8, 1, 17, 0, tzinfo=UTC), "31/7 is a Sunday: until 24:00 of 01/8"
    assert request.signer.splitlines()[-1] == "Cao Xuân Chiểu"
    assert Rung.objects.filter(campaign=request).count() == 8
    assert [one.size > 0 for one in Attachment.objects.filter(campaign=request)] == [True, True, True]
    named = Section.objects.get(outline=request.outline, key="II.1.5")
    assert named.audience == AudienceRule.LIST
    assert set(named.audience_units.values_list("code", flat=True)) == {"so-tttt", "so-vhttdl", "buu-dien"}
    assert named.feeds is not None
    assert named.feeds.key == "II.3"
    assert Indicator.objects.get(outline=request.outline, code="A56", denominator__code="A6")


def test_the_request_of_ones_own_uses_the_organisations_of_the_other_folder():
    load(EXAMPLES / "own-request")

    assert Campaign.objects.get(number="95-CV/ĐUK").issuer.code == "duk"


def test_administrators_may_enter_the_register_and_nobody_has_a_password():
    real_letter()

    assert Seat.objects.filter(role=Role.ADMINISTRATOR, person__is_staff=True).exists()
    assert not any(person.has_usable_password() for person in Person.objects.all()[:50])


def test_a_failure_in_the_middle_leaves_neither_rows_nor_files(monkeypatch, settings):
    def fail(*_args, **_kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(OSError, match="full"):
        load(EXAMPLES / "own-request")

    assert not Organization.objects.exists()
    assert not Event.objects.exists()
    assert not [file for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file()]


def test_the_small_folder_is_sound(folder):
    assert "1-CV/TU" in load(folder)


def test_a_ladder_may_watch_a_desk_and_have_the_clock_draft_the_letter(folder):
    change(
        folder,
        "ladders.yaml",
        '      - {offset: 0, at: "08:00", audience: [drafter]}\n',
        '      - {offset: 2, at: "09:30", audience: [secretary], desk: SIGNING}\n'
        '      - {offset: 2, at: "10:00", audience: [officer, leader], letter: true}\n',
    )
    load(folder)

    ladder = Rung.objects.filter(campaign__number="1-CV/TU").order_by("desk", "offset")
    assert [
        (rung.desk, rung.offset, rung.hour.isoformat("minutes"), rung.audience, rung.letter) for rung in ladder
    ] == [
        ("", -3, "08:00", ["drafter"], False),
        ("", 2, "10:00", ["officer", "leader"], True),
        ("SIGNING", 2, "09:30", ["secretary"], False),
    ]

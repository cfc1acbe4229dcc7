"""Two drafters in one report: nobody's text is lost without a word."""

from datetime import datetime
from typing import Any

import pytest

from tests.builders import World
from tests.concurrency.interleaving import interleaved
from tests.concurrency.scene import Scene
from workflow import errors
from workflow.actions import drafting, opening
from workflow.choices import ReportState, Verb
from workflow.models import Entry, Event, Person, Report, Section
from workflow.queries.integrity import check_integrity

BEFORE_THE_ENTRY = '^(INSERT INTO|UPDATE) "workflow_entry"'


@pytest.fixture
def scene(shared_world: World) -> Scene:
    return Scene.at(shared_world, ReportState.DRAFT)


def texts(scene: Scene) -> dict[str, str]:
    return dict(Entry.objects.filter(report=scene.report_id).values_list("section__key", "text"))


@pytest.mark.parametrize("version", [0, 1])
def test_of_two_drafters_in_one_section_the_first_is_saved_and_the_second_is_told(scene: Scene, version: int) -> None:
    if version:
        scene.save("Bản đầu.")

    outcome = interleaved(
        lambda: scene.save("Của Lan.", version=version),
        lambda: scene.save("Của Bình.", version=version, who="binh"),
        before=BEFORE_THE_ENTRY,
    )

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.StaleRevision)
    assert texts(scene) == {"I.1": "Của Lan."}
    assert Entry.objects.get().version == version + 1
    assert check_integrity() == []


def test_two_drafters_in_two_sections_are_both_saved(scene: Scene) -> None:
    outcome = interleaved(
        lambda: scene.save("Của Lan.", key="I.1"),
        lambda: scene.save("Của Bình.", key="I", who="binh"),
        before=BEFORE_THE_ENTRY,
    )

    assert outcome.winners == [0, 1]
    assert texts(scene) == {"I.1": "Của Lan.", "I": "Của Bình."}
    edited = Event.objects.filter(verb=Verb.EDITED)
    assert {event.actor_id for event in edited} == {scene.world.lan.pk, scene.world.binh.pk}
    assert check_integrity() == []


def test_one_person_saving_in_two_tabs_leaves_one_edited_event(scene: Scene) -> None:
    interleaved(lambda: scene.save("Một.", key="I.1"), lambda: scene.save("Hai.", key="I"), before=BEFORE_THE_ENTRY)

    assert Event.objects.filter(verb=Verb.EDITED).count() == 1


def test_an_autosave_against_a_handover_is_in_the_revision_or_refused(shared_world: World) -> None:
    scene = Scene.at(shared_world, ReportState.REVISING)
    shared_world.campaign.refresh_from_db()
    version = Entry.objects.get(report=scene.report_id, section__key="I.1").version

    outcome = interleaved(lambda: scene.save("Câu cuối cùng.", version=version), scene.exempt, before=BEFORE_THE_ENTRY)

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert texts(scene)["I.1"] == "Câu cuối cùng."
    with pytest.raises(errors.AlreadyDone):
        scene.save("Muộn.", version=version + 1)


def test_the_version_alone_already_refuses_the_second_save(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.save("Bản đầu.")
    monkeypatch.setattr(opening, "LOCK_REPORT", "")

    outcome = interleaved(
        lambda: scene.save("Của Lan.", version=1),
        lambda: scene.save("Của Bình.", version=1, who="binh"),
        before=BEFORE_THE_ENTRY,
    )

    assert not outcome.waited
    assert outcome.winners == [1]
    assert isinstance(outcome.errors[0], errors.StaleRevision)
    assert texts(scene) == {"I.1": "Của Bình."}


def test_without_lock_and_version_the_first_text_is_lost_without_a_word(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_then_write(
        report: Report, section: Section, version: int, text: str, rows: list[Any], actor: Person, now: datetime
    ) -> Entry:
        entry = Entry.objects.get(report=report, section=section)
        if entry.version != version:
            raise errors.StaleRevision
        entry.version, entry.text, entry.rows, entry.edited_by, entry.edited_at = version + 1, text, rows, actor, now
        entry.save()
        return entry

    scene.save("Bản đầu.")
    monkeypatch.setattr(opening, "LOCK_REPORT", "")
    monkeypatch.setattr(drafting, "write_entry", look_then_write)

    outcome = interleaved(
        lambda: scene.save("Của Lan.", version=1),
        lambda: scene.save("Của Bình.", version=1, who="binh"),
        before=BEFORE_THE_ENTRY,
    )

    assert outcome.winners == [0, 1]
    assert texts(scene) == {"I.1": "Của Lan."}

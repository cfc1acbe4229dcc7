"""Page images are kept while somebody looks at them, and go by themselves."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from tests.builders import NOW
from workflow import tasks
from workflow.documents import previews
from workflow.documents.blocks import Figures

LATER = NOW + timedelta(days=8)


@pytest.fixture
def place(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield tmp_path


def looked_at(key: str, at: datetime) -> list[Path]:
    """The paper of this key is looked at, and noted to have been at that moment."""
    pages = list(previews.page_images(key, lambda: [Figures("I", ())]))
    os.utime(pages[0].parent, (at.timestamp(), at.timestamp()))
    return pages


def test_images_nobody_looked_at_for_seven_days_go_and_the_others_stay(place: Path) -> None:
    old, fresh = looked_at("aa01", NOW), looked_at("aa02", LATER - timedelta(days=7))
    assert len(old) == len(fresh) == 1
    assert previews.clear_unused(LATER) == 1
    assert not old[0].parent.exists()
    assert all(page.is_file() for page in fresh)
    assert previews.clear_unused(LATER) == 0


def test_looking_at_a_paper_keeps_its_images(place: Path) -> None:
    pages = looked_at("aa01", datetime(2020, 1, 1).astimezone())
    previews.page_images("aa01", list)
    assert previews.clear_unused(datetime.now().astimezone()) == 0
    assert pages[0].is_file()


def test_what_was_cleared_is_set_again(place: Path) -> None:
    pages = looked_at("aa01", NOW)
    previews.clear_unused(LATER)
    assert list(previews.page_images("aa01", lambda: [Figures("I", ())])) == pages


def test_what_a_killed_process_left_goes_as_well(place: Path) -> None:
    looked_at("aa01", LATER)
    left = place / "previews" / "aa" / ".x.part"
    left.mkdir()
    os.utime(left, (NOW.timestamp(), NOW.timestamp()))
    assert previews.clear_unused(LATER) == 1
    assert not left.exists()


def test_without_previews_there_is_nothing_to_clear(place: Path) -> None:
    assert previews.clear_unused(LATER) == 0


def test_the_nightly_task_clears(place: Path) -> None:
    pages = looked_at("aa01", NOW)
    with time_machine.travel(LATER, tick=False):
        tasks.clear_previews()
    assert not pages[0].exists()

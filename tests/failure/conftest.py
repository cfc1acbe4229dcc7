"""Tests in which something breaks; files go to a folder of the test's own."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Settings, tmp_path: Path) -> None:
    settings.SEAL_DIRECTORY = tmp_path / "seals"
    settings.MEDIA_ROOT = tmp_path / "files"

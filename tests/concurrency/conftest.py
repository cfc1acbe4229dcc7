"""Tests that commit."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _seals_of_this_test(settings: Settings, tmp_path: Path) -> None:
    """What is committed here must not meet a seal kept by somebody else."""
    settings.SEAL_DIRECTORY = tmp_path

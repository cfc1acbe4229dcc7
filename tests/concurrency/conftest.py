"""Tests that commit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.concurrency.emptying import emptied_by_delete


@pytest.fixture(autouse=True, scope="package")
def _emptied_by_delete() -> Iterator[None]:
    with emptied_by_delete():
        yield


@pytest.fixture(autouse=True)
def _seals_of_this_test(settings: Settings, tmp_path: Path) -> None:
    """What is committed here must not meet a seal kept by somebody else."""
    settings.SEAL_DIRECTORY = tmp_path

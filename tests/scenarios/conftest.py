"""A small folder of readable YAML."""

from pathlib import Path

import pytest

from tests.scenarios.small_example import SMALL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "small"
    place.mkdir()
    for name, text in SMALL.items():
        (place / name).write_text(text.replace(" &none", ""), encoding="utf-8")
    return place

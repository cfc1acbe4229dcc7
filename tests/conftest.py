"""The tests' world: a cast in three organisations, set up through actions, on the real PostgreSQL."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, settings

from tests.builders import World, kept_world
from tests.emptying import emptied_quickly

# How busy the machine is says nothing about a rule.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# Few tests, but minutes of them: at the end one worker would be alone with them. The first of demo/ plays for all.
LONGEST_FIRST = [
    "tests/scenarios/test_walkthrough.py",
    "tests/e2e/test_every_page.py",
    "tests/chaos/test_kills.py",
    "tests/e2e/demo/test_administrator.py",
    "tests/access/test_urls.py",
    "tests/scenarios/test_state_machine.py",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {file: number for number, file in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))


@pytest.fixture(autouse=True, scope="session")
def _emptied_quickly() -> Iterator[None]:
    with emptied_quickly():
        yield


@pytest.fixture(autouse=True, scope="session")
def _files_of_these_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a demonstration keeps in this clone is of other events; its static files take each client 80 ms to list."""
    var = tmp_path_factory.mktemp("var")
    (var / "static").mkdir()
    with override_settings(SEAL_DIRECTORY=var / "seals", MEDIA_ROOT=var / "files", STATIC_ROOT=var / "static"):
        yield


@pytest.fixture
def world(db: None) -> World:
    """The cast and an open request with a review by opinions."""
    return kept_world()


@pytest.fixture
def shared_world(transactional_db: None) -> World:
    """The same, committed: for tests with several connections."""
    return kept_world()

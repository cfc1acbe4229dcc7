"""A request whose ladder runs."""

import pytest

from tests.builders import World
from tests.rungs import local
from workflow.actions import clock


@pytest.fixture
def running(world: World) -> World:
    """The clock has run until the eve of T-3."""
    clock.sweep(now=local(27, 18))
    return world

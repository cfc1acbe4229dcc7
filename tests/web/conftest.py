"""Persons at the browser: the world of the tests, seen through HTTP."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from tests.builders import NOW, World
from workflow.models import Person


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """The moment of the world, standing still."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def seen_by(world: World, frozen: time_machine.Traveller) -> Callable[[Person], Client]:
    """A person's browser, signed in."""

    def signed_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in


def later(traveller: time_machine.Traveller, moment: datetime) -> None:
    """Let the clock on the wall show this moment."""
    traveller.move_to(moment, tick=False)

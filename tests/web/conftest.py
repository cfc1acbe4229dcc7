"""Persons at the browser: the world of the tests, seen through HTTP."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from tests.builders import NOW, World, prepared_campaign
from workflow.actions import preparing
from workflow.models import Campaign, Entry, Person

PASSWORD = "Chiếc-lá-cuối-thu"


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


@pytest.fixture
def office(seen_by: Callable[[Person], Client], world: World, frozen: time_machine.Traveller) -> Client:
    """The officer's browser, ten days on."""
    later(frozen, NOW + timedelta(days=10))
    return seen_by(world.dung)


@pytest.fixture
def draft(world: World) -> Campaign:
    """A request that has a subject and nothing else."""
    return preparing.prepare_campaign(issuer_id=world.duk.pk, actor=world.yen, subject="V/v tổng kết năm", now=NOW)


@pytest.fixture
def ready(world: World) -> Campaign:
    """A request that can be opened."""
    return prepared_campaign(world.duk, world.dung, number="640-CV/ĐUK")


def read(client: Client, address: str) -> str:
    """The page at an address, which is there."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def lan(world: World, frozen: time_machine.Traveller) -> Person:
    person: Person = world.lan
    person.set_password(PASSWORD)
    person.save()
    return person


def section_at(world: World, key: str, unit: str = "cell") -> str:
    """The address at which a section of a report is written."""
    return f"/bao-cao/{world.report(unit).pk}/soan/{world.section(key).pk}/"


def entry(world: World, key: str) -> Entry:
    """What the first cell has written in a section."""
    return Entry.objects.get(report=world.report(), section=world.section(key))


def later(traveller: time_machine.Traveller, moment: datetime) -> None:
    """Let the clock on the wall show this moment."""
    traveller.move_to(moment, tick=False)

"""A real SMTP server for the tests that send, and a request whose opening is to be told by mail."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.builders import NOW, World
from tests.delivery.opening import TOLD
from tests.delivery.outbox import give_addresses
from tests.delivery.servers import MailServer
from workflow.choices import Verb
from workflow.delivery.fanout import fan_out
from workflow.models import Delivery, Event


@pytest.fixture(autouse=True)
def _seals_of_this_test(settings: Settings, tmp_path: Path) -> None:
    """What is committed here must not meet a seal kept by somebody else."""
    settings.SEAL_DIRECTORY = tmp_path


@pytest.fixture
def post_office(settings: Settings) -> Iterator[MailServer]:
    """A mail server that the settings know."""
    with MailServer() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def opened(world: World, post_office: MailServer) -> World:
    """The request is open, and eleven mails about it wait."""
    give_addresses()
    # The seats given before are not what is looked at here.
    Event.objects.exclude(verb=Verb.SET_UP).update(fanned_out=True)
    fan_out(now=NOW)
    assert Delivery.objects.count() == len(TOLD)
    return world

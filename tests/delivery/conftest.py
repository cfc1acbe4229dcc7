"""A real SMTP server for the tests that send, and quick emptying for those that commit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.concurrency.emptying import emptied_by_delete
from tests.delivery.servers import MailServer


@pytest.fixture(autouse=True, scope="package")
def _emptied_by_delete() -> Iterator[None]:
    with emptied_by_delete():
        yield


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

"""The demonstration, played once at a fixed moment; every test acts in a fresh copy of it, signed in by the form."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect
from psycopg import sql
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

PLAYED_AT = datetime(2026, 6, 10, 3, 0, tzinfo=UTC)  # Wednesday 10/6/2026, 10:00 in Việt Nam
# Read before pytest-django gives the workers' databases names of their own: this one is for all of them.
PLAYED = f"test_{settings.DATABASES['default']['NAME']}_played"
PASSWORD = settings.EXAMPLE_PASSWORD
SignedIn = Callable[..., Page]
# Milliseconds: a board of 98 units on a machine with other work to do, and what Playwright takes by itself.
PATIENT, USUAL = 20_000, 5_000


@contextmanager
def server() -> Iterator[psycopg.Connection]:
    """The PostgreSQL server, beside every database of the tests."""
    given = settings.DATABASES["default"]
    login = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "password": given["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **login) as found:
        yield found


def create(found: psycopg.Connection, name: str, template: str) -> None:
    drop(found, name)
    found.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def drop(found: psycopg.Connection, name: str) -> None:
    found.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def turned_to(name: str) -> Iterator[None]:
    """Let this process, the live server's threads too, work in another database."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


@pytest.fixture(scope="session")
def played(request: pytest.FixtureRequest, testrun_uid: str, django_db_blocker: DjangoDbBlocker) -> Path:
    """The demonstration's files; its database is PLAYED. One worker plays, the others wait for it.

    With --reuse-db it may be one of an earlier run.
    """
    files = request.config.cache.mkdir(PLAYED)
    reused = request.config.getoption("reuse_db") and not request.config.getoption("create_db")
    with server() as found:
        found.execute("SELECT pg_advisory_lock(hashtext(%s))", [PLAYED])
        told = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        run = found.execute(told, [PLAYED]).fetchone()
        if run and run[0] and (reused or run[0] == testrun_uid):
            return files
        create(found, PLAYED, "template0")
        shutil.rmtree(files)
        places = {"MEDIA_ROOT": files, "SEAL_DIRECTORY": files / "seals", "DEMO_MAILS": files / "mails"}
        with django_db_blocker.unblock(), turned_to(PLAYED), override_settings(**places):
            call_command("migrate", verbosity=0)
            with time_machine.travel(PLAYED_AT):
                call_command("demo", verbosity=0)
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
        found.execute(comment.format(sql.Identifier(PLAYED), sql.Literal(testrun_uid)))
    return files


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the pages are served, whatever database the process works in at the moment."""
    serving = LiveServer("localhost")
    yield serving.url
    serving.stop()


@pytest.fixture
def demonstration(
    played: Path, worker_id: str, tmp_path: Path, settings: Any, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A copy of the demonstration for this test alone, five minutes after it was played."""
    copy = f"{PLAYED}_{worker_id}"
    settings.MEDIA_ROOT = shutil.copytree(played, tmp_path / "files")
    settings.DEMO_MAILS, settings.SEAL_DIRECTORY = tmp_path / "files/mails", tmp_path / "files/seals"
    with server() as found:
        create(found, copy, PLAYED)
        with (
            django_db_blocker.unblock(),
            turned_to(copy),
            time_machine.travel(PLAYED_AT + timedelta(minutes=5), tick=True),
        ):
            yield
        drop(found, copy)


@pytest.fixture
def signed_in(demonstration: None, address: str, chromium: Browser) -> Iterator[SignedIn]:
    """A person's window: signed_in(username, width=, script=). A complaint of the browser fails the test."""
    windows, complaints = [], []

    def opened(username: str, password: str = PASSWORD, width: int = 1366, script: bool = True) -> Page:
        window = chromium.new_context(
            base_url=address, viewport={"width": width, "height": 900}, java_script_enabled=script, locale="vi-VN"
        )
        windows.append(window)
        page = window.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        sign_in(page, username, password)
        return page

    expect.set_options(timeout=PATIENT)
    yield opened
    expect.set_options(timeout=USUAL)
    for window in windows:
        window.close()
    # A refusal is an answer, not an error: the browser logs every 4xx by itself.
    assert [one for one in complaints if "the server responded with a status of 4" not in one] == []


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()

"""A real Chromium at the real pages: persons sign in by cookie, scripts run under the strict policy."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page, sync_playwright

from tests.builders import NOW, World
from workflow.models import Person

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Playwright's loop runs in this thread: Django would refuse its own queries beside it, and no other loop can run.

    So it ends with the module.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def played(shared_world: World) -> Iterator[World]:
    """The world, committed, with its clock going on from its own moment."""
    with time_machine.travel(NOW, tick=True):
        yield shared_world


def session_of(person: Person) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    assert session.session_key is not None
    return session.session_key


@pytest.fixture
def window_of(live_server: Any, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A person's window: window_of(person, width=, theme=, script=). A complaint of the browser fails the test."""
    windows, complaints = [], []

    def opened(person: Person, width: int = 1366, theme: Any = "light", script: bool = True) -> Page:
        window = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=script,
            locale="vi-VN",
        )
        cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(person), "url": live_server.url}
        window.add_cookies([cookie])
        windows.append(window)
        page = window.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for window in windows:
        window.close()
    # A refusal is an answer, not an error: the browser logs every 4xx by itself.
    assert [one for one in complaints if "the server responded with a status of 4" not in one] == []


@pytest.fixture
def page_of(window_of: Callable[..., Page], played: World) -> Callable[..., Page]:
    """The same in the played world."""
    return window_of

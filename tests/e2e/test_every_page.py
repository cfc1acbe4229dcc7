"""Every page: no barrier that axe knows, no sideways scrolling on a phone, no complaint of the browser."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page

from tests.e2e.barriers import barriers
from tests.pages import AT, VISITS, Office, build_office

LOOKS: list[tuple[int, Any]] = [(360, "dark"), (1366, "light")]


@pytest.fixture
def office(transactional_db: None) -> Iterator[Office]:
    with time_machine.travel(AT, tick=True):
        yield build_office()


def too_wide(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{wide} px too wide"] if wide > 0 else []


def test_every_page_can_be_used_by_everybody(office: Office, window_of: Callable[..., Any]) -> None:
    problems: dict[str, list[str]] = {}
    windows: dict[str, Page] = {}
    for visit in VISITS:
        if visit.person not in windows:
            windows[visit.person] = window_of(office.world.people[visit.person])
        page, address = windows[visit.person], visit.address(office)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{visit.route} {address}: {answer.status}"
        for width, theme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            if found := [*barriers(page), *too_wide(page)]:
                problems[f"{visit.route} as {visit.person}, {width} px, {theme}"] = found
    assert problems == {}, json.dumps(problems, indent=1, ensure_ascii=False)


def test_a_barrier_is_found(office: Office, window_of: Callable[..., Any]) -> None:
    page = window_of(office.world.people["lan"])
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"/x\"><div class=\"wide\">x</div>')")
    assert any("image-alt" in one for one in barriers(page))

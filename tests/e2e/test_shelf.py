"""What was typed and is not on the server: it stays in this device for its writer, and nobody else reads it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from playwright.sync_api import Page, expect

from tests.builders import World
from tests.e2e.conftest import session_of
from workflow.models import Entry, Person

PageOf = Callable[..., Page]
EDITOR = ".ProseMirror"
SAVED = {"data-state": "saved"}


def at(world: World, key: str) -> str:
    return f"/bao-cao/{world.report().pk}/soan/{world.section(key).pk}/"


def shelves(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('soan/'))")
    return found


def sign_out(page: Page) -> None:
    page.locator(".menu summary").last.click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/dang-nhap/")


def come_in(page: Page, person: Person, live_server: Any) -> None:
    cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(person), "url": live_server.url}
    page.context.add_cookies([cookie])


def test_signing_out_takes_what_the_server_has_and_leaves_the_rest_to_its_writer(
    page_of: PageOf, played: World, live_server: Any
) -> None:
    # A page of its own: without a connection the browser itself logs errors.
    page = page_of(played.lan).context.new_page()
    page.goto(at(played, "I.1"))
    page.locator(EDITOR).click()
    page.keyboard.type("Đã lưu trên máy chủ")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=15000)
    # As a save leaves it whose answer came after the page was left.
    page.evaluate(
        """() => {
            const form = document.getElementById("section-form"), { key, person } = form.dataset;
            const fields = [...new FormData(form)].filter(([name]) => name === "html");
            const kept = { at: 1, version: "0", who: person, address: form.getAttribute("hx-post"), fields };
            localStorage.setItem(`soan/${key}`, JSON.stringify(kept));
        }"""
    )
    page.goto(at(played, "I"))
    page.route("**/soan/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator(EDITOR).click()
    page.keyboard.type("Chưa gửi được")
    expect(page.locator("#saved")).to_have_attribute("data-state", "offline", timeout=8000)
    assert len(shelves(page)) == 2
    page.on("dialog", lambda dialog: dialog.accept())
    sign_out(page)

    assert shelves(page) == [f"soan/{played.report().pk}/{played.section('I').pk}/{played.lan.pk}"]
    expect(page.locator("#left-here")).to_contain_text(f"của đồng chí {played.lan.full_name}.")
    expect(page.locator("#left-here")).not_to_contain_text("Chưa gửi được")

    come_in(page, played.binh, live_server)
    page.goto(at(played, "I"))
    expect(page.locator(EDITOR)).to_be_visible()
    expect(page.locator("#found")).to_be_hidden()
    expect(page.locator(EDITOR)).not_to_contain_text("Chưa gửi được")
    sign_out(page)

    page.unroute_all()
    come_in(page, played.lan, live_server)
    page.goto(at(played, "I"))
    page.get_by_role("button", name="Lấy lại").click()
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=15000)
    assert Entry.objects.get(section=played.section("I"), report=played.report()).text == "<p>Chưa gửi được</p>"
    sign_out(page)
    assert shelves(page) == []
    expect(page.locator("#left-here")).to_be_hidden()

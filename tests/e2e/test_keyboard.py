"""A round without a mouse: everything can be reached by the Tab key, and one always sees where one is."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.builders import World

MOST_STOPS = 80
HERE = """() => {
    const at = document.activeElement, look = getComputedStyle(at);
    const words = at.getAttribute("aria-label") || at.innerText || at.value || "";
    const seen = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
    return [words.trim(), seen || at.isContentEditable || look.boxShadow !== "none", at.isContentEditable];
}"""


def tab_to(page: Page, words: str = "", *, text: bool = False) -> None:
    """Press Tab until something with these words, or a place to write, has the focus; each stop on the way is seen."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        said, seen, writable = page.evaluate(HERE)
        assert seen, f"nobody sees that “{said}” has the focus"
        if (text and writable) or (words and said.startswith(words)):
            return
    raise AssertionError(f"“{words or 'a place to write'}” cannot be reached by the Tab key")


def test_a_drafter_writes_and_saves_a_section_without_a_mouse(page_of: Callable[..., Page], played: World) -> None:
    page = page_of(played.lan)
    page.goto("/")
    tab_to(page, "Đến nội dung chính")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "Bắt đầu soạn")
    page.keyboard.press("Enter")
    page.wait_for_url("**/soan/")
    tab_to(page, "1 Lãnh đạo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/soan/*/")
    page.wait_for_selector(".ProseMirror[contenteditable]")
    tab_to(page, text=True)
    page.keyboard.type("Chi bộ đã tổ chức ba hội nghị.")
    tab_to(page, "Lưu dự thảo")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Chi bộ đã tổ chức ba hội nghị." in page.inner_text("main")


def test_a_menu_opens_and_closes_by_keys(page_of: Callable[..., Page], played: World) -> None:
    page = page_of(played.lan)
    page.goto("/")
    tab_to(page, "Nguyễn Thị Lan")
    page.keyboard.press("Enter")
    assert page.locator("details.menu[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"

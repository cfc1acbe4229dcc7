"""Files and papers in a real browser: attach, look at the pages, take the PDF home."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.builders import World, to_sent
from tests.e2e.barriers import barriers
from workflow.models import Attachment


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_drafter_attaches_a_file_without_scripts_and_the_office_reads_the_paper(
    page_of: Callable[..., Page], played: World
) -> None:
    report = played.report()
    page = page_of(played.lan, width=360, script=False)
    page.goto(f"/bao-cao/{report.pk}/tep-kem-theo/")
    page.locator("#attach-file").set_input_files(
        {"name": "Biểu số 1.txt", "mimeType": "text/plain", "buffer": "Số liệu".encode()}
    )
    page.locator("input[name=declared]").check()
    page.get_by_role("button", name="Đính kèm tệp").click()
    assert "Đã đính kèm tệp “Biểu số 1”." in page.locator("#said").inner_text()
    assert Attachment.objects.get(report=report).title == "Biểu số 1"
    # 360 px: nothing is wider than the screen.
    assert page.locator("main").bounding_box()["width"] <= 360  # type: ignore[index]

    to_sent(played, report)
    page = page_of(played.dung)
    page.goto(f"/bao-cao/{report.pk}/ban/1/")
    assert page.get_by_role("heading", level=1).inner_text() == "Báo cáo số 01-BC/CB"
    image = page.locator("img.page-image").first
    image.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('img.page-image').naturalWidth > 1000")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    page.locator("details.fold summary").click()
    assert page.get_by_role("heading", name="Lãnh đạo, chỉ đạo").is_visible()
    assert barriers(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bản PDF").click()
    assert download.value.suggested_filename == "Báo cáo số 01-BC CB - Chi bộ Sở Thông tin và Truyền thông.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")

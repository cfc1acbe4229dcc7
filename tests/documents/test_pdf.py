"""Papers as PDF: the same bytes for the same blocks, and what was written stays text."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.documents.papers import content, figure, section
from workflow.documents.blocks import Standing, blocks_of
from workflow.documents.pdf import pages_of, pdf_of

MADE = datetime(2026, 6, 1, 2, tzinfo=UTC)


def read(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def paper(text: str, **said: object) -> str:
    return read(pdf_of(blocks_of(content(section("I", text=text), **said)), MADE))


def test_the_same_blocks_give_the_same_bytes() -> None:
    blocks = blocks_of(content(section("I", text="Đã quán triệt.")), Standing(draft=1))
    assert pdf_of(blocks, MADE) == pdf_of(blocks, MADE)
    assert pdf_of(blocks, MADE) != pdf_of(blocks_of(content(section("I", text="Đã quán triệt!"))), MADE)


@pytest.mark.parametrize(
    "text",
    [
        '#read("/etc/passwd")',
        '#strong[đậm] #panic("x")',
        "$ x^2 $ và $1.000$",
        "*một* _hai_ `ba` ~ bốn",
        "@nguon <nhan> https://x.vn",
        "\\u{41} \\n \\\\",
        "// chú thích /* một */",
        "= Tiêu đề",
        "]] #[ ]{}",
        '" + sys.version + "',
    ],
)
def test_what_looks_like_markup_is_printed_as_it_was_written(text: str) -> None:
    assert " ".join(text.split()) in paper(text)


@pytest.mark.parametrize("text", ["#x[$*@\\", "<script>", "{{ x }}"])
def test_markup_in_names_headings_rows_and_figures_is_printed_too(text: str) -> None:
    columns = [{"key": "n", "label": f"cột {text}"}]
    frozen = content(
        section("I", f"mục {text}", kind="ROWS", columns=columns, rows=[{"n": f"ô {text}"}]),
        values=[figure("A5", "1", section="I", label=f"nhãn {text}", unit=f"đv {text}")],
        subject=f"trích yếu {text}",
        recipients=[f"nơi {text}"],
    )
    said = read(pdf_of(blocks_of(frozen, Standing(number=f"1 {text}", signer=f"tên {text}")), MADE))
    # A level-one heading is printed in capitals.
    assert f"mục {text}".upper() in said
    for place in ("cột", "ô", "nhãn", "trích yếu", "nơi", "1", "tên"):
        assert f"{place} {text}" in said, place


def test_vietnamese_letters_are_in_the_font() -> None:
    said = "Ẵ ằ ẳ ẵ ặ Ầ ấ ẩ ẫ ậ ế ề ể ễ ệ ỉ ĩ ị ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ ứ ừ ử ữ ự ỳ ý ỷ ỹ ỵ đ Đ"
    assert said in paper(said)


def test_pages_are_numbered_from_the_second_on() -> None:
    long = "\n".join("Cấp ủy xác định công tác thông tin cơ sở là nhiệm vụ thường xuyên." for _ in range(60))
    first, second, *_ = PdfReader(BytesIO(pdf_of(blocks_of(content(section("I", text=long))), MADE))).pages
    assert second.extract_text().split()[0] == "2"
    assert "1" not in first.extract_text().split()


def test_the_number_of_a_document_is_not_broken_at_the_end_of_a_line() -> None:
    for filler in range(20, 60):
        pdf = pdf_of(
            blocks_of(content(section("I", text=f"{'x' * filler} Chỉ thị số 07-CT/TW, số 52/2016/QĐ-TTg"))), MADE
        )
        text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
        assert "07-CT/TW" in text
        assert "52/2016/QĐ-TTg" in text


def test_every_page_has_an_image() -> None:
    blocks = blocks_of(content(section("I", text="x\n" * 80)))
    pages = pages_of(blocks)
    assert len(pages) == len(PdfReader(BytesIO(pdf_of(blocks, MADE))).pages) > 1
    assert all(page.startswith(b"\x89PNG") for page in pages)


def test_a_table_wider_than_the_paper_and_a_long_name_are_still_set() -> None:
    wide = "<table><tr>" + "<td>" + "</td><td>".join("ô" for _ in range(15)) + "</td></tr></table>"
    assert "ô" in paper(wide, letterhead={"above": "X" * 90, "name": "CHI BỘ " * 20, "place": "Y", "symbol": "CB"})

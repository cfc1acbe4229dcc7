"""The urging letter as a paper: what is printed, what a draft leaves blank, and the list of its units."""

import json
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from workflow.documents.blocks import Addressees, Annex, Block, Closing, Letterhead, Prose, Standing
from workflow.documents.letters import letter_blocks
from workflow.documents.pdf import pdf_of

ISSUED = datetime(2026, 8, 5, 3, tzinfo=UTC)
NUMBERED = Standing(
    number="712-CV/ĐUK",
    day=date(2026, 8, 5),
    place="Yên Bái",
    authority="T/M BAN THƯỜNG VỤ",
    position="PHÓ BÍ THƯ",
    signer="Cao Xuân Chiểu",
)


def unit(place: int, name: str, **said: str) -> dict[str, str]:
    return {
        "place": str(place), "report": str(100 + place), "unit": name, "secretary": "Trần Văn B", "status": "Dự thảo",
        "days_late": "3", "reminders": "2", "note": "", **said,
    }  # fmt: skip


UNITS = [unit(1, "Chi bộ Sở Xây dựng"), unit(2, "Đảng bộ Sở Y tế", days_late="0", note="Đã gia hạn đến 03/8/2026")]


def paper(*units: dict[str, str], body: str = "Kính gửi: các chi bộ\n\nThực hiện công văn.\n\nĐề nghị gửi.") -> Any:
    letter = {"subject": "đôn đốc gửi báo cáo", "body": body, "annex": list(units), "as_of": "2026-08-05T01:00:00Z"}
    return {
        "letterhead": {
            "above": "ĐẢNG BỘ TỈNH YÊN BÁI", "name": "ĐẢNG ỦY KHỐI", "organization": "Đảng ủy Khối",
            "kind": "BLOC_COMMITTEE", "place": "Yên Bái", "symbol": "ĐUK",
        },
        "recipients": ["Như kính gửi", "Lưu Văn phòng"],
        "letter": {"content": json.dumps(letter)},
    }  # fmt: skip


def the(kind: type[Block], *units: dict[str, str], standing: Standing = NUMBERED, **how: Any) -> Any:
    (found,) = (block for block in letter_blocks(paper(*units), standing, **how) if isinstance(block, kind))
    return found


def words(block: Any) -> list[str]:
    return ["".join(run.text for run in node.runs) for node in block.nodes]


def pages(*units: dict[str, str], **how: Any) -> list[str]:
    pdf = pdf_of(letter_blocks(paper(*units), NUMBERED, **how), ISSUED)
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def test_a_letter_has_its_subject_under_its_number_and_no_title() -> None:
    head = the(Letterhead, *UNITS)
    assert (head.number, head.about) == ("Số 712-CV/ĐUK", "đôn đốc gửi báo cáo")
    assert (head.dated, head.mark) == ("Yên Bái, ngày 05 tháng 8 năm 2026", "")


def test_whom_it_is_addressed_to_stands_apart_from_its_text() -> None:
    assert words(the(Addressees, *UNITS)) == ["Kính gửi: các chi bộ"]
    assert words(the(Prose, *UNITS)) == ["Thực hiện công văn.", "Đề nghị gửi."]


def test_a_text_that_addresses_nobody_is_all_text() -> None:
    blocks = letter_blocks(paper(*UNITS, body="Một.\nHai."), NUMBERED)
    assert [words(block) for block in blocks if isinstance(block, Prose)] == [["Một.\nHai."]]
    assert not any(isinstance(block, Addressees) for block in blocks)


def test_the_signature_block_is_that_of_the_standing_committee() -> None:
    closing = the(Closing, *UNITS)
    assert (closing.authority, closing.position, closing.signer) == (
        "T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ", "Cao Xuân Chiểu",
    )  # fmt: skip
    assert closing.recipients == ("- Như kính gửi,", "- Lưu Văn phòng.")


def test_a_draft_says_so_and_leaves_number_and_day_blank() -> None:
    head, closing = the(Letterhead, *UNITS, standing=Standing()), the(Closing, *UNITS, standing=Standing())
    assert (head.number, head.mark) == ("Số        -CV/ĐUK", "Dự thảo")
    assert "ngày      tháng" in head.dated
    assert (closing.authority, closing.position, closing.signer, closing.mark) == (
        "T/M BAN THƯỜNG VỤ", "BÍ THƯ", "", "",
    )  # fmt: skip


def test_the_annex_names_the_units_in_their_order_with_days_and_reminders() -> None:
    annex = the(Annex, *UNITS)
    assert annex.rows == (
        ("1", "Chi bộ Sở Xây dựng", "Trần Văn B", "Dự thảo", "03", "2", ""),
        ("2", "Đảng bộ Sở Y tế", "Trần Văn B", "Dự thảo", "dưới 01", "2", "Đã gia hạn đến 03/8/2026"),
    )
    assert len(annex.columns) == len(annex.shares) == len(annex.rows[0]) - 1
    assert annex.about == (
        "(kèm theo Công văn số 712-CV/ĐUK, ngày 05/8/2026 của Đảng ủy Khối; tính đến 8 giờ 00 ngày 05/8/2026)"
    )


def test_a_unit_reads_of_the_annex_its_own_line_under_its_own_place() -> None:
    annex = the(Annex, *UNITS, only=102)
    assert [row[:2] for row in annex.rows] == [("2", "Đảng bộ Sở Y tế")]
    assert annex.name.startswith("TRÍCH")
    assert "Sở Xây dựng" not in " ".join(pages(*UNITS, only=102))


def test_a_letter_to_one_unit_has_no_list() -> None:
    assert not any(isinstance(block, Annex) for block in letter_blocks(paper(UNITS[0]), NUMBERED))


def test_the_list_stands_on_pages_of_its_own() -> None:
    letter, listed = pages(*UNITS)
    assert "Kính gửi: các chi bộ" in letter
    assert "Chi bộ Sở Xây dựng" not in letter
    assert "Cao Xuân Chiểu" in letter
    assert "DANH SÁCH ĐƠN VỊ CHƯA GỬI BÁO CÁO" in listed
    assert "Chi bộ Sở Xây dựng Trần Văn B Dự thảo 03 2" in listed


def test_a_long_list_goes_on_over_pages_and_repeats_its_heading() -> None:
    _letter, *listed = pages(*[unit(place, f"Chi bộ số {place}") for place in range(1, 99)])
    assert len(listed) > 1
    assert all("Tên đơn vị" in page for page in listed)
    assert "Chi bộ số 98" in listed[-1]


@pytest.mark.parametrize("text", ['#read("/etc/passwd")', "$ x^2 $ *đậm* _nghiêng_", "<script> @nguon \\n ]]"])
def test_what_looks_like_markup_is_printed_as_it_was_written(text: str) -> None:
    blocks = letter_blocks(
        paper(unit(1, f"Đơn vị {text}"), UNITS[1], body=f"Kính gửi: {text}\n\nThân {text}"), NUMBERED
    )
    read = PdfReader(BytesIO(pdf_of(blocks, ISSUED))).pages
    said = " ".join(" ".join(page.extract_text() for page in read).split())
    for place in ("gửi:", "Thân", "Đơn vị"):
        assert f"{place} {text}" in said or text.replace(" ", "") in said.replace(" ", ""), place

"""Marks of state secrets: what is one, and what only sounds like one."""

import unicodedata

import pytest

from workflow.rules.secrecy import marked_line, marked_name

FORMS = ("NFC", "NFD", "NFKC", "NFKD")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "name",
    [
        "Báo cáo MẬT.pdf",
        "báo_cáo_mật_2022.docx",
        "(Mật) Kế hoạch 05.pdf",
        "MẬT.pdf",
        "BC-TỐI-MẬT-05.docx",
        "Tuyệt mật.xlsx",
        "bao cao toi mat.pdf",
        "TUYET_MAT.docx",
    ],
)
def test_a_name_with_a_mark_as_a_word_is_marked(name: str, form: str) -> None:
    assert marked_name(unicodedata.normalize(form, name))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "name",
    [
        "bảo mật thông tin.docx",
        "BẢO MẬT.pdf",
        "Tuyên truyền Luật Bảo vệ bí mật nhà nước.pdf",
        "mật khẩu.txt",
        "Mật độ dân số.xlsx",
        "Mặt trận Tổ quốc.pdf",
        "MẤT MÙA.docx",
        "chi mat cho em.pdf",
        "MẬTONG.pdf",
        "",
    ],
)
def test_a_name_that_only_sounds_like_a_mark_passes(name: str, form: str) -> None:
    assert not marked_name(unicodedata.normalize(form, name))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "line",
    [
        "MẬT",
        "  TỐI MẬT  ",
        "[TUYỆT MẬT]",
        "Mật",
        "Độ mật: TỐI MẬT",
        "* MẬT *",
        "M Ậ T",
        "T Ố I  M Ậ T",
        "- MẬT.",
        "TỐI\u00a0MẬT",
    ],
)
def test_a_line_that_is_nothing_but_a_mark_is_one(line: str, form: str) -> None:
    assert marked_line(["Kính gửi", unicodedata.normalize(form, line), "Nội dung"])  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "line",
    [
        "Bảo mật",
        "bí mật",
        "MẶT",
        "MẤT",
        "MAT",
        "Tài liệu mật được quản lý riêng",
        "Số văn bản mật: 0",
        "MẬT 2",
        "",
        "độ mật",
        "mật " * 40,
    ],
)
def test_a_line_that_says_more_or_something_else_passes(line: str, form: str) -> None:
    assert marked_line(["Kính gửi", unicodedata.normalize(form, line)]) is None  # type: ignore[arg-type]

"""The reminder for a telephone. domain.md §4.5, §8b."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.late_units import DUE, ORDINARY
from workflow.choices import Timeliness
from workflow.rules.timeliness import Standing, standing
from workflow.rules.urging import (
    Reminded,
    reminder,
)

ABOUT = Reminded("Chi bộ Sở", "Đảng ủy Khối", "sơ kết 5 năm", "Chờ ký", DUE, Standing(Timeliness.DUE_SOON, 3))
LINK = "https://baocao.example/b/7"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            Standing(Timeliness.NOT_DUE, 12),
            "Còn 12 ngày làm việc đến hạn gửi Báo cáo sơ kết 5 năm (trước 24 giờ ngày 01/8/2022). Đề nghị đồng chí quan"
            " tâm chỉ đạo hoàn thành, gửi về Đảng ủy Khối đúng hạn.",
        ),
        (Standing(Timeliness.DUE_SOON, 3), "Còn 03 ngày làm việc đến hạn gửi Báo cáo sơ kết 5 năm"),
        (Standing(Timeliness.DUE_SOON, 0), "Sắp đến hạn gửi Báo cáo sơ kết 5 năm (trước 24 giờ ngày 01/8/2022)."),
        (Standing(Timeliness.DUE_TODAY), "Hôm nay đến hạn gửi Báo cáo sơ kết 5 năm (trước 24 giờ ngày 01/8/2022)."),
        (
            Standing(Timeliness.OVERDUE, 2),
            "Báo cáo sơ kết 5 năm của Chi bộ Sở (hạn: trước 24 giờ ngày 01/8/2022) đã quá hạn 02 ngày làm việc. Đề nghị"
            " đồng chí khẩn trương chỉ đạo hoàn thành, gửi về Đảng ủy Khối; nếu có vướng mắc, đề nghị nêu lý do hoặc đề"
            " nghị gia hạn.",
        ),
        (Standing(Timeliness.OVERDUE, 0), "đã quá hạn dưới 01 ngày làm việc."),
    ],
)
def test_the_reminder_fits_the_situation(found: Standing, words: str) -> None:
    assert words in reminder(replace(ABOUT, standing=found), LINK)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            Standing(Timeliness.DUE_SOON, 1),
            "Đề nghị bổ sung Báo cáo sơ kết 5 năm của Chi bộ Sở trước 24 giờ ngày 01/8/2022;"
            " nội dung xem trên hệ thống.",
        ),
        (
            Standing(Timeliness.OVERDUE, 2),
            "Việc bổ sung Báo cáo sơ kết 5 năm của Chi bộ Sở (hạn: trước 24 giờ ngày 01/8/2022) đã quá hạn 02 ngày"
            " làm việc.",
        ),
    ],
)
def test_a_supplement_is_reminded_of_as_one_and_never_with_what_is_asked(found: Standing, words: str) -> None:
    assert words in reminder(replace(ABOUT, standing=found, supplement=True), LINK)


@given(st.integers(-40 * 24, 40 * 24), st.booleans())
def test_every_reminder_names_unit_report_due_state_and_link(hours: int, supplement: bool) -> None:
    now = DUE + timedelta(hours=hours)
    about = replace(ABOUT, standing=standing(DUE, None, now, ORDINARY), supplement=supplement)

    text = reminder(about, LINK)

    for said in ("Kính gửi Chi bộ Sở:", "Báo cáo sơ kết 5 năm", "trước 24 giờ ngày 01/8/2022", "Hiện trạng: Chờ ký."):
        assert said in text
    assert text.endswith(LINK)
    assert "đồng chí" in text or supplement
    assert ("quá hạn" in text) == (now >= DUE)

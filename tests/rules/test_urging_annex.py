"""The annex of the letter that urges, and how long the clock's letter gives. domain.md §4.5, §8b."""

from datetime import date, datetime, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.late_units import AS_OF, CELL, DUE, ORDINARY, PARTY, SEND_BEFORE, unit
from workflow.choices import DayKind, ReportState
from workflow.rules.calendar import LOCAL, WorkingCalendar
from workflow.rules.timeliness import lateness
from workflow.rules.urging import (
    annex_of,
    days_words,
    status,
    urged_by,
)


def test_a_line_of_the_annex_says_who_where_how_late_and_how_often() -> None:
    asked = unit(7, name="Chi bộ Bưu điện", secretary="Nguyễn Văn A", reminders=3, asked_due=SEND_BEFORE)

    assert annex_of([unit(2), asked], AS_OF, ORDINARY)[1] == {
        "place": 2,
        "organization": 7,
        "report": 107,
        "unit": "Chi bộ Bưu điện",
        "secretary": "Nguyễn Văn A",
        "state": "SIGNING",
        "status": "Chờ ký",
        "due": int(DUE.timestamp()),
        "days_late": 3,
        "reminders": 3,
        "note": "Đang đề nghị gia hạn đến 24 giờ ngày 08/8/2022",
    }


def test_a_granted_extension_is_noted_before_one_that_is_asked_again() -> None:
    (line,) = annex_of([unit(granted_due=DUE, asked_due=SEND_BEFORE)], AS_OF, ORDINARY)

    assert line["note"] == (
        "Đã gia hạn đến 24 giờ ngày 01/8/2022; Đang đề nghị gia hạn đến 24 giờ ngày 08/8/2022"
    )  # fmt: skip
    assert annex_of([unit()], AS_OF, ORDINARY)[0]["note"] == ""


@given(st.integers(0, 30), st.lists(st.integers(0, 30), unique=True))
def test_days_late_are_working_days_of_the_issuer(days: int, off: list[int]) -> None:
    calendar = WorkingCalendar.of([(DUE.date() + timedelta(days=n), DayKind.HOLIDAY, None) for n in off])
    now = DUE + timedelta(days=days)

    assert annex_of([unit()], now, calendar)[0]["days_late"] == lateness(DUE, now, calendar)


def test_the_state_is_told_in_vietnamese_whatever_the_screen_shows_and_nothing_begun_is_told_as_such() -> None:
    with override("en"):
        assert status(ReportState.DRAFT, CELL, started=False) == "Chưa thực hiện"
        assert status(ReportState.DRAFT, CELL, started=True) == "Dự thảo"
        assert status(ReportState.REVIEW, CELL, started=True) == "Đang lấy ý kiến chi bộ"
        assert status(ReportState.REVIEW, PARTY, started=True) == "Đang lấy ý kiến cấp ủy"


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "dưới 01 ngày làm việc"), (1, "01 ngày làm việc"), (9, "09 ngày làm việc"), (10, "10 ngày làm việc")],
)
def test_days_are_counted_as_letters_write_them(days: int, words: str) -> None:
    assert days_words(days) == words


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 8, 19, 8, tzinfo=LOCAL), date(2026, 8, 22)),  # Wednesday: Thursday, Friday
        (datetime(2026, 8, 20, 8, tzinfo=LOCAL), date(2026, 8, 23)),  # Thursday: Friday, the worked Saturday
        (datetime(2026, 8, 28, 8, tzinfo=LOCAL), date(2026, 9, 5)),  # before Quốc khánh: 3/9, 4/9
        (datetime(2026, 8, 30, 8, tzinfo=LOCAL), date(2026, 9, 5)),  # on a Sunday
    ],
)
def test_the_clocks_letter_gives_until_the_end_of_the_second_working_day(now: datetime, until: date) -> None:
    calendar = WorkingCalendar.of(
        [
            (date(2026, 8, 22), DayKind.WORKED, None),
            (date(2026, 8, 31), DayKind.SWAPPED_OFF, None),
            (date(2026, 9, 1), DayKind.HOLIDAY, None),
            (date(2026, 9, 2), DayKind.HOLIDAY, None),
        ]
    )

    assert urged_by(now, calendar) == datetime.combine(until, datetime.min.time(), LOCAL)

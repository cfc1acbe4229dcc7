from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.vietnamese import (
    format_day,
    format_day_long,
    format_day_short,
    format_number,
    read_day,
    weekday_name,
)


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (Decimal("1234567.5"), 1, "1.234.567,5"),
        (26472, 0, "26.472"),
        (Decimal("97.545"), 2, "97,55"),
        (Decimal("-0.04"), 1, "0,0"),
        (Decimal("-1234.5"), 0, "-1.235"),
        (Decimal("1E+6"), 0, "1.000.000"),
        (Decimal("1250.50"), None, "1.250,5"),
        (Decimal("12.000"), None, "12"),
        (999, 1, "999,0"),
    ],
)
def test_numbers_take_dots_for_thousands_and_a_comma(value: Decimal | int, decimals: int | None, printed: str) -> None:
    assert format_number(value, decimals) == printed


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15))
def test_a_printed_number_reads_back(value: Decimal) -> None:
    printed = format_number(value, 4)

    assert Decimal(printed.replace(".", "").replace(",", ".")) == value


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_no_number_is_not_printed(value: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        format_number(Decimal(value), 0)


def test_a_paper_writes_the_zero_only_where_the_format_rule_asks_for_it() -> None:
    assert format_day_long(date(2022, 1, 5)) == "ngày 05 tháng 01 năm 2022"
    assert format_day_long(date(2022, 7, 25)) == "ngày 25 tháng 7 năm 2022"
    assert format_day_short(date(2016, 9, 5)) == "05/9/2016"
    assert format_day_short(date(2022, 2, 28)) == "28/02/2022"


def test_a_screen_writes_two_digits_for_day_and_month() -> None:
    assert format_day(date(2022, 8, 1)) == "01/08/2022"


def test_weekdays_begin_with_the_second_day() -> None:
    week = [weekday_name(date(2022, 7, day)) for day in range(25, 32)]

    assert week == ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"]


@pytest.mark.parametrize(
    "written",
    ["29/07/2026", "29/7/2026", "29.07.2026", "29-7-2026", "2026-07-29", "2026-7-29", " 29/07/2026 ", "29/07-2026"],
)
def test_a_day_is_read_as_people_write_it_and_as_browsers_send_it(written: str) -> None:
    assert read_day(written) == date(2026, 7, 29)


@pytest.mark.parametrize(
    "written",
    ["", " ", "30/02/2026", "29/02/2026", "32/01/2026", "00/01/2026", "01/13/2026", "2026-13-01", "29/07/26",
     "20260729", "2026-W31-3", "29/07/2026 08:00", "٢٩/٠٧/٢٠٢٦", "29/07/20260", "0000-01-01", "hôm nay"],
)  # fmt: skip
def test_what_is_in_no_calendar_is_no_day(written: str) -> None:
    assert read_day(written) is None


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_printed_day_is_read_back(day: date) -> None:
    assert read_day(format_day(day)) == read_day(day.isoformat()) == day

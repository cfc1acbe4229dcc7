"""Deadlines in words, as letters write them, and what is not guessed."""

import unicodedata
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.choices import DayKind, HolidayRule
from workflow.rules.calendar import LOCAL, DayRow, WorkingCalendar, last_day_of
from workflow.rules.deadline import Reading, read, stated_in
from workflow.rules.public_holidays import days_of_year

ORDINARY = WorkingCalendar()
THE_LETTER = date(2022, 6, 28)  # 630-CV/ĐUK
DAY = timedelta(days=1)
DAYS = st.dates(date(1995, 1, 1), date(2099, 12, 30))


def general(*years: int) -> WorkingCalendar:
    return WorkingCalendar.of(
        DayRow(draft.day, draft.kind) for year in years for draft in days_of_year(year, this_year=year)
    )


def understood(
    text: str,
    reference: date = THE_LETTER,
    rule: HolidayRule = HolidayRule.NEXT,
    calendar: WorkingCalendar = ORDINARY,
) -> Reading:
    reading = read(text, reference=reference, rule=rule, calendar=calendar)
    assert reading is not None
    return reading


def test_the_letters_own_deadline_is_a_sunday_and_ends_with_the_monday() -> None:
    reading = understood("Trong tháng 7 năm 2022")

    assert (reading.stated.last_day, reading.last_day) == (date(2022, 7, 31), date(2022, 8, 1))
    assert reading.due == datetime(2022, 8, 2, tzinfo=LOCAL)
    assert reading.explanation() == "Trong tháng 7/2022 → Chủ nhật 31/7 → hết Thứ Hai 01/8/2022"


@pytest.mark.parametrize(
    ("rule", "due", "explanation"),
    [
        (
            HolidayRule.KEEP,
            datetime(2022, 8, 1, tzinfo=LOCAL),
            "Trong tháng 7/2022 → hết Chủ nhật 31/7/2022 (ngày nghỉ, giữ nguyên)",
        ),
        (
            HolidayRule.PREVIOUS,
            datetime(2022, 7, 30, tzinfo=LOCAL),
            "Trong tháng 7/2022 → Chủ nhật 31/7 → hết Thứ Sáu 29/7/2022",
        ),
    ],
)
def test_the_other_holiday_rules_are_shown_as_well(rule: HolidayRule, due: datetime, explanation: str) -> None:
    reading = understood("Trong tháng 7/2022", rule=rule)

    assert (reading.due, reading.explanation()) == (due, explanation)


@pytest.mark.parametrize(
    ("text", "last_day"),
    [
        ("trong tháng 7/2022", date(2022, 7, 31)),
        ("TRONG THÁNG 7", date(2022, 7, 31)),
        ("tháng 7/2022", date(2022, 7, 31)),
        ("cuối tháng 02/2028", date(2028, 2, 29)),
        ("trước khi hết tháng 7/2022", date(2022, 7, 31)),
        ("đến hết ngày 31/7/2022", date(2022, 7, 31)),
        ("  Đến   hết  ngày 31/7/2022. ", date(2022, 7, 31)),
        ("chậm nhất ngày 29/7/2022", date(2022, 7, 29)),
        ("chậm nhất là ngày 29/7", date(2022, 7, 29)),
        ("không muộn hơn ngày 29 tháng 7 năm 2022", date(2022, 7, 29)),
        ("hạn cuối: 29/7/2022", date(2022, 7, 29)),
        ("24 giờ ngày 31/7/2022", date(2022, 7, 31)),
        ("từ ngày 01/7 đến hết ngày 29/7/2022", date(2022, 7, 29)),
        ("chậm nhất thứ Sáu, ngày 29/7/2022", date(2022, 7, 29)),
        ("chậm nhất ngày 29/7/2022 (Thứ 6)", date(2022, 7, 29)),
        ("trong quý III năm 2026", date(2026, 9, 30)),
        ("hết quý 4/2026", date(2026, 12, 31)),
        ("hết năm 2026", date(2026, 12, 31)),
        ("ngày 05/9/2026", date(2026, 9, 5)),
        ("25-7-2022", date(2022, 7, 25)),
        ("Gửi về Văn phòng Đảng ủy Khối chậm nhất ngày 29/7/2022, theo Công văn ngày 28/6/2022", date(2022, 7, 29)),
        ("Trong tháng 7/2022, chậm nhất là ngày 29/7/2022", date(2022, 7, 29)),
    ],
)
def test_the_last_day_is_the_one_that_is_named(text: str, last_day: date) -> None:
    for form in ("NFC", "NFD"):
        stated = stated_in(unicodedata.normalize(form, text), THE_LETTER)
        assert stated is not None
        assert (stated.last_day, stated.hour, stated.before) == (last_day, None, False)


@pytest.mark.parametrize(
    ("text", "last_day"),
    [
        ("trước ngày 25/7/2022", date(2022, 7, 24)),
        ("Trước ngày 25 tháng 7 năm 2022", date(2022, 7, 24)),
        ("đến trước ngày 25/7", date(2022, 7, 24)),
        ("trước 0 giờ ngày 01/8/2022", date(2022, 7, 31)),
        ("trước tháng 8/2022", date(2022, 7, 31)),
        ("trước quý IV/2026", date(2026, 9, 30)),
        ("trước năm 2027", date(2026, 12, 31)),
        ("trước ngày 01/3/2028", date(2028, 2, 29)),
    ],
)
def test_before_a_day_means_the_end_of_the_day_before(text: str, last_day: date) -> None:
    kept = understood(text, rule=HolidayRule.KEEP)

    assert kept.stated.before
    assert kept.due == datetime.combine(last_day + DAY, time(), LOCAL)
    assert kept.last_day == last_day


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("chậm nhất 17 giờ 00, ngày 29/7/2022", datetime(2022, 7, 29, 17, tzinfo=LOCAL)),
        ("trước 17 giờ ngày 29/7/2022", datetime(2022, 7, 29, 17, tzinfo=LOCAL)),
        ("trước 16h30 ngày 29/7/2022", datetime(2022, 7, 29, 16, 30, tzinfo=LOCAL)),
        ("trước 16:30 29/7/2022", datetime(2022, 7, 29, 16, 30, tzinfo=LOCAL)),
        ("trước 5 giờ chiều ngày 29/7/2022", datetime(2022, 7, 29, 17, tzinfo=LOCAL)),
        ("ngày 29/7/2022, trước 17 giờ 15 phút", datetime(2022, 7, 29, 17, 15, tzinfo=LOCAL)),
        ("trước 17 giờ ngày 30/7/2022", datetime(2022, 8, 1, 17, tzinfo=LOCAL)),
    ],
)
def test_an_hour_is_kept_also_on_the_moved_day(text: str, due: datetime) -> None:
    assert understood(text).due == due


def test_the_explanation_names_the_hour_and_the_moved_day() -> None:
    on_friday = understood("chậm nhất 17 giờ 00, ngày 29/7/2022").explanation()
    on_saturday = understood("trước 17 giờ ngày 30/7/2022").explanation()

    assert on_friday == "Đến 17 giờ 00 ngày 29/7/2022 → 17 giờ 00 Thứ Sáu 29/7/2022"
    assert on_saturday == "Trước 17 giờ 00 ngày 30/7/2022 → Thứ Bảy 30/7 → 17 giờ 00 Thứ Hai 01/8/2022"


def test_what_does_not_move_is_explained_in_two_steps() -> None:
    assert understood("Chậm nhất ngày 29/7").explanation() == "Hết ngày 29/7/2022 → hết Thứ Sáu 29/7/2022"
    assert understood("trước ngày 27/7/2022").explanation() == "Trước ngày 27/7/2022 → hết Thứ Ba 26/7/2022"
    assert understood("05/9/2025").explanation() == "Ngày 05/9/2025 → hết Thứ Sáu 05/9/2025"


def test_a_deadline_that_moves_into_the_next_year_names_both_years() -> None:
    reading = understood("hết năm 2026", calendar=general(2026, 2027), rule=HolidayRule.NEXT)
    sunday = understood("hết năm 2028", calendar=general(2028, 2029))

    assert reading.explanation() == "Hết năm 2026 → hết Thứ Năm 31/12/2026"
    assert sunday.explanation() == "Hết năm 2028 → Chủ nhật 31/12/2028 → hết Thứ Ba 02/01/2029"
    assert sunday.due == datetime(2029, 1, 3, tzinfo=LOCAL)


def test_a_deadline_within_tet_moves_past_the_whole_holiday() -> None:
    calendar = general(2027)

    assert understood("ngày 05/02/2027", calendar=calendar).last_day == date(2027, 2, 11)
    back = understood("trước ngày 08/02/2027", calendar=calendar, rule=HolidayRule.PREVIOUS)
    assert back.explanation() == "Trước ngày 08/02/2027 → Chủ nhật 07/02 → hết Thứ Tư 03/02/2027"


def test_swapped_days_count_as_the_government_swapped_them() -> None:
    calendar = general(2026)

    assert understood("ngày 02/01/2026", calendar=calendar).last_day == date(2026, 1, 5)
    assert understood("ngày 10/01/2026", calendar=calendar).last_day == date(2026, 1, 10)
    assert understood("ngày 22/8/2026", calendar=calendar).last_day == date(2026, 8, 22)
    assert understood("trong tháng 8/2026", calendar=calendar).last_day == date(2026, 9, 3)


@pytest.mark.parametrize(
    ("text", "reference", "last_day"),
    [
        ("hết ngày 28/6", THE_LETTER, date(2022, 6, 28)),
        ("hết ngày 27/6", THE_LETTER, date(2023, 6, 27)),
        ("trước ngày 28/6", THE_LETTER, date(2023, 6, 27)),
        ("trong tháng 6", THE_LETTER, date(2022, 6, 30)),
        ("trong tháng 01", date(2026, 11, 22), date(2027, 1, 31)),
        ("trong quý I", date(2026, 11, 22), date(2027, 3, 31)),
        ("hết ngày 29/02", date(2026, 11, 22), date(2028, 2, 29)),
        ("hết ngày 29/02", date(2096, 3, 1), date(2104, 2, 29)),
        ("trước ngày 01/01", date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_missing_year_is_that_of_the_next_such_day(text: str, reference: date, last_day: date) -> None:
    stated = stated_in(text, reference)

    assert stated is not None
    assert stated.last_day == last_day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sớm nhất có thể",
        "theo Công văn số 630-CV/ĐUK ngày 28/6/2022",
        "ngày 31/6/2022",
        "hết ngày 29/02/2027",
        "trong tháng 13/2022",
        "trước 25 giờ ngày 29/7/2022",
        "trước ngày 25/7/22",
        "trước ngày 25/7/20222",
        "trước ngày 20/7 và trước ngày 25/7/2022",
        "sau ngày 25/7/2022",
        "từ ngày 25/7/2022",
        "không trước ngày 25/7/2022",
        "sau khi hết tháng 7/2022",
        "đầu tháng 8/2022",
        "6 tháng đầu năm 2026",
        "hết năm 2022-2023",
        "số liệu tính đến hết ngày 30/6/2022",
        "chậm nhất thứ Bảy, ngày 29/7/2022",
        "17 giờ, chậm nhất ngày 29/7/2022",
        "trước 17 giờ, trong tháng 7/2022",
        "trước ngày 15 hằng tháng",
        "báo cáo tháng 7/2022",
        "hết ngày 31/12/9999",
    ],
)
def test_what_is_unclear_is_not_guessed(text: str) -> None:
    assert read(text, reference=THE_LETTER, rule=HolidayRule.NEXT, calendar=ORDINARY) is None


@given(DAYS, st.sampled_from(["trước", "đến hết", "chậm nhất", ""]), st.sampled_from(HolidayRule))
def test_any_day_is_read_as_it_is_written(day: date, mark: str, rule: HolidayRule) -> None:
    reading = understood(f"{mark} ngày {day:%d/%m/}{day.year}", day, rule)
    long = understood(f"{mark} ngày {day.day} tháng {day.month} năm {day.year}", day, rule)
    last_day = day - DAY if mark == "trước" else day

    assert reading == long
    assert reading.stated.last_day == last_day
    assert last_day_of(reading.due) == reading.last_day
    assert reading.last_day == last_day or rule != HolidayRule.KEEP
    assert reading.day_off == (last_day.weekday() >= 5)


@given(st.text(alphabet="tructhangnamq 0123456789/.-:,ngayhetdIV", max_size=60), st.sampled_from(HolidayRule))
def test_no_text_breaks_the_reading(text: str, rule: HolidayRule) -> None:
    reading = read(text, reference=THE_LETTER, rule=rule, calendar=ORDINARY)

    assert reading is None or reading.explanation()


def test_a_calendar_without_working_days_is_refused_instead_of_searched_for_ever() -> None:
    closed = WorkingCalendar.of(DayRow(THE_LETTER + n * DAY, DayKind.HOLIDAY) for n in range(800))

    with pytest.raises(ValueError, match="no working day"):
        understood("trong tháng 7/2022", calendar=closed)

"""The calendar as a list in a spreadsheet, and the days off that are known beforehand."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from workflow import errors
from workflow.choices import DayKind
from workflow.rules.calendar import WorkingCalendar
from workflow.rules.day_list import LONGEST_NOTE, DayDraft, read_days, write_days
from workflow.rules.public_holidays import CORRECTIONS, announced, days_of_year
from workflow.rules.vietnamese import normalize

TET = DayDraft(date(2027, 2, 6), DayKind.HOLIDAY, "Mùng một Tết")
SATURDAY = DayDraft(date(2026, 8, 22), DayKind.WORKED, "Làm bù cho ngày 31/8/2026")

# As the calendar keeps a note: in NFC, without white space around it.
NOTES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40).map(
    lambda text: normalize(text).strip()
)
LISTS = st.lists(
    st.builds(DayDraft, st.dates(date(1995, 1, 1), date(2099, 12, 31)), st.sampled_from(DayKind), NOTES),
    unique_by=lambda draft: draft.day,
    min_size=1,
    max_size=20,
)


@given(LISTS)
def test_a_list_reads_back_as_it_was_written(days: list[DayDraft]) -> None:
    assert read_days(write_days(days)) == days


def test_a_spreadsheet_opens_the_list_and_calculates_nothing() -> None:
    text = write_days([TET, DayDraft(SATURDAY.day, SATURDAY.kind, "=HYPERLINK(1)")])

    assert text == (
        "\ufeffNgày;Loại;Ghi chú\r\n06/02/2027;Nghỉ lễ;Mùng một Tết\r\n22/08/2026;Ngày làm việc bù;'=HYPERLINK(1)\r\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "day;kind;note\n2027-02-06;HOLIDAY;Mùng một Tết\n2026-08-22;WORKED;Làm bù cho ngày 31/8/2026\n",
        "\ufeffday,kind,note\r\n6/2/2027,nghỉ lễ,Mùng một Tết\r\n22/8/2026,làm bù,Làm bù cho ngày 31/8/2026",
        "Ngày;Loại;Ghi chú;;\n\n06.02.2027; NGHỈ LỄ ;Mùng một Tết;;\n;;\n22-8-2026;Ngày làm việc bù;"
        "Làm bù cho ngày 31/8/2026;;\n",
        "06/02/2027\tholiday\tMùng một Tết\n22/08/2026\tworked\tLàm bù cho ngày 31/8/2026",
        '06/02/2027;Nghỉ lễ;"Mùng một Tết"\n22/08/2026;Ngày làm bù;"Làm bù cho ngày 31/8/2026"\n',
    ],
)
def test_a_list_may_come_from_any_spreadsheet(text: str) -> None:
    assert read_days(text) == [TET, SATURDAY]


def test_the_kinds_are_read_by_their_names_and_codes() -> None:
    words = ["nghỉ lễ", "Nghỉ bù", "nghi hoan doi", "làm bù", "HOLIDAY", "compensation", "SWAPPED_OFF", "WORKED"]
    text = "\n".join(f"2027-03-{number:02d};{word}" for number, word in enumerate(words, 1))

    assert [draft.kind for draft in read_days(text)] == [*DayKind, *DayKind]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("31/6/2027;Nghỉ lễ;", "is not a day"),
        ("Tết;Nghỉ lễ;", "is not a day"),
        ("06/02/27;Nghỉ lễ;", "is not a day"),
        ("06/02/0227;Nghỉ lễ;", "cannot be right"),
        ("07/02/2027;nghỉ phép;", "no kind of day"),
        ("07/02/2027;;", "no kind of day"),
        ("07/02/2027", "three columns"),
        ("07/02/2027;Nghỉ lễ;Tết;Mùng hai", "three columns"),
        ("06/02/2027;Nghỉ bù;", "stands in line 2"),
        (f"07/02/2027;Nghỉ lễ;{'T' * (LONGEST_NOTE + 1)}", "longer than 200"),
        ("07/02/2027;Nghỉ lễ;\x00", "cannot be kept"),
        ('07/02/2027;Nghỉ lễ;"Tết', "quotation marks"),
        ('07/02/2027;Nghỉ lễ;"Tết" Đinh Mùi', "quotation marks"),
    ],
)
@override("en")
def test_a_wrong_line_is_named_by_its_number_and_says_what_to_do(line: str, says: str) -> None:
    with pytest.raises(errors.CalendarListRefused) as caught:
        read_days(f"day;kind;note\n06/02/2027;Nghỉ lễ;Mùng một Tết\n{line}\n")

    facts: dict[str, Any] = caught.value.facts
    assert facts["count"] == 1
    assert facts["problems"].startswith("line 3: ")
    assert says in facts["problems"]
    assert says in str(caught.value)


@override("en")
def test_all_wrong_lines_are_told_at_once() -> None:
    with pytest.raises(errors.CalendarListRefused) as caught:
        read_days("\n".join(["day;kind;note", *(f"{day}/13/2027;Nghỉ lễ;" for day in range(1, 9))]))

    assert caught.value.facts["count"] == 8
    assert [f"line {line}:" in str(caught.value) for line in range(2, 10)] == [True] * 5 + [False] * 3


@pytest.mark.parametrize("text", ["", "\ufeff", "day;kind;note\n", ";;\n\n"])
def test_an_empty_list_is_refused(text: str) -> None:
    with pytest.raises(errors.CalendarListRefused):
        read_days(text)


# the days off that are known beforehand


def kinds(year: int, this_year: int) -> dict[date, DayKind]:
    return {draft.day: draft.kind for draft in days_of_year(year, this_year)}


def test_the_swaps_of_2026_are_all_known() -> None:
    found = kinds(2026, 2026)

    assert found[date(2026, 1, 2)] == found[date(2026, 8, 31)] == DayKind.SWAPPED_OFF
    assert found[date(2026, 1, 10)] == found[date(2026, 8, 22)] == DayKind.WORKED
    assert found[date(2026, 4, 27)] == DayKind.COMPENSATION
    assert found[date(2026, 11, 24)] == DayKind.HOLIDAY
    assert all("12729/VPCP-KGVX" in draft.note for draft in CORRECTIONS)


def test_a_saturday_worked_for_a_day_off_of_the_next_year_stands_in_its_own_year() -> None:
    assert kinds(2014, 2026)[date(2014, 12, 27)] == DayKind.WORKED
    assert kinds(2015, 2026)[date(2015, 1, 2)] == DayKind.SWAPPED_OFF


def test_tet_2027_is_expected_and_not_yet_announced() -> None:
    expected = days_of_year(2027, this_year=2026)
    calendar = WorkingCalendar.of((draft.day, draft.kind, None) for draft in expected)

    assert all(draft.note.endswith("(dự kiến)") for draft in expected)
    assert calendar.next_working_day(date(2027, 2, 4)) == date(2027, 2, 11)
    assert [announced(draft) for draft in expected] == days_of_year(2027, this_year=2027)


@pytest.mark.parametrize("year", [2022, 2026, 2027, 2028, 2099])
def test_every_known_year_has_its_holidays_once_each_and_in_order(year: int) -> None:
    days = days_of_year(year, this_year=year)

    assert [draft.day for draft in days] == sorted({draft.day for draft in days})
    assert {draft.day.year for draft in days} == {year}
    assert len([draft for draft in days if draft.kind == DayKind.HOLIDAY]) >= 10
    assert all(draft.note and len(draft.note) <= LONGEST_NOTE for draft in days)


def test_a_year_beyond_the_tables_is_not_guessed() -> None:
    for year in (1994, 2100):
        with pytest.raises(ValueError, match="not known"):
            days_of_year(year, this_year=2026)

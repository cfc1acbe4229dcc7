"""What is typed as an id, a number or a day: every field reads it by the same limits."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict

from workflow.errors import DayUnreadable
from workflow.web.board_forms import wanted_of
from workflow.web.register_fields import day
from workflow.web.typed import NO_ID, typed_day, typed_id, typed_moment, typed_number

# What is no number, though one of Python's own tests takes it for one.
NO_NUMBERS = ["²", "٣", "३", "1 000", "-1", "+1", "1.0", "1_000", "0x1", "\x00", "1\x00", "một"]


@pytest.mark.parametrize(
    ("text", "read"), [("7", 7), ("007", 7), ("0", NO_ID), ("", NO_ID), (" 7", NO_ID), ("9" * 18, 10**18 - 1)]
)
def test_an_id_is_its_digits(text: str, read: int) -> None:
    assert typed_id(text) == read


@pytest.mark.parametrize("text", [*NO_NUMBERS, str(2**63), "9" * 19, "9" * 5000])
def test_what_is_no_id_or_larger_than_the_database_knows_is_the_id_of_nothing(text: str) -> None:
    assert typed_id(text) == NO_ID


@pytest.mark.parametrize(
    ("text", "read"),
    [("", None), ("  ", None), ("12", 12), (" 12 ", 12), ("007", 7), ("0", 0), ("999999999", 999999999)],
)
def test_the_number_of_a_document_may_be_left_to_the_register(text: str, read: int | None) -> None:
    assert typed_number(text) == read


@pytest.mark.parametrize("text", [*NO_NUMBERS, "12a", "1234567890", str(2**63)])
def test_what_is_no_number_of_a_document_is_none_that_a_register_gives(text: str) -> None:
    assert typed_number(text) == 0


@pytest.mark.parametrize(
    "text", ["2026-07-31", " 2026-07-31 ", "31/07/2026", "31/7/2026", "31.07.2026", "31-07-2026", " 31/07/2026\t"]
)
def test_a_day_is_read_as_the_field_sends_it_and_as_people_write_it(text: str) -> None:
    assert typed_day(text) == day(text) == date(2026, 7, 31)


def test_the_day_stands_before_the_month() -> None:
    assert typed_day("07/08/2026") == date(2026, 8, 7)


@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_an_empty_day_is_none_and_missed_where_one_is_needed(text: str) -> None:
    assert typed_day(text) is None
    with pytest.raises(DayUnreadable):
        day(text)


@pytest.mark.parametrize(
    "text",
    ["30/02/2026", "29/02/2026", "2026-02-30", "2026-13-01", "31/13/2026", "0000-01-01", "31/07/26", "hôm nay",
     "31/07/2026 x", "01/01/1899", "31/12/9999", "9999-12-31", "x" * 5000, "31/07/2026\x00"],
)  # fmt: skip
def test_what_is_no_day_of_a_calendar_is_refused_with_a_sentence(text: str) -> None:
    for reader in (typed_day, day):
        with pytest.raises(DayUnreadable) as refusal:
            reader(text)
        assert "29/07/2026" in str(refusal.value)


def test_a_moment_is_local() -> None:
    assert typed_moment("2026-07-31", "17:00") == datetime(2026, 7, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(("on", "hour"), [("", "17:00"), ("2026-07-31", ""), ("31/07/2026", "25:00"), ("", "y")])
def test_half_a_moment_is_none(on: str, hour: str) -> None:
    assert typed_moment(on, hour) is None


def test_a_moment_of_an_impossible_day_is_refused() -> None:
    with pytest.raises(DayUnreadable):
        typed_moment("31/02/2026", "17:00")


@pytest.mark.parametrize("text", ["", "0", " 3", *NO_NUMBERS, str(2**63), "9" * 5000])
def test_a_board_s_address_leaves_out_what_is_no_id(text: str) -> None:
    asked = QueryDict(mutable=True)
    asked.update({"officer": text, "parent": text, "page": text})
    wanted = wanted_of(asked)
    assert (wanted.officer, wanted.parent, wanted.page) == ("", None, 1)


def test_a_board_s_address_names_an_officer_and_a_superior_by_id() -> None:
    wanted = wanted_of(QueryDict("officer=12&parent=0034&page=2"))
    assert (wanted.officer, wanted.parent, wanted.page) == ("12", 34, 2)


def test_nobody_is_an_officer_that_one_can_ask_for() -> None:
    assert wanted_of(QueryDict("officer=none")).officer == "none"

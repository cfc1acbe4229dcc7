"""The wording of the letter that urges. domain.md §4.5, §8b."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.late_units import AS_OF, CELL, PARTY, SEND_BEFORE, unit
from workflow.choices import OrganizationKind
from workflow.rules.calendar import LOCAL
from workflow.rules.urging import (
    LONGEST_SUBJECT,
    Asked,
    LateUnit,
    Tally,
    letter_body,
    letter_subject,
    redated,
    report_name,
)

REQUEST = Asked(
    issuer="Đảng ủy Khối",
    issuer_kind=OrganizationKind.BLOC_COMMITTEE,
    number="630-CV/ĐUK",
    date=date(2022, 6, 28),
    subject="sơ kết 5 năm thực hiện Chỉ thị 07-CT/TW",
    report_subject="",
)


def body(units: list[LateUnit], asked: int, received: int, request: Asked = REQUEST, **given: Any) -> str:
    moments: dict[str, Any] = {"as_of": AS_OF, "send_before": SEND_BEFORE} | given
    return letter_body(request, units, Tally(asked, received), **moments)


def test_the_body_is_the_skeleton_with_the_requests_own_names_and_numbers() -> None:
    assert body([unit(n) for n in range(1, 28)], asked=98, received=71) == (
        "Kính gửi: các chi bộ cơ sở (có danh sách kèm theo)\n\n"
        "Thực hiện Công văn số 630-CV/ĐUK, ngày 28/6/2022 của Đảng ủy Khối về sơ kết 5 năm thực hiện Chỉ thị 07-CT/TW;"
        " đến 8 giờ 00 ngày 04/8/2022, Đảng ủy Khối đã nhận được báo cáo của 71/98 đơn vị; còn 27 đơn vị chưa gửi.\n\n"
        "Đề nghị các đồng chí bí thư cấp ủy khẩn trương chỉ đạo hoàn thành, gửi về Đảng ủy Khối (qua Văn phòng)"
        " trước 24 giờ ngày 08/8/2022."
    )


def test_one_unit_is_addressed_by_its_name_and_one_secretary_is_asked() -> None:
    text = body([unit()], asked=3, received=2)

    assert text.startswith("Kính gửi: Chi bộ 1\n")
    assert "báo cáo của 02/03 đơn vị; còn 01 đơn vị chưa gửi." in text
    assert "Đề nghị đồng chí bí thư cấp ủy khẩn trương" in text
    assert "các đồng chí" not in text
    assert "danh sách" not in text


def test_where_nobody_has_sent_no_number_is_received() -> None:
    text = body([unit(n) for n in range(1, 13)], asked=12, received=0)

    assert "Đảng ủy Khối chưa nhận được báo cáo của đơn vị nào; còn 12 đơn vị chưa gửi." in text
    assert "0/12" not in text


def test_units_with_a_later_due_have_not_sent_but_are_not_overdue() -> None:
    text = body([unit(1), unit(2)], asked=10, received=5)

    assert "còn 05 đơn vị chưa gửi, trong đó 02 đơn vị đã quá hạn." in text


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        (datetime(2022, 8, 4, tzinfo=LOCAL), "; đến hết ngày 03/8/2022, "),
        (datetime(2022, 8, 4, 17, 30, 59, tzinfo=LOCAL), "; đến 17 giờ 30 ngày 04/8/2022, "),
    ],
)
def test_the_figures_are_told_with_the_moment_up_to_which_they_hold(as_of: datetime, words: str) -> None:
    assert words in body([unit()], 3, 2, as_of=as_of)


@pytest.mark.parametrize(
    ("send_before", "words"),
    [
        (datetime(2022, 8, 9, tzinfo=LOCAL), "trước 24 giờ ngày 08/8/2022."),
        (datetime(2022, 8, 8, 17, tzinfo=LOCAL), "trước 17 giờ 00 ngày 08/8/2022."),
    ],
)
def test_the_day_to_send_by_is_printed_as_every_due(send_before: datetime, words: str) -> None:
    assert body([unit()], 3, 2, send_before=send_before).endswith(words)


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ([CELL, CELL], "các chi bộ cơ sở"),
        ([PARTY, PARTY], "các đảng bộ cơ sở"),
        ([CELL, PARTY], "các chi, đảng bộ cơ sở"),
        ([OrganizationKind.SUB_CELL] * 2, "các chi bộ trực thuộc"),
        ([OrganizationKind.SUB_CELL, CELL], "các chi bộ"),
        ([OrganizationKind.BLOC_COMMITTEE, PARTY], "các đơn vị"),
    ],
)
def test_many_units_are_addressed_by_what_they_are(kinds: list[str], words: str) -> None:
    units = [unit(number, kind=kind) for number, kind in enumerate(kinds, 1)]

    assert body(units, 9, 7).startswith(f"Kính gửi: {words} (có danh sách kèm theo)\n")


@pytest.mark.parametrize(
    ("number", "paper"),
    [
        ("630-CV/ĐUK", "Công văn số 630-CV/ĐUK"),
        ("12-KH/ĐUK", "Kế hoạch số 12-KH/ĐUK"),
        ("07-HD/BTGTU", "Hướng dẫn số 07-HD/BTGTU"),
        ("15", "Văn bản số 15"),
    ],
)
def test_the_request_is_cited_as_the_paper_its_symbol_says(number: str, paper: str) -> None:
    assert f"Thực hiện {paper}, ngày 28/6/2022 của" in body([unit()], 3, 2, replace(REQUEST, number=number))


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("sơ kết 5 năm", "Khối về sơ kết 5 năm; đến"),
        ("V/v sơ kết 5 năm", "Khối về việc sơ kết 5 năm; đến"),
        ("Về việc sơ kết 5 năm", "Khối về việc sơ kết 5 năm; đến"),
        ("về công tác tuyên truyền", "Khối về công tác tuyên truyền; đến"),
        ("", "Khối; đến"),
    ],
)
def test_the_requests_subject_is_cited_without_saying_về_twice(subject: str, words: str) -> None:
    assert words in body([unit()], 3, 2, replace(REQUEST, subject=subject))


def test_a_committee_without_an_office_is_not_written_to_through_one() -> None:
    below = replace(REQUEST, issuer="Đảng ủy Sở Văn hóa", issuer_kind=PARTY)

    assert "gửi về Đảng ủy Sở Văn hóa trước" in body([unit()], 3, 2, below)


@given(st.integers(1, 1200), st.integers(0, 1200), st.integers(0, 50))
def test_nothing_of_one_committee_is_written_for_another(late: int, received: int, later: int) -> None:
    elsewhere = Asked("Tỉnh ủy Lào Cai", OrganizationKind.PROVINCE_COMMITTEE, "810-CV/TU", None, "báo cáo quý", "")
    text = body([unit(n) for n in range(1, late + 1)], late + received + later, received, elsewhere)

    assert "Khối" not in text
    assert "Yên Bái" not in text
    assert text.count("Tỉnh ủy Lào Cai") >= 3
    assert ("đã quá hạn" in text) == (later > 0)


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("sơ kết 5 năm", "báo cáo sơ kết 5 năm"),
        ("V/v sơ kết 5 năm", "báo cáo sơ kết 5 năm"),
        ("V/v: sơ kết 5 năm", "báo cáo sơ kết 5 năm"),
        ("Báo cáo sơ kết 5 năm", "báo cáo sơ kết 5 năm"),
        ("", "báo cáo"),
    ],
)
def test_a_report_is_named_as_one_once(subject: str, name: str) -> None:
    assert report_name(subject) == name


def test_the_subject_names_the_report_as_the_units_title_it() -> None:
    assert letter_subject(REQUEST) == "đôn đốc gửi báo cáo sơ kết 5 năm thực hiện Chỉ thị 07-CT/TW"
    assert letter_subject(replace(REQUEST, report_subject="sơ kết CT 07")) == "đôn đốc gửi báo cáo sơ kết CT 07"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=500))
def test_the_subject_fits_its_column_however_long_the_report_is_called(name: str) -> None:
    assert len(letter_subject(replace(REQUEST, subject=name))) <= LONGEST_SUBJECT


def test_a_long_subject_ends_at_a_word() -> None:
    text = letter_subject(replace(REQUEST, subject="tuyên truyền " * 60))

    assert text.endswith((" tuyên…", " truyền…"))


def test_another_day_to_send_by_is_written_into_the_text() -> None:
    later = SEND_BEFORE + timedelta(days=2)

    text = redated(body([unit()], 3, 2), SEND_BEFORE, later)

    assert text == body([unit()], 3, 2, send_before=later)

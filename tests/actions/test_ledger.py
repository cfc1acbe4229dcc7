"""The ledger of the year, read and exported. domain.md 4.5."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from tests.builders import (
    NOW,
    World,
    open_upper,
    revision_of,
    to_sent,
    to_signed,
)
from tests.lateness import DAY, DUE, LATE_START, TUESDAY, close, excuse, give
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns, intake, signing, timeliness
from workflow.choices import Stream, Timeliness, Verb
from workflow.models import CampaignRemark, Event, Report
from workflow.queries.timeliness import ledger
from workflow.rules.calendar import LOCAL


def a_year(world: World) -> World:
    """One sent in time, one late and excused, one not at all; the request is closed."""
    to_sent(world, world.report("cell"))
    to_signed(world, world.report("other"), LATE_START)
    signing.issue(
        report_id=world.report("other").pk, actor=world.phuc, revision_id=revision_of(world.report("other")),
        now=TUESDAY,
    )  # fmt: skip
    give(world, '=cmd|" /C calc"!A0', unit="other", who="oanh")
    excuse(world, "+ Bão số 3", unit="other")
    give(world, "@Chưa họp", unit="party", who="thu")
    close(world)
    return world


def test_the_ledger_has_a_row_for_every_unit_of_every_closed_request(world: World) -> None:
    a_year(world)

    found = ledger(world.duk.pk, 2026, world.khanh, TUESDAY)

    rows = {row.unit_id: row for row in found.rows}
    assert rows.keys() == {world.cell.pk, world.other.pk, world.party.pk}
    late = rows[world.other.pk]
    assert (late.number, late.subject, late.unit) == ("630-CV/ĐUK", "V/v sơ kết 5 năm", "Chi bộ Bưu điện tỉnh")
    assert (late.original_due, late.due, late.sent_at) == (DUE, DUE, TUESDAY)
    assert (late.timeliness, late.days_late, late.excused) == (Timeliness.LATE, 2, True)
    assert (late.reason, late.excuse) == ('=cmd|" /C calc"!A0', "+ Bão số 3")
    assert (rows[world.cell.pk].timeliness, rows[world.cell.pk].days_late) == (Timeliness.ON_TIME, 0)
    unsent = rows[world.party.pk]
    assert (unsent.sent_at, unsent.days_late, unsent.excused, unsent.reason) == (None, 2, False, "@Chưa họp")
    assert [row.unit for row in found.rows] == [
        "Chi bộ Bưu điện tỉnh", "Chi bộ Sở Thông tin và Truyền thông", "Đảng bộ Sở Văn hóa, Thể thao và Du lịch",
    ]  # fmt: skip


def test_a_year_of_a_unit_counts_what_was_sent_late_or_not_at_all(world: World) -> None:
    a_year(world)

    years = {year.unit_id: year for year in ledger(world.duk.pk, 2026, world.tam, TUESDAY).units}

    late, unsent, fine = years[world.other.pk], years[world.party.pk], years[world.cell.pk]
    assert (late.expected, late.on_time, late.late, late.not_sent, late.excused) == (1, 0, 1, 0, 1)
    assert (unsent.expected, unsent.on_time, unsent.late, unsent.not_sent) == (1, 0, 0, 1)
    assert (fine.expected, fine.on_time, fine.average_days_late) == (1, 1, None)
    assert (str(late.average_days_late), str(unsent.average_days_late)) == ("2.0", "2.0")


def test_whoever_is_exempt_is_listed_and_not_counted(world: World) -> None:
    intake.exempt(report_id=world.report().pk, actor=world.dung, reason="Mới thành lập.", now=NOW)
    close(world)

    found = ledger(world.duk.pk, 2026, world.dung, TUESDAY)

    assert {row.timeliness for row in found.rows if row.unit_id == world.cell.pk} == {Timeliness.NOT_EXPECTED}
    assert [year.expected for year in found.units if year.unit_id == world.cell.pk] == [0]


def test_a_request_that_runs_or_was_cancelled_or_reopened_is_not_in_the_ledger(world: World) -> None:
    assert ledger(world.duk.pk, 2026, world.dung, TUESDAY).rows == []
    close(world)
    assert len(ledger(world.duk.pk, 2026, world.dung, TUESDAY).rows) == 3
    campaigns.reopen(campaign_id=world.campaign.pk, actor=world.khanh, reason="Còn thiếu.", now=TUESDAY)
    assert ledger(world.duk.pk, 2026, world.dung, TUESDAY).rows == []
    assert CampaignRemark.objects.count() == 2


@pytest.mark.parametrize(
    ("last_day", "year"), [(date(2026, 12, 31), 2026), (date(2027, 1, 4), 2027)], ids=["24 giờ ngày 31/12", "January"]
)
def test_a_due_at_the_end_of_the_last_day_belongs_to_the_year_that_ends(
    world: World, last_day: date, year: int
) -> None:
    due = datetime.combine(last_day + DAY, time(), LOCAL)
    campaigns.amend(campaign_id=world.campaign.pk, actor=world.khanh, due=due, now=NOW)
    close(world, due + DAY)

    found = {each: len(ledger(world.duk.pk, each, world.dung, due + DAY).rows) for each in (2025, 2026, 2027)}

    assert found == {2025: 0, 2026: 0, 2027: 0} | {year: 3}


def test_a_unit_reads_its_own_rows_and_nobody_else_any(world: World) -> None:
    a_year(world)

    for who, units in (("lan", {world.cell.pk}), ("mai", {world.cell.pk}), ("son", {world.party.pk})):
        found = ledger(world.duk.pk, 2026, world.people[who], TUESDAY)
        assert {row.unit_id for row in found.rows} == {year.unit_id for year in found.units} == units
    for who in ("uyen", "viet", "sub_secretary", "xuan", "stranger"):
        with refused(errors.NotVisible, "not_visible"):
            ledger(world.duk.pk, 2026, world.people[who], TUESDAY)
    with refused(errors.NotVisible, "not_visible"):
        ledger(world.tu.pk, 2026, world.khanh, TUESDAY)
    open_upper(world)
    assert ledger(world.tu.pk, 2026, world.khanh, TUESDAY).rows == []


NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def cells(workbook: bytes, sheet: int) -> Iterator[list[object]]:
    """The cells of a sheet's rows as they are stored: texts, numbers, and nothing that is calculated."""
    with ZipFile(BytesIO(workbook)) as folder:
        texts = ElementTree.fromstring(folder.read(f"xl/worksheets/sheet{sheet}.xml"))  # noqa: S314 – made here
        shared = folder.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in folder.namelist() else ""
    assert "<si>" not in shared
    assert texts.findall(".//m:f", NAMES) == []
    for row in texts.findall(".//m:row", NAMES):
        yield [
            "".join(cell.itertext()) if cell.get("t") == "inlineStr" else float("".join(cell.itertext()))
            for cell in row.findall("m:c", NAMES)
        ]


def test_the_workbook_has_a_sheet_of_units_and_one_of_every_report(world: World) -> None:
    a_year(world)

    workbook = timeliness.export_timeliness(issuer_id=world.duk.pk, year=2026, actor=world.tam, now=TUESDAY)

    with ZipFile(BytesIO(workbook)) as folder:
        assert re.findall('<sheet name="([^"]*)"', folder.read("xl/workbook.xml").decode()) == ["Tổng hợp", "Chi tiết"]
    title, heading, *units = cells(workbook, 1)
    assert title == ["Sổ theo dõi thời hạn gửi báo cáo năm 2026 – Đảng ủy Khối cơ quan và doanh nghiệp tỉnh"]
    assert heading[:4] == ["TT", "Đơn vị", "Số báo cáo phải gửi", "Gửi đúng hạn"]
    assert units == [
        [1.0, "Chi bộ Bưu điện tỉnh", 1.0, 0.0, 1.0, 0.0, 1.0, 2.0],
        [2.0, "Chi bộ Sở Thông tin và Truyền thông", 1.0, 1.0, 0.0, 0.0, 0.0, ""],
        [3.0, "Đảng bộ Sở Văn hóa, Thể thao và Du lịch", 1.0, 0.0, 0.0, 1.0, 0.0, 2.0],
    ]
    _title, heading, *rows = cells(workbook, 2)
    assert heading[-2:] == ["Lý do chậm", "Căn cứ chấp nhận"]
    assert [row[1] for row in rows] == [unit[1] for unit in units]


def test_dates_are_dates_and_what_looks_like_a_formula_is_a_text(world: World) -> None:
    a_year(world)

    workbook = timeliness.export_timeliness(issuer_id=world.duk.pk, year=2026, actor=world.khanh, now=TUESDAY)

    _title, _heading, late, *_others, unsent = cells(workbook, 2)
    excel_day_zero = datetime(1899, 12, 30)  # noqa: DTZ001 – a workbook knows no zones
    moments = [excel_day_zero + timedelta(days=float(str(late[place]))) for place in (4, 5, 6)]
    # The last day on which it could be sent, not the exclusive instant after it.
    assert [moment.date() for moment in moments] == [date(2026, 7, 31), date(2026, 7, 31), date(2026, 8, 4)]
    assert round((moments[2] - datetime(2026, 8, 4)).total_seconds()) == 9 * 3600  # noqa: DTZ001
    assert late[7:10] == ["Gửi chậm", 2.0, "Có"]
    assert late[10:] == ['=cmd|" /C calc"!A0', "+ Bão số 3"]
    assert unsent[6:] == ["", "Quá hạn", 2.0, "", "@Chưa họp", ""]


def test_every_export_is_logged_on_the_issuers_stream_and_says_whose_rows_it_held(world: World) -> None:
    a_year(world)

    whole = timeliness.export_timeliness(issuer_id=world.duk.pk, year=2026, actor=world.dung, now=TUESDAY)
    own = timeliness.export_timeliness(issuer_id=world.duk.pk, year=2026, actor=world.lan, now=TUESDAY)

    events = Event.objects.filter(verb=Verb.EXPORT_TIMELINESS).order_by("pk")
    assert [(event.stream, event.stream_id, event.actor) for event in events] == [
        (Stream.ORGANIZATION, world.duk.pk, world.dung), (Stream.ORGANIZATION, world.duk.pk, world.lan),
    ]  # fmt: skip
    assert [event.facts["units"] for event in events] == [None, [world.cell.pk]]
    assert {event.facts["year"] for event in events} == {2026}
    assert events[0].facts["sha256"] != events[1].facts["sha256"]
    assert [row[1] for row in list(cells(own, 2))[2:]] == ["Chi bộ Sở Thông tin và Truyền thông"]
    again = timeliness.export_timeliness(issuer_id=world.duk.pk, year=2026, actor=world.khanh, now=TUESDAY)
    assert again == whole


def test_an_export_of_what_one_may_not_read_is_refused_and_not_logged(world: World) -> None:
    a_year(world)
    for who in ("uyen", "viet", "xuan", "stranger"):
        with refused(errors.NotVisible, "not_visible"):
            timeliness.export_timeliness(issuer_id=world.duk.pk, year=2026, actor=world.people[who], now=TUESDAY)


def test_an_empty_year_is_an_empty_workbook(world: World) -> None:
    workbook = timeliness.export_timeliness(issuer_id=world.duk.pk, year=2031, actor=world.dung, now=TUESDAY)

    assert [len(list(cells(workbook, sheet))) for sheet in (1, 2)] == [2, 2]
    assert Report.objects.count() == 4

"""Why a report is late, whether that is excused, whose lateness it is, and the ledger of the year. domain.md 4.5."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import (
    NOW,
    World,
    open_upper,
    prepared_campaign,
    resubmit,
    revision_of,
    sign_and_issue,
    to_sent,
    to_signed,
    to_supplement,
)
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns, deadlines, intake, signing, timeliness
from workflow.choices import ReportState, Stream, Timeliness, Verb
from workflow.flows.calendars import calendar_of
from workflow.models import Campaign, CampaignRemark, Event, Lateness, Report, TimelinessRecord
from workflow.queries.timeliness import late_reason, ledger, supplement_standings
from workflow.rules.calendar import LOCAL
from workflow.rules.timeliness import Standing, standing

DAY = timedelta(days=1)
DUE = datetime(2026, 8, 1, tzinfo=LOCAL)  # 24 giờ ngày 31/7/2026, a Friday
TUESDAY = datetime(2026, 8, 4, 9, tzinfo=LOCAL)  # two working days late
LATE_START = TUESDAY - 5 * DAY  # to_sent() sends five days after it begins
REASON = "Trùng đại hội chi bộ."


def give(world: World, reason: str = REASON, now: datetime = TUESDAY, unit: str = "cell", who: str = "lan") -> Lateness:
    return timeliness.give_late_reason(report_id=world.report(unit).pk, actor=world.people[who], reason=reason, now=now)


def excuse(world: World, reason: str = "Bão số 3.", now: datetime = TUESDAY, unit: str = "cell") -> Lateness:
    return timeliness.excuse_lateness(report_id=world.report(unit).pk, actor=world.khanh, reason=reason, now=now)


def close(world: World, now: datetime = TUESDAY) -> None:
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Hết đợt.", now=now)


def recorded(world: World, unit: str = "cell") -> TimelinessRecord:
    return TimelinessRecord.objects.get(report=world.report(unit))


def how_timely(world: World, now: datetime, unit: str = "cell") -> Standing:
    report = world.report(unit)
    return standing(report.due, report.sent_at, now, calendar_of(report.issuer_id))


# reason and excuse


def test_the_unit_says_why_and_the_issuer_excuses(world: World) -> None:
    lateness = give(world)
    assert (lateness.reason, lateness.given_by, lateness.given_at) == (REASON, world.lan, TUESDAY)

    excuse(world, now=TUESDAY + DAY)

    lateness.refresh_from_db()
    assert (lateness.reason, lateness.excuse) == (REASON, "Bão số 3.")
    assert (lateness.excused_by, lateness.excused_at) == (world.khanh, TUESDAY + DAY)
    for verb in (Verb.GIVE_LATE_REASON, Verb.EXCUSE_LATENESS):
        event = Event.objects.get(verb=verb)
        assert (event.stream_id, event.facts) == (world.report().pk, {"lateness": lateness.pk})
        assert event.state_from == event.state_to == ReportState.DRAFT


def test_the_reason_may_be_said_anew_until_it_is_excused_and_one_row_holds_it(world: World) -> None:
    give(world)
    give(world, "Bí thư đi học.", who="hung")
    assert Lateness.objects.get().reason == "Bí thư đi học."
    assert Lateness.objects.get().given_by == world.hung

    excuse(world)

    with refused(errors.LatenessExcused, "lateness_excused"):
        give(world)
    with refused(errors.LatenessExcused, "lateness_excused"):
        excuse(world)


def test_lateness_is_excused_without_a_reason_of_the_unit_as_well(world: World) -> None:
    assert excuse(world).reason == ""


def test_an_empty_reason_says_nothing(world: World) -> None:
    with refused(errors.ReasonMissing, "reason_missing"):
        give(world, "  ")
    with refused(errors.ReasonMissing, "reason_missing"):
        excuse(world, "")


def test_what_is_not_late_needs_no_reason(world: World) -> None:
    on_time = DUE - timedelta(microseconds=1)
    with refused(errors.NotLate, "not_late", due="24 giờ ngày 31/7/2026"):
        give(world, now=on_time)
    with refused(errors.NotLate, "not_late"):
        excuse(world, now=on_time)
    give(world, now=DUE)

    to_sent(world, world.report("other"))
    with refused(errors.NotLate, "not_late"):
        give(world, now=TUESDAY, unit="other", who="oanh")


def test_what_was_sent_late_is_explained_after_the_sending_too(world: World) -> None:
    to_sent(world, world.report(), LATE_START)

    give(world, now=TUESDAY + 9 * DAY)

    assert excuse(world, now=TUESDAY + 9 * DAY).excuse


def test_an_extension_that_was_granted_leaves_nothing_to_explain(world: World) -> None:
    deadlines.ask_extension(
        report_id=world.report().pk, actor=world.lan, due=TUESDAY + 9 * DAY, reason=REASON, now=TUESDAY
    )
    give(world)
    deadlines.decide_extension(report_id=world.report().pk, actor=world.khanh, due=TUESDAY + 9 * DAY, now=TUESDAY)

    with refused(errors.NotLate, "not_late"):
        give(world)


def test_an_exempt_unit_is_never_late_and_an_ended_request_asks_no_more(world: World) -> None:
    intake.exempt(report_id=world.report().pk, actor=world.dung, reason="Mới thành lập.", now=NOW)
    with refused(errors.AlreadyDone, "already_done"):
        give(world)
    close(world)
    with refused(errors.CampaignNotRunning, "campaign_not_running"):
        give(world, unit="other", who="oanh")


def test_the_reason_is_read_by_the_unit_and_the_issuers_office_and_not_two_levels_up(world: World) -> None:
    report = world.report().pk
    assert late_reason(report, world.dung, TUESDAY) is None
    give(world)
    for who in ("lan", "nam", "mai", "dung", "khanh", "tam"):
        found = late_reason(report, world.people[who], TUESDAY)
        assert found is not None
        assert found.reason == REASON
    for who in ("uyen", "viet", "phuc", "xuan", "stranger"):
        with refused(errors.NotVisible, "not_visible"):
            late_reason(report, world.people[who], TUESDAY)


# the fair clock: the office's time is never the unit's lateness


def test_a_report_that_the_office_leaves_lying_stays_on_time(world: World) -> None:
    sent = to_sent(world, world.report(), DUE - 6 * DAY)

    intake.receive(report_id=sent.pk, actor=world.dung, revision_id=revision_of(sent), now=DUE + 30 * DAY)

    assert how_timely(world, DUE + 40 * DAY) == Standing(Timeliness.ON_TIME)


def test_a_report_that_is_returned_and_supplemented_late_stays_on_time_and_only_its_supplement_is_late(
    world: World,
) -> None:
    begin = DUE - 12 * DAY
    report = to_supplement(world, world.report(), begin)  # sent a week before the due, then asked to be added to
    asked_until = report.supplement_due
    assert asked_until == begin + 20 * DAY  # 24 giờ of Saturday 8/8/2026
    while_it_waits = supplement_standings(report.pk, world.lan, asked_until + 3 * DAY)
    assert [found for _supplement, found in while_it_waits] == [Standing(Timeliness.OVERDUE, 3)]
    assert how_timely(world, asked_until + 3 * DAY) == Standing(Timeliness.ON_TIME)

    resubmit(world, report, asked_until + 4 * DAY)
    sign_and_issue(world, report, asked_until + 4 * DAY)

    ((_supplement, found),) = supplement_standings(report.pk, world.dung, asked_until + 40 * DAY)
    assert found == Standing(Timeliness.LATE, 4)
    assert how_timely(world, asked_until + 40 * DAY) == Standing(Timeliness.ON_TIME)
    with refused(errors.NotLate, "not_late"):
        give(world, now=asked_until + 40 * DAY)


def test_a_supplement_in_time_does_not_mend_a_report_that_was_sent_late(world: World) -> None:
    report = to_supplement(world, world.report(), LATE_START)
    due = report.supplement_due
    assert due is not None
    resubmit(world, report, due - 2 * DAY)
    sign_and_issue(world, report, due - 2 * DAY)

    ((_supplement, found),) = supplement_standings(report.pk, world.dung, due)
    assert found == Standing(Timeliness.ON_TIME)
    assert how_timely(world, due) == Standing(Timeliness.LATE, 2)


def test_a_supplement_that_the_office_withdrew_is_nobodys_lateness(world: World) -> None:
    report = to_supplement(world, world.report())
    due = report.supplement_due
    assert due is not None
    intake.withdraw_supplement(report_id=report.pk, actor=world.dung, now=due + 9 * DAY)

    ((_supplement, found),) = supplement_standings(report.pk, world.dung, due + 10 * DAY)

    assert found == Standing(Timeliness.NOT_EXPECTED)
    assert how_timely(world, due + 10 * DAY) == Standing(Timeliness.ON_TIME)


def test_a_supplement_that_is_recalled_before_the_office_took_it_keeps_the_first_sending(world: World) -> None:
    begin = DUE - 12 * DAY
    report = to_supplement(world, world.report(), begin)
    resubmit(world, report, DUE + DAY)
    sign_and_issue(world, report, DUE + DAY)
    signing.recall_sent(
        report_id=report.pk, actor=world.hung, revision_id=revision_of(report), reason="Nhầm.", now=DUE + DAY
    )

    assert how_timely(world, DUE + 9 * DAY) == Standing(Timeliness.ON_TIME)


# what is written when the request closes


def test_what_is_excused_stays_late_in_the_days_and_is_marked(world: World) -> None:
    to_sent(world, world.report(), LATE_START)
    excuse(world, now=TUESDAY + DAY)
    excuse(world, unit="other", now=TUESDAY + DAY)
    close(world, TUESDAY + 2 * DAY)

    sent, unsent, silent = (recorded(world, unit) for unit in ("cell", "other", "party"))
    assert (sent.timeliness, sent.working_days, sent.excused) == (Timeliness.LATE, 2, True)
    assert (unsent.timeliness, unsent.working_days, unsent.excused) == (Timeliness.OVERDUE, 4, True)
    assert (silent.timeliness, silent.working_days, silent.excused) == (Timeliness.OVERDUE, 4, False)


def test_an_excuse_that_an_extension_made_idle_marks_nothing(world: World) -> None:
    deadlines.ask_extension(
        report_id=world.report().pk, actor=world.lan, due=TUESDAY + 20 * DAY, reason=REASON, now=TUESDAY
    )
    excuse(world)
    deadlines.decide_extension(report_id=world.report().pk, actor=world.khanh, due=TUESDAY + 20 * DAY, now=TUESDAY)
    to_sent(world, world.report(), TUESDAY)
    close(world, TUESDAY + 9 * DAY)

    assert (recorded(world).timeliness, recorded(world).excused) == (Timeliness.ON_TIME, False)
    assert (recorded(world).original_due, recorded(world).due) == (DUE, TUESDAY + 20 * DAY)


def test_a_request_that_closes_again_writes_what_holds_then(world: World) -> None:
    close(world)
    campaigns.reopen(campaign_id=world.campaign.pk, actor=world.khanh, reason="Còn thiếu.", now=TUESDAY)
    to_sent(world, world.report(), TUESDAY)
    close(world, TUESDAY + 9 * DAY)

    assert TimelinessRecord.objects.count() == 3
    assert (recorded(world).timeliness, recorded(world).sent_at) == (Timeliness.LATE, TUESDAY + 5 * DAY)
    assert recorded(world).written_at == TUESDAY + 9 * DAY


def test_the_ledger_of_a_close_is_written_in_as_many_queries_for_all_as_for_one(world: World) -> None:
    single = prepared_campaign(world.duk, world.dung, number="640-CV/ĐUK")
    campaigns.edit_campaign(
        campaign_id=single.pk, actor=world.dung, fields={"audience": "LIST"}, audience_units=[world.cell.pk], now=NOW
    )
    campaigns.open_campaign(campaign_id=single.pk, actor=world.dung, now=NOW)

    def queries(campaign: Campaign) -> int:
        with CaptureQueriesContext(connection) as captured:
            timeliness.write_timeliness(campaign, TUESDAY)
        return len(captured)

    assert queries(single) == queries(world.campaign) <= 5


# the ledger of the year


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


# the workbook

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

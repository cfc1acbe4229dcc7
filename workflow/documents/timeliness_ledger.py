"""The timeliness ledger as a workbook: a sheet per unit's year and a sheet of every report."""

from collections.abc import Iterable
from datetime import datetime, time
from io import BytesIO
from typing import Any

from django.utils.translation import override
from xlsxwriter import Workbook

from workflow.choices import Timeliness
from workflow.rules.calendar import LOCAL, last_day_of
from workflow.rules.timeliness_ledger import LedgerRow, UnitYear

SUMMARY = (
    ("TT", 6),
    ("Đơn vị", 48),
    ("Số báo cáo phải gửi", 14),
    ("Gửi đúng hạn", 14),
    ("Gửi chậm", 14),
    ("Chưa gửi", 14),
    ("Được chấp nhận lý do chậm", 16),
    ("Số ngày làm việc chậm bình quân", 18),
)
DETAIL = (
    ("TT", 6),
    ("Đơn vị", 48),
    ("Số công văn", 18),
    ("Trích yếu", 48),
    ("Hạn gửi ban đầu", 18),
    ("Hạn gửi", 18),
    ("Thời điểm gửi", 18),
    ("Kết quả", 18),
    ("Số ngày làm việc chậm", 14),
    ("Chấp nhận lý do chậm", 14),
    ("Lý do chậm", 48),
    ("Căn cứ chấp nhận", 48),
)
TITLE, HEADING, FIRST = 0, 2, 3
# Every text is written as a text: one that begins with = + - @ is no formula.
PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def ledger_workbook(issuer: str, year: int, rows: Iterable[LedgerRow], made_at: datetime) -> bytes:
    """The .xlsx of an issuer's year; rows are read once and not kept."""
    target = BytesIO()
    with Workbook(target, {"constant_memory": True, **PLAIN_TEXT}) as book:
        book.set_properties({"title": _title(issuer, year), "created": _local(made_at)})
        summary = _Sheet(book, "Tổng hợp", _title(issuer, year), SUMMARY)
        detail = _Sheet(book, "Chi tiết", _title(issuer, year), DETAIL)
        years: dict[int, UnitYear] = {}
        with override("vi"):
            words = {word: str(word.label) for word in Timeliness}
        for row in rows:
            detail.write(_cells_of_row(row, words))
            years.setdefault(row.unit_id, UnitYear(row.unit_id, row.unit)).count(row)
        for unit in years.values():
            summary.write(_cells_of_unit(unit))
        for sheet in (summary, detail):
            sheet.finish()
    return target.getvalue()


def _title(issuer: str, year: int) -> str:
    return f"Sổ theo dõi thời hạn gửi báo cáo năm {year} – {issuer}"


def _cells_of_row(row: LedgerRow, words: dict[Timeliness, str]) -> list[Any]:
    return [
        row.unit,
        row.number,
        row.subject,
        _due(row.original_due),
        _due(row.due),
        _local(row.sent_at) if row.sent_at else "",
        words[row.timeliness],
        row.days_late,
        "Có" if row.excused else "",
        row.reason,
        row.excuse,
    ]


def _cells_of_unit(unit: UnitYear) -> list[Any]:
    average = unit.average_days_late
    counts = [unit.expected, unit.on_time, unit.late, unit.not_sent, unit.excused]
    return [unit.unit, *counts, "" if average is None else float(average)]


def _local(moment: datetime) -> datetime:
    return moment.astimezone(LOCAL).replace(tzinfo=None, microsecond=0)


def _due(due: datetime) -> datetime:
    """A due at midnight is shown as the last day, another with its hour."""
    local = _local(due)
    return local if local.time() != time() else datetime.combine(last_day_of(due), time())


class _Sheet:
    """A sheet that is written from top to bottom."""

    def __init__(self, book: Workbook, name: str, title: str, columns: tuple[tuple[str, int], ...]) -> None:
        self.sheet = book.add_worksheet(name)
        self.columns, self.count = columns, 0
        self.day = book.add_format({"num_format": "dd/mm/yyyy"})
        self.moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        heading = book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "vcenter"})
        for place, (_words, width) in enumerate(columns):
            self.sheet.set_column(place, place, width)
        self.sheet.freeze_panes(FIRST, 2)
        self.sheet.write_string(TITLE, 0, title, book.add_format({"bold": True}))
        for place, (words, _width) in enumerate(columns):
            self.sheet.write_string(HEADING, place, words, heading)

    def write(self, cells: list[Any]) -> None:
        row = FIRST + self.count
        self.count += 1
        for place, cell in enumerate([self.count, *cells]):
            if isinstance(cell, datetime):
                form = self.day if cell.time() == time() else self.moment
                self.sheet.write_datetime(row, place, cell, form)
            elif isinstance(cell, str):
                self.sheet.write_string(row, place, cell)
            else:
                self.sheet.write_number(row, place, cell)

    def finish(self) -> None:
        self.sheet.autofilter(HEADING, 0, HEADING + self.count, len(self.columns) - 1)

"""The letter that urges late units (công văn đôn đốc), its annex, and the text for a telephone (domain.md §4.5, §8b).

All of it is Vietnamese, whatever language its writer's screen has. Names, numbers and dates come from the request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.utils.translation import override

from workflow.choices import CELL_KINDS, HolidayRule, OrganizationKind, ReportState, Timeliness, label
from workflow.rules.calendar import WorkingCalendar, exclusive_due, local_day, print_due
from workflow.rules.canonical import canonical_json
from workflow.rules.timeliness import Standing, lateness
from workflow.rules.vietnamese import format_day_short, format_number, normalize

LONGEST_SUBJECT = 500
# What the clock's draft gives the units: until the end of the second working day.
DAYS_TO_SEND = 2

_PAPERS = {
    "CV": "Công văn",
    "KH": "Kế hoạch",
    "HD": "Hướng dẫn",
    "CT": "Chỉ thị",
    "TB": "Thông báo",
    "QĐ": "Quyết định",
    "CTr": "Chương trình",
}
_WITH_AN_OFFICE = frozenset({OrganizationKind.PROVINCE_COMMITTEE, OrganizationKind.BLOC_COMMITTEE})
_GRASSROOTS = frozenset({OrganizationKind.GRASSROOTS_CELL, OrganizationKind.GRASSROOTS_PARTY})
_MANY = {
    frozenset({OrganizationKind.GRASSROOTS_CELL}): "các chi bộ cơ sở",
    frozenset({OrganizationKind.GRASSROOTS_PARTY}): "các đảng bộ cơ sở",
    _GRASSROOTS: "các chi, đảng bộ cơ sở",
    frozenset({OrganizationKind.SUB_CELL}): "các chi bộ trực thuộc",
}


@dataclass(frozen=True, slots=True)
class LateUnit:
    """A unit that is overdue; `reminders`: how often it was urged about this due. Dues are exclusive instants."""

    organization_id: int
    report_id: int
    name: str
    kind: str
    state: str
    started: bool
    due: datetime
    secretary: str
    reminders: int
    asked_due: datetime | None = None
    granted_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Units that have to report, and those of them that have sent."""

    asked: int
    received: int

    @property
    def unsent(self) -> int:
        return self.asked - self.received


@dataclass(frozen=True, slots=True)
class Asked:
    """What the letter says of the request that the units were asked by."""

    issuer: str
    issuer_kind: str
    number: str
    date: date | None
    subject: str
    report_subject: str


def urged_by(now: datetime, calendar: WorkingCalendar) -> datetime:
    """The exclusive instant before which the clock's letter asks to send: the end of the second working day."""
    return exclusive_due(calendar.add_working_days(local_day(now), DAYS_TO_SEND), HolidayRule.KEEP, calendar)


def recipients_of(issuer_kind: str) -> list[str]:
    """Nơi nhận: whom the letter is addressed to, and where its copy is kept."""
    kept = "Văn phòng" if issuer_kind in _WITH_AN_OFFICE else "Chi bộ" if issuer_kind in CELL_KINDS else "Đảng ủy"
    return ["Như kính gửi", f"Lưu {kept}"]


def report_name(subject: str) -> str:
    """báo cáo sơ kết …, from “sơ kết …”, “V/v sơ kết …” or “Báo cáo sơ kết …”."""
    name = _bare(subject)
    if name.casefold().startswith("báo cáo"):
        return name[0].lower() + name[1:]
    return f"báo cáo {name}".rstrip()


def letter_subject(asked: Asked) -> str:
    """đôn đốc gửi báo cáo …, cut at a word where the column ends."""
    return _cut(f"đôn đốc gửi {report_name(asked.report_subject or asked.subject)}", LONGEST_SUBJECT)


def letter_body(
    asked: Asked, units: Sequence[LateUnit], tally: Tally, *, as_of: datetime, send_before: datetime
) -> str:
    """The paragraphs from Kính gửi on. `send_before` is exclusive, as a due is."""
    listed = "" if len(units) == 1 else " (có danh sách kèm theo)"
    received = (
        f"đã nhận được báo cáo của {_counted(tally.received)}/{_counted(tally.asked)} đơn vị"
        if tally.received
        else "chưa nhận được báo cáo của đơn vị nào"
    )
    late = "" if tally.unsent == len(units) else f", trong đó {_counted(len(units))} đơn vị đã quá hạn"
    office = " (qua Văn phòng)" if asked.issuer_kind in _WITH_AN_OFFICE else ""
    secretaries = "đồng chí bí thư cấp ủy" if len(units) == 1 else "các đồng chí bí thư cấp ủy"
    return "\n\n".join(
        [
            f"Kính gửi: {_addressees(units)}{listed}",
            f"Thực hiện {_cited(asked)}; đến {moment_words(as_of)}, {asked.issuer} {received};"
            f" còn {_counted(tally.unsent)} đơn vị chưa gửi{late}.",
            f"Đề nghị {secretaries} khẩn trương chỉ đạo hoàn thành, gửi về {asked.issuer}{office}"
            f" trước {print_due(send_before)}.",
        ]
    )


def annex_of(units: Sequence[LateUnit], now: datetime, calendar: WorkingCalendar) -> list[dict[str, Any]]:
    """The lines of the annex in the order given; `days_late` are working days, 0 is less than one."""
    return [
        {
            "place": place,
            "organization": unit.organization_id,
            "report": unit.report_id,
            "unit": unit.name,
            "secretary": unit.secretary,
            "state": unit.state,
            "status": status(unit.state, unit.kind, started=unit.started),
            "due": int(unit.due.timestamp()),
            "days_late": lateness(unit.due, now, calendar),
            "reminders": unit.reminders,
            "note": _note(unit),
        }
        for place, unit in enumerate(units, start=1)
    ]


class Letter(Protocol):
    """A letter as it is kept."""

    @property
    def campaign_id(self) -> int: ...
    @property
    def as_of(self) -> datetime: ...
    @property
    def send_before(self) -> datetime: ...
    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def annex(self) -> Any: ...


def signed_text(letter: Letter) -> str:
    """The canonical text that a signature under the letter is bound to."""
    return canonical_json(
        {
            "format": 1,
            "campaign": letter.campaign_id,
            "as_of": letter.as_of,
            "send_before": letter.send_before,
            "subject": letter.subject,
            "body": letter.body,
            "annex": letter.annex,
        }
    )


def redated(body: str, before: datetime, after: datetime) -> str:
    """The text with another day to send by, wherever it names the one so far."""
    return body.replace(f"trước {print_due(before)}", f"trước {print_due(after)}")


def status(state: str, kind: str, *, started: bool) -> str:
    """The state's label in Vietnamese; a draft without content is “Chưa thực hiện” (domain.md §1.3)."""
    if state == ReportState.DRAFT and not started:
        return "Chưa thực hiện"
    with override("vi"):
        return label(ReportState(state), kind)


def days_words(working_days: int) -> str:
    """02 ngày làm việc; 0 is dưới 01 ngày làm việc."""
    return f"{_counted(working_days)} ngày làm việc" if working_days else "dưới 01 ngày làm việc"


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a reminder by telephone may say: no content, no reasons."""

    unit: str
    issuer: str
    report_subject: str
    status: str
    due: datetime
    standing: Standing
    supplement: bool = False


def reminder(about: Reminded, address: str) -> str:
    """The message that an officer copies into a telephone (Zalo, SMS), by where the report stands against its due."""
    name = report_name(about.report_subject)
    name = f"{name[0].upper()}{name[1:]}"
    return (
        f"Kính gửi {about.unit}:\n{_situation(about, name)}\nHiện trạng: {about.status}.\nXem trên hệ thống: {address}"
    )


def _situation(about: Reminded, name: str) -> str:
    timeliness, days = about.standing
    before = f"trước {print_due(about.due)}"
    hurry = f"Đề nghị đồng chí khẩn trương chỉ đạo hoàn thành, gửi về {about.issuer}"
    if about.supplement:
        if timeliness == Timeliness.OVERDUE:
            late = f"Việc bổ sung {name} của {about.unit} (hạn: {before}) đã quá hạn {days_words(days)}."
            return f"{late} {hurry}; nội dung cần bổ sung xem trên hệ thống."
        return f"Đề nghị bổ sung {name} của {about.unit} {before}; nội dung xem trên hệ thống."
    if timeliness == Timeliness.OVERDUE:
        return (
            f"{name} của {about.unit} (hạn: {before}) đã quá hạn {days_words(days)}. {hurry};"
            " nếu có vướng mắc, đề nghị nêu lý do hoặc đề nghị gia hạn."
        )
    if timeliness == Timeliness.DUE_TODAY:
        comes = f"Hôm nay đến hạn gửi {name}"
    elif days:
        comes = f"Còn {days_words(days)} đến hạn gửi {name}"
    else:
        comes = f"Sắp đến hạn gửi {name}"
    return f"{comes} ({before}). Đề nghị đồng chí quan tâm chỉ đạo hoàn thành, gửi về {about.issuer} đúng hạn."


def _note(unit: LateUnit) -> str:
    notes = []
    if unit.granted_due is not None:
        notes.append(f"Đã gia hạn đến {print_due(unit.granted_due)}")
    if unit.asked_due is not None:
        notes.append(f"Đang đề nghị gia hạn đến {print_due(unit.asked_due)}")
    return "; ".join(notes)


def _addressees(units: Sequence[LateUnit]) -> str:
    if len(units) == 1:
        return units[0].name
    kinds = frozenset(OrganizationKind(unit.kind) for unit in units)
    if kinds in _MANY:
        return _MANY[kinds]
    return "các chi bộ" if kinds <= CELL_KINDS else "các đơn vị"


def _cited(asked: Asked) -> str:
    """Công văn số 630-CV/ĐUK, ngày 28/6/2022 của … về …; the kind of paper is read from its symbol."""
    symbol = asked.number.partition("-")[2].partition("/")[0]
    dated = f", ngày {format_day_short(asked.date)}" if asked.date else ""
    bare = _bare(asked.subject)
    about = ""
    if bare:
        about = f" về việc {bare}" if bare != normalize(asked.subject).strip() else f" về {bare.removeprefix('về ')}"
    return f"{_PAPERS.get(symbol, 'Văn bản')} số {asked.number}{dated} của {asked.issuer}{about}"


def _bare(subject: str) -> str:
    """The subject without V/v or Về việc before it."""
    text = normalize(subject).strip()
    for opening in ("v/v", "về việc"):
        if text.casefold().startswith(opening):
            return text[len(opening) :].lstrip(" :.")
    return text


def moment_words(instant: datetime) -> str:
    """hết ngày 04/8/2022 at midnight, otherwise 8 giờ 00 ngày 05/8/2022: what came later is not counted."""
    return print_due(instant).replace("24 giờ ngày", "hết ngày")


def _counted(number: int) -> str:
    return f"{number:02d}" if 0 < number < 10 else format_number(number)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return f"{text[: limit - 1].rsplit(' ', 1)[0]}…"

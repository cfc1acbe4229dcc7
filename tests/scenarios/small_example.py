"""A small folder of readable YAML, and how it is loaded or refused."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from workflow.models import (
    Organization,
)

EXAMPLES = Path(__file__).parents[2] / "examples"
IN_MAY_2022 = datetime(2022, 5, 13, 2, 0, tzinfo=UTC)


def load(folder: Path) -> str:
    out = StringIO()
    call_command("load_example", str(folder), stdout=out)
    return out.getvalue()


def refusal(folder: Path) -> str:
    with pytest.raises(CommandError) as refused:
        load(folder)
    assert not Organization.objects.exists()
    return str(refused.value)


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Replace a text once; returns the line where it stood."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


SMALL = {
    "example.yaml": """\
title: Nhỏ
uses: null
time_zone: Asia/Ho_Chi_Minh
organizations: [organizations.yaml]
people: [people.yaml]
calendar: [calendar.yaml]
ladders: [ladders.yaml]
requests: [upper.yaml, lower.yaml]
drafting: [drafting.yaml]
seat_words:
  officer: {role: officer}
  secretary: {role: secretary}
  member: {role: member, body: CELL, voting: true}
""",
    "organizations.yaml": """\
defaults:
  PROVINCE_COMMITTEE: &none
    {place: Yên Bái, has_seal: true, four_eyes: WARN, letterhead_above: "", letterhead_name: X, active_from: 2020-01-01}
  BLOC_COMMITTEE:
    {place: Yên Bái, has_seal: true, four_eyes: WARN, letterhead_above: "", letterhead_name: X, active_from: 2020-01-01}
  GRASSROOTS_CELL:
    {place: Yên Bái, has_seal: true, four_eyes: WARN, letterhead_above: "", letterhead_name: X, active_from: 2020-01-01}
organizations:
  - {code: tu, kind: PROVINCE_COMMITTEE, parent: null, name: Tỉnh ủy, symbol: TU, official_members: 9, terms: []}
  - code: duk
    kind: BLOC_COMMITTEE
    parent: tu
    name: Khối
    symbol: ĐUK
    official_members: 9
    terms: [{start: 2020-01-01, end: 2030-01-01}]
  - {code: cell, kind: GRASSROOTS_CELL, parent: duk, name: Chi bộ, symbol: CB, official_members: 2, terms: []}
""",
    "people.yaml": """\
since: 2020-07-01
seats:
  - organization: tu
    people:
      - {person: an, name: An, phone: "1", seats: [officer]}
  - organization: duk
    people:
      - {person: ba, name: Ba, phone: "2", seats: [officer]}
  - organization: cell
    people:
      - {person: ca, name: Ca, phone: "3", seats: [secretary, member]}
      - {person: da, name: Da, phone: "4", seats: [member]}
""",
    "calendar.yaml": """\
calendar:
  - year: 2022
    organization: null
    proposed: false
    source: by hand
    days:
      - {day: 2022-09-02, kind: HOLIDAY, name: Quốc khánh}
""",
    "ladders.yaml": """\
ladders:
  house:
    title: Thang
    proposed: true
    rungs:
      - {offset: -3, at: "08:00", audience: [drafter]}
      - {offset: 0, at: "08:00", audience: [drafter]}
""",
    "upper.yaml": """\
request:
  number: 1-CV/TU
  issuer: tu
  date: 2022-05-13
  subject: báo cáo
  legal_basis: [Chỉ thị]
  answers: null
  audience: {list: [duk]}
  period_text: năm 2021
  period_from: 2021-01-01
  period_to: 2021-12-31
  data_cut_off: 2021-12-31
  deadline_text: 15/8
  due_on: 2022-08-15
  holiday_rule: NEXT
  review_mode: COMMITTEE
  review_minimum_days: 2
  consolidation_due_on: 2022-08-31
  ladder: house
  letter: null
  attachments: []
  report_defaults: {subject: sơ kết, basis: Thực hiện, recipients: [Tỉnh ủy]}
  proposed: [ladder]
outline:
  title: Đề cương
  section_defaults: {kind: NARRATIVE, required: true, audience: ALL, proposed: false}
  indicator_defaults: {required: true, decimals: 0, minimum: 0, proposed: true}
  sections:
    - {key: I, numbering: "I-", heading: Một}
    - key: II
      numbering: "II-"
      heading: Hai
      kind: ROWS
      columns: [{key: name, label: Tên}]
      indicators:
        - {code: A1, label: Một, unit: người, aggregation: SUM}
        - {code: A2, label: Hai, unit: người, aggregation: SUM}
        - {code: A12, label: Tỷ lệ, unit: "%", aggregation: RATIO, numerator: A1, denominator: A2}
  cross_checks:
    - {left: A1, op: "<=", right: A2, message: Không thể nhiều hơn}
""",
    "lower.yaml": """\
request:
  number: 2-CV/ĐUK
  issuer: duk
  date: 2022-06-28
  subject: báo cáo
  legal_basis: []
  answers: 1-CV/TU
  audience: ALL
  period_text: năm 2021
  period_from: 2021-01-01
  period_to: 2021-12-31
  data_cut_off: 2021-12-31
  deadline_text: tháng 7
  due_on: 2022-07-31
  holiday_rule: NEXT
  review_mode: OPINIONS
  review_minimum_days: 2
  consolidation_due_on: 2022-08-10
  ladder: house
  letter: null
  attachments: []
  report_defaults: {subject: sơ kết, basis: Thực hiện, recipients: [Khối]}
  proposed: []
outline_of: 1-CV/TU
without: [I]
""",
    "drafting.yaml": """\
sizes: {small: [0, 12], large: [13, null]}
requests:
  1-CV/TU:
    paragraphs:
      I: ["{unit} có {A1} người."]
    rows:
      II: {count: A1, of: [{name: Mô hình}]}
    values:
      A1: {small: [1, 2], large: [3, 4]}
      A2: {times_of: A1, factor: [1.0, 2.0]}
opinions: [{kind: AGREE, section: II, text: Nhất trí}]
returns: [{section: null, text: Viết lại}]
supplements: [{section: I, text: Bổ sung}]
explanations: [Giữ nguyên]
extensions: [Xin thêm]
""",
}

"""A folder of readable YAML is loaded whole, once, or refused with file, line and reason."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from workflow.actions.campaigns import open_campaign
from workflow.choices import AudienceRule, CampaignState, Role
from workflow.management.loading import officer_of
from workflow.models import (
    Attachment,
    Campaign,
    Event,
    Indicator,
    Organization,
    Person,
    Rung,
    Seat,
    Section,
)

pytestmark = pytest.mark.django_db

EXAMPLES = Path(__file__).parents[2] / "examples"
IN_MAY_2022 = datetime(2022, 5, 13, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def load(folder: Path) -> str:
    out = StringIO()
    call_command("load_example", str(folder), stdout=out)
    return out.getvalue()


def refusal(folder: Path) -> str:
    with pytest.raises(CommandError) as refused:
        load(folder)
    assert not Organization.objects.exists()
    return str(refused.value)


def test_the_real_letter_is_loaded_and_a_second_time_nothing_changes():
    first = load(EXAMPLES / "630-CV-DUK")
    events = Event.objects.count()

    again = load(EXAMPLES / "630-CV-DUK")

    assert "810-CV/TU" in first
    assert Event.objects.count() == events
    assert Organization.objects.get(code="duk").children.count() == 98
    assert Campaign.objects.get().state == CampaignState.DRAFT
    assert again.splitlines()[2:] == first.splitlines()[3:], "what waits is said again"


def test_a_request_that_answers_waits_until_its_upper_request_is_open():
    load(EXAMPLES / "630-CV-DUK")
    upper = Campaign.objects.get(number="810-CV/TU")
    open_campaign(campaign_id=upper.pk, actor=officer_of("tinh-uy", IN_MAY_2022), now=IN_MAY_2022)

    assert "630-CV/ĐUK" in load(EXAMPLES / "630-CV-DUK")

    request = Campaign.objects.get(number="630-CV/ĐUK")
    assert request.answers is not None
    assert request.answers.organization.code == "duk"
    assert request.due == datetime(2022, 8, 1, 17, 0, tzinfo=UTC), "31/7 is a Sunday: until 24:00 of 01/8"
    assert request.signer.splitlines()[-1] == "Cao Xuân Chiểu"
    assert Rung.objects.filter(campaign=request).count() == 8
    assert [one.size > 0 for one in Attachment.objects.filter(campaign=request)] == [True, True, True]
    named = Section.objects.get(outline=request.outline, key="II.1.5")
    assert named.audience == AudienceRule.LIST
    assert set(named.audience_units.values_list("code", flat=True)) == {"so-tttt", "so-vhttdl", "buu-dien"}
    assert named.feeds is not None
    assert named.feeds.key == "II.3"
    assert Indicator.objects.get(outline=request.outline, code="A56", denominator__code="A6")


def test_the_request_of_ones_own_uses_the_organisations_of_the_other_folder():
    load(EXAMPLES / "own-request")

    assert Campaign.objects.get(number="95-CV/ĐUK").issuer.code == "duk"


def test_administrators_may_enter_the_register_and_nobody_has_a_password():
    load(EXAMPLES / "630-CV-DUK")

    assert Seat.objects.filter(role=Role.ADMINISTRATOR, person__is_staff=True).exists()
    assert not any(person.has_usable_password() for person in Person.objects.all()[:50])


def test_a_failure_in_the_middle_leaves_neither_rows_nor_files(monkeypatch, settings):
    def fail(*_args, **_kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(OSError, match="full"):
        load(EXAMPLES / "own-request")

    assert not Organization.objects.exists()
    assert not Event.objects.exists()
    assert not [file for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file()]


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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "small"
    place.mkdir()
    for name, text in SMALL.items():
        (place / name).write_text(text.replace(" &none", ""), encoding="utf-8")
    return place


def test_the_small_folder_is_sound(folder):
    assert "1-CV/TU" in load(folder)


def test_a_ladder_may_watch_a_desk_and_have_the_clock_draft_the_letter(folder):
    change(
        folder,
        "ladders.yaml",
        '      - {offset: 0, at: "08:00", audience: [drafter]}\n',
        '      - {offset: 2, at: "09:30", audience: [secretary], desk: SIGNING}\n'
        '      - {offset: 2, at: "10:00", audience: [officer, leader], letter: true}\n',
    )
    load(folder)

    ladder = Rung.objects.filter(campaign__number="1-CV/TU").order_by("desk", "offset")
    assert [
        (rung.desk, rung.offset, rung.hour.isoformat("minutes"), rung.audience, rung.letter) for rung in ladder
    ] == [
        ("", -3, "08:00", ["drafter"], False),
        ("", 2, "10:00", ["officer", "leader"], True),
        ("SIGNING", 2, "09:30", ["secretary"], False),
    ]


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Replace a text once; returns the line where it stood."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("file", "old", "new", "word"),
    [
        # schema
        ("example.yaml", "title: Nhỏ", "titel: Nhỏ", "titel"),
        ("example.yaml", "time_zone: Asia/Ho_Chi_Minh", "time_zone: UTC", "Asia/Ho_Chi_Minh"),
        ("organizations.yaml", "GRASSROOTS_CELL:", "CELL:", "GRASSROOTS_CELL"),
        ("organizations.yaml", "official_members: 2", "official_members: two", ""),
        ("organizations.yaml", "code: cell", "code: Chi bộ", "Chi bộ"),
        ("people.yaml", "since: 2020-07-01", "since: 2020-07-32", "2022-07-31"),
        ("people.yaml", "secretary, member", "secretary, boss", "boss"),
        ("people.yaml", 'phone: "3", ', "", "phone"),
        ("people.yaml", 'phone: "3", ', 'phone: "3", email: nobody, ', "“nobody”"),
        ("calendar.yaml", "kind: HOLIDAY", "kind: REST", "HOLIDAY"),
        ("ladders.yaml", '"08:00"', '"8 giờ"', "08:00"),
        ("ladders.yaml", "rungs:", "rungs: 3 #", ""),
        ("upper.yaml", "  subject: báo cáo\n", "  subject: báo cáo\n  object: x\n", "object"),
        ("upper.yaml", "review_minimum_days: 2", "review_minimum_days: -1", "-1"),
        ("upper.yaml", "proposed: [ladder]", "proposed: [leiter]", "leiter"),
        ("upper.yaml", "kind: ROWS", "kind: TABLE", "TABLE"),
        ("drafting.yaml", "A1: {small: [1, 2], large: [3, 4]}", "A1: {small: [1, 2]}", ""),
        # references
        ("people.yaml", "organization: cell", "organization: nowhere", "nowhere"),
        ("upper.yaml", "issuer: tu", "issuer: nowhere", "nowhere"),
        ("upper.yaml", "ladder: house", "ladder: leiter", "leiter"),
        ("upper.yaml", "numerator: A1", "numerator: A9", "A9"),
        ("upper.yaml", "numerator: A1", "numerator: A12", "A12"),
        ("upper.yaml", "left: A1", "left: A9", "A9"),
        ("upper.yaml", "attachments: []", "attachments: [{file: no.txt, title: T, source: S}]", "no.txt"),
        ("upper.yaml", "attachments: []", "attachments: [{file: ../../x, title: T, source: S}]", ""),
        ("lower.yaml", "answers: 1-CV/TU", "answers: 9-CV/TU", "9-CV/TU"),
        ("lower.yaml", "without: [I]", "without: [IX]", "IX"),
        ("drafting.yaml", "      I: [", "      IX: [", "IX"),
        ("drafting.yaml", "có {A1}", "có {A9}", "A9"),
        ("drafting.yaml", "times_of: A1", "times_of: A2", "A2"),
        # the tree
        ("organizations.yaml", "parent: duk", "parent: nowhere", "nowhere"),
        ("organizations.yaml", "parent: tu", "parent: cell", "duk → cell → duk"),
        ("upper.yaml", "list: [duk]", "list: [duk, cell]", "cell"),
        ("upper.yaml", "list: [duk]", "list: [cell]", "duk"),
        # arithmetic
        ("people.yaml", 'phone: "4", seats: [member]', 'phone: "4", seats: [member, secretary]', "cell"),
        ("organizations.yaml", "official_members: 2", "official_members: 1", "2"),
        ("organizations.yaml", "end: 2030-01-01", "end: 2019-01-01", ""),
        ("calendar.yaml", "day: 2022-09-02", "day: 2023-09-02", "2022"),
        ("calendar.yaml", "year: 2022", "year: 2021", "2021"),
        ("ladders.yaml", "offset: -3", "offset: 0", "0"),
        ("ladders.yaml", '"08:00"', '"21:00"', "20 giờ 00"),
        ("ladders.yaml", "audience: [drafter]}", "audience: [member]}", "ladders.yaml"),
        ("ladders.yaml", "audience: [drafter]}", "audience: [drafter], letter: true}", "ladders.yaml"),
        ("ladders.yaml", "audience: [drafter]}", "audience: [drafter], letter: yes please}", "ladders.yaml"),
        ("ladders.yaml", "audience: [drafter]}", "audience: [drafter], desk: REVIEW}", "ladders.yaml"),
        ("ladders.yaml", "audience: [drafter]}", "audience: [drafter], desk: DESK}", "DESK"),
        ("upper.yaml", "period_to: 2021-12-31", "period_to: 2020-12-31", "period_from"),
        ("upper.yaml", "due_on: 2022-08-15", "due_on: 2022-05-12", "date"),
        ("upper.yaml", "due_on: 2022-08-15", "due_on: 2023-08-15", "2023"),
        ("lower.yaml", "consolidation_due_on: 2022-08-10", "consolidation_due_on: 2022-08-16", "1-CV/TU"),
        ("upper.yaml", "code: A2,", "code: A1,", "A1"),
        ("upper.yaml", "key: II\n", "key: I\n", "I"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_line_and_reason(folder, file, old, new, word):
    change(folder, file, old, new)
    changed = (folder / file).read_text(encoding="utf-8")

    told = [line for line in refusal(folder).splitlines() if line.startswith(str(folder))]

    assert any(word in line for line in told), told
    line_of = {line.split(":")[0].rpartition("/")[2]: line.split(":")[1] for line in told}
    assert set(line_of) & {file, "lower.yaml", "drafting.yaml", "upper.yaml", "people.yaml"}
    assert all(1 <= int(line) <= changed.count("\n") + 40 for line in line_of.values())


def test_the_line_is_the_line_of_the_mistake(folder):
    line = change(folder, "upper.yaml", "numerator: A1", "numerator: A9")

    assert f"upper.yaml:{line}: " in refusal(folder)


def test_all_mistakes_are_told_at_once(folder):
    lines = [
        change(folder, "upper.yaml", "ladder: house", "ladder: leiter"),
        change(folder, "upper.yaml", "numerator: A1", "numerator: A9"),
        change(folder, "upper.yaml", "left: A1", "left: A8"),
    ]
    change(folder, "calendar.yaml", "kind: HOLIDAY", "kind: REST")

    told = refusal(folder)

    assert all(f"upper.yaml:{line}: " in told for line in lines)
    assert "calendar.yaml:7: " in told


def test_a_flood_of_mistakes_is_cut_and_counted(folder):
    days = "".join(f"      - {{day: 2022-01-{n % 28 + 1:02d}, kind: REST, name: x}}\n" for n in range(300))
    change(folder, "calendar.yaml", "    days:\n", f"    days:\n{days}")

    told = [line for line in refusal(folder).splitlines() if "calendar.yaml" in line]

    assert len(told) < 60


@pytest.mark.parametrize(
    "content",
    [b"title: [", b"\xff\xfe", b"", b"- a list", b"title: &x a\nuses: *x\n", b"title: a\ntitle: b\n"],
)
def test_what_cannot_be_read_is_told_too(folder, content):
    (folder / "example.yaml").write_bytes(content)

    assert f"{folder}/example.yaml:" in refusal(folder)


def test_folders_that_use_each_other_are_refused(folder):
    change(folder, "example.yaml", "uses: null", "uses: ../small")

    assert "example.yaml:2: " in refusal(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert "example.yaml:1: " in refusal(tmp_path / "nothing")

"""A folder of readable YAML with a mistake is refused with file, line and reason."""

import pytest

from tests.scenarios.small_example import change, refusal

pytestmark = pytest.mark.django_db


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

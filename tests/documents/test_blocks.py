"""A revision's blocks: what is printed, in which order, and what is left out."""

from datetime import date

import pytest

from tests.documents.papers import content, figure, section
from workflow.documents.blocks import (
    Block,
    Closing,
    Figures,
    Heading,
    Letterhead,
    PaperNote,
    Prose,
    Rows,
    Standing,
    blocks_of,
)
from workflow.documents.runs import Grid, Listing, Paragraph, Run, nodes_of


def of_kind(blocks: object, kind: type[Block]) -> list[Block]:
    assert isinstance(blocks, list)
    return [block for block in blocks if isinstance(block, kind)]


def words(text: str) -> list[str]:
    return ["".join(run.text for run in node.runs) for node in nodes_of(text) if isinstance(node, Paragraph)]


def test_a_section_without_anything_in_or_below_it_is_not_printed() -> None:
    blocks = blocks_of(content(section("I"), section("I.1", text="Đã quán triệt."), section("II"), section("II.1")))
    assert [block.key for block in of_kind(blocks, Heading) if isinstance(block, Heading)] == ["I", "I.1"]


def test_a_heading_is_an_anchor_by_the_section_s_key() -> None:
    (heading,) = of_kind(blocks_of(content(section("I", "Tình hình", text="x"))), Heading)
    assert heading == Heading("muc-I", "I", "I-", "Tình hình", 1)


def test_rows_stand_under_the_labels_of_their_columns_and_blank_ones_are_left_out() -> None:
    columns = [{"key": "name", "label": "Tên văn bản"}, {"key": "unit", "label": "Đơn vị"}]
    rows = [{"unit": "Sở", "name": "Kế hoạch"}, {"name": " "}]
    (table,) = of_kind(blocks_of(content(section("I", kind="ROWS", columns=columns, rows=rows))), Rows)
    assert table == Rows("I", ("Tên văn bản", "Đơn vị"), (("Kế hoạch", "Sở"),))


def test_figures_stand_in_their_section_written_the_vietnamese_way() -> None:
    values = [
        figure("A5", "1045", section="I"),
        figure("A6", "2000.5", section="I"),
        figure("A7", section="I"),
        figure("A8", None, section="I", not_applicable=True),
        figure("A2", "1", section="II", aggregation="YES_COUNT"),
    ]
    blocks = blocks_of(content(section("I"), section("II"), values=values))
    first, second = (block for block in of_kind(blocks, Figures) if isinstance(block, Figures))
    assert [(line.code, line.value) for line in first.lines] == [
        ("A5", "1.045"),
        ("A6", "2.000,5"),
        ("A8", "không áp dụng"),
    ]
    assert [line.value for line in second.lines] == ["Có"]


def test_a_ratio_is_computed_from_its_two_figures_and_follows_them() -> None:
    share = {"code": "A56", "label": "Tỷ lệ", "unit": "%", "section": "I", "decimals": "2"}
    values = [figure("A5", "45", section="I"), figure("A6", "48", section="I"), figure("A7", "1", section="I")]
    ratios = [{**share, "numerator": "A5", "denominator": "A6"}, {**share, "numerator": "", "denominator": "A6"}]
    (figures,) = of_kind(blocks_of(content(section("I"), values=values, ratios=ratios)), Figures)
    assert isinstance(figures, Figures)
    assert [(line.code, line.value) for line in figures.lines] == [
        ("A5", "45"),
        ("A6", "48"),
        ("A56", "93,75"),
        ("A7", "1"),
    ]


def test_figures_of_an_older_revision_stand_in_its_section_of_figures() -> None:
    blocks = blocks_of(content(section("I", text="x"), section("III", kind="INDICATORS"), values=[figure("A5", "45")]))
    assert [type(block).__name__ for block in blocks][-3:] == ["Heading", "Figures", "Closing"]


def test_figures_of_no_known_section_are_not_lost() -> None:
    blocks = blocks_of(content(section("I", text="x"), values=[figure("A5", "45", section="IX")]))
    assert of_kind(blocks, Figures)


def test_a_draft_has_no_number_and_no_date_and_says_that_it_is_one() -> None:
    (head,) = of_kind(blocks_of(content(), Standing(draft=2)), Letterhead)
    (foot,) = of_kind(blocks_of(content(), Standing(draft=2)), Closing)
    assert isinstance(head, Letterhead)
    assert isinstance(foot, Closing)
    assert head.mark == "Dự thảo lần 2"
    assert head.number.split() == ["Số", "-BC/CB"]
    assert head.dated.split() == ["Yên", "Bái,", "ngày", "tháng", "năm"]
    assert (foot.authority, foot.mark, foot.signer) == ("T/M CHI BỘ", "", "")


def test_an_issued_paper_bears_its_number_its_day_and_its_signer() -> None:
    standing = Standing(0, "07-BC/CB", date(2022, 2, 5), "Yên Bái", "T/M CHI BỘ", "PHÓ BÍ THƯ", "Nguyễn Văn A")
    blocks = blocks_of(content(), standing)
    (head,), (foot,) = of_kind(blocks, Letterhead), of_kind(blocks, Closing)
    assert isinstance(head, Letterhead)
    assert isinstance(foot, Closing)
    assert (head.number, head.dated, head.mark) == ("Số 07-BC/CB", "Yên Bái, ngày 05 tháng 02 năm 2022", "")
    assert (foot.position, foot.mark, foot.signer) == ("PHÓ BÍ THƯ", "(Đã ký)", "Nguyễn Văn A")
    assert foot.recipients == ("- Đảng ủy Khối (để báo cáo),", "- Lưu Chi bộ.")


def test_a_report_that_came_on_paper_names_its_number_and_day() -> None:
    blocks = blocks_of(content(paper={"number": "05-BC/CB", "date": "2026-06-01", "sha256": "0"}))
    assert blocks[1:] == [PaperNote("05-BC/CB", "ngày 01 tháng 6 năm 2026")]


@pytest.mark.parametrize(
    "text", ["Dòng một\nDòng hai", "<p>Dòng một</p><p>Dòng hai</p>", "<p>Dòng một<br>Dòng hai</p>"]
)
def test_every_line_is_a_paragraph_of_the_paper(text: str) -> None:
    assert words(text) == ["Dòng một", "Dòng hai"]


def test_emphasis_lists_and_tables_are_read_from_the_editor_s_fragment() -> None:
    bold, listed, table = nodes_of(
        "<p>một <strong>đậm</strong></p><ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>"
        '<table><tbody><tr><th colspan="2"><p>h</p></th></tr><tr><td rowspan="9">x</td><td>y</td></tr></tbody></table>'
    )
    assert bold == Paragraph((Run("một "), Run("đậm", bold=True)))
    assert isinstance(listed, Listing)
    assert isinstance(listed.items[0][1], Listing)
    assert isinstance(table, Grid)
    assert (table.columns, table.rows[0][0].colspan, table.rows[1][0].rowspan) == (2, 2, 1)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script><p>x</p>", "<p onclick='alert(1)'>x</p>", "<p><a href='x'>x</a></p>"]
)
def test_what_the_editor_cannot_write_is_not_read(text: str) -> None:
    assert words(text) == ["x"]


@pytest.mark.parametrize("text", ["<p>không đóng", "<li>lạc", "<table><tr><td>", "</p></ul>", "<ul></ul><p>x</p>"])
def test_a_broken_fragment_is_read_as_far_as_it_goes(text: str) -> None:
    assert isinstance(blocks_of(content(section("I", text=text))), list)


def test_a_plain_text_with_angle_brackets_is_text() -> None:
    (prose,) = [
        block for block in blocks_of(content(section("I", text="5 < 7 & <b>"), basis="")) if isinstance(block, Prose)
    ]
    assert [run.text for node in prose.nodes if isinstance(node, Paragraph) for run in node.runs] == ["5 < 7 & <b>"]

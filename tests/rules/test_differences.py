"""What changed between two revisions: nothing invented, nothing hidden."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.differences import Mark, changed_paragraphs, differences, word_runs

WORDS = st.lists(st.sampled_from(["chi", "bộ", "đã", "quán", "triệt", "05", "hội", "nghị."]), max_size=12).map(" ".join)
PARAGRAPHS = st.lists(WORDS.filter(bool), max_size=6)


def content(*sections: tuple[str, str], values: Any = (), rows: Any = ()) -> dict[str, Any]:
    return {
        "sections": [
            {"key": key, "numbering": key, "heading": "Mục", "text": text, "rows": list(rows)} for key, text in sections
        ],
        "values": list(values),
    }


def value(code: str, number: str | None, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": code, "unit": "", "number": number, "not_applicable": False, "text": ""} | more


@given(WORDS, WORDS)
def test_the_runs_give_back_both_texts(before: str, after: str) -> None:
    runs = word_runs(before, after)
    kept = [run.text for run in runs if run.mark is not Mark.ADDED]
    new = [run.text for run in runs if run.mark is not Mark.REMOVED]
    assert " ".join(kept) == before
    assert " ".join(new) == after


@given(PARAGRAPHS)
def test_what_is_the_same_has_no_changes(paragraphs: list[str]) -> None:
    assert list(changed_paragraphs(paragraphs, paragraphs)) == []


@given(PARAGRAPHS, PARAGRAPHS)
def test_every_word_that_is_new_or_gone_is_shown(before: list[str], after: list[str]) -> None:
    shown = [run for paragraph in changed_paragraphs(before, after) for run in paragraph]
    for mark, words, others in ((Mark.ADDED, after, before), (Mark.REMOVED, before, after)):
        only = set(" ".join(words).split()) - set(" ".join(others).split())
        assert only <= set(" ".join(run.text for run in shown if run.mark is mark).split())


def test_a_changed_word_is_marked_in_its_paragraph() -> None:
    found = differences(content(("I", "Đã tổ chức 05 hội nghị.")), content(("I", "Đã tổ chức 07 hội nghị.")))
    assert [(run.mark, run.text) for run in found.sections[0].paragraphs[0]] == [
        (Mark.SAME, "Đã tổ chức"),
        (Mark.REMOVED, "05"),
        (Mark.ADDED, "07"),
        (Mark.SAME, "hội nghị."),
    ]
    assert found.places == 1


def test_a_paragraph_with_nothing_in_common_is_removed_and_added_whole() -> None:
    found = differences(content(("I", "Nội dung cũ hoàn toàn.")), content(("I", "Một đoạn viết khác hẳn đi")))
    assert [[run.mark for run in one] for one in found.sections[0].paragraphs] == [[Mark.REMOVED], [Mark.ADDED]]


def test_the_editors_html_and_the_same_plain_text_are_no_change() -> None:
    plain, html = content(("I", "Đoạn một.\n\n- Ý một")), content(("I", "<p>Đoạn một.</p><ul><li>Ý một</li></ul>"))
    assert differences(plain, html).places == 0


def test_a_section_that_is_gone_and_one_that_came_are_both_shown() -> None:
    found = differences(content(("I", "Cũ.")), content(("II", "Mới.")))
    assert [(one.key, one.paragraphs[0][0].mark) for one in found.sections] == [
        ("II", Mark.ADDED),
        ("I", Mark.REMOVED),
    ]


def test_rows_are_compared_as_lines() -> None:
    before, after = (
        content(("I", ""), rows=[{"name": "Kế hoạch 05"}]),
        content(("I", ""), rows=[{"name": "Kế hoạch 06"}]),
    )
    assert differences(before, after).places == 1


def test_figures_say_what_they_were_and_are() -> None:
    before = content(values=[value("A5", "1500.5"), value("A6", None), value("A7", "3"), value("A9", "1")])
    after = content(
        values=[
            value("A5", "1500.75"),
            value("A6", "0"),
            value("A7", None, not_applicable=True),
            value("A8", None, text="chưa thống kê"),
            value("A9", "1"),
        ]
    )
    assert [(one.code, one.before, one.after) for one in differences(before, after).figures] == [
        ("A5", "1.500,5", "1.500,75"),
        ("A6", "", "0"),
        ("A7", "3", "–"),
        ("A8", "", "chưa thống kê"),
    ]

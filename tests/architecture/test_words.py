"""The Vietnamese a user reads: complete, in domain.md's own words, and polite."""

import ast
import inspect
import re
import unicodedata
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.db.models import TextChoices
from django.utils.translation import override

from workflow import choices, errors
from workflow.choices import OrganizationKind, ReportState, Verb, label
from workflow.errors import RuleBroken

CLONE = Path(__file__).resolve().parents[2]
LOCALE = CLONE / "workflow/locale"
# As `make messages` calls Babel.
KEYWORDS = re.findall(r"--keywords=\S+", (CLONE / "Makefile").read_text())

CELL = OrganizationKind.GRASSROOTS_CELL
PARTY = OrganizationKind.GRASSROOTS_PARTY

# domain.md 1.3
STATES = {
    "DRAFT": ("Dự thảo", "Dự thảo"),
    "REVIEW": ("Đang lấy ý kiến chi bộ", "Đang lấy ý kiến cấp ủy"),
    "REVISING": ("Đang tiếp thu, hoàn thiện", "Đang tiếp thu, hoàn thiện"),
    "SIGNING": ("Chờ ký", "Chờ ký"),
    "SIGNED": ("Đã ký, chờ cấp số", "Đã ký, chờ cấp số"),
    "SENT": ("Đã gửi – chờ tiếp nhận", "Đã gửi – chờ tiếp nhận"),
    "RECEIVED": ("Đã tiếp nhận", "Đã tiếp nhận"),
    "SUPPLEMENT": ("Yêu cầu bổ sung, chỉnh sửa", "Yêu cầu bổ sung, chỉnh sửa"),
    "CONSOLIDATED": ("Đã đưa vào tổng hợp", "Đã đưa vào tổng hợp"),
    "EXEMPT": ("Không thuộc đối tượng báo cáo", "Không thuộc đối tượng báo cáo"),
}
# domain.md 1.4
BUTTONS = {
    "save_entry": "Lưu dự thảo",
    "give_opinion": "Cho ý kiến",
    "enter_minutes": "Nhập kết quả từ biên bản",
    "conclude_review": "Chốt ý kiến",
    "submit_for_signing": "Trình ký",
    "return_for_revision": "Trả lại để chỉnh sửa",
    "sign": "Ký ban hành",
    "issue": "Cấp số, gửi",
    "recall": "Thu hồi",
    "receive": "Tiếp nhận",
    "request_supplement": "Yêu cầu bổ sung",
    "include": "Đưa vào tổng hợp",
    "leave_out": "Bỏ khỏi tổng hợp",
    "remind": "Đôn đốc",
    "ask_extension": "Đề nghị gia hạn",
    "appoint_stand_in": "Phân công ký thay khi vắng mặt",
}
# domain.md 1.3, 1.4 and 4.7
OTHER_WORDS = {
    "OpinionKind": ["Nhất trí", "Nhất trí, có ý kiến bổ sung", "Không nhất trí", "Bảo lưu ý kiến"],
    "AnswerKind": ["Tiếp thu", "Giải trình"],
    "ExtensionDecision": ["Đồng ý gia hạn", "Không đồng ý"],
    "HolidayRule": ["Giữ nguyên", "Lùi sang ngày làm việc tiếp theo", "Về ngày làm việc liền trước"],
    "DayKind": ["Nghỉ lễ", "Nghỉ bù", "Nghỉ hoán đổi", "Ngày làm việc bù"],
    "Timeliness": [
        "Chưa đến hạn",
        "Sắp đến hạn",
        "Đến hạn hôm nay",
        "Quá hạn",
        "Gửi đúng hạn",
        "Gửi chậm",
        "Không tính hạn",
    ],
}

# What no official would write, and the other spelling of a tone mark (house style: ủy, hòa; domain.md 1.4).
FORBIDDEN = (
    r"\bnộp\b",
    r"\btừ chối\b",
    r"\bk/t\b",
    r"\bt/m chi ủy\b",
    r"\bchi ủy ký\b",
    r"\bủy quyền ký\b",
    r"\bt/?uq\b",
    r"\bbạn\b",
    r"\bvui lòng\b",
    r"\bxin lỗi\b",
    r"\bđã xảy ra lỗi\b",
    r"\bnhấp\b|\bclick\b|\bserver\b",
    r"\bo[àáảãạèéẻẽẹ]\b|(?<!q)u[ỳýỷỹỵ]\b",
)
SAME_IN_BOTH: frozenset[str] = frozenset()

Key = tuple[str | None, tuple[str, ...]]


def strings(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def entries(catalog: Catalog) -> dict[Key, tuple[str, ...]]:
    """(context, msgid with plurals) → translations; the header left out."""
    return {(context(each.context), strings(each.id)): strings(each.string) for each in catalog if each.id}


def context(kept: str | bytes | None) -> str | None:
    """Babel reads a compiled file's contexts as bytes."""
    return kept.decode() if isinstance(kept, bytes) else kept


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%(?:\(\w+\)[a-z]|%|[a-z]|)|\{\w*\}", text))


def faults(source: Catalog, translated: Catalog) -> list[str]:
    """What is wrong with a translation of the extracted messages; empty when all is well."""
    asked, given = entries(source), entries(translated)
    found = [f"unused: {key[1][0]}" for key in given.keys() - asked.keys()]
    found += [f"obsolete: {old}" for old in translated.obsolete]
    found += [f"fuzzy: {each.id}" for each in translated if each.id and each.fuzzy]
    for key in asked:
        said = given.get(key, ("",))
        found += [f"{fault}: {key[1][0]}" for vietnamese in said for fault in _faults_of(key[1], vietnamese)]
    return sorted(found)


def _faults_of(english: tuple[str, ...], vietnamese: str) -> Iterator[str]:
    if not vietnamese.strip():
        yield "not translated"
        return
    if vietnamese in english and vietnamese not in SAME_IN_BOTH:
        yield "left in English"
    if placeholders(vietnamese) != set().union(*map(placeholders, english)):
        yield "other placeholders"
    if vietnamese != unicodedata.normalize("NFC", vietnamese):
        yield "not NFC"
    if vietnamese.endswith(".") != english[0].endswith("."):
        yield "other full stop"
    for pattern in FORBIDDEN:
        if re.search(pattern, unicodedata.normalize("NFC", vietnamese), re.IGNORECASE):
            yield f"forbidden word {pattern}"


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every message in the source now."""
    template = tmp_path_factory.mktemp("words") / "django.pot"
    mapping = f"--mapping-file={CLONE / 'pyproject.toml'}"
    places = [str(CLONE / "project"), str(CLONE / "workflow")]
    CommandLineInterface().run(
        ["pybabel", "--quiet", "extract", mapping, *KEYWORDS, f"--output-file={template}", *places]
    )
    with template.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def translated() -> Catalog:
    with (LOCALE / "vi/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale="vi")


@pytest.fixture(scope="module")
def compiled(translated: Catalog) -> None:
    """The .mo that Django reads was made from this .po; the Makefile does it before the tests."""
    with (LOCALE / "vi/LC_MESSAGES/django.mo").open("rb") as file:
        said = entries(read_mo(file))
    assert said == {key: words for key, words in entries(translated).items() if any(words)}, "run `make setup` first"


@pytest.fixture
def in_vietnamese(compiled: None) -> Iterator[None]:
    with override("vi"):
        yield


def kinds_of_words() -> list[type[TextChoices]]:
    classes = [each for _, each in inspect.getmembers(choices, inspect.isclass)]
    return [each for each in classes if issubclass(each, TextChoices) and each is not TextChoices]


def refusals(kind: type[RuleBroken] = RuleBroken) -> Iterator[type[RuleBroken]]:
    if kind.__module__.startswith(errors.__name__):
        yield kind
    for below in kind.__subclasses__():
        yield from refusals(below)


def test_every_message_of_the_source_is_said_in_vietnamese(extracted: Catalog, translated: Catalog) -> None:
    assert len(entries(extracted)) > 300
    assert faults(extracted, translated) == []


@pytest.mark.parametrize("state", ReportState)
def test_a_state_reads_as_the_unit_says_it(state: ReportState, in_vietnamese: None) -> None:
    assert (label(state, CELL), label(state, PARTY)) == STATES[state.value]


def test_every_kind_of_unit_is_either_a_cell_or_a_party_organisation(in_vietnamese: None) -> None:
    said = {kind: label(ReportState.REVIEW, kind) for kind in OrganizationKind}
    cells = {kind for kind, words in said.items() if words == STATES["REVIEW"][0]}
    assert cells == {OrganizationKind.GRASSROOTS_CELL, OrganizationKind.SUB_CELL}
    assert {said[kind] for kind in said.keys() - cells} == {STATES["REVIEW"][1]}


@pytest.mark.parametrize(("verb", "button"), BUTTONS.items())
def test_a_button_reads_as_officials_say_it(verb: str, button: str, in_vietnamese: None) -> None:
    assert {label(Verb(verb), kind) for kind in OrganizationKind} == {button}


def test_a_draft_goes_to_the_cell_or_to_the_committee(in_vietnamese: None) -> None:
    assert label(Verb.SUBMIT_FOR_REVIEW, CELL) == "Trình chi bộ cho ý kiến"
    assert label(Verb.SUBMIT_FOR_REVIEW, PARTY) == "Trình cấp ủy cho ý kiến"


@pytest.mark.parametrize(("kind", "words"), OTHER_WORDS.items())
def test_other_words_of_the_field(kind: str, words: list[str], in_vietnamese: None) -> None:
    assert [str(said) for said in getattr(choices, kind).labels] == words


@pytest.mark.parametrize("words", kinds_of_words())
def test_no_label_falls_back_to_english(words: type[TextChoices], in_vietnamese: None) -> None:
    vietnamese = {each: str(each.label) for each in words}
    with override(None):
        english = {each: str(each.label) for each in words}
    left = {each for each in words if vietnamese[each] == english[each]} - SAME_IN_BOTH
    assert left == set()


@pytest.mark.parametrize("words", kinds_of_words())
def test_two_words_of_one_kind_never_read_the_same(words: type[TextChoices], in_vietnamese: None) -> None:
    said = [str(each.label) for each in words]
    assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize("refusal", list(refusals()), ids=lambda refusal: refusal.__name__)
def test_a_refusal_says_what_to_do(refusal: type[RuleBroken], in_vietnamese: None) -> None:
    vietnamese = str(refusal.sentence)
    assert "đề nghị" in vietnamese.lower()
    assert vietnamese.endswith(".")
    with override("en"):
        english = str(refusal.sentence)
    assert "please" in english.lower()
    assert english.endswith(".")


def test_each_refusal_has_a_sentence_and_a_code_of_its_own() -> None:
    with override(None):
        for telling in ("code", "sentence"):
            told = [str(vars(refusal)[telling]) for refusal in refusals()]
            assert sorted(told) == sorted(set(told))


def test_babel_knows_every_translating_function_the_source_uses() -> None:
    """A function that Babel is not told about hides its messages from the catalogue."""
    known = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
    known |= {re.split("[=:]", keyword)[1] for keyword in KEYWORDS}
    used = {
        name.asname or name.name
        for path in [*(CLONE / "project").rglob("*.py"), *(CLONE / "workflow").rglob("*.py")]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if "gettext" in name.name
    }
    assert used - known == set()


def two() -> tuple[Catalog, Catalog]:
    source, translated = Catalog(), Catalog(locale="vi", fuzzy=False)
    for english, vietnamese in {"Sign": "Ký ban hành", "%(unit)s asks.": "%(unit)s đề nghị."}.items():
        source.add(english)
        translated.add(english, vietnamese)
    return source, translated


@pytest.mark.parametrize(
    ("vietnamese", "fault"),
    [
        ("", "not translated"),
        (" ", "not translated"),
        ("%(unit)s asks.", "left in English"),
        ("Đơn vị đề nghị.", "other placeholders"),
        ("%(unít)s đề nghị.", "other placeholders"),
        ("%(unit)s %(unit)d đề nghị.", "other placeholders"),
        ("100 % %(unit)s đề nghị.", "other placeholders"),
        ("%(unit)s đề nghị", "other full stop"),
        (unicodedata.normalize("NFD", "%(unit)s đề nghị."), "not NFC"),
        ("%(unit)s Từ chối.", r"forbidden word \btừ chối\b"),
        ("%(unit)s nộp báo cáo.", r"forbidden word \bnộp\b"),
        ("%(unit)s: K/T BÍ THƯ.", r"forbidden word \bk/t\b"),
        ("%(unit)s: cấp uỷ.", "forbidden word " + FORBIDDEN[-1]),
    ],
)
def test_the_check_sees(vietnamese: str, fault: str) -> None:
    source, translated = two()
    assert faults(source, translated) == []
    translated["%(unit)s asks."].string = vietnamese
    assert faults(source, translated) == [f"{fault}: %(unit)s asks."]


def test_the_check_sees_what_is_left_over_and_what_is_unsure() -> None:
    source, translated = two()
    translated.add("Old", "Cũ")
    translated["Sign"].flags.add("fuzzy")
    translated.obsolete["Older"] = translated["Old"]
    assert faults(source, translated) == ["fuzzy: Sign", "obsolete: Older", "unused: Old"]


def test_the_check_sees_one_missing_among_all(extracted: Catalog, translated: Catalog) -> None:
    holed = deepcopy(translated)
    holed.delete("Waiting for signature")
    more = deepcopy(extracted)
    more.add("A word that nobody translated")
    expected = ["not translated: A word that nobody translated", "not translated: Waiting for signature"]
    assert faults(more, holed) == sorted([*faults(extracted, translated), *expected])

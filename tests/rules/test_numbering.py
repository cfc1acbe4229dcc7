from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.choices import DocumentType, OrganizationKind, Role
from workflow.errors import WrongNumber
from workflow.rules.numbering import (
    InTheNameOf,
    SignatureBlock,
    format_number,
    next_free,
    signature_block,
    term_of,
)


@dataclass(frozen=True)
class Term:
    since: date
    until: date | None = None


FIRST = Term(date(2015, 8, 1), date(2020, 7, 31))
SECOND = Term(date(2020, 8, 1))


@pytest.mark.parametrize(
    ("document_type", "number", "symbol", "printed"),
    [
        (DocumentType.REPORT, 12, "CB", "12-BC/CB"),
        (DocumentType.REPORT, 7, "CB", "07-BC/CB"),
        ("CV", 630, "ĐUK", "630-CV/ĐUK"),
        (DocumentType.MINUTES, 1, "ĐU", "01-BB/ĐU"),
    ],
)
def test_a_number_is_printed_with_type_and_symbol(
    document_type: DocumentType | str, number: int, symbol: str, printed: str
) -> None:
    assert format_number(document_type, number, symbol) == printed


@pytest.mark.parametrize("number", [0, -1])
def test_numbers_begin_with_one(number: int) -> None:
    with pytest.raises(WrongNumber):
        format_number(DocumentType.REPORT, number, "CB")


def test_the_next_number_follows_the_highest_and_a_new_term_begins_with_one() -> None:
    assert next_free(None) == 1
    assert next_free(12) == 13


def test_a_day_belongs_to_the_term_that_holds_it() -> None:
    terms = [SECOND, FIRST]

    assert term_of(date(2015, 8, 1), terms) is FIRST
    assert term_of(date(2020, 7, 31), terms) is FIRST
    assert term_of(date(2020, 8, 1), terms) is SECOND
    assert term_of(date(2099, 1, 1), terms) is SECOND
    assert term_of(date(2015, 7, 31), terms) is None


def test_the_day_on_which_two_terms_meet_belongs_to_the_later() -> None:
    earlier = Term(date(2015, 8, 1), date(2020, 8, 1))

    assert term_of(date(2020, 8, 1), [earlier, SECOND]) is SECOND
    assert term_of(date(2020, 8, 1), [SECOND, earlier]) is SECOND


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=6), st.integers(-10, 9000))
def test_terms_one_after_another_hold_every_day_exactly_once(lengths: list[int], offset: int) -> None:
    terms, start = [], date(2000, 1, 1)
    for length in lengths:
        terms.append(Term(start, start + timedelta(days=length - 1)))
        start += timedelta(days=length)
    day = date(2000, 1, 1) + timedelta(days=offset)
    holding: list[Term | None] = [t for t in terms if t.until and t.since <= day <= t.until]

    assert [term_of(day, terms)] == (holding or [None])


@pytest.mark.parametrize(
    ("kind", "role", "authority", "position"),
    [
        (OrganizationKind.GRASSROOTS_CELL, Role.SECRETARY, "T/M CHI BỘ", "BÍ THƯ"),
        (OrganizationKind.GRASSROOTS_CELL, Role.DEPUTY, "T/M CHI BỘ", "PHÓ BÍ THƯ"),
        (OrganizationKind.SUB_CELL, Role.DEPUTY, "T/M CHI BỘ", "PHÓ BÍ THƯ"),
        (OrganizationKind.GRASSROOTS_PARTY, Role.SECRETARY, "T/M ĐẢNG ỦY", "BÍ THƯ"),
        (OrganizationKind.SUB_PARTY, Role.SECRETARY, "T/M ĐẢNG ỦY", "BÍ THƯ"),
        (OrganizationKind.BLOC_COMMITTEE, Role.DEPUTY, "T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ"),
        (OrganizationKind.PROVINCE_COMMITTEE, Role.SECRETARY, "T/M BAN THƯỜNG VỤ", "BÍ THƯ"),
    ],
)
def test_a_paper_is_signed_for_the_collective(
    kind: OrganizationKind, role: Role, authority: str, position: str
) -> None:
    assert signature_block(kind, role) == SignatureBlock(authority, position)


def test_a_grassroots_committee_may_sign_for_its_standing_committee() -> None:
    block = signature_block(OrganizationKind.GRASSROOTS_PARTY, Role.DEPUTY, InTheNameOf.STANDING_COMMITTEE)

    assert block == SignatureBlock("T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ")


def test_a_provincial_committee_signs_by_its_own_name() -> None:
    block = signature_block(OrganizationKind.PROVINCE_COMMITTEE, Role.SECRETARY, InTheNameOf.COMMITTEE)

    assert block.authority == "T/M TỈNH ỦY"


@pytest.mark.parametrize("kind", OrganizationKind)
@pytest.mark.parametrize("role", [Role.SECRETARY, Role.DEPUTY])
def test_nobody_signs_in_the_place_of_a_secretary(kind: OrganizationKind, role: Role) -> None:
    block = signature_block(kind, role)

    assert block.authority.startswith("T/M ")
    assert "CHI ỦY" not in block.authority
    assert block.position in {"BÍ THƯ", "PHÓ BÍ THƯ"}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECRETARY, Role.DEPUTY}))
def test_only_secretaries_and_deputies_sign(role: Role) -> None:
    with pytest.raises(ValueError, match="does not sign"):
        signature_block(OrganizationKind.GRASSROOTS_CELL, role)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (OrganizationKind.GRASSROOTS_CELL, InTheNameOf.COMMITTEE),
        (OrganizationKind.SUB_CELL, InTheNameOf.STANDING_COMMITTEE),
        (OrganizationKind.GRASSROOTS_PARTY, InTheNameOf.CELL),
    ],
)
def test_nobody_signs_for_a_body_the_organisation_does_not_have(kind: OrganizationKind, body: InTheNameOf) -> None:
    with pytest.raises(ValueError, match="does not sign"):
        signature_block(kind, Role.SECRETARY, body)

"""Number, symbol and signature block of a Party document (HD 36-HD/VPTW boxes 3, 7; domain.md §3.4–3.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from workflow.choices import CELL_KINDS, DocumentType, OrganizationKind, Role
from workflow.errors import WrongNumber


class InTheNameOf(StrEnum):
    """The collective a paper is signed for."""

    CELL = "CELL"
    COMMITTEE = "COMMITTEE"
    STANDING_COMMITTEE = "STANDING_COMMITTEE"


class Period(Protocol):
    """A term of office; both days inclusive, `until` None while it runs."""

    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    authority: str
    position: str


AnyPeriod = TypeVar("AnyPeriod", bound=Period)

# What the column keeps; no term comes near it.
LARGEST_NUMBER = 2**31 - 1

_AUTHORITY = {
    InTheNameOf.CELL: "T/M CHI BỘ",
    InTheNameOf.COMMITTEE: "T/M ĐẢNG ỦY",
    InTheNameOf.STANDING_COMMITTEE: "T/M BAN THƯỜNG VỤ",
}
_POSITION: dict[str, str] = {Role.SECRETARY: "BÍ THƯ", Role.DEPUTY: "PHÓ BÍ THƯ"}
_ABOVE_GRASSROOTS = frozenset({OrganizationKind.BLOC_COMMITTEE, OrganizationKind.PROVINCE_COMMITTEE})


def format_number(document_type: DocumentType | str, number: int, symbol: str) -> str:
    """12-BC/CB; below 10 with a zero: 07-BC/CB. Raises WrongNumber below 1 and above any number."""
    if not 1 <= number <= LARGEST_NUMBER:
        raise WrongNumber
    return f"{number:02d}-{DocumentType(document_type).value}/{symbol}"


def next_free(highest: int | None) -> int:
    """The number after the highest taken in (organisation, document type, term), 1 if none is; gaps stay."""
    return (highest or 0) + 1


def term_of(day: date, terms: Iterable[AnyPeriod]) -> AnyPeriod | None:
    """The term that holds the day; where two meet on it, the later one. Numbers restart with each term."""
    holding = [term for term in terms if term.since <= day and (term.until is None or day <= term.until)]
    return max(holding, key=lambda term: term.since, default=None)


def signature_block(
    kind: OrganizationKind | str, role: Role | str, in_the_name_of: InTheNameOf | None = None
) -> SignatureBlock:
    """The two lines above a signature: T/M CHI BỘ / PHÓ BÍ THƯ.

    A committee is collective, so a deputy signs T/M as well, never K/T BÍ THƯ; a cell never T/M CHI ỦY.
    Without `in_the_name_of`: the cell; the committee of a grassroots or intermediate organisation; the
    standing committee above those. Raises ValueError for a role that signs nothing and for a body that the
    organisation does not have.
    """
    kind = OrganizationKind(kind)
    if role not in _POSITION:
        raise ValueError(f"a {role} does not sign")
    body = in_the_name_of or _usual_body(kind)
    if (body == InTheNameOf.CELL) != (kind in CELL_KINDS):
        raise ValueError(f"a {kind} does not sign for a {body}")
    authority = _AUTHORITY[body]
    if body == InTheNameOf.COMMITTEE and kind == OrganizationKind.PROVINCE_COMMITTEE:
        authority = "T/M TỈNH ỦY"
    return SignatureBlock(authority=authority, position=_POSITION[role])


def _usual_body(kind: OrganizationKind) -> InTheNameOf:
    if kind in CELL_KINDS:
        return InTheNameOf.CELL
    if kind in _ABOVE_GRASSROOTS:
        return InTheNameOf.STANDING_COMMITTEE
    return InTheNameOf.COMMITTEE

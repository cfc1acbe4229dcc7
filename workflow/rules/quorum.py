"""The arithmetic of a round of opinions: more than half of all members counted, not of those present.

Source: Điều lệ Đảng ("hơn một nửa số thành viên"), QĐ 24-QĐ/TW; domain.md §4.3.
"""

from dataclasses import dataclass

from workflow.choices import ReviewMode
from workflow.errors import ReviewNotAsked, WrongAnswer


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers of one round; `counted` is N, fixed when the round opened. No answer is neither yes nor no."""

    counted: int
    agree: int = 0
    agree_with_additions: int = 0
    disagree: int = 0
    reserve: int = 0

    @property
    def yes(self) -> int:
        return self.agree + self.agree_with_additions

    @property
    def answered(self) -> int:
        return self.yes + self.disagree + self.reserve


def needed(counted: int) -> int:
    """The least number of yes that is more than half: 15 → 8, 16 → 9."""
    return counted // 2 + 1


def is_adopted(tally: Tally) -> bool:
    """Whether more than half of all persons counted said yes, with or without additions."""
    return tally.yes >= needed(tally.counted)


def is_complete(tally: Tally) -> bool:
    """Whether everybody counted has answered."""
    return tally.answered >= tally.counted


def minutes_fit(counted: int, present: int, agree: int, disagree: int, other: int) -> bool:
    """Whether figures from minutes are possible: none negative, answers ≤ present ≤ counted."""
    return min(present, agree, disagree, other) >= 0 and agree + disagree + other <= present <= counted


def adopted(mode: ReviewMode | str, tally: Tally, chairs_word: bool | None = None) -> bool:
    """The result of a round: the majority for VOTE and COMMITTEE, the chair's word for OPINIONS.

    The chair's word is not asked where there is a vote. Raises WrongAnswer when it is asked and missing,
    ReviewNotAsked for NONE.
    """
    if mode in {ReviewMode.VOTE, ReviewMode.COMMITTEE}:
        return is_adopted(tally)
    if mode == ReviewMode.NONE:
        raise ReviewNotAsked
    if chairs_word is None:
        raise WrongAnswer
    return chairs_word

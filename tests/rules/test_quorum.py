from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.choices import ReviewMode
from workflow.errors import ReviewNotAsked, WrongAnswer
from workflow.rules.quorum import Tally, adopted, is_adopted, is_complete, minutes_fit, needed

ANSWERS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("counted", "yes", "passes"),
    [(15, 8, True), (15, 7, False), (16, 8, False), (16, 9, True), (3, 2, True), (1, 1, True), (0, 0, False)],
)
def test_more_than_half_of_all_counted_must_say_yes(counted: int, yes: int, passes: bool) -> None:
    assert is_adopted(Tally(counted=counted, agree=yes)) is passes


def test_a_majority_of_those_present_is_not_enough() -> None:
    present_and_agreeing = Tally(counted=15, agree=7, disagree=4)

    assert not is_adopted(present_and_agreeing)


@given(st.integers(0, 1000))
def test_the_number_needed_is_the_least_above_half(counted: int) -> None:
    slow = next(yes for yes in range(counted + 2) if Fraction(yes) > Fraction(counted, 2))

    assert needed(counted) == slow


@given(ANSWERS, ANSWERS, ANSWERS, ANSWERS, ANSWERS)
def test_additions_count_as_yes_and_nothing_else_does(
    counted: int, agree: int, additions: int, disagree: int, reserve: int
) -> None:
    tally = Tally(counted, agree, additions, disagree, reserve)

    assert is_adopted(tally) == (2 * (agree + additions) > counted)
    assert is_complete(tally) == (agree + additions + disagree + reserve >= counted)


@pytest.mark.parametrize(
    ("counted", "present", "agree", "disagree", "other", "fit"),
    [
        (16, 11, 9, 1, 1, True),
        (16, 11, 9, 0, 0, True),
        (16, 0, 0, 0, 0, True),
        (16, 11, 9, 2, 1, False),
        (16, 17, 9, 1, 1, False),
        (16, 11, 9, -1, 1, False),
        (16, -1, 0, 0, -1, False),
    ],
)
def test_minutes_must_be_possible(counted: int, present: int, agree: int, disagree: int, other: int, fit: bool) -> None:
    assert minutes_fit(counted, present, agree, disagree, other) is fit


@given(*[st.integers(-2, 12)] * 5)
def test_minutes_fit_when_answers_stay_within_those_present_and_those_within_the_counted(
    counted: int, present: int, agree: int, disagree: int, other: int
) -> None:
    possible = all(part >= 0 for part in (counted, present, agree, disagree, other))
    possible = possible and agree + disagree + other <= present and present <= counted

    assert minutes_fit(counted, present, agree, disagree, other) == possible


@pytest.mark.parametrize("mode", [ReviewMode.VOTE, ReviewMode.COMMITTEE])
@pytest.mark.parametrize("chairs_word", [True, False, None])
def test_where_there_is_a_vote_the_chair_does_not_decide(mode: ReviewMode, chairs_word: bool | None) -> None:
    assert adopted(mode, Tally(counted=5, agree=3), chairs_word)
    assert not adopted(mode, Tally(counted=5, agree=2), chairs_word)


@pytest.mark.parametrize("chairs_word", [True, False])
def test_where_opinions_are_asked_the_chair_decides(chairs_word: bool) -> None:
    assert adopted(ReviewMode.OPINIONS, Tally(counted=5, disagree=5), chairs_word) is chairs_word


def test_opinions_cannot_be_concluded_without_the_chairs_word() -> None:
    with pytest.raises(WrongAnswer):
        adopted(ReviewMode.OPINIONS, Tally(counted=5, agree=5))


def test_where_no_review_is_asked_nothing_is_adopted() -> None:
    with pytest.raises(ReviewNotAsked):
        adopted(ReviewMode.NONE, Tally(counted=0), True)

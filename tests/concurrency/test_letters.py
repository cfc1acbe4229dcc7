"""Two hands on one urging letter, two letters on one number, and the clock beside an officer."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from tests.builders import NOW, World, prepared_campaign
from tests.concurrency.interleaving import Outcome, interleaved, together
from tests.letters import HOUR, LATE, discard, draft, drafted, edit, issue, sign, signed
from workflow import errors
from workflow.actions import campaigns, numbering, opening, urging
from workflow.choices import RUNNING, Stream, Verb
from workflow.models import Campaign, Event, IssuedDocument, Organization, Term, UrgingLetter
from workflow.queries.integrity import check_integrity

BEFORE_THE_LETTER = 'INSERT INTO "workflow_urgingletter"'
BEFORE_THE_DOCUMENT = 'INSERT INTO "workflow_issueddocument"'


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The request is not locked, neither by a verb nor by the clock."""
    statement = opening.CAMPAIGN_WITH_SEATS.replace("FOR NO KEY UPDATE OF campaign", "")

    def read(campaign_id: int) -> Campaign | None:
        return Campaign.objects.filter(pk=campaign_id, house=False, state__in=RUNNING).first()

    monkeypatch.setattr(opening, "CAMPAIGN_WITH_SEATS", statement)
    monkeypatch.setattr(urging, "locked_request", read)


def by_clock(world: World) -> Callable[[], UrgingLetter | None]:
    return partial(urging.draft_by_clock, campaign_id=world.campaign.pk, now=LATE)


def by_officer(world: World) -> Callable[[], UrgingLetter]:
    return partial(draft, world, LATE)


def told(world: World, verb: Verb) -> int:
    return Event.objects.filter(stream=Stream.CAMPAIGN, stream_id=world.campaign.pk, verb=verb).count()


# drafting


def test_of_two_officers_who_draft_at_once_the_second_is_told(shared_world: World) -> None:
    outcome = interleaved(by_officer(shared_world), by_officer(shared_world), before=BEFORE_THE_LETTER)

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.LetterOpen)
    assert UrgingLetter.objects.count() == told(shared_world, Verb.DRAFT_URGING) == 1
    assert check_integrity() == []


def test_the_clock_waits_for_an_officer_who_drafts_and_then_has_nothing_to_do(shared_world: World) -> None:
    outcome = interleaved(by_officer(shared_world), by_clock(shared_world), before=BEFORE_THE_LETTER)

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert outcome.values[1] is None
    assert UrgingLetter.objects.get().made_by == shared_world.dung
    assert check_integrity() == []


def test_an_officer_who_is_slower_than_the_clock_is_told(shared_world: World) -> None:
    outcome = interleaved(by_clock(shared_world), by_officer(shared_world), before=BEFORE_THE_LETTER)

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.LetterOpen)
    assert UrgingLetter.objects.get().made_by is None


def test_six_clocks_at_once_draft_one_letter(shared_world: World) -> None:
    outcome = together(*[by_clock(shared_world)] * 6)

    assert outcome.winners == list(range(6))
    assert [letter for letter in outcome.values if letter is not None] == [UrgingLetter.objects.get()]
    assert told(shared_world, Verb.DRAFT_URGING) == 1
    assert check_integrity() == []


@pytest.mark.usefixtures("unlocked")
@pytest.mark.parametrize("second", [by_clock, by_officer])
@pytest.mark.parametrize("first", [by_clock, by_officer])
def test_without_the_lock_on_the_request_only_the_constraint_stops_the_second_letter(
    shared_world: World, first: Callable[[World], Callable[[], object]], second: Callable[[World], Callable[[], object]]
) -> None:
    outcome = interleaved(first(shared_world), second(shared_world), before=BEFORE_THE_LETTER)

    assert not outcome.waited
    assert outcome.winners == [1]
    assert "urging_letter_one_open" in str(outcome.errors[0])


def test_the_clock_may_draft_after_it_has_written_under_the_same_lock(shared_world: World) -> None:
    """The sweep tells the office on the request's stream before it drafts: it locks the request first."""

    def sweep() -> None:
        with transaction.atomic():
            urging.locked_request(shared_world.campaign.pk)
            assert by_clock(shared_world)()

    outcome = interleaved(sweep, by_officer(shared_world), before=BEFORE_THE_LETTER)

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.LetterOpen)


# editing, signing, discarding


def hands(world: World, letter: UrgingLetter) -> dict[str, Callable[[], object]]:
    return {
        "edit": partial(edit, world, letter, body="Bản khác."),
        "sign": partial(sign, world, letter),
        "discard": partial(discard, world, letter),
    }


TOLD = (errors.StaleRevision, errors.LetterNotDrafted)
rivals = pytest.mark.parametrize(
    ("first", "second"),
    [
        ("sign", "sign"),
        ("sign", "edit"),
        ("edit", "sign"),
        ("edit", "edit"),
        ("discard", "sign"),
        ("sign", "discard"),
        ("discard", "edit"),
    ],
)


def race(world: World, first: str, second: str) -> Outcome:
    letter = drafted(world)
    return interleaved(hands(world, letter)[first], hands(world, letter)[second], before='^UPDATE "workflow_urging')


@rivals
def test_of_two_hands_on_one_letter_one_wins_and_the_other_is_told(
    shared_world: World, first: str, second: str
) -> None:
    outcome = race(shared_world, first, second)

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], TOLD)
    assert check_integrity() == []


@rivals
@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_both_hands_go_through_or_the_trail_breaks(
    shared_world: World, first: str, second: str
) -> None:
    outcome = race(shared_world, first, second)

    assert not outcome.refusals
    assert not outcome.waited
    assert outcome.winners == [0, 1] or isinstance(outcome.errors[0], IntegrityError)


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_a_signature_stands_under_a_text_that_was_not_read(shared_world: World) -> None:
    race(shared_world, "edit", "sign")

    assert "a signed urging letter's hash is its content's" in [problem.invariant for problem in check_integrity()]


# numbering


@pytest.fixture
def two_signed(shared_world: World) -> tuple[UrgingLetter, UrgingLetter]:
    """Signed letters on two requests of one issuer."""
    world = shared_world
    second = prepared_campaign(world.duk, world.dung, number="640-CV/ĐUK")
    campaigns.open_campaign(campaign_id=second.pk, actor=world.dung, now=NOW)
    return signed(world), sign(world, draft(world, campaign_id=second.pk))


def test_two_letters_numbered_at_once_take_two_numbers(
    shared_world: World, two_signed: tuple[UrgingLetter, UrgingLetter]
) -> None:
    one, two = (partial(issue, shared_world, letter) for letter in two_signed)

    outcome = interleaved(one, two, before=BEFORE_THE_DOCUMENT)

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert sorted(IssuedDocument.objects.values_list("printed_number", flat=True)) == ["01-CV/ĐUK", "02-CV/ĐUK"]
    assert check_integrity() == []


def test_of_two_letters_that_ask_for_one_number_the_second_is_told_the_next(
    shared_world: World, two_signed: tuple[UrgingLetter, UrgingLetter]
) -> None:
    one, two = (partial(issue, shared_world, letter, number=7) for letter in two_signed)

    outcome = interleaved(one, two, before=BEFORE_THE_DOCUMENT)

    assert outcome.waited
    (refusal,) = outcome.refusals
    assert isinstance(refusal, errors.NumberTaken)
    assert refusal.facts["free"] == "08-CV/ĐUK"
    assert issue(shared_world, two_signed[1]).document.number == 8
    assert check_integrity() == []


@pytest.mark.parametrize("number", [None, 7])
def test_without_the_lock_on_the_term_two_letters_take_the_same_number(
    shared_world: World,
    two_signed: tuple[UrgingLetter, UrgingLetter],
    monkeypatch: pytest.MonkeyPatch,
    number: int | None,
) -> None:
    def unlocked_term(organization: Organization, _day: object) -> Term:
        return Term.objects.get(organization=organization)

    monkeypatch.setattr(numbering, "lock_term", unlocked_term)
    one, two = (partial(issue, shared_world, letter, number=number) for letter in two_signed)

    outcome = interleaved(one, two, before=BEFORE_THE_DOCUMENT)

    assert not outcome.waited
    assert outcome.winners == [1]
    assert "document_number" in str(outcome.errors[0])


def test_a_letter_and_a_closing_request_do_not_pass_each_other(shared_world: World) -> None:
    letter = signed(shared_world)
    closing = partial(
        campaigns.close,
        campaign_id=shared_world.campaign.pk,
        actor=shared_world.khanh,
        reason="Hết kỳ.",
        now=LATE + HOUR,
    )

    outcome = interleaved(closing, partial(issue, shared_world, letter))

    assert outcome.waited
    assert outcome.winners == [0]
    assert isinstance(outcome.errors[1], errors.AlreadyDone)
    assert not IssuedDocument.objects.exists()

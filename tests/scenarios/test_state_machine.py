"""Anybody tries any verb at any time: the engine answers as the plain model does, and the invariants hold.

`make test` plays a few short, always equal games; HYPOTHESIS_PROFILE=long plays many long ones.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.builders import CAST, kept_register
from tests.scenarios.ending import ENOUGH, bring_on, fine, finish, try_every_way
from tests.scenarios.game import EVERYTHING_FINE, Game
from tests.scenarios.plain_campaigns import CAMPAIGN_DESK
from tests.scenarios.plain_desk import DESK
from workflow.models import Organization, Person

PROFILES = {
    # Shrinking takes minutes: the short games show what they found as it is, the long ones make it small.
    "short": settings(max_examples=12, stateful_step_count=20, derandomize=True, phases=[Phase.generate]),
    "hunt": settings(max_examples=100, stateful_step_count=40, phases=[Phase.generate]),
    "long": settings(max_examples=300, stateful_step_count=80),
}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "short")
CHOSEN = settings(
    PROFILES[PROFILE],
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
# Games that refuse everything, or never come far, prove nothing: this share of the verbs is both done and refused.
VERBS = {*DESK, *CAMPAIGN_DESK}
LEAST = 0.5 if PROFILE == "short" else 0.95

WAITS = [timedelta(minutes=4), timedelta(minutes=40), timedelta(hours=20), timedelta(days=4), timedelta(days=11)]
SOME_MODE = st.sampled_from(["OPINIONS", "VOTE", "COMMITTEE", "NONE"])


# Where what a screen sends differs from everything fine.
OTHERWISE: dict[str, list[Any]] = {
    "stale": [True],
    "words": [False],
    "again": [True],
    "adopted": [False, None],
    "explained": [True],
    "kind": ["AGREE_WITH_ADDITIONS", "DISAGREE", "RESERVE"],
    "remarks": [1, 2],
    "said": [1, 2, 5],
    "tomorrow": [True],
    "minutes": [(0, 1, 1, 3), (9, 0, 0, 9), (3, 0, 0, 2), (1, 0, 0, 1)],
    "number": [0, 1, 2, 7],
    "dated": [-1, -30, 1],
    "confirmed": ["old", "other", "none"],
    "also_signs": [False],
    "closes_in": [0, 1, 9],
    "due_in": [-1, 40],
    "moved_in": [-1, 20, 60],
    "grows": [True],
    "grant": [False],
    "person": sorted(CAST),
    "unit": ["cell", "sub", "tu"],
    "figures": [(0, 0), (9, 3), (7, 8)],
}
DIFFERENCE = st.sampled_from(sorted(OTHERWISE)).flatmap(
    lambda word: st.tuples(st.just(word), st.sampled_from(OTHERWISE[word]))
)
ASKED = st.lists(DIFFERENCE, max_size=3)
Asked = list[tuple[str, Any]]
SOMEBODY = st.sampled_from(sorted(CAST))
SOME_REPORT = st.integers(0, 11)
# A verb among those offered, and who of those seated there.
TURN = st.tuples(st.integers(0, 30), st.integers(0, 3), ASKED)
Turn = tuple[int, int, Asked]
ATTEMPT = st.tuples(st.sampled_from(list(DESK)), SOMEBODY, ASKED)
Attempt = tuple[str, str, Asked]
CAMPAIGN_VERBS = ["amend", "cut_off", "reopen", "add_units", "close", "turn_into_own", "open", "edit", "cancel"]


class Flows(RuleBasedStateMachine):
    """One game: several requests, all their reports, everybody of the cast."""

    people: dict[str, Person]
    units: dict[str, Organization]
    tally: Counter[tuple[str, bool]]
    to_the_end = True

    def __init__(self) -> None:
        super().__init__()
        self.game = Game(self.people, self.units, self.tally)
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        try:
            if self.game.sound:
                self.game.check_everything()
                if self.to_the_end:
                    finish(self.game)
                self.game.check_data()
                connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    @initialize(
        mode=SOME_MODE,
        lower=SOME_MODE,
        listed=st.booleans(),
        ahead=st.lists(st.sampled_from([14, 14, 14, 0, 1, 2, 3, 4, 5, 6, 7]), min_size=5, max_size=5),
        to_the_end=st.booleans(),
    )
    def requests(self, mode: str, lower: str, listed: bool, ahead: list[int], to_the_end: bool) -> None:
        self.to_the_end = to_the_end
        self.game.begin(mode, lower, listed=listed)
        # From below upwards, so that the upper reports take the lower ones in.
        for name, steps in zip(sorted(self.game.plain.reports, key=self.game.height), ahead, strict=False):
            bring_on(self.game, name, steps)

    @rule(report=SOME_REPORT, turns=st.lists(TURN, min_size=4, max_size=10))
    def holders_do_what_the_state_offers(self, report: int, turns: list[Turn]) -> None:
        name = self.game.report_at(report)
        for place, seat, asked in turns:
            verbs = self.game.offered(name)
            verb = verbs[place % len(verbs)]
            actors = self.game.seated(verb, name)
            self.game.try_report(verb, name, actors[seat % len(actors)], EVERYTHING_FINE | dict(asked))

    @rule(report=SOME_REPORT, attempts=st.lists(ATTEMPT, min_size=2, max_size=6))
    def anybody_tries_anything(self, report: int, attempts: list[Attempt]) -> None:
        for verb, actor, asked in attempts:
            self.game.try_report(verb, self.game.report_at(report), actor, EVERYTHING_FINE | dict(asked))

    @rule(report=SOME_REPORT, steps=st.integers(1, 4))
    def the_work_goes_on(self, report: int, steps: int) -> None:
        bring_on(self.game, self.game.report_at(report), steps)

    @rule(request=st.integers(0, 5), verb=st.sampled_from(CAMPAIGN_VERBS), seat=st.integers(0, 4), asked=ASKED)
    def a_request_is_run(self, request: int, verb: str, seat: int, asked: Asked) -> None:
        name = self.game.campaign_at(request)
        actors = [*self.game.seated_at_campaign(verb, name)[:4], "lan"]
        self.game.try_campaign(verb, name, actors[seat % len(actors)], EVERYTHING_FINE | dict(asked))

    @rule(span=st.sampled_from(WAITS))
    def time_passes(self, span: timedelta) -> None:
        self.game.now += span

    @rule()
    def the_drafter_is_replaced_by_the_deputy(self) -> None:
        self.game.replace_drafter()


@pytest.fixture
def game(db: None) -> Game:
    """A fresh game with opinions asked in the units and no review below."""
    game = Game(*kept_register())
    game.begin("OPINIONS", "NONE", listed=False)
    return game


def test_the_engine_agrees_with_the_plain_model_whatever_anybody_tries(db: None) -> None:
    people, units = kept_register()
    tally: Counter[tuple[str, bool]] = Counter()
    machine = type("Flows", (Flows,), {"people": people, "units": units, "tally": tally})
    run_state_machine_as_test(machine, settings=CHOSEN)
    done, refused = ({verb for verb, allowed in tally if allowed is outcome} for outcome in (True, False))
    assert len(done) >= LEAST * len(VERBS), sorted(VERBS - done)
    assert len(refused) >= LEAST * len(VERBS), sorted(VERBS - refused)


def test_a_campaign_played_straight_through_ends_consolidated(game: Game) -> None:
    finish(game)
    game.check_everything()
    lower = [one.state for name, one in game.plain.reports.items() if name.startswith(("main:", "sub:"))]
    assert set(lower) == {"CONSOLIDATED"}


@pytest.mark.parametrize(
    ("state", "depth"),
    [("DRAFT", 3), ("REVIEW", 3), ("SIGNING", 3), ("SIGNED", 3), ("SENT", 4), ("RECEIVED", 5), ("SUPPLEMENT", 4)],
)
def test_from_every_state_every_verb_and_every_one_after_it_are_done_alike(game: Game, state: str, depth: int) -> None:
    # A report that has taken in another one below.
    bring_on(game, "sub:sub", ENOUGH)
    while game.plain.reports["main:party"].state not in {state, "RECEIVED"}:
        bring_on(game, "main:party", 1)
    if state == "SUPPLEMENT":
        fine(game, "request_supplement", "main:party")
    assert game.plain.reports["main:party"].state == state
    assert try_every_way(game, "main:party", depth) > depth


def test_work_assigned_to_a_drafter_who_left_lies_on_the_other_drafters_desk(game: Game) -> None:
    game.try_report("assign", "main:cell", "hung", EVERYTHING_FINE | {"person": "lan"})
    game.replace_drafter()
    game.now += timedelta(days=1)
    game.check_sight_and_desks()


def test_a_deputy_standing_in_holds_what_waits_for_the_secretary(game: Game) -> None:
    game.now += timedelta(days=10)
    while game.plain.reports["main:cell"].state != "SIGNING":
        bring_on(game, "main:cell", 1)
    assert game.plain.holds("binh", "cell", "secretary", game.now)
    game.check_sight_and_desks()


def test_an_amended_outline_is_asked_of_the_committees_own_report_as_well(game: Game) -> None:
    game.try_campaign("amend", "main", "dung", EVERYTHING_FINE | {"grows": True})
    assert {one.version for name, one in game.plain.reports.items() if name.startswith("main")} == {2}


def sent_again(game: Game) -> None:
    game.plain.reports["main:cell"].state = "SENT"


def seated_elsewhere(game: Game) -> None:
    game.plain.seats = [seat for seat in game.plain.seats if seat.role != "clerk"]


def another_total(game: Game) -> None:
    bring_on(game, "main:cell", 20)
    game.plain.reports["main:cell"].frozen[game.plain.reports["main:cell"].received]["A5"] = 1


@pytest.mark.parametrize("disagreement", [sent_again, seated_elsewhere, another_total])
def test_the_game_notices_when_engine_and_model_disagree(game: Game, disagreement: Callable[[Game], None]) -> None:
    with pytest.raises(AssertionError):  # noqa: PT012 – where it shows depends on the disagreement
        disagreement(game)
        game.try_report("save_entry", "main:other", "oanh", EVERYTHING_FINE)
        game.check_everything()

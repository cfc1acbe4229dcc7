"""From wherever a game is, the right people bring every report to its end: nothing is ever stuck."""

from typing import Any

from tests.scenarios.game import EVERYTHING_FINE, STAYING, Game
from tests.scenarios.plain_model import EDITABLE, GONE_UP, RUNNING

ENDS = {"CONSOLIDATED", "EXEMPT"}
ENOUGH = 40


def fine(game: Game, verb: str, name: str, actor: str = "", **asked: Any) -> None:
    """The right person does it the right way, so it has to be done."""
    who = actor or game.seated(verb, name)[0]
    assert game.try_report(verb, name, who, EVERYTHING_FINE | asked), f"{verb} of {name} by {who} is refused"


def bring_on(game: Game, name: str, steps: int) -> None:
    """At most so many steps towards the office's receipt."""
    for _ in range(steps):
        report = game.plain.reports[name]
        if report.state in {"RECEIVED", "CONSOLIDATED"} or game.plain.campaigns[report.campaign].state not in RUNNING:
            return
        step(game, name)


def step(game: Game, name: str) -> None:
    state = game.plain.reports[name].state
    if state in EDITABLE:
        hand_over(game, name)
    elif state == "REVIEW":
        conclude(game, name)
    else:
        fine(game, {"EXEMPT": "reinstate", "SIGNING": "sign", "SIGNED": "issue", "SENT": "receive"}[state], name)


def hand_over(game: Game, name: str) -> None:
    """Write what is missing, answer what is open, then submit; a cell without a committee sends paper."""
    report = game.plain.reports[name]
    unanswered = report.unanswered
    if not game.plain.complete(report) or report.figures["A5"] > report.figures["A6"]:
        fine(game, "save_entry", name)
    elif unanswered:
        fine(game, "answer", name, said=sorted(report.said).index(unanswered[0]))
    elif report.state != "DRAFT" or game.plain.campaigns[report.campaign].mode == "NONE":
        fine(game, "submit_for_signing", name)
    elif game.plain.counted(report, game.now):
        fine(game, "submit_for_review", name)
    else:
        fine(game, "register_paper", name)


def conclude(game: Game, name: str) -> None:
    report = game.plain.reports[name]
    held = report.round
    assert held is not None
    silent = sorted(held.counted - {person for person, kind in held.answers.items() if kind == "AGREE"})
    voted = game.plain.campaigns[report.campaign].mode != "OPINIONS"
    if voted and held.minutes is None and not held.answers:
        fine(game, "enter_minutes", name, minutes=(held.n, 0, 0, held.n))
    elif voted and held.minutes is None and silent and game.now < held.closes:
        fine(game, "give_opinion", name, silent[0])
    else:
        if held.minutes is None:
            game.now = max(game.now, held.closes)
        fine(game, "conclude_review", name)


# Verbs that lead to more than one state, with what leads there.
WAYS: dict[str, list[dict[str, Any]]] = {
    "conclude_review": [{}, {"adopted": False}],
    "return_for_revision": [{}, {"again": True}],
    "return_signed": [{}, {"again": True}],
}


def try_every_way(game: Game, name: str, depth: int) -> int:
    """Every verb that the state offers to its right holder, every one after it, and so on; answers how many moved."""
    moved = 0
    for verb in sorted(set(game.offered(name)) - STAYING):
        for asked in WAYS.get(verb, [{}]):
            with game.only_trying():
                moved += try_one_way(game, name, verb, asked, depth)
    return moved


def try_one_way(game: Game, name: str, verb: str, asked: dict[str, Any], depth: int) -> int:
    report = game.plain.reports[name]
    if verb.startswith("submit"):
        for text in report.unanswered:
            fine(game, "answer", name, said=sorted(report.said).index(text))
    if verb == "conclude_review" and report.round:
        game.now = max(game.now, report.round.closes)
    if not game.try_report(verb, name, game.seated(verb, name)[0], EVERYTHING_FINE | asked):
        return 0
    return 1 + (try_every_way(game, name, depth - 1) if depth > 1 else 0)


def finish(game: Game) -> None:
    """Every report of a running request ends; then the requests are closed, and nothing moves any more."""
    plain = game.plain
    for name, campaign in list(plain.campaigns.items()):
        if campaign.answers and campaign.state in RUNNING and above(game, name) == "CANCELLED":
            leader = game.seated_at_campaign("turn_into_own", name)[0]
            assert game.try_campaign("turn_into_own", name, leader, EVERYTHING_FINE)
    running = [name for name, campaign in plain.campaigns.items() if campaign.state in RUNNING]
    # A report of a house campaign stands above those of its request, those above the requests further down.
    downwards = sorted(running, key=lambda name: (not plain.campaigns[name].house, name == "sub"))
    for name in downwards:
        for report in reports_of(game, name):
            take_back(game, report)
    for name in reversed(downwards):
        for report in reports_of(game, name):
            to_the_office(game, report)
    for name in running:
        movable = plain.campaigns[name].answers and above(game, name) in RUNNING
        ends = ENDS if movable else ENDS | {"RECEIVED"}
        assert {plain.reports[report].state for report in reports_of(game, name)} <= ends, name
    close_all(game, [name for name in reversed(downwards) if not plain.campaigns[name].house])


def above(game: Game, name: str) -> str:
    """The state of the request whose report this one gathers for."""
    answers = game.plain.campaigns[name].answers
    return game.plain.campaigns[game.plain.reports[answers].campaign].state


def reports_of(game: Game, name: str) -> list[str]:
    return [report for report, one in game.plain.reports.items() if one.campaign == name]


def take_back(game: Game, name: str) -> None:
    """An upper report goes back, so that it can take in what comes from below."""
    if any(one.answers == name and one.state in RUNNING for one in game.plain.campaigns.values()):
        state = game.plain.reports[name].state
        if state == "EXEMPT":
            fine(game, "reinstate", name)
        elif state == "SIGNED":
            fine(game, "return_signed", name, next(iter(secretaries(game, name))))
        elif state in {"SENT", "RECEIVED"}:
            fine(game, "request_supplement", name)


def secretaries(game: Game, name: str) -> list[str]:
    return game.plain.holders(game.plain.reports[name].unit, {"secretary"}, game.now)


def to_the_office(game: Game, name: str) -> None:
    report = game.plain.reports[name]
    if report.state == "EXEMPT":
        return
    bring_on(game, name, ENOUGH)
    assert report.state in {"RECEIVED", "CONSOLIDATED"}, f"{name} is stuck at {report.state}"
    if report.state == "RECEIVED" and not report.included:
        fine(game, "include", name)


def close_all(game: Game, names: list[str]) -> None:
    for name in names:
        campaign = game.plain.campaigns[name]
        leader = game.seated_at_campaign("close", name)[0]
        gone_up = game.plain.reports[campaign.answers].state in GONE_UP
        assert game.try_campaign("close", name, leader, EVERYTHING_FINE | {"words": not gone_up})
        for report in reports_of(game, name):
            for verb in sorted(set(game.offered(report)))[:2]:
                assert not game.try_report(verb, report, game.seated(verb, report)[0], EVERYTHING_FINE)

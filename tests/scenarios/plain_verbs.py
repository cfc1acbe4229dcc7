"""What each verb of a report does in the plain model, line by line of design.md section 5."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.scenarios.plain_desk import DESK, DUE_AHEAD, REASON, REMARKS, SHOWS_A_REVISION
from tests.scenarios.plain_model import (
    OFFICIAL,
    RUNNING,
    Asked,
    Report,
    Round,
    Said,
    World,
    local,
)

DAY = timedelta(days=1)


def do_report(world: World, verb: str, name: str, actor: str, now: datetime, asked: Asked) -> bool:
    """Whether the verb is allowed; if so it is done."""
    report = world.reports[name]
    states, whose, roles = DESK[verb]
    at = report.unit if whose == "unit" else report.issuer
    fine = (
        world.any_of(actor, at, roles, now)
        and report.state in states
        and world.campaigns[report.campaign].state in RUNNING
        and not (verb in SHOWS_A_REVISION and asked["stale"])
        and (verb not in REASON | REMARKS or asked["words"])
        and (verb not in DUE_AHEAD or asked["due"] > now)
    )
    return fine and REPORT_VERBS[verb](world, name, report, actor, now, asked)


Effect = Callable[[World, str, Report, str, datetime, Asked], bool]


def stays(*_: object) -> bool:
    return True


def save_entry(_w: World, _n: str, report: Report, _actor: str, _now: datetime, asked: Asked) -> bool:
    if asked["stale"]:
        return False
    report.started = True
    report.written |= asked["places"]
    report.figures = dict(asked["figures"])
    return True


def answer(_w: World, _n: str, report: Report, _actor: str, _now: datetime, asked: Asked) -> bool:
    said = report.said.get(asked["said"])
    if said is None or not said.binding or (asked["explained"] and not asked["words"]):
        return False
    said.answered = True
    return True


def assign(world: World, _n: str, report: Report, _actor: str, now: datetime, asked: Asked) -> bool:
    if not world.holds(asked["person"], report.unit, "drafter", now):
        return False
    report.drafter = asked["person"]
    return True


def assign_officer(world: World, _n: str, report: Report, _actor: str, now: datetime, asked: Asked) -> bool:
    return world.holds(asked["person"], report.issuer, "officer", now)


def may_hand_over(world: World, report: Report) -> bool:
    return world.complete(report) and report.figures.get("A5", 0) <= report.figures.get("A6", 0)


def submit_for_review(world: World, _n: str, report: Report, actor: str, now: datetime, asked: Asked) -> bool:
    campaign, counted = world.campaigns[report.campaign], world.counted(report, now)
    late_enough = asked["closes"] - now >= DAY
    if campaign.mode == "NONE" or not may_hand_over(world, report) or not late_enough or not counted:
        return False
    report.freeze(actor)
    members = 0 if campaign.mode == "COMMITTEE" else OFFICIAL.get(report.unit, 0)
    report.rounds.append(Round(report.current, counted, max(members, len(counted)), asked["closes"]))
    report.state = "REVIEW"
    return True


def submit_for_signing(world: World, _n: str, report: Report, actor: str, _now: datetime, _a: Asked) -> bool:
    past_the_cell = report.state == "DRAFT" and world.campaigns[report.campaign].mode != "NONE"
    if past_the_cell or not may_hand_over(world, report) or report.unanswered:
        return False
    report.freeze(actor)
    report.state = "SIGNING"
    return True


def give_opinion(_w: World, _n: str, report: Report, actor: str, now: datetime, asked: Asked) -> bool:
    held = report.round
    assert held is not None
    if actor not in held.counted or now >= held.closes or held.minutes is not None:
        return False
    held.answers[actor] = asked["kind"]
    report.said = {k: s for k, s in report.said.items() if (s.round, s.by) != (len(report.rounds), actor)}
    report.said |= {text: Said("give_opinion", actor, len(report.rounds)) for text in asked["texts"]}
    return True


def enter_minutes(_w: World, _n: str, report: Report, actor: str, _now: datetime, asked: Asked) -> bool:
    held = report.round
    assert held is not None
    yes, no, other, present = asked["minutes"]
    if held.answers or not yes + no + other <= present <= held.n or asked["tomorrow"]:
        return False
    held.minutes = (yes, no, other)
    again = {k for k in report.unanswered if report.said[k].verb == f"enter_minutes {held.revision}"}
    report.said = {k: s for k, s in report.said.items() if k not in again}
    report.said |= {text: Said(f"enter_minutes {held.revision}", actor) for text in asked["texts"]}
    return True


def conclude_review(world: World, name: str, report: Report, _actor: str, now: datetime, asked: Asked) -> bool:
    held, mode = report.round, world.campaigns[report.campaign].mode
    assert held is not None
    if held.minutes is None and len(held.answers) < held.n and now < held.closes:
        return False
    if mode == "OPINIONS" and asked["adopted"] is None:
        return False
    yes = held.minutes[0] if held.minutes else sum(kind.startswith("AGREE") for kind in held.answers.values())
    adopted = asked["adopted"] if mode == "OPINIONS" else 2 * yes > held.n
    state = "DRAFT" if not adopted else "REVISING" if report.unanswered else "SIGNING"
    held.result = "ADOPTED" if adopted else "NOT_ADOPTED"
    world.enter(name, state)
    return True


def remark(report: Report, verb: str, actor: str, asked: Asked) -> None:
    report.said |= {text: Said(verb, actor) for text in asked["texts"]}


def return_for_revision(world: World, name: str, report: Report, actor: str, _now: datetime, asked: Asked) -> bool:
    remark(report, "return_for_revision", actor, asked)
    world.enter(name, "DRAFT" if report.state == "REVIEW" or asked["again"] else "REVISING")
    return True


def return_signed(world: World, name: str, report: Report, actor: str, now: datetime, asked: Asked) -> bool:
    if not world.holds(actor, report.unit, "secretary", now) and report.valid[report.signed][0] != actor:
        return False
    remark(report, "return_signed", actor, asked)
    world.void_signature(name)
    world.enter(name, "DRAFT" if asked["again"] else "REVISING")
    return True


def sign(world: World, name: str, report: Report, actor: str, now: datetime, asked: Asked) -> bool:
    own = report.submitted_by[report.current] == actor
    if asked["confirmed"] != "now" or (own and not asked["also_signs"]):
        return False
    report.state, report.signed = "SIGNED", report.current
    report.valid[report.current] = (actor, local(now))
    for lower in world.lower(name):
        running = world.campaigns[lower.campaign].state in RUNNING
        if running and lower.state == "RECEIVED" and lower.included:
            lower.state = "CONSOLIDATED"
    return True


def issue(world: World, _n: str, report: Report, _actor: str, now: datetime, asked: Asked) -> bool:
    taken = world.numbers.setdefault(report.unit, set())
    number = max(taken, default=0) + 1 if asked["number"] is None else asked["number"]
    dated = local(now) + asked["dated"] * DAY
    if number < 1 or number in taken or not report.valid[report.signed][1] <= dated <= local(now):
        return False
    taken.add(number)
    report.state, report.sent, report.sent_at = "SENT", report.current, report.sent_at or now
    if report.supplement:
        assert report.supplement_due is not None
        report.answers_supplement[report.current] = (report.supplement, report.supplement_due)
        report.supplement, report.supplement_due = 0, None
    return True


def sign_and_issue(world: World, name: str, report: Report, actor: str, now: datetime, asked: Asked) -> bool:
    number = asked["number"]
    if number is not None and (number < 1 or number in world.numbers.get(report.unit, set())):
        return False
    today = asked | {"dated": 0}
    return sign(world, name, report, actor, now, asked) and issue(world, name, report, actor, now, today)


def to_the_drafter(world: World, report: Report) -> str:
    return "DRAFT" if world.campaigns[report.campaign].mode == "NONE" else "REVISING"


def recall(world: World, name: str, report: Report, _actor: str, _now: datetime, _a: Asked) -> bool:
    state = "DRAFT" if report.state == "REVIEW" else to_the_drafter(world, report)
    report.end_round("WITHDRAWN")
    world.enter(name, state)
    return True


def recall_sent(world: World, name: str, report: Report, _actor: str, _now: datetime, _a: Asked) -> bool:
    reopened = report.answers_supplement.pop(report.current, None)
    if reopened is None:
        report.sent, report.sent_at = 0, None
    else:
        report.supplement, report.supplement_due = reopened
        report.sent = report.supplement
    world.void_signature(name)
    world.enter(name, to_the_drafter(world, report))
    return True


def receive(_w: World, _n: str, report: Report, _actor: str, _now: datetime, _a: Asked) -> bool:
    report.state, report.received = "RECEIVED", report.sent
    return True


def register_paper(world: World, name: str, report: Report, actor: str, now: datetime, asked: Asked) -> bool:
    if asked["tomorrow"] or not asked["words"]:
        return False
    report.end_round("WITHDRAWN")
    if report.signed:
        world.void_signature(name)
    report.freeze(actor)
    report.frozen[report.current] = {}
    report.sent = report.received = report.current
    report.sent_at = report.sent_at or now
    report.supplement, report.supplement_due, report.state = 0, None, "RECEIVED"
    return True


def request_supplement(world: World, name: str, report: Report, actor: str, _now: datetime, asked: Asked) -> bool:
    report.state, report.supplement, report.supplement_due = "SUPPLEMENT", report.current, asked["due"]
    report.signed = 0
    remark(report, "request_supplement", actor, asked)
    world.release(name)
    return True


def withdraw_supplement(_w: World, _n: str, report: Report, _actor: str, _now: datetime, _a: Asked) -> bool:
    for said in report.said.values():
        said.binding = said.binding and (said.answered or said.verb != "request_supplement")
    report.state, report.supplement, report.supplement_due = "RECEIVED", 0, None
    report.current = report.received = report.sent
    report.signed = report.sent if report.sent in report.valid else 0
    return True


def include(_w: World, _n: str, report: Report, _actor: str, _now: datetime, _a: Asked) -> bool:
    report.included = True
    return True


def leave_out(_w: World, _n: str, report: Report, _actor: str, _now: datetime, _a: Asked) -> bool:
    report.included = False
    return True


def exempt(world: World, name: str, report: Report, _actor: str, _now: datetime, _a: Asked) -> bool:
    report.end_round("WITHDRAWN")
    if report.signed:
        world.void_signature(name)
    report.state, report.supplement, report.supplement_due = "EXEMPT", 0, None
    return True


def reinstate(world: World, name: str, report: Report, _actor: str, _now: datetime, asked: Asked) -> bool:
    report.due = asked["due"]
    world.enter(name, "DRAFT")
    return True


def later(report: Report, now: datetime, asked: Asked) -> bool:
    """What was sent once keeps its due; any other moves forward only, and ahead."""
    return report.sent_at is None and asked["due"] > max(now, report.due)


def ask_extension(_w: World, _n: str, report: Report, _actor: str, now: datetime, asked: Asked) -> bool:
    if report.extension or not later(report, now, asked):
        return False
    report.extension = True
    return True


def granted(report: Report, now: datetime, asked: Asked) -> bool:
    refuses = not asked["grant"] and report.sent_at is None
    return report.extension and (refuses or (asked["grant"] and later(report, now, asked)))


def propose_extension(_w: World, _n: str, report: Report, _actor: str, now: datetime, asked: Asked) -> bool:
    return granted(report, now, asked)


def decide_extension(_w: World, _n: str, report: Report, _actor: str, now: datetime, asked: Asked) -> bool:
    if not granted(report, now, asked):
        return False
    report.extension, report.due = False, asked["due"] if asked["grant"] else report.due
    return True


def give_late_reason(_w: World, _n: str, report: Report, _actor: str, now: datetime, _a: Asked) -> bool:
    return not report.excused and (report.sent_at or now) >= report.due


def excuse_lateness(_w: World, _n: str, report: Report, _actor: str, now: datetime, _a: Asked) -> bool:
    if report.excused or (report.sent_at or now) < report.due:
        return False
    report.excused = True
    return True


REPORT_VERBS: dict[str, Effect] = {
    verb: stays if verb in {"open_request", "remind"} else globals()[verb] for verb in DESK
}

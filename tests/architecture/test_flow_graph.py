"""The declared transitions against what design.md sections 5 and 5b promise. No database: only the declarations."""

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NamedTuple

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from workflow import actions, errors
from workflow.choices import CampaignState, ReportState, Role, Verb
from workflow.delivery.catalogue import CATALOGUE
from workflow.flows.campaign import CampaignFlow
from workflow.flows.campaign_inputs import desk_of
from workflow.flows.report import ReportFlow, transitions_of
from workflow.models import Campaign, Organization, Person, Report
from workflow.rules.access import DESKS, HOLDERS

WORKFLOW = Path(__file__).resolve().parents[2] / "workflow"
VIETNAMESE = WORKFLOW / "locale/vi/LC_MESSAGES/django.po"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SYSTEM = {Verb.CONSOLIDATE, Verb.RELEASE}  # nobody's desk: inside `sign`, and whenever the upper report goes back

# design.md section 5, written down a second time on purpose: verb | from | to | whose | seats | only if. The door adds
# "campaign OPEN or CONSOLIDATING" to every line. Beyond the table (ADR 12): open_request, answer, remind,
# assign_officer and the three of an extension (section 6); assign also in SUPPLEMENT, which is work before a sending;
# reinstate also asks a reason.
REPORT_TABLE = """
open_request        | DRAFT REVIEW REVISING SIGNING SIGNED SENT RECEIVED SUPPLEMENT CONSOLIDATED EXEMPT | | own |\
 drafter member deputy secretary clerk officer leader inspector |
save_entry          | DRAFT REVISING SUPPLEMENT | | own | drafter deputy secretary |
answer              | DRAFT REVISING SUPPLEMENT | | own | drafter deputy secretary |
assign              | DRAFT REVIEW REVISING SIGNING SIGNED SUPPLEMENT | | own | secretary deputy | drafter_seated
submit_for_review   | DRAFT REVISING SUPPLEMENT | REVIEW | own | drafter |\
 review_asked outline_complete figures_agree closes_late_enough somebody_counted
submit_for_signing  | REVISING SUPPLEMENT | SIGNING | own | drafter | outline_complete figures_agree everything_answered
submit_for_signing  | DRAFT | SIGNING | own | drafter |\
 no_review_asked outline_complete figures_agree everything_answered
give_opinion        | REVIEW | | own | drafter member deputy secretary | counted_in_round round_open no_minutes
enter_minutes       | REVIEW | | own | secretary deputy | no_single_answers minutes_add_up
conclude_review     | REVIEW | SIGNING REVISING DRAFT | own | secretary deputy | round_may_end chair_has_spoken
return_for_revision | REVIEW | DRAFT | own | secretary deputy | remarks_given
return_for_revision | SIGNING | REVISING DRAFT | own | secretary deputy | remarks_given
return_signed       | SIGNED | REVISING DRAFT | own | secretary deputy | signer_or_secretary remarks_given
sign                | SIGNING | SIGNED | own | secretary | identity_confirmed signing_not_on_hold four_eyes
issue               | SIGNED | SENT | own | clerk secretary deputy |
recall              | REVIEW | DRAFT | own | drafter | reason_given
recall              | SIGNING | REVISING DRAFT | own | drafter | reason_given
recall_sent         | SENT | REVISING DRAFT | own | secretary | reason_given
receive             | SENT | RECEIVED | issuer | officer |
register_paper      | DRAFT REVIEW REVISING SIGNING SIGNED | RECEIVED | issuer | officer | arrived_by_now
request_supplement  | SENT RECEIVED | SUPPLEMENT | issuer | officer | remarks_given due_ahead
withdraw_supplement | SUPPLEMENT | RECEIVED | issuer | officer |
include             | RECEIVED | | issuer | officer |
leave_out           | RECEIVED | | issuer | officer | reason_given
consolidate         | RECEIVED | CONSOLIDATED | system | |
release             | CONSOLIDATED | RECEIVED | system | |
exempt              | DRAFT REVIEW REVISING SIGNING SIGNED | EXEMPT | issuer | officer | reason_given
reinstate           | EXEMPT | DRAFT | issuer | officer | reason_given due_ahead
remind              | DRAFT REVIEW REVISING SIGNING SIGNED SUPPLEMENT | | issuer | officer |
assign_officer      | DRAFT REVIEW REVISING SIGNING SIGNED SENT RECEIVED SUPPLEMENT CONSOLIDATED EXEMPT | | issuer |\
 officer | officer_seated
ask_extension       | DRAFT REVIEW REVISING SIGNING SIGNED | | own | drafter deputy secretary |\
 nothing_sent reason_given due_later no_extension_open
propose_extension   | DRAFT REVIEW REVISING SIGNING SIGNED | | issuer | officer |\
 nothing_sent extension_asked granted_due_later
decide_extension    | DRAFT REVIEW REVISING SIGNING SIGNED | | issuer | leader |\
 nothing_sent extension_asked granted_due_later
give_late_reason    | DRAFT REVIEW REVISING SIGNING SIGNED SENT RECEIVED SUPPLEMENT CONSOLIDATED | | own |\
 drafter deputy secretary | reason_given late not_excused
excuse_lateness     | DRAFT REVIEW REVISING SIGNING SIGNED SENT RECEIVED SUPPLEMENT CONSOLIDATED | | issuer |\
 leader | reason_given late not_excused
"""
# design.md section 5b. A deadline is moved by a leader only: deadline_by_leader.
CAMPAIGN_TABLE = """
edit          | DRAFT | | issuer | officer |
open          | DRAFT | OPEN | issuer | officer |\
 request_complete audience_sound due_ahead calendar_filled answers_a_running_report
add_units     | OPEN CONSOLIDATING | | issuer | officer | units_sound
amend         | OPEN CONSOLIDATING | | issuer | officer leader | deadline_by_leader outline_by_officer due_ahead
cut_off       | OPEN | CONSOLIDATING | issuer | officer |
reopen        | CONSOLIDATING CLOSED | OPEN | issuer | leader | reason_given answers_a_running_report
close         | OPEN CONSOLIDATING | CLOSED | issuer | leader | own_report_sent_or_reason
cancel        | DRAFT OPEN CONSOLIDATING | CANCELLED | issuer | leader | reason_given
turn_into_own | OPEN CONSOLIDATING | | issuer | leader | upper_request_ended
change_ladder | OPEN CONSOLIDATING | | issuer | officer | ladder_sound
pause_ladder  | OPEN CONSOLIDATING | | issuer | officer | reason_given pause_sound
resume_ladder | OPEN CONSOLIDATING | | issuer | officer | paused
draft_urging  | OPEN CONSOLIDATING | | issuer | officer | no_letter_open letter_due_ahead somebody_late
edit_urging   | OPEN CONSOLIDATING | | issuer | officer |\
 letter_drafted letter_as_seen letter_written letter_due_ahead still_somebody_late
sign_urging   | OPEN CONSOLIDATING | | issuer | secretary |\
 letter_drafted letter_as_seen letter_in_time identity_confirmed signing_not_on_hold
issue_urging  | OPEN CONSOLIDATING | | issuer | clerk secretary deputy | letter_signed letter_in_time
discard_urging | OPEN CONSOLIDATING | | issuer | officer | letter_open letter_as_seen
resend_notices | OPEN CONSOLIDATING CLOSED CANCELLED | | issuer | officer |
"""
REPORT_ENDS = {"CONSOLIDATED", "EXEMPT"}
CAMPAIGN_ENDS = {"CLOSED", "CANCELLED"}
STAYS = ""


class Line(NamedTuple):
    """One step from one state to one state: what the design's table and the declaration are compared by."""

    verb: str
    source: str
    target: str
    only_if: frozenset[str]


class Row(NamedTuple):
    verb: str
    sources: list[str]
    targets: list[str]
    relation: str
    roles: frozenset[str]
    only_if: frozenset[str]


def rows_of(table: str) -> list[Row]:
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [
        Row(
            verb,
            sources.split(),
            targets.split() or [STAYS],
            relation,
            frozenset(roles.split()),
            frozenset(only_if.split()),
        )
        for verb, sources, targets, relation, roles, only_if in lines
    ]


def transcribed(table: str) -> set[Line]:
    return {
        Line(row.verb, source, target, row.only_if)
        for row in rows_of(table)
        for source in row.sources
        for target in row.targets
    }


def declared(flow: type, states: type[ReportState] | type[CampaignState]) -> set[Line]:
    """Every declared step; a transition without a target of its own stays."""
    transitions = [step for steps in flow.state.get_transitions().values() for step in steps]  # type: ignore[attr-defined]
    return {
        Line(
            str(step.label),
            str(step.source),
            str(target) if target in states.values else STAYS,
            frozenset(condition.__name__ for condition in step.conditions) - {"campaign_running"},
        )
        for step in transitions
        for target in step.declared_targets()
    }


REPORT_LINES = declared(ReportFlow, ReportState)
CAMPAIGN_LINES = declared(CampaignFlow, CampaignState)
DECLARED_VERBS = {Verb(line.verb) for line in REPORT_LINES | CAMPAIGN_LINES}


def reachable(lines: Iterable[Line], start: str) -> set[str]:
    """The states one can get to from a state, itself included."""
    moves = [(line.source, line.target) for line in lines if line.target != STAYS]
    found, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        fresh = {target for source, target in moves if source == state} - found
        found |= fresh
        waiting += fresh
    return found


def asked(*, review: bool) -> set[Line]:
    """The steps that are open where a review is asked, or where none is."""
    closed = "no_review_asked" if review else "review_asked"
    return {line for line in REPORT_LINES if closed not in line.only_if}


def adopts(line: Line) -> bool:
    return line.verb == Verb.CONCLUDE_REVIEW and line.target != ReportState.DRAFT


def test_with_review_asked_signing_is_reached_only_through_an_adopted_conclusion_or_paper() -> None:
    steps = asked(review=True)
    other_ways = {line for line in steps if not adopts(line) and line.verb != Verb.REGISTER_PAPER}
    assert ReportState.SIGNING not in reachable(other_ways, ReportState.DRAFT)
    for opening in (adopts, lambda line: line.verb == Verb.REGISTER_PAPER):
        assert ReportState.SIGNING in reachable(other_ways | set(filter(opening, steps)), ReportState.DRAFT)


def test_paper_leads_to_signing_only_through_a_supplement() -> None:
    steps = {line for line in asked(review=True) if not adopts(line) and line.verb != Verb.REQUEST_SUPPLEMENT}
    assert ReportState.RECEIVED in reachable(steps, ReportState.DRAFT)
    assert ReportState.SIGNING not in reachable(steps, ReportState.DRAFT)


def test_with_no_review_asked_the_draft_goes_to_the_secretary_directly_and_never_to_the_cell() -> None:
    steps = asked(review=False)
    assert ReportState.SIGNING in {line.target for line in steps if line.source == ReportState.DRAFT}
    assert ReportState.REVIEW not in reachable(steps, ReportState.DRAFT)


def test_nothing_is_signed_or_sent_past_the_secretary() -> None:
    for verb, beyond in ((Verb.SIGN, ReportState.SIGNED), (Verb.ISSUE, ReportState.SENT)):
        without = {line for line in REPORT_LINES if line.verb != verb}
        assert beyond not in reachable(without, ReportState.DRAFT)
        assert beyond in reachable(REPORT_LINES, ReportState.DRAFT)


@pytest.mark.parametrize("review", [True, False], ids=["review asked", "no review"])
@pytest.mark.parametrize("state", ReportState.values)
def test_every_state_of_a_report_reaches_an_end(state: str, review: bool) -> None:
    if review or state != ReportState.REVIEW:
        assert reachable(asked(review=review), state) & REPORT_ENDS
        assert reachable(asked(review=review), ReportState.DRAFT) >= REPORT_ENDS


@pytest.mark.parametrize("state", CampaignState.values)
def test_every_state_of_a_campaign_reaches_an_end(state: str) -> None:
    assert reachable(CAMPAIGN_LINES, state) & CAMPAIGN_ENDS


@pytest.mark.parametrize("state", ReportState.values)
def test_every_state_is_reached(state: str) -> None:
    assert state in reachable(REPORT_LINES, ReportState.DRAFT)


def test_every_state_that_is_no_end_lies_on_somebodys_desk() -> None:
    assert {str(state) for state in HOLDERS} == set(ReportState.values) - REPORT_ENDS


@pytest.mark.parametrize("state", HOLDERS)
def test_whoever_holds_a_report_has_a_verb_that_moves_it_on(state: ReportState) -> None:
    leaving = {Verb(line.verb) for line in REPORT_LINES if line.source == state and line.target not in {STAYS, state}}
    holder = HOLDERS[state]
    own_verbs = {verb for verb in leaving - SYSTEM if DESKS[verb].relation is holder.relation}
    assert any(DESKS[verb].roles & holder.roles for verb in own_verbs)


def test_the_reports_flow_is_the_designs_table() -> None:
    assert sorted(REPORT_LINES ^ transcribed(REPORT_TABLE)) == []


def test_the_campaigns_flow_is_the_designs_table() -> None:
    assert sorted(CAMPAIGN_LINES ^ transcribed(CAMPAIGN_TABLE)) == []


@pytest.mark.parametrize("row", rows_of(REPORT_TABLE), ids=lambda row: f"{row.verb} from {row.sources[0]}")
def test_a_reports_verb_belongs_to_the_seats_of_the_designs_table(row: Row) -> None:
    if row.relation == "system":
        assert Verb(row.verb) not in DESKS
    else:
        desk = DESKS[Verb(row.verb)]
        assert (desk.relation, desk.roles) == (row.relation, row.roles)


@pytest.mark.parametrize("row", rows_of(CAMPAIGN_TABLE), ids=lambda row: row.verb)
def test_a_campaigns_verb_belongs_to_the_seats_of_the_designs_table(row: Row) -> None:
    assert DESKS[Verb(row.verb)].relation == row.relation
    assert desk_of(campaign_flow(leader_opens=False), Verb(row.verb)) == row.roles


def test_opening_is_the_leaders_where_the_house_says_so() -> None:
    assert desk_of(campaign_flow(leader_opens=True), Verb.OPEN) == {Role.LEADER}


def campaign_flow(*, leader_opens: bool) -> CampaignFlow:
    campaign = Campaign(issuer=Organization(leader_opens=leader_opens))
    return CampaignFlow(campaign, Person(), [], NOW, Verb.OPEN)


def test_every_verb_of_a_report_asks_first_whether_the_campaign_runs() -> None:
    first = [step.conditions[0].__name__ for verb in report_verbs() for step in transitions_of(verb)]
    assert set(first) == {"campaign_running"}


def report_verbs() -> set[Verb]:
    return {Verb(line.verb) for line in REPORT_LINES}


def test_every_verb_with_a_desk_is_declared_and_every_declared_verb_has_a_desk() -> None:
    assert set(DESKS) | SYSTEM == DECLARED_VERBS
    assert not set(DESKS) & SYSTEM


@pytest.mark.parametrize(
    "flow",
    [ReportFlow(Report(campaign=Campaign()), Person(), [], NOW, Verb.SIGN), campaign_flow(leader_opens=False)],
    ids=["report", "campaign"],
)
def test_the_state_cannot_be_written_past_the_verbs(flow: ReportFlow | CampaignFlow) -> None:
    before = flow.state
    with pytest.raises(AttributeError, match="not allowed"):
        flow.state = "SENT"
    assert flow.state == before


# Where the action's name is not the verb's: `open` and `edit` alone would hide Python's and say nothing.
ACTIONS = {
    Verb.OPEN: ["open_campaign"],
    Verb.EDIT: ["edit_campaign"],
    Verb.ANSWER: ["answer_point", "answer_remark"],
}


def action(name: str) -> Callable[..., Any]:
    """The one public function of that name in workflow/actions."""
    modules = [import_module(f"{actions.__name__}.{module.name}") for module in iter_modules(actions.__path__)]
    found = [getattr(module, name) for module in modules if hasattr(module, name)]
    (only,) = {function for function in found if inspect.isfunction(function)}
    return only


@pytest.mark.parametrize("verb", sorted(DECLARED_VERBS - SYSTEM))
def test_every_verb_has_an_action_that_takes_who_and_when_by_name(verb: Verb) -> None:
    for name in ACTIONS.get(verb, [verb.value]):
        parameters = inspect.signature(action(name)).parameters
        assert {"actor", "now"} <= set(parameters)
        assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("verb", sorted(SYSTEM))
def test_the_systems_verbs_follow_from_the_upper_reports_flow(verb: Verb) -> None:
    assert list(inspect.signature(action(verb.value)).parameters) == ["flow"]


@pytest.mark.parametrize("verb", sorted(DECLARED_VERBS))
def test_every_verb_has_a_button_and_a_line_in_the_catalogue(verb: Verb) -> None:
    assert str(verb.label).strip()
    assert str(CATALOGUE[verb].sentence).strip()


def test_no_two_verbs_have_the_same_button() -> None:
    labels = [str(verb.label) for verb in Verb]
    assert sorted(labels) == sorted(set(labels))


def refusals(root: type[errors.RuleBroken] = errors.RuleBroken) -> list[type[errors.RuleBroken]]:
    return [root, *(one for child in root.__subclasses__() for one in refusals(child))]


def placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", sentence))


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [refusal.code for refusal in refusals()]
    assert len(codes) > 40
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("refusal", refusals(), ids=lambda refusal: refusal.code)
def test_every_refusal_says_what_to_do_with_the_facts_it_documents(refusal: type[errors.RuleBroken]) -> None:
    sentence = str(refusal.sentence)
    documented = re.search(r"facts: ([^.]*)", refusal.__doc__ or "")
    facts = set(re.findall(r"\w+", re.sub(r"\(.*?\)", "", documented[1]))) if documented else set()
    assert refusal.status in {403, 404, 409, 422, 429} or refusal is errors.PageBroken
    assert sentence.strip()
    assert placeholders(sentence) <= facts
    assert str(refusal(**dict.fromkeys(facts, "x")))


def raised() -> Iterator[tuple[str, int, str, set[str]]]:
    """Every `errors.Name(fact=…)` and bare `errors.Name` that is raised in workflow/, with its facts."""
    for path in sorted(WORKFLOW.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Raise) or node.exc is None:
                continue
            call = node.exc if isinstance(node.exc, ast.Call) else None
            named = call.func if call else node.exc
            name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
            facts = {keyword.arg or "" for keyword in call.keywords} if call else set()
            if isinstance(getattr(errors, name, None), type):
                yield path.name, node.lineno, name, facts


def test_every_raised_refusal_brings_the_facts_of_its_sentence() -> None:
    sites = list(raised())
    lacking = [
        (file, line, name)
        for file, line, name, facts in sites
        if placeholders(str(getattr(errors, name).sentence)) - facts
    ]
    assert len(sites) > 60
    assert lacking == []


def test_every_button_and_every_refusal_is_said_in_vietnamese() -> None:
    with VIETNAMESE.open("rb") as file:
        catalogue = read_po(file)
    with translation.override(None):
        said = [str(words) for words in (*(v.label for v in Verb), *(refusal.sentence for refusal in refusals()))]
    lacking, changed = [], []
    for words in said:
        message = catalogue.get(words)
        if message is None or message.fuzzy or not str(message.string).strip():
            lacking.append(words)
        elif placeholders(str(message.string)) != placeholders(words):
            changed.append(words)
    assert lacking == []
    assert changed == []

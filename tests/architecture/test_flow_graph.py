"""The declared transitions against what design.md sections 5 and 5b promise. No database: only the declarations."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from tests.architecture.declared import (
    CAMPAIGN_ENDS,
    CAMPAIGN_LINES,
    CAMPAIGN_TABLE,
    DECLARED_VERBS,
    REPORT_ENDS,
    REPORT_LINES,
    REPORT_TABLE,
    STAYS,
    SYSTEM,
    Line,
    Row,
    rows_of,
    transcribed,
)
from workflow.choices import CampaignState, ReportState, Role, Verb
from workflow.flows.campaign import CampaignFlow
from workflow.flows.campaign_inputs import desk_of
from workflow.flows.report import ReportFlow, transitions_of
from workflow.models import Campaign, Organization, Person, Report
from workflow.rules.access import DESKS, HOLDERS

NOW = datetime(2026, 6, 1, tzinfo=UTC)


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

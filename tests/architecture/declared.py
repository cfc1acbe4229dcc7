"""The flows as they are declared, and the design's tables written down a second time."""

from pathlib import Path
from typing import NamedTuple

from workflow.choices import CampaignState, ReportState, Verb
from workflow.flows.campaign import CampaignFlow
from workflow.flows.report import ReportFlow

WORKFLOW = Path(__file__).resolve().parents[2] / "workflow"
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

"""The report's process (design.md section 5). Reads as the diagram; the only writer of a report's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import QuerySet
from viewflow import fsm

from workflow.choices import ReportState, ReviewMode, Verb
from workflow.flows import conditions as rule
from workflow.flows.inputs import ReportInputs
from workflow.models import Campaign, Person, Report
from workflow.rules.access import DESKS, at_desk

DRAFT, REVIEW, REVISING = ReportState.DRAFT, ReportState.REVIEW, ReportState.REVISING
SIGNING, SIGNED, SENT = ReportState.SIGNING, ReportState.SIGNED, ReportState.SENT
RECEIVED, SUPPLEMENT = ReportState.RECEIVED, ReportState.SUPPLEMENT
CONSOLIDATED, EXEMPT = ReportState.CONSOLIDATED, ReportState.EXEMPT

ANYWHERE = tuple(ReportState)
EDITABLE = (DRAFT, REVISING, SUPPLEMENT)
NOT_SENT = (DRAFT, REVIEW, REVISING, SIGNING, SIGNED)
EXPECTED = tuple(state for state in ReportState if state != EXEMPT)


def _concluded(flow: ReportFlow) -> ReportState:
    if not flow.review_adopted:
        return DRAFT
    return REVISING if flow.unanswered() else SIGNING


def _returned(flow: ReportFlow) -> ReportState:
    return DRAFT if flow.asked["opinions_again"] else REVISING


def _to_the_drafter(flow: ReportFlow) -> ReportState:
    return DRAFT if flow.campaign.review_mode == ReviewMode.NONE else REVISING


ADOPTED_OR_NOT = fsm.State.GET_STATE(_concluded, states=[SIGNING, REVISING, DRAFT])
RETURNED = fsm.State.GET_STATE(_returned, states=[REVISING, DRAFT])
TO_THE_DRAFTER = fsm.State.GET_STATE(_to_the_drafter, states=[REVISING, DRAFT])

# viewflow turns a method into a descriptor that is called like the method.
Method = TypeVar("Method", bound=Callable[..., None])

_state = fsm.State(ReportState, default=DRAFT)


def step(
    verb: Verb, source: Any, target: Any = None, only_if: Iterable[Callable[[Any], bool]] = ()
) -> Callable[[Method], Method]:
    """Declare a verb: from where to where (no target: stays), on whose desk (rules/access.py), only if."""

    def holds_desk(flow: ReportFlow, _actor: Person) -> bool:
        return verb in DESKS and at_desk(verb, flow.holdings, flow.parties) is not None

    goal = {} if target is None else {"target": target}
    conditions = [rule.campaign_running, *only_if]
    declared: Callable[[Method], Method] = _state.transition(
        source=source, **goal, label=verb, permission=holds_desk, conditions=conditions
    )
    return declared


class ReportFlow(ReportInputs):
    """One report in one actor's hands at one moment. Calling a verb checks its conditions and changes the state."""

    state = _state
    performed = False

    @state.getter()  # type: ignore[untyped-decorator]
    def _read_state(self) -> str:
        return self.report.state

    @state.setter()  # type: ignore[untyped-decorator]
    def _write_state(self, value: str) -> None:
        self.report.state = value

    @state.on_success()  # type: ignore[untyped-decorator]
    def _note_performed(self, _method: object, _source: str, _target: str, **_inputs: object) -> None:
        self.performed = True

    # the unit writes
    @step(Verb.OPEN_REQUEST, ANYWHERE)
    def open_request(self) -> None:
        """The unit reads the request for the first time."""

    @step(Verb.SAVE_ENTRY, EDITABLE)
    def save_entry(self) -> None:
        """A section of the working copy is saved."""

    @step(Verb.ANSWER, EDITABLE)
    def answer(self) -> None:
        """An opinion or remark is accepted or explained."""

    @step(Verb.ASSIGN, (*NOT_SENT, SUPPLEMENT), only_if=[rule.drafter_seated])
    def assign(self) -> None:
        """The work is given to one drafter."""

    @step(
        Verb.SUBMIT_FOR_REVIEW,
        EDITABLE,
        REVIEW,
        only_if=[
            rule.review_asked,
            rule.outline_complete,
            rule.figures_agree,
            rule.closes_late_enough,
            rule.somebody_counted,
        ],
    )
    def submit_for_review(self) -> None:
        """The draft goes to the cell (or the committee) for opinions."""

    @step(
        Verb.SUBMIT_FOR_SIGNING,
        (REVISING, SUPPLEMENT),
        SIGNING,
        only_if=[rule.outline_complete, rule.figures_agree, rule.everything_answered],
    )
    @step(
        Verb.SUBMIT_FOR_SIGNING,
        DRAFT,
        SIGNING,
        only_if=[rule.no_review_asked, rule.outline_complete, rule.figures_agree, rule.everything_answered],
    )
    def submit_for_signing(self) -> None:
        """The completed report goes to the secretary."""

    @step(Verb.RECALL, REVIEW, DRAFT, only_if=[rule.reason_given])
    @step(Verb.RECALL, SIGNING, TO_THE_DRAFTER, only_if=[rule.reason_given])
    def recall(self) -> None:
        """The drafter takes the report back."""

    # the cell speaks
    @step(Verb.GIVE_OPINION, REVIEW, only_if=[rule.counted_in_round, rule.round_open, rule.no_minutes])
    def give_opinion(self) -> None:
        """A counted person answers, or changes the answer."""

    @step(Verb.ENTER_MINUTES, REVIEW, only_if=[rule.no_single_answers, rule.minutes_add_up])
    def enter_minutes(self) -> None:
        """The result of the meeting is entered instead of single answers."""

    @step(Verb.CONCLUDE_REVIEW, REVIEW, ADOPTED_OR_NOT, only_if=[rule.round_may_end, rule.chair_has_spoken])
    def conclude_review(self) -> None:
        """The round ends: adopted with nothing to answer, adopted with something to answer, or not adopted."""

    @step(Verb.RETURN_FOR_REVISION, REVIEW, DRAFT, only_if=[rule.remarks_given])
    @step(Verb.RETURN_FOR_REVISION, SIGNING, RETURNED, only_if=[rule.remarks_given])
    def return_for_revision(self) -> None:
        """The report goes back to the drafter with remarks."""

    # the secretary signs
    @step(
        Verb.SIGN,
        SIGNING,
        SIGNED,
        only_if=[rule.identity_confirmed, rule.signing_not_on_hold, rule.four_eyes],
    )
    def sign(self) -> None:
        """The signer's approval is bound to the submitted revision."""

    @step(Verb.RETURN_SIGNED, SIGNED, RETURNED, only_if=[rule.signer_or_secretary, rule.remarks_given])
    def return_signed(self) -> None:
        """The signature is voided and the report goes back with remarks."""

    @step(Verb.ISSUE, SIGNED, SENT)
    def issue(self) -> None:
        """The report gets its number and goes to the superior."""

    @step(Verb.RECALL_SENT, SENT, TO_THE_DRAFTER, only_if=[rule.reason_given])
    def recall_sent(self) -> None:
        """The secretary takes back what was sent and not yet received."""

    # the office receives
    @step(Verb.RECEIVE, SENT, RECEIVED)
    def receive(self) -> None:
        """The office takes the report into its register."""

    @step(Verb.REGISTER_PAPER, NOT_SENT, RECEIVED, only_if=[rule.arrived_by_now])
    def register_paper(self) -> None:
        """The office registers a report that came on paper."""

    @step(Verb.REQUEST_SUPPLEMENT, (SENT, RECEIVED), SUPPLEMENT, only_if=[rule.remarks_given, rule.due_ahead])
    def request_supplement(self) -> None:
        """The office asks for additions with a due of their own."""

    @step(Verb.WITHDRAW_SUPPLEMENT, SUPPLEMENT, RECEIVED)
    def withdraw_supplement(self) -> None:
        """The last sent revision stands."""

    @step(Verb.INCLUDE, RECEIVED)
    def include(self) -> None:
        """The report counts in the consolidation."""

    @step(Verb.LEAVE_OUT, RECEIVED, only_if=[rule.reason_given])
    def leave_out(self) -> None:
        """The report does not count in the consolidation."""

    @step(Verb.CONSOLIDATE, RECEIVED, CONSOLIDATED)
    def consolidate(self) -> None:
        """The upper report that took it in was signed."""

    @step(Verb.RELEASE, CONSOLIDATED, RECEIVED)
    def release(self) -> None:
        """The upper report went backwards."""

    @step(Verb.EXEMPT, NOT_SENT, EXEMPT, only_if=[rule.reason_given])
    def exempt(self) -> None:
        """The unit need not report."""

    @step(Verb.REINSTATE, EXEMPT, DRAFT, only_if=[rule.reason_given, rule.due_ahead])
    def reinstate(self) -> None:
        """The unit has to report after all."""

    # the office watches
    @step(Verb.REMIND, (*NOT_SENT, SUPPLEMENT))
    def remind(self) -> None:
        """The unit is reminded."""

    @step(Verb.ASSIGN_OFFICER, ANYWHERE, only_if=[rule.officer_seated])
    def assign_officer(self) -> None:
        """One officer follows this unit."""

    @step(
        Verb.ASK_EXTENSION,
        NOT_SENT,
        only_if=[rule.nothing_sent, rule.reason_given, rule.due_later, rule.no_extension_open],
    )
    def ask_extension(self) -> None:
        """The unit asks for a later due."""

    @step(Verb.PROPOSE_EXTENSION, NOT_SENT, only_if=[rule.nothing_sent, rule.extension_asked, rule.granted_due_later])
    def propose_extension(self) -> None:
        """The officer proposes a decision."""

    @step(Verb.DECIDE_EXTENSION, NOT_SENT, only_if=[rule.nothing_sent, rule.extension_asked, rule.granted_due_later])
    def decide_extension(self) -> None:
        """The leader decides; the original due is kept."""

    @step(Verb.GIVE_LATE_REASON, EXPECTED, only_if=[rule.reason_given, rule.late, rule.not_excused])
    def give_late_reason(self) -> None:
        """The unit says why it is late."""

    @step(Verb.EXCUSE_LATENESS, EXPECTED, only_if=[rule.reason_given, rule.late, rule.not_excused])
    def excuse_lateness(self) -> None:
        """The issuer excuses the lateness; the day of sending stays what it was."""


def transitions_of(verb: Verb) -> list[fsm.base.Transition]:
    """The declared transitions of a verb, one per source."""
    return list(getattr(ReportFlow, verb.value).get_transitions())


@dataclass(frozen=True, slots=True)
class Moved:
    report_id: int
    state_from: str
    revision_id: int | None


def move_all(reports: QuerySet[Report], verb: Verb, *, skip_locked: bool = False) -> list[Moved]:
    """Move every report of the queryset that stands at a declared source, in one statement, locked in id order.

    Returns what was moved, for record_many(). Raises ValueError for a verb whose target depends on the report.
    """
    transitions = transitions_of(verb)
    targets = {target for transition in transitions for target in transition.declared_targets()}
    if len(targets) != 1 or not targets <= set(ReportState):
        raise ValueError(f"{verb} does not lead to one state")
    # The conditions stand in the locking read itself, so a report that was waited for is judged as it is afterwards.
    moving, parameters = (
        reports.filter(state__in=[transition.source for transition in transitions])
        .order_by("pk")
        .only("state", "current_revision")
        .select_for_update(no_key=True, of=("self",), skip_locked=skip_locked)
        .query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH moving AS MATERIALIZED ({moving})
            UPDATE workflow_report report SET state = %s FROM moving WHERE report.id = moving.id
            RETURNING report.id, moving.state, moving.current_revision_id
            """,  # noqa: S608 – the subquery is compiled by Django, values are parameters
            [*parameters, targets.pop()],
        )
        return sorted((Moved(*row) for row in cursor.fetchall()), key=lambda moved: moved.report_id)


def set_up_all(campaign: Campaign, unit_ids: Sequence[int], due: datetime, now: datetime) -> list[Moved]:
    """Give every unit its report of the campaign, in one statement. Returns what was set up, for record_many()."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflow_report (campaign_id, organization_id, issuer_id, state, outline_version, original_due,
                                         due, due_set_at, included, incoming_number, subject, basis, recipients)
            SELECT %s, unit.id, %s, %s, %s, %s, %s, %s, true, '', '', '', '{}' FROM unnest(%s::bigint[]) AS unit (id)
            RETURNING id
            """,
            [
                campaign.pk,
                campaign.issuer_id,
                DRAFT,
                campaign.outline.version if campaign.outline else 1,
                due,
                due,
                now,
                list(unit_ids),
            ],
        )
        return [Moved(report_id, "", None) for (report_id,) in cursor.fetchall()]

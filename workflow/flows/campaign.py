"""The campaign's process (design.md section 5b). Reads as the diagram; the only writer of a campaign's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from viewflow import fsm

from workflow.choices import CampaignState, Verb
from workflow.flows import campaign_conditions as rule
from workflow.flows.campaign_inputs import CampaignInputs, desk_of
from workflow.models import Campaign, Person
from workflow.rules.access import held

DRAFT, OPEN, CONSOLIDATING = CampaignState.DRAFT, CampaignState.OPEN, CampaignState.CONSOLIDATING
CLOSED, CANCELLED = CampaignState.CLOSED, CampaignState.CANCELLED
RUNNING_OR_ENDED = (OPEN, CONSOLIDATING, CLOSED, CANCELLED)

# viewflow turns a method into a descriptor that is called like the method.
Method = TypeVar("Method", bound=Callable[..., None])

_state = fsm.State(CampaignState, default=DRAFT)


def step(
    verb: Verb, source: Any, target: Any = None, only_if: Iterable[Callable[[Any], bool]] = ()
) -> Callable[[Method], Method]:
    """Declare a verb: from where to where (no target: stays), on whose desk, only if."""

    def holds_desk(flow: CampaignFlow, _actor: Person) -> bool:
        return held(flow.holdings, flow.campaign.issuer_id, desk_of(flow, verb)) is not None

    goal = {} if target is None else {"target": target}
    declared: Callable[[Method], Method] = _state.transition(
        source=source, **goal, label=verb, permission=holds_desk, conditions=[*only_if]
    )
    return declared


class CampaignFlow(CampaignInputs):
    """One campaign in one actor's hands at one moment."""

    state = _state
    performed = False

    @state.getter()  # type: ignore[untyped-decorator]
    def _read_state(self) -> str:
        return self.campaign.state

    @state.setter()  # type: ignore[untyped-decorator]
    def _write_state(self, value: str) -> None:
        self.campaign.state = value

    @state.on_success()  # type: ignore[untyped-decorator]
    def _note_performed(self, _method: object, _source: str, _target: str, **_inputs: object) -> None:
        self.performed = True

    @step(Verb.EDIT, DRAFT)
    def edit(self) -> None:
        """The request is being prepared."""

    @step(
        Verb.OPEN,
        DRAFT,
        OPEN,
        only_if=[
            rule.request_complete,
            rule.audience_sound,
            rule.due_ahead,
            rule.calendar_filled,
            rule.answers_a_running_report,
        ],
    )
    def open(self) -> None:
        """The request goes out; every addressed unit gets its report."""

    @step(Verb.ADD_UNITS, (OPEN, CONSOLIDATING), only_if=[rule.units_sound])
    def add_units(self) -> None:
        """Units that were forgotten are asked as well."""

    @step(Verb.AMEND, (OPEN, CONSOLIDATING), only_if=[rule.deadline_by_leader, rule.outline_by_officer, rule.due_ahead])
    def amend(self) -> None:
        """The outline grows by a version, or the deadline moves."""

    @step(Verb.CUT_OFF, OPEN, CONSOLIDATING)
    def cut_off(self) -> None:
        """The figures are cut off; units may still send, marked as after the cut-off."""

    @step(Verb.REOPEN, (CONSOLIDATING, CLOSED), OPEN, only_if=[rule.reason_given, rule.answers_a_running_report])
    def reopen(self) -> None:
        """The request runs again."""

    @step(Verb.CLOSE, (OPEN, CONSOLIDATING), CLOSED, only_if=[rule.own_report_sent_or_reason])
    def close(self) -> None:
        """The request ends; nothing moves any more."""

    @step(Verb.CANCEL, (DRAFT, OPEN, CONSOLIDATING), CANCELLED, only_if=[rule.reason_given])
    def cancel(self) -> None:
        """The request is withdrawn."""

    @step(Verb.CHANGE_LADDER, (OPEN, CONSOLIDATING), only_if=[rule.ladder_sound])
    def change_ladder(self) -> None:
        """From now on other rungs remind."""

    @step(Verb.PAUSE_LADDER, (OPEN, CONSOLIDATING), only_if=[rule.reason_given, rule.pause_sound])
    def pause_ladder(self) -> None:
        """Nobody, or nobody of some units, is reminded for a time."""

    @step(Verb.RESUME_LADDER, (OPEN, CONSOLIDATING), only_if=[rule.paused])
    def resume_ladder(self) -> None:
        """The pauses end now."""

    @step(
        Verb.DRAFT_URGING,
        (OPEN, CONSOLIDATING),
        only_if=[rule.no_letter_open, rule.letter_due_ahead, rule.somebody_late],
    )
    def draft_urging(self) -> None:
        """A letter to the units that have not sent is drafted."""

    @step(
        Verb.EDIT_URGING,
        (OPEN, CONSOLIDATING),
        only_if=[
            rule.letter_drafted,
            rule.letter_as_seen,
            rule.letter_written,
            rule.letter_due_ahead,
            rule.still_somebody_late,
        ],
    )
    def edit_urging(self) -> None:
        """The draft of the letter is changed, or its annex read again."""

    @step(
        Verb.SIGN_URGING,
        (OPEN, CONSOLIDATING),
        only_if=[
            rule.letter_drafted,
            rule.letter_as_seen,
            rule.letter_in_time,
            rule.identity_confirmed,
            rule.signing_not_on_hold,
        ],
    )
    def sign_urging(self) -> None:
        """The signer's approval is bound to the letter and its annex."""

    @step(Verb.ISSUE_URGING, (OPEN, CONSOLIDATING), only_if=[rule.letter_signed, rule.letter_in_time])
    def issue_urging(self) -> None:
        """The letter gets its number and goes to the units of its annex."""

    @step(Verb.DISCARD_URGING, (OPEN, CONSOLIDATING), only_if=[rule.letter_open, rule.letter_as_seen])
    def discard_urging(self) -> None:
        """The letter is not needed any more."""

    @step(Verb.RESEND_NOTICES, RUNNING_OR_ENDED)
    def resend_notices(self) -> None:
        """Notices that could not be delivered are tried again."""

    @step(Verb.TURN_INTO_OWN, (OPEN, CONSOLIDATING), only_if=[rule.upper_request_ended])
    def turn_into_own(self) -> None:
        """A request whose upper request was cancelled goes on as the issuer's own."""


def open_house(campaign: Campaign, now: datetime) -> Campaign:
    """Make the running house campaign of a request without an upper one: the committee asks itself, same outline."""
    return Campaign.objects.create(
        issuer_id=campaign.issuer_id,
        house=True,
        state=OPEN,
        number=campaign.number,
        date=campaign.date,
        subject=campaign.subject,
        legal_basis=campaign.legal_basis,
        period_from=campaign.period_from,
        period_until=campaign.period_until,
        due=campaign.consolidation_due or campaign.due,
        holiday_rule=campaign.holiday_rule,
        review_mode=campaign.review_mode,
        review_minimum_days=campaign.review_minimum_days,
        outline_id=campaign.outline_id,
        report_subject=campaign.report_subject,
        report_basis=campaign.report_basis,
        report_recipients=[],
        opened_at=now,
    )


def move_house(house: Campaign, verb: Verb, now: datetime) -> bool:
    """Let the house campaign follow its request, where the same verb leads from its state; tells whether it did."""
    for transition in getattr(CampaignFlow, verb.value).get_transitions():
        if transition.source == house.state:
            house.state = transition.target
            house.ended_at = now if house.state in {CLOSED, CANCELLED} else None
            house.save(update_fields=["state", "ended_at"])
            return True
    return False

"""The campaign's process (design.md section 5b). Reads as the diagram; the only writer of a campaign's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _
from viewflow import fsm

from workflow import errors
from workflow.choices import RUNNING, CampaignState, ReportState, Role, Verb
from workflow.models import CalendarDay, Campaign, Person, Report
from workflow.rules.access import DESKS, Holding, held
from workflow.rules.calendar import last_day_of

DRAFT, OPEN, CONSOLIDATING = CampaignState.DRAFT, CampaignState.OPEN, CampaignState.CONSOLIDATING
CLOSED, CANCELLED = CampaignState.CLOSED, CampaignState.CANCELLED

GONE_UP = frozenset({ReportState.SENT, ReportState.RECEIVED, ReportState.CONSOLIDATED})

# viewflow turns a method into a descriptor that is called like the method.
Method = TypeVar("Method", bound=Callable[..., None])

_state = fsm.State(CampaignState, default=DRAFT)


_WORDS = {
    "number": _("number"),
    "date": _("date"),
    "due": _("deadline"),
    "outline": _("outline"),
    "audience": _("units addressed"),
}


def request_complete(flow: CampaignFlow) -> bool:
    """Number, date, deadline and an outline with a section."""
    campaign = flow.campaign
    lacking = [name for name in ("number", "date", "due") if not getattr(campaign, name)]
    if campaign.outline is None or not campaign.outline.sections.exists():
        lacking.append("outline")
    if lacking:
        raise errors.RequestIncomplete(missing=", ".join(str(_WORDS[name]) for name in lacking))
    return True


def audience_sound(flow: CampaignFlow) -> bool:
    if not flow.asked["units"]:
        raise errors.RequestIncomplete(missing=_WORDS["audience"])
    for unit, superior in flow.asked["overlaps"]:
        raise errors.AudienceOverlaps(unit=unit, superior=superior)
    return True


def due_ahead(flow: CampaignFlow) -> bool:
    due = flow.asked.get("due", flow.campaign.due)
    if due is not None and due <= flow.now:
        raise errors.DueNotInFuture
    return True


def calendar_filled(flow: CampaignFlow) -> bool:
    if flow.campaign.due is not None:
        year = last_day_of(flow.campaign.due).year
        if not CalendarDay.objects.filter(day__year=year, organization__isnull=True).exists():
            raise errors.CalendarEmpty(year=year)
    return True


def answers_a_running_report(flow: CampaignFlow) -> bool:
    upper = flow.campaign.answers
    if upper is None:
        return True
    if upper.organization_id != flow.campaign.issuer_id:
        raise errors.NotVisible
    if upper.campaign.state not in RUNNING:
        raise errors.CampaignNotRunning(state=upper.campaign.get_state_display())
    if upper.answered_by.exclude(pk=flow.campaign.pk).exclude(state=CANCELLED).exists():
        raise errors.UpperReportTaken
    return True


def reason_given(flow: CampaignFlow) -> bool:
    if not flow.asked["reason"].strip():
        raise errors.ReasonMissing
    return True


def own_report_sent_or_reason(flow: CampaignFlow) -> bool:
    report = flow.own_report
    if (report is None or report.state not in GONE_UP) and not flow.asked["reason"].strip():
        raise errors.OwnReportNotSent
    return True


def units_sound(flow: CampaignFlow) -> bool:
    units = flow.asked["units"]
    if not units:
        raise errors.UnitsUnknown
    if Report.objects.filter(campaign=flow.campaign, organization__in=units).exists():
        raise errors.UnitsAlreadyAsked
    for unit, superior in flow.asked["overlaps"]:
        raise errors.AudienceOverlaps(unit=unit, superior=superior)
    return True


def upper_request_ended(flow: CampaignFlow) -> bool:
    upper = flow.own_report
    if upper is None or upper.campaign.state != CANCELLED:
        raise errors.AlreadyDone(state=flow.campaign.get_state_display(), verb=flow.verb.label)
    return True


def deadline_by_leader(flow: CampaignFlow) -> bool:
    if flow.asked.get("due") is not None and not flow.holds(Role.LEADER):
        raise errors.NotYourDesk(verb=flow.verb.label, desk=Role.LEADER.label)
    return True


def outline_by_officer(flow: CampaignFlow) -> bool:
    if flow.asked.get("additions") is not None and not flow.holds(Role.OFFICER):
        raise errors.NotYourDesk(verb=flow.verb.label, desk=Role.OFFICER.label)
    return True


def desk_of(flow: CampaignFlow, verb: Verb) -> frozenset[Role]:
    """The seats of the issuer that a verb belongs to; opening is the leader's where the house says so."""
    if verb is Verb.OPEN and flow.campaign.issuer.leader_opens:
        return frozenset({Role.LEADER})
    if verb is Verb.AMEND:
        return frozenset({Role.OFFICER, Role.LEADER})
    return DESKS[verb].roles


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


class CampaignFlow:
    """One campaign in one actor's hands at one moment."""

    state = _state
    performed = False

    def __init__(
        self,
        campaign: Campaign,
        actor: Person,
        holdings: Sequence[Holding],
        now: datetime,
        verb: Verb,
        asked: dict[str, Any] | None = None,
    ) -> None:
        self.campaign = campaign
        self.actor = actor
        self.holdings = holdings
        self.now = now
        self.verb = verb
        self.asked = asked or {}
        self.state_from = campaign.state

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
        only_if=[request_complete, audience_sound, due_ahead, calendar_filled, answers_a_running_report],
    )
    def open(self) -> None:
        """The request goes out; every addressed unit gets its report."""

    @step(Verb.ADD_UNITS, (OPEN, CONSOLIDATING), only_if=[units_sound])
    def add_units(self) -> None:
        """Units that were forgotten are asked as well."""

    @step(Verb.AMEND, (OPEN, CONSOLIDATING), only_if=[deadline_by_leader, outline_by_officer, due_ahead])
    def amend(self) -> None:
        """The outline grows by a version, or the deadline moves."""

    @step(Verb.CUT_OFF, OPEN, CONSOLIDATING)
    def cut_off(self) -> None:
        """The figures are cut off; units may still send, marked as after the cut-off."""

    @step(Verb.REOPEN, (CONSOLIDATING, CLOSED), OPEN, only_if=[reason_given, answers_a_running_report])
    def reopen(self) -> None:
        """The request runs again."""

    @step(Verb.CLOSE, (OPEN, CONSOLIDATING), CLOSED, only_if=[own_report_sent_or_reason])
    def close(self) -> None:
        """The request ends; nothing moves any more."""

    @step(Verb.CANCEL, (DRAFT, OPEN, CONSOLIDATING), CANCELLED, only_if=[reason_given])
    def cancel(self) -> None:
        """The request is withdrawn."""

    @step(Verb.TURN_INTO_OWN, (OPEN, CONSOLIDATING), only_if=[upper_request_ended])
    def turn_into_own(self) -> None:
        """A request whose upper request was cancelled goes on as the issuer's own."""

    def holds(self, role: Role) -> bool:
        return held(self.holdings, self.campaign.issuer_id, {role}) is not None

    @property
    def holding(self) -> Holding:
        """The seat the actor acts from. Raises NotYourDesk without one."""
        roles = desk_of(self, self.verb)
        found = held(self.holdings, self.campaign.issuer_id, roles)
        if found is None:
            desk = " / ".join(str(role.label) for role in sorted(roles))
            raise errors.NotYourDesk(verb=self.verb.label, desk=desk)
        return found

    @cached_property
    def own_report(self) -> Report | None:
        """The issuer's own report that this campaign gathers for."""
        return self.campaign.answers


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

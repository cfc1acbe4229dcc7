"""Who hears of every verb: the outbox against a plain model that asks for one seat after the other."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.db.models import Q
from django.utils.translation import override

from tests.builders import NOW, SINCE, World, to_signing
from tests.concurrency.scene import REASON, REMARKS
from tests.delivery.outbox import drained
from tests.failure.test_every_write import TRIALS
from tests.letters import LATE
from workflow.actions import clock
from workflow.actions.register import PersonDraft, SeatDraft, register
from workflow.choices import Role, Stream, Verb
from workflow.delivery.fanout import fan_out
from workflow.delivery.wording import told
from workflow.flows.inputs import seats_on
from workflow.models import Campaign, Event, Notice, Organization, Person, Report, ReviewRound, Rung, Seat, StandIn
from workflow.models import UrgingLetter as Letter
from workflow.rules.calendar import LOCAL, local_day

pytestmark = pytest.mark.django_db

EDITORS = "drafter deputy secretary"
# Written down a second time on purpose: verb | seats of the unit | seats of the office | what else.
TABLE = f"""
set_up                | {EDITORS}        |                | falls
assign                |                  |                | named
submit_for_review     | deputy secretary |                | counted
submit_for_signing    | secretary        |                |
give_opinion          | drafter          |                |
enter_minutes         | drafter          |                |
conclude_review       | {EDITORS}        |                |
return_for_revision   | drafter          |                |
return_signed         | drafter clerk    |                |
sign                  | clerk drafter    |                |
issue                 |                  | officer        |
recall                | deputy secretary |                |
recall_sent           |                  | officer        |
receive               | {EDITORS}        |                |
register_paper        | {EDITORS}        |                |
request_supplement    | {EDITORS}        |                | falls
withdraw_supplement   | {EDITORS}        |                |
leave_out             |                  | leader         |
consolidate           | drafter          |                |
exempt                | {EDITORS}        |                |
reinstate             | {EDITORS}        |                |
remind                | {EDITORS}        |                | falls
assign_officer        |                  |                | named
ask_extension         |                  | officer        |
propose_extension     |                  | leader         |
decide_extension      | {EDITORS}        | officer        |
give_late_reason      |                  | officer leader |
excuse_lateness       | {EDITORS}        | officer        |
due_near              |                  |                | by_rung falls
due_day               |                  |                | by_rung falls
overdue               |                  |                | by_rung falls
desk_waits            |                  |                | by_rung falls
units_overdue         |                  |                | by_rung
open                  |                  | officer leader |
add_units             |                  | officer        |
amend                 | {EDITORS}        |                |
cut_off               |                  | officer leader |
reopen                | {EDITORS}        |                |
close                 | {EDITORS}        |                |
cancel                | {EDITORS}        |                |
turn_into_own         |                  | officer        |
upper_amended         |                  | officer leader |
upper_cancelled       |                  | officer leader |
change_ladder         |                  | officer        |
pause_ladder          |                  | officer leader |
resume_ladder         |                  | officer leader |
draft_urging          |                  | officer        |
sign_urging           |                  | officer        |
issue_urging          | {EDITORS}        |                |
discard_urging        |                  | officer        |
rename_organization   | secretary clerk  |                |
start_term            | clerk secretary  |                |
grant_seat            |                  |                | named
end_seat              |                  |                | named
confirm_seat          | secretary        |                |
appoint_stand_in      | deputy secretary |                |
end_stand_in          | deputy secretary |                |
issue_code            |                  |                | named
rename_person         |                  |                | named
release_signing       |                  |                | named
set_calendar          |                  | officer        |
"""
OFFICE_ROLES = {"officer", "leader"}
# No event is written for it, but at most one of a stay in an open draft.
WITHOUT_EVENT = {Verb.SAVE_ENTRY}


@dataclass(frozen=True)
class Row:
    own: frozenset[str] = frozenset()
    issuer: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()


def rows() -> dict[str, Row]:
    cells = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    return {verb: Row(*(frozenset(words.split()) for words in rest)) for verb, *rest in cells}


ROWS = rows()


def sitting(organization_id: int, role: str, now: datetime) -> set[int]:
    """Who holds the seat today, active; a deputy who stands in holds the secretary's as well."""
    seats = Seat.objects.filter(seats_on(now), organization=organization_id)
    found = set(seats.filter(role=role).values_list("person", flat=True))
    if role == Role.SECRETARY:
        day = local_day(now)
        running = StandIn.objects.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)
        deputies = seats.filter(role=Role.DEPUTY).values("person")
        found |= set(running.filter(organization=organization_id, person__in=deputies).values_list("person", flat=True))
    return set(Person.objects.filter(pk__in=found, is_active=True).values_list("pk", flat=True))


def parties(event: Event) -> tuple[list[int], int | None]:
    """The units and the office of what the event speaks of."""
    if event.stream == Stream.REPORT:
        report = Report.objects.get(pk=event.stream_id)
        return [report.organization_id], report.issuer_id
    if event.stream == Stream.CAMPAIGN:
        campaign = Campaign.objects.get(pk=event.stream_id)
        if campaign.house:
            return [], None
        if event.verb == Verb.ISSUE_URGING:
            return [line["organization"] for line in Letter.objects.get(pk=event.facts["letter"]).annex], None
        return list(campaign.reports.values_list("organization", flat=True)), campaign.issuer_id
    return [event.stream_id], event.stream_id


def holders(unit: int, role: str, office: int | None, now: datetime, *, falls: bool) -> set[int]:
    found = sitting(unit, role, now)
    if falls and not found and role == Role.DRAFTER:
        role, found = Role.SECRETARY, sitting(unit, Role.SECRETARY, now)
    if falls and not found and role == Role.SECRETARY and office is not None:
        found = sitting(office, Role.OFFICER, now)
    return found


def expected(event: Event, now: datetime) -> set[int]:
    row = ROWS.get(event.verb, Row())
    own, issuer = row.own, row.issuer
    if "by_rung" in row.flags:
        audience = set(Rung.objects.get(pk=event.facts["rung"]).audience)
        own = frozenset(audience - OFFICE_ROLES if event.stream == Stream.REPORT else ())
        issuer = frozenset(audience & OFFICE_ROLES if event.stream == Stream.CAMPAIGN else ())
    units, office = parties(event)
    found: set[int] = set()
    for unit in units:
        for role in own:
            found |= holders(unit, role, office, now, falls="falls" in row.flags)
    for role in issuer if office is not None else ():
        found |= sitting(office, role, now)  # type: ignore[arg-type]
    if "named" in row.flags and "person" in event.facts:
        found.add(event.facts["person"])
    if "counted" in row.flags:
        found |= set(ReviewRound.objects.get(revision=event.revision_id).persons.values_list("person", flat=True))
    active = set(Person.objects.filter(pk__in=found, is_active=True).values_list("pk", flat=True))
    return active - {event.actor_id}


def people_who_do_not_count() -> None:
    """In every organisation: seats that have ended, seats to come, seats of an inactive account."""
    spans = {
        "former": (SINCE, NOW.date() - timedelta(days=1)),
        "coming": (date(2099, 1, 1), None),
        "gone": (SINCE, None),
    }
    codes = list(Organization.objects.values_list("code", flat=True))
    # A second secretary cannot sit there, nor is he needed: the others show it.
    roles = [role for role in Role if role not in {Role.SECRETARY, Role.ADMINISTRATOR}]
    register(
        people=[PersonDraft(name, name) for name in spans],
        seats=[
            SeatDraft(code, name, role, since, until)
            for name, (since, until) in spans.items()
            for code in codes
            for role in roles
        ],
        actor=None,
        now=NOW,
    )
    Person.objects.filter(username="gone").update(is_active=False)


def swept(world: World, first: date, last: date) -> None:
    clock.sweep(now=datetime(first.year, first.month, first.day, 7, 55, tzinfo=LOCAL))
    clock.sweep(now=datetime(last.year, last.month, last.day, 8, 5, tzinfo=LOCAL))


def waiting_for_signature(world: World) -> None:
    to_signing(world, world.report())
    swept(world, date(2026, 6, 5), date(2026, 6, 10))


# What the clock says, and what another verb causes.
BY_THE_CLOCK = {
    Verb.DUE_NEAR: lambda world: swept(world, date(2026, 7, 30), date(2026, 7, 30)),
    Verb.DUE_DAY: lambda world: swept(world, date(2026, 7, 31), date(2026, 7, 31)),
    Verb.OVERDUE: lambda world: swept(world, date(2026, 8, 3), date(2026, 8, 3)),
    Verb.UNITS_OVERDUE: lambda world: swept(world, date(2026, 8, 5), date(2026, 8, 5)),
    Verb.DESK_WAITS: waiting_for_signature,
}
CAUSED_BY = {Verb.UPPER_AMENDED: Verb.AMEND, Verb.UPPER_CANCELLED: Verb.CANCEL}


def happen(world: World, verb: Verb) -> int:
    """Let the verb happen; the newest event before it."""
    if verb in BY_THE_CLOCK:
        people_who_do_not_count()
        before = drained()
        BY_THE_CLOCK[verb](world)
        return before
    by = CAUSED_BY.get(verb, verb)
    chosen = [trial for trial in TRIALS if by in trial.tells]
    trial = chosen[-1] if verb in CAUSED_BY else chosen[0]
    call = trial.prepare(world)
    people_who_do_not_count()
    before = drained()
    call()
    return before


@pytest.mark.parametrize("verb", sorted(set(Verb) - WITHOUT_EVENT))
def test_of_each_verb_exactly_those_hear_whom_the_catalogue_names(world: World, verb: Verb) -> None:
    before = happen(world, verb)
    events = list(Event.objects.filter(pk__gt=before))
    assert verb in {event.verb for event in events}
    now = max([LATE, *(event.at for event in events)])

    assert fan_out(now=now) == len(events)

    for event in events:
        told_of = Notice.objects.filter(event=event).values_list("person", flat=True)
        assert set(told_of) == expected(event, now), event.verb
        event.refresh_from_db()
        assert event.told == len(told_of)
        assert event.fanned_out
    spoken = Notice.objects.filter(event__in=[event for event in events if event.verb == verb])
    assert bool(spoken) == (verb in ROWS), "somebody hears of it, where the catalogue names somebody"
    assert_well_said(list(spoken.values_list("pk", flat=True)), now)


def assert_well_said(notice_ids: list[int], now: datetime) -> None:
    """Every notice can be read by whom it tells, nothing is left blank, and nothing typed by anybody is in it."""
    for one in told(notice_ids, now).values():
        assert one.visible, one
        for language in ("vi", "en"):
            with override(language):
                text = f"{one.title} {one.sentence}"
            assert not any(blank in text for blank in ("%(", "“”", "  ", ": .", "()", "None")), text
            assert not any(typed in text for typed in (REASON, REMARKS[0][1], "Bổ sung số liệu", "Chưa rõ")), text


def test_the_table_names_verbs_only() -> None:
    assert set(ROWS) <= set(Verb)


def test_the_model_tells_a_difference(world: World) -> None:
    """A control: with one seat more in the table the comparison fails."""
    before = happen(world, Verb.ISSUE)
    fan_out(now=LATE)
    event = Event.objects.filter(pk__gt=before, verb=Verb.ISSUE).get()
    right = expected(event, LATE)
    wrong = partial(expected, now=LATE)
    ROWS[Verb.ISSUE] = Row(issuer=frozenset({"officer", "leader"}))
    try:
        assert wrong(event) != right
    finally:
        ROWS[Verb.ISSUE] = rows()[Verb.ISSUE]

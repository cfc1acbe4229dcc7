"""Every reading of a report × every seat, in every state. The tables are written from design.md section 6."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.access.crowd import AT, EVERYBODY, Crowd, build_crowd
from tests.builders import (
    NOW,
    STEPS,
    confirmation,
    resubmit,
    revision_of,
    scan_of,
    sign_and_issue,
    to_received,
    to_review,
    to_sent,
    to_signing,
    to_supplement,
)
from workflow import errors
from workflow.actions import drafting, intake, review, signing
from workflow.actions.campaigns import cancel
from workflow.choices import OpinionKind, Read, ReportState, Verb
from workflow.models import Person
from workflow.queries import desk
from workflow.queries import report as reading
from workflow.queries.visible import visible_reports

pytestmark = pytest.mark.django_db

DEPUTIES = {"own deputy", "standing in", "stood in until yesterday", "stands in from tomorrow"}
CHAIRS = {"own secretary"} | DEPUTIES
EDITORS = {"own drafter"} | CHAIRS
CELL = EDITORS | {"own member"}
OWN = CELL | {"own clerk", "own officer", "own leader", "own inspector"}
OFFICE = {"issuer officer", "issuer leader", "issuer inspector"}
SEE = OWN | OFFICE


def _recalled(crowd: Crowd) -> None:
    to_sent(crowd.world, crowd.report)
    report = crowd.report
    signing.recall_sent(
        report_id=report.pk, actor=crowd.world.son, revision_id=revision_of(report), reason="Nhầm số liệu.", now=AT
    )


def _recalled_supplement(crowd: Crowd) -> None:
    """The answer to a supplement was taken back; what was sent first stands."""
    world, report = crowd.world, to_supplement(crowd.world, crowd.report)
    resubmit(world, report, AT)
    sign_and_issue(world, report, AT)
    signing.recall_sent(
        report_id=report.pk, actor=world.son, revision_id=revision_of(report), reason="Nhầm số liệu.", now=AT
    )


def _exempt(crowd: Crowd) -> None:
    intake.exempt(report_id=crowd.report.pk, actor=crowd.world.dung, reason="Mới thành lập.", now=AT)


def _consolidated(crowd: Crowd) -> None:
    world = crowd.world
    to_received(world, crowd.report)
    own = world.own_report
    to_signing(world, own)
    signing.sign(
        report_id=own.pk,
        actor=world.khanh,
        revision_id=revision_of(own),
        confirmed=confirmation(world.khanh, AT),
        now=AT,
    )
    assert crowd.report.state == ReportState.CONSOLIDATED


def _step(state: ReportState) -> Callable[[Crowd], object]:
    return lambda crowd: STEPS[state](crowd.world, crowd.report)


STATES: dict[str, Callable[[Crowd], object]] = {
    **{str(state): _step(state) for state in STEPS},
    "REVIEW": lambda crowd: to_review(crowd.world, crowd.report, AT),  # its round is open
    "recalled": _recalled,
    "supplement recalled": _recalled_supplement,
    "exempt": _exempt,
    "consolidated": _consolidated,
}
READINGS: dict[Read, Callable[[int, Person], object]] = {
    Read.WORKING_COPY: lambda report, person: reading.working_copy(report, person, AT),
    Read.REVIEW: lambda report, person: reading.review(report, person, AT),
    Read.SUBMITTED: lambda report, person: reading.submitted(report, person, AT),
    Read.SENT: lambda report, person: reading.sent(report, person, AT),
    Read.STATE: lambda report, person: reading.state(report, person, AT),
    Read.HISTORY: lambda report, person: reading.history(report, person, AT),
}
READERS = {
    Read.WORKING_COPY: EDITORS,
    Read.REVIEW: CELL,
    Read.SUBMITTED: CELL,
    Read.SENT: SEE,
    Read.STATE: SEE,
    Read.HISTORY: SEE,
}
# What these open to, or find, changes with the state; the others are tried in three states only.
CHANGING = {Read.REVIEW, Read.SUBMITTED, Read.SENT}
# Where there is nothing of the kind yet, or it was taken back, whoever may read it finds nothing.
SUBMITTED_NOTHING = {"DRAFT", "exempt"}
SENT_SOMETHING = {"SENT", "RECEIVED", "SUPPLEMENT", "supplement recalled", "consolidated"}
SIGNED_OR_LATER = {"SIGNED", "SENT", "RECEIVED", "SUPPLEMENT", "consolidated"}


# Whose work it is, per state. In a round those wait who count and have not answered, and its chair.
WAITING = {
    "DRAFT": {"own drafter"},
    "REVIEW": {"own member"} | CHAIRS,
    "REVISING": {"own drafter"},
    "SIGNING": {"own secretary", "standing in"},
    "SIGNED": {"own clerk"} | CHAIRS,
    "SENT": {"issuer officer"},
    "RECEIVED": {"issuer officer"},
    "SUPPLEMENT": {"own drafter"},
    "recalled": {"own drafter"},
    "supplement recalled": {"own drafter"},
    "exempt": set(),
    "consolidated": set(),
}


def expected(read: Read, state: str, name: str) -> str:
    readers = READERS[read]
    if read is Read.SUBMITTED and state in SIGNED_OR_LATER:
        readers = readers | {"own clerk"}
    if name not in SEE:
        return "404"
    if name not in readers:
        return "403"
    absent = (read in {Read.REVIEW, Read.SUBMITTED} and state in SUBMITTED_NOTHING) or (
        read is Read.SENT and state not in SENT_SOMETHING
    )
    return "nothing there" if absent else "read"


def outcome(read: Callable[[int, Person], object], report_id: int, person: Person, sees: bool) -> str:
    try:
        read(report_id, person)
    except errors.NotYourDesk:
        return "403"
    except errors.NotVisible:
        return "nothing there" if sees else "404"
    return "read"


@pytest.mark.parametrize("state", STATES)
def test_each_reading_opens_to_its_seats_only_and_the_report_waits_where_it_lies(state: str) -> None:
    crowd = build_crowd()
    STATES[state](crowd)
    report_id = crowd.report.pk

    tried = list(Read) if state in {"DRAFT", "SENT", "supplement recalled"} else list(CHANGING)
    found = {
        (read, name): outcome(READINGS[read], report_id, crowd.people[name], name in SEE)
        for read in tried
        for name in EVERYBODY
    }

    assert found == {(read, name): expected(read, state, name) for read in tried for name in EVERYBODY}
    assert waiting(crowd) == WAITING[state]


def waiting(crowd: Crowd) -> set[str]:
    report_id = crowd.report.pk
    return {name for name in EVERYBODY if desk.waiting_for(crowd.people[name], AT).filter(pk=report_id).exists()}


@pytest.mark.parametrize("state", ["DRAFT", "RECEIVED"])
def test_a_report_is_listed_to_the_unit_and_to_the_office_of_its_issuer_only(state: str) -> None:
    crowd = build_crowd()
    STATES[state](crowd)

    listed = {name for name in EVERYBODY if visible_reports(crowd.people[name], AT).filter(pk=crowd.report.pk).exists()}

    assert listed == SEE


def test_who_has_answered_a_round_does_not_wait_any_more() -> None:
    crowd = build_crowd()
    to_review(crowd.world, crowd.report, AT)
    member = crowd.people["own member"]
    assert "own member" in waiting(crowd)

    review.give_opinion(
        report_id=crowd.report.pk,
        actor=member,
        revision_id=revision_of(crowd.report),
        kind=OpinionKind.AGREE,
        now=AT,
    )

    assert "own member" not in waiting(crowd)


def test_what_is_assigned_to_one_drafter_waits_for_no_other() -> None:
    crowd = build_crowd()
    world = crowd.world
    drafting.assign(report_id=crowd.report.pk, actor=world.son, person_id=world.thu.pk, now=AT)

    assert waiting(crowd) == set()
    assert desk.waiting_for(world.thu, AT).filter(pk=crowd.report.pk).exists()


def test_nothing_waits_in_a_request_that_has_ended() -> None:
    crowd = build_crowd()
    cancel(campaign_id=crowd.world.campaign.pk, actor=crowd.world.khanh, reason="Trùng đợt.", now=AT)

    assert waiting(crowd) == set()


def test_the_superior_sees_states_before_the_first_sending_and_verbs_and_dates_from_it() -> None:
    crowd = build_crowd()
    to_received(crowd.world, crowd.report)
    office, unit = crowd.people["issuer officer"], crowd.people["own member"]

    told = reading.history(crowd.report.pk, office, AT)
    own = reading.history(crowd.report.pk, unit, AT)

    assert [(event.verb, event.state_to) for event in told] == [
        ("", "DRAFT"),
        ("", "REVIEW"),
        ("", "SIGNING"),
        ("", "SIGNED"),
        (Verb.ISSUE, "SENT"),
        (Verb.RECEIVE, "RECEIVED"),
    ]
    assert {event.verb for event in own} >= {Verb.EDITED, Verb.SUBMIT_FOR_REVIEW, Verb.CONCLUDE_REVIEW, Verb.SIGN}
    assert all(event.at >= NOW for event in told)


def test_the_superior_never_learns_who_in_the_unit_did_what() -> None:
    crowd = build_crowd()
    world, report = crowd.world, to_supplement(crowd.world, crowd.report)
    drafting.submit_for_review(report_id=report.pk, actor=world.thu, closes_at=AT + timedelta(days=3), now=AT)
    review.give_opinion(
        report_id=report.pk, actor=world.vinh, revision_id=revision_of(report), kind=OpinionKind.DISAGREE, now=AT
    )

    told = reading.history(report.pk, crowd.people["issuer leader"], AT)

    assert {event.actor_id for event in told} <= {None, world.dung.pk}
    assert not any(event.facts for event in told if event.actor_id is None)
    assert Verb.GIVE_OPINION in {event.verb for event in told}


def test_paper_counts_as_a_sending_in_the_history_of_the_superior() -> None:
    crowd = build_crowd()
    world, report = crowd.world, crowd.report
    intake.register_paper(
        report_id=report.pk,
        actor=world.dung,
        scan_id=scan_of(report, world.dung).pk,
        number="05-BC/ĐU",
        dated=NOW.date(),
        arrived_at=AT,
        now=AT,
    )

    told = reading.history(report.pk, crowd.people["issuer officer"], AT)

    assert [(event.verb, event.state_to) for event in told] == [("", "DRAFT"), (Verb.REGISTER_PAPER, "RECEIVED")]

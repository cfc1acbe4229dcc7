"""The audit trail: facts without free text, a chain that nobody rewrites, tampering that is found (design.md, 4)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from tests import letters
from tests.builders import (
    NOW,
    World,
    confirmation,
    resubmit,
    revision_of,
    scan_of,
    sign_and_issue,
    to_received,
    to_review,
    to_signing,
    write_everything,
)
from workflow.actions import (
    accounts,
    campaigns,
    clock,
    consolidation,
    deadlines,
    drafting,
    intake,
    ladders,
    organizations,
    review,
    signing,
    timeliness,
)
from workflow.actions.calendar import DayDraft, set_days
from workflow.actions.outlines import OutlineDraft, SectionDraft
from workflow.actions.review import Minutes
from workflow.actions.sealing import seal
from workflow.choices import AnswerKind, DayKind, OpinionKind, SectionKind, Verb
from workflow.models import Event, IssuedDocument, IssuedValue, OpinionPoint, Report, Revision, Seal, UrgingLetter
from workflow.queries.integrity import check_integrity
from workflow.rules.calendar import LOCAL
from workflow.rules.ladder import HOUSE_LADDER

TYPED = "Lời đã gõ"
SAID = [(None, TYPED)]
LATER = NOW + timedelta(days=4)
CODE = re.compile(r"[A-Za-z0-9_.]*")


@pytest.fixture(autouse=True)
def _seals_of_this_test(settings: Settings, tmp_path: Path) -> None:
    settings.SEAL_DIRECTORY = tmp_path


def leaves(facts: Any) -> Iterator[Any]:
    if isinstance(facts, dict):
        facts = list(facts.values())
    if isinstance(facts, list):
        for part in facts:
            yield from leaves(part)
    else:
        yield facts


def test_an_event_holds_ids_codes_numbers_and_hashes_and_nothing_that_was_typed(world: World) -> None:
    _one_report_through_everything(world)
    _others_on_paper(world)
    _one_is_late(world)
    _the_clock_and_the_letter(world)
    _the_request_and_the_register(world)
    _an_account(world)

    events = list(Event.objects.all())

    assert {event.verb for event in events} >= set(Verb) - NOT_PLAYED
    for event in events:
        assert all(leaf is None or isinstance(leaf, int) or CODE.fullmatch(leaf) for leaf in leaves(event.facts)), event
    assert check_integrity() == []


def _an_account(world: World) -> None:
    code = accounts.issue_code(person_id=world.hung.pk, actor=world.xuan, now=NOW)
    world.hung.refresh_from_db()
    accounts.change_password(
        actor=world.hung, current=code, new=TYPED + " 2026", again=TYPED + " 2026", address="10.0.0.1", now=NOW
    )
    accounts.release_signing(person_id=world.hung.pk, actor=world.ngoc, now=NOW)
    accounts.rename_person(person_id=world.hung.pk, actor=world.xuan, full_name=TYPED, now=NOW)


NOT_PLAYED = {
    Verb.SAVE_ENTRY,  # no event a save, only EDITED
    Verb.CANCEL,
    Verb.TURN_INTO_OWN,
    Verb.ADD_UNITS,
    Verb.CONSOLIDATE,
    Verb.RELEASE,
    Verb.CONFIRM_SEAT,
    Verb.UPPER_AMENDED,
    Verb.UPPER_CANCELLED,
    Verb.RESEND_NOTICES,
}


def _the_clock_and_the_letter(world: World) -> None:
    """One unit has not sent until three days after the deadline; the committee's own report waits for its signature."""
    clock.sweep(now=NOW)
    to_signing(world, world.own_report)
    for day in (date(2026, 6, 10), date(2026, 7, 22), date(2026, 7, 31), date(2026, 8, 3), date(2026, 8, 5)):
        clock.sweep(now=datetime.combine(day, time(8, 1), LOCAL))
    letter = letters.edit(world, UrgingLetter.objects.get(), subject=TYPED)
    letters.issue(world, letters.sign(world, letter))
    letters.discard(world, letters.draft(world, letters.LATE + 5 * letters.HOUR), letters.LATE + 6 * letters.HOUR)
    request: dict[str, Any] = {"campaign_id": world.campaign.pk, "actor": world.dung, "now": NOW}
    ladders.change_ladder(ladder=HOUSE_LADDER, **request)
    ladders.pause_ladder(unit_ids=[world.cell.pk], reason=TYPED, **request)
    ladders.resume_ladder(**request)


def _one_report_through_everything(world: World) -> None:
    report = world.report()
    unit: dict[str, Any] = {"report_id": report.pk, "now": NOW}
    drafting.open_request(actor=world.lan, **unit)
    drafting.assign(actor=world.hung, person_id=world.lan.pk, **unit)
    deadlines.ask_extension(actor=world.lan, due=NOW + timedelta(days=90), reason=TYPED, **unit)
    deadlines.propose_extension(actor=world.dung, due=None, **unit)
    deadlines.decide_extension(actor=world.khanh, due=NOW + timedelta(days=80), **unit)
    intake.assign_officer(actor=world.dung, person_id=world.yen.pk, **unit)
    intake.remind(actor=world.dung, **unit)
    to_review(world, report)
    drafting.recall(actor=world.lan, reason=TYPED, **unit)
    drafting.submit_for_review(actor=world.lan, closes_at=LATER, **unit)
    seen: dict[str, Any] = {"revision_id": revision_of(report)}
    review.give_opinion(actor=world.nam, kind=OpinionKind.AGREE_WITH_ADDITIONS, points=SAID, **unit, **seen)
    review.conclude_review(
        report_id=report.pk, actor=world.hung, revision_id=seen["revision_id"], adopted=True, now=LATER
    )
    point = OpinionPoint.objects.get().pk
    drafting.answer_point(actor=world.lan, point_id=point, answer=AnswerKind.EXPLAINED, text=TYPED, **unit)
    drafting.submit_for_signing(actor=world.lan, **unit)
    review.return_for_revision(actor=world.hung, revision_id=revision_of(report), remarks=SAID, **unit)
    resubmit(world, report)
    signing.sign(actor=world.hung, revision_id=revision_of(report), confirmed=confirmation(world.hung), **unit)
    review.return_signed(actor=world.hung, revision_id=revision_of(report), remarks=SAID, **unit)
    resubmit(world, report)
    sign_and_issue(world, report)
    signing.recall_sent(actor=world.hung, revision_id=revision_of(report), reason=TYPED, **unit)
    resubmit(world, report)
    sign_and_issue(world, report)
    seen = {"revision_id": revision_of(report)}
    intake.receive(actor=world.dung, incoming_number=TYPED, **unit, **seen)
    intake.leave_out(actor=world.dung, reason=TYPED, **unit)
    intake.include(actor=world.dung, **unit)
    intake.request_supplement(actor=world.dung, remarks=SAID, due=LATER, **unit, **seen)
    intake.withdraw_supplement(actor=world.dung, **unit)
    consolidation.fill_totals(report_id=world.own_report.pk, actor=world.dung, now=NOW)


def _others_on_paper(world: World) -> None:
    report = to_review(world, world.report("other"))
    minutes = Minutes(number=TYPED, held_on=NOW.date(), present=3, agree=3, disagree=0, other=0)
    review.enter_minutes(report_id=report.pk, actor=world.phuc, minutes=minutes, points=SAID, now=NOW)
    party: dict[str, Any] = {"report_id": world.report("party").pk, "actor": world.dung, "now": NOW}
    intake.exempt(reason=TYPED, **party)
    intake.reinstate(reason=TYPED, due=LATER, **party)
    scan = scan_of(world.report("party"), world.dung)
    intake.register_paper(scan_id=scan.pk, number=TYPED, dated=NOW.date(), arrived_at=NOW, **party)


def _one_is_late(world: World) -> None:
    late: dict[str, Any] = {"report_id": world.report("other").pk, "now": NOW + timedelta(days=70)}
    timeliness.give_late_reason(actor=world.oanh, reason=TYPED, **late)
    timeliness.excuse_lateness(actor=world.khanh, reason=TYPED, **late)
    timeliness.export_timeliness(issuer_id=world.duk.pk, year=NOW.year, actor=world.khanh, now=NOW)


def _the_request_and_the_register(world: World) -> None:
    request: dict[str, Any] = {"campaign_id": world.campaign.pk, "now": NOW}
    more = OutlineDraft(title=TYPED, sections=[SectionDraft(key="IV", heading=TYPED, kind=SectionKind.NARRATIVE)])
    campaigns.amend(actor=world.dung, additions=more, **request)
    campaigns.cut_off(actor=world.dung, **request)
    campaigns.reopen(actor=world.khanh, reason=TYPED, **request)
    campaigns.close(actor=world.khanh, reason=TYPED, **request)
    cell: dict[str, Any] = {"organization_id": world.cell.pk, "now": NOW}
    organizations.rename_organization(
        actor=world.xuan,
        name=TYPED,
        letterhead_name=TYPED,
        letterhead_above=TYPED,
        symbol=TYPED,
        since=NOW.date(),
        **cell,
    )
    given = organizations.appoint_stand_in(
        actor=world.hung, person_id=world.binh.pk, since=NOW.date(), until=None, basis=TYPED, **cell
    )
    organizations.end_stand_in(stand_in_id=given.pk, actor=world.hung, until=NOW.date(), now=NOW)
    seat = organizations.grant_seat(
        actor=world.xuan,
        person_id=world.stranger.pk,
        role="drafter",  # type: ignore[arg-type]
        since=NOW.date(),
        **cell,
    )
    organizations.end_seat(seat_id=seat.pk, actor=world.xuan, until=NOW.date(), now=NOW)
    set_days(actor=world.xuan, days=[DayDraft(NOW.date(), DayKind.HOLIDAY, TYPED)], **cell)


# the chain


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


GUARDED = [Event, Revision, IssuedValue, IssuedDocument, Seal]
REWRITTEN = {
    Event: "verb = 'sign'",
    Revision: "content = '{}'",
    IssuedValue: "number = 1",
    IssuedDocument: "number = number + 1",
    Seal: "events = 0",
}


@pytest.mark.parametrize("table", GUARDED, ids=lambda model: model.__name__)
def test_the_database_refuses_to_rewrite_what_was_recorded(world: World, table: Any) -> None:
    to_received(world, world.report())
    seal(now=NOW)
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    name, before = table._meta.db_table, table.objects.count()
    assert before > 0

    for statement in (
        f"UPDATE {name} SET {REWRITTEN[table]}",  # noqa: S608
        f"DELETE FROM {name}",  # noqa: S608
        f"TRUNCATE {name} CASCADE",
    ):
        with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
            execute(statement)
    assert table.objects.count() == before


def test_only_the_mark_of_the_outbox_may_change(world: World) -> None:
    Event.objects.update(fanned_out=True)

    assert check_integrity() == []
    assert not Event.objects.filter(fanned_out=False).exists()


@contextmanager
def guards_down() -> Iterator[None]:
    """What a database administrator could do behind the system's back."""
    execute("SET LOCAL session_replication_role = replica")
    yield
    execute("SET LOCAL session_replication_role = DEFAULT")


def broken() -> set[str]:
    return {problem.invariant for problem in check_integrity()}


CHAIN = "the chain's hashes follow from one another"
GAP = "the chain has no gap"
SEALED = "the chain verifies against the seal"


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE workflow_event SET actor_id = NULL WHERE verb = 'sign'", CHAIN),
        ("UPDATE workflow_event SET at = at - interval '1 day' WHERE verb = 'issue'", CHAIN),
        ("""UPDATE workflow_event SET facts = '{"number": 99}' WHERE verb = 'issue'""", CHAIN),
        ("DELETE FROM workflow_event WHERE verb = 'sign'", GAP),
        ("UPDATE workflow_revision SET content = content || ' '", "a revision's hash is its content's"),
        ("UPDATE workflow_issueddocument SET content = content || ' '", "a document's hash is its content's"),
        ("UPDATE workflow_signature SET sha256 = repeat('0', 64)", "a signed hash is its revision's"),
        ("UPDATE workflow_issuedvalue SET number = number + 1", "an issued revision's figures are those it froze"),
        (
            "UPDATE workflow_report SET state = 'EXEMPT' WHERE state = 'RECEIVED'",
            "every report's state is explained by its last event",
        ),
    ],
)
def test_tampering_behind_the_guards_is_found(world: World, tampering: str, found: str) -> None:
    to_received(world, world.report())
    assert broken() == set()

    with guards_down():
        execute(tampering)

    assert found in broken()


def test_a_tail_that_was_cut_off_shows_against_the_seal(world: World) -> None:
    report = to_signing(world, world.report())
    seal(now=NOW)
    tail = Event.objects.filter(stream="report", stream_id=report.pk).latest("seq")
    with guards_down():
        Report.objects.filter(pk=report.pk).update(state=tail.state_from)  # so that nothing else betrays it
        execute(f"DELETE FROM workflow_event WHERE id = {tail.pk}")  # noqa: S608

    assert SEALED in broken()

    with guards_down():
        execute("DELETE FROM workflow_seal")  # the line outside the database still tells
    assert SEALED in broken()


def test_what_happens_after_the_seal_leaves_it_whole(world: World) -> None:
    first = seal(now=NOW)
    write_everything(world, world.report())
    assert broken() == set()

    assert seal(now=LATER).events > first.events
    assert broken() == set()

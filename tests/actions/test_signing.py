"""The secretary's desk: design.md section 5, sign and recall_sent; stand-ins of section 4."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import (
    NOW,
    World,
    confirmation,
    give_seat,
    kept_world,
    resubmit,
    revision_of,
    stand_in,
    to_signing,
    write_everything,
)
from tests.refusals import refused
from workflow import errors
from workflow.actions import drafting, organizations, review, signing
from workflow.actions.opening import Confirmation
from workflow.choices import FourEyes, ReportState, ReviewMode, Role
from workflow.models import (
    Event,
    Organization,
    Person,
    Report,
    Seat,
    Signature,
)
from workflow.rules.numbering import InTheNameOf

pytestmark = pytest.mark.django_db
DAY, TODAY = timedelta(days=1), NOW.date()


@pytest.fixture
def ready(world: World) -> Report:
    return to_signing(world, world.report())


def sign(world: World, report: Report, actor: Person | None = None, **given: Any) -> Report:
    signer = actor or world.hung
    stated: dict[str, Any] = {"revision_id": revision_of(report), "confirmed": confirmation(signer), "now": NOW} | given
    signing.sign(report_id=report.pk, actor=signer, **stated)
    report.refresh_from_db()
    return report


# sign


def test_a_signature_binds_the_hash_of_the_submitted_revision(world: World, ready: Report) -> None:
    sign(world, ready)

    signature = Signature.objects.get()
    assert (ready.state, ready.signed_revision_id) == (ReportState.SIGNED, revision_of(ready))
    assert signature.sha256 == ready.current_revision.sha256  # type: ignore[union-attr]
    assert (signature.person, signature.stand_in, signature.self_signed) == (world.hung, None, False)
    assert (signature.authority, signature.position) == ("T/M CHI BỘ", "BÍ THƯ")
    with refused(errors.AlreadyDone, "already_done"):  # a second click
        sign(world, ready)


def test_a_revision_that_is_no_longer_the_submitted_one_is_not_signed(world: World, ready: Report) -> None:
    first = revision_of(ready)
    drafting.recall(report_id=ready.pk, actor=world.lan, reason="Sửa.", now=NOW)
    resubmit(world, ready)
    with refused(errors.StaleRevision, "stale_revision"):
        sign(world, ready, revision_id=first)
    sign(world, ready)


def test_the_signer_has_confirmed_his_identity_within_five_minutes(world: World, ready: Report) -> None:
    wrong = [
        None,
        Confirmation(world.hung.pk, NOW - timedelta(minutes=5, seconds=1)),
        Confirmation(world.hung.pk, NOW + timedelta(seconds=1)),
        Confirmation(world.binh.pk, NOW),
    ]
    for confirmed in wrong:
        with refused(errors.IdentityNotConfirmed, "identity_not_confirmed"):
            sign(world, ready, confirmed=confirmed)

    sign(world, ready, confirmed=Confirmation(world.hung.pk, NOW - timedelta(minutes=5)))


def test_signing_waits_while_the_password_is_new(world: World, ready: Report) -> None:
    world.hung.signing_hold_since = NOW
    with refused(errors.SigningOnHold, "signing_on_hold"):
        sign(world, ready)
    world.hung.signing_hold_since = None
    sign(world, ready)


def test_signing_waits_while_the_seat_is_not_confirmed_by_a_second_person(world: World, ready: Report) -> None:
    old = Seat.objects.get(organization=world.cell, role=Role.SECRETARY)
    organizations.end_seat(seat_id=old.pk, actor=world.xuan, until=NOW.date() - DAY, now=NOW)
    seat = give_seat(world, "nam", Role.SECRETARY)
    with refused(errors.SigningOnHold, "signing_on_hold"):
        sign(world, ready, world.nam)

    organizations.confirm_seat(seat_id=seat.pk, actor=world.khanh, now=NOW)

    assert sign(world, ready, world.nam).state == ReportState.SIGNED


@pytest.mark.parametrize("body", ["NOBODY", InTheNameOf.COMMITTEE])
def test_a_cell_signs_for_the_cell_only(world: World, ready: Report, body: Any) -> None:
    with refused(errors.WrongAnswer, "wrong_answer"):
        sign(world, ready, in_the_name_of=body)
    sign(world, ready, in_the_name_of=InTheNameOf.CELL)


# four eyes


def own_submission() -> tuple[World, Report]:
    """The secretary also drafts, and has submitted what he is about to sign."""
    world = kept_world(ReviewMode.NONE)
    give_seat(world, "hung", Role.DRAFTER)
    report = world.report()
    write_everything(world, report)
    drafting.submit_for_signing(report_id=report.pk, actor=world.hung, now=NOW)
    return world, report


def test_who_submitted_signs_after_a_warning_and_that_is_recorded() -> None:
    world, report = own_submission()
    with refused(errors.SelfSigningNotConfirmed, "self_signing_not_confirmed"):
        sign(world, report)

    sign(world, report, self_signing_confirmed=True)

    assert Signature.objects.get().self_signed
    assert Event.objects.get(verb="sign").facts["self_signed"] is True


def test_who_submitted_does_not_sign_where_the_house_refuses_it() -> None:
    world, report = own_submission()
    Organization.objects.filter(pk=world.cell.pk).update(four_eyes=FourEyes.REFUSE)
    with refused(errors.SelfSigned, "self_signed"):
        sign(world, report, self_signing_confirmed=True)

    drafting.recall(report_id=report.pk, actor=world.lan, reason="Người khác trình.", now=NOW)
    drafting.submit_for_signing(report_id=report.pk, actor=world.lan, now=NOW)

    assert sign(world, report).state == ReportState.SIGNED


# stand-ins


def test_a_deputy_standing_in_signs_for_the_cell_as_deputy(world: World, ready: Report) -> None:
    with refused(errors.NotYourDesk, "not_your_desk"):
        sign(world, ready, world.binh)
    given = stand_in(world)

    sign(world, ready, world.binh)

    signature = Signature.objects.get()
    assert (signature.authority, signature.position) == ("T/M CHI BỘ", "PHÓ BÍ THƯ")
    assert signature.stand_in == given
    assert (signature.seat.role, signature.seat.person) == (Role.DEPUTY, world.binh)
    event = Event.objects.get(verb="sign")
    assert (event.stand_in, event.seat) == (given, signature.seat)


def test_a_stand_in_is_one_on_his_days_only_both_inclusive(world: World, ready: Report) -> None:
    first, last = NOW.date() + DAY, NOW.date() + 2 * DAY
    stand_in(world, first, last)
    for days in (0, 3):
        moment = NOW + days * DAY
        with refused(errors.NotYourDesk, "not_your_desk"):
            sign(world, ready, world.binh, now=moment, confirmed=confirmation(world.binh, moment))
    moment = NOW + 2 * DAY
    sign(world, ready, world.binh, now=moment, confirmed=confirmation(world.binh, moment))


def test_who_signed_may_take_the_signature_back_when_he_no_longer_stands_in(world: World, ready: Report) -> None:
    given = stand_in(world)
    sign(world, ready, world.binh)
    organizations.end_stand_in(stand_in_id=given.pk, actor=world.hung, until=NOW.date(), now=NOW)
    give_seat(world, "nam", Role.DEPUTY)
    back: dict[str, Any] = {"report_id": ready.pk, "revision_id": revision_of(ready), "remarks": [(None, "Sai số.")]}
    with refused(errors.NotYourDesk, "not_your_desk"):  # another deputy
        review.return_signed(actor=world.nam, now=NOW + DAY, **back)

    review.return_signed(actor=world.binh, now=NOW + DAY, **back)

    assert Signature.objects.get().void_at == NOW + DAY

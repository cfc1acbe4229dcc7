"""The clerk's desk: the number, the date, and what is sent. design.md section 5, issue; domain.md section 3.5."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import (
    NOW,
    World,
    confirmation,
    prepared_campaign,
    resubmit,
    revision_of,
    sign_and_issue,
    to_sent,
    to_signed,
    to_signing,
)
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns, organizations, review, signing
from workflow.choices import ReportState
from workflow.models import Event, IssuedDocument, IssuedValue, Report, Signature, Term
from workflow.rules.canonical import content_hash

DAY = timedelta(days=1)
SIGNED_AT = NOW + 5 * DAY
SIGNED_ON = date(2026, 6, 6)


@pytest.fixture
def signed(world: World) -> Report:
    return to_signed(world, world.report())


def issue(world: World, report: Report, **given: Any) -> IssuedDocument:
    stated: dict[str, Any] = {"revision_id": revision_of(report), "now": SIGNED_AT} | given
    document = signing.issue(report_id=report.pk, actor=world.mai, **stated)
    report.refresh_from_db()
    return document


def second(world: World) -> Report:
    """Another signed report of the same cell."""
    campaign = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=NOW)
    return to_signed(world, Report.objects.get(campaign=campaign, organization=world.cell))


def test_issuing_numbers_freezes_and_sends_the_signed_revision(world: World, signed: Report) -> None:
    document = issue(world, signed)

    assert (document.printed_number, document.date, document.issued_at) == ("01-BC/CB", SIGNED_ON, SIGNED_AT)
    assert (document.signer, document.authority, document.position) == (world.hung.full_name, "T/M CHI BỘ", "BÍ THƯ")
    assert document.sha256 == content_hash(document.content)
    assert signed.current_revision is not None
    assert signed.current_revision.sha256 in document.content
    assert (signed.state, signed.sent_at, signed.sent_revision) == (
        ReportState.SENT, SIGNED_AT, signed.current_revision,
    )  # fmt: skip
    event = Event.objects.get(verb="issue")
    assert (event.facts["document"], event.facts["number"]) == (document.pk, 1)


def test_the_figures_of_the_revision_are_copied_and_blank_is_not_copied(world: World, signed: Report) -> None:
    issue(world, signed)

    copied = IssuedValue.objects.values_list("revision", "indicator__code", "number")
    assert set(copied) == {
        (signed.sent_revision_id, "A5", Decimal(45)),
        (signed.sent_revision_id, "A6", Decimal(48)),
    }


def test_a_stale_screen_and_a_second_click_issue_nothing(world: World, signed: Report) -> None:
    with refused(errors.StaleRevision, "stale_revision"):
        issue(world, signed, revision_id=revision_of(signed) + 1)
    issue(world, signed)
    with refused(errors.AlreadyDone, "already_done"):
        issue(world, signed)


def test_a_number_is_given_once_and_gaps_are_allowed(world: World, signed: Report) -> None:
    assert issue(world, signed, number=7).printed_number == "07-BC/CB"
    other = second(world)
    with refused(errors.NumberTaken, "number_taken", number="07-BC/CB", free="08-BC/CB"):
        issue(world, other, number=7)

    assert issue(world, other).number == 8


@pytest.mark.parametrize("number", [0, -1, 10**12])
def test_a_number_that_no_register_has_is_refused(world: World, signed: Report, number: int) -> None:
    with refused(errors.WrongNumber, "wrong_number"):
        issue(world, signed, number=number)
    issue(world, signed, number=999)


def test_a_number_below_the_highest_may_fill_a_gap(world: World, signed: Report) -> None:
    issue(world, signed, number=7)

    assert issue(world, second(world), number=3).number == 3


def test_the_units_number_each_for_itself(world: World) -> None:
    assert to_sent(world, world.report()).documents.get().number == 1
    assert to_sent(world, world.report("other")).documents.get().number == 1


def test_a_new_term_starts_at_01_again(world: World, signed: Report) -> None:
    issue(world, signed, number=7)
    other = second(world)
    organizations.start_term(organization_id=world.cell.pk, actor=world.xuan, since=SIGNED_ON + 2 * DAY, now=SIGNED_AT)
    later = SIGNED_AT + 3 * DAY

    assert issue(world, other, now=later).printed_number == "01-BC/CB"
    assert Term.objects.filter(organization=world.cell).count() == 2


def test_the_date_lies_between_the_signature_and_today(world: World, signed: Report) -> None:
    later = SIGNED_AT + 2 * DAY
    with refused(errors.DateBeforeSignature, "date_before_signature"):
        issue(world, signed, dated=SIGNED_ON - DAY, now=later)
    with refused(errors.DateInFuture, "date_in_future"):
        issue(world, signed, dated=SIGNED_ON + 3 * DAY, now=later)

    assert issue(world, signed, dated=SIGNED_ON, now=later).date == SIGNED_ON


def test_without_a_term_there_is_no_number(world: World, signed: Report) -> None:
    Term.objects.filter(organization=world.cell).update(until=SIGNED_ON - DAY)
    with refused(errors.NoTerm, "no_term"):
        issue(world, signed)
    organizations.start_term(organization_id=world.cell.pk, actor=world.xuan, since=SIGNED_ON, now=SIGNED_AT)
    issue(world, signed)


def test_what_was_given_back_after_the_signature_is_not_issued(world: World, signed: Report) -> None:
    review.return_signed(
        report_id=signed.pk,
        actor=world.hung,
        revision_id=revision_of(signed),
        remarks=[(None, "Sai số liệu.")],
        now=SIGNED_AT,
    )
    with refused(errors.AlreadyDone, "already_done"):
        issue(world, signed)


# sign_and_issue


def test_without_a_clerk_the_secretary_signs_and_sends_at_once(world: World) -> None:
    report = to_signing(world, world.report())
    document = sign_and_issue(world, report, number=3)

    report.refresh_from_db()
    assert (report.state, document.printed_number) == (ReportState.SENT, "03-BC/CB")
    assert Signature.objects.get().at == NOW


def test_when_the_number_is_taken_nothing_is_signed_either(world: World, signed: Report) -> None:
    issue(world, signed, number=3)
    other = second(world)
    review.return_signed(
        report_id=other.pk, actor=world.hung, revision_id=revision_of(other), remarks=[(None, "Sửa.")], now=SIGNED_AT
    )
    resubmit(world, other, SIGNED_AT)
    with refused(errors.NumberTaken, "number_taken"):
        sign_and_issue(world, other, SIGNED_AT, number=3)

    other.refresh_from_db()
    assert other.state == ReportState.SIGNING
    assert not Signature.objects.filter(report=other, void_at__isnull=True).exists()


def test_signing_and_sending_asks_for_the_identity_as_well(world: World) -> None:
    report = to_signing(world, world.report())
    with refused(errors.IdentityNotConfirmed, "identity_not_confirmed"):
        signing.sign_and_issue(
            report_id=report.pk,
            actor=world.hung,
            revision_id=revision_of(report),
            confirmed=confirmation(world.hung, NOW - DAY),
            now=NOW,
        )

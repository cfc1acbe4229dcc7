"""Two documents of one organisation numbered at once; the organisation has two requests to answer."""

import pytest
from django.db import IntegrityError

from tests.builders import NOW, World, prepared_campaign, to_signed
from tests.concurrency.interleaving import interleaved
from tests.concurrency.scene import Scene
from workflow import errors
from workflow.actions import campaigns, numbering
from workflow.choices import ReportState
from workflow.models import IssuedDocument, Organization, Report, Term
from workflow.queries.integrity import check_integrity

BEFORE_THE_DOCUMENT = 'INSERT INTO "workflow_issueddocument"'


@pytest.fixture
def two_signed(shared_world: World) -> tuple[Scene, Scene]:
    """Two signed reports of one cell, each in its own request."""
    world = shared_world
    one = Scene.at(world, ReportState.SIGNED)
    second = prepared_campaign(world.duk, world.dung, number="640-CV/ĐUK")
    campaigns.open_campaign(campaign_id=second.pk, actor=world.dung, now=NOW)
    report = to_signed(world, Report.objects.get(campaign=second, organization=world.cell))
    return one, Scene(world, report.pk, report.current_revision_id or 0)


def numbers() -> list[int]:
    return sorted(IssuedDocument.objects.values_list("number", flat=True))


def test_two_sendings_at_once_take_two_numbers(two_signed: tuple[Scene, Scene]) -> None:
    one, two = two_signed

    outcome = interleaved(one.issue, two.issue, before=BEFORE_THE_DOCUMENT)

    assert outcome.waited
    assert outcome.winners == [0, 1]
    assert numbers() == [1, 2]
    assert check_integrity() == []


def test_of_two_sendings_that_ask_for_one_number_the_second_is_told_the_next(two_signed: tuple[Scene, Scene]) -> None:
    one, two = two_signed

    outcome = interleaved(lambda: one.issue(7), lambda: two.issue(7), before=BEFORE_THE_DOCUMENT)

    assert outcome.waited
    assert outcome.winners == [0]
    (refusal,) = outcome.refusals
    assert isinstance(refusal, errors.NumberTaken)
    assert refusal.facts["free"] == "08-BC/CB"
    assert two.report.state == ReportState.SIGNED
    assert two.issue().number == 8
    assert check_integrity() == []


@pytest.mark.parametrize("number", [None, 7])
def test_without_the_lock_on_the_term_both_take_the_same_number(
    two_signed: tuple[Scene, Scene], monkeypatch: pytest.MonkeyPatch, number: int | None
) -> None:
    def unlocked(organization: Organization, _day: object) -> Term:
        return Term.objects.get(organization=organization)

    monkeypatch.setattr(numbering, "lock_term", unlocked)
    one, two = two_signed

    outcome = interleaved(lambda: one.issue(number), lambda: two.issue(number), before=BEFORE_THE_DOCUMENT)

    assert not outcome.waited
    assert outcome.winners == [1]
    assert isinstance(outcome.errors[0], IntegrityError)

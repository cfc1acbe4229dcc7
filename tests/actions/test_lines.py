"""What does not fit is refused with a sentence, never with a failure of the database."""

from dataclasses import replace

import pytest

from tests.builders import NOW, OUTLINE, World, office, prepared_campaign, revision_of, to_sent
from tests.refusals import refused
from workflow import errors
from workflow.actions import intake, preparing
from workflow.actions.lines import line
from workflow.actions.outlines import IndicatorDraft, OutlineDraft, SectionDraft
from workflow.choices import Aggregation, SectionKind
from workflow.models import Organization


def test_a_text_as_long_as_the_column_is_kept_and_a_longer_one_refused() -> None:
    assert line(Organization, "name", "ủ" * 200) == "ủ" * 200
    with pytest.raises(errors.TextTooLong) as refusal:
        line(Organization, "name", "ủ" * 201)
    assert refusal.value.facts["limit"] == 200


def test_decomposed_letters_count_as_one_character() -> None:
    assert line(Organization, "name", "u\u0309" * 200) == "ủ" * 200


def test_an_incoming_number_longer_than_its_column_is_refused(world: World) -> None:
    report = to_sent(world, world.report())
    with refused(errors.TextTooLong, "text_too_long"):
        intake.receive(
            report_id=report.pk,
            actor=office(world, report),
            revision_id=revision_of(report),
            incoming_number="9" * 31,
            now=NOW,
        )


SECTION = OUTLINE.sections[0]
TWICE = {
    "a section key": OutlineDraft("Hai lần", [SECTION, SECTION]),
    "an indicator code": OutlineDraft("Hai lần", OUTLINE.sections, [OUTLINE.indicators[0], OUTLINE.indicators[0]]),
    "an unknown parent": OutlineDraft("Không có", [replace(SECTION, parent="X")]),
    "an unknown upper section": OutlineDraft("Không có", [replace(SECTION, feeds="X")]),
    "an unknown part of a ratio": OutlineDraft(
        "Không có",
        OUTLINE.sections,
        [IndicatorDraft(code="R", section="III", label="Tỷ lệ", aggregation=Aggregation.RATIO, numerator="X")],
    ),
}


@pytest.mark.parametrize("fault", TWICE)
def test_an_outline_that_contradicts_itself_is_refused(world: World, fault: str) -> None:
    campaign = prepared_campaign(world.duk, world.dung, number="7-CV/ĐUK")
    with refused(errors.OutlineClash, "outline_clash"):
        preparing.edit_campaign(campaign_id=campaign.pk, actor=world.dung, fields={}, outline=TWICE[fault], now=NOW)


def test_an_outline_names_units_of_the_register_only(world: World) -> None:
    campaign = prepared_campaign(world.duk, world.dung, number="7-CV/ĐUK")
    unknown = SectionDraft(
        key="X", heading="Mục riêng", kind=SectionKind.NARRATIVE, audience="LIST", audience_units=[0]
    )
    with refused(errors.UnitsUnknown, "units_unknown"):
        preparing.edit_campaign(
            campaign_id=campaign.pk, actor=world.dung, fields={}, outline=OutlineDraft("Riêng", [unknown]), now=NOW
        )

"""Tiếp nhận: what strikes the office's eye beside the other units and the period before."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.builders import DRAFTERS as DRAFTING
from tests.builders import (
    NOW,
    World,
    conclude,
    desk,
    prepared_campaign,
    revision_of,
    sign_and_issue,
    to_received,
    write_everything,
)
from workflow.actions import campaigns, drafting, intake
from workflow.actions.drafting import Figure
from workflow.models import Entry, Person, Report

SeenBy = Callable[[Person], Client]


def at(report: Report) -> str:
    return f"/bao-cao/{report.pk}/tiep-nhan/"


def told(answer: Any) -> str:
    return str(answer.content.decode())


def sent_with(world: World, unit: str, text: str, figures: dict[str, int], now: datetime = NOW) -> Report:
    report = world.report(unit)
    write_everything(world, report, now)
    for key, words, given in (("I", "", {}), ("I.1", text, {}), ("III", "", figures)):
        section = world.section(key)
        drafting.save_entry(
            report_id=report.pk,
            actor=desk(world, report, DRAFTING),
            section_id=section.pk,
            version=Entry.objects.get(report=report, section=section).version,
            text=words,
            figures={code: Figure(number=Decimal(number)) for code, number in given.items()},
            now=now,
        )
    return report


def handed_over(world: World, report: Report, *, received: bool) -> None:
    """Send what was written, as it was written."""
    drafter, now = desk(world, report, DRAFTING), NOW
    drafting.submit_for_review(report_id=report.pk, actor=drafter, closes_at=now + timedelta(days=3), now=now)
    conclude(world, report)
    sign_and_issue(world, report, NOW + timedelta(days=5))
    if received:
        intake.receive(
            report_id=report.pk, actor=world.dung, revision_id=revision_of(report), now=NOW + timedelta(days=6)
        )


LONG = "Chi bộ đã tổ chức bốn hội nghị quán triệt Chỉ thị cho toàn thể đảng viên và quần chúng trong cơ quan."


def test_figures_far_from_the_others_and_copied_texts_strike_the_eye(office: Client, world: World) -> None:
    for unit, text, figures, received in (
        ("other", LONG, {"A5": 40, "A6": 50, "A2": 1}, True),
        ("party", "Đảng bộ đã có kế hoạch riêng, giao từng chi bộ trực thuộc thực hiện.", {"A5": 50, "A6": 60}, True),
        ("cell", LONG.upper(), {"A5": 400, "A6": 500}, False),
    ):
        handed_over(world, sent_with(world, unit, text, figures), received=received)

    page = told(office.get(at(world.report())))
    assert page.count("Khác xa các đơn vị khác") == 2
    assert 'giống bài của Chi bộ Bưu điện tỉnh <strong class="nowrap">100 %</strong>' in " ".join(page.split())
    assert page.count('badge">') >= 1  # A2 is blank
    assert "Kỳ trước" not in page
    assert "Khác xa các đơn vị khác" not in told(office.get(at(world.report("other"))))


@pytest.mark.parametrize(
    ("written", "percent"),
    [
        (f"{LONG} Nhận thức được nâng lên.", "81 %"),
        (f"Nhận thức được nâng lên. {LONG}", "81 %"),
        (f"{LONG} {'Cấp ủy giao từng đồng chí phụ trách một lĩnh vực. '}", ""),
        (LONG.replace("bốn", "năm"), ""),
    ],
)
def test_a_text_that_is_mostly_another_unit_s_strikes_the_eye_with_its_share(
    office: Client, world: World, written: str, percent: str
) -> None:
    """The sentences are counted by their letters: 100 of 123 stand with the other unit, 100 of 148 are too few."""
    handed_over(world, sent_with(world, "other", LONG, {"A5": 40, "A6": 50}), received=True)
    handed_over(world, sent_with(world, "cell", written, {"A5": 41, "A6": 52}), received=False)
    page = " ".join(told(office.get(at(world.report()))).split())
    assert ("giống bài của Chi bộ Bưu điện tỉnh" in page) == bool(percent)
    assert percent in page


def test_a_figure_far_from_the_unit_s_own_of_the_period_before_strikes_the_eye(office: Client, world: World) -> None:
    then = NOW - timedelta(days=10)
    before = prepared_campaign(world.duk, world.dung, number="512-CV/ĐUK", now=then)
    campaigns.open_campaign(campaign_id=before.pk, actor=world.dung, now=then)
    to_received(world, Report.objects.get(campaign=before, organization=world.cell), then)
    handed_over(world, sent_with(world, "cell", LONG, {"A5": 10, "A6": 60}), received=False)
    page = " ".join(told(office.get(at(world.report()))).split())
    assert "Bằng 22 % kỳ trước" in page
    assert page.count("% kỳ trước") == 1


def test_a_heading_is_not_blank_where_something_stands_below_it(office: Client, world: World) -> None:
    handed_over(world, sent_with(world, "cell", LONG, {"A5": 40, "A6": 50}), received=False)
    found = office.get(at(world.report())).context["sent"]
    heading = next(place for place in found.places if place.section.key == "I")
    assert not heading.blank


def test_the_same_figures_as_another_unit_strike_the_eye(office: Client, world: World) -> None:
    for unit in ("cell", "other"):
        handed_over(world, sent_with(world, unit, unit, {"A5": 40, "A6": 50, "A2": 1}), received=False)
    page = " ".join(told(office.get(at(world.report()))).split())
    assert "Mọi số liệu giống hệt của: Chi bộ Bưu điện tỉnh" in page

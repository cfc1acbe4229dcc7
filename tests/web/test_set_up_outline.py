"""Chuẩn bị đợt báo cáo: the outline with its sections and indicators."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.builders import NOW, OUTLINE, World, open_upper, prepared_campaign
from tests.web.conftest import read
from workflow.actions import preparing
from workflow.actions.outline_changes import drafted
from workflow.models import Campaign, Person, Section

SeenBy = Callable[[Person], Client]


def at(campaign: Campaign, step: str) -> str:
    return f"/dot/{campaign.pk}/chuan-bi/{step}/"


SECTION = {"numbering": "3", "heading": "Cơ sở vật chất", "parent": "I", "guidance": "Nêu rõ số liệu.",
           "kind": "NARRATIVE", "columns": "", "required": "on", "audience": "ALL", "feeds": ""}  # fmt: skip


INDICATOR = {"code": "B1", "label": "Báo cáo viên", "unit": "người", "section": "III", "aggregation": "SNAPSHOT",
             "numerator": "", "denominator": "", "decimals": "0", "minimum": "0", "maximum": "",
             "required": "on"}  # fmt: skip


def keys(campaign: Campaign) -> list[str]:
    return list(Section.objects.filter(outline__campaigns=campaign).values_list("key", flat=True))


def codes(campaign: Campaign) -> list[str]:
    assert campaign.outline is not None
    return list(campaign.outline.indicators.values_list("code", flat=True))


def test_a_draft_read_back_from_the_tables_is_the_draft_that_was_written(ready: Campaign) -> None:
    back = drafted(ready.outline)
    assert [(one.key, one.parent, one.kind) for one in back.sections] == [
        (one.key, one.parent, one.kind) for one in OUTLINE.sections
    ]
    assert list(back.indicators) == list(OUTLINE.indicators)
    assert list(back.checks) == list(OUTLINE.checks)


def test_the_first_section_of_an_empty_outline(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    client = seen_by(world.yen)
    assert 'class="empty"' in read(client, at(draft, "de-cuong"))
    client.post(at(draft, "de-cuong") + "muc-moi/", {**SECTION, "numbering": "I", "parent": ""})
    assert keys(draft) == ["I"]
    client.post(at(draft, "de-cuong") + "muc-moi/?duoi=I", {**SECTION, "numbering": "1", "parent": "I"})
    assert keys(draft) == ["I", "I.1"]


def test_a_section_goes_last_below_its_parent(seen_by: SeenBy, world: World, ready: Campaign) -> None:
    assert seen_by(world.yen).post(at(ready, "de-cuong") + "muc-moi/", SECTION).status_code == 303
    assert keys(ready) == ["I", "I.1", "I.2", "I.3", "II", "III"]
    # The rest is untouched.
    assert codes(ready) == ["A5", "A6", "A56", "A2"]


def test_a_section_is_edited_and_moved_with_all_below_it(seen_by: SeenBy, world: World, ready: Campaign) -> None:
    client = seen_by(world.yen)
    answer = client.post(at(ready, "de-cuong"), {"do": "down", "what": "section", "place": "I"})
    assert answer.status_code == 303
    assert keys(ready) == ["II", "I", "I.1", "I.2", "III"]
    typed = {**SECTION, "heading": "Chỉ đạo", "numbering": "1", "parent": "II", "audience": "LIST",
             "unit": [world.cell.pk]}  # fmt: skip
    assert client.post(at(ready, "de-cuong") + "muc/I.1/", typed).status_code == 303
    assert keys(ready) == ["II", "I.1", "I", "I.2", "III"]
    section = Section.objects.get(outline__campaigns=ready, key="I.1")
    assert (section.heading, list(section.audience_units.all())) == ("Chỉ đạo", [world.cell])


def test_a_refused_section_keeps_every_word(seen_by: SeenBy, world: World, ready: Campaign) -> None:
    typed = {**SECTION, "kind": "ROWS"}
    answer = seen_by(world.yen).post(at(ready, "de-cuong") + "muc-moi/", typed)
    assert answer.status_code == 422
    assert "Nêu rõ số liệu." in answer.content.decode()
    assert len(keys(ready)) == 5


def test_taking_out_a_section_takes_what_hangs_on_it(seen_by: SeenBy, world: World, ready: Campaign) -> None:
    seen_by(world.yen).post(at(ready, "de-cuong") + "muc/III/", {"go": "remove"})
    assert keys(ready) == ["I", "I.1", "I.2", "II"]
    ready.refresh_from_db()
    assert codes(ready) == []
    assert ready.outline is not None
    assert ready.outline.checks == []
    assert seen_by(world.yen).post(at(ready, "de-cuong") + "muc/III/", {"go": "remove"}).status_code == 404


def test_an_indicator_is_added_edited_moved_and_taken_out(seen_by: SeenBy, world: World, ready: Campaign) -> None:
    client, here = seen_by(world.yen), at(ready, "de-cuong")
    client.post(here + "chi-tieu-moi/?muc=III", INDICATOR)
    assert codes(ready) == ["A5", "A6", "A56", "A2", "B1"]
    client.post(here, {"do": "up", "what": "indicator", "place": "B1"})
    assert codes(ready) == ["A5", "A6", "A56", "B1", "A2"]
    # A ratio follows the new code of its part, and so does the check.
    client.post(here + "chi-tieu/A5/", {**INDICATOR, "code": "A5x", "label": "Được quán triệt"})
    ready.refresh_from_db()
    assert ready.outline is not None
    ratio = ready.outline.indicators.get(code="A56")
    assert ratio.numerator is not None
    assert ratio.numerator.code == "A5x"
    assert ready.outline.checks[0]["left"] == ["A5x"]
    client.post(here + "chi-tieu/A5x/", {"go": "remove"})
    assert codes(ready) == ["A6", "B1", "A2"]


@pytest.mark.parametrize(
    "changes", [{"code": "A6"}, {"minimum": "9", "maximum": "1"}, {"aggregation": "RATIO"}, {"section": "X"}]
)
def test_a_refused_indicator_keeps_every_word(
    seen_by: SeenBy, world: World, ready: Campaign, changes: dict[str, str]
) -> None:
    answer = seen_by(world.yen).post(at(ready, "de-cuong") + "chi-tieu-moi/", {**INDICATOR, **changes})
    assert answer.status_code == 422
    assert 'value="Báo cáo viên"' in answer.content.decode()
    assert "B1" not in codes(ready)


def test_figures_are_checked_against_each_other(seen_by: SeenBy, world: World, ready: Campaign) -> None:
    client, here = seen_by(world.yen), at(ready, "de-cuong")
    client.post(here, {"do": "check", "left": "A2", "op": "<=", "right": "A6", "message": "Xem lại"})
    ready.refresh_from_db()
    assert ready.outline is not None
    assert [check["left"] for check in ready.outline.checks] == ["A5", "A2"]
    client.post(here, {"do": "uncheck", "place": "A5 ≤ A6"})
    ready.outline.refresh_from_db()
    assert [check["left"] for check in ready.outline.checks] == ["A2"]


def test_an_earlier_outline_is_copied(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    client = seen_by(world.yen)
    client.post(at(draft, "de-cuong"), {"do": "copy", "source": world.campaign.pk})
    draft.refresh_from_db()
    assert keys(draft) == ["I", "I.1", "I.2", "II", "III"]
    assert draft.outline != world.campaign.outline
    # The outline of another office is not there to be copied.
    foreign = prepared_campaign(world.party, world.thu, number="1-CV/ĐU")
    assert client.post(at(draft, "de-cuong"), {"do": "copy", "source": foreign.pk}).status_code == 404


def test_the_outline_from_above_is_copied_so_that_it_feeds_it(seen_by: SeenBy, world: World, draft: Campaign) -> None:
    upper = open_upper(world)
    preparing.edit_campaign(
        campaign_id=draft.pk, actor=world.yen, fields={}, answers_id=upper.reports.get().pk, now=NOW
    )
    seen_by(world.yen).post(at(draft, "de-cuong"), {"do": "copy", "source": upper.pk})
    fed = Section.objects.filter(outline__campaigns=draft).values_list("key", "feeds__key")
    assert {key: feeds for key, feeds in fed} == {key: key for key in ["I", "I.1", "I.2", "II", "III"]}

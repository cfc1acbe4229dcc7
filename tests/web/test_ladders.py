"""The ladder of reminders as the officer changes it: before the request is opened and while it runs."""

from collections.abc import Callable, Sequence

import pytest
from django.test import Client

from tests.builders import NOW, World, prepared_campaign
from workflow.actions import campaigns
from workflow.models import Campaign, Person, Rung
from workflow.rules.ladder import HOUSE_LADDER

SeenBy = Callable[[Person], Client]
Typed = Sequence[tuple[int, str, str, list[str]]]
TWO: Typed = [(5, "before", "09:00", ["drafter", "secretary"]), (2, "after", "08:00", ["officer", "leader"])]


def typed(rungs: Typed, **more: object) -> dict[str, object]:
    fields: dict[str, object] = {"form-TOTAL_FORMS": str(len(rungs)), "form-INITIAL_FORMS": "0", "go": "save"}
    for n, (days, when, hour, audience) in enumerate(rungs):
        fields |= {f"form-{n}-days": days, f"form-{n}-when": when, f"form-{n}-hour": hour}
        fields[f"form-{n}-audience"] = audience
    return fields | more


def at(campaign: Campaign) -> str:
    return f"/dot/{campaign.pk}/nhac-viec/"


def offsets(campaign: Campaign) -> list[tuple[str, int]]:
    rungs = Rung.objects.filter(campaign=campaign, retired=False)
    return list(rungs.order_by("desk", "offset").values_list("desk", "offset"))


def test_a_draft_shows_the_houses_ladder_with_its_days(seen_by: SeenBy, world: World) -> None:
    draft = prepared_campaign(world.duk, world.dung, number="640-CV/ĐUK")
    page = seen_by(world.yen).get(at(draft)).content.decode()
    assert page.count('<fieldset class="sheet rung">') == len(HOUSE_LADDER)
    assert "22/07/2026" in page


@pytest.mark.parametrize("running", [False, True])
def test_another_ladder_is_saved(seen_by: SeenBy, world: World, running: bool) -> None:
    draft = prepared_campaign(world.duk, world.dung, number="640-CV/ĐUK")
    if running:
        campaigns.open_campaign(campaign_id=draft.pk, actor=world.dung, now=NOW)
    waits = (3, "SIGNING", "08:30", ["secretary"])
    client = seen_by(world.yen)
    answer = client.post(at(draft), typed([*TWO, waits], **{"form-1-letter": "on"}))
    assert answer.status_code == 303
    assert offsets(draft) == [("", -5), ("", 2), ("SIGNING", 3)]
    assert Rung.objects.get(campaign=draft, offset=2, desk="").letter
    # The same again changes nothing.
    assert client.post(at(draft), typed([*TWO, waits], **{"form-1-letter": "on"})).status_code == 303
    assert offsets(draft) == [("", -5), ("", 2), ("SIGNING", 3)]


def test_a_rung_is_added_to_the_page_before_it_is_saved(seen_by: SeenBy, world: World) -> None:
    before = offsets(world.campaign)
    page = seen_by(world.yen).post(at(world.campaign), typed(TWO, go="more")).content.decode()
    assert 'name="form-2-days"' in page
    assert 'value="09:00"' in page
    assert offsets(world.campaign) == before


def test_a_rung_is_taken_out(seen_by: SeenBy, world: World) -> None:
    seen_by(world.yen).post(at(world.campaign), typed(TWO, **{"form-0-DELETE": "on"}))
    assert offsets(world.campaign) == [("", 2)]


@pytest.mark.parametrize(
    "rungs",
    [[(5, "before", "23:00", ["drafter"])], [(5, "before", "09:00", [])], [TWO[0], TWO[0]], [(5, "before", "", [])]],
)
def test_an_unsound_ladder_is_refused_and_stays_typed(seen_by: SeenBy, world: World, rungs: Typed) -> None:
    before = offsets(world.campaign)
    answer = seen_by(world.yen).post(at(world.campaign), typed(rungs))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="form-0-days" value="5"' in page
    assert offsets(world.campaign) == before


@pytest.mark.parametrize(("name", "status"), [("khanh", 403), ("tam", 403), ("lan", 403), ("uyen", 404)])
def test_the_ladder_is_the_officers(seen_by: SeenBy, world: World, name: str, status: int) -> None:
    before = offsets(world.campaign)
    assert seen_by(world.people[name]).get(at(world.campaign)).status_code == status
    assert seen_by(world.people[name]).post(at(world.campaign), typed(TWO)).status_code == status
    assert offsets(world.campaign) == before

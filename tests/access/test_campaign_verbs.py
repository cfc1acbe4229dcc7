"""Every verb of a campaign × every seat and relation. The tables are written from design.md section 5b."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.access.crowd import AT, EVERYBODY, Crowd, build_crowd, outcome
from tests.access.test_report_verbs import OF_THE_CAMPAIGN, OWN
from tests.builders import NOW, confirmation, open_upper, prepared_campaign
from tests.delivery.outbox import give_up_all
from tests.letters import draft, sign
from tests.refusals import snapshot
from workflow.actions import campaigns, ladders, notices, preparing, urging
from workflow.actions.outlines import OutlineDraft, SectionDraft
from workflow.choices import Role, SectionKind, Verb
from workflow.models import Campaign, Organization, Person, UrgingLetter
from workflow.rules.ladder import HOUSE_LADDER

pytestmark = pytest.mark.django_db

OFFICER, LEADER = {"issuer officer"}, {"issuer leader"}
# Whoever sits at the issuer knows the request, and once it is open every unit that it asks.
ISSUER = {f"issuer {role}" for role in Role} - {"issuer administrator"}
ASKED = ISSUER | OWN | {"other"}

MORE = OutlineDraft(title="", sections=[SectionDraft(key="IV", heading="Kiến nghị", kind=SectionKind.NARRATIVE)])

Prepare = Callable[[Crowd], Campaign]


def _open(crowd: Crowd) -> Campaign:
    return crowd.world.campaign


def _prepared(crowd: Crowd) -> Campaign:
    return prepared_campaign(crowd.world.duk, crowd.world.dung, number="700-CV/ĐUK")


def _leader_opens(crowd: Crowd) -> Campaign:
    Organization.objects.filter(pk=crowd.world.duk.pk).update(leader_opens=True)
    return _prepared(crowd)


def _cut_off(crowd: Crowd) -> Campaign:
    return campaigns.cut_off(campaign_id=crowd.world.campaign.pk, actor=crowd.world.dung, now=AT)


def _narrowed(crowd: Crowd) -> Campaign:
    """Open, with `cell` not asked yet."""
    campaign = _prepared(crowd)
    preparing.edit_campaign(
        campaign_id=campaign.pk,
        actor=crowd.world.dung,
        fields={"audience": "LIST"},
        audience_units=[crowd.world.party.pk],
        now=NOW,
    )
    return campaigns.open_campaign(campaign_id=campaign.pk, actor=crowd.world.dung, now=NOW)


def _upper_cancelled(crowd: Crowd) -> Campaign:
    world = crowd.world
    upper = open_upper(world)
    campaign = prepared_campaign(world.duk, world.dung, number="701-CV/ĐUK", answers=upper.reports.get())
    campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=NOW)
    campaigns.cancel(campaign_id=upper.pk, actor=world.viet, reason="Dừng đợt.", now=NOW)
    return campaign


def _late(crowd: Crowd) -> Campaign:
    """All units overdue."""
    world = crowd.world
    return campaigns.amend(
        campaign_id=world.campaign.pk, actor=world.khanh, due=NOW + timedelta(days=3), now=NOW
    )  # fmt: skip


def _drafted(crowd: Crowd) -> Campaign:
    campaign = _late(crowd)
    draft(crowd.world, AT, send_before=SEND_BEFORE)
    return campaign


def _signed(crowd: Crowd) -> Campaign:
    campaign = _drafted(crowd)
    sign(crowd.world, UrgingLetter.objects.get(), AT)
    return campaign


def _paused(crowd: Crowd) -> Campaign:
    ladders.pause_ladder(campaign_id=crowd.world.campaign.pk, actor=crowd.world.dung, reason="Bão.", now=NOW)
    return crowd.world.campaign


def _letter() -> dict[str, Any]:
    letter = UrgingLetter.objects.get()
    return {"campaign_id": letter.campaign_id, "letter_id": letter.pk}


def _seen() -> dict[str, Any]:
    return {**_letter(), "version": UrgingLetter.objects.get().version}


def _given_up(crowd: Crowd) -> Campaign:
    give_up_all()
    return crowd.world.campaign


SEND_BEFORE = AT + timedelta(days=3)
SIGNERS, NUMBERERS = {"issuer secretary"}, {"issuer clerk", "issuer secretary", "issuer deputy"}

Act = Callable[[Crowd, int, Person], object]

# what is tried: the campaign before it, the verb, who may, who sees that the campaign exists.
TABLE: dict[str, tuple[Verb, Prepare, Act, set[str], set[str]]] = {
    "edit": (
        Verb.EDIT,
        _prepared,
        lambda c, pk, p: preparing.edit_campaign(campaign_id=pk, actor=p, fields={"signer": "Chánh VP"}, now=AT),
        OFFICER,
        ISSUER,
    ),
    "open": (
        Verb.OPEN,
        _prepared,
        lambda c, pk, p: campaigns.open_campaign(campaign_id=pk, actor=p, now=AT),
        OFFICER,
        ISSUER,
    ),
    "open where the house leaves it to a leader": (
        Verb.OPEN,
        _leader_opens,
        lambda c, pk, p: campaigns.open_campaign(campaign_id=pk, actor=p, now=AT),
        LEADER,
        ISSUER,
    ),
    "add units": (
        Verb.ADD_UNITS,
        _narrowed,
        lambda c, pk, p: campaigns.add_units(campaign_id=pk, actor=p, unit_ids=[c.world.cell.pk], now=AT),
        OFFICER,
        ASKED - {"other"},
    ),
    "amend the outline": (
        Verb.AMEND,
        _open,
        lambda c, pk, p: campaigns.amend(campaign_id=pk, actor=p, additions=MORE, now=AT),
        OFFICER,
        ASKED,
    ),
    "move the deadline": (
        Verb.AMEND,
        _open,
        lambda c, pk, p: campaigns.amend(campaign_id=pk, actor=p, due=AT + timedelta(days=70), now=AT),
        LEADER,
        ASKED,
    ),
    "cut off": (
        Verb.CUT_OFF,
        _open,
        lambda c, pk, p: campaigns.cut_off(campaign_id=pk, actor=p, now=AT),
        OFFICER,
        ASKED,
    ),
    "reopen": (
        Verb.REOPEN,
        _cut_off,
        lambda c, pk, p: campaigns.reopen(campaign_id=pk, actor=p, reason="Còn đơn vị chậm.", now=AT),
        LEADER,
        ASKED,
    ),
    "close": (
        Verb.CLOSE,
        _open,
        lambda c, pk, p: campaigns.close(campaign_id=pk, actor=p, reason="Hết kỳ.", now=AT),
        LEADER,
        ASKED,
    ),
    "cancel": (
        Verb.CANCEL,
        _open,
        lambda c, pk, p: campaigns.cancel(campaign_id=pk, actor=p, reason="Trùng đợt.", now=AT),
        LEADER,
        ASKED,
    ),
    "turn into an own request": (
        Verb.TURN_INTO_OWN,
        _upper_cancelled,
        lambda c, pk, p: campaigns.turn_into_own(campaign_id=pk, actor=p, now=AT),
        LEADER,
        ASKED,
    ),
    "change the ladder": (
        Verb.CHANGE_LADDER,
        _open,
        lambda c, pk, p: ladders.change_ladder(campaign_id=pk, actor=p, ladder=HOUSE_LADDER[:3], now=AT),
        OFFICER,
        ASKED,
    ),
    "pause the ladder": (
        Verb.PAUSE_LADDER,
        _open,
        lambda c, pk, p: ladders.pause_ladder(campaign_id=pk, actor=p, reason="Bão.", now=AT),
        OFFICER,
        ASKED,
    ),
    "resume the ladder": (
        Verb.RESUME_LADDER,
        _paused,
        lambda c, pk, p: ladders.resume_ladder(campaign_id=pk, actor=p, now=AT),
        OFFICER,
        ASKED,
    ),
    "draft the urging letter": (
        Verb.DRAFT_URGING,
        _late,
        lambda c, pk, p: urging.draft_urging(campaign_id=pk, actor=p, send_before=SEND_BEFORE, now=AT),
        OFFICER,
        ASKED,
    ),
    "edit the urging letter": (
        Verb.EDIT_URGING,
        _drafted,
        lambda c, pk, p: urging.edit_urging(**_seen(), actor=p, body="Lần 2.", send_before=SEND_BEFORE, now=AT),
        OFFICER,
        ASKED,
    ),
    "sign the urging letter": (
        Verb.SIGN_URGING,
        _drafted,
        lambda c, pk, p: urging.sign_urging(**_seen(), actor=p, confirmed=confirmation(p, AT), now=AT),
        SIGNERS,
        ASKED,
    ),
    "issue the urging letter": (
        Verb.ISSUE_URGING,
        _signed,
        lambda c, pk, p: urging.issue_urging(**_letter(), actor=p, now=AT),
        NUMBERERS,
        ASKED,
    ),
    "discard the urging letter": (
        Verb.DISCARD_URGING,
        _signed,
        lambda c, pk, p: urging.discard_urging(**_seen(), actor=p, now=AT),
        OFFICER,
        ASKED,
    ),
    "send failed notices again": (
        Verb.RESEND_NOTICES,
        _given_up,
        lambda c, pk, p: notices.resend_notices(campaign_id=pk, actor=p, now=AT),
        OFFICER,
        ASKED,
    ),
}


def test_every_verb_of_a_campaign_is_tried() -> None:
    assert {row[0] for row in TABLE.values()} == OF_THE_CAMPAIGN


@pytest.mark.parametrize("tried", TABLE)
def test_a_verb_of_a_campaign_belongs_to_its_desk_and_to_nobody_else(tried: str) -> None:
    _verb, prepare, act, may, see = TABLE[tried]
    crowd = build_crowd()
    campaign_id = prepare(crowd).pk
    before = snapshot()

    found = {
        name: outcome(lambda name=name: act(crowd, campaign_id, crowd.people[name]), before)  # type: ignore[misc]
        for name in EVERYBODY
    }

    assert found == {name: "done" if name in may else "403" if name in see else "404" for name in EVERYBODY}
    assert snapshot() == before, "a refusal changed something"


def test_a_request_is_begun_by_an_officer_of_its_issuer_only() -> None:
    crowd = build_crowd()
    before = snapshot()

    def begin(name: str) -> object:
        return preparing.prepare_campaign(
            issuer_id=crowd.world.duk.pk, actor=crowd.people[name], subject="V/v báo cáo quý", now=AT
        )

    found = {name: outcome(lambda name=name: begin(name), before) for name in EVERYBODY}  # type: ignore[misc]

    office = {"issuer leader", "issuer inspector"}
    assert found == {name: "done" if name in OFFICER else "403" if name in office else "404" for name in EVERYBODY}
    assert snapshot() == before


def test_a_house_campaign_has_no_verbs_of_its_own() -> None:
    crowd = build_crowd()
    house = crowd.world.own_report.campaign

    def close(name: str) -> object:
        return campaigns.close(campaign_id=house.pk, actor=crowd.people[name], reason="Hết kỳ.", now=AT)

    before = snapshot()
    assert {outcome(lambda name=name: close(name), before) for name in EVERYBODY} == {"404"}  # type: ignore[misc]

"""From events to notices: each person once, by the seats of that moment."""

import pytest

from tests.builders import (
    NOW,
    World,
    give_seat,
    open_upper,
    prepared_campaign,
    stand_in,
    to_review,
    to_revising,
    to_signing,
)
from tests.delivery.outbox import drained, heard
from tests.delivery.telling import DAY, end, remind
from tests.letters import LATE, issued
from workflow.actions import campaigns, drafting, intake, review
from workflow.actions.register import SeatDraft, register
from workflow.choices import OpinionKind, Role, Stream, Verb
from workflow.delivery import fanout
from workflow.delivery.fanout import fan_out
from workflow.models import Event, Notice, Person, Rung, UrgingLetter
from workflow.queries.integrity import check_integrity

pytestmark = pytest.mark.django_db
EDITORS = {"lan", "hung", "binh"}


def test_whoever_did_it_is_not_told(world: World) -> None:
    assert "dung" not in heard(Verb.OPEN)
    assert heard(Verb.OPEN) == {"yen", "khanh", "long"}


def test_a_person_with_several_seats_is_told_once(world: World) -> None:
    remind(world, "party")
    assert Person.objects.get(username="thu").seats.filter(organization=world.party).count() > 1

    assert heard(Verb.REMIND) == {"thu", "son", "vinh"}


def test_telling_again_tells_nobody_twice(world: World) -> None:
    remind(world)
    fan_out(now=NOW)
    before = Notice.objects.count()
    assert before

    Event.objects.update(fanned_out=False)
    assert fan_out(now=NOW) == Event.objects.count()

    assert Notice.objects.count() == before
    assert check_integrity() == []
    assert fan_out(now=NOW) == 0


def test_what_happened_is_told_in_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Event.objects.filter(fanned_out=False).count()
    monkeypatch.setattr(fanout, "BATCH", 3)
    assert waiting > 9

    assert fan_out(now=NOW) == waiting

    assert not Event.objects.filter(fanned_out=False).exists()
    assert check_integrity() == []


def test_a_stand_in_gets_what_the_secretary_gets_and_only_while_he_stands_in(world: World) -> None:
    stand_in(world, until=NOW.date())
    to_signing(world, world.report())
    event = Event.objects.get(verb=Verb.CONCLUDE_REVIEW)
    assert heard(Verb.CONCLUDE_REVIEW) == {"lan", "binh"}, "the secretary concluded it himself"
    submitted(world, "other")
    assert heard(Verb.SUBMIT_FOR_SIGNING, after=event.pk) == {"phuc"}

    submitted(world, "cell")
    assert heard(Verb.SUBMIT_FOR_SIGNING, after=event.pk) == {"phuc", "hung", "binh"}
    submitted(world, "cell")
    assert heard(Verb.SUBMIT_FOR_SIGNING, NOW + DAY, after=drained(NOW + DAY) - 1) == {"hung"}


def submitted(world: World, unit: str) -> None:
    """The drafter submits for signature: the event alone, so that it can be told on whatever day."""
    drafter = {"cell": world.lan, "other": world.oanh}[unit]
    Event.objects.create(
        stream=Stream.REPORT,
        stream_id=world.report(unit).pk,
        seq=0,
        verb=Verb.SUBMIT_FOR_SIGNING,
        state_from="DRAFT",
        state_to="SIGNING",
        actor=drafter,
        at=NOW,
    )


def test_seats_of_yesterday_and_tomorrow_and_inactive_accounts_hear_nothing(world: World) -> None:
    register(
        seats=[
            SeatDraft("cell", "stranger", Role.DRAFTER, NOW.date() - 9 * DAY, NOW.date() - DAY),
            SeatDraft("cell", "quy", Role.DRAFTER, NOW.date() + DAY),
            SeatDraft("cell", "nam", Role.DRAFTER, NOW.date() - 9 * DAY),
        ],
        actor=None,
        now=NOW,
    )
    Person.objects.filter(username="nam").update(is_active=False)
    remind(world)
    assert heard(Verb.REMIND) == EDITORS

    remind(world)
    assert heard(Verb.REMIND, NOW + DAY) == EDITORS | {"quy"}


@pytest.mark.parametrize(
    ("vacant", "told"),
    [
        ([], EDITORS),
        ([Role.DRAFTER], {"hung", "binh"}),
        ([Role.SECRETARY], {"lan", "binh", "yen"}),
        ([Role.DRAFTER, Role.SECRETARY], {"binh", "yen"}),
        ([Role.DEPUTY], {"lan", "hung"}),
    ],
)
def test_a_seat_without_a_holder_falls_to_the_next(world: World, vacant: list[Role], told: set[str]) -> None:
    for role in vacant:
        end(world, "cell", role)
    remind(world)
    assert heard(Verb.REMIND) == told


def test_an_inactive_holder_is_no_holder(world: World) -> None:
    Person.objects.filter(username="hung").update(is_active=False)
    remind(world)
    assert heard(Verb.REMIND) == {"lan", "binh", "yen"}


def test_what_does_not_fall_is_told_to_nobody_else(world: World) -> None:
    to_revising(world, world.report())
    end(world, "cell", Role.DRAFTER)
    give_seat(world, "nam", Role.DEPUTY)
    assert heard(Verb.GIVE_OPINION) == set(), "its drafter gave it, and no drafter is left"


def test_the_named_person_hears_of_it_and_no_other(world: World) -> None:
    drafting.assign(report_id=world.report().pk, actor=world.hung, person_id=world.lan.pk, now=NOW)
    intake.assign_officer(report_id=world.report().pk, actor=world.dung, person_id=world.yen.pk, now=NOW)
    give_seat(world, "stranger", Role.CLERK)
    before = Event.objects.filter(verb=Verb.ASSIGN).get().pk - 1

    assert heard(Verb.ASSIGN) == {"lan"}
    assert heard(Verb.ASSIGN_OFFICER) == {"yen"}
    assert heard(Verb.GRANT_SEAT, after=before) == {"stranger"}


def test_the_persons_counted_by_the_round_are_asked_for_their_opinion(world: World) -> None:
    to_review(world, world.report())
    # Who becomes a member later is not counted in this round.
    register(seats=[SeatDraft("cell", "stranger", Role.MEMBER, NOW.date(), None, True, "CELL")], actor=None, now=NOW)
    assert heard(Verb.SUBMIT_FOR_REVIEW) == {"hung", "binh", "nam"}


def test_an_opinion_is_told_to_the_drafter(world: World) -> None:
    report = to_review(world, world.report())
    assert report.current_revision_id is not None
    review.give_opinion(
        report_id=report.pk,
        actor=world.nam,
        revision_id=report.current_revision_id,
        kind=OpinionKind.AGREE,
        points=[],
        now=NOW,
    )
    assert heard(Verb.GIVE_OPINION) == {"lan"}


def test_a_rung_tells_the_unit_on_the_reports_stream_and_the_office_on_the_campaigns(world: World) -> None:
    rung = Rung.objects.filter(campaign=world.campaign, audience__contains=[Role.OFFICER]).order_by("offset").first()
    assert rung is not None
    assert set(rung.audience) == {Role.SECRETARY, Role.OFFICER}
    facts = {"rung": rung.pk, "offset": 1, "days": 1, "due": int(LATE.timestamp())}
    for stream, pk, verb in (
        (Stream.REPORT, world.report().pk, Verb.OVERDUE),
        (Stream.CAMPAIGN, world.campaign.pk, Verb.UNITS_OVERDUE),
    ):
        Event.objects.create(stream=stream, stream_id=pk, seq=0, verb=verb, at=LATE, facts={**facts, "units": 3})

    assert heard(Verb.OVERDUE, LATE) == {"hung"}
    assert heard(Verb.UNITS_OVERDUE, LATE) == {"dung", "yen"}


def test_an_amended_or_cancelled_request_is_told_to_every_unit_and_to_the_office_of_the_request_below(
    world: World,
) -> None:
    upper = open_upper(world)
    lower = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK", answers=upper.reports.get())
    campaigns.open_campaign(campaign_id=lower.pk, actor=world.dung, now=NOW)
    assert upper.due is not None
    campaigns.amend(campaign_id=upper.pk, actor=world.viet, due=upper.due + 30 * DAY, now=NOW)
    campaigns.cancel(campaign_id=upper.pk, actor=world.viet, reason="Dừng đợt.", now=NOW)

    assert heard(Verb.AMEND) == heard(Verb.CANCEL) == {"dung", "khanh", "long"}, "the editors of the Khối"
    assert heard(Verb.UPPER_AMENDED) == heard(Verb.UPPER_CANCELLED) == {"dung", "yen", "khanh", "long"}

    campaigns.cancel(campaign_id=lower.pk, actor=world.khanh, reason="Dừng theo.", now=NOW)
    fan_out(now=NOW)
    told = Notice.objects.filter(event__verb=Verb.CANCEL, event__stream_id=lower.pk).values_list("person__username")
    assert {name for (name,) in told} == EDITORS | {"oanh", "phuc", "quy", "thu", "son", "vinh"}


def test_a_house_campaign_is_silent_and_its_report_is_not(world: World) -> None:
    house = world.own_report.campaign
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Hết kỳ.", now=NOW)
    fan_out(now=NOW)

    assert Event.objects.filter(stream=Stream.CAMPAIGN, stream_id=house.pk).count() == 2
    assert not Notice.objects.filter(event__stream=Stream.CAMPAIGN, event__stream_id=house.pk).exists()
    own = Notice.objects.filter(event__stream=Stream.REPORT, event__stream_id=world.own_report.pk)
    assert set(own.values_list("person__username", flat=True)) == {"khanh", "long"}


def test_an_urging_letter_goes_to_the_units_of_its_annex_only(world: World) -> None:
    letter = issued(world)
    assert {line["organization"] for line in letter.annex} == {world.cell.pk, world.other.pk, world.party.pk}
    assert heard(Verb.ISSUE_URGING, LATE) == EDITORS | {"oanh", "phuc", "quy", "thu", "son", "vinh"}

    only = [line for line in letter.annex if line["organization"] == world.other.pk]
    second = UrgingLetter.objects.create(
        campaign=world.campaign,
        as_of=LATE,
        send_before=LATE + DAY,
        subject="đôn đốc",
        body="…",
        annex=only,
        made_at=LATE,
    )
    before = Event.objects.latest("pk").pk
    Event.objects.create(
        stream=Stream.CAMPAIGN,
        stream_id=world.campaign.pk,
        seq=0,
        verb=Verb.ISSUE_URGING,
        at=LATE,
        facts={"letter": second.pk},
    )
    assert heard(Verb.ISSUE_URGING, LATE, after=before) == {"oanh", "phuc", "quy"}

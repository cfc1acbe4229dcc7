"""The acceptance scenarios of domain.md section 8, 1–8; 9–12 are in test_acceptance_of_figures.py.

13 (an escalation that Celery retries) and 14 (a refused upload) belong to later issues.
"""

import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from tests.builders import (
    NOW,
    OUTLINE,
    World,
    confirmation,
    give_seat,
    kept_world,
    prepared_campaign,
    resubmit,
    revision_of,
    sign_and_issue,
    stand_in,
    to_received,
    to_review,
    to_signed,
    to_signing,
    write_everything,
)
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns, drafting, intake, preparing, review, signing
from workflow.actions.outlines import OutlineDraft, SectionDraft
from workflow.actions.register import (
    CalendarDraft,
    SeatDraft,
    TermDraft,
    register,
)
from workflow.choices import (
    AudienceRule,
    DayKind,
    HolidayRule,
    ReportState,
    ReviewMode,
    Role,
    SectionKind,
    Timeliness,
)
from workflow.flows.asked import asked_outline
from workflow.models import Campaign, IssuedDocument, Organization, Report, ReviewRound, Signature, TimelinessRecord
from workflow.queries.integrity import check_integrity

pytestmark = pytest.mark.django_db
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = timedelta(days=1)


def send(world: World, report: Report, now: datetime) -> IssuedDocument:
    """Write, submit and send where no review is asked."""
    write_everything(world, report, now)
    drafting.submit_for_signing(
        report_id=report.pk, actor=world.people[{"cell": "lan", "other": "oanh"}[report.organization.code]], now=now
    )
    return sign_and_issue(world, report, now)


def timeliness(world: World, campaign: Campaign, now: datetime) -> tuple[str, int]:
    """Close the request, and read what its ledger says of the cell."""
    campaigns.close(campaign_id=campaign.pk, actor=world.khanh, reason="Hết kỳ.", now=now)
    return TimelinessRecord.objects.values_list("timeliness", "working_days").get(
        report__campaign=campaign, report__organization=world.cell
    )


def test_1_the_secretary_of_a_small_cell_drafts_and_signs_after_a_warning() -> None:
    world = kept_world()
    Organization.objects.filter(pk=world.cell.pk).update(official_members=5)
    give_seat(world, "hung", Role.DRAFTER)
    report = world.report()
    write_everything(world, report)
    drafting.submit_for_review(report_id=report.pk, actor=world.hung, closes_at=NOW + 2 * DAY, now=NOW)
    assert ReviewRound.objects.get().counted == 5
    later = NOW + 2 * DAY
    review.conclude_review(
        report_id=report.pk, actor=world.hung, revision_id=revision_of(report), adopted=True, now=later
    )
    signature = {"report_id": report.pk, "actor": world.hung, "revision_id": revision_of(report), "now": later}
    signature |= {"confirmed": confirmation(world.hung, later)}
    with refused(errors.SelfSigningNotConfirmed, "self_signing_not_confirmed"):
        signing.sign_and_issue(**signature)

    signing.sign_and_issue(**signature, self_signing_confirmed=True)

    assert Signature.objects.get().self_signed
    report.refresh_from_db()
    assert report.state == ReportState.SENT


def test_2_a_deputy_who_stands_in_signs_for_the_cell_as_deputy_secretary() -> None:
    world = kept_world()
    report = to_signing(world, world.report())
    stand_in(world)
    document = signing.sign_and_issue(
        report_id=report.pk,
        actor=world.binh,
        revision_id=revision_of(report),
        confirmed=confirmation(world.binh),
        now=NOW,
    )

    assert (document.authority, document.position, document.signer) == (
        "T/M CHI BỘ", "PHÓ BÍ THƯ", world.binh.full_name,
    )  # fmt: skip
    assert "PHÓ BÍ THƯ" in document.content


def test_3_eight_of_sixteen_are_not_a_majority() -> None:
    world = kept_world(ReviewMode.VOTE)
    Organization.objects.filter(pk=world.cell.pk).update(official_members=16)
    report = to_review(world, world.report())
    held = review.Minutes(number="02-BB/CB", held_on=NOW.date(), present=11, agree=8, disagree=3, other=0)
    review.enter_minutes(report_id=report.pk, actor=world.hung, minutes=held, now=NOW)
    review.conclude_review(
        report_id=report.pk, actor=world.hung, revision_id=revision_of(report), adopted=True, now=NOW
    )

    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_4_a_section_for_three_named_units_is_seen_by_them_only() -> None:
    world = kept_world()
    named = SectionDraft(
        key="II.1.5",
        heading="Xây dựng thiết chế văn hóa",
        kind=SectionKind.NARRATIVE,
        audience=AudienceRule.LIST,
        audience_units=[world.other.pk, world.party.pk],
    )
    outline = OutlineDraft(title=OUTLINE.title, sections=[OUTLINE.sections[0], OUTLINE.sections[1], named])
    campaign = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK", outline=outline)
    world.campaign = campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=NOW)

    asked = {unit: [s.key for s in asked_outline(world.report(unit)).sections] for unit in ("cell", "other")}
    assert asked == {"cell": ["I", "I.1"], "other": ["I", "I.1", "II.1.5"]}
    section = world.section("II.1.5").pk
    with refused(errors.NotAsked, "not_asked"):
        _write(world, "cell", world.lan, section)
    _write(world, "other", world.oanh, section)


def _write(world: World, unit: str, drafter: object, section_id: int) -> None:
    drafting.save_entry(
        report_id=world.report(unit).pk,
        actor=drafter,  # type: ignore[arg-type]
        section_id=section_id,
        version=0,
        text="Đã xây dựng 03 nhà văn hóa.",
        now=NOW,
    )


def in_2022(world: World) -> Campaign:
    """The same people held the same seats in 2022, when the letter was sent: "Trong tháng 7 năm 2022"."""
    since, until = date(2020, 1, 1), date(2025, 6, 30)
    seats = [("duk", Role.OFFICER, "dung"), ("duk", Role.LEADER, "khanh")]
    seats += [("cell", Role.DRAFTER, "lan"), ("cell", Role.SECRETARY, "hung")]
    register(
        seats=[SeatDraft(unit, person, role, since, until) for unit, role, person in seats],
        terms=[TermDraft("cell", since, until)],
        calendar=[CalendarDraft(date(2022, 9, 2), DayKind.HOLIDAY)],
        actor=None,
        now=NOW,
    )
    issued = datetime(2022, 6, 28, 9, tzinfo=HANOI)
    campaign = prepared_campaign(world.duk, world.dung, number="630-CV/ĐUK/2022", mode=ReviewMode.NONE, now=issued)
    fields = {"holiday_rule": HolidayRule.NEXT, "deadline_text": "Trong tháng 7 năm 2022", "date": issued.date()}
    preparing.edit_campaign(
        campaign_id=campaign.pk,
        actor=world.dung,
        fields=fields,
        last_day=date(2022, 7, 31),
        consolidation_day=date(2022, 8, 15),
        now=issued,
    )
    return campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=issued)


@pytest.mark.parametrize(
    ("sent_at", "standing"),
    [
        (datetime(2022, 8, 1, 23, 59, tzinfo=HANOI), (Timeliness.ON_TIME, 0)),
        (datetime(2022, 8, 2, 0, 0, tzinfo=HANOI), (Timeliness.LATE, 1)),
    ],
)
def test_5_a_sunday_deadline_ends_with_the_next_working_day(sent_at: datetime, standing: tuple[str, int]) -> None:
    world = kept_world()
    campaign = in_2022(world)
    report = Report.objects.get(campaign=campaign, organization=world.cell)
    assert report.due == datetime(2022, 8, 2, tzinfo=HANOI)

    send(world, report, sent_at)

    assert timeliness(world, campaign, sent_at + 9 * DAY) == standing


def on_a_worked_saturday(world: World) -> Campaign:
    register(calendar=[CalendarDraft(date(2026, 8, 22), DayKind.WORKED, "Làm bù")], actor=None, now=NOW)
    campaign = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK", mode=ReviewMode.NONE)
    preparing.edit_campaign(campaign_id=campaign.pk, actor=world.dung, fields={}, last_day=date(2026, 8, 21), now=NOW)
    return campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=NOW)


def test_6_a_worked_saturday_counts_as_a_working_day() -> None:
    world = kept_world()
    campaign = on_a_worked_saturday(world)
    saturday = datetime(2026, 8, 22, 9, tzinfo=HANOI)
    send(world, Report.objects.get(campaign=campaign, organization=world.cell), saturday)

    assert timeliness(world, campaign, saturday + 9 * DAY) == (Timeliness.LATE, 1)


def test_7_what_was_sent_on_time_stays_on_time_when_the_office_asks_for_more() -> None:
    world = kept_world()
    report = to_received(world, world.report())
    assert report.due > NOW + 20 * DAY
    after = report.due + 20 * DAY
    intake.request_supplement(
        report_id=report.pk,
        actor=world.dung,
        revision_id=revision_of(report),
        remarks=[(None, "Bổ sung số liệu.")],
        due=after + 5 * DAY,
        now=after,
    )
    resubmit(world, report, after)
    sign_and_issue(world, report, after)

    assert timeliness(world, world.campaign, after) == (Timeliness.ON_TIME, 0)


def test_8_two_reports_numbered_at_once_get_two_numbers(shared_world: World) -> None:
    world = shared_world
    second = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    campaigns.open_campaign(campaign_id=second.pk, actor=world.dung, now=NOW)
    reports = [world.report(), Report.objects.get(campaign=second, organization=world.cell)]
    for report in reports:
        to_signed(world, report)
    start, failures = threading.Barrier(2), []

    def issue(report: Report, revision_id: int) -> None:
        try:
            start.wait()
            signing.issue(report_id=report.pk, actor=world.mai, revision_id=revision_id, now=NOW + 5 * DAY)
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=(report, revision_of(report))) for report in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sorted(IssuedDocument.objects.values_list("number", flat=True)) == [1, 2]
    assert check_integrity() == []

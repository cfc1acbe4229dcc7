"""How far a unit has come on the day of the demonstration: each story ends where the report lies now."""

from collections.abc import Callable
from datetime import datetime, timedelta

from workflow.actions import deadlines, drafting, intake, review, signing
from workflow.choices import OpinionKind, ReviewMode
from workflow.management.demo.days import Days
from workflow.management.walkthrough.cast import Unit
from workflow.management.walkthrough.drafting import drafted, revise, write
from workflow.management.walkthrough.intake import Office, came_on_paper, received
from workflow.management.walkthrough.review import completed, give, minuted, persons_of, remark, reviewed, submitted
from workflow.management.walkthrough.signing import sent, sign
from workflow.management.walkthrough.stage import Story
from workflow.models import ReviewRound
from workflow.rules.calendar import LOCAL

Fate = Callable[[Unit, Office, Days], Story]


def unread(unit: Unit, office: Office, days: Days) -> Story:
    """Nobody of the unit has looked at the request."""
    yield unit.stage.now


def read_only(unit: Unit, office: Office, days: Days) -> Story:
    """Read and given to a drafter, who has written nothing yet."""
    drafting.open_request(report_id=unit.report_id, actor=unit.secretary, now=unit.stage.now)
    yield unit.stage.later(hours=5)
    drafting.assign(report_id=unit.report_id, actor=unit.secretary, person_id=unit.drafter.pk, now=unit.stage.now)


def half_written(unit: Unit, office: Office, days: Days) -> Story:
    """Some sections have a text, some figures are missing."""
    yield from read_only(unit, office, days)
    yield max(unit.stage.later(), days.at(-4, 9, unit.stage.chance.randint(0, 59)))
    sections = unit.outline.sections
    share = unit.stage.chance.uniform(0.2, 0.85)
    for place, section in enumerate(sections[: int(len(sections) * share)], start=1):
        if section.required or section.indicators.exists():
            write(unit, section)
        if place % 9 == 0:
            yield unit.stage.later(hours=unit.stage.chance.uniform(2, 9))


def with_the_cell(unit: Unit, office: Office, days: Days) -> Story:
    """The draft lies with the cell; some have answered, and there is time left."""
    yield from drafted(unit)
    yield max(unit.stage.later(), days.at(-1, 8, unit.stage.chance.randint(20, 59)))
    closing = days.at(3, 17)
    opened = drafting.submit_for_review(
        report_id=unit.report_id, actor=unit.drafter, closes_at=closing, now=unit.stage.now
    )
    yield unit.stage.later(hours=1)
    yield from _some_answer(unit, opened)


def _some_answer(unit: Unit, opened: ReviewRound) -> Story:
    """Less than half; the persons who may sign in to the demonstration (the last of the list) are left to answer."""
    persons = persons_of(opened)
    for person in persons[: max(1, len(persons) * unit.stage.chance.randint(2, 5) // 10)]:
        added = unit.stage.chance.random() < 0.3
        give(unit, opened, person, OpinionKind.AGREE_WITH_ADDITIONS if added else OpinionKind.AGREE)
        yield unit.stage.later(hours=0.2)


def to_be_concluded(unit: Unit, office: Office, days: Days) -> Story:
    """The meeting has been held, its minutes are entered; the chair has to end the round."""
    yield from drafted(unit)
    yield max(unit.stage.later(), days.at(-3, 8, unit.stage.chance.randint(0, 50)))
    opened = submitted(unit)
    yield from minuted(unit, opened, points=1)


def to_be_answered(unit: Unit, office: Office, days: Days) -> Story:
    """Adopted with opinions that the drafter has to answer."""
    yield from drafted(unit)
    opened = submitted(unit)
    yield unit.stage.later(hours=2)
    yield from minuted(unit, opened, points=2)
    review.conclude_review(
        report_id=unit.report_id,
        actor=unit.secretary,
        revision_id=opened.revision_id,
        adopted=True if opened.mode == ReviewMode.OPINIONS else None,
        now=unit.stage.now,
    )


def not_adopted(unit: Unit, office: Office, days: Days) -> Story:
    """The cell did not adopt it, or the chair found it wanting: back to the draft, which is being mended."""
    yield from drafted(unit)
    submitted(unit)
    yield unit.stage.later(hours=2)
    _return(unit)
    yield unit.stage.later(hours=3)
    revise(unit, unit.outline.sections[1])


def to_be_signed(unit: Unit, office: Office, days: Days) -> Story:
    yield from drafted(unit)
    yield from reviewed(unit)


def returned(unit: Unit, office: Office, days: Days) -> Story:
    """The secretary has sent it back with remarks before signing."""
    yield from to_be_signed(unit, office, days)
    yield max(unit.stage.later(), days.at(-2, 10))
    _return(unit)


def _return(unit: Unit) -> None:
    said = [remark(unit, unit.material.returns)]
    other = remark(unit, unit.material.returns)
    review.return_for_revision(
        report_id=unit.report_id,
        actor=unit.secretary,
        revision_id=unit.revision_id,
        remarks=said if other in said else [*said, other],
        now=unit.stage.now,
    )


def waits_for_its_number(unit: Unit, office: Office, days: Days) -> Story:
    yield from to_be_signed(unit, office, days)
    sign(unit)


def just_sent(unit: Unit, office: Office, days: Days) -> Story:
    """Sent, and not yet received by the office."""
    office.waits.add(unit.report_id)
    yield from to_be_signed(unit, office, days)
    yield from sent(unit)


def has_arrived(unit: Unit, office: Office, days: Days) -> Story:
    yield from to_be_signed(unit, office, days)
    yield from sent(unit)


def sent_late(unit: Unit, office: Office, days: Days) -> Story:
    """Signed after the last day, as the secretary was away."""
    yield from to_be_signed(unit, office, days)
    yield max(unit.stage.later(), days.at(-2, 10, unit.stage.chance.randint(0, 50)))
    yield from sent(unit)


def to_be_completed(unit: Unit, office: Office, days: Days) -> Story:
    """The office has asked for additions, a while ago: what it asked for is due."""
    yield from has_arrived(unit, office, days)
    yield from received(unit)
    yield max(unit.stage.later(), days.at(-4, 9, unit.stage.chance.randint(0, 59)))
    _ask_for_more(unit, days.at(-1 if unit.stage.chance.random() < 0.4 else 2, 17))


def _ask_for_more(unit: Unit, due: datetime) -> None:
    said = [remark(unit, unit.material.supplements)]
    other = remark(unit, unit.material.supplements)
    intake.request_supplement(
        report_id=unit.report_id,
        actor=unit.officer,
        revision_id=unit.revision_id,
        remarks=said if other in said else [*said, other],
        due=due,
        now=unit.stage.now,
    )


def completed_again(unit: Unit, office: Office, days: Days) -> Story:
    """Asked for additions, and sent again: it waits to be received a second time."""
    yield from has_arrived(unit, office, days)
    yield from received(unit)
    _ask_for_more(unit, days.at(2, 17))
    office.waits.add(unit.report_id)
    yield unit.stage.later(hours=6)
    yield from completed(unit)
    yield from sent(unit)


def on_paper(unit: Unit, office: Office, days: Days) -> Story:
    yield from came_on_paper(unit, 7)


def spared(unit: Unit, office: Office, days: Days) -> Story:
    drafting.open_request(report_id=unit.report_id, actor=unit.secretary, now=unit.stage.now)
    yield unit.stage.later(days=2)
    intake.exempt(
        report_id=unit.report_id,
        actor=unit.officer,
        reason="Đơn vị mới sáp nhập, chưa ổn định tổ chức.",
        now=unit.stage.now,
    )


def not_counted(unit: Unit, office: Office, days: Days) -> Story:
    yield from has_arrived(unit, office, days)
    yield from received(unit)
    intake.leave_out(
        report_id=unit.report_id,
        actor=unit.officer,
        reason="Số liệu chưa thống nhất với báo cáo năm.",
        now=unit.stage.now,
    )


def wants_more_time(unit: Unit, office: Office, days: Days) -> Story:
    """Asks for a later day; nobody has proposed anything yet."""
    yield from half_written(unit, office, days)
    yield max(unit.stage.later(), days.at(-1, 9, unit.stage.chance.randint(0, 59)))
    _ask_for_time(unit)


def _ask_for_time(unit: Unit) -> None:
    due = unit.report.due
    assert due is not None  # noqa: S101 – open
    last = (due - timedelta(seconds=1)).astimezone(LOCAL).date()
    wished = unit.stage.calendar.add_working_days(last, 5)
    deadlines.ask_extension(
        report_id=unit.report_id,
        actor=unit.secretary,
        due=due + timedelta(days=(wished - last).days),
        reason=unit.stage.chance.choice(unit.material.extensions),
        now=unit.stage.now,
    )


def time_proposed(unit: Unit, office: Office, days: Days) -> Story:
    """The officer has proposed; the leader decides."""
    yield from half_written(unit, office, days)
    yield max(unit.stage.later(), days.at(-2, 9, unit.stage.chance.randint(0, 59)))
    _ask_for_time(unit)
    yield unit.stage.later(hours=2)
    asked = unit.report.extensions.get(decision="")
    deadlines.propose_extension(report_id=unit.report_id, actor=unit.officer, due=asked.asked_due, now=unit.stage.now)


def time_granted(unit: Unit, office: Office, days: Days) -> Story:
    yield from time_proposed(unit, office, days)
    yield unit.stage.later(hours=2)
    asked = unit.report.extensions.get(decision="")
    deadlines.decide_extension(report_id=unit.report_id, actor=unit.leader, due=asked.asked_due, now=unit.stage.now)


def taken_back(unit: Unit, office: Office, days: Days) -> Story:
    """Sent, and taken back by the secretary before the office has received it."""
    yield from just_sent(unit, office, days)
    signing.recall_sent(
        report_id=unit.report_id,
        actor=unit.secretary,
        revision_id=unit.revision_id,
        reason="Phụ lục số liệu gửi kèm chưa đúng.",
        now=unit.stage.now,
    )

"""The cell's part: opinions or votes one by one, or the minutes of the meeting; the chair ends the round."""

from collections.abc import Sequence
from datetime import timedelta

from workflow.actions import drafting, review
from workflow.actions.review import Minutes
from workflow.choices import OpinionKind, ReportState, ReviewMode
from workflow.management.examples.example import Said
from workflow.management.walkthrough.cast import Unit
from workflow.management.walkthrough.drafting import answered
from workflow.management.walkthrough.stage import Story, day_of, moment
from workflow.models import Counted, Person, ReviewRound
from workflow.rules.quorum import needed

AGREEING = (OpinionKind.AGREE, OpinionKind.AGREE_WITH_ADDITIONS)


def submitted(unit: Unit, days: int = 0) -> ReviewRound:
    """The drafter submits; the round stays open until the end of a day, at least as long as the request asks."""
    stage = unit.stage
    least = max(unit.campaign.review_minimum_days, days) + 1
    closing = stage.calendar.next_working_day(day_of(stage.now + timedelta(days=least)))
    return drafting.submit_for_review(
        report_id=unit.report_id, actor=unit.drafter, closes_at=moment(closing, 17), now=stage.now
    )


def reviewed(unit: Unit, *, additions: float = 0.2, meeting: float = 0.4) -> Story:
    """The draft is submitted, spoken about and adopted, and what was said is answered and submitted for signature.

    `additions`: how likely a member adds something; `meeting`: how likely the cell meets and the minutes are entered.
    """
    opened = submitted(unit)
    yield unit.stage.later(hours=4)
    if unit.stage.chance.random() < meeting or _has_to_meet(opened):
        yield from minuted(unit, opened, points=unit.stage.chance.randint(0, 1))
    else:
        yield from spoken(unit, opened, additions=additions)
    yield from concluded(unit, opened)


def _has_to_meet(opened: ReviewRound) -> bool:
    """Where not every member has an account, a vote is taken in a meeting."""
    return opened.mode != ReviewMode.OPINIONS and opened.persons.count() < opened.counted


def persons_of(opened: ReviewRound) -> Sequence[Person]:
    counted = Counted.objects.filter(round=opened).select_related("person").order_by("person_id")
    return [one.person for one in counted]


def spoken(unit: Unit, opened: ReviewRound, *, additions: float, agreeing: int | None = None) -> Story:
    """The counted persons answer one after the other; of them `agreeing` say yes, the others no (None: nearly all)."""
    stage = unit.stage
    for place, person in enumerate(persons_of(opened)):
        kind = OpinionKind.AGREE
        if agreeing is not None and place >= agreeing:
            kind = OpinionKind.DISAGREE
        elif stage.chance.random() < additions:
            kind = OpinionKind.AGREE_WITH_ADDITIONS
        elif opened.mode == ReviewMode.OPINIONS and agreeing is None and stage.chance.random() < 0.02:
            kind = OpinionKind.RESERVE
        if stage.now < opened.closes_at:
            give(unit, opened, person, kind)
        yield stage.later(hours=0.2)


def give(unit: Unit, opened: ReviewRound, person: Person, kind: OpinionKind) -> None:
    """One answer, with its points where it is more than a plain yes."""
    points = []
    if kind != OpinionKind.AGREE:
        said = _something(unit, [one for one in unit.material.opinions if one.kind == kind])
        points = [(_place(unit, said), said.text)]
    review.give_opinion(
        report_id=unit.report_id,
        actor=person,
        revision_id=opened.revision_id,
        kind=kind,
        points=points,
        now=unit.stage.now,
    )


def _something(unit: Unit, said: Sequence[Said]) -> Said:
    keys = {section.key for section in unit.outline.sections}
    fitting = [one for one in said if not one.section or one.section in keys]
    return unit.stage.chance.choice(fitting or list(said))


def _place(unit: Unit, said: Said) -> int | None:
    return next((section.pk for section in unit.outline.sections if section.key == said.section), None)


def remark(unit: Unit, said: Sequence[Said]) -> tuple[int | None, str]:
    """One remark out of the example's, at a section that this unit is asked."""
    chosen = _something(unit, said)
    return _place(unit, chosen), chosen.text


def minuted(unit: Unit, opened: ReviewRound, *, points: int = 0) -> Story:
    """The cell meets; the secretary enters the result from the minutes."""
    stage, counted = unit.stage, opened.counted
    yield stage.later(days=1)
    present = max(needed(counted), round(counted * stage.chance.uniform(0.8, 1)))
    against = 1 if present > needed(counted) and stage.chance.random() < 0.1 else 0
    minutes = Minutes(
        number=f"{stage.now.month:02d}-BB/{unit.organization.symbol}",
        held_on=day_of(stage.now),
        present=present,
        agree=present - against,
        disagree=against,
        other=0,
    )
    additions = [one for one in unit.material.opinions if one.kind == OpinionKind.AGREE_WITH_ADDITIONS]
    review.enter_minutes(
        report_id=unit.report_id,
        actor=unit.secretary,
        minutes=minutes,
        points=[remark(unit, additions) for _ in range(points)],
        now=stage.now,
    )
    yield stage.later(hours=1)


def concluded(unit: Unit, opened: ReviewRound, *, adopted: bool = True) -> Story:
    """The chair ends the round when it may end; an adopted report comes to the secretary, answered where needed."""
    stage = unit.stage
    waits = opened.persons.count() < opened.counted or opened.opinions.count() < opened.counted
    if waits and not ReviewRound.objects.filter(pk=opened.pk, minutes_date__isnull=False).exists():
        yield max(stage.later(), opened.closes_at + timedelta(minutes=stage.chance.randint(5, 45)))
    report = review.conclude_review(
        report_id=unit.report_id,
        actor=unit.secretary,
        revision_id=opened.revision_id,
        adopted=adopted if opened.mode == ReviewMode.OPINIONS else None,
        now=stage.now,
    )
    yield stage.later(hours=2)
    if report.state == ReportState.REVISING:
        yield from completed(unit)


def completed(unit: Unit) -> Story:
    """What was said is answered, and the report submitted for signature."""
    yield from answered(unit)
    drafting.submit_for_signing(report_id=unit.report_id, actor=unit.drafter, now=unit.stage.now)
    yield unit.stage.later(hours=3)

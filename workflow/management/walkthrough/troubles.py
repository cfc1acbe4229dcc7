"""The story of one unit in which nearly everything is first tried the wrong way."""

from decimal import Decimal

from workflow import errors
from workflow.actions import drafting, review
from workflow.actions.drafting import Figure
from workflow.actions.review import Minutes
from workflow.choices import OpinionKind, Role, Verb
from workflow.management.walkthrough.cast import Unit
from workflow.management.walkthrough.drafting import answered, drafted, write
from workflow.management.walkthrough.review import give, persons_of, spoken, submitted
from workflow.management.walkthrough.signing import issue, sign
from workflow.management.walkthrough.stage import Story, day_of
from workflow.models import Person, ReviewRound


def troubled(unit: Unit, stranger: Person) -> Story:
    """A draft that is incomplete, stale, contradictory; a signature by the wrong hand, and twice by the right one."""
    stage, name = unit.stage, str(unit)
    stage.refused(stranger, Verb.OPEN_REQUEST, name, lambda: _read(unit, stranger), errors.NotVisible)
    stage.refused(unit.drafter, Verb.SUBMIT_FOR_REVIEW, name, lambda: submitted(unit), errors.OutlineIncomplete)
    yield from drafted(unit)
    yield from _wrong_saves(unit)
    opened = submitted(unit)
    yield stage.later(hours=3)
    yield from _reviewed(unit, opened)
    stage.refused(unit.drafter, Verb.SUBMIT_FOR_SIGNING, name, lambda: _submit(unit), errors.OpinionsUnanswered)
    yield from answered(unit)
    _submit(unit)
    yield stage.later(hours=2)
    member = unit.holders(Role.MEMBER)[-1]
    stage.refused(member, Verb.SIGN, name, lambda: sign(unit, member), errors.NotYourDesk)
    sign(unit)
    stage.refused(unit.secretary, Verb.SIGN, name, lambda: sign(unit), errors.AlreadyDone)
    yield stage.later(hours=1)
    issue(unit)


def _read(unit: Unit, person: Person) -> None:
    drafting.open_request(report_id=unit.report_id, actor=person, now=unit.stage.now)


def _submit(unit: Unit) -> None:
    drafting.submit_for_signing(report_id=unit.report_id, actor=unit.drafter, now=unit.stage.now)


def _wrong_saves(unit: Unit) -> Story:
    """A second window with an old version; a figure below zero; two figures that contradict each other."""
    stage, name, drafter = unit.stage, str(unit), unit.drafter
    check = unit.outline.outline.checks[0]
    greater = next(one for one in unit.outline.indicators if one.code == check["left"])
    section = next(one for one in unit.outline.sections if one.pk == greater.section_id)

    def save(version: int, number: Decimal) -> None:
        entry = drafting.save_entry(
            report_id=unit.report_id,
            actor=drafter,
            section_id=section.pk,
            version=version,
            text=unit.pen.text_of(section),
            figures={greater.code: Figure(number=number)},
            now=stage.now,
        )
        unit.saved(entry)

    version = unit.version(section)
    stage.refused(drafter, Verb.SAVE_ENTRY, name, lambda: save(0, Decimal(1)), errors.StaleRevision)
    stage.refused(drafter, Verb.SAVE_ENTRY, name, lambda: save(version, Decimal(-1)), errors.WrongFigure)
    yield stage.later(hours=1)
    save(version, Decimal(4999))
    stage.refused(drafter, Verb.SUBMIT_FOR_REVIEW, name, lambda: submitted(unit), errors.WrongFigure)
    yield stage.later(hours=1)
    write(unit, section)


def _reviewed(unit: Unit, opened: ReviewRound) -> Story:
    """Answers come one by one, so no minutes; and the chair cannot end what is still open."""
    stage, name, secretary = unit.stage, str(unit), unit.secretary
    give(unit, opened, persons_of(opened)[0], OpinionKind.AGREE_WITH_ADDITIONS)

    def minutes() -> None:
        result = Minutes("07-BB/CB", day_of(stage.now), opened.counted, opened.counted, 0, 0)
        review.enter_minutes(report_id=unit.report_id, actor=secretary, minutes=result, now=stage.now)

    def conclude(adopted: bool | None) -> None:
        review.conclude_review(
            report_id=unit.report_id,
            actor=secretary,
            revision_id=opened.revision_id,
            adopted=adopted,
            now=stage.now,
        )

    stage.refused(secretary, Verb.ENTER_MINUTES, name, minutes, errors.MinutesWithVotes)
    stage.refused(secretary, Verb.CONCLUDE_REVIEW, name, lambda: conclude(True), errors.ReviewStillOpen)
    yield stage.later(hours=1)
    yield from spoken(unit, opened, additions=0.2)
    give(unit, opened, persons_of(opened)[0], OpinionKind.AGREE_WITH_ADDITIONS)
    yield stage.later(hours=1)
    conclude(True)
    yield stage.later(hours=1)

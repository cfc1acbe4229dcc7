"""The cell's desk: opinions, minutes, the end of a round, returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from workflow import errors
from workflow.actions.lines import line
from workflow.actions.opening import opened
from workflow.actions.record import record
from workflow.actions.voiding import void_signature
from workflow.choices import OpinionKind, ReportState, ReviewResult, Verb
from workflow.flows.report import ReportFlow
from workflow.models import Opinion, OpinionPoint, Person, Remark, Report, ReviewRound
from workflow.rules.vietnamese import normalize

Said = Iterable[tuple[int | None, str]]


@dataclass(frozen=True, slots=True)
class Minutes:
    """The result of a meeting: persons present and their answers; number and local day of the minutes."""

    number: str
    held_on: date
    present: int
    agree: int
    disagree: int
    other: int


def give_opinion(
    *, report_id: int, actor: Person, revision_id: int, kind: OpinionKind, points: Said = (), now: datetime
) -> Opinion:
    """Answer the round, or change the answer; `points` (section or None, text) replace those given before."""
    with opened(report_id, actor, Verb.GIVE_OPINION, now, revision_id=revision_id) as (_report, flow):
        flow.give_opinion()
        if kind not in OpinionKind.values:
            raise errors.WrongAnswer
        opinion, changed = _write_opinion(flow, kind)
        said = [(_place(flow, section_id), normalize(text)) for section_id, text in points if text.strip()]
        if changed:
            opinion.points.all().delete()
        OpinionPoint.objects.bulk_create(
            OpinionPoint(opinion=opinion, section_id=section_id, text=text) for section_id, text in said
        )
        record(flow, revision=revision_id, round=flow.round.pk, points=len(said))
    return opinion


def _write_opinion(flow: ReportFlow, kind: OpinionKind) -> tuple[Opinion, bool]:
    """Write or overwrite the actor's answer in the round; tells whether there was one before."""
    opinion = Opinion(round=flow.round, person=flow.actor, kind=kind, at=flow.now)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflow_opinion (round_id, person_id, kind, at) VALUES (%s, %s, %s, %s)
            ON CONFLICT (round_id, person_id) DO UPDATE SET kind = excluded.kind, at = excluded.at
            RETURNING id, xmax <> 0
            """,
            [flow.round.pk, flow.actor.pk, kind, flow.now],
        )
        opinion.pk, changed = cursor.fetchone()
    return opinion, changed


def enter_minutes(*, report_id: int, actor: Person, minutes: Minutes, points: Said = (), now: datetime) -> ReviewRound:
    """Enter the meeting's result instead of single answers; entering again corrects it."""
    with opened(report_id, actor, Verb.ENTER_MINUTES, now, minutes=minutes) as (report, flow):
        flow.enter_minutes()
        held = flow.round
        held.minutes_number = line(ReviewRound, "minutes_number", minutes.number)
        held.minutes_date = minutes.held_on
        held.minutes_present = minutes.present
        held.minutes_agree = minutes.agree
        held.minutes_disagree = minutes.disagree
        held.minutes_other = minutes.other
        held.save()
        Remark.objects.filter(report=report, verb=Verb.ENTER_MINUTES, revision=held.revision_id, answer="").delete()
        add_remarks(flow, points)
        record(flow, revision=held.revision_id, round=held.pk, present=minutes.present)
    return held


def conclude_review(
    *, report_id: int, actor: Person, revision_id: int, adopted: bool | None = None, now: datetime
) -> Report:
    """End the round. `adopted` is the chair's word where only opinions were asked; votes are counted."""
    with opened(report_id, actor, Verb.CONCLUDE_REVIEW, now, revision_id=revision_id, adopted=adopted) as (
        report,
        flow,
    ):
        flow.conclude_review()
        result = ReviewResult.NOT_ADOPTED if report.state == ReportState.DRAFT else ReviewResult.ADOPTED
        tally, concluded = flow.tally, flow.round
        ReviewRound.objects.filter(pk=concluded.pk).update(closed_at=now, result=result)
        record(
            flow,
            revision=revision_id,
            round=concluded.pk,
            result=str(result),
            counted=tally.counted,
            yes=tally.yes,
            answered=tally.answered,
        )
    return report


def return_for_revision(
    *,
    report_id: int,
    actor: Person,
    revision_id: int,
    remarks: Said,
    opinions_again: bool = False,
    now: datetime,
) -> Report:
    """Send the report back to the drafter with remarks; to DRAFT the cell has to speak again."""
    remarks = list(remarks)
    with opened(
        report_id,
        actor,
        Verb.RETURN_FOR_REVISION,
        now,
        revision_id=revision_id,
        remarks=remarks,
        opinions_again=opinions_again,
    ) as (report, flow):
        flow.return_for_revision()
        _take_back(flow, remarks, revision_id)
    return report


def return_signed(
    *,
    report_id: int,
    actor: Person,
    revision_id: int,
    remarks: Said,
    opinions_again: bool = False,
    now: datetime,
) -> Report:
    """Void the signature and send the report back with remarks."""
    remarks = list(remarks)
    with opened(
        report_id,
        actor,
        Verb.RETURN_SIGNED,
        now,
        revision_id=revision_id,
        remarks=remarks,
        opinions_again=opinions_again,
    ) as (report, flow):
        flow.return_signed()
        void_signature(flow)
        _take_back(flow, remarks, revision_id)
    return report


def _take_back(flow: ReportFlow, remarks: Said, revision_id: int) -> None:
    count = add_remarks(flow, remarks)
    record(flow, revision=revision_id, remarks=count)


def add_remarks(flow: ReportFlow, remarks: Said, *, binding: bool = True) -> int:
    """Keep what was said with the verb, at its section of the unit's outline; returns how many. Raises NotAsked."""
    said = [(_place(flow, section_id), normalize(text)) for section_id, text in remarks if text.strip()]
    Remark.objects.bulk_create(
        Remark(
            report=flow.report,
            revision_id=flow.report.current_revision_id,
            section_id=section_id,
            verb=flow.verb,
            binding=binding,
            text=text,
            person=flow.actor,
            at=flow.now,
        )
        for section_id, text in said
    )
    return len(said)


def _place(flow: ReportFlow, section_id: int | None) -> int | None:
    if section_id is not None and section_id not in {section.pk for section in flow.outline.sections}:
        raise errors.NotAsked(place=section_id)
    return section_id

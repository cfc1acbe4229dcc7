"""The cell's desk: a round with its revision, what was said at each section, and what this person may do now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.choices import OpinionKind, Read, ReviewMode, Verb
from workflow.errors import RuleBroken
from workflow.flows import conditions as rule
from workflow.flows.holdings import holdings_of
from workflow.flows.inputs import ReportInputs, tally_of
from workflow.models import Opinion, OpinionPoint, Person, Remark, Report, ReviewRound
from workflow.queries.passages import Reading, reading_of
from workflow.queries.report import readable
from workflow.queries.verbs import verbs_of, why_not
from workflow.rules.quorum import Tally, is_adopted, needed


@dataclass(frozen=True, slots=True)
class Ending:
    """What closing the round now would do. `adopted` None: the chair says it; `waits`: why it cannot be closed yet."""

    adopted: bool | None
    to_answer: int
    waits: RuleBroken | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """`own` is this person's answer with its points by section (0: on the whole); `closed`: why none is taken."""

    report: Report
    round: ReviewRound
    reading: Reading
    tally: Tally
    needed: int
    answers: Sequence[tuple[Person, OpinionKind | None]]
    said: Mapping[int, Sequence[OpinionPoint]]
    own: OpinionKind | None
    own_points: Mapping[int, str]
    closed: RuleBroken | None
    no_minutes: RuleBroken | None
    verbs: frozenset[Verb]
    ending: Ending | None

    @property
    def may_answer(self) -> bool:
        return Verb.GIVE_OPINION in self.verbs and self.closed is None

    @property
    def may_enter_minutes(self) -> bool:
        return Verb.ENTER_MINUTES in self.verbs and self.no_minutes is None


def review_page(report_id: int, person: Person, now: datetime, verb: Verb = Verb.GIVE_OPINION) -> ReviewPage | None:
    """The newest round for whom it may be shown; None before the first.

    Raises NotVisible, and NotYourDesk where the page's `verb` is not this person's.
    """
    report = readable(report_id, person, Read.REVIEW, now)
    holdings = holdings_of(person, [report.organization_id, report.issuer_id], now)
    inputs = ReportInputs(report, person, holdings, now, verb)
    inputs.check_desk()
    rounds = ReviewRound.objects.filter(report=report).select_related("revision").order_by("-number")
    latest = rounds.first()
    if latest is None:
        return None
    opinions = {opinion.person_id: opinion for opinion in latest.opinions.all()}
    persons = [one.person for one in latest.persons.select_related("person").order_by("person__full_name")]
    points = list(OpinionPoint.objects.filter(opinion__round=latest).select_related("opinion__person").order_by("pk"))
    verbs = verbs_of(report, person, now)
    own = opinions.get(person.pk)
    tally, open_ = tally_of(latest), latest.closed_at is None
    return ReviewPage(
        report=report,
        round=latest,
        reading=reading_of(report, latest.revision),
        tally=tally,
        needed=needed(latest.counted),
        answers=[(one, _kind(opinions.get(one.pk))) for one in persons],
        said=_by_section([point for point in points if point.opinion.person_id != person.pk]),
        own=_kind(own),
        own_points=_own_points(points, person),
        closed=why_not(inputs, rule.counted_in_round, rule.no_minutes, rule.round_open) if open_ else None,
        no_minutes=why_not(inputs, rule.no_single_answers) if open_ else None,
        verbs=verbs,
        ending=_ending(inputs, latest, tally) if Verb.CONCLUDE_REVIEW in verbs else None,
    )


def minutes_points(report: Report, held: ReviewRound) -> dict[int, str]:
    """What was said in the meeting as it was entered, by section (0: on the whole)."""
    remarks = Remark.objects.filter(report=report, verb=Verb.ENTER_MINUTES, revision=held.revision_id, answer="")
    return {remark.section_id or 0: remark.text for remark in remarks.order_by("pk")}


def _ending(inputs: ReportInputs, held: ReviewRound, tally: Tally) -> Ending:
    counted = held.mode in {ReviewMode.VOTE, ReviewMode.COMMITTEE}
    return Ending(
        adopted=is_adopted(tally) if counted else None,
        to_answer=inputs.unanswered(),
        waits=why_not(inputs, rule.round_may_end),
    )


def _kind(opinion: Opinion | None) -> OpinionKind | None:
    return None if opinion is None else OpinionKind(opinion.kind)


def _by_section(points: Sequence[OpinionPoint]) -> dict[int, list[OpinionPoint]]:
    found: dict[int, list[OpinionPoint]] = {}
    for point in points:
        found.setdefault(point.section_id or 0, []).append(point)
    return found


def _own_points(points: Sequence[OpinionPoint], person: Person) -> dict[int, str]:
    own = _by_section([point for point in points if point.opinion.person_id == person.pk])
    return {section_id: "\n\n".join(point.text for point in said) for section_id, said in own.items()}

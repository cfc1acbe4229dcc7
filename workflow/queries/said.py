"""What was said about a report and has to be answered: points of opinions, and remarks of returns and supplements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.choices import ReviewResult, Verb
from workflow.models import OpinionPoint, Remark, Report, Section

POINT, REMARK = "point", "remark"
# What the issuer's office says; the cell's own words stay inside the cell.
OFFICE_SAYS = frozenset({Verb.REQUEST_SUPPLEMENT, Verb.LEAVE_OUT, Verb.EXEMPT, Verb.REINSTATE})


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said, with its answer if it has one; `occasion` says when it was said: a round or a verb."""

    kind: str
    pk: int
    section: Section | None
    text: str
    who: str
    at: datetime
    verb: Verb
    round_number: int | None
    binding: bool
    answer: str
    answer_text: str
    answered_by: str

    @property
    def is_open(self) -> bool:
        return self.binding and not self.answer


def said_about(report: Report, *, inside: bool) -> list[Said]:
    """What was said, the oldest first; all of it for who sits inside the cell (Read.REVIEW). Two queries at most."""
    said = _remarks(report, inside)
    if inside:
        said += _points(report)
    return sorted(said, key=lambda one: (one.at, one.kind, one.pk))


def _remarks(report: Report, inside: bool) -> list[Said]:
    rows = Remark.objects.filter(report=report).select_related("section", "person", "answered_by")
    return [
        Said(
            REMARK, one.pk, one.section, one.text, one.person.full_name, one.at, Verb(one.verb), None, one.binding,
            one.answer, one.answer_text, one.answered_by.full_name if one.answered_by else "",
        )
        for one in (rows if inside else rows.filter(verb__in=OFFICE_SAYS))
    ]  # fmt: skip


def _points(report: Report) -> list[Said]:
    rows = OpinionPoint.objects.filter(opinion__round__report=report).exclude(
        opinion__round__result__in=[ReviewResult.WITHDRAWN, ReviewResult.VOID]
    )
    return [
        Said(
            POINT, one.pk, one.section, one.text, one.opinion.person.full_name, one.opinion.at, Verb.GIVE_OPINION,
            one.opinion.round.number, True, one.answer, one.answer_text,
            one.answered_by.full_name if one.answered_by else "",
        )
        for one in rows.select_related("section", "opinion__person", "opinion__round", "answered_by")
    ]  # fmt: skip


def unanswered(said: Sequence[Said]) -> list[Said]:
    return [one for one in said if one.is_open]

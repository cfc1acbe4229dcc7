"""What a signer reads before signing: the cell's word, what changed since, the answers given, the capacity printed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow import errors
from workflow.choices import Read, ReportState, ReviewMode, ReviewResult, Role, Verb
from workflow.documents import blocks as paper
from workflow.flows import conditions as rule
from workflow.flows.calendars import calendar_of
from workflow.flows.holdings import holdings_of
from workflow.flows.inputs import ReportInputs, seats_on, tally_of
from workflow.models import (
    Event,
    IssuedDocument,
    OpinionPoint,
    Person,
    Remark,
    Report,
    ReviewRound,
    Revision,
    Signature,
)
from workflow.queries.desk import waiting_for
from workflow.queries.numbering_page import NextNumber, next_number, valid_signature
from workflow.queries.passages import Reading, reading_of
from workflow.queries.report import readable
from workflow.queries.verbs import verbs_of, why_not
from workflow.rules.access import Holding
from workflow.rules.differences import Differences, differences
from workflow.rules.numbering import InTheNameOf, SignatureBlock, signature_block
from workflow.rules.quorum import Tally, needed
from workflow.rules.timeliness import Standing, standing


@dataclass(frozen=True, slots=True)
class Word:
    """How the adopted round ended. `counted`: by votes, otherwise by the chair's word on opinions."""

    round: ReviewRound
    tally: Tally
    needed: int
    counted: bool


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since a revision that the signer has dealt with (`seen`), or else the cell's."""

    revision: Revision
    seen: bool
    differences: Differences


@dataclass(frozen=True, slots=True)
class Answered:
    """Every opinion and remark on the way to this revision, with what the unit answered."""

    said: Sequence[OpinionPoint | Remark]
    accepted: int
    explained: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """Who signs as what. `blocks` are the collectives to choose from, the usual one first."""

    blocks: Sequence[tuple[InTheNameOf, SignatureBlock]]
    standing_in: bool
    held_back: errors.RuleBroken | None
    self_signed: bool
    clerks: Sequence[Person]
    number: NextNumber | None


@dataclass(frozen=True, slots=True)
class SigningPage:
    """`capacity` None: signing is not this person's, or not at this step."""

    report: Report
    revision: Revision
    due: datetime
    standing: Standing
    verbs: frozenset[Verb]
    word: Word | None
    since: Since | None
    answered: Answered
    figures: Sequence[paper.FigureLine]
    reading: Reading
    signature: Signature | None
    document: IssuedDocument | None
    capacity: Capacity | None


def signing_page(report_id: int, person: Person, now: datetime) -> SigningPage:
    """The submitted or signed revision as the signer needs it. Raises NotVisible, NotYourDesk."""
    report = readable(report_id, person, Read.SUBMITTED, now)
    revision = report.current_revision
    if revision is None:
        raise errors.NotVisible
    word = _word(report)
    verbs = verbs_of(report, person, now)
    due, stands = deadline(report, now)
    content = json.loads(revision.content)
    signature = valid_signature(report)
    document = IssuedDocument.objects.filter(revision=revision).order_by("-pk").first()
    reading = reading_of(report, revision, _on_paper(revision, signature, document))
    return SigningPage(
        report=report,
        revision=revision,
        due=due,
        standing=stands,
        verbs=verbs,
        word=word,
        since=_since(revision, content, person, word),
        answered=_answered(report),
        figures=[line for passage in reading.passages for line in passage.figures],
        reading=reading,
        signature=signature,
        document=document,
        capacity=_capacity(report, person, now) if Verb.SIGN in verbs else None,
    )


def _on_paper(revision: Revision, signature: Signature | None, document: IssuedDocument | None) -> paper.Standing:
    """How far the paper is that is read: a draft, signed, or numbered."""
    if document is not None:
        return paper.standing_of(document.content)
    if signature is None or signature.revision_id != revision.pk:
        return paper.Standing(draft=revision.number)
    return paper.Standing(authority=signature.authority, position=signature.position, signer=signature.person.full_name)


def deadline(report: Report, now: datetime) -> tuple[datetime, Standing]:
    """The due that presses now, a supplement's own before the first, and how the report stands against it."""
    asked = report.supplement_due
    due, sent_at = (report.due, report.sent_at) if asked is None else (asked, None)
    return due, standing(due, sent_at, now, calendar_of(report.issuer_id))


def pile(person: Person, now: datetime) -> list[int]:
    """The reports that wait for this person's signature, the nearest due first."""
    return list(waiting_for(person, now).filter(state=ReportState.SIGNING).values_list("pk", flat=True))


def _word(report: Report) -> Word | None:
    adopted = ReviewRound.objects.filter(report=report, result=ReviewResult.ADOPTED).order_by("-number").first()
    if adopted is None:
        return None
    counted = adopted.mode in {ReviewMode.VOTE, ReviewMode.COMMITTEE}
    return Word(adopted, tally_of(adopted), needed(adopted.counted), counted)


def _since(revision: Revision, content: dict[str, object], person: Person, word: Word | None) -> Since | None:
    """Compared with the newest earlier revision the person acted on, else the cell's, else the one before."""
    earlier = Revision.objects.filter(report=revision.report_id, number__lt=revision.number).order_by("-number")
    acted = Event.objects.filter(stream="report", stream_id=revision.report_id, actor=person, revision__isnull=False)
    seen = earlier.filter(pk__in=acted.values("revision")).first()
    read = word.round.revision_id if word else None
    found = seen or earlier.filter(pk=read or 0).first() or (None if read == revision.pk else earlier.first())
    if found is None:
        return None
    return Since(found, seen is not None, differences(json.loads(found.content), content))


def _answered(report: Report) -> Answered:
    void = [ReviewResult.WITHDRAWN, ReviewResult.VOID]
    points = OpinionPoint.objects.filter(opinion__round__report=report).exclude(opinion__round__result__in=void)
    remarks = Remark.objects.filter(report=report, binding=True)
    said: list[OpinionPoint | Remark] = [
        *points.select_related("section", "opinion__person").order_by("pk"),
        *remarks.select_related("section", "person").order_by("pk"),
    ]
    kinds = [one.answer for one in said]
    return Answered(said, kinds.count("ACCEPTED"), kinds.count("EXPLAINED"))


def _capacity(report: Report, person: Person, now: datetime) -> Capacity:
    holdings = holdings_of(person, [report.organization_id, report.issuer_id], now)
    inputs = ReportInputs(report, person, holdings, now, Verb.SIGN, {"self_signing_confirmed": True})
    clerk_seats = report.organization.seats.filter(seats_on(now), role=Role.CLERK)
    clerks = list(Person.objects.filter(pk__in=clerk_seats.values("person"), is_active=True).order_by("full_name"))
    return Capacity(
        blocks=_blocks(report.organization.kind, inputs.holding),
        standing_in=inputs.holding.stand_in_id is not None,
        held_back=why_not(inputs, rule.signing_not_on_hold, rule.four_eyes),
        self_signed=inputs.signs_own_submission,
        clerks=clerks,
        number=None if clerks else next_number(report.organization, now),
    )


def _blocks(kind: str, holding: Holding) -> list[tuple[InTheNameOf, SignatureBlock]]:
    role = Role.SECRETARY if holding.stand_in_id is None else Role.DEPUTY
    usual = signature_block(kind, role)
    found = []
    for body in InTheNameOf:
        try:
            found.append((body, signature_block(kind, role, body)))
        except ValueError:
            continue
    return sorted(found, key=lambda one: one[1] != usual)

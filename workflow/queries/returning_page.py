"""The revision that goes back to the drafter, as who returns it reads it."""

from dataclasses import dataclass
from datetime import datetime

from workflow import errors
from workflow.choices import Read, ReportState, ReviewMode, Verb
from workflow.flows import conditions as rule
from workflow.flows.holdings import holdings_of
from workflow.flows.inputs import ReportInputs
from workflow.models import Person, Report, Revision
from workflow.queries.passages import Reading, reading_of
from workflow.queries.report import readable
from workflow.queries.verbs import verbs_of, why_not


@dataclass(frozen=True, slots=True)
class ReturningPage:
    """`verb` None: returning is not this person's, or not at this step. `again`: the cell may be asked again."""

    report: Report
    revision: Revision
    reading: Reading
    verb: Verb | None
    again: bool


def returning_page(report_id: int, person: Person, now: datetime) -> ReturningPage:
    """Raises NotVisible, NotYourDesk."""
    report = readable(report_id, person, Read.SUBMITTED, now)
    revision = report.current_revision
    if revision is None:
        raise errors.NotVisible
    asks = report.campaign.review_mode != ReviewMode.NONE and report.state != ReportState.REVIEW
    return ReturningPage(report, revision, reading_of(report, revision), may_return(report, person, now), asks)


def may_return(report: Report, person: Person, now: datetime) -> Verb | None:
    """What returning is called at this step, if it is this person's. At most two queries."""
    signed = report.state == ReportState.SIGNED
    verb = Verb.RETURN_SIGNED if signed else Verb.RETURN_FOR_REVISION
    if verb not in verbs_of(report, person, now):
        return None
    holdings = holdings_of(person, [report.organization_id], now)
    inputs = ReportInputs(report, person, holdings, now, verb)
    return None if signed and why_not(inputs, rule.signer_or_secretary) else verb

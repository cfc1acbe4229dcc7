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
    """`verb` None: nothing lies to be returned now. `again`: the cell may be asked again."""

    report: Report
    revision: Revision
    reading: Reading
    verb: Verb | None
    again: bool


def returning_page(report_id: int, person: Person, now: datetime) -> ReturningPage:
    """Raises NotVisible, and NotYourDesk for who does not return what lies at this step."""
    report = readable(report_id, person, Read.SUBMITTED, now)
    inputs = _inputs(report, person, now)
    inputs.check_desk()
    if inputs.verb is Verb.RETURN_SIGNED:
        rule.signer_or_secretary(inputs)
    revision = report.current_revision
    if revision is None:
        raise errors.NotVisible
    verb = inputs.verb if inputs.verb in verbs_of(report, person, now) else None
    asks = report.campaign.review_mode != ReviewMode.NONE and report.state != ReportState.REVIEW
    return ReturningPage(report, revision, reading_of(report, revision), verb, asks)


def may_return(report: Report, person: Person, now: datetime) -> Verb | None:
    """What returning is called at this step, if it is this person's. At most two queries."""
    inputs = _inputs(report, person, now)
    if inputs.verb not in verbs_of(report, person, now):
        return None
    signed = inputs.verb is Verb.RETURN_SIGNED
    return None if signed and why_not(inputs, rule.signer_or_secretary) else inputs.verb


def _inputs(report: Report, person: Person, now: datetime) -> ReportInputs:
    verb = Verb.RETURN_SIGNED if report.state == ReportState.SIGNED else Verb.RETURN_FOR_REVISION
    return ReportInputs(report, person, holdings_of(person, [report.organization_id], now), now, verb)

"""Which verbs a person finds at a report now: those that its state allows and whose desk is his."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from workflow.choices import RUNNING, Verb
from workflow.errors import RuleBroken
from workflow.flows.holdings import holdings_of
from workflow.flows.inputs import ReportInputs
from workflow.flows.report import ReportFlow
from workflow.models import Person, Report
from workflow.rules.access import DESKS, Holding, Parties, at_desk

# The states from which each verb of the report's flow leads somewhere, or stays.
SOURCES: Mapping[Verb, frozenset[str]] = {
    verb: frozenset(transition.source for transition in getattr(ReportFlow, verb.value).get_transitions())
    for verb in DESKS
    if hasattr(ReportFlow, verb.value)
}


def verbs_of(report: Report, person: Person, now: datetime) -> frozenset[Verb]:
    """What the person may try; the action itself still asks its conditions. One query, none in an ended request."""
    if report.campaign.state not in RUNNING or not person.is_active:
        return frozenset()
    return verbs_from(report, holdings_of(person, [report.organization_id, report.issuer_id], now))


def verbs_from(report: Report, holdings: Sequence[Holding]) -> frozenset[Verb]:
    """The same for who has these seats."""
    if report.campaign.state not in RUNNING:
        return frozenset()
    parties = Parties(report.organization_id, report.issuer_id, report.state)
    return frozenset(
        verb for verb, sources in SOURCES.items() if report.state in sources and at_desk(verb, holdings, parties)
    )


def why_not(inputs: ReportInputs, *conditions: Callable[[ReportInputs], bool]) -> RuleBroken | None:
    """The refusal that a verb's own conditions give now; None where they hold."""
    try:
        for condition in conditions:
            condition(inputs)
    except RuleBroken as refusal:
        return refusal
    return None

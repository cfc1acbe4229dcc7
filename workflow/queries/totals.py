"""Totals of a campaign's figures over the received reports, with coverage."""

from workflow.choices import ReportState
from workflow.flows.asked import indicator_spec
from workflow.flows.gathered import figures
from workflow.models import Campaign, Indicator, Report
from workflow.rules.aggregation import Total, totals


def campaign_totals(campaign: Campaign) -> dict[str, Total]:
    """Every indicator's total by code; `expected` counts the units asked and not exempt. Three queries."""
    indicators = list(Indicator.objects.filter(outline=campaign.outline))
    codes = {indicator.pk: indicator.code for indicator in indicators}
    expected = Report.objects.filter(campaign=campaign).exclude(state=ReportState.EXEMPT).count()
    specs = [indicator_spec(indicator, codes) for indicator in indicators]
    return totals(specs, figures(campaign), {spec.code: 1 if spec.owner_id else expected for spec in specs})

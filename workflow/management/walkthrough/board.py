"""Where the requests stand in the end: states, timeliness, and what some figures add up to."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db.models import Count
from django.utils.translation import gettext as _

from workflow.choices import Aggregation, ReportState, Timeliness
from workflow.models import Campaign, Indicator, Report, TimelinessRecord
from workflow.queries.totals import campaign_totals
from workflow.rules.aggregation import Total
from workflow.rules.vietnamese import format_number


def board(campaign: Campaign, codes: Sequence[str]) -> Iterator[str]:
    """The board of one request, with the totals of these indicators."""
    reports = Report.objects.filter(campaign=campaign)
    words = {"number": campaign.number, "issuer": campaign.issuer, "state": campaign.get_state_display()}
    yield _("%(number)s of %(issuer)s: %(state)s") % words
    yield "  " + _("Units asked: %(count)s") % {"count": reports.count()}
    yield "  " + "; ".join(_states(campaign))
    yield "  " + "; ".join(_timeliness(campaign))
    totals = campaign_totals(campaign)
    for indicator in Indicator.objects.filter(outline=campaign.outline, code__in=codes):
        yield "  " + total_line(indicator, totals[indicator.code])


def _states(campaign: Campaign) -> Iterator[str]:
    counted = dict(Report.objects.filter(campaign=campaign).values_list("state").annotate(count=Count("pk")))
    for state in ReportState:
        if state in counted:
            yield f"{state.label}: {counted[state]}"


def _timeliness(campaign: Campaign) -> Iterator[str]:
    records = TimelinessRecord.objects.filter(report__campaign=campaign)
    counted = dict(records.values_list("timeliness").annotate(count=Count("pk")))
    for timeliness in Timeliness:
        if timeliness in counted:
            yield f"{timeliness.label}: {counted[timeliness]}"


def total_line(indicator: Indicator, total: Total) -> str:
    """A figure with its unit of measure and coverage: from how many of the units asked it is added up."""
    covered = _("added up from %(given)s/%(expected)s units") % {
        "given": total.with_value,
        "expected": total.expected,
    }
    if total.not_applicable:
        covered += _(", not applicable to %(count)s") % {"count": total.not_applicable}
    return f"{indicator.code} {indicator.label}: {written(indicator, total.value)} ({covered})"


def written(indicator: Indicator, value: Decimal | None) -> str:
    """A value as it is printed; a ratio in per cent."""
    if value is None:
        return "–"
    if indicator.aggregation == Aggregation.RATIO and indicator.unit == "%":
        return f"{format_number(value * 100, indicator.decimals)}%"
    return f"{format_number(value, indicator.decimals)} {indicator.unit}".strip()

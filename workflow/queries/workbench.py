"""The workbench of a request: what the received reports add up to, and how far the committee's own report uses them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Q

from workflow import errors
from workflow.choices import RUNNING, Aggregation, CampaignState, Read, ReportState, Verb
from workflow.flows.asked import asked_outline
from workflow.flows.holdings import holdings_of
from workflow.models import Campaign, Indicator, IssuedValue, Person, Report, Section, Source, Value
from workflow.models.sql import read
from workflow.queries.totals import campaign_totals
from workflow.queries.verbs import verbs_of
from workflow.queries.visible import organizations_of
from workflow.rules.access import ISSUER_SEATS, UNIT_SEATS, Parties, held, may_read
from workflow.rules.aggregation import Total, ratio

GATHERING = [*RUNNING, CampaignState.CLOSED]
RECEIVED = [ReportState.RECEIVED, ReportState.CONSOLIDATED]
PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Choice:
    """A request whose reports can be put together; `counted`: received and included."""

    campaign: Campaign
    expected: int
    counted: int


@dataclass(frozen=True, slots=True)
class Bench:
    """A request with the committee's own report and this person's rights at it."""

    campaign: Campaign
    own: Report
    may_write: bool
    may_read_draft: bool


@dataclass(frozen=True, slots=True)
class TotalLine:
    """An indicator's total beside what the own report says; `value` and `own` of a ratio are percent."""

    indicator: Indicator
    total: Total
    value: Decimal | None
    own: Decimal | None
    differs: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """A section of the own report: by how many units it is fed, and what how many of them say is used."""

    section: Section
    fed: int
    used: int


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """What one unit gave; `parts` are numerator and denominator of a ratio."""

    report: Report
    counted: bool
    number: Decimal | None = None
    not_applicable: bool = False
    text: str = ""
    parts: tuple[Decimal | None, Decimal | None] | None = None


def choices_of(person: Person, now: datetime) -> list[Choice]:
    """The requests that the person's offices gather for, the newest first. Raises NotYourDesk without an office."""
    issuing = organizations_of(person, ISSUER_SEATS, now)
    if not issuing:
        raise _another_desk()
    counted = Q(reports__state__in=RECEIVED, reports__included=True, reports__received_revision__isnull=False)
    campaigns = (
        Campaign.objects.filter(issuer__in=issuing, house=False, state__in=GATHERING, answers__isnull=False)
        .select_related("issuer", "answers__campaign", "answers__organization")
        .annotate(
            expected=Count("reports", filter=~Q(reports__state=ReportState.EXEMPT)),
            counted=Count("reports", filter=counted),
        )
        .order_by(F("opened_at").desc(nulls_last=True), "-pk")
    )
    return [Choice(campaign, campaign.expected, campaign.counted) for campaign in campaigns]


def _another_desk() -> errors.NotYourDesk:
    desk = " / ".join(str(role.label) for role in sorted(ISSUER_SEATS))
    return errors.NotYourDesk(verb=Verb.CONSOLIDATE.label, desk=desk)


def bench(campaign_id: int, person: Person, now: datetime) -> Bench:
    """The workbench, for the issuer's office. Raises NotVisible, and NotYourDesk to other people of the issuer."""
    campaign = (
        Campaign.objects.select_related("issuer", "answers__campaign", "answers__organization", "answers__issuer")
        .filter(pk=campaign_id, house=False, state__in=GATHERING, answers__isnull=False)
        .first()
    )
    if campaign is None or campaign.answers is None or not person.is_active:
        raise errors.NotVisible
    holdings = holdings_of(person, [campaign.issuer_id], now)
    if not held(holdings, campaign.issuer_id, UNIT_SEATS):
        raise errors.NotVisible
    if not held(holdings, campaign.issuer_id, ISSUER_SEATS):
        raise _another_desk()
    own = campaign.answers
    parties = Parties(own.organization_id, own.issuer_id, own.state)
    return Bench(
        campaign,
        own,
        may_write=Verb.SAVE_ENTRY in verbs_of(own, person, now),
        may_read_draft=may_read(Read.WORKING_COPY, holdings, parties),
    )


def total_lines(at: Bench) -> list[TotalLine]:
    """Every indicator of the request with its total, and the own report's figure of the same code."""
    totals = campaign_totals(at.campaign)
    own: Mapping[str, Decimal | None] = {}
    if at.may_read_draft:
        own = dict(Value.objects.filter(report=at.own).values_list("indicator__code", "number"))
    indicators = Indicator.objects.filter(outline=at.campaign.outline).select_related("section", "numerator")
    ordered = indicators.select_related("denominator").order_by("section__position", "position")
    return [_total_line(indicator, totals[indicator.code], own) for indicator in ordered]


def _total_line(indicator: Indicator, total: Total, own: Mapping[str, Decimal | None]) -> TotalLine:
    if indicator.numerator is not None and indicator.denominator is not None:
        here = _percent(ratio(own.get(indicator.numerator.code), own.get(indicator.denominator.code)))
        return TotalLine(indicator, total, _percent(total.value), here, False)
    given = own.get(indicator.code)
    differs = given is not None and total.value is not None and given != total.value
    return TotalLine(indicator, total, total.value, given, differs)


def _percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else round(share * PERCENT, 2)


def unit_reports(campaign: Campaign) -> list[Report]:
    """The reports of a request that are expected, by the names of their units. One query."""
    reports = Report.objects.filter(campaign=campaign).exclude(state=ReportState.EXEMPT)
    return list(reports.select_related("organization").order_by("organization__name_sort", "pk"))


def is_counted(report: Report) -> bool:
    """Whether a report's figures and texts are gathered, as flows/gathered.py does it."""
    return report.state in RECEIVED and report.included and report.received_revision_id is not None


def unit_figures(at: Bench, indicator_id: int) -> tuple[Indicator, list[UnitFigure]]:
    """What each unit gave for one indicator, blank for who is not counted. Three queries. Raises NotVisible."""
    indicators = Indicator.objects.select_related("section", "numerator", "denominator")
    indicator = indicators.filter(pk=indicator_id, outline=at.campaign.outline).first()
    if indicator is None:
        raise errors.NotVisible
    reports = unit_reports(at.campaign)
    asked = [indicator.pk]
    if indicator.aggregation == Aggregation.RATIO:
        asked = [part for part in (indicator.numerator_id, indicator.denominator_id) if part is not None]
    revisions = [report.received_revision_id for report in reports if is_counted(report)]
    found = IssuedValue.objects.filter(indicator__in=asked, revision__in=revisions)
    given = {(value.revision_id, value.indicator_id): value for value in found}
    return indicator, [_unit_figure(indicator, report, given) for report in reports]


def _unit_figure(indicator: Indicator, report: Report, given: Mapping[tuple[int, int], IssuedValue]) -> UnitFigure:
    revision_id = report.received_revision_id
    if revision_id is None or not is_counted(report):
        return UnitFigure(report, counted=False)
    if indicator.numerator_id is not None and indicator.denominator_id is not None:
        above, below = (
            given.get((revision_id, indicator.numerator_id)),
            given.get((revision_id, indicator.denominator_id)),
        )
        parts = (above.number if above else None, below.number if below else None)
        return UnitFigure(report, True, number=_percent(ratio(*parts)), parts=parts)
    value = given.get((revision_id, indicator.pk))
    if value is None:
        return UnitFigure(report, counted=True)
    return UnitFigure(report, True, value.number, value.not_applicable, value.text)


def coverage(at: Bench) -> list[Coverage]:
    """The own report's sections with how many units feed each and how many are used. Two queries."""
    fed = _fed(at.campaign)
    texts = Source.objects.filter(entry__report=at.own).values_list("entry__section")
    used = dict(texts.annotate(units=Count("revision__report", distinct=True)))
    figures = Source.objects.filter(value__report=at.own).values_list("value__indicator__section")
    used |= dict(figures.annotate(units=Count("revision__report", distinct=True)))
    return [
        Coverage(section, fed.get(section.pk, 0), used.get(section.pk, 0)) for section in asked_outline(at.own).sections
    ]


def _fed(campaign: Campaign) -> dict[int, int]:
    """By section of the own report: how many counted units wrote something in what feeds it. One statement."""
    rows = read(
        """
        SELECT fed.id, count(DISTINCT report.id)
          FROM workflow_report report
          JOIN workflow_revision revision ON revision.id = report.received_revision_id
         CROSS JOIN LATERAL jsonb_array_elements(revision.content::jsonb -> 'sections') part
          JOIN workflow_section section ON section.outline_id = %(outline)s AND section.key = part ->> 'key'
         CROSS JOIN LATERAL (SELECT section.id UNION SELECT section.feeds_id) fed (id)
         WHERE report.campaign_id = %(campaign)s AND report.included
           AND report.state IN ('RECEIVED', 'CONSOLIDATED') AND fed.id IS NOT NULL
           AND (part ->> 'text' <> '' OR part -> 'rows' <> '[]' OR section.kind = 'INDICATORS')
         GROUP BY fed.id
        """,
        {"campaign": campaign.pk, "outline": campaign.outline_id},
    )
    return dict(rows)

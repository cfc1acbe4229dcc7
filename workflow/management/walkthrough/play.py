"""What both plays share: the example on the stage, its requests opened, every unit's story begun."""

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random

from workflow.actions.campaigns import open_campaign
from workflow.actions.timeliness import export_timeliness
from workflow.flows.calendars import calendar_of
from workflow.management.examples.example import Example
from workflow.management.loading import find_request, load, officer_of, prepare_request
from workflow.management.walkthrough.cast import Cast, Unit
from workflow.management.walkthrough.clock.hands import Hands
from workflow.management.walkthrough.intake import Office
from workflow.management.walkthrough.stage import Stage, Story, day_of
from workflow.management.walkthrough.stories import ordinary
from workflow.models import Campaign, Organization, Report

Telling = Callable[[Unit, Office], Story]


class Play:
    """One example on a stage of its own."""

    def __init__(self, example: Example, begins: datetime, seed: int) -> None:
        self.example = example
        load(example, begins)
        root = Organization.objects.filter(parent=None).order_by("pk")[0]
        calendar = calendar_of(root.pk)
        chance = Random(seed)  # noqa: S311 – a play, no secret
        self.stage = Stage(calendar, chance, begins, Hands(calendar, begins))
        self.cast = Cast(begins)
        self.offices: dict[str, Office] = {}
        self.units: dict[str, dict[str, Unit]] = {}
        self.ledgers: dict[str, bytes] = {}

    def open(self, number: str) -> Campaign:
        """The officer prepares the request, if that has not been done, and opens it."""
        request, now = self.example.requests[number], self.stage.now
        campaign = find_request(request) or prepare_request(self.example, request, now)
        campaign = open_campaign(campaign_id=campaign.pk, actor=officer_of(request.issuer, now), now=now)
        self.offices[number] = Office(self.stage, self.cast, campaign)
        self.gather(number)
        return campaign

    def gather(self, number: str) -> None:
        """Let every unit that is asked, and has not come yet, come on the stage."""
        campaign = self.offices[number].campaign
        here = self.units.setdefault(number, {})
        for report in Report.objects.filter(campaign=campaign).select_related("organization"):
            if report.organization.code not in here:
                here[report.organization.code] = self.unit(number, campaign, report.organization)

    def unit(self, number: str, campaign: Campaign, organization: Organization) -> Unit:
        """An organisation with its report; what it writes is the material of the request or of the one answered."""
        material = self.example.material
        source = number if number in material else self.example.requests[number].answers
        return Unit(self.stage, self.cast, campaign, organization, material[source])

    def export(self, number: str) -> None:
        """The office takes its timeliness ledger of the year as a workbook."""
        office, now = self.offices[number], self.stage.now
        self.ledgers[number] = export_timeliness(
            issuer_id=office.campaign.issuer_id, year=day_of(now).year, actor=office.officers[0], now=now
        )  # fmt: skip

    def begin_all(
        self, number: str, special: Mapping[str, Telling], *, days: int, absent: frozenset[str] = frozenset()
    ) -> None:
        """Begin every unit's story within so many working days; the ordinary one where no other is told."""
        office = self.offices[number]
        for code, unit in self.units[number].items():
            if code in absent:
                continue
            story = special[code](unit, office) if code in special else ordinary(unit)
            self.stage.begin(story, self.stage.later(days=self.stage.chance.randint(0, days), hours=1))

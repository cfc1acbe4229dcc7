"""The request of Đảng ủy Khối's own: no upper letter, a vote in every unit, a report that the committee keeps."""

from collections.abc import Mapping
from datetime import date, datetime

from workflow.actions import campaigns, preparing
from workflow.choices import AudienceRule
from workflow.management.examples.example import Example
from workflow.management.loading import find_request, officer_of
from workflow.management.walkthrough import stories
from workflow.management.walkthrough.clock.standstill import Standstill, one_rung_more
from workflow.management.walkthrough.clock.urging import discarded
from workflow.management.walkthrough.consolidation import goes_up
from workflow.management.walkthrough.intake import Office, supplemented
from workflow.management.walkthrough.play import Play, Telling
from workflow.management.walkthrough.stage import Story, moment
from workflow.management.walkthrough.stories import ordinary
from workflow.models import Campaign, Organization

NUMBER = "95-CV/ĐUK"
BEGINS = moment(date(2026, 8, 24), 8)
FORGOTTEN = "bao-yen-bai"
SILENT = frozenset({"cap-nuoc", "thac-ba"})

SPECIAL: Mapping[str, Telling] = {
    "ldld": lambda unit, _office: stories.voted_down(unit),
    "so-tttt": lambda unit, _office: stories.voted_down(unit),
    "hoi-chu-thap-do": lambda unit, _office: stories.returned_from_signing(unit),
    "lien-hiep-khkt": lambda unit, _office: stories.signs_alone(unit),
    "nhnn": lambda unit, _office: stories.recalled(unit),
    "bql-kcn": lambda unit, _office: stories.extended(unit, granted=True),
    "agribank": lambda unit, _office: ordinary(unit, sends=moment(date(2026, 9, 23), 10)),
    "vnpt": lambda unit, _office: ordinary(unit, sends=moment(date(2026, 9, 23), 15)),
    "dai-kttv": lambda unit, _office: ordinary(unit, sends=moment(date(2026, 9, 24), 9)),
}


class Quarter(Play):
    """The officer forgets one unit, adds it, cuts off, and the committee votes on its own report."""

    def __init__(self, example: Example) -> None:
        super().__init__(example, BEGINS, seed=95)
        self.standstill = Standstill(self._on(18, 18), self._on(23, 9))
        self.stage.begin(self.direct(), moment(date(2026, 8, 24), 8, 30))

    def direct(self) -> Story:
        stage, request = self.stage, self.example.requests[NUMBER]
        self._forget_one()
        yield stage.later(hours=1)
        campaign = self.open(NUMBER)
        office = self.offices[NUMBER]
        self.begin_all(NUMBER, SPECIAL, days=5, absent=SILENT)
        stage.begin(office.rounds(self._on(28)), self._on(1))
        stage.begin(office.remind(3), stage.now)
        stage.begin(office.cut_off(self._on(25, 10)), stage.now)
        stage.begin(self.standstill.story(office), stage.now)
        stage.begin(discarded(office, self._on(29, 9)), stage.now)
        yield stage.later(days=2)
        one_rung_more(office)
        yield stage.later(days=1)
        forgotten = Organization.objects.get(code=FORGOTTEN)
        campaigns.add_units(campaign_id=campaign.pk, actor=office.officers[0], unit_ids=[forgotten.pk], now=stage.now)
        self.gather(NUMBER)
        stage.begin(ordinary(self.units[NUMBER][FORGOTTEN]), stage.later(hours=2))
        stage.begin(supplemented(self.units[NUMBER]["so-khcn"]), self._on(14, 9))
        yield self._on(25, 11)
        yield from self._own_report(campaign, request.issuer)
        campaigns.close(campaign_id=campaign.pk, actor=office.leader, now=stage.now)
        yield stage.later(hours=1)
        self.export(NUMBER)

    def _on(self, day: int, hour: int = 8) -> datetime:
        return moment(date(2026, 9, day), hour)

    def _forget_one(self) -> None:
        """The officer lists the units by hand, and one is not on the list."""
        request, now = self.example.requests[NUMBER], self.stage.now
        prepared = find_request(request)
        asked = self.example.addressed(request.issuer, request.audience)
        units = Organization.objects.filter(code__in=asked).exclude(code=FORGOTTEN)
        assert prepared is not None  # noqa: S101 – loaded
        preparing.edit_campaign(
            campaign_id=prepared.pk,
            actor=officer_of(request.issuer, now),
            fields={"audience": AudienceRule.LIST, "audience_kinds": []},
            audience_units=list(units.values_list("pk", flat=True)),
            now=now,
        )

    def _own_report(self, campaign: Campaign, issuer: str) -> Story:
        """The house report: the committee is its own unit and its own office."""
        assert campaign.answers is not None  # noqa: S101 – open
        house = campaign.answers.campaign
        unit = self.unit(NUMBER, house, Organization.objects.get(code=issuer))
        yield from goes_up(unit, campaign, {"V": 3, "VII": 3})
        Office(self.stage, self.cast, house).receive_all()
        yield self.stage.later(hours=1)

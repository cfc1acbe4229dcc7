"""The register and its requests, set up through the same actions as the screens use."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.builders.cast import CAST, LAST_DAY, NOW, SINCE, UNITS
from tests.builders.kept import kept
from tests.builders.outline import OUTLINE
from workflow.actions import campaigns, preparing
from workflow.actions.outlines import OutlineDraft
from workflow.actions.register import (
    CalendarDraft,
    OrganizationDraft,
    PersonDraft,
    SeatDraft,
    TermDraft,
    register,
)
from workflow.choices import DayKind, FourEyes, ReviewMode, Role
from workflow.models import Campaign, Organization, Person, Report, Section


@dataclass
class World:
    people: dict[str, Person]
    units: dict[str, Organization]
    campaign: Campaign

    def __getattr__(self, name: str) -> Any:
        if name in CAST:
            return self.people[name]
        if name in UNITS:
            return self.units[name]
        raise AttributeError(name)

    def report(self, unit: str = "cell") -> Report:
        return Report.objects.get(campaign=self.campaign, organization=self.units[unit])

    @property
    def own_report(self) -> Report:
        """The committee's own report that the campaign gathers for."""
        self.campaign.refresh_from_db()
        assert self.campaign.answers is not None
        return self.campaign.answers

    def section(self, key: str, campaign: Campaign | None = None) -> Section:
        return Section.objects.get(outline=(campaign or self.campaign).outline, key=key)


def build_register() -> tuple[dict[str, Person], dict[str, Organization]]:
    register(
        organizations=[
            OrganizationDraft(
                code=code,
                parent=parent,
                kind=kind,
                name=name,
                symbol=symbol,
                letterhead_above="",
                letterhead_name=name.upper(),
                place="Yên Bái",
                has_seal=True,
                official_members=members,
                four_eyes=FourEyes.WARN,
                active_from=date(2015, 1, 1),
            )
            for code, (kind, parent, name, symbol, members) in UNITS.items()
        ],
        people=[PersonDraft(username=name, full_name=f"Nguyễn Thị {name.title()}") for name in CAST],
        seats=[
            SeatDraft(organization=code, role=role, person=name, since=SINCE, voting=role == Role.MEMBER, body=body)
            for name, seats in CAST.items()
            for code, role, body in seats
        ],
        terms=[TermDraft(organization=code, since=SINCE) for code in UNITS],
        calendar=[
            CalendarDraft(day=date(2026, 9, 2), kind=DayKind.HOLIDAY, note="Quốc khánh"),
            CalendarDraft(day=date(2027, 1, 1), kind=DayKind.HOLIDAY, note="Tết Dương lịch"),
        ],
        actor=None,
        now=NOW,
    )
    return (
        {person.username: person for person in Person.objects.all()},
        {unit.code: unit for unit in Organization.objects.all()},
    )


kept_register = kept(build_register)


def prepared_campaign(
    issuer: Organization,
    officer: Person,
    *,
    mode: ReviewMode = ReviewMode.OPINIONS,
    number: str = "630-CV/ĐUK",
    answers: Report | None = None,
    outline: OutlineDraft = OUTLINE,
    now: datetime = NOW,
) -> Campaign:
    campaign = preparing.prepare_campaign(issuer_id=issuer.pk, actor=officer, subject="V/v sơ kết 5 năm", now=now)
    return preparing.edit_campaign(
        campaign_id=campaign.pk,
        actor=officer,
        fields={"number": number, "date": date(2026, 6, 1), "review_mode": mode, "deadline_text": "Trong tháng 7"},
        last_day=LAST_DAY,
        consolidation_day=date(2026, 8, 14),
        answers_id=None if answers is None else answers.pk,
        outline=outline,
        now=now,
    )


def build_world(mode: ReviewMode = ReviewMode.OPINIONS) -> World:
    """The register and an open request of the Khối to its three units."""
    people, units = build_register()
    campaign = prepared_campaign(units["duk"], people["dung"], mode=mode)
    campaigns.open_campaign(campaign_id=campaign.pk, actor=people["dung"], now=NOW)
    campaign.refresh_from_db()
    return World(people, units, campaign)


kept_world = kept(build_world)


def open_upper(world: World, number: str = "810-CV/TU", now: datetime = NOW) -> Campaign:
    """A request of the Tỉnh ủy to the Khối, for a cascade."""
    upper = prepared_campaign(world.tu, world.uyen, number=number, now=now)
    return campaigns.open_campaign(campaign_id=upper.pk, actor=world.uyen, now=now)

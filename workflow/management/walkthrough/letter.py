"""The real letter: Tỉnh ủy 810-CV/TU → Đảng ủy Khối 630-CV/ĐUK → 98 units, one of which asks its seven cells."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from workflow import errors
from workflow.actions import campaigns, drafting
from workflow.actions.organizations import grant_seat
from workflow.actions.outlines import OutlineDraft, SectionDraft
from workflow.choices import Role, SectionKind, Verb
from workflow.management.examples.example import Example
from workflow.management.walkthrough import stories
from workflow.management.walkthrough.cast import Unit
from workflow.management.walkthrough.clock import late
from workflow.management.walkthrough.clock.addresses import WrongAddress, chosen
from workflow.management.walkthrough.clock.sink import Sink
from workflow.management.walkthrough.clock.urging import urged
from workflow.management.walkthrough.consolidation import goes_up
from workflow.management.walkthrough.intake import Office, came_on_paper, received, supplemented
from workflow.management.walkthrough.play import Play, Telling
from workflow.management.walkthrough.stage import Story, day_of, moment
from workflow.management.walkthrough.stories import ordinary
from workflow.management.walkthrough.troubles import troubled
from workflow.models import Campaign, Organization, Person

PROVINCE, BLOC, CASCADE = "810-CV/TU", "630-CV/ĐUK", "41-CV/ĐU"
BEGINS = moment(date(2022, 5, 13), 8)
NEVER = frozenset({"moi-truong-do-thi"})
ADDED = OutlineDraft(
    title="",
    sections=[
        SectionDraft(
            key="IV",
            numbering="IV-",
            heading="Kiến nghị, đề xuất",
            guidance="Nếu có.",
            kind=SectionKind.NARRATIVE,
            required=False,
            feeds="III",
            proposed=True,
        )
    ],
)


def _then_supplemented(withdrawn: bool = False) -> Telling:
    def story(unit: Unit, _office: Office) -> Story:
        yield from ordinary(unit)
        yield from supplemented(unit, withdrawn=withdrawn)

    return story


SPECIAL: Mapping[str, Telling] = {
    "ldld": lambda unit, _office: stories.voted_down(unit),
    "hoi-nong-dan": lambda unit, _office: stories.meeting(unit),
    "hoi-phu-nu": lambda unit, _office: stories.returned_from_review(unit),
    "mttq": lambda unit, _office: stories.returned_from_signing(unit),
    "so-tai-chinh": lambda unit, _office: stories.returned_signed(unit),
    "so-noi-vu": lambda unit, _office: stories.recalled(unit),
    "buu-dien": stories.recalled_sent,
    "ban-dan-van-tu": lambda unit, _office: stories.stand_in(unit),
    "lien-hiep-khkt": lambda unit, _office: stories.signs_alone(unit),
    "bv-lao-phoi": lambda unit, _office: stories.extended(unit, granted=False),
    "xskt": lambda unit, _office: stories.exempted(unit, reinstated=True),
    "lam-nong-san": lambda unit, _office: stories.exempted(unit, reinstated=False),
    "duong-sat-yen-lao": lambda unit, _office: came_on_paper(unit, 9),
    "tt-gdtx": lambda unit, _office: stories.left_out(unit, "Số liệu chưa thống nhất với báo cáo năm."),
    "bv-noi-tiet": lambda unit, _office: stories.left_out(unit, "Chờ đối chiếu số liệu.", included=True),
    "mobifone": lambda unit, _office: stories.unfinished(unit),
    "so-khdt": _then_supplemented(),
    "cuc-thue": _then_supplemented(),
    "vp-ubnd": _then_supplemented(withdrawn=True),
}
# Who is close to the day: one signs by night, one was under water, one was given more time; three miss the day, one
# of them even the cut-off, for a reason.
LATE: Mapping[str, Telling] = {
    "bao-minh": lambda unit, _office: late.sent_by_night(unit, moment(date(2022, 7, 29), 21, 40)),
    "thac-ba": lambda unit, _office: ordinary(unit, sends=moment(date(2022, 8, 1), 10)),
    "thpt-nguyen-hue": lambda unit, _office: stories.extended(unit, granted=True, sends=moment(date(2022, 8, 3), 9)),
    "hai-quan": lambda unit, _office: late.waits_for_the_signature(unit, moment(date(2022, 8, 2), 10)),
    "bao-viet": lambda unit, _office: ordinary(unit, sends=moment(date(2022, 8, 3), 14)),
    "van-tai-thuy-bo": lambda unit, office: late.excused(
        unit, office, says=moment(date(2022, 8, 2), 10), sends=moment(date(2022, 8, 5), 9)
    ),
}
UNDER_WATER = ("thac-ba", "van-tai-thuy-bo")
MISSPELT = "cuc-thong-ke"


def _misspelt(example: Example) -> WrongAddress:
    """A secretary's address is entered with a letter that is not in it."""
    seats = [seat for seat in example.seats if (seat.organization, seat.role) == (MISSPELT, Role.SECRETARY)]
    right = example.people[seats[-1].person]
    wrong = right.email.replace("yenbai", "yenbay")
    example.people[right.username] = replace(right, email=wrong)
    return WrongAddress(right, wrong)


class Letter(Play):
    """Its director opens the requests one below the other and brings the reports back up."""

    def __init__(self, example: Example, proposals: Sequence[str], sink: Sink) -> None:
        self.wrong_address = _misspelt(example)
        sink.unknown.add(self.wrong_address.wrong)
        super().__init__(example, BEGINS, seed=630)
        material = example.material[BLOC]
        # What the units write in the section that is added in July.
        example.material[BLOC] = replace(material, paragraphs={**material.paragraphs, "IV": proposals})
        self.stage.begin(self.direct(), moment(date(2022, 5, 13), 9))

    def direct(self) -> Story:
        stage = self.stage
        upper = self.open(PROVINCE)
        yield moment(date(2022, 5, 16), 8, 30)
        own = self.units[PROVINCE]["duk"]
        drafting.open_request(report_id=own.report_id, actor=own.secretary, now=stage.now)
        drafting.assign(report_id=own.report_id, actor=own.secretary, person_id=own.drafter.pk, now=stage.now)
        yield moment(self.example.requests[BLOC].fields["date"], 9)
        self.open(BLOC)
        self._begin_units()
        yield moment(self.example.requests[CASCADE].fields["date"], 8, 30)
        self.open(CASCADE)
        self.begin_all(CASCADE, {}, days=3)
        stage.begin(self.offices[CASCADE].rounds(self._on(7, 22)), self._on(7, 4))
        stage.begin(self._cascade(), self._on(7, 20, 9))
        yield self._on(7, 8, 10)
        office = self.offices[BLOC]
        campaigns.amend(campaign_id=office.campaign.pk, actor=office.officers[0], additions=ADDED, now=stage.now)
        self._refused_in_the_office()
        yield self._on(8, 4, 8)
        yield from goes_up(own, office.campaign, {"II.3": 3, "II.4": 2, "III": 2}, signed_twice=True)
        yield from self._end(own, upper)

    def _on(self, month: int, day: int, hour: int = 8) -> datetime:
        return moment(date(BEGINS.year, month, day), hour)

    def _begin_units(self) -> None:
        """Every unit's story begins; Sở Văn hóa waits for its cells, the late ones begin late, one never."""
        stage, office = self.stage, self.offices[BLOC]
        units = self.units[BLOC]
        office.share_out(units.values())
        stranger = units["so-y-te"].drafter
        special = {**SPECIAL, "so-tttt": lambda unit, _office: troubled(unit, stranger)}
        self.begin_all(BLOC, special, days=12, absent=NEVER | {"so-vhttdl", *LATE})
        for code, story in LATE.items():
            stage.begin(story(units[code], office), self._on(7, 18))
        stage.begin(office.rounds(self._on(8, 10)), self._on(7, 5))
        stage.begin(office.remind(3), stage.now)
        self._begin_the_clock()
        stage.begin(office.cut_off(self._on(8, 3, 17)), stage.now)

    def _begin_the_clock(self) -> None:
        """What people choose to hear, what comes back, who is spared, and the letter to the late."""
        stage, office, units = self.stage, self.offices[BLOC], self.units[BLOC]
        chosen(office, units["so-y-te"])
        stage.begin(self.wrong_address.corrected(office, self._on(7, 1, 9)), stage.now)
        under_water = [units[code] for code in UNDER_WATER]
        stage.begin(late.flood(office, under_water, since=self._on(7, 20, 9), until=self._on(7, 28, 16)), stage.now)
        stage.begin(urged(office, self._on(8, 4, 9), self._on(8, 8, 17)), stage.now)

    def _cascade(self) -> Story:
        """Đảng ủy Sở Văn hóa gathers its seven cells, answers II.1.5 itself, and sends."""
        lower = self.offices[CASCADE]
        lower.receive_all()
        unit = self.units[BLOC]["so-vhttdl"]
        unit.look_again()
        yield from goes_up(unit, lower.campaign, {"II.2.b": 2, "III.3": 2})
        campaigns.close(campaign_id=lower.campaign.pk, actor=lower.leader, now=self.stage.now)

    def _refused_in_the_office(self) -> None:
        """A cell asked above its own superior's head; a request closed before its report; a seat for oneself."""
        stage, office = self.stage, self.offices[BLOC]
        campaign, officer = office.campaign, office.officers[0]
        cell = Organization.objects.get(code="so-vhttdl-thu-vien")
        administrator = Person.objects.get(username="ngo-duc-dung")
        stage.refused(
            officer,
            Verb.ADD_UNITS,
            cell.name,
            lambda: campaigns.add_units(campaign_id=campaign.pk, actor=officer, unit_ids=[cell.pk], now=stage.now),
            errors.AudienceOverlaps,
        )
        stage.refused(
            office.leader,
            Verb.CLOSE,
            campaign.number,
            lambda: campaigns.close(campaign_id=campaign.pk, actor=office.leader, now=stage.now),
            errors.OwnReportNotSent,
        )
        stage.refused(
            administrator,
            Verb.GRANT_SEAT,
            campaign.issuer.name,
            lambda: grant_seat(
                organization_id=campaign.issuer_id,
                actor=administrator,
                person_id=administrator.pk,
                role=Role.SECRETARY,
                since=day_of(stage.now),
                now=stage.now,
            ),
            errors.NotForYourself,
        )

    def _end(self, own: Unit, upper: Campaign) -> Story:
        """Tỉnh ủy receives; both requests are closed."""
        stage, office, province = self.stage, self.offices[BLOC], self.offices[PROVINCE]
        yield stage.later(days=1)
        province.receive_all()
        yield from received(own)
        yield stage.later(hours=2)
        campaigns.close(campaign_id=office.campaign.pk, actor=office.leader, now=stage.now)
        yield stage.later(hours=1)
        self.export(BLOC)
        yield stage.later(days=2)
        campaigns.close(
            campaign_id=upper.pk,
            actor=province.leader,
            reason="Báo cáo của Tỉnh ủy được lập trên cơ sở báo cáo của Đảng ủy Khối và các đảng bộ khác.",
            now=stage.now,
        )

"""The cast used everywhere, and reports brought to a step of the flow through the same actions as the screens use."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from workflow.actions import campaigns, drafting, intake, review, signing
from workflow.actions.drafting import Figure
from workflow.actions.opening import Confirmation
from workflow.actions.outlines import IndicatorDraft, OutlineDraft, SectionDraft
from workflow.actions.register import (
    CalendarDraft,
    OrganizationDraft,
    PersonDraft,
    SeatDraft,
    TermDraft,
    register,
)
from workflow.choices import (
    Aggregation,
    AnswerKind,
    AudienceRule,
    Body,
    DayKind,
    FourEyes,
    OpinionKind,
    OrganizationKind,
    ReportState,
    ReviewMode,
    Role,
    SectionKind,
)
from workflow.models import (
    Attachment,
    Campaign,
    Entry,
    IssuedDocument,
    OpinionPoint,
    Organization,
    Person,
    Remark,
    Report,
    Section,
)

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)  # Monday 1/6/2026, 09:00 in Việt Nam
LAST_DAY = date(2026, 7, 31)
SINCE = date(2025, 7, 1)

UNITS = {
    # code: kind, parent, name, symbol, official members
    "tu": (OrganizationKind.PROVINCE_COMMITTEE, "", "Tỉnh ủy Yên Bái", "TU", 0),
    "duk": (OrganizationKind.BLOC_COMMITTEE, "tu", "Đảng ủy Khối cơ quan và doanh nghiệp tỉnh", "ĐUK", 0),
    "cell": (OrganizationKind.GRASSROOTS_CELL, "duk", "Chi bộ Sở Thông tin và Truyền thông", "CB", 4),
    "other": (OrganizationKind.GRASSROOTS_CELL, "duk", "Chi bộ Bưu điện tỉnh", "CB", 3),
    "party": (OrganizationKind.GRASSROOTS_PARTY, "duk", "Đảng bộ Sở Văn hóa, Thể thao và Du lịch", "ĐU", 40),
    "sub": (OrganizationKind.SUB_CELL, "party", "Chi bộ Văn phòng Sở", "CB", 3),
}
# The first seats of each person; "member" seats vote in the body given.
CAST: dict[str, list[tuple[str, Role, str]]] = {
    "lan": [("cell", Role.DRAFTER, ""), ("cell", Role.MEMBER, Body.CELL)],
    "hung": [("cell", Role.SECRETARY, ""), ("cell", Role.MEMBER, Body.CELL)],
    "binh": [("cell", Role.DEPUTY, ""), ("cell", Role.MEMBER, Body.CELL)],
    "nam": [("cell", Role.MEMBER, Body.CELL)],
    "mai": [("cell", Role.CLERK, "")],
    "oanh": [("other", Role.DRAFTER, ""), ("other", Role.MEMBER, Body.CELL)],
    "phuc": [("other", Role.SECRETARY, ""), ("other", Role.MEMBER, Body.CELL)],
    "quy": [("other", Role.DEPUTY, ""), ("other", Role.MEMBER, Body.CELL)],
    "thu": [("party", Role.DRAFTER, ""), ("party", Role.OFFICER, ""), ("party", Role.MEMBER, Body.COMMITTEE)],
    "son": [("party", Role.SECRETARY, ""), ("party", Role.LEADER, ""), ("party", Role.MEMBER, Body.COMMITTEE)],
    "vinh": [("party", Role.DEPUTY, ""), ("party", Role.MEMBER, Body.COMMITTEE)],
    "sub_drafter": [("sub", Role.DRAFTER, ""), ("sub", Role.MEMBER, Body.CELL)],
    "sub_secretary": [("sub", Role.SECRETARY, ""), ("sub", Role.MEMBER, Body.CELL)],
    "dung": [("duk", Role.OFFICER, ""), ("duk", Role.DRAFTER, ""), ("duk", Role.MEMBER, Body.COMMITTEE)],
    "yen": [("duk", Role.OFFICER, "")],
    "khanh": [("duk", Role.LEADER, ""), ("duk", Role.SECRETARY, ""), ("duk", Role.MEMBER, Body.COMMITTEE)],
    "long": [("duk", Role.DEPUTY, ""), ("duk", Role.LEADER, ""), ("duk", Role.MEMBER, Body.COMMITTEE)],
    "giang": [("duk", Role.CLERK, "")],
    "tam": [("duk", Role.INSPECTOR, "")],
    "uyen": [("tu", Role.OFFICER, ""), ("tu", Role.DRAFTER, ""), ("tu", Role.MEMBER, Body.COMMITTEE)],
    "viet": [("tu", Role.LEADER, ""), ("tu", Role.SECRETARY, ""), ("tu", Role.MEMBER, Body.COMMITTEE)],
    "xuan": [("tu", Role.ADMINISTRATOR, "")],
    "ngoc": [("tu", Role.ADMINISTRATOR, "")],
    "stranger": [],
}

OUTLINE = OutlineDraft(
    title="Đề cương sơ kết",
    sections=[
        SectionDraft(
            key="I", numbering="I", heading="Tình hình quán triệt", kind=SectionKind.NARRATIVE, required=False
        ),
        SectionDraft(key="I.1", numbering="1", heading="Lãnh đạo, chỉ đạo", kind=SectionKind.NARRATIVE, parent="I"),
        SectionDraft(
            key="I.2",
            numbering="2",
            heading="Văn bản đã ban hành",
            kind=SectionKind.ROWS,
            parent="I",
            columns=[{"key": "name", "label": "Tên văn bản"}, {"key": "unit", "label": "Đơn vị"}],
        ),
        SectionDraft(
            key="II",
            numbering="II",
            heading="Thiết chế văn hóa cơ sở",
            kind=SectionKind.NARRATIVE,
            audience=AudienceRule.KINDS,
            audience_kinds=[OrganizationKind.GRASSROOTS_PARTY],
        ),
        SectionDraft(key="III", numbering="III", heading="Số liệu", kind=SectionKind.INDICATORS, required=False),
    ],
    indicators=[
        IndicatorDraft(
            code="A5", section="III", label="Đảng viên được quán triệt", aggregation=Aggregation.SUM, minimum=Decimal(0)
        ),
        IndicatorDraft(
            code="A6", section="III", label="Tổng số đảng viên", aggregation=Aggregation.SUM, minimum=Decimal(0)
        ),
        IndicatorDraft(
            code="A56",
            section="III",
            label="Tỷ lệ đảng viên được quán triệt",
            aggregation=Aggregation.RATIO,
            numerator="A5",
            denominator="A6",
        ),
        IndicatorDraft(
            code="A2", section="III", label="Có kế hoạch riêng", aggregation=Aggregation.YES_COUNT, required=False
        ),
    ],
    checks=[{"left": "A5", "op": "<=", "right": "A6"}],
)


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
    campaign = campaigns.prepare_campaign(issuer_id=issuer.pk, actor=officer, subject="V/v sơ kết 5 năm", now=now)
    return campaigns.edit_campaign(
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


def open_upper(world: World, number: str = "810-CV/TU", now: datetime = NOW) -> Campaign:
    """A request of the Tỉnh ủy to the Khối, for a cascade."""
    upper = prepared_campaign(world.tu, world.uyen, number=number, now=now)
    return campaigns.open_campaign(campaign_id=upper.pk, actor=world.uyen, now=now)


FIGURES = {"A5": Figure(number=Decimal(45)), "A6": Figure(number=Decimal(48))}

# Who does what in each unit.
DRAFTERS = {"cell": "lan", "other": "oanh", "party": "thu", "duk": "dung", "tu": "uyen", "sub": "sub_drafter"}
SECRETARIES = {"cell": "hung", "other": "phuc", "party": "son", "duk": "khanh", "tu": "viet", "sub": "sub_secretary"}


def desk(world: World, report: Report, who: dict[str, str]) -> Person:
    return world.people[who[report.organization.code]]


def write_everything(world: World, report: Report, now: datetime = NOW) -> None:
    """Fill every place that the unit is asked."""
    drafter = desk(world, report, DRAFTERS)
    for section in Section.objects.filter(outline=report.campaign.outline):
        # Asked of đảng bộ cơ sở; a house report is asked everything.
        if section.key == "II" and not (report.organization.code == "party" or report.campaign.house):
            continue
        entry = Entry.objects.filter(report=report, section=section).first()
        drafting.save_entry(
            report_id=report.pk,
            actor=drafter,
            section_id=section.pk,
            version=entry.version if entry else 0,
            text="" if section.kind == SectionKind.ROWS else "Chi bộ đã quán triệt đầy đủ.",
            rows=[{"name": "Kế hoạch số 05-KH/CB"}] if section.kind == SectionKind.ROWS else [],
            figures=FIGURES if section.key == "III" else None,
            now=now,
        )


def to_review(world: World, report: Report, now: datetime = NOW) -> Report:
    write_everything(world, report, now)
    drafting.submit_for_review(
        report_id=report.pk, actor=desk(world, report, DRAFTERS), closes_at=now + timedelta(days=3), now=now
    )
    report.refresh_from_db()
    return report


def to_revising(world: World, report: Report, now: datetime = NOW) -> Report:
    """Adopted with one point to answer."""
    to_review(world, report, now)
    member = desk(world, report, DRAFTERS)
    review.give_opinion(
        report_id=report.pk,
        actor=member,
        revision_id=revision_of(report),
        kind=OpinionKind.AGREE_WITH_ADDITIONS,
        points=[(None, "Bổ sung số liệu quý IV.")],
        now=now,
    )
    return conclude(world, report, now)


def conclude(world: World, report: Report, now: datetime = NOW) -> Report:
    """Close the round after its closing time with the chair's word for it (a vote is counted)."""
    review.conclude_review(
        report_id=report.pk,
        actor=desk(world, report, SECRETARIES),
        revision_id=revision_of(report),
        adopted=True,
        now=now + timedelta(days=4),
    )
    report.refresh_from_db()
    return report


def to_signing(world: World, report: Report, now: datetime = NOW) -> Report:
    to_review(world, report, now)
    conclude(world, report, now)
    assert report.state == ReportState.SIGNING
    return report


def confirmation(person: Person, now: datetime = NOW) -> Confirmation:
    return Confirmation(person_id=person.pk, at=now)


def to_signed(world: World, report: Report, now: datetime = NOW) -> Report:
    to_signing(world, report, now)
    signer = desk(world, report, SECRETARIES)
    later = now + timedelta(days=5)
    signing.sign(
        report_id=report.pk,
        actor=signer,
        revision_id=revision_of(report),
        confirmed=confirmation(signer, later),
        now=later,
    )
    report.refresh_from_db()
    return report


def to_sent(world: World, report: Report, now: datetime = NOW) -> Report:
    to_signed(world, report, now)
    signing.issue(
        report_id=report.pk,
        actor=desk(world, report, SECRETARIES),
        revision_id=revision_of(report),
        now=now + timedelta(days=5),
    )
    report.refresh_from_db()
    return report


def to_received(world: World, report: Report, now: datetime = NOW) -> Report:
    to_sent(world, report, now)
    intake.receive(
        report_id=report.pk,
        actor=office(world, report),
        revision_id=revision_of(report),
        incoming_number="12",
        now=now + timedelta(days=6),
    )
    report.refresh_from_db()
    return report


def to_supplement(world: World, report: Report, now: datetime = NOW) -> Report:
    to_received(world, report, now)
    intake.request_supplement(
        report_id=report.pk,
        actor=office(world, report),
        revision_id=revision_of(report),
        remarks=[(world.section("I.1").pk, "Đề nghị bổ sung số hội nghị.")],
        due=now + timedelta(days=20),
        now=now + timedelta(days=7),
    )
    report.refresh_from_db()
    return report


def resubmit(world: World, report: Report, now: datetime = NOW) -> Report:
    """Accept every opinion and remark, and put the report on the secretary's desk again."""
    drafter = desk(world, report, DRAFTERS)
    for point in OpinionPoint.objects.filter(opinion__round__report=report, answer=""):
        drafting.answer_point(
            report_id=report.pk, actor=drafter, point_id=point.pk, answer=AnswerKind.ACCEPTED, now=now
        )
    for remark in Remark.objects.filter(report=report, binding=True, answer=""):
        drafting.answer_remark(
            report_id=report.pk, actor=drafter, remark_id=remark.pk, answer=AnswerKind.ACCEPTED, now=now
        )
    drafting.submit_for_signing(report_id=report.pk, actor=drafter, now=now)
    report.refresh_from_db()
    return report


def sign_and_issue(world: World, report: Report, now: datetime = NOW, **asked: Any) -> IssuedDocument:
    signer = desk(world, report, SECRETARIES)
    return signing.sign_and_issue(
        report_id=report.pk,
        actor=signer,
        revision_id=revision_of(report),
        confirmed=confirmation(signer, now),
        now=now,
        **asked,
    )


def office(world: World, report: Report) -> Person:
    """The officer of the issuer."""
    return world.people[DRAFTERS[report.issuer.code]]


def scan_of(report: Report, person: Person) -> Attachment:
    """The scan of a paper, as the office stores it (once)."""
    stored, _made = Attachment.objects.get_or_create(
        report=report,
        title="Bản quét báo cáo giấy",
        defaults={"sha256": "0" * 64, "declared": True, "added_by": person, "added_at": NOW},
    )
    return stored


def revision_of(report: Report) -> int:
    report.refresh_from_db()
    assert report.current_revision_id is not None
    return report.current_revision_id


STEPS = {
    ReportState.DRAFT: lambda world, report: report,
    ReportState.REVIEW: to_review,
    ReportState.REVISING: to_revising,
    ReportState.SIGNING: to_signing,
    ReportState.SIGNED: to_signed,
    ReportState.SENT: to_sent,
    ReportState.RECEIVED: to_received,
    ReportState.SUPPLEMENT: to_supplement,
}

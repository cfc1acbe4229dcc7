"""The organisations, people and requests of the benches, registered and prepared through the project's own actions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from workflow.actions import campaigns, preparing
from workflow.actions.outlines import IndicatorDraft, OutlineDraft, SectionDraft
from workflow.actions.register import CalendarDraft, OrganizationDraft, PersonDraft, SeatDraft, TermDraft, register
from workflow.choices import Aggregation, AudienceRule, Body, DayKind, OrganizationKind, ReviewMode, Role, SectionKind
from workflow.models import Campaign, Person

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
SINCE = date(2025, 7, 1)
CALENDAR = [CalendarDraft(day=date(2026, 9, 2), kind=DayKind.HOLIDAY, note="Quốc khánh")]

# About the size of the request 630-CV/ĐUK: ten narratives, one table, forty figures in one section.
NARRATIVES, FIGURES = 10, 40
OUTLINE = OutlineDraft(
    title="Đề cương sơ kết",
    sections=[
        *(
            SectionDraft(key=f"I.{n}", heading=f"Mục {n} của đề cương", kind=SectionKind.NARRATIVE)
            for n in range(1, NARRATIVES + 1)
        ),
        SectionDraft(
            key="II",
            heading="Văn bản đã ban hành",
            kind=SectionKind.ROWS,
            columns=[{"key": "name", "label": "Tên văn bản"}, {"key": "date", "label": "Ngày ban hành"}],
        ),
        SectionDraft(key="III", heading="Số liệu", kind=SectionKind.INDICATORS, required=False),
    ],
    indicators=[
        IndicatorDraft(code=f"A{n}", section="III", label=f"Chỉ tiêu số {n}", aggregation=Aggregation.SUM)
        for n in range(1, FIGURES + 1)
    ],
)
# What five steps of stock viewflow carry: one text.
ONE_TEXT = OutlineDraft(
    title="Báo cáo nhanh", sections=[SectionDraft(key="I", heading="Nội dung", kind=SectionKind.NARRATIVE)]
)


def organization(code: str, parent: str, kind: OrganizationKind, members: int = 0) -> OrganizationDraft:
    return OrganizationDraft(
        code=code, parent=parent, kind=kind, name=f"Tổ chức đảng {code}", place="Yên Bái", official_members=members
    )


@dataclass(frozen=True, slots=True)
class Tree:
    """An issuer, its officer (same code) and how many units below it are addressed."""

    issuer: str
    audience: AudienceRule
    units: int


def _below(tree: Tree) -> list[OrganizationDraft]:
    """The units as direct children, or three levels down: 63 provinces, 16 committees in each, and the units."""
    root = tree.issuer
    if tree.audience == AudienceRule.ALL:
        return [organization(f"{root}-{n}", root, OrganizationKind.GRASSROOTS_CELL) for n in range(tree.units)]
    provinces = [organization(f"{root}-p{n}", root, OrganizationKind.PROVINCE_COMMITTEE) for n in range(63)]
    committees = [
        organization(f"{root}-c{n}", f"{root}-p{n % 63}", OrganizationKind.GRASSROOTS_PARTY) for n in range(63 * 16)
    ]
    cells = [
        organization(f"{root}-{n}", f"{root}-c{n % (63 * 16)}", OrganizationKind.SUB_CELL) for n in range(tree.units)
    ]
    return [*provinces, *committees, *cells]


def build_trees(trees: list[Tree]) -> None:
    """Register each tree with its officer, and prepare one request for all its units."""
    for tree in trees:
        root = organization(tree.issuer, "", OrganizationKind.PROVINCE_COMMITTEE)
        register(
            organizations=[root, *_below(tree)],
            people=[PersonDraft(username=tree.issuer, full_name="Nguyễn Văn Dũng")],
            seats=[SeatDraft(organization=tree.issuer, person=tree.issuer, role=Role.OFFICER, since=SINCE)],
            calendar=CALENDAR,
            actor=None,
            now=NOW,
        )
        prepare(tree.issuer, f"1-CV/{tree.issuer}", OUTLINE, ReviewMode.OPINIONS, tree.audience)


def prepare(
    issuer: str, number: str, outline: OutlineDraft, mode: ReviewMode, audience: AudienceRule = AudienceRule.ALL
) -> Campaign:
    """Prepare a request that is ready to be opened. The officer's user name is the issuer's code."""
    officer = Person.objects.get(username=issuer)
    issuer_id = officer.seats.get(role=Role.OFFICER).organization_id
    campaign = preparing.prepare_campaign(issuer_id=issuer_id, actor=officer, subject="V/v sơ kết 5 năm", now=NOW)
    fields = {
        "number": number,
        "date": NOW.date(),
        "review_mode": mode,
        "audience": audience,
        "audience_kinds": [OrganizationKind.SUB_CELL] if audience == AudienceRule.KINDS else [],
    }
    return preparing.edit_campaign(
        campaign_id=campaign.pk,
        actor=officer,
        fields=fields,
        last_day=date(2026, 7, 31),
        consolidation_day=date(2026, 8, 14),
        outline=outline,
        now=NOW,
    )


# Who sits in a cell: user name is cell code, a dash and this word.
CELL = {"drafter": Role.DRAFTER, "secretary": Role.SECRETARY, "deputy": Role.DEPUTY, "clerk": Role.CLERK}
MEMBERS = ("drafter", "secretary", "deputy")


def build_cells(issuer: str, count: int) -> None:
    """Register cells with their people below an issuer, and open two requests to all: a full one and a short one."""
    codes = [f"cell-{n}" for n in range(count)]
    register(
        organizations=[
            organization(issuer, "", OrganizationKind.BLOC_COMMITTEE),
            *(organization(code, issuer, OrganizationKind.GRASSROOTS_CELL, len(MEMBERS)) for code in codes),
        ],
        people=[
            PersonDraft(username=issuer, full_name="Nguyễn Văn Dũng"),
            *(PersonDraft(username=f"{code}-{word}", full_name="Nguyễn Thị Lan") for code in codes for word in CELL),
        ],
        seats=[
            SeatDraft(organization=issuer, person=issuer, role=Role.OFFICER, since=SINCE),
            *(
                SeatDraft(organization=code, person=f"{code}-{word}", role=role, since=SINCE)
                for code in codes
                for word, role in CELL.items()
            ),
            *(
                SeatDraft(
                    organization=code,
                    person=f"{code}-{word}",
                    role=Role.MEMBER,
                    since=SINCE,
                    voting=True,
                    body=Body.CELL,
                )
                for code in codes
                for word in MEMBERS
            ),
        ],
        terms=[TermDraft(organization=code, since=SINCE) for code in [issuer, *codes]],
        calendar=CALENDAR,
        actor=None,
        now=NOW,
    )
    officer = Person.objects.get(username=issuer)
    for number, outline, mode in (("1-CV", OUTLINE, ReviewMode.OPINIONS), ("2-CV", ONE_TEXT, ReviewMode.NONE)):
        campaign = prepare(issuer, f"{number}/{issuer}", outline, mode)
        campaigns.open_campaign(campaign_id=campaign.pk, actor=officer, now=NOW)

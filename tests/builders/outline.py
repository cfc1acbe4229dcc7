"""What the units are asked, and the figures that they give."""

from decimal import Decimal

from workflow.actions.drafting import Figure
from workflow.actions.outlines import IndicatorDraft, OutlineDraft, SectionDraft
from workflow.choices import Aggregation, AudienceRule, OrganizationKind, SectionKind

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
FIGURES = {"A5": Figure(number=Decimal(45)), "A6": Figure(number=Decimal(48))}

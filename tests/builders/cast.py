"""Who is there: six organisations, and the first seats of each person."""

from datetime import UTC, date, datetime

from workflow.choices import Body, OrganizationKind, Role

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

# Who does what in each unit.
DRAFTERS = {"cell": "lan", "other": "oanh", "party": "thu", "duk": "dung", "tu": "uyen", "sub": "sub_drafter"}
SECRETARIES = {"cell": "hung", "other": "phuc", "party": "son", "duk": "khanh", "tu": "viet", "sub": "sub_secretary"}

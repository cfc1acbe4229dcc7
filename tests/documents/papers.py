"""A revision's content with everything in it that a report can hold."""

import json
from typing import Any

LETTERHEAD = {
    "above": "ĐẢNG BỘ KHỐI CƠ QUAN VÀ DOANH NGHIỆP TỈNH",
    "name": "CHI BỘ SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
    "organization": "Chi bộ Sở Thông tin và Truyền thông",
    "place": "Yên Bái",
    "symbol": "CB",
}


def section(key: str, heading: str = "Kết quả", kind: str = "NARRATIVE", **said: Any) -> dict[str, Any]:
    numbering = {1: "I-", 2: "1.", 3: "a)"}[key.count(".") + 1]
    return {"key": key, "numbering": numbering, "heading": heading, "kind": kind, "text": "", "rows": [], **said}


def figure(code: str, number: str | None = None, **said: Any) -> dict[str, Any]:
    blank = {"label": f"Chỉ tiêu {code}", "unit": "người", "aggregation": "SUM", "not_applicable": False, "text": ""}
    return {"code": code, "number": number, **blank, **said}


def content(*sections: dict[str, Any], **said: Any) -> str:
    frozen = {
        "letterhead": LETTERHEAD,
        "subject": "sơ kết 5 năm thực hiện Chỉ thị số 07-CT/TW",
        "basis": "Thực hiện Công văn số 630-CV/ĐUK, Chi bộ báo cáo như sau:",
        "recipients": ["Đảng ủy Khối (để báo cáo)", "Lưu Chi bộ"],
        "sections": list(sections),
        "values": [],
        **said,
    }
    return json.dumps(frozen)

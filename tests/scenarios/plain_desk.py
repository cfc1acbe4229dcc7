"""Whose each verb of a report is in the plain model, and what it asks first, line by line of design.md section 5."""

from tests.scenarios.plain_model import (
    EDITABLE,
    EDITORS,
    NOT_SENT,
    SEATS,
)

ALL = {"DRAFT", "REVIEW", "REVISING", "SIGNING", "SIGNED", "SENT", "RECEIVED", "SUPPLEMENT", "CONSOLIDATED", "EXEMPT"}
# verb: states, whose seats, which
DESK: dict[str, tuple[set[str], str, set[str]]] = {
    "open_request": (ALL, "unit", SEATS),
    "save_entry": (EDITABLE, "unit", EDITORS),
    "answer": (EDITABLE, "unit", EDITORS),
    "assign": (NOT_SENT | {"SUPPLEMENT"}, "unit", {"secretary", "deputy"}),
    "submit_for_review": (EDITABLE, "unit", {"drafter"}),
    "submit_for_signing": (EDITABLE, "unit", {"drafter"}),
    "give_opinion": ({"REVIEW"}, "unit", EDITORS | {"member"}),
    "enter_minutes": ({"REVIEW"}, "unit", {"secretary", "deputy"}),
    "conclude_review": ({"REVIEW"}, "unit", {"secretary", "deputy"}),
    "return_for_revision": ({"REVIEW", "SIGNING"}, "unit", {"secretary", "deputy"}),
    "return_signed": ({"SIGNED"}, "unit", {"secretary", "deputy"}),
    "sign": ({"SIGNING"}, "unit", {"secretary"}),
    "sign_and_issue": ({"SIGNING"}, "unit", {"secretary"}),
    "issue": ({"SIGNED"}, "unit", {"clerk", "secretary", "deputy"}),
    "recall": ({"REVIEW", "SIGNING"}, "unit", {"drafter"}),
    "recall_sent": ({"SENT"}, "unit", {"secretary"}),
    "receive": ({"SENT"}, "office", {"officer"}),
    "register_paper": (NOT_SENT, "office", {"officer"}),
    "request_supplement": ({"SENT", "RECEIVED"}, "office", {"officer"}),
    "withdraw_supplement": ({"SUPPLEMENT"}, "office", {"officer"}),
    "include": ({"RECEIVED"}, "office", {"officer"}),
    "leave_out": ({"RECEIVED"}, "office", {"officer"}),
    "exempt": (NOT_SENT, "office", {"officer"}),
    "reinstate": ({"EXEMPT"}, "office", {"officer"}),
    "remind": (NOT_SENT | {"SUPPLEMENT"}, "office", {"officer"}),
    "assign_officer": (ALL, "office", {"officer"}),
    "ask_extension": (NOT_SENT, "unit", EDITORS),
    "propose_extension": (NOT_SENT, "office", {"officer"}),
    "decide_extension": (NOT_SENT, "office", {"leader"}),
    "give_late_reason": (ALL - {"EXEMPT"}, "unit", EDITORS),
    "excuse_lateness": (ALL - {"EXEMPT"}, "office", {"leader"}),
}
# The screen of these shows one revision; a stale one is refused.
SHOWS_A_REVISION = {
    "give_opinion", "conclude_review", "return_for_revision", "return_signed", "sign", "sign_and_issue", "issue",
    "recall_sent", "receive", "request_supplement",
}  # fmt: skip
REASON = {
    "recall", "recall_sent", "leave_out", "exempt", "reinstate", "ask_extension", "give_late_reason", "excuse_lateness",
}  # fmt: skip
REMARKS = {"return_for_revision", "return_signed", "request_supplement"}
DUE_AHEAD = {"request_supplement", "reinstate"}

"""Every word the system stores: states, verbs, seats, kinds. Labels are msgids; Vietnamese is in locale/vi."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class OrganizationKind(TextChoices):
    PROVINCE_COMMITTEE = "PROVINCE_COMMITTEE", _("Provincial committee")
    BLOC_COMMITTEE = "BLOC_COMMITTEE", _("Bloc committee")
    GRASSROOTS_PARTY = "GRASSROOTS_PARTY", _("Grassroots party organisation")
    GRASSROOTS_CELL = "GRASSROOTS_CELL", _("Grassroots cell")
    SUB_PARTY = "SUB_PARTY", _("Intermediate party organisation")
    SUB_CELL = "SUB_CELL", _("Cell under a grassroots party organisation")


CELL_KINDS = frozenset({OrganizationKind.GRASSROOTS_CELL, OrganizationKind.SUB_CELL})


class FourEyes(TextChoices):
    WARN = "WARN", _("Warn")
    REFUSE = "REFUSE", _("Refuse")


class Role(TextChoices):
    DRAFTER = "drafter", _("Drafter")
    MEMBER = "member", _("Member")
    DEPUTY = "deputy", _("Deputy secretary")
    SECRETARY = "secretary", _("Secretary")
    CLERK = "clerk", _("Clerk")
    OFFICER = "officer", _("Officer")
    LEADER = "leader", _("Leader")
    INSPECTOR = "inspector", _("Inspector")
    ADMINISTRATOR = "administrator", _("Administrator")


class Body(TextChoices):
    CELL = "CELL", _("Cell")
    COMMITTEE = "COMMITTEE", _("Committee")


class ReportState(TextChoices):
    DRAFT = "DRAFT", _("Draft")
    REVIEW = "REVIEW", _("Under cell review")
    REVISING = "REVISING", _("Answering opinions, completing")
    SIGNING = "SIGNING", _("Waiting for signature")
    SIGNED = "SIGNED", _("Signed, waiting for a number")
    SENT = "SENT", _("Sent, waiting for receipt")
    RECEIVED = "RECEIVED", _("Received")
    SUPPLEMENT = "SUPPLEMENT", _("Supplement requested")
    CONSOLIDATED = "CONSOLIDATED", _("Consolidated")
    EXEMPT = "EXEMPT", _("Not required to report")


class CampaignState(TextChoices):
    DRAFT = "DRAFT", _("Being prepared")
    OPEN = "OPEN", _("Open")
    CONSOLIDATING = "CONSOLIDATING", _("Being consolidated")
    CLOSED = "CLOSED", _("Closed")
    CANCELLED = "CANCELLED", _("Cancelled")


RUNNING = frozenset({CampaignState.OPEN, CampaignState.CONSOLIDATING})
EDITABLE = frozenset({ReportState.DRAFT, ReportState.REVISING, ReportState.SUPPLEMENT})


class Verb(TextChoices):
    # the report's flow, design.md section 5
    SET_UP = "set_up", _("Set up the report")
    OPEN_REQUEST = "open_request", _("Read the request")
    SAVE_ENTRY = "save_entry", _("Save draft")
    ANSWER = "answer", _("Accept or explain")
    ASSIGN = "assign", _("Assign the drafter")
    SUBMIT_FOR_REVIEW = "submit_for_review", _("Submit to the cell for opinions")
    SUBMIT_FOR_SIGNING = "submit_for_signing", _("Submit for signature")
    GIVE_OPINION = "give_opinion", _("Give an opinion")
    ENTER_MINUTES = "enter_minutes", _("Enter the result from the minutes")
    CONCLUDE_REVIEW = "conclude_review", _("Close the round of opinions")
    RETURN_FOR_REVISION = "return_for_revision", _("Return for revision")
    RETURN_SIGNED = "return_signed", _("Return after signature")
    SIGN = "sign", _("Sign")
    ISSUE = "issue", _("Number and send")
    RECALL = "recall", _("Recall")
    RECALL_SENT = "recall_sent", _("Recall what was sent")
    RECEIVE = "receive", _("Receive")
    REGISTER_PAPER = "register_paper", _("Receive on paper")
    REQUEST_SUPPLEMENT = "request_supplement", _("Request a supplement")
    WITHDRAW_SUPPLEMENT = "withdraw_supplement", _("Withdraw the supplement request")
    INCLUDE = "include", _("Include in the consolidation")
    LEAVE_OUT = "leave_out", _("Leave out of the consolidation")
    CONSOLIDATE = "consolidate", _("Consolidate")
    RELEASE = "release", _("Release from the consolidation")
    EXEMPT = "exempt", _("Exempt")
    REINSTATE = "reinstate", _("Reinstate")
    REMIND = "remind", _("Remind")
    ASSIGN_OFFICER = "assign_officer", _("Assign the officer")
    ASK_EXTENSION = "ask_extension", _("Ask for an extension")
    PROPOSE_EXTENSION = "propose_extension", _("Propose a decision on the extension")
    DECIDE_EXTENSION = "decide_extension", _("Decide on the extension")
    GIVE_LATE_REASON = "give_late_reason", _("Say why it is late")
    EXCUSE_LATENESS = "excuse_lateness", _("Excuse the lateness")
    # the clock speaks: rungs of the ladder, section 7
    DUE_NEAR = "due_near", _("Reminded before the deadline")
    DUE_DAY = "due_day", _("Reminded on the day of the deadline")
    OVERDUE = "overdue", _("Reminded after the deadline")
    DESK_WAITS = "desk_waits", _("Reminded of what waits at a desk")
    UNITS_OVERDUE = "units_overdue", _("Listed the units that have not sent")
    # the campaign's flow, section 5b
    EDIT = "edit", _("Edit the request")
    OPEN = "open", _("Open the request")
    ADD_UNITS = "add_units", _("Add units")
    AMEND = "amend", _("Amend the request")
    CUT_OFF = "cut_off", _("Cut off the figures")
    REOPEN = "reopen", _("Reopen the request")
    CLOSE = "close", _("Close the request")
    CANCEL = "cancel", _("Cancel the request")
    TURN_INTO_OWN = "turn_into_own", _("Continue as an own request")
    UPPER_AMENDED = "upper_amended", _("The upper request was amended")
    UPPER_CANCELLED = "upper_cancelled", _("The upper request was cancelled")
    CHANGE_LADDER = "change_ladder", _("Change the ladder of reminders")
    PAUSE_LADDER = "pause_ladder", _("Pause the reminders")
    RESUME_LADDER = "resume_ladder", _("Let the reminders go on")
    DRAFT_URGING = "draft_urging", _("Draft the urging letter")
    EDIT_URGING = "edit_urging", _("Edit the urging letter")
    SIGN_URGING = "sign_urging", _("Sign the urging letter")
    ISSUE_URGING = "issue_urging", _("Number and send the urging letter")
    DISCARD_URGING = "discard_urging", _("Discard the urging letter")
    RESEND_NOTICES = "resend_notices", _("Send failed notices again")
    # organisations and seats
    REGISTER_ORGANIZATION = "register_organization", _("Register an organisation")
    RENAME_ORGANIZATION = "rename_organization", _("Rename an organisation")
    START_TERM = "start_term", _("Start a term")
    GRANT_SEAT = "grant_seat", _("Grant a seat")
    END_SEAT = "end_seat", _("End a seat")
    CONFIRM_SEAT = "confirm_seat", _("Confirm a signing seat")
    APPOINT_STAND_IN = "appoint_stand_in", _("Appoint a stand-in")
    END_STAND_IN = "end_stand_in", _("End a stand-in")
    # accounts
    ISSUE_CODE = "issue_code", _("Issue a one-time code")
    RENAME_PERSON = "rename_person", _("Correct a person's name")
    CHANGE_PASSWORD = "change_password", _("Change the password")  # noqa: S105 – a verb
    RELEASE_SIGNING = "release_signing", _("Confirm signing after a new password")
    SET_CALENDAR = "set_calendar", _("Change the calendar")
    EXPORT_TIMELINESS = "export_timeliness", _("Export the timeliness ledger")
    # a stay inside an open draft, at most one event per person, report and 30 minutes
    EDITED = "edited", _("Edited the draft")


class Relation(TextChoices):
    OWN = "own", _("Own organisation")
    ISSUER = "issuer", _("Issuing organisation")


class Read(TextChoices):
    """What a person may look at, design.md section 6."""

    WORKING_COPY = "working_copy", _("Read the working copy")
    REVIEW = "review", _("Read the revision under review, opinions, votes by name")
    SUBMITTED = "submitted", _("Read the submitted or signed revision")
    SENT = "sent", _("Read the sent revision, files, issued document")
    STATE = "state", _("See the state, dates, holder, totals of votes")
    HISTORY = "history", _("Read the history")


class Stream(TextChoices):
    REPORT = "report", _("Report")
    CAMPAIGN = "campaign", _("Request")
    ORGANIZATION = "organization", _("Organisation")
    ACCOUNT = "account", _("Account")


class ReviewMode(TextChoices):
    OPINIONS = "OPINIONS", _("Opinions only")
    VOTE = "VOTE", _("Vote of the cell")
    COMMITTEE = "COMMITTEE", _("Decision of the committee")
    NONE = "NONE", _("No review")


class ReviewResult(TextChoices):
    ADOPTED = "ADOPTED", _("Adopted")
    NOT_ADOPTED = "NOT_ADOPTED", _("Not adopted")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    VOID = "VOID", _("Void")


class OpinionKind(TextChoices):
    AGREE = "AGREE", _("Agree")
    AGREE_WITH_ADDITIONS = "AGREE_WITH_ADDITIONS", _("Agree, with additions")
    DISAGREE = "DISAGREE", _("Disagree")
    RESERVE = "RESERVE", _("Reserve opinion")


class AnswerKind(TextChoices):
    ACCEPTED = "ACCEPTED", _("Accepted")
    EXPLAINED = "EXPLAINED", _("Explained")


class SectionKind(TextChoices):
    NARRATIVE = "NARRATIVE", _("Narrative")
    ROWS = "ROWS", _("Rows")
    INDICATORS = "INDICATORS", _("Indicators")


class AudienceRule(TextChoices):
    ALL = "ALL", _("All units")
    KINDS = "KINDS", _("Kinds of unit")
    LIST = "LIST", _("Listed units")


class Aggregation(TextChoices):
    SUM = "SUM", _("Total in the period")
    SNAPSHOT = "SNAPSHOT", _("As of the cut-off date, added up")
    YES_COUNT = "YES_COUNT", _("Number of units that answer yes")
    RATIO = "RATIO", _("Ratio")
    TEXT = "TEXT", _("Text, not aggregated")


class HolidayRule(TextChoices):
    KEEP = "KEEP", _("Keep the day")
    NEXT = "NEXT", _("Move to the next working day")
    PREVIOUS = "PREVIOUS", _("Move to the previous working day")


class DayKind(TextChoices):
    HOLIDAY = "HOLIDAY", _("Holiday")
    COMPENSATION = "COMPENSATION", _("Day off in lieu")
    SWAPPED_OFF = "SWAPPED_OFF", _("Day off by exchange")
    WORKED = "WORKED", _("Worked in exchange")


class Timeliness(TextChoices):
    NOT_DUE = "NOT_DUE", _("Not yet due")
    DUE_SOON = "DUE_SOON", _("Due soon")
    DUE_TODAY = "DUE_TODAY", _("Due today")
    OVERDUE = "OVERDUE", _("Overdue")
    ON_TIME = "ON_TIME", _("Sent on time")
    LATE = "LATE", _("Sent late")
    NOT_EXPECTED = "NOT_EXPECTED", _("Not expected")


class Stage(TextChoices):
    """The desks that the fair clock tells apart (rules/stage_clock.py)."""

    DRAFTER = "drafter", _("Drafter")
    CELL = "cell", _("Cell")
    SECRETARY = "secretary", _("Secretary")
    CLERK = "clerk", _("Clerk")
    OFFICE = "office", _("Office")


class DocumentType(TextChoices):
    REPORT = "BC", _("Report")
    LETTER = "CV", _("Official letter")
    MINUTES = "BB", _("Minutes")
    ANNOUNCEMENT = "TB", _("Announcement")


class SigningMethod(TextChoices):
    CONFIRMED = "CONFIRMED", _("Confirmed in the system")


class ExtensionDecision(TextChoices):
    GRANTED = "GRANTED", _("Granted")
    REFUSED = "REFUSED", _("Refused")


class Channel(TextChoices):
    EMAIL = "EMAIL", _("E-mail")
    GATEWAY = "GATEWAY", _("Outgoing gateway")


class NoticeMode(TextChoices):
    NOW = "NOW", _("At once")
    DIGEST = "DIGEST", _("In the daily digest")
    OFF = "OFF", _("Not at all")


class DeliveryState(TextChoices):
    WAITING = "WAITING", _("Waiting")
    CLAIMED = "CLAIMED", _("Taken by a sender")
    SENDING = "SENDING", _("Being sent")
    SENT = "SENT", _("Delivered")
    FAILED = "FAILED", _("Failed")
    WITHHELD = "WITHHELD", _("Withheld")


_OF_A_COMMITTEE: dict[str, Promise] = {
    ReportState.REVIEW: _("Under committee review"),
    Verb.SUBMIT_FOR_REVIEW: _("Submit to the committee for opinions"),
}


def label(word: ReportState | Verb, kind: str) -> str:
    """The word as a unit of this kind says it: a cell submits to the cell, a party organisation to its committee."""
    if kind not in CELL_KINDS and word in _OF_A_COMMITTEE:
        return str(_OF_A_COMMITTEE[word])
    return str(word.label)

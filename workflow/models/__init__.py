from workflow.models.campaigns import Campaign, CampaignRemark
from workflow.models.deadlines import (
    CalendarDay,
    ClimbedRung,
    ClockMark,
    Extension,
    Lateness,
    OfficeTold,
    Pause,
    Rung,
    TimelinessRecord,
)
from workflow.models.events import Event, Seal
from workflow.models.notices import Delivery, Notice, Preference
from workflow.models.organizations import Organization, OrganizationName, Person, Seat, SignInAttempt, StandIn, Term
from workflow.models.outlines import Indicator, Outline, Section
from workflow.models.papers import IssuedDocument, PaperFile, Signature, UrgingLetter
from workflow.models.reports import Attachment, Entry, IssuedValue, Report, Revision, Source, Value
from workflow.models.reviews import Counted, Opinion, OpinionPoint, Remark, ReviewRound, Supplement

__all__ = [
    "Attachment",
    "CalendarDay",
    "Campaign",
    "CampaignRemark",
    "ClimbedRung",
    "ClockMark",
    "Counted",
    "Delivery",
    "Entry",
    "Event",
    "Extension",
    "Indicator",
    "IssuedDocument",
    "IssuedValue",
    "Lateness",
    "Notice",
    "OfficeTold",
    "Opinion",
    "OpinionPoint",
    "Organization",
    "OrganizationName",
    "Outline",
    "Pause",
    "PaperFile",
    "Person",
    "Preference",
    "Remark",
    "Report",
    "ReviewRound",
    "Revision",
    "Rung",
    "Seal",
    "Seat",
    "Section",
    "SignInAttempt",
    "Signature",
    "Source",
    "StandIn",
    "Supplement",
    "Term",
    "TimelinessRecord",
    "UrgingLetter",
    "Value",
]

"""The verbs as the screens call them: one action each, from what the plain model is told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from workflow.actions import campaigns, deadlines, drafting, intake, preparing, review, signing, timeliness
from workflow.actions.drafting import Figure
from workflow.actions.opening import Confirmation
from workflow.actions.outlines import OutlineDraft, SectionDraft
from workflow.actions.review import Minutes
from workflow.choices import AnswerKind, OpinionKind, SectionKind
from workflow.models import Attachment, Entry, OpinionPoint, Organization, Person, Remark, Report, Section
from workflow.rules.calendar import local_day

DAY = timedelta(days=1)
Asked = dict[str, Any]


def call(verb: str, row: int, actor: Person, now: datetime, asked: Asked) -> Any:
    """Let the actor do the verb on a report or a request."""
    if verb in CAMPAIGN_CALLS:
        return CAMPAIGN_CALLS[verb]({"campaign_id": row, "actor": actor, "now": now}, asked)
    return CALLS[verb]({"report_id": row, "actor": actor, "now": now}, asked)


def reason(asked: Asked) -> str:
    return "Theo chỉ đạo" if asked["words"] else "  "


def said(asked: Asked) -> list[tuple[int | None, str]]:
    """The remarks given; without words only blanks."""
    return [(None, text) for text in asked["texts"]] if asked["words"] else [(None, " ")]


def shown(who: Asked, asked: Asked) -> Asked:
    """The revision that the screen was built from."""
    current = Report.objects.values_list("current_revision_id", flat=True).get(pk=who["report_id"])
    return {**who, "revision_id": -1 if asked["stale"] else current or 0}


def save_entry(who: Asked, asked: Asked) -> None:
    report = Report.objects.select_related("campaign").get(pk=who["report_id"])
    figures = {code: Figure(number=Decimal(number)) for code, number in asked["figures"].items()}
    for section in Section.objects.filter(outline=report.campaign.outline_id, key__in=asked["places"]):
        entry = Entry.objects.filter(report=report, section=section).first()
        drafting.save_entry(
            **who,
            section_id=section.pk,
            version=(entry.version if entry else 0) + (7 if asked["stale"] else 0),
            text="" if section.kind == SectionKind.ROWS else "Chi bộ đã quán triệt đầy đủ.",
            rows=[{"name": "Kế hoạch số 05-KH/CB"}] if section.kind == SectionKind.ROWS else [],
            figures=figures if section.key == "III" else None,
        )


def answer(who: Asked, asked: Asked) -> None:
    kind = AnswerKind.EXPLAINED if asked["explained"] else AnswerKind.ACCEPTED
    given = {**who, "answer": kind, "text": reason(asked)}
    point = OpinionPoint.objects.filter(text=asked["said"]).first()
    if point is not None:
        drafting.answer_point(**given, point_id=point.pk)
    else:
        remark = Remark.objects.filter(text=asked["said"]).first()
        drafting.answer_remark(**given, remark_id=remark.pk if remark else -1)


def give_opinion(who: Asked, asked: Asked) -> None:
    points = [(None, text) for text in asked["texts"]]
    review.give_opinion(**shown(who, asked), kind=OpinionKind(asked["kind"]), points=points)


def enter_minutes(who: Asked, asked: Asked) -> None:
    agree, disagree, other, present = asked["minutes"]
    held_on = local_day(who["now"]) + (DAY if asked["tomorrow"] else 0 * DAY)
    minutes = Minutes("05-BB/CB", held_on, present, agree, disagree, other)
    review.enter_minutes(**who, minutes=minutes, points=[(None, text) for text in asked["texts"]])


def signing_as(who: Asked, asked: Asked) -> Asked:
    moment = who["now"] - (timedelta(minutes=6) if asked["confirmed"] == "old" else timedelta())
    person = -1 if asked["confirmed"] == "other" else who["actor"].pk
    confirmed = None if asked["confirmed"] == "none" else Confirmation(person_id=person, at=moment)
    return {**shown(who, asked), "confirmed": confirmed, "self_signing_confirmed": asked["also_signs"]}


def issue(who: Asked, asked: Asked) -> None:
    dated = local_day(who["now"]) + asked["dated"] * DAY if asked["dated"] else None
    signing.issue(**shown(who, asked), number=asked["number"], dated=dated)


def register_paper(who: Asked, asked: Asked) -> None:
    scan = Attachment.objects.filter(report=who["report_id"]).first()
    arrived = who["now"] + (DAY if asked["tomorrow"] else 0 * DAY)
    number = "07-BC/CB" if asked["words"] else " "
    intake.register_paper(
        **who, scan_id=scan.pk if scan else -1, number=number, dated=local_day(who["now"]), arrived_at=arrived
    )  # fmt: skip


def person(asked: Asked) -> int:
    return Person.objects.values_list("pk", flat=True).get(username=asked["person"])


def due_or_not(asked: Asked) -> datetime | None:
    return asked["due"] if asked["grant"] else None


Call = Callable[[Asked, Asked], Any]

CALLS: dict[str, Call] = {
    "open_request": lambda who, _: drafting.open_request(**who),
    "save_entry": save_entry,
    "answer": answer,
    "assign": lambda who, asked: drafting.assign(**who, person_id=person(asked)),
    "submit_for_review": lambda who, asked: drafting.submit_for_review(**who, closes_at=asked["closes"]),
    "submit_for_signing": lambda who, _: drafting.submit_for_signing(**who),
    "give_opinion": give_opinion,
    "enter_minutes": enter_minutes,
    "conclude_review": lambda who, asked: review.conclude_review(**shown(who, asked), adopted=asked["adopted"]),
    "return_for_revision": lambda who, asked: review.return_for_revision(
        **shown(who, asked), remarks=said(asked), opinions_again=asked["again"]
    ),
    "return_signed": lambda who, asked: review.return_signed(
        **shown(who, asked), remarks=said(asked), opinions_again=asked["again"]
    ),
    "sign": lambda who, asked: signing.sign(**signing_as(who, asked)),
    "sign_and_issue": lambda who, asked: signing.sign_and_issue(**signing_as(who, asked), number=asked["number"]),
    "issue": issue,
    "recall": lambda who, asked: drafting.recall(**who, reason=reason(asked)),
    "recall_sent": lambda who, asked: signing.recall_sent(**shown(who, asked), reason=reason(asked)),
    "receive": lambda who, asked: intake.receive(**shown(who, asked), incoming_number="12"),
    "register_paper": register_paper,
    "request_supplement": lambda who, asked: intake.request_supplement(
        **shown(who, asked), remarks=said(asked), due=asked["due"]
    ),
    "withdraw_supplement": lambda who, _: intake.withdraw_supplement(**who),
    "include": lambda who, _: intake.include(**who),
    "leave_out": lambda who, asked: intake.leave_out(**who, reason=reason(asked)),
    "exempt": lambda who, asked: intake.exempt(**who, reason=reason(asked)),
    "reinstate": lambda who, asked: intake.reinstate(**who, reason=reason(asked), due=asked["due"]),
    "remind": lambda who, _: intake.remind(**who),
    "assign_officer": lambda who, asked: intake.assign_officer(**who, person_id=person(asked)),
    "ask_extension": lambda who, asked: deadlines.ask_extension(**who, due=asked["due"], reason=reason(asked)),
    "propose_extension": lambda who, asked: deadlines.propose_extension(**who, due=due_or_not(asked)),
    "decide_extension": lambda who, asked: deadlines.decide_extension(**who, due=due_or_not(asked)),
    "give_late_reason": lambda who, asked: timeliness.give_late_reason(**who, reason=reason(asked)),
    "excuse_lateness": lambda who, asked: timeliness.excuse_lateness(**who, reason=reason(asked)),
}


def add_units(who: Asked, asked: Asked) -> None:
    unit = Organization.objects.get(code=asked["unit"])
    campaigns.add_units(**who, unit_ids=[unit.pk])


def amend(who: Asked, asked: Asked) -> None:
    place = asked["place"]
    sections = [SectionDraft(key=place, heading=f"Nội dung bổ sung {place}", kind=SectionKind.NARRATIVE)]
    additions = OutlineDraft(title="Đề cương bổ sung", sections=sections) if place else None
    campaigns.amend(**who, additions=additions, due=asked["moved"])


CAMPAIGN_CALLS: dict[str, Call] = {
    "edit": lambda who, _: preparing.edit_campaign(**who, fields={"legal_basis": "Công văn 810-CV/TU"}),
    "open": lambda who, _: campaigns.open_campaign(**who),
    "add_units": add_units,
    "amend": amend,
    "cut_off": lambda who, _: campaigns.cut_off(**who),
    "reopen": lambda who, asked: campaigns.reopen(**who, reason=reason(asked)),
    "close": lambda who, asked: campaigns.close(**who, reason=reason(asked)),
    "cancel": lambda who, asked: campaigns.cancel(**who, reason=reason(asked)),
    "turn_into_own": lambda who, _: campaigns.turn_into_own(**who),
}

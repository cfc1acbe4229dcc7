"""Extensions and reminders of many units at once, lateness, and the export of the ledger."""

from datetime import timedelta
from typing import Any

from tests.builders import NOW, World, to_sent
from tests.concurrency.scene import LATER, REASON, Scene
from tests.failure.trials import in_world, on_report
from workflow.actions import campaigns, deadlines, intake, timeliness
from workflow.choices import ReportState, Verb

DAY = timedelta(days=1)
GRANTED = LATER + 60 * DAY
OVERDUE = NOW + 70 * DAY
UNITS = {"cell": "lan", "other": "oanh", "party": "thu"}


def many(world: World, who: str, **asked: Any) -> dict[str, Any]:
    """The reports of all units, two of which have asked for a later due."""
    reports = {unit: world.report(unit).pk for unit in UNITS}
    for unit in ("cell", "other"):
        deadlines.ask_extension(
            report_id=reports[unit], actor=world.people[UNITS[unit]], due=GRANTED, reason=REASON, now=NOW
        )
    return {"report_ids": list(reports.values()), "actor": world.people[who], **asked}


def proposed(world: World) -> dict[str, Any]:
    asked = many(world, "dung")
    deadlines.propose_extensions(**asked, due=GRANTED - DAY, now=NOW)
    return {**asked, "actor": world.khanh, "due": None, "as_proposed": True}


def give_reason(scene: Scene) -> None:
    timeliness.give_late_reason(report_id=scene.report_id, actor=scene.world.lan, reason=REASON, now=OVERDUE)


def closed_late(world: World) -> dict[str, Any]:
    """A closed request with a late report that was explained and excused."""
    report = to_sent(world, world.report(), OVERDUE - 5 * DAY)
    asked: dict[str, Any] = {"report_id": report.pk, "reason": REASON, "now": OVERDUE}
    timeliness.give_late_reason(**asked, actor=world.lan)
    timeliness.excuse_lateness(**asked, actor=world.khanh)
    return {"campaign_id": world.campaign.pk, "actor": world.khanh, "reason": REASON}


def in_the_ledger(world: World) -> dict[str, Any]:
    campaigns.close(**closed_late(world), now=OVERDUE)
    return {"issuer_id": world.duk.pk, "year": 2026, "actor": world.tam}


DEADLINE_TRIALS = [
    in_world(
        Verb.PROPOSE_EXTENSION, deadlines.propose_extensions, lambda world: many(world, "dung", due=GRANTED)
    ),
    in_world(
        Verb.DECIDE_EXTENSION, deadlines.decide_extensions,
        lambda world: many(world, "khanh", due=None, as_asked=True),
    ),
    in_world(Verb.DECIDE_EXTENSION, deadlines.decide_extensions, proposed, remark="as proposed"),
    in_world(Verb.REMIND, intake.remind_all, lambda world: many(world, "dung")),
    on_report(
        Verb.GIVE_LATE_REASON, timeliness.give_late_reason, ReportState.DRAFT, "lan", now=OVERDUE, reason=REASON
    ),
    on_report(
        Verb.GIVE_LATE_REASON, timeliness.give_late_reason, ReportState.DRAFT, "hung", now=OVERDUE,
        before=give_reason, remark="again", reason=REASON,
    ),
    on_report(
        Verb.EXCUSE_LATENESS, timeliness.excuse_lateness, ReportState.DRAFT, "khanh", now=OVERDUE,
        before=give_reason, reason=REASON,
    ),
    in_world(Verb.CLOSE, campaigns.close, closed_late, remark="with an excused lateness", now=OVERDUE),
    in_world(Verb.EXPORT_TIMELINESS, timeliness.export_timeliness, in_the_ledger, now=OVERDUE),
]  # fmt: skip

"""Every verb of a request, and everything in the register, the files and the seal."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.builders import LAST_DAY, NOW, OUTLINE, SINCE, World, prepared_campaign, to_received
from tests.concurrency.cascade import Cascade
from tests.concurrency.scene import LATER, REASON
from tests.failure.trials import in_world
from workflow.actions import attachments, campaigns, organizations, outline_changes, preparing, sealing
from workflow.actions.outlines import OutlineDraft, SectionDraft
from workflow.actions.register import (
    CalendarDraft,
    OrganizationDraft,
    PersonDraft,
    SeatDraft,
    TermDraft,
    register,
)
from workflow.choices import AudienceRule, DayKind, OrganizationKind, Role, SectionKind, Verb
from workflow.models import Seat
from workflow.rules.ladder import HOUSE_LADDER

SCAN: dict[str, Any] = {"title": "Bản quét", "name": "scan.pdf", "content": b"%PDF-1.7", "declared": True}
ADDITIONS = OutlineDraft(
    title="Bổ sung",
    sections=[SectionDraft(key="IV", heading="Kiến nghị", kind=SectionKind.NARRATIVE, required=False)],
)
# A ratio and its parts: the one refers to the others, so they are not removed in any order.
SHORTER = replace(
    OUTLINE,
    sections=[section for section in OUTLINE.sections if section.key == "III"],
    indicators=[indicator for indicator in OUTLINE.indicators if indicator.code in {"A5", "A6", "A56"}],
)
BRANCH = OrganizationDraft(code="branch", parent="duk", kind=OrganizationKind.GRASSROOTS_CELL, name="Chi bộ Báo")


def request(world: World, who: str, **asked: Any) -> dict[str, Any]:
    return {"campaign_id": world.campaign.pk, "actor": world.people[who], **asked}


def prepared(world: World, outline: OutlineDraft = OUTLINE) -> dict[str, Any]:
    campaign = prepared_campaign(world.duk, world.dung, number="640-CV/ĐUK", outline=outline)
    return {"campaign_id": campaign.pk, "actor": world.dung}


def edited(world: World) -> dict[str, Any]:
    return {
        **prepared(world, SHORTER),
        "fields": {"subject": "V/v tổng kết", "audience": AudienceRule.LIST},
        "last_day": LAST_DAY,
        "consolidation_day": date(2026, 8, 14),
        "audience_units": [world.cell.pk],
        "outline": SHORTER,
        "ladder": HOUSE_LADDER,
    }


def asked_of_one(world: World) -> dict[str, Any]:
    asked = prepared(world)
    preparing.edit_campaign(**asked, fields={"audience": AudienceRule.LIST}, audience_units=[world.cell.pk], now=NOW)
    campaigns.open_campaign(**asked, now=NOW)
    return {**asked, "unit_ids": [world.other.pk, world.party.pk]}


def of_cascade(world: World, who: str, **asked: Any) -> dict[str, Any]:
    """The upper request, with a lower one that answers it."""
    return {"campaign_id": Cascade.build(world).upper.pk, "actor": world.people[who], **asked}


def closed(world: World) -> dict[str, Any]:
    asked = request(world, "khanh", reason=REASON)
    campaigns.close(**asked, now=LATER)
    return asked


def orphaned(world: World) -> dict[str, Any]:
    """A lower request whose upper one was cancelled after its report had been signed."""
    cascade = Cascade.build(world)
    cascade.sign(cascade.own, "khanh")
    campaigns.cancel(campaign_id=cascade.upper.pk, actor=world.viet, reason=REASON, now=LATER)
    return {"campaign_id": cascade.lower.pk, "actor": world.khanh}


def with_a_received_report(world: World) -> dict[str, Any]:
    to_received(world, world.report())
    return request(world, "khanh", reason=REASON)


def in_cell(world: World, who: str = "xuan", **asked: Any) -> dict[str, Any]:
    return {"organization_id": world.cell.pk, "actor": world.people[who], **asked}


def seat_asked(world: World) -> dict[str, Any]:
    return in_cell(world, person_id=world.nam.pk, role=Role.DEPUTY, since=NOW.date())


def waiting_seat(world: World) -> dict[str, Any]:
    return {"seat_id": organizations.grant_seat(**seat_asked(world), now=NOW).pk, "actor": world.ngoc}


def stand_in_asked(world: World) -> dict[str, Any]:
    return in_cell(world, "hung", person_id=world.binh.pk, since=NOW.date(), until=None, basis="Quyết định số 12-QĐ/CB")


def standing_in(world: World) -> dict[str, Any]:
    stand_in = organizations.appoint_stand_in(**stand_in_asked(world), now=NOW)
    return {"stand_in_id": stand_in.pk, "actor": world.hung, "until": LATER.date()}


def renamed(world: World) -> dict[str, Any]:
    return in_cell(
        world, name="Chi bộ Sở Khoa học", letterhead_name="CHI BỘ SỞ KHOA HỌC", letterhead_above="", symbol="CB",
        since=NOW.date(),
    )  # fmt: skip


def registered(world: World) -> dict[str, Any]:
    """New rows of every kind, and corrections of every kind."""
    corrected = OrganizationDraft(
        code="cell", parent="duk", kind=OrganizationKind.GRASSROOTS_CELL, name="Chi bộ Sở", official_members=9
    )
    return {
        "organizations": [BRANCH, corrected],
        "people": [PersonDraft(username="moi", full_name="Người mới"), PersonDraft(username="lan", full_name="Lan")],
        "seats": [
            SeatDraft("branch", "moi", Role.DRAFTER, SINCE),
            SeatDraft("cell", "mai", Role.CLERK, SINCE, until=date(2026, 12, 31)),
        ],
        "terms": [TermDraft("branch", SINCE), TermDraft("cell", SINCE, until=date(2030, 6, 30))],
        "calendar": [
            CalendarDraft(day=date(2027, 2, 8), kind=DayKind.HOLIDAY, note="Tết"),
            CalendarDraft(day=date(2026, 9, 2), kind=DayKind.HOLIDAY, note="Quốc khánh 2/9"),
        ],
        "actor": None,
    }


def with_a_file(world: World) -> dict[str, Any]:
    request = prepared(world)
    return request | {"key": attachments.attach_to_request(**request, **SCAN, now=NOW).key}


REQUEST_TRIALS = [
    in_world(
        Verb.EDIT, preparing.prepare_campaign,
        lambda world: {"issuer_id": world.duk.pk, "actor": world.dung, "subject": "V/v sơ kết"},
    ),
    in_world(Verb.EDIT, preparing.edit_campaign, edited),
    in_world(
        Verb.EDIT, outline_changes.change_outline,
        lambda world: {**prepared(world), "change": lambda draft: outline_changes.without_section(draft, "I.2")},
    ),
    in_world(Verb.EDIT, attachments.attach_to_request, lambda world: {**prepared(world), **SCAN}),
    in_world(Verb.EDIT, attachments.remove_from_request, with_a_file),
    in_world(Verb.OPEN, campaigns.open_campaign, prepared, tells=frozenset({Verb.OPEN, Verb.SET_UP})),
    in_world(
        Verb.ADD_UNITS, campaigns.add_units, asked_of_one, tells=frozenset({Verb.ADD_UNITS, Verb.SET_UP})
    ),
    in_world(
        Verb.AMEND, campaigns.amend, remark="outline", tells=frozenset({Verb.AMEND, Verb.UPPER_AMENDED}),
        prepare=lambda world: of_cascade(world, "uyen", additions=ADDITIONS),
    ),
    in_world(
        Verb.AMEND, campaigns.amend, remark="deadline",
        prepare=lambda world: of_cascade(world, "viet", due=LATER + timedelta(days=90)),
    ),
    in_world(Verb.CUT_OFF, campaigns.cut_off, lambda world: request(world, "dung")),
    in_world(Verb.REOPEN, campaigns.reopen, closed),
    in_world(Verb.CLOSE, campaigns.close, with_a_received_report),
    in_world(Verb.CANCEL, campaigns.cancel, with_a_received_report),
    in_world(
        Verb.CANCEL, campaigns.cancel, lambda world: of_cascade(world, "viet", reason=REASON), remark="upper",
        tells=frozenset({Verb.CANCEL, Verb.UPPER_CANCELLED}),
    ),
    in_world(
        Verb.TURN_INTO_OWN, campaigns.turn_into_own, orphaned,
        tells=frozenset({Verb.TURN_INTO_OWN, Verb.OPEN, Verb.SET_UP, Verb.RELEASE}),
    ),
]  # fmt: skip

REGISTER_TRIALS = [
    in_world(
        Verb.REGISTER_ORGANIZATION, register, registered,
        tells=frozenset({Verb.REGISTER_ORGANIZATION, Verb.START_TERM, Verb.GRANT_SEAT, Verb.SET_CALENDAR}),
    ),
    in_world(Verb.RENAME_ORGANIZATION, organizations.rename_organization, renamed),
    in_world(Verb.START_TERM, organizations.start_term, lambda world: in_cell(world, since=date(2030, 7, 1))),
    in_world(Verb.GRANT_SEAT, organizations.grant_seat, seat_asked),
    in_world(
        Verb.END_SEAT, organizations.end_seat,
        lambda world: {
            "seat_id": Seat.objects.get(organization=world.cell, role=Role.CLERK).pk,
            "actor": world.xuan,
            "until": LATER.date(),
        },
    ),
    in_world(Verb.CONFIRM_SEAT, organizations.confirm_seat, waiting_seat),
    in_world(Verb.APPOINT_STAND_IN, organizations.appoint_stand_in, stand_in_asked),
    in_world(Verb.END_STAND_IN, organizations.end_stand_in, standing_in),
    in_world(
        None, attachments.keep_scan, lambda world: {"report_id": world.report().pk, "actor": world.dung, **SCAN}
    ),
    in_world(None, sealing.seal, lambda _world: {}),
]  # fmt: skip

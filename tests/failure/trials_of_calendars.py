"""Everything that changes the working calendar: an organisation's own days, and the general ones."""

from datetime import date
from typing import Any

from tests.builders import NOW, World
from tests.failure.trials import in_world
from workflow.actions.calendar import DayDraft, clear_days, import_days, seed_year, set_days
from workflow.choices import DayKind, Verb

# One new day, and one that the general calendar has already.
DAYS = [
    DayDraft(date(2026, 9, 2), DayKind.HOLIDAY, "Quốc khánh 2/9"),
    DayDraft(date(2027, 2, 8), DayKind.HOLIDAY, "Tết"),
]
LIST = "day;kind;note\n02/9/2026;Nghỉ lễ;Quốc khánh 2/9\n08/02/2027;Nghỉ lễ;Tết\n"


def general(world: World, **asked: Any) -> dict[str, Any]:
    return {"organization_id": None, "actor": world.xuan, **asked}


def own(world: World, **asked: Any) -> dict[str, Any]:
    return {"organization_id": world.duk.pk, "actor": world.dung, **asked}


def with_days(world: World) -> dict[str, Any]:
    set_days(**own(world, days=DAYS), now=NOW)
    return own(world, days=[draft.day for draft in DAYS])


CALENDAR_TRIALS = [
    in_world(Verb.SET_CALENDAR, set_days, lambda world: own(world, days=DAYS), remark="own"),
    in_world(Verb.SET_CALENDAR, set_days, lambda world: general(world, days=DAYS), remark="general"),
    in_world(Verb.SET_CALENDAR, clear_days, with_days),
    in_world(Verb.SET_CALENDAR, import_days, lambda world: general(world, text=LIST)),
    in_world(Verb.SET_CALENDAR, seed_year, lambda world: {"year": 2027, "actor": world.xuan}),
]

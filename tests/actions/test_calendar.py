"""The working calendar: entered, cleared, imported, seeded; by whom, and what is told. domain.md §4.7."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.builders import NOW, World
from tests.refusals import refused
from workflow import errors
from workflow.actions.calendar import DayDraft, clear_days, import_days, seed_year, set_days
from workflow.actions.register import SeatDraft, register
from workflow.choices import DayKind, Role, Stream, Verb
from workflow.models import CalendarDay, Event, Organization, Person
from workflow.queries.integrity import check_integrity

TET = DayDraft(date(2027, 2, 8), DayKind.HOLIDAY, "Mùng ba Tết")
SWAPPED = DayDraft(date(2026, 8, 31), DayKind.SWAPPED_OFF, "Hoán đổi với ngày 22/8/2026")
WORKED = DayDraft(date(2026, 8, 22), DayKind.WORKED, "Làm bù cho ngày 31/8/2026")


def days_of(owner: Organization | None, year: int | None = None) -> list[tuple[date, str, str]]:
    rows = CalendarDay.objects.filter(organization=owner).order_by("day")
    return list((rows if year is None else rows.filter(day__year=year)).values_list("day", "kind", "note"))


def told(organization: Organization) -> list[dict[str, Any]]:
    events = Event.objects.filter(stream=Stream.ORGANIZATION, stream_id=organization.pk, verb=Verb.SET_CALENDAR)
    return list(events.order_by("seq").values_list("facts", flat=True))


def enter(world: World, *days: DayDraft, actor: Person | None = None, owner: Organization | None = None) -> int:
    organization = owner or world.duk
    return set_days(organization_id=organization.pk, days=days, actor=actor or world.dung, now=NOW)


def enter_general(world: World, *days: DayDraft, actor: Person | None = None) -> int:
    return set_days(organization_id=None, days=days, actor=actor, now=NOW)


# set_days, clear_days


def test_days_are_entered_and_corrected_and_the_others_stay(world: World) -> None:
    assert enter(world, SWAPPED, WORKED) == 2
    assert enter(world, TET, DayDraft(SWAPPED.day, DayKind.SWAPPED_OFF, " Hoán đổi ")) == 2

    assert days_of(world.duk) == [
        (WORKED.day, "WORKED", WORKED.note),
        (SWAPPED.day, "SWAPPED_OFF", "Hoán đổi"),
        (TET.day, "HOLIDAY", TET.note),
    ]
    assert told(world.duk) == [
        {"year": 2026, "days": 2, "everybody": False},
        {"year": 2026, "days": 1, "everybody": False},
        {"year": 2027, "days": 1, "everybody": False},
    ]
    assert check_integrity() == []


def test_what_is_the_same_already_changes_nothing_and_is_not_told(world: World) -> None:
    enter(world, TET)
    before = list(CalendarDay.objects.values_list("pk", "day").order_by("pk"))

    assert enter(world, TET) == 0
    assert enter(world) == 0
    assert list(CalendarDay.objects.values_list("pk", "day").order_by("pk")) == before
    assert len(told(world.duk)) == 1


def test_general_days_are_told_at_every_root(world: World) -> None:
    before = len(told(world.tu))

    assert enter_general(world, TET, actor=world.xuan) == 1

    assert (TET.day, "HOLIDAY", TET.note) in days_of(None)
    assert told(world.tu)[before:] == [{"year": 2027, "days": 1, "everybody": True}]


def test_a_cleared_day_leaves_the_calendar_and_a_missing_one_is_passed_over(world: World) -> None:
    enter(world, TET, SWAPPED)
    enter_general(world, TET)

    def clear(*days: date) -> int:
        return clear_days(organization_id=world.duk.pk, days=days, actor=world.dung, now=NOW)

    assert clear(TET.day, date(2027, 3, 1)) == 1
    assert clear(TET.day) == 0

    assert [day for day, _kind, _note in days_of(world.duk)] == [SWAPPED.day]
    assert TET.day in [day for day, _kind, _note in days_of(None)]
    assert told(world.duk)[-1] == {"year": 2027, "days": 1, "everybody": False}


@pytest.mark.parametrize(
    ("days", "refusal", "code"),
    [
        ([TET, DayDraft(TET.day, DayKind.WORKED)], errors.DayTwice, "day_twice"),
        ([SWAPPED, DayDraft(date(227, 2, 6), DayKind.HOLIDAY)], errors.DayUnlikely, "day_unlikely"),
        ([SWAPPED, DayDraft(TET.day, DayKind.HOLIDAY, "T" * 201)], errors.TextTooLong, "text_too_long"),
        ([SWAPPED, DayDraft(TET.day, DayKind.HOLIDAY, "\x00")], errors.UnreadableText, "unreadable_text"),
    ],
)
def test_a_wrong_day_leaves_nothing_behind(
    world: World, days: list[DayDraft], refusal: type[errors.RuleBroken], code: str
) -> None:
    with refused(refusal, code):
        enter(world, *days)


# who may

Act = Callable[[World, Person], object]
OWN_ACTS: dict[str, Act] = {
    "set": lambda world, actor: set_days(organization_id=world.cell.pk, days=[TET], actor=actor, now=NOW),
    "clear": lambda world, actor: clear_days(organization_id=world.cell.pk, days=[TET.day], actor=actor, now=NOW),
    "import": lambda world, actor: import_days(
        organization_id=world.cell.pk, text="06/02/2027;Nghỉ lễ;", actor=actor, now=NOW
    ),
}
GENERAL_ACTS: dict[str, Act] = {
    "set": lambda _world, actor: set_days(organization_id=None, days=[TET], actor=actor, now=NOW),
    "clear": lambda _world, actor: clear_days(organization_id=None, days=[TET.day], actor=actor, now=NOW),
    "import": lambda _world, actor: import_days(organization_id=None, text="06/02/2027;Nghỉ lễ;", actor=actor, now=NOW),
    "seed": lambda _world, actor: seed_year(year=2027, actor=actor, now=NOW),
}


@pytest.mark.parametrize("act", OWN_ACTS)
def test_own_days_are_the_officers_of_the_organisation_and_an_administrators_there_or_above(
    world: World, act: str
) -> None:
    register(
        seats=[
            SeatDraft("cell", "mai", Role.OFFICER, date(2025, 7, 1)),
            SeatDraft("cell", "stranger", Role.ADMINISTRATOR, date(2026, 6, 2)),  # from tomorrow
        ],
        actor=None,
        now=NOW,
    )
    for actor in (world.lan, world.hung, world.binh, world.nam):  # other seats of the cell
        with refused(errors.NotYourDesk, "not_your_desk"):
            OWN_ACTS[act](world, actor)
    for actor in (world.dung, world.khanh, world.viet):  # officers and leaders above it
        with refused(errors.NotYourDesk, "not_your_desk"):
            OWN_ACTS[act](world, actor)
    for actor in (world.oanh, world.thu, world.sub_drafter, world.stranger):  # beside and below it
        with refused(errors.NotVisible, "not_visible"):
            OWN_ACTS[act](world, actor)
    world.xuan.is_active = False
    with refused(errors.NotVisible, "not_visible"):
        OWN_ACTS[act](world, world.xuan)
    OWN_ACTS[act](world, world.mai)
    OWN_ACTS[act](world, world.ngoc)


@pytest.mark.parametrize("act", GENERAL_ACTS)
def test_the_general_days_are_an_administrators_at_a_root(world: World, act: str) -> None:
    register(
        seats=[SeatDraft("duk", "mai", Role.ADMINISTRATOR, date(2025, 7, 1))],
        actor=None,
        now=NOW,
    )
    for actor in (world.mai, world.uyen, world.viet, world.dung, world.lan):
        with refused(errors.NotYourDesk, "not_your_desk"):
            GENERAL_ACTS[act](world, actor)
    world.stranger.is_superuser = True
    world.ngoc.is_active = False
    for actor in (world.stranger, world.ngoc):
        with refused(errors.NotVisible, "not_visible"):
            GENERAL_ACTS[act](world, actor)
    GENERAL_ACTS[act](world, world.xuan)


def test_an_organisation_that_does_not_exist_is_not_found(world: World) -> None:
    for actor in (world.xuan, None):
        with refused(errors.NotVisible, "not_visible"):
            set_days(organization_id=0, days=[TET], actor=actor, now=NOW)


@pytest.mark.django_db
def test_at_the_console_the_general_days_come_before_the_first_organisation() -> None:
    assert set_days(organization_id=None, days=[TET], actor=None, now=NOW) == 1
    assert not Event.objects.exists()


# import_days


def test_a_list_is_imported_whole_and_again_changes_nothing(world: World) -> None:
    text = "\ufeffNgày;Loại;Ghi chú\r\n31/8/2026;Nghỉ hoán đổi;Hoán đổi với ngày 22/8/2026\r\n22/8/2026;Làm bù;\r\n"

    def bring() -> int:
        return import_days(organization_id=world.duk.pk, text=text, actor=world.dung, now=NOW)

    assert bring() == 2
    assert bring() == 0
    assert days_of(world.duk) == [
        (WORKED.day, "WORKED", ""),
        (SWAPPED.day, "SWAPPED_OFF", "Hoán đổi với ngày 22/8/2026"),
    ]
    assert told(world.duk) == [{"year": 2026, "days": 2, "everybody": False}]


def test_one_wrong_line_imports_nothing_and_is_named(world: World) -> None:
    with refused(errors.CalendarListRefused, "calendar_list_refused", count=2):
        import_days(
            organization_id=None,
            text="day;kind;note\n06/02/2027;Nghỉ lễ;\n07/02/2027;Nghỉ phép;\n06/02/2027;Nghỉ bù;\n",
            actor=world.xuan,
            now=NOW,
        )


# seed_year


def seed(year: int = 2027, now: datetime = NOW) -> int:
    return seed_year(year=year, actor=None, now=now)


def test_seeding_fills_a_year_and_again_changes_nothing(world: World) -> None:
    before = len(told(world.tu))

    assert seed() == 14  # 01/01/2027 stands there already, entered by hand
    assert seed() == 0

    days = {day: (kind, note) for day, kind, note in days_of(None, 2027)}
    assert days[date(2027, 1, 1)] == ("HOLIDAY", "Tết Dương lịch")
    assert days[date(2027, 2, 4)] == ("COMPENSATION", "29 Tết (dự kiến)")
    assert days[date(2027, 5, 3)][0] == "COMPENSATION"
    assert len(told(world.tu)) == before + 1


def test_a_year_that_has_come_is_no_longer_expected_and_what_was_corrected_by_hand_stays(world: World) -> None:
    seed()
    by_hand = [
        DayDraft(date(2027, 2, 4), DayKind.WORKED, "Vẫn làm việc"),
        DayDraft(date(2027, 2, 10), DayKind.SWAPPED_OFF, "Mùng năm Tết Nguyên Đán (dự kiến)"),
        DayDraft(date(2027, 2, 11), DayKind.HOLIDAY, "Mùng sáu Tết"),
    ]
    enter_general(world, *by_hand)

    seed(now=datetime(2027, 1, 4, 2, tzinfo=UTC))

    days = {day: (kind, note) for day, kind, note in days_of(None, 2027)}
    for draft in by_hand:
        assert days.pop(draft.day) == (draft.kind, draft.note)
    assert not any("dự kiến" in note for _kind, note in days.values())


def test_the_last_evening_of_a_year_in_utc_is_the_new_year_here(world: World) -> None:
    seed(now=datetime(2026, 12, 31, 17, 30, tzinfo=UTC))

    assert not any("dự kiến" in note for _day, _kind, note in days_of(None, 2027))


def test_the_swap_that_the_library_misses_is_seeded(world: World) -> None:
    seed(2026)

    days = {day: kind for day, kind, _note in days_of(None, 2026)}
    assert (days[date(2026, 1, 2)], days[date(2026, 1, 10)]) == ("SWAPPED_OFF", "WORKED")
    assert (days[date(2026, 8, 31)], days[date(2026, 8, 22)]) == ("SWAPPED_OFF", "WORKED")


def test_a_year_beyond_the_tables_is_not_guessed(world: World) -> None:
    with refused(errors.CalendarYearUnknown, "calendar_year_unknown", year=2100):
        seed(2100)

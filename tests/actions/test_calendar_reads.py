"""By which calendar an organisation counts, and what is shown of it."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from tests.builders import NOW, World, prepared_campaign
from workflow.actions import campaigns, preparing
from workflow.actions.calendar import DayDraft, import_days, seed_year, set_days
from workflow.actions.register import OrganizationDraft, register
from workflow.choices import DayKind, HolidayRule, OrganizationKind, Timeliness
from workflow.flows.calendars import calendar_of, calendars_of
from workflow.models import CalendarDay, Organization, TimelinessRecord
from workflow.models.tree import calendar_lines
from workflow.queries.calendar import Origin, YearDay, export_days, missing_years, read_deadline, year_of
from workflow.rules.calendar import LOCAL

MONDAY, TUESDAY = date(2026, 8, 3), date(2026, 8, 4)  # after the Friday on which the request is due
OCTOBER = datetime(2026, 9, 30, 17, tzinfo=UTC)


def day_off(owner: Organization | None, *days: date, kind: DayKind = DayKind.HOLIDAY, note: str = "") -> None:
    owner_id = None if owner is None else owner.pk
    set_days(organization_id=owner_id, days=[DayDraft(day, kind, note) for day in days], actor=None, now=NOW)


# calendar_of, calendars_of


def test_a_superiors_days_hold_for_those_below_until_a_nearer_one_says_otherwise(world: World) -> None:
    day_off(world.tu, MONDAY, TUESDAY)
    day_off(world.duk, TUESDAY, kind=DayKind.WORKED)
    day_off(world.cell, date(2026, 8, 5))

    def works(unit: Organization) -> list[bool]:
        calendar = calendar_of(unit.pk)
        return [calendar.is_working_day(date(2026, 8, day)) for day in (3, 4, 5)]

    assert works(world.tu) == [False, False, True]
    assert works(world.duk) == works(world.other) == works(world.sub) == [False, True, True]
    assert works(world.cell) == [False, True, False]


def test_general_days_hold_for_whoever_says_nothing_else(world: World) -> None:
    day_off(None, MONDAY)
    day_off(world.duk, MONDAY, kind=DayKind.WORKED)

    assert not calendar_of(world.tu.pk).is_working_day(MONDAY)
    assert calendar_of(world.cell.pk).is_working_day(MONDAY)


def test_equal_calendars_are_one_object(world: World) -> None:
    day_off(world.cell, MONDAY)
    day_off(world.other, MONDAY)

    found = calendars_of(unit.pk for unit in (world.cell, world.other, world.duk, world.party, world.sub))

    assert found[world.cell.pk] is found[world.other.pk]
    assert found[world.duk.pk] is found[world.party.pk] is found[world.sub.pk]
    assert found[world.cell.pk] != found[world.duk.pk]


def test_ten_thousand_organisations_take_two_queries(world: World, django_assert_num_queries: Any) -> None:
    register(
        organizations=[
            OrganizationDraft(
                code=f"unit-{number}",
                parent="party" if number % 2 else "duk",
                kind=OrganizationKind.SUB_CELL,
                name=f"Chi bộ số {number}",
            )
            for number in range(10_000)
        ],
        actor=None,
        now=NOW,
    )
    day_off(world.party, MONDAY)
    ids = list(Organization.objects.filter(code__startswith="unit-").values_list("pk", flat=True))

    with django_assert_num_queries(2):
        found = calendars_of(ids)

    assert len(found) == 10_000
    assert len({id(calendar) for calendar in found.values()}) == 2
    assert calendar_lines(ids[:2]) in ({ids[0]: (), ids[1]: (world.party.pk,)}, {ids[0]: (world.party.pk,), ids[1]: ()})


def test_of_nobody_nothing_is_asked(world: World) -> None:
    assert calendars_of([]) == {}


# the issuer's calendar counts


@pytest.mark.parametrize(("owner", "late"), [("", 2), ("cell", 2), ("duk", 1), ("tu", 1)])
def test_a_unit_is_late_by_the_calendar_of_the_issuer_and_not_by_its_own(world: World, owner: str, late: int) -> None:
    if owner:
        day_off(world.units[owner], MONDAY)

    closing = datetime.combine(TUESDAY, time(9), LOCAL)
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Hết kỳ.", now=closing)

    record = TimelinessRecord.objects.get(report__organization=world.cell)
    assert (record.timeliness, record.working_days) == (Timeliness.OVERDUE, late)


@pytest.mark.parametrize(("owner", "moved"), [("cell", False), ("duk", True), ("tu", True)])
def test_a_due_moves_by_the_days_of_the_issuer_and_its_superiors(world: World, owner: str, moved: bool) -> None:
    day_off(world.units[owner], date(2026, 7, 31))

    campaign = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")

    last = date(2026, 8, 4) if moved else date(2026, 8, 1)
    assert campaign.due == datetime.combine(last, time(), LOCAL)


# read_deadline


def test_a_deadline_in_words_is_read_by_the_issuers_calendar_and_stored_as_read(world: World) -> None:
    day_off(world.duk, MONDAY)
    text, rule = "chậm nhất 17 giờ ngày 02/8/2026", HolidayRule.NEXT

    reading = read_deadline(text, world.duk.pk, rule, NOW.date())
    elsewhere = read_deadline(text, world.tu.pk, rule, NOW.date())

    assert reading is not None
    assert elsewhere is not None
    assert (reading.last_day, elsewhere.last_day) == (TUESDAY, MONDAY)
    campaign = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    edited = preparing.edit_campaign(
        campaign_id=campaign.pk,
        actor=world.dung,
        fields={"deadline_text": text, "holiday_rule": rule},
        last_day=reading.stated.last_day,
        hour=reading.stated.hour,
        now=NOW,
    )
    assert edited.due == reading.due == datetime(2026, 8, 4, 17, tzinfo=LOCAL)
    assert read_deadline("sớm nhất có thể", world.duk.pk, rule, NOW.date()) is None


# year_of, export_days


def test_a_year_shows_whose_row_holds_on_each_day(world: World) -> None:
    day_off(None, MONDAY, TUESDAY, note="Chung")
    day_off(world.tu, TUESDAY, kind=DayKind.SWAPPED_OFF, note="Tỉnh")
    day_off(world.duk, date(2026, 8, 8), kind=DayKind.WORKED, note="Khối")
    day_off(world.cell, MONDAY, kind=DayKind.WORKED)
    national = YearDay(date(2026, 9, 2), DayKind.HOLIDAY, "Quốc khánh", Origin.GENERAL)
    of_the_province = YearDay(TUESDAY, DayKind.SWAPPED_OFF, "Tỉnh", Origin.SUPERIOR, world.tu.name)

    assert year_of(world.duk.pk, 2026) == [
        YearDay(MONDAY, DayKind.HOLIDAY, "Chung", Origin.GENERAL),
        of_the_province,
        YearDay(date(2026, 8, 8), DayKind.WORKED, "Khối", Origin.OWN, world.duk.name),
        national,
    ]
    assert year_of(world.cell.pk, 2026)[:2] == [
        YearDay(MONDAY, DayKind.WORKED, "", Origin.OWN, world.cell.name),
        of_the_province,
    ]
    assert [day.origin for day in year_of(None, 2026)] == [Origin.GENERAL] * 3
    assert year_of(None, 2025) == []


def test_what_is_exported_is_imported_again_as_it_was(world: World) -> None:
    seed_year(year=2026, actor=None, now=NOW)
    day_off(world.duk, MONDAY, note='=Ngày "riêng"; của Khối')

    for owner, count in ((None, 17), (world.duk.pk, 1)):
        text = export_days(owner, 2026)
        rows = list(CalendarDay.objects.filter(organization=owner).values_list("day", "kind", "note").order_by("day"))
        assert import_days(organization_id=owner, text=text, actor=None, now=NOW) == 0
        CalendarDay.objects.filter(organization=owner, day__year=2026).delete()
        assert import_days(organization_id=owner, text=text, actor=None, now=NOW) == count
        again = CalendarDay.objects.filter(organization=owner).values_list("day", "kind", "note").order_by("day")
        assert list(again) == rows


# missing_years


def test_the_coming_year_is_missed_in_the_last_quarter_until_it_has_a_holiday(world: World) -> None:
    units = [world.duk.pk, world.cell.pk]
    CalendarDay.objects.filter(day__year=2027).delete()
    day_off(None, date(2027, 1, 9), kind=DayKind.WORKED)

    assert missing_years(units, NOW) == {}
    assert missing_years(units, OCTOBER) == {unit: [2027] for unit in units}
    day_off(world.cell, date(2027, 2, 8))
    assert missing_years(units, OCTOBER) == {world.duk.pk: [2027]}
    seed_year(year=2027, actor=None, now=OCTOBER)
    assert missing_years(units, OCTOBER) == {}


def test_a_year_is_missed_as_soon_as_a_running_request_is_due_in_it(world: World) -> None:
    CalendarDay.objects.filter(day__year=2027).delete()
    campaign = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")

    def prepare(last_day: date, consolidation_day: date) -> None:
        preparing.edit_campaign(
            campaign_id=campaign.pk,
            actor=world.dung,
            fields={"holiday_rule": HolidayRule.KEEP},
            last_day=last_day,
            consolidation_day=consolidation_day,
            now=NOW,
        )

    prepare(date(2026, 12, 31), date(2027, 1, 15))
    assert missing_years([world.duk.pk], NOW) == {}
    campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=NOW)

    assert missing_years([world.duk.pk, world.tu.pk], NOW) == {world.duk.pk: [2027]}


def test_a_request_due_with_the_end_of_the_year_asks_for_no_other(world: World) -> None:
    CalendarDay.objects.filter(day__year=2027).delete()
    campaign = prepared_campaign(world.duk, world.dung, number="700-CV/ĐUK")
    preparing.edit_campaign(
        campaign_id=campaign.pk,
        actor=world.dung,
        fields={"holiday_rule": HolidayRule.KEEP},
        last_day=date(2026, 12, 31),
        consolidation_day=date(2026, 12, 31),
        now=NOW,
    )
    campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=NOW)

    assert missing_years([world.duk.pk], NOW) == {}

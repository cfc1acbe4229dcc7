"""Lịch làm việc: the year, and its four verbs."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.builders import World
from workflow.choices import DayKind
from workflow.models import CalendarDay, Person

SeenBy = Callable[[Person], Client]


def year(world: World, code: str = "duk", number: int = 2026) -> str:
    return f"/to-chuc/{world.units[code].pk}/lich/{number}/"


def do(client: Client, address: str, verb: str, **fields: Any) -> Any:
    return client.post(address, {"verb": verb, **fields})


def own(world: World, code: str = "duk") -> dict[date, str]:
    rows = CalendarDay.objects.filter(organization=world.units[code])
    return dict(rows.order_by("day").values_list("day", "kind"))


def test_the_year_has_twelve_months_and_says_each_day_by_word(seen_by: SeenBy, world: World) -> None:
    page = seen_by(world.yen).get(year(world)).content.decode()
    assert page.count("<caption>") == 12
    assert "Quốc khánh" in page
    assert 'name="verb" value="paint"' in page


def test_everybody_of_the_organisation_reads_and_only_the_office_writes(seen_by: SeenBy, world: World) -> None:
    for person, status in ((world.giang, 403), (world.lan, 404), (world.stranger, 404)):
        client = seen_by(person)
        shown = client.get(year(world))
        assert shown.status_code == (200 if status == 403 else 404)
        assert 'value="paint"' not in shown.content.decode()
        assert do(client, year(world), "paint", first="2026-06-15", kind="HOLIDAY").status_code == status
    assert own(world) == {}


def test_a_range_is_painted_and_again_changes_nothing(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    for _time in range(2):
        painted = do(
            client, year(world), "paint", first="2026-06-15", last="17/06/2026", kind="SWAPPED_OFF", note="Hội"
        )
        assert painted.status_code == 303
    assert own(world) == {date(2026, 6, day): DayKind.SWAPPED_OFF for day in (15, 16, 17)}


@pytest.mark.parametrize(
    "wrong",
    [{"first": ""}, {"last": "2026-06-01"}, {"last": "2028-06-01"}, {"kind": "PARTY"}, {"note": "x" * 201}],
)
def test_what_cannot_be_painted_comes_back_as_typed(seen_by: SeenBy, world: World, wrong: dict[str, str]) -> None:
    fields = {"first": "2026-06-15", "last": "2026-06-17", "kind": "WORKED", "note": "Làm bù"} | wrong
    refused = do(seen_by(world.yen), year(world), "paint", **fields)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert all(f'value="{fields[name]}"' in page for name in ("first", "last", "note"))
    assert own(world) == {}


def test_ticked_days_are_taken_out_and_only_ones_own(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    do(client, year(world), "paint", first="2026-06-15", last="2026-06-16", kind="HOLIDAY")
    do(client, year(world), "clear", day=["2026-06-15", "2026-09-02"])
    assert list(own(world)) == [date(2026, 6, 16)]
    assert CalendarDay.objects.filter(organization=None, day=date(2026, 9, 2)).exists()


def test_a_list_goes_out_and_comes_in(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    do(client, year(world), "import", list="15/06/2026;Nghỉ lễ;Ngày hội\n20/06/2026;Ngày làm việc bù;")
    written = client.get(year(world) + "tai-ve/")
    assert written["Content-Disposition"] == 'attachment; filename="lich-2026.csv"'
    file = SimpleUploadedFile("lich.csv", written.content)
    assert do(seen_by(world.xuan), year(world, "cell"), "import", file=file).status_code == 303
    assert own(world, "cell") == own(world) == {date(2026, 6, 15): "HOLIDAY", date(2026, 6, 20): "WORKED"}


def test_a_list_with_a_mistake_comes_back_whole(seen_by: SeenBy, world: World) -> None:
    refused = do(seen_by(world.yen), year(world), "import", list="15/06/2026;Nghỉ lễ;A\n31/02/2026;Nghỉ lễ;B")
    assert refused.status_code == 422
    assert "31/02/2026;Nghỉ lễ;B" in refused.content.decode()
    picture = SimpleUploadedFile("lich.csv", b"\xff\xd8\xff\xe0")
    assert do(seen_by(world.yen), year(world), "import", file=picture).status_code == 422
    assert own(world) == {}


def test_the_general_days_are_the_top_administrators(seen_by: SeenBy, world: World) -> None:
    assert seen_by(world.lan).get("/lich-chung/2026/").status_code == 200
    assert seen_by(world.stranger).get("/lich-chung/2026/").status_code == 404
    assert do(seen_by(world.yen), "/lich-chung/2026/", "seed").status_code == 403
    before = CalendarDay.objects.filter(organization=None).count()
    assert do(seen_by(world.xuan), "/lich-chung/2026/", "seed").status_code == 303
    assert CalendarDay.objects.filter(organization=None).count() > before
    assert "Nhập ngày nghỉ năm 2026" in seen_by(world.xuan).get("/lich-chung/2026/").content.decode()


def test_a_year_without_a_holiday_is_warned_of(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    warning = "chưa có ngày nghỉ nào"
    assert warning in client.get(year(world, number=2028)).content.decode()
    assert warning not in client.get(year(world)).content.decode()
    assert client.get(year(world, number=1800)).status_code == 404


def test_a_year_that_is_not_known_is_refused(seen_by: SeenBy, world: World) -> None:
    assert do(seen_by(world.xuan), "/lich-chung/1950/", "seed").status_code == 422

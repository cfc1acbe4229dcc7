"""The calendar at the console: seed a year, take it out as a list, correct it, bring it back."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils.translation import override

from tests.builders import World
from workflow.models import CalendarDay, Event

pytestmark = pytest.mark.django_db


def calendar(*words: str) -> str:
    out = StringIO()
    with time_machine.travel(datetime(2026, 11, 22, 2, tzinfo=UTC), tick=False):
        call_command("calendar", *words, stdout=out)
    return out.getvalue()


def refusal(*words: str) -> str:
    before = CalendarDay.objects.count()
    with pytest.raises(CommandError) as refused:
        calendar(*words)
    assert CalendarDay.objects.count() == before
    return str(refused.value)


def test_a_year_is_seeded_corrected_in_a_spreadsheet_and_brought_back(world: World, tmp_path: Path) -> None:
    calendar("seed", "2027")
    days = CalendarDay.objects.filter(day__year=2027, organization=None)
    assert days.count() == 15
    file = tmp_path / "lich.csv"
    text = calendar("export", "2027")
    assert "04/02/2027;Nghỉ bù;29 Tết (dự kiến)" in text
    file.write_text(text.replace("29 Tết (dự kiến)", "29 Tết (Thông báo số 01)"), encoding="utf-8", newline="")

    calendar("import", str(file))
    calendar("seed", "2027")

    assert days.get(day="2027-02-04").note == "29 Tết (Thông báo số 01)"
    assert days.count() == 15
    events = Event.objects.count()
    calendar("import", str(file))
    assert Event.objects.count() == events


def test_an_organisations_own_days_are_named_by_its_code(world: World, tmp_path: Path) -> None:
    file = tmp_path / "khoi.csv"
    file.write_text("\ufeffNgày,Loại,Ghi chú\n15/3/2027,Nghỉ hoán đổi,Riêng\n", encoding="utf-8")

    calendar("import", str(file), "--organization", "duk")

    assert CalendarDay.objects.get(organization=world.duk).note == "Riêng"
    assert "15/03/2027;Nghỉ hoán đổi;Riêng" in calendar("export", "2027", "--organization", "duk")
    assert "Riêng" not in calendar("export", "2027")


@override("en")
def test_a_mistake_brings_nothing_and_says_where(world: World, tmp_path: Path) -> None:
    file = tmp_path / "lich.csv"
    file.write_text("day;kind;note\n01/01/2028;Nghỉ lễ;\n32/01/2028;Nghỉ lễ;\n")
    assert "line 3" in refusal("import", str(file))
    file.write_bytes("01/01/2028;Nghỉ lễ;Tết Dương lịch\n".encode("cp1258", "replace"))
    assert "UTF-8" in refusal("import", str(file))
    assert "nowhere" in refusal("export", "2027", "--organization", "nowhere")
    assert str(tmp_path / "none.csv") in refusal("import", str(tmp_path / "none.csv"))
    assert "2150" in refusal("seed", "2150")

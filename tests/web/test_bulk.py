"""A verb for many units at once: shown before it is done, answered for each, harmless when sent twice."""

from collections.abc import Callable
from datetime import date, timedelta

import time_machine
from django.test import Client

from tests.builders import NOW, World, to_sent
from tests.web.conftest import later
from workflow.actions import deadlines
from workflow.choices import Verb
from workflow.models import Event, Person
from workflow.rules.calendar import last_day_of

SeenBy = Callable[[Person], Client]
CELL, OTHER = "Chi bộ Sở Thông tin", "Chi bộ Bưu điện"
ASKED = NOW + timedelta(days=66)


def many(world: World) -> str:
    return f"/dot/{world.campaign.pk}/theo-doi/nhieu/"


def ids(world: World, *names: str) -> list[int]:
    return [world.report(name).pk for name in names]


def ask_for_extensions(world: World) -> None:
    for name, who in {"cell": world.lan, "other": world.oanh}.items():
        report_id = world.report(name).pk
        deadlines.ask_extension(report_id=report_id, actor=who, due=ASKED, reason="Chờ số liệu.", now=NOW)


def reminded() -> list[int]:
    return sorted(Event.objects.filter(verb=Verb.REMIND).values_list("stream_id", flat=True))


def test_nothing_is_sent_before_the_officer_has_seen_whom_it_goes_to(seen_by: SeenBy, world: World) -> None:
    page = seen_by(world.yen).post(many(world), {"verb": "remind", "report": ids(world, "cell", "other")})
    assert page.status_code == 200
    assert CELL in page.content.decode()
    assert OTHER in page.content.decode()
    assert reminded() == []


def test_the_marked_units_are_reminded_once_however_often_the_form_is_sent(seen_by: SeenBy, world: World) -> None:
    client = seen_by(world.yen)
    chosen = ids(world, "cell", "other")
    form = {"verb": "remind", "report": chosen, "seen": repr(NOW.timestamp())}
    client.post(many(world), form)
    assert "Đã thực hiện 2/2 đơn vị" in client.post(many(world), form | {"do": "1"}).content.decode()
    again = client.post(many(world), form | {"do": "1"}).content.decode()
    assert "Đã thực hiện 0/2 đơn vị" in again
    assert reminded() == sorted(chosen)


def test_a_unit_that_has_sent_is_told_apart_and_the_others_are_reminded(
    seen_by: SeenBy, world: World, frozen: time_machine.Traveller
) -> None:
    to_sent(world, world.report())
    later(frozen, NOW + timedelta(days=10))
    client = seen_by(world.yen)
    seen = repr((NOW + timedelta(days=10)).timestamp())
    form = {"verb": "remind", "report": ids(world, "cell", "other"), "seen": seen}
    assert "Không có việc phải nhắc" in client.post(many(world), form).content.decode()
    answer = client.post(many(world), form | {"do": "1"}).content.decode()
    assert "Đã thực hiện 1/2 đơn vị" in answer
    assert answer.index(CELL) < answer.index(OTHER)
    assert reminded() == ids(world, "other")


def test_all_that_the_filter_finds_may_be_reminded(seen_by: SeenBy, world: World) -> None:
    form = {"verb": "remind", "all": "1", "query": "q=chi+bo", "do": "1", "seen": repr(NOW.timestamp())}
    seen_by(world.yen).post(many(world), form)
    assert reminded() == sorted(ids(world, "cell", "other"))


def test_a_unit_of_another_request_is_not_reminded_from_this_board(seen_by: SeenBy, world: World) -> None:
    form = {"verb": "remind", "report": [world.own_report.pk], "seen": repr(NOW.timestamp())}
    client = seen_by(world.yen)
    assert "Chưa chọn đơn vị nào" in client.post(many(world), form).content.decode()
    client.post(many(world), form | {"do": "1"})
    assert reminded() == []


def test_who_sits_in_no_office_finds_nothing_and_an_inspector_does_nothing(seen_by: SeenBy, world: World) -> None:
    form = {"verb": "remind", "report": ids(world, "cell"), "do": "1", "seen": "0"}
    assert seen_by(world.hung).post(many(world), form).status_code == 404
    assert seen_by(world.tam).post(many(world), form).status_code == 403
    assert seen_by(world.khanh).post(many(world), form).status_code == 403
    assert seen_by(world.yen).post(many(world), form | {"verb": "exempt"}).status_code == 422
    assert reminded() == []


def test_an_officer_proposes_and_a_leader_decides_for_many_at_once(seen_by: SeenBy, world: World) -> None:
    ask_for_extensions(world)
    chosen = ids(world, "cell", "other", "party")
    form = {"verb": "extend", "report": chosen, "do": "1", "seen": repr(NOW.timestamp())}
    officer, leader = seen_by(world.yen), seen_by(world.khanh)
    assert officer.post(many(world), form | {"decision": "asked"}).status_code == 422
    officer.post(many(world), form | {"decision": "day", "day": "2026-08-10"})
    preview = leader.post(many(world), {"verb": "extend", "report": chosen}).content.decode()
    assert "Chờ số liệu." in preview
    assert "Không có đề nghị gia hạn" in preview
    answer = leader.post(many(world), form | {"decision": "proposed"}).content.decode()
    assert "Đã thực hiện 2/3 đơn vị" in answer
    assert last_day_of(world.report("other").due) == date(2026, 8, 10)
    again = leader.post(many(world), form | {"decision": "proposed"}).content.decode()
    assert "Đã thực hiện 0/3 đơn vị" in again
    assert Event.objects.filter(verb=Verb.DECIDE_EXTENSION).count() == 2


def test_a_day_that_is_missing_is_said_and_the_choice_is_kept(seen_by: SeenBy, world: World) -> None:
    ask_for_extensions(world)
    form = {"verb": "extend", "report": ids(world, "cell"), "do": "1", "decision": "day", "day": "31/02/2026"}
    page = seen_by(world.khanh).post(many(world), form)
    assert page.status_code == 422
    assert 'value="day" required checked' in page.content.decode()
    assert world.report().due == world.report().original_due


def test_a_leader_grants_each_as_it_asked_or_refuses_all(seen_by: SeenBy, world: World) -> None:
    ask_for_extensions(world)
    leader = seen_by(world.khanh)
    form = {"verb": "extend", "do": "1"}
    leader.post(many(world), form | {"report": ids(world, "cell"), "decision": "asked"})
    leader.post(many(world), form | {"report": ids(world, "other"), "decision": "refuse"})
    assert (world.report().due, world.report("other").due) == (ASKED, world.report("other").original_due)

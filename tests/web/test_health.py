"""What monitors ask: alive without anything, ready only when the clock goes, figures to the monitor alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tests.builders import NOW, World
from tests.web.conftest import later
from workflow.actions.clock import sweep
from workflow.delivery.fanout import fan_out
from workflow.models import Person

pytestmark = pytest.mark.django_db
MONITOR = "127.0.0.1"


def figures(client: Client) -> dict[str, float]:
    text = client.get("/so-lieu/", REMOTE_ADDR=MONITOR).content.decode()
    return {
        " ".join([sample.name, *(value for _name, value in sorted(sample.labels.items()))]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_alive_asks_no_database(client: Client, django_assert_num_queries: Callable[[int], object]) -> None:
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        answer = client.get("/suc-khoe/song/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_it_is_ready_once_the_clock_has_swept(world: World, frozen: time_machine.Traveller, client: Client) -> None:
    fan_out(now=NOW)
    before = client.get("/suc-khoe/san-sang/")
    sweep(now=NOW)
    after = client.get("/suc-khoe/san-sang/")
    assert (before.status_code, before.json()["clock"]) == (503, False)
    assert after.json() == {"database": True, "migrations": True, "clock": True, "outbox": True}
    assert after.status_code == 200


def test_a_clock_that_stands_still_is_not_ready(world: World, frozen: time_machine.Traveller, client: Client) -> None:
    sweep(now=NOW)
    later(frozen, NOW + timedelta(minutes=6))
    answer = client.get("/suc-khoe/san-sang/")
    assert (answer.status_code, answer.json()["clock"]) == (503, False)


def test_a_table_that_the_code_expects_and_is_not_there_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'workflow' AND name <> '0001_initial'")
    answer = client.get("/suc-khoe/san-sang/")
    assert (answer.status_code, answer.json()["migrations"]) == (503, False)


def test_figures_are_for_the_monitor_only(client: Client) -> None:
    assert client.get("/so-lieu/", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/so-lieu/", REMOTE_ADDR=MONITOR).status_code == 200


def test_figures_count_what_nobody_has_been_told_of(
    world: World, frozen: time_machine.Traveller, client: Client
) -> None:
    before = figures(client)
    fan_out(now=NOW)
    sweep(now=NOW)
    after = figures(client)
    assert before["baocao_outbox_events"] > 0
    assert before["baocao_clock_age_seconds"] == -1
    assert (after["baocao_outbox_events"], after["baocao_clock_age_seconds"]) == (0, 0)
    assert after["baocao_reports DRAFT"] > 0


def test_requests_are_timed_by_route_and_never_by_what_was_typed(
    world: World, seen_by: Callable[[Person], Client], client: Client
) -> None:
    client.get("/suc-khoe/song/")
    client.get("/anything-a-stranger-types/")
    timed = [name for name in figures(client) if name.startswith("baocao_request_seconds_count")]
    assert "baocao_request_seconds_count GET suc-khoe/song/ 200" in timed
    assert "baocao_request_seconds_count GET none 404" in timed
    assert not any("stranger" in name for name in timed)

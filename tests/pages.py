"""Every page, with somebody who may see it: what the tests of words, queries, weight and accessibility walk through."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse

from tests.builders import (
    NOW,
    World,
    build_world,
    prepared_campaign,
    to_received,
    to_review,
    to_revising,
    to_sent,
    to_signed,
    to_signing,
)
from workflow.actions import campaigns, deadlines
from workflow.delivery.fanout import fan_out
from workflow.models import Campaign, Report

# When everything below has happened.
AT = NOW + timedelta(days=8)


@dataclass
class Office:
    """A world in the middle of its work: three requests, reports in every state, notices told."""

    world: World
    first: Campaign
    second: Campaign
    preparing: Campaign

    def report(self, campaign: Campaign, unit: str) -> Report:
        return Report.objects.get(campaign=campaign, organization=self.world.units[unit])


def build_office() -> Office:
    world = build_world()
    people, units = world.people, world.units
    second = prepared_campaign(units["duk"], people["dung"], number="700-CV/ĐUK")
    campaigns.open_campaign(campaign_id=second.pk, actor=people["dung"], now=NOW)
    preparing = prepared_campaign(units["duk"], people["dung"], number="810-CV/ĐUK")
    office = Office(world, world.campaign, second, preparing)
    to_sent(world, office.report(world.campaign, "cell"))
    to_review(world, office.report(world.campaign, "other"), AT - timedelta(hours=2))
    to_signing(world, office.report(world.campaign, "party"))
    to_signed(world, office.report(second, "cell"))
    to_received(world, office.report(second, "other"))
    to_revising(world, office.report(second, "party"))
    deadlines.ask_extension(
        report_id=office.report(second, "party").pk,
        actor=people["thu"],
        due=second.due + timedelta(days=7) if second.due else AT,
        reason="Chờ số liệu của các chi bộ trực thuộc.",
        now=AT,
    )
    while fan_out(now=AT):
        pass
    return office


@dataclass(frozen=True)
class Visit:
    """A page, by route name, with the person who looks and the ids in its address."""

    route: str
    person: str
    ids: Callable[[Office], dict[str, Any]] = lambda _office: {}
    query: str = ""

    def address(self, office: Office) -> str:
        return reverse(self.route, kwargs=self.ids(office)) + self.query


def _report(unit: str, *, second: bool = False) -> Callable[[Office], dict[str, Any]]:
    return lambda office: {"report_id": office.report(office.second if second else office.first, unit).pk}


def _own(office: Office) -> dict[str, Any]:
    return {"report_id": office.world.own_report.pk}


def _section(office: Office) -> dict[str, Any]:
    return _report("party", second=True)(office) | {"section_id": office.world.section("I.1", office.second).pk}


def _revision(office: Office) -> dict[str, Any]:
    return _report("cell")(office) | {"number": office.report(office.first, "cell").revisions.latest("number").number}


def _first(office: Office) -> dict[str, Any]:
    return {"campaign_id": office.first.pk}


def _second(office: Office) -> dict[str, Any]:
    return {"campaign_id": office.second.pk}


def _preparing(office: Office) -> dict[str, Any]:
    return {"campaign_id": office.preparing.pk}


def _part(**ids: Any) -> Callable[[Office], dict[str, Any]]:
    return lambda office: {"campaign_id": office.preparing.pk, **ids}


def _gathered_section(office: Office) -> dict[str, Any]:
    return _second(office) | {"section_id": office.world.section("I.1", office.second).pk}


def _gathered_figure(office: Office) -> dict[str, Any]:
    assert office.second.outline is not None
    return _second(office) | {"indicator_id": office.second.outline.indicators.get(code="A5").pk}


def _unit(code: str) -> Callable[[Office], dict[str, Any]]:
    return lambda office: {"organization_id": office.world.units[code].pk}


def _year(code: str) -> Callable[[Office], dict[str, Any]]:
    return lambda office: _unit(code)(office) | {"year": AT.year}


def _person(name: str) -> Callable[[Office], dict[str, Any]]:
    return lambda office: {"person_id": office.world.people[name].pk}


def _of_unit(route_ids: Callable[[Office], dict[str, Any]], unit: str) -> Callable[[Office], dict[str, Any]]:
    return lambda office: route_ids(office) | _report(unit, second=True)(office)


VISITS = [
    Visit("desk", "lan"),
    Visit("desk", "dung"),
    Visit("desk", "son"),
    Visit("reports", "thu"),
    Visit("report", "lan", _report("cell")),
    Visit("report", "thu", _report("party", second=True)),
    Visit("report", "yen", _report("cell")),
    Visit("history", "lan", _report("cell")),
    Visit("drafting", "thu", _report("party", second=True)),
    Visit("section", "thu", _section),
    Visit("drafting", "dung", _own),
    Visit("review", "oanh", _report("other")),
    Visit("review", "phuc", _report("other")),
    Visit("minutes", "phuc", _report("other")),
    Visit("returning", "son", _report("party")),
    Visit("signing", "son", _report("party")),
    Visit("numbering", "mai", _report("cell", second=True)),
    Visit("signing_pile", "lan"),
    Visit("requests", "dung"),
    Visit("requests", "lan"),
    Visit("new_request", "dung"),
    Visit("request", "dung", _first),
    Visit("request", "khanh", _first),
    Visit("request", "lan", _first),
    Visit("setup_letter", "dung", _preparing),
    Visit("setup_outline", "dung", _preparing),
    Visit("setup_new_section", "dung", _preparing),
    Visit("setup_section", "dung", _part(key="I.1")),
    Visit("setup_new_indicator", "dung", _preparing),
    Visit("setup_indicator", "dung", _part(code="A5")),
    Visit("setup_audience", "dung", _preparing),
    Visit("setup_deadline", "dung", _preparing),
    Visit("setup_process", "dung", _preparing),
    Visit("setup_review", "dung", _preparing),
    Visit("request_additions", "dung", _first),
    Visit("ladder", "dung", _first),
    Visit("request_units", "dung", _first),
    Visit("request_deadline", "khanh", _first),
    Visit("request_pause", "dung", _first),
    Visit("request_cut_off", "dung", _first),
    Visit("request_close", "khanh", _first),
    Visit("request_cancel", "khanh", _first),
    Visit("board_of", "yen", _first),
    Visit("board_of", "khanh", _second),
    Visit("board_unit", "yen", _of_unit(_second, "party")),
    Visit("board_unit", "khanh", _of_unit(_second, "party")),
    Visit("urging", "yen", _first),
    Visit("intake", "yen", _report("cell")),
    Visit("intake", "yen", _report("other", second=True)),
    Visit("paper", "yen", _report("party")),
    Visit("consolidation", "yen"),
    Visit("consolidation_of", "dung", _second),
    Visit("gathered_section", "dung", _gathered_section),
    Visit("gathered_figure", "dung", _gathered_figure),
    Visit("organizations", "xuan"),
    Visit("organization", "xuan", _unit("cell")),
    Visit("organization", "hung", _unit("cell")),
    Visit("organization_below", "xuan", _unit("duk")),
    Visit("organization_rename", "xuan", _unit("cell")),
    Visit("organization_term", "xuan", _unit("cell")),
    Visit("organization_new", "xuan", _unit("duk")),
    Visit("seat_grant", "xuan", _unit("cell")),
    Visit("stand_in", "hung", _unit("cell")),
    Visit("person_new", "xuan", _unit("cell")),
    Visit("person", "xuan", _person("lan")),
    Visit("calendar", "dung", _year("duk")),
    Visit("calendar_general", "xuan", lambda _office: {"year": AT.year}),
    Visit("notices", "lan"),
    Visit("account", "lan"),
    Visit("password", "lan"),
    Visit("attachments", "thu", _report("party", second=True)),
    Visit("preview", "lan", _revision),
]

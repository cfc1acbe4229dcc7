"""Every address × everybody: own unit, issuer, other unit, superior of the issuer, ended, future, stranger, nobody.

The table (urls.json) was read against design.md section 6: route and state of the report → status → who gets it. Who is
not named gets 404. Addresses that only take a POST are tried with an empty one: 403 and 404 refuse, the rest lets in.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from tests.access.crowd import AT, Crowd, build_crowd
from tests.builders import STEPS, prepared_campaign
from workflow.actions.urging import draft_urging
from workflow.choices import ReportState
from workflow.models import Campaign, Notice, Seat

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("urls.json")
S = ReportState

# Addresses about the report of `party`, by the state in which they are looked at.
OF_A_REPORT: dict[ReportState, list[str]] = {
    S.DRAFT: ["report", "history", "drafting", "section", "attachments", "paper", "intake", "board_unit"],
    S.REVIEW: ["report", "review", "minutes", "returning", "preview", "drafting"],
    S.SIGNING: ["signing", "returning", "preview"],
    S.SIGNED: ["numbering", "preview", "returning"],
    S.SENT: ["report", "history", "intake", "preview", "paper_pdf", "board_unit"],
}
REPORT_POSTS = {
    S.DRAFT: [
        "answer", "board_remind", "board_assign_officer", "board_exempt", "board_reinstate", "board_propose_extension",
        "board_decide_extension", "board_excuse_lateness",
    ],
    S.REVIEW: ["conclude"],
}  # fmt: skip
OF_A_REQUEST = [
    "request", "board_of", "urging", "consolidation_of", "gathered_section", "gathered_figure", "request_additions",
    "ladder", "request_units", "request_deadline", "request_pause", "request_cut_off", "request_close",
    "request_cancel", "urging_letter", "letter_pages", "letter_pdf",
]  # fmt: skip
REQUEST_POSTS = [
    "request_resume_ladder", "draft_urging", "resend_notices", "edit_urging", "sign_urging", "issue_urging",
    "discard_urging",
]  # fmt: skip
IN_PREPARATION = [
    "request", "setup_letter", "setup_outline", "setup_new_section", "setup_section", "setup_new_indicator",
    "setup_indicator", "setup_audience", "setup_deadline", "setup_process", "setup_review",
]  # fmt: skip
OF_A_UNIT = [
    "organization", "organization_below", "organization_rename", "organization_term", "organization_new", "seat_grant",
    "stand_in", "person_new", "calendar", "calendar_list",
]  # fmt: skip
OTHERS = ["person", "calendar_general", "calendar_general_list", "notice"]
UNIT_POSTS = ["seat_end", "seat_confirm", "stand_in_end", "person_code", "person_rename", "person_release"]
# The same for everybody who is signed in, and for nobody else: each shows only what is the person's own.
EVERYBODY_S = {
    "desk", "reports", "requests", "notices", "account", "password", "organizations", "board", "consolidation",
    "signing_pile", "new_request", "board_many",
}  # fmt: skip
# Open without a session, or tried elsewhere: the sign-in and health in their own tests, files in tests/web/test_files.
ELSEWHERE = {
    "sign_in", "sign_in_again", "sign_out", "language", "place", "alive", "ready", "figures", "demo_mails", "demo_mail",
    "file", "detach", "preview_image", "letter_image", "letter_extract",
    "notices_read", "account_contact", "account_ways", "request_reopen",
    "request_turn_into_own", "history",
}  # fmt: skip


class Places:
    """The ids that stand in addresses."""

    def __init__(self, crowd: Crowd, preparing: Campaign, letter: int) -> None:
        world = crowd.world
        outline = world.campaign.outline
        assert outline is not None
        seat = Seat.objects.filter(organization=world.party, person=world.vinh).first()
        stand_in = world.party.stand_ins.first()
        notice = Notice.objects.order_by("pk").first()
        self.all: dict[str, Any] = {
            "report_id": crowd.report.pk,
            "section_id": outline.sections.get(key="I.1").pk,
            "indicator_id": outline.indicators.get(code="A5").pk,
            "number": 1,
            "campaign_id": world.campaign.pk,
            "letter_id": letter,
            "organization_id": world.party.pk,
            "year": 2026,
            "person_id": world.vinh.pk,
            "seat_id": seat.pk if seat else 0,
            "stand_in_id": stand_in.pk if stand_in else 0,
            "notice_id": notice.pk if notice else 0,
            "key": "I.1",
            "code": "A5",
        }
        self.preparing = preparing.pk

    def address(self, route: str, *, preparing: bool = False) -> str:
        wanted = {name for _, names in get_resolver().reverse_dict.getlist(route)[0][0] for name in names}
        ids = {name: self.all[name] for name in wanted}
        if preparing:
            ids["campaign_id"] = self.preparing
        return reverse(route, kwargs=ids)


def browsers(crowd: Crowd) -> dict[str, Client]:
    """Everybody, signed in."""
    found = {name: Client() for name in crowd.people}
    for name, person in crowd.people.items():
        found[name].force_login(person)
        # What every answer after the first would note again, because nothing of an answer is kept.
        found[name].get(reverse("sign_in"))
    return found


def statuses(everybody: dict[str, Client], address: str, *, post: bool = False) -> dict[str, list[str]]:
    """Who gets which status; who gets 404 is left out. Nothing that an answer changed is kept."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, client in everybody.items():
        with transaction.atomic():
            answer = client.post(address) if post else client.get(address)
            transaction.set_rollback(True)
        if answer.status_code != 404:
            refused = answer.status_code in {401, 403}
            shown = str(answer.status_code) if refused or not post else "let in"
            found[shown].append(name)
    return {status: sorted(names) for status, names in sorted(found.items())}


@pytest.fixture(scope="module")
def table(django_db_setup: None, django_db_blocker: Any) -> dict[str, dict[str, list[str]]]:
    """What everybody gets at every address."""
    with django_db_blocker.unblock(), time_machine.travel(AT, tick=False), transaction.atomic():
        found = dict(_everything())
        transaction.set_rollback(True)
    return found


def _everything() -> Iterator[tuple[str, dict[str, list[str]]]]:
    crowd = build_crowd()
    world = crowd.world
    preparing = prepared_campaign(world.duk, world.dung, number="811-CV/ĐUK")
    with time_machine.travel(AT, tick=False):
        letter = _letter(crowd)
    places, everybody = Places(crowd, preparing, letter), browsers(crowd)
    for state, routes in OF_A_REPORT.items():
        with transaction.atomic():
            STEPS[state](world, crowd.report)
            for route in routes:
                yield f"{route} at {state}", statuses(everybody, places.address(route))
            for route in REPORT_POSTS.get(state, []):
                yield f"{route} at {state}", statuses(everybody, places.address(route), post=True)
            transaction.set_rollback(True)
    for route in [*OF_A_REQUEST, *OF_A_UNIT, *OTHERS]:
        yield route, statuses(everybody, places.address(route))
    for route in [*REQUEST_POSTS, *UNIT_POSTS]:
        yield route, statuses(everybody, places.address(route), post=True)
    for route in IN_PREPARATION:
        yield f"{route} in preparation", statuses(everybody, places.address(route, preparing=True))


def _letter(crowd: Crowd) -> int:
    """A drafted letter: the deadline of the request lies behind."""
    world = crowd.world
    late = world.campaign.due
    assert late is not None
    with time_machine.travel(late, tick=False):
        return draft_urging(
            campaign_id=world.campaign.pk, actor=world.yen, send_before=late.replace(year=late.year + 1), now=late
        ).pk


def test_everybody_gets_at_every_address_what_the_table_says(table: dict[str, dict[str, list[str]]]) -> None:
    expected = json.loads(TABLE.read_text())
    assert table.keys() == expected.keys()
    assert {name: found for name, found in table.items() if found != expected[name]} == {}


def test_no_address_is_left_out() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    tried = {route for routes in [*OF_A_REPORT.values(), *REPORT_POSTS.values()] for route in routes}
    tried |= {*OF_A_REQUEST, *REQUEST_POSTS, *IN_PREPARATION, *OF_A_UNIT, *OTHERS, *UNIT_POSTS}
    assert names - tried - EVERYBODY_S - ELSEWHERE == set()


def test_nobody_gets_anywhere_without_signing_in(table: dict[str, dict[str, list[str]]]) -> None:
    for route in sorted(EVERYBODY_S - {"board_many"}):
        answer = Client().get(reverse(route))
        assert answer.status_code == 302, route
        assert answer["Location"].startswith("/dang-nhap/?next="), route


@pytest.mark.parametrize("name", ["stranger", "superuser", "ended seats", "future seats", "other", "grandparent"])
def test_who_has_no_business_with_the_report_gets_404_at_all_of_its_addresses(
    name: str, table: dict[str, dict[str, list[str]]]
) -> None:
    """Read from the table by itself, so that a wrong row of it shows."""
    of_the_report = [row for row in table if " at " in row]
    assert len(of_the_report) > 20
    assert [row for row in of_the_report if any(name in names for names in table[row].values())] == []

"""The verbs of the calendar × every seat and relation. design.md section 6: the own officer, the administrator."""

import pytest

from tests.access.crowd import AT, EVERYBODY, RELATIONS, SEATLESS, Crowd, build_crowd, outcome
from tests.refusals import snapshot
from workflow.actions.calendar import DayDraft, set_days
from workflow.choices import DayKind, Role
from workflow.models import Person

pytestmark = pytest.mark.django_db

DAYS = [DayDraft(AT.date(), DayKind.HOLIDAY, "Nghỉ")]
# The report is party's (own), asked by duk (issuer), below tu (grandparent) and above sub (below).
MAY = {
    "own": {"own officer", "own administrator", "issuer administrator", "grandparent"},
    "issuer": {"issuer officer", "issuer administrator", "grandparent"},
    "below": {"below", "own administrator", "issuer administrator", "grandparent"},
}
# Whoever sits in the organisation or above it learns whose desk it is; the others learn nothing.
SEES = {
    "own": {f"{relation} {role}" for relation in ("own", "issuer") for role in Role} | {"standing in"},
    "issuer": {f"issuer {role}" for role in Role},
    "below": {f"{relation} {role}" for relation in ("own", "issuer") for role in Role} | {"standing in"},
}
STOOD_IN = {"stood in until yesterday", "stands in from tomorrow"}  # deputies of party all the same


def tried(crowd: Crowd, person: Person, organization_id: int | None) -> str:
    before = snapshot()
    return outcome(lambda: set_days(organization_id=organization_id, days=DAYS, actor=person, now=AT), before)


@pytest.mark.parametrize("relation", MAY)
def test_an_organisations_days_belong_to_its_officer_and_the_administrators_from_it_up(relation: str) -> None:
    crowd = build_crowd()
    organization = crowd.world.units[RELATIONS[relation]]
    sees = SEES[relation] | (STOOD_IN if relation != "issuer" else set())

    expected = {name: "done" if name in MAY[relation] else "403" if name in sees else "404" for name in EVERYBODY}

    assert {name: tried(crowd, crowd.people[name], organization.pk) for name in EVERYBODY} == expected


def test_the_general_days_belong_to_an_administrator_at_a_root() -> None:
    crowd = build_crowd()

    expected = {name: "done" if name == "grandparent" else "404" if name in SEATLESS else "403" for name in EVERYBODY}

    assert {name: tried(crowd, crowd.people[name], None) for name in EVERYBODY} == expected

"""Who reads of what could not be delivered: the office of the issuer, and nobody else."""

import pytest

from tests.access.crowd import AT, EVERYBODY, build_crowd
from tests.delivery.outbox import give_up_all
from workflow import errors
from workflow.models import Person
from workflow.queries.notices import failures

pytestmark = pytest.mark.django_db

OFFICE = {"issuer officer", "issuer leader", "issuer inspector"}


def test_failures_are_shown_to_the_issuers_office_only() -> None:
    crowd = build_crowd()
    give_up_all()

    def shown(person: Person) -> str:
        try:
            return "shown" if failures(crowd.world.campaign.pk, person, AT) else "nothing"
        except errors.NotVisible:
            return "404"

    found = {name: shown(crowd.people[name]) for name in EVERYBODY}
    assert found == {name: "shown" if name in OFFICE else "404" for name in EVERYBODY}
    with pytest.raises(errors.NotVisible):
        failures(0, crowd.people["issuer officer"], AT)

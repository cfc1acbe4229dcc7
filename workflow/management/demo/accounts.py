"""Who may sign in to the demonstration: one person of each role, all with one password that is hashed once."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from workflow.actions.notices import mark_read
from workflow.choices import Role
from workflow.management.demo.play import CELL, OWN
from workflow.management.walkthrough.cast import Cast
from workflow.models import Notice, Organization, Person

OFFICE = "duk"
# What is older has been read.
HEARD_OF = timedelta(days=4)
WHERE = {
    Role.DRAFTER: OWN,
    Role.MEMBER: CELL,
    Role.DEPUTY: CELL,
    Role.SECRETARY: OWN,
    Role.CLERK: OWN,
    Role.OFFICER: OFFICE,
    Role.LEADER: OFFICE,
    Role.INSPECTOR: OFFICE,
    Role.ADMINISTRATOR: OFFICE,
}


def give_password(password: str, now: datetime) -> list[Person]:
    """Let one person of each role sign in with this password; return them in the order of the roles.

    What they were told of long ago they have read.
    """
    cast, ids = Cast(now), dict(Organization.objects.values_list("code", "pk"))
    chosen: list[Person] = []
    for role, code in WHERE.items():
        # The last holder: members answer in their order, so the last one still has something to do.
        chosen.append(next(one for one in reversed(cast.holders(ids[code], role)) if one not in chosen))
    Person.objects.filter(pk__in=[person.pk for person in chosen]).update(password=make_password(password))
    for person in chosen:
        old = Notice.objects.filter(person=person, event__at__lt=now - HEARD_OF).values_list("pk", flat=True)
        mark_read(actor=person, notice_ids=list(old), now=now)
    return chosen

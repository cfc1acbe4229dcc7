"""What came out of the outbox: who was told, and what waits to leave the system."""

from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test import override_settings

from tests.builders import NOW
from workflow.choices import DeliveryState, Verb
from workflow.delivery.fanout import fan_out
from workflow.models import Delivery, Event, Notice, Person


def give_addresses() -> None:
    """Everybody can be reached: lan@example.vn."""
    Person.objects.update(email=Concat(F("username"), Value("@example.vn")), phone="0912345678")


def drained(now: datetime = NOW) -> int:
    """Tell of everything that has happened so far; the newest event."""
    fan_out(now=now)
    return Event.objects.latest("pk").pk


def heard(verb: Verb, now: datetime = NOW, *, after: int = 0) -> set[str]:
    """Fan out, and say by user name who was told of the newest events of a verb, each once."""
    fan_out(now=now)
    told = Notice.objects.filter(event__verb=verb, event__gt=after).values_list("person__username", "event")
    assert len(told) == len(set(told))
    return {name for name, _event in told}


def outside(verb: Verb, who: str) -> list[Delivery]:
    """What goes to a person about a verb outside the system."""
    return list(Delivery.objects.filter(notice__event__verb=verb, notice__person__username=who).order_by("pk"))


def give_up_all(now: datetime = NOW) -> int:
    """Everything so far was to go by mail too, and no mail could be delivered; how many."""
    give_addresses()
    with override_settings(EMAIL_HOST="mail.example.vn"):
        fan_out(now=now)
    return Delivery.objects.update(
        state=DeliveryState.FAILED, next_attempt_at=None, attempts=6, last_error="recipient 550"
    )

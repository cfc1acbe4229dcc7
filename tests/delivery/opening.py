"""The mails about a request that was opened."""

from datetime import datetime, timedelta

from django.db.models import Count

from tests.delivery.outbox import outside
from workflow.choices import DeliveryState, Verb
from workflow.delivery.dispatch import deliver
from workflow.models import Delivery

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Whom the opening of the request tells by mail: the editors of the three units, and those of the Khối's own report.
TOLD = ["binh", "hung", "khanh", "lan", "long", "oanh", "phuc", "quy", "son", "thu", "vinh"]
S = DeliveryState


def addresses(*names: str) -> list[str]:
    return sorted(f"{name}@example.vn" for name in names)


def of(who: str) -> Delivery:
    return outside(Verb.SET_UP, who)[0]


def states() -> dict[str, int]:
    counted = Delivery.objects.values_list("state").annotate(Count("pk"))
    return dict(counted)


def send_all(now: datetime) -> None:
    while deliver(now=now):
        pass

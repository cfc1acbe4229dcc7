"""The controls of a chaos run: each takes a guard away, and then kills do lose or double something."""

from collections.abc import Callable
from typing import Any

from kombu.transport.redis import Channel, QoS

from project.celery import app
from workflow.actions import clock
from workflow.choices import DeliveryState
from workflow.delivery import dispatch
from workflow.models import ClockMark


def mark_first() -> None:
    """The clock's mark moves on before the rungs are climbed: what a killed sweep left out is never made up for."""
    climb = clock._climb

    def moved_on(owed: clock.Owed, now: Any) -> Any:
        ClockMark.objects.filter(hand=clock.LADDER).update(moment=now)
        return climb(owed, now)

    clock._climb = moved_on


def noted_first() -> None:
    """Mails are noted as sent when they are claimed: what a killed sender had not come to never goes."""
    send_all = dispatch._send_all

    def noted(parcels: Any, about: Any, book: dispatch.Book) -> None:
        everything = list(parcels)
        for parcel in everything:
            book.note(parcel, DeliveryState.SENT)
        send_all(everything, about, book)

    dispatch._send_all = noted
    dispatch.Book.begin = lambda _book, _parcel: True  # type: ignore[method-assign, assignment]


def no_broker_no_worker() -> None:
    """A worker at a task while its broker goes away ends."""
    app.conf.worker_cancel_long_running_tasks_on_connection_loss = False
    Channel.QoS = QoS


FAULTS: dict[str, Callable[[], None]] = {
    "mark first": mark_first,
    "noted first": noted_first,
    "no broker, no worker": no_broker_no_worker,
}

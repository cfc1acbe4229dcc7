"""What a worker says of a task after its broker went away is lost, and the worker is not."""

import logging
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.conf import settings
from kombu import Connection, Queue
from kombu.message import Message
from kombu.transport.redis import Channel, QoS
from redis import Redis

from project.celery import TickQoS

Say = Callable[[Message, tuple[type[BaseException], ...]], None]
log = logging.getLogger(__name__)
SAYINGS: dict[str, Say] = {
    "done": lambda message, errors: message.ack_log_error(log, errors),
    "not done": lambda message, errors: message.reject_log_error(log, errors, requeue=True),
}


@pytest.fixture
def queue() -> Iterator[Queue]:
    name = f"acknowledging-{uuid4().hex}"
    yield Queue(name)
    with Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete(name)


def taken(connection: Connection, queue: Queue) -> Message:
    """A message that a worker has taken and not acknowledged."""
    bound = queue(connection.default_channel)
    bound.declare()
    connection.Producer().publish({"tick": 1}, routing_key=queue.name)
    message = bound.get(no_ack=False)
    assert message is not None
    return message


def waiting(queue: Queue) -> int:
    with Redis.from_url(settings.REDIS_URL) as broker:
        return broker.llen(queue.name)


@pytest.mark.parametrize("word", SAYINGS)
def test_a_word_to_a_broker_that_went_away_ends_no_worker(queue: Queue, word: str) -> None:
    with Connection(settings.REDIS_URL) as connection:
        message = taken(connection, queue)
        connection.collect()  # as the consumer does with a lost connection
        SAYINGS[word](message, connection.connection_errors)
        assert not message.acknowledged


@pytest.mark.parametrize("word", SAYINGS)
def test_the_control_kombu_s_own_way_ends_the_worker(queue: Queue, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Channel, "QoS", QoS)
    monkeypatch.setattr(QoS, "restore_at_shutdown", False)
    with Connection(settings.REDIS_URL) as connection:
        message = taken(connection, queue)
        connection.collect()
        with pytest.raises(AttributeError, match="client"):
            SAYINGS[word](message, connection.connection_errors)


@pytest.mark.parametrize(("word", "left"), [("done", 0), ("not done", 1)])
def test_with_its_broker_a_worker_says_what_it_has_to(queue: Queue, word: str, left: int) -> None:
    assert Channel.QoS is TickQoS
    with Connection(settings.REDIS_URL) as connection:
        message = taken(connection, queue)
        SAYINGS[word](message, connection.connection_errors)
        assert message.acknowledged
        assert waiting(queue) == left

"""The clock's hands: each task asks one action or delivery, with the time of now. The beat table: project/celery.py."""

import logging
from time import monotonic

from celery import shared_task
from django.utils import timezone

from workflow.actions import clock, papers, sealing
from workflow.delivery import dispatch, fanout
from workflow.documents import previews
from workflow.queries import integrity

log = logging.getLogger(__name__)

# A delivery that goes on longer leaves the rest to the next tick, so that no claim grows old.
DELIVERING_SECONDS = 60
# So does the typesetter, whose next tick goes on where this one stopped.
FREEZING_SECONDS = 60


@shared_task(name="workflow.sweep")
def sweep() -> None:
    swept = clock.sweep(now=timezone.now())
    if swept.climbed or not swept.complete:
        log.info("swept: %s rungs, complete %s", swept.climbed, swept.complete)


@shared_task(name="workflow.fan_out")
def fan_out() -> None:
    events = fanout.fan_out(now=timezone.now())
    if events:
        log.info("told of %s events", events)


@shared_task(name="workflow.deliver")
def deliver() -> None:
    begun, sent = monotonic(), 0
    while monotonic() - begun < DELIVERING_SECONDS and (claimed := dispatch.deliver(now=timezone.now())):
        sent += claimed
    if sent:
        log.info("took %s deliveries", sent)


@shared_task(name="workflow.freeze_papers")
def freeze_papers() -> None:
    begun, frozen, last = monotonic(), 0, 0
    while monotonic() - begun < FREEZING_SECONDS:
        more, last = papers.freeze_papers(now=timezone.now(), after=last)
        frozen += more
        if not last:
            break
    if frozen:
        log.info("froze %s papers", frozen)


@shared_task(name="workflow.check_integrity")
def check_integrity() -> None:
    for problem in integrity.check_integrity():
        log.error("integrity: %s: %s", problem.invariant, problem.ids)


@shared_task(name="workflow.seal")
def seal() -> None:
    log.info("sealed up to event %s", sealing.seal(now=timezone.now()).last_event)


@shared_task(name="workflow.clear_previews")
def clear_previews() -> None:
    log.info("cleared the page images of %s papers", previews.clear_unused(now=timezone.now()))

"""What the machines in front and the monitor ask: alive, ready, figures. Nothing here names a person or a report."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from workflow.errors import NotVisible
from workflow.queries.pulse import Pulse, pulse, readiness
from workflow.web.door import Asked, address_of
from workflow.web.measured import requests_so_far

UNAVAILABLE = 503


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: Asked) -> HttpResponse:
    """200 when pages can be served and notices go out, else 503 with what does not hold."""
    try:
        checks = {"database": True, **readiness(request.now)}
    except OperationalError:
        checks = {"database": False}
    return JsonResponse(checks, status=200 if all(checks.values()) else UNAVAILABLE)


@require_safe
def figures(request: Asked) -> HttpResponse:
    """For Prometheus, and only from the addresses of METRICS_FROM."""
    if not any(ip_address(address_of(request)) in ip_network(one) for one in settings.METRICS_FROM):
        raise NotVisible
    shown = [generate_latest(requests_so_far())]
    shown += [generate_latest(_Told(metric)) for metric in _gauges(pulse(request.now))]
    return HttpResponse(b"".join(shown), content_type=CONTENT_TYPE_LATEST)


class _Told:
    """One family, as generate_latest wants to collect it."""

    def __init__(self, metric: Metric) -> None:
        self._metric = metric

    def collect(self) -> list[Metric]:
        return [self._metric]


def _gauges(told: Pulse) -> list[Metric]:
    clock = GaugeMetricFamily("baocao_clock_age_seconds", "Since the clock last swept; -1: never")
    clock.add_metric([], -1 if told.clock_seconds is None else told.clock_seconds)
    waiting = GaugeMetricFamily("baocao_outbox_events", "Events that nobody has been told of yet")
    waiting.add_metric([], told.outbox_events)
    oldest = GaugeMetricFamily("baocao_outbox_age_seconds", "Age of the oldest of them")
    oldest.add_metric([], told.outbox_seconds)
    deliveries = GaugeMetricFamily(
        "baocao_deliveries", "Mails and messages on their way, or failed", labels=["channel", "state"]
    )
    for labels, count in told.deliveries.items():
        deliveries.add_metric(list(labels), count)
    reports = GaugeMetricFamily("baocao_reports", "Reports by state", labels=["state"])
    for state, count in told.reports.items():
        reports.add_metric([state], count)
    return [clock, waiting, oldest, deliveries, reports]


urlpatterns = [
    path("suc-khoe/song/", alive, name="alive"),
    path("suc-khoe/san-sang/", ready, name="ready"),
    path("so-lieu/", figures, name="figures"),
]

"""How long every request takes, by route and answer, for the monitor."""

import os
from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY, CollectorRegistry, Histogram, multiprocess

SECONDS = Histogram(
    "baocao_request_seconds",
    "Time to answer",
    ["route", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class Measured:
    """Middleware, the outermost. An address that no route knows counts as one, so that nobody can make up labels."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else "none"
        method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
        SECONDS.labels(route, method, str(response.status_code)).observe(perf_counter() - began)
        return response


def requests_so_far() -> CollectorRegistry:
    """The figures of all processes, where PROMETHEUS_MULTIPROC_DIR names the folder they share; else of this one."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry

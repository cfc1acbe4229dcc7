"""Deliveries that were given up, as the office of a request sees them."""

from django.db.models import Q, QuerySet

from workflow.choices import DeliveryState, Stream
from workflow.models import Delivery, Report


def failures_of(campaign_id: int) -> QuerySet[Delivery]:
    """The failed deliveries of notices about a request, its reports, and the committee's own report to itself."""
    house = Q(campaign__house=True, answered_by=campaign_id)
    reports = Report.objects.filter(Q(campaign=campaign_id) | house).values("pk")
    about = Q(notice__event__stream=Stream.CAMPAIGN, notice__event__stream_id=campaign_id) | Q(
        notice__event__stream=Stream.REPORT, notice__event__stream_id__in=reports
    )
    return Delivery.objects.filter(about, state=DeliveryState.FAILED)

"""What was written last in the audit trail of a request or a report."""

from tests.builders import World
from workflow.choices import Stream
from workflow.models import Event, Report


def last_event(of: World | Report) -> Event:
    """Of a world: of its request."""
    stream, owner = (Stream.REPORT, of) if isinstance(of, Report) else (Stream.CAMPAIGN, of.campaign)
    return Event.objects.filter(stream=stream, stream_id=owner.pk).latest("seq")

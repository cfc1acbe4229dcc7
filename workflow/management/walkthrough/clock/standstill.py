"""The server without power: the hands stand still; afterwards only the latest missed rung of a report is climbed."""

from collections.abc import Sequence
from datetime import datetime, time

from workflow.actions.ladders import change_ladder
from workflow.choices import Role
from workflow.management.walkthrough.intake import Office
from workflow.management.walkthrough.story import NotPlayed, Story
from workflow.models import ClimbedRung, Notice
from workflow.queries.ladder import RungDate, ladder_dates, ladder_of
from workflow.rules.ladder import RungSpec

AFTERNOON = RungSpec(-2, time(14), (Role.DRAFTER, Role.SECRETARY))


def one_rung_more(office: Office) -> None:
    """The office adds a rung to the ladder of the running request."""
    campaign = office.campaign
    ladder = [*ladder_of(campaign.pk), AFTERNOON]
    change_ladder(campaign_id=campaign.pk, actor=office.officers[0], ladder=ladder, now=office.stage.now)


class Standstill:
    """`missed` are the rungs of the request's due that came meanwhile, `reminded` the reports of the latest."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self.since, self.until = since, until
        self.missed: Sequence[RungDate] = ()
        self.reminded = 0

    def story(self, office: Office) -> Story:
        yield self.since
        stage, campaign = office.stage, office.campaign
        stage.hands.stop(self.until)
        yield self.until
        assert campaign.due is not None  # noqa: S101 – open
        ladder = ladder_dates(ladder_of(campaign.pk), campaign.due, self.until, stage.calendar)
        came = [one for one in ladder if one.moment and self.since < one.moment <= self.until]
        self.missed = sorted(came, key=lambda one: one.rung.offset_working_days)
        if len(self.missed) < 2 or Notice.objects.filter(at__gt=self.since, at__lt=self.until).exists():
            raise NotPlayed("the clock did not stand still, or missed too little")
        climbed = ClimbedRung.objects.filter(rung__campaign=campaign, rung__desk="", due=campaign.due)
        climbed = climbed.filter(at__gt=self.since, at__lte=self.until)
        latest = self.missed[-1].rung.offset_working_days
        reports = list(climbed.values_list("report", "rung__offset", "at"))
        self.reminded = len(reports)
        if not reports or {(offset, at) for _report, offset, at in reports} != {(latest, self.until)}:
            raise NotPlayed(f"after the standstill other rungs were climbed than the latest: {reports}")
        if len({report for report, _offset, _at in reports}) != len(reports):
            raise NotPlayed("after the standstill a report was reminded of twice")

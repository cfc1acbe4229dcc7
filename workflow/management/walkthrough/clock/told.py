"""What the clock did in each play, after the table of what people did."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from workflow.management.walkthrough.clock.grid import heading
from workflow.management.walkthrough.clock.ladder_told import (
    climbed_told,
    deadline_told,
    extensions_told,
    ladder_told,
    moment_told,
    pauses_told,
    rung_name,
)
from workflow.management.walkthrough.clock.mails_told import (
    choices_told,
    digest_told,
    failures_told,
    mails_told,
    nights_told,
)
from workflow.management.walkthrough.clock.sink import Sink
from workflow.management.walkthrough.clock.standstill import Standstill
from workflow.management.walkthrough.clock.times_told import desk_times_told, ledger_told
from workflow.management.walkthrough.clock.urging_told import urging_told
from workflow.management.walkthrough.letter import BLOC, CASCADE, Letter
from workflow.management.walkthrough.play import Play
from workflow.management.walkthrough.quarter import NUMBER, Quarter

LETTER_DESKS = ("so-tttt", "so-khdt", "hai-quan", "bao-viet", "thpt-nguyen-hue", "van-tai-thuy-bo", "mobifone")
QUARTER_DESKS = ("ldld", "hoi-chu-thap-do", "agribank", "vnpt", "cap-nuoc")
DIGEST_OF = date(2022, 8, 4)


def letter_told(play: Letter, sink: Sink, before: int) -> Iterator[str]:
    """The real request: ladder, rungs, extensions, the urging letter, desks, mails and the ledger."""
    office = play.offices[BLOC]
    yield from _request(play, BLOC)
    yield from extensions_told(office.campaign)
    yield ""
    yield from pauses_told(office.campaign)
    yield ""
    yield from _request(play, CASCADE)
    yield heading(_("The urging letter"))
    yield ""
    yield from urging_told(office.campaign)
    yield ""
    yield from desk_times_told(office.campaign, office, LETTER_DESKS)
    yield ""
    yield from mails_told(before)
    yield ""
    yield from choices_told()
    yield ""
    yield from nights_told(before)
    yield ""
    address = play.wrong_address
    yield from failures_told(address.came_back, address.wrong, address.right.email)
    yield ""
    yield from digest_told(sink.directory, office.officers[0], DIGEST_OF)
    yield ""
    yield from ledger_told(office)


def quarter_told(play: Quarter, before: int) -> Iterator[str]:
    """The own request: the standstill, and what came of it."""
    office = play.offices[NUMBER]
    yield from _request(play, NUMBER)
    yield from _standstill(play.standstill)
    yield ""
    yield from desk_times_told(office.campaign, office, QUARTER_DESKS)
    yield ""
    yield from mails_told(before)
    yield ""
    yield from ledger_told(office)


def _request(play: Play, number: str) -> Iterator[str]:
    campaign = play.offices[number].campaign
    campaign.refresh_from_db()
    yield heading(_("The clock of %(number)s") % {"number": campaign.number})
    yield from deadline_told(campaign)
    yield ""
    yield from ladder_told(campaign)
    yield ""
    yield from climbed_told(campaign)
    yield ""


def _standstill(still: Standstill) -> Iterator[str]:
    names = [f"{rung_name(one.rung)} ({moment_told(one.moment)})" for one in still.missed if one.moment]
    period = {"since": moment_told(still.since), "until": moment_told(still.until)}
    yield heading(_("The clock stood still from %(since)s to %(until)s") % period)
    yield "  " + _("Rungs that came meanwhile: %(rungs)s") % {"rungs": "; ".join(names)}
    yield "  " + _("Climbed afterwards, once for each report: %(rung)s, for %(count)s units") % {
        "rung": rung_name(still.missed[-1].rung),
        "count": still.reminded,
    }

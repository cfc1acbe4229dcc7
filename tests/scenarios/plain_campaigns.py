"""What each verb of a request asks and does in the plain model, line by line of design.md section 5b."""

from collections.abc import Callable
from datetime import datetime

from tests.scenarios.plain_model import GONE_UP, LINE, RUNNING, Asked, Campaign, World

# verb: states, which seats of the issuer
CAMPAIGN_DESK: dict[str, tuple[set[str], set[str]]] = {
    "edit": ({"DRAFT"}, {"officer"}),
    "open": ({"DRAFT"}, {"officer"}),
    "add_units": (RUNNING, {"officer"}),
    "amend": (RUNNING, {"officer", "leader"}),
    "cut_off": ({"OPEN"}, {"officer"}),
    "reopen": ({"CONSOLIDATING", "CLOSED"}, {"leader"}),
    "close": (RUNNING, {"leader"}),
    "cancel": ({"DRAFT"} | RUNNING, {"leader"}),
    "turn_into_own": (RUNNING, {"leader"}),
}


def do_campaign(world: World, verb: str, name: str, actor: str, now: datetime, asked: Asked) -> bool:
    """Whether the verb is allowed; if so it is done."""
    campaign = world.campaigns[name]
    states, roles = CAMPAIGN_DESK[verb]
    seated = world.any_of(actor, campaign.issuer, roles, now) and not campaign.house
    return seated and campaign.state in states and CAMPAIGN_VERBS[verb](world, name, campaign, actor, now, asked)


Effect = Callable[[World, str, Campaign, str, datetime, Asked], bool]


def edit(*_: object) -> bool:
    return True


def runs_above(world: World, campaign: Campaign) -> bool:
    return not campaign.answers or world.campaigns[world.reports[campaign.answers].campaign].state in RUNNING


def open_(world: World, name: str, campaign: Campaign, _actor: str, now: datetime, _a: Asked) -> bool:
    assert campaign.due is not None
    if campaign.due <= now or not runs_above(world, campaign):
        return False
    campaign.state = "OPEN"
    campaign.answers = campaign.answers or world.house_of(name, now)
    for unit in campaign.units:
        world.set_up(name, unit)
    return True


def add_units(world: World, name: str, campaign: Campaign, _actor: str, _now: datetime, asked: Asked) -> bool:
    unit = asked["unit"]
    below = campaign.issuer in LINE.get(unit, [])
    near = [one for one in campaign.units if one == unit or one in LINE.get(unit, []) or unit in LINE.get(one, [])]
    if not below or near:
        return False
    campaign.units.append(unit)
    world.set_up(name, unit)
    return True


def amend(world: World, name: str, campaign: Campaign, actor: str, now: datetime, asked: Asked) -> bool:
    due, place = asked["moved"], asked["place"]
    if due is not None and (due <= now or not world.holds(actor, campaign.issuer, "leader", now)):
        return False
    if place and not world.holds(actor, campaign.issuer, "officer", now):
        return False
    unsent = [r for r in world.reports.values() if r.sent_at is None]
    if place:
        outline = world.outlines[campaign.outline]
        outline.append({place})
        house = world.reports[campaign.answers].campaign
        followers = {name, house} if world.campaigns[house].house else {name}
        for report in [r for r in unsent if r.campaign in followers]:
            report.version = len(outline)
    if due is not None:
        for report in [r for r in unsent if r.campaign == name]:
            # Whoever was granted a later day keeps it.
            if report.due < due or report.due == campaign.due:
                report.due = due
        campaign.due = due
    return True


def cut_off(_w: World, _n: str, campaign: Campaign, _actor: str, _now: datetime, _a: Asked) -> bool:
    campaign.state = "CONSOLIDATING"
    return True


def reopen(world: World, name: str, campaign: Campaign, _actor: str, _now: datetime, asked: Asked) -> bool:
    above = world.campaigns[world.reports[campaign.answers].campaign]
    if not asked["words"] or (above.state not in RUNNING and not (above.house and above.state == "CLOSED")):
        return False
    world.follow(name, "OPEN")
    campaign.state = "OPEN"
    return True


def close(world: World, name: str, campaign: Campaign, _actor: str, _now: datetime, asked: Asked) -> bool:
    if world.reports[campaign.answers].state not in GONE_UP and not asked["words"]:
        return False
    campaign.state = "CLOSED"
    world.follow(name, "CLOSED")
    return True


def cancel(world: World, name: str, campaign: Campaign, _actor: str, _now: datetime, asked: Asked) -> bool:
    if not asked["words"]:
        return False
    campaign.state = "CANCELLED"
    world.follow(name, "CANCELLED")
    return True


def turn_into_own(world: World, name: str, campaign: Campaign, _actor: str, now: datetime, _a: Asked) -> bool:
    if world.campaigns[world.reports[campaign.answers].campaign].state != "CANCELLED":
        return False
    world.release(campaign.answers)
    campaign.answers = world.house_of(name, now)
    return True


CAMPAIGN_VERBS: dict[str, Effect] = {
    "edit": edit,
    "open": open_,
    "add_units": add_units,
    "amend": amend,
    "cut_off": cut_off,
    "reopen": reopen,
    "close": close,
    "cancel": cancel,
    "turn_into_own": turn_into_own,
}

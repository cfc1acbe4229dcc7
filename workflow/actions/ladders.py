"""A campaign's ladder of reminders: set, changed while it runs, paused."""

from collections.abc import Sequence
from datetime import datetime

from workflow.actions.opening import opened_campaign
from workflow.actions.record import record
from workflow.choices import Verb
from workflow.models import Campaign, Pause, Person, Rung
from workflow.rules.ladder import RungSpec
from workflow.rules.vietnamese import normalize


def write_ladder(campaign: Campaign, ladder: Sequence[RungSpec], now: datetime) -> None:
    """Make the campaign's ladder this one; what was sent stays known, what lay before now is not made up for."""
    known = {(rung.desk, rung.offset): rung for rung in Rung.objects.filter(campaign=campaign)}
    fresh, changed = [], []
    for spec in ladder:
        wanted = {"hour": spec.hour, "audience": list(spec.audience), "letter": spec.letter, "retired": False}
        rung = known.pop((spec.desk, spec.offset_working_days), None)
        if rung is None:
            fresh.append(Rung(campaign=campaign, desk=spec.desk, offset=spec.offset_working_days, since=now, **wanted))
        elif any(getattr(rung, name) != value for name, value in wanted.items()):
            if rung.retired or rung.hour != spec.hour:
                rung.since = now
            for name, value in wanted.items():
                setattr(rung, name, value)
            changed.append(rung)
    for rung in known.values():
        rung.retired = True
    Rung.objects.bulk_create(fresh)
    Rung.objects.bulk_update([*changed, *known.values()], ["hour", "audience", "letter", "retired", "since"])


def change_ladder(*, campaign_id: int, actor: Person, ladder: Sequence[RungSpec], now: datetime) -> Campaign:
    """Remind by another ladder from now on. Raises LadderUnsound."""
    with opened_campaign(campaign_id, actor, Verb.CHANGE_LADDER, now, ladder=ladder) as (campaign, flow):
        flow.change_ladder()
        write_ladder(campaign, ladder, now)
        record(flow, rungs=len(ladder))
    return campaign


def pause_ladder(
    *,
    campaign_id: int,
    actor: Person,
    unit_ids: Sequence[int] = (),
    until: datetime | None = None,
    reason: str,
    now: datetime,
) -> Pause:
    """Remind nobody of these units (none named: of all) until a moment, or until resumed. Dues do not move."""
    units = sorted(set(unit_ids))
    with opened_campaign(campaign_id, actor, Verb.PAUSE_LADDER, now, reason=reason, until=until, units=units) as (
        campaign,
        flow,
    ):
        flow.pause_ladder()
        pause = Pause.objects.create(
            campaign=campaign, everybody=not units, since=now, until=until, reason=normalize(reason), made_by=actor
        )
        pause.units.set(units)
        record(flow, pause=pause.pk, units=len(units), until=None if until is None else int(until.timestamp()))
    return pause


def resume_ladder(*, campaign_id: int, actor: Person, now: datetime) -> Campaign:
    """End every pause of the request now; what fell into it is not sent afterwards."""
    with opened_campaign(campaign_id, actor, Verb.RESUME_LADDER, now) as (campaign, flow):
        flow.resume_ladder()
        pauses = [pause.pk for pause in flow.running_pauses]
        Pause.objects.filter(pk__in=pauses).update(until=now)
        record(flow, pauses=pauses)
    return campaign

"""The one door to a verb: lock, look, check the desk and the step, hand out the flow, save what changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Model
from viewflow import fsm

from workflow import errors
from workflow.actions.voiding import enter_draft
from workflow.choices import CampaignState, Verb, label
from workflow.flows.campaign import CampaignFlow
from workflow.flows.holdings import HOLDINGS, decoded
from workflow.flows.inputs import seats_on
from workflow.flows.report import ReportFlow
from workflow.models import Campaign, Organization, Person, Report, Seat
from workflow.models.sql import read
from workflow.rules.access import UNIT_SEATS, held, may_see
from workflow.rules.calendar import local_day


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Proof that this person entered the password (and second factor) at this moment, before any lock."""

    person_id: int
    at: datetime


def _columns(model: type[Model], alias: str) -> str:
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


LOCK_CAMPAIGN, LOCK_REPORT = "FOR SHARE", "FOR NO KEY UPDATE OF report"

# The campaign is locked before the report (lock order of design.md section 5): the CTE is read first.
REPORT_WITH_SEATS = f"""
    WITH campaign AS MATERIALIZED (
        SELECT * FROM workflow_campaign
         WHERE id = (SELECT campaign_id FROM workflow_report WHERE id = %(id)s) {{lock_campaign}})
    SELECT {_columns(Report, "report")}, {_columns(Campaign, "campaign")}, {_columns(Organization, "unit")},
           ({HOLDINGS.format(organizations="report.organization_id, report.issuer_id")})::text
      FROM campaign
      JOIN workflow_report report ON report.campaign_id = campaign.id
      JOIN workflow_organization unit ON unit.id = report.organization_id
     WHERE report.id = %(id)s {{lock_report}}
"""  # noqa: S608 – built from column names of our own models
# A house campaign has no verbs of its own: it follows the request it was made for.
CAMPAIGN_WITH_SEATS = f"""
    SELECT {_columns(Campaign, "campaign")}, {_columns(Organization, "issuer")},
           ({HOLDINGS.format(organizations="campaign.issuer_id")})::text
      FROM workflow_campaign campaign
      JOIN workflow_organization issuer ON issuer.id = campaign.issuer_id
     WHERE campaign.id = %(id)s AND NOT campaign.house FOR NO KEY UPDATE OF campaign
"""  # noqa: S608


def _read(statement: str, row_id: int, actor: Person, now: datetime) -> tuple[Any, ...] | None:
    rows = read(statement, {"id": row_id, "actor": actor.pk, "today": local_day(now)})
    return rows[0] if rows else None


M = TypeVar("M", bound=Model)


def _instance(model: type[M], row: tuple[Any, ...], start: int) -> tuple[M, int]:
    fields = model._meta.concrete_fields
    end = start + len(fields)
    return model.from_db(connection.alias, [field.attname for field in fields], row[start:end]), end


def _changes(row: Model, before: dict[str, Any]) -> dict[str, Any]:
    return {
        field.attname: value
        for field in row._meta.concrete_fields
        if (value := getattr(row, field.attname)) != before[field.attname]
    }


def _save(row: Model, changes: dict[str, Any]) -> None:
    columns = ", ".join(f'"{name}" = %s' for name in changes)  # attribute and column have one name
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{row._meta.db_table}" SET {columns} WHERE id = %s',  # noqa: S608 – columns of our own models
            [*changes.values(), row.pk],
        )


def _snapshot(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _transition(flow: ReportFlow | CampaignFlow, verb: Verb) -> fsm.base.Transition | None:
    for transition in getattr(type(flow), verb.value).get_transitions():
        if transition.source == flow.state:
            return transition
    return None


def admit(flow: ReportFlow) -> None:
    """Raise NotVisible (404), NotYourDesk (403) or AlreadyDone (409) where the flow's actor has no business now."""
    if not flow.actor.is_active or not may_see(flow.holdings, flow.parties):
        raise errors.NotVisible
    _ = flow.holding
    if _transition(flow, flow.verb) is None:
        raise errors.AlreadyDone(state=flow.state_label, verb=label(flow.verb, flow.report.organization.kind))


@contextmanager
def opened(
    report_id: int,
    actor: Person,
    verb: Verb,
    now: datetime,
    *,
    revision_id: int | None = None,
    **asked: Any,
) -> Iterator[tuple[Report, ReportFlow]]:
    """Lock a report for one verb of one actor; save what the block changed, or nothing at all.

    Raises NotVisible (404), NotYourDesk (403), AlreadyDone or StaleRevision (409); the flow's verb, which the block
    has to call, raises the refusals of its conditions.
    """
    statement = REPORT_WITH_SEATS.format(lock_campaign=LOCK_CAMPAIGN, lock_report=LOCK_REPORT)
    with transaction.atomic():
        row = _read(statement, report_id, actor, now)
        if row is None:
            raise errors.NotVisible
        report, end = _instance(Report, row, 0)
        campaign, end = _instance(Campaign, row, end)
        organization, end = _instance(Organization, row, end)
        report.campaign, report.organization = campaign, organization
        flow = ReportFlow(report, actor, decoded(row[end]), now, verb, asked)
        admit(flow)
        if revision_id is not None and revision_id != report.current_revision_id:
            raise errors.StaleRevision
        before = _snapshot(report)
        yield report, flow
        if not flow.performed:
            raise RuntimeError(f"the block did not call flow.{verb.value}()")
        enter_draft(flow)
        changes = _changes(report, before)
        if changes:
            _save(report, changes)


def _is_asked(campaign: Campaign, actor: Person, now: datetime) -> bool:
    """Whether the actor holds a seat in a unit that the campaign asks: he sees the request, though not its verbs."""
    seats = Seat.objects.filter(seats_on(now), person=actor, role__in=UNIT_SEATS)
    return Report.objects.filter(campaign=campaign, organization__in=seats.values("organization")).exists()


@contextmanager
def opened_campaign(
    campaign_id: int, actor: Person, verb: Verb, now: datetime, **asked: Any
) -> Iterator[tuple[Campaign, CampaignFlow]]:
    """Lock a campaign for one verb of one actor of its issuer; save what the block changed, or nothing at all.

    Raises NotVisible (404), NotYourDesk (403), AlreadyDone (409) and the refusals of the verb's conditions.
    """
    with transaction.atomic():
        row = _read(CAMPAIGN_WITH_SEATS, campaign_id, actor, now)
        if row is None:
            raise errors.NotVisible
        campaign, end = _instance(Campaign, row, 0)
        issuer, end = _instance(Organization, row, end)
        campaign.issuer = issuer
        flow = CampaignFlow(campaign, actor, decoded(row[end]), now, verb, asked)
        if not actor.is_active or not (held(flow.holdings, issuer.pk, UNIT_SEATS) or _is_asked(campaign, actor, now)):
            raise errors.NotVisible
        _ = flow.holding
        if _transition(flow, verb) is None:
            raise errors.AlreadyDone(state=CampaignState(campaign.state).label, verb=verb.label)
        before = _snapshot(campaign)
        yield campaign, flow
        if not flow.performed:
            raise RuntimeError(f"the block did not call flow.{verb.value}()")
        changes = _changes(campaign, before)
        if changes:
            _save(campaign, changes)

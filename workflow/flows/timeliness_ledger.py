"""Reading the timeliness ledger, for its page and for its export: who may read which rows, and the rows."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q

from workflow import errors
from workflow.choices import CampaignState, Read, Relation, Timeliness
from workflow.flows.holdings import holdings_of
from workflow.flows.inputs import seats_on
from workflow.models import Person, Report, Seat, TimelinessRecord
from workflow.rules.access import READS, held
from workflow.rules.timeliness_ledger import LATE_WORDS, LedgerRow, dues_of_year


def readable_units(issuer_id: int, person: Person, now: datetime) -> list[int] | None:
    """None for the issuer's office, which reads every row; else the person's own units that the issuer has asked.

    Raises NotVisible to everybody else; there are no grandparents here.
    """
    roles = READS[Read.STATE]
    if held(holdings_of(person, [issuer_id], now), issuer_id, roles[Relation.ISSUER]) is not None:
        return None
    seats = Seat.objects.filter(seats_on(now), person=person, role__in=roles[Relation.OWN])
    asked = Report.objects.filter(
        issuer=issuer_id, campaign__house=False, organization__in=seats.values("organization")
    )
    units = sorted(set(asked.values_list("organization_id", flat=True))) if person.is_active else []
    if not units:
        raise errors.NotVisible
    return units


def ledger_rows(issuer_id: int, year: int, units: Sequence[int] | None) -> Iterator[LedgerRow]:
    """The rows of the issuer's closed requests whose due lies in the local year, by unit and due. One query."""
    after, until = dues_of_year(year)
    chosen = Q() if units is None else Q(report__organization__in=units)
    records = TimelinessRecord.objects.filter(
        chosen,
        report__issuer=issuer_id,
        report__campaign__state=CampaignState.CLOSED,
        due__gt=after,
        due__lte=until,
    )
    columns = records.order_by("report__organization__name_sort", "report__organization", "due", "report").values_list(
        "report__organization_id",
        "report__organization__name",
        "report__campaign__number",
        "report__campaign__subject",
        "original_due",
        "due",
        "sent_at",
        "timeliness",
        "working_days",
        "excused",
        "report__lateness__reason",
        "report__lateness__excuse",
    )
    for unit_id, unit, number, subject, original, due, sent_at, word, days, excused, reason, excuse in columns.iterator(
        chunk_size=2000
    ):
        yield LedgerRow(
            unit_id=unit_id,
            unit=unit,
            number=number,
            subject=subject,
            original_due=original,
            due=due,
            sent_at=sent_at,
            timeliness=Timeliness(word),
            days_late=days if word in LATE_WORDS else 0,
            excused=excused,
            reason=reason or "",
            excuse=(excuse or "") if excused else "",
        )

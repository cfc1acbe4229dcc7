"""The working calendar: days of one organisation, or the general ones that hold for all."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from workflow import errors
from workflow.actions.ledger import apply, one_register_at_a_time
from workflow.actions.lines import line
from workflow.actions.record import Happened, record_all
from workflow.choices import DayKind, Role, Stream, Verb
from workflow.flows.holdings import holdings_of
from workflow.flows.inputs import seats_on
from workflow.models import CalendarDay, Organization, Person, Seat
from workflow.models.sql import LOT
from workflow.models.tree import above
from workflow.rules.access import held
from workflow.rules.calendar import local_day
from workflow.rules.day_list import YEARS, DayDraft, read_days
from workflow.rules.public_holidays import announced, days_of_year
from workflow.rules.vietnamese import format_day

__all__ = ["DayDraft", "clear_days", "import_days", "seed_year", "set_days"]

# An organisation's calendar, or with None the general one.
Owner = int | None
Drafts = Mapping[Owner, Sequence[DayDraft]]


def set_days(*, organization_id: int | None, days: Sequence[DayDraft], actor: Person | None, now: datetime) -> int:
    """Enter or correct days of an organisation's calendar, or of the general one (None); the other days stay.

    An organisation's days are its officer's, or an administrator's at it or above; the general ones an administrator's
    at a root; `actor` None is the console. Returns how many days are new or different. Raises NotVisible, NotYourDesk,
    DayTwice, DayUnlikely, TextTooLong.
    """
    with transaction.atomic():
        tellers = _locked(organization_id, actor, now)
        twice = [day for day, count in Counter(draft.day for draft in days).items() if count > 1]
        if twice:
            raise errors.DayTwice(day=format_day(min(twice)))
        return _set({organization_id: days}, tellers, actor, now)


def clear_days(*, organization_id: int | None, days: Collection[date], actor: Person | None, now: datetime) -> int:
    """Take days out of a calendar: what holds above, or the ordinary week, holds again. By whom set_days may be done.

    Returns how many days were taken out; days that are not in the calendar are passed over.
    """
    with transaction.atomic():
        tellers = _locked(organization_id, actor, now)
        cleared = CalendarDay.objects.filter(organization=organization_id, day__in=days)
        touched = Counter((organization_id, day.year) for day in cleared.values_list("day", flat=True))
        if touched:
            cleared.delete()
        record_all(happened(touched, tellers), actor, now)
    return touched.total()


def import_days(*, organization_id: int | None, text: str, actor: Person | None, now: datetime) -> int:
    """Enter or correct the days of a list (CSV: day;kind;note); all or nothing, and again changes nothing.

    As set_days. Raises CalendarListRefused with what is wrong in which line.
    """
    with transaction.atomic():
        tellers = _locked(organization_id, actor, now)
        return _set({organization_id: read_days(text)}, tellers, actor, now)


def seed_year(*, year: int, actor: Person | None, now: datetime) -> int:
    """Enter the known days off of a year in the general calendar; days that stand there already stay as they are.

    Only what an earlier seeding expected is confirmed once the year has come. A day of the law that is worked after all
    is kept by entering it as WORKED, not by clearing it. Raises CalendarYearUnknown, and as set_days.
    """
    with transaction.atomic():
        tellers = _locked(None, actor, now)
        try:
            drafts = days_of_year(year, local_day(now).year)
        except ValueError:
            raise errors.CalendarYearUnknown(year=year) from None
        known = {row.day: row for row in CalendarDay.objects.filter(organization=None, day__year=year)}
        due = [draft for draft in drafts if _is_due(draft, known.get(draft.day))]
        return _set({None: due}, tellers, actor, now)


def _set(drafts: Drafts, tellers: Sequence[int], actor: Person | None, now: datetime) -> int:
    written = write_days(drafts)
    record_all(happened(written.touched, tellers), actor, now)
    return written.made + written.changed


def _is_due(draft: DayDraft, row: CalendarDay | None) -> bool:
    """Whether seeding writes a day: it is missing, or stands as an earlier seeding expected it."""
    if row is None:
        return True
    stands = DayDraft(row.day, DayKind(row.kind), row.note)
    return stands != draft and announced(stands) == draft


def _locked(owner: Owner, actor: Person | None, now: datetime) -> list[int]:
    """Lock a calendar for whoever may change it; returns the organisations that keep the event.

    The general calendar is locked as a registration is, which writes it as well. Raises NotVisible, NotYourDesk.
    """
    if owner is None:
        one_register_at_a_time()
        roots = lock_roots()
        _check_administers(roots, actor, now)
        return roots
    organization = Organization.objects.select_for_update(no_key=True).filter(pk=owner).first()
    if organization is None:
        raise errors.NotVisible
    if actor is not None:
        up = [owner, *above(owner)]
        holdings = holdings_of(actor, up, now)
        administers = any(held(holdings, one, {Role.ADMINISTRATOR}) for one in up)
        if not administers and held(holdings, owner, {Role.OFFICER}) is None:
            _refuse(bool(holdings), Role.OFFICER)
    return [owner]


def _check_administers(roots: Sequence[int], actor: Person | None, now: datetime) -> None:
    if actor is None:
        return
    holdings = holdings_of(actor, roots, now)
    if not any(held(holdings, root, {Role.ADMINISTRATOR}) for root in roots):
        # Everybody counts by the general days, so whoever holds any seat knows of them.
        seated = actor.is_active and Seat.objects.filter(seats_on(now), person=actor).exists()
        _refuse(seated, Role.ADMINISTRATOR)


def _refuse(seated: bool, desk: Role) -> None:
    if seated:
        raise errors.NotYourDesk(verb=Verb.SET_CALENDAR.label, desk=desk.label)
    raise errors.NotVisible


def lock_roots() -> list[int]:
    """Lock the roots of all trees, by id: general days concern every tree, so its root keeps the event."""
    roots = Organization.objects.filter(parent=None).select_for_update(no_key=True).order_by("pk")
    return list(roots.values_list("pk", flat=True))


@dataclass(slots=True)
class Written:
    """How many days were made and changed, and by calendar and year."""

    made: int = 0
    changed: int = 0
    touched: Counter[tuple[Owner, int]] = field(default_factory=Counter)


def write_days(drafts: Drafts) -> Written:
    """Make or correct days by calendar; what is the same already is not touched. To be called with the locks held.

    Raises DayUnlikely, TextTooLong, UnreadableText.
    """
    written = Written()
    owners = Q(organization__in=[owner for owner in drafts if owner is not None])
    if None in drafts:
        owners |= Q(organization__isnull=True)
    rows = CalendarDay.objects.filter(owners, day__in={draft.day for days in drafts.values() for draft in days})
    known = {(row.organization_id, row.day): row for row in rows}
    fresh, corrected = [], []
    for owner, draft in ((owner, draft) for owner, days in drafts.items() for draft in days):
        if draft.day.year not in YEARS:
            raise errors.DayUnlikely(day=format_day(draft.day))
        wanted = {"kind": draft.kind, "note": line(CalendarDay, "note", draft.note.strip())}
        row = known.get((owner, draft.day))
        if row is None:
            row = known[owner, draft.day] = CalendarDay(organization_id=owner, day=draft.day, **wanted)
            fresh.append(row)
        elif apply(row, wanted):
            corrected.append(row)
        else:
            continue
        written.touched[owner, draft.day.year] += 1
    CalendarDay.objects.bulk_create(fresh)
    if corrected:
        CalendarDay.objects.bulk_update(corrected, ["kind", "note"], batch_size=LOT)
    written.made, written.changed = len(fresh), len(corrected)
    return written


def happened(touched: Mapping[tuple[Owner, int], int], tellers: Sequence[int]) -> list[Happened]:
    """One event by touched calendar and year; a general day's on the streams of the `tellers`."""
    return [
        Happened(
            Stream.ORGANIZATION,
            teller,
            Verb.SET_CALENDAR,
            {"year": year, "days": touched[owner, year], "everybody": owner is None},
        )
        for owner, year in sorted(touched, key=lambda pair: (pair[1], pair[0] or 0))
        for teller in (tellers if owner is None else [owner])
    ]

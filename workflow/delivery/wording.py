"""A notice in a person's own language: the catalogue's sentence with unit, report, due and state filled in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from workflow.choices import Relation, ReportState, Verb, label
from workflow.delivery.catalogue import CATALOGUE
from workflow.models import Person
from workflow.models.sql import read
from workflow.rules.access import ISSUER_SEATS, UNIT_SEATS
from workflow.rules.calendar import local_day, say_due
from workflow.rules.urging import report_name

# What happens within a unit: its office sees the state that was reached, not by which verb (design.md section 6).
WITHIN_THE_UNIT = [
    str(verb)
    for verb, line in CATALOGUE.items()
    if Relation.OWN in line.audience and Relation.ISSUER not in line.audience and not line.falls
]
# Whether the person may still see on `today` what a notice speaks of.
VISIBLE = """
    person.is_active AND (
        event.stream = 'account'
        OR (event.stream = 'organization' AND (event.facts ->> 'person')::bigint = person.id)
        OR EXISTS (
            SELECT 1 FROM workflow_seat seat
             WHERE seat.person_id = person.id
               AND seat.since <= %(today)s AND (seat.until IS NULL OR seat.until >= %(today)s)
               AND (   (event.stream = 'organization' AND seat.organization_id = event.stream_id)
                    OR (seat.role = ANY(%(unit_seats)s) AND seat.organization_id = report.organization_id)
                    OR (seat.role = ANY(%(unit_seats)s) AND event.stream = 'campaign' AND EXISTS (
                        SELECT 1 FROM workflow_report asked WHERE asked.campaign_id = campaign.id
                           AND asked.organization_id = seat.organization_id))
                    OR (seat.organization_id = campaign.issuer_id AND event.verb <> ALL(%(within)s)
                        AND (   seat.role = ANY(%(issuer_seats)s)
                             OR (event.stream = 'campaign' AND seat.role = ANY(%(unit_seats)s)))))))
"""
# The due that a sentence means: the unit's own where a request was amended, else what was said then, or a supplement's;
# a report's own due, and the supplement's while one is asked for, as they are now.
DUE = """
    coalesce(
        (SELECT max(own.due) FROM workflow_report own
           JOIN workflow_seat seat ON seat.organization_id = own.organization_id
          WHERE event.verb = 'amend' AND own.campaign_id = campaign.id AND seat.person_id = person.id
            AND seat.since <= %(today)s AND (seat.until IS NULL OR seat.until >= %(today)s)),
        to_timestamp((event.facts ->> 'due')::bigint),
        supplement.due,
        CASE WHEN event.verb IN ('remind', 'assign') THEN report.supplement_due END,
        report.due,
        campaign.due)
"""
NOTICES = f"""
    SELECT notice.id, notice.at, notice.read_at, event.verb, event.stream, event.stream_id, event.facts::text,
           person.id, person.full_name, person.language, person.email, person.phone,
           coalesce(unit.name, issuer.name, place.name, ''), coalesce(unit.kind, issuer.kind, place.kind, ''),
           coalesce(nullif(report.subject, ''), nullif(campaign.report_subject, ''), campaign.subject, ''),
           coalesce(report.state, ''), {DUE}, coalesce(document.printed_number, ''), {VISIBLE}
      FROM workflow_notice notice
      JOIN workflow_event event ON event.id = notice.event_id
      JOIN workflow_person person ON person.id = notice.person_id
      LEFT JOIN workflow_report report ON event.stream = 'report' AND report.id = event.stream_id
      LEFT JOIN workflow_organization unit ON unit.id = report.organization_id
      LEFT JOIN workflow_campaign campaign
        ON campaign.id = CASE WHEN event.stream = 'campaign' THEN event.stream_id ELSE report.campaign_id END
      LEFT JOIN workflow_organization issuer ON issuer.id = campaign.issuer_id
      LEFT JOIN workflow_organization place ON event.stream = 'organization' AND place.id = event.stream_id
      LEFT JOIN workflow_issueddocument document ON document.id = (event.facts ->> 'document')::bigint
      LEFT JOIN workflow_supplement supplement
        ON supplement.id = CASE event.verb WHEN 'request_supplement' THEN (event.facts ->> 'supplement')::bigint END
"""  # noqa: S608 – put together from this file's own texts
BY_ID = f"{NOTICES} WHERE notice.id = ANY(%(notices)s)"
NEWEST = f"""
    {NOTICES}
     WHERE notice.person_id = %(person)s AND (NOT %(unread)s OR notice.read_at IS NULL)
       AND (%(before)s::bigint IS NULL
            OR notice.event_id < (SELECT event_id FROM workflow_notice WHERE id = %(before)s))
       AND {VISIBLE}
     ORDER BY notice.event_id DESC LIMIT %(page)s
"""  # noqa: S608
# Materialized, so that the small index of unread notices is asked, not the large one of all.
UNREAD = f"""
    WITH unread AS MATERIALIZED (SELECT id FROM workflow_notice WHERE person_id = %(person)s AND read_at IS NULL),
    latest AS (SELECT id FROM unread ORDER BY id DESC LIMIT %(page)s)
    SELECT count(*)
      FROM latest
      JOIN workflow_notice notice ON notice.id = latest.id
      JOIN workflow_event event ON event.id = notice.event_id
      JOIN workflow_person person ON person.id = notice.person_id
      LEFT JOIN workflow_report report ON event.stream = 'report' AND report.id = event.stream_id
      LEFT JOIN workflow_campaign campaign
        ON campaign.id = CASE WHEN event.stream = 'campaign' THEN event.stream_id ELSE report.campaign_id END
     WHERE {VISIBLE}
"""  # noqa: S608
LONGEST_REPORT = 120  # characters in a subject line
MOST_ITEMS = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One notice and what it says. `visible` is whether the person may see it today."""

    notice_id: int
    at: datetime
    read_at: datetime | None
    verb: Verb
    stream: str
    stream_id: int
    facts: dict[str, Any]
    person_id: int
    person: str
    language: str
    email: str
    phone: str
    unit: str
    kind: str
    report: str
    state: str
    due: datetime | None
    number: str
    visible: bool

    @property
    def sentence(self) -> str:
        """What the person reads, in the language that is active."""
        return str(CATALOGUE[self.verb].sentence) % {
            "unit": self.unit,
            "report": report_name(self.report).removeprefix("báo cáo ") if self.report else "",
            "due": say_due(self.due) if self.due is not None else "",
            "state": label(ReportState(self.state), self.kind) if self.state else "",
            "number": self.number,
            "days": f"{self.facts.get('days', 0):02d}",
            "count": self.facts.get("units", 0),
        }

    @property
    def word(self) -> str:
        """What happened, in two or three words, in the language that is active."""
        return label(self.verb, self.kind)

    @property
    def title(self) -> str:
        """A line for a mail's subject."""
        if not self.report:
            return f"{self.word}: {self.unit}" if self.unit else self.word
        return f"{self.word}: {Truncator(report_name(self.report)).chars(LONGEST_REPORT)} ({self.unit})"

    @property
    def link(self) -> str:
        return f"{settings.SITE_URL}/thong-bao/{self.notice_id}/"


def told(notice_ids: Sequence[int], now: datetime) -> dict[int, Told]:
    """What these notices say, by id, and whether each person may still see it on the day of `now`. One query."""
    return {one.notice_id: one for one in _read(BY_ID, now, notices=list(notice_ids))}


def newest(person: Person, now: datetime, page: int, *, before: int | None, unread: bool) -> list[Told]:
    """The person's newest notices that may be seen on the day of `now`, from the one before the notice `before` on."""
    return _read(NEWEST, now, person=person.pk, before=before, unread=unread, page=page)


def visible_unread(person: Person, now: datetime, page: int) -> int:
    """How many of the person's newest `page` unread notices may be seen on the day of `now`."""
    return int(_rows(UNREAD, now, person=person.pk, page=page)[0][0])


def _read(statement: str, now: datetime, **asked: Any) -> list[Told]:
    return [_told(list(row)) for row in _rows(statement, now, **asked)]


def _rows(statement: str, now: datetime, **asked: Any) -> list[tuple[Any, ...]]:
    parameters = {
        "today": local_day(now),
        "unit_seats": [str(role) for role in UNIT_SEATS],
        "issuer_seats": [str(role) for role in ISSUER_SEATS],
        "within": WITHIN_THE_UNIT,
        **asked,
    }
    return read(statement, parameters)


def _told(values: list[Any]) -> Told:
    values[3], values[6] = Verb(values[3]), json.loads(values[6])
    return Told(*values)


@dataclass(frozen=True, slots=True)
class Item:
    """What a mail says of one notice."""

    word: str
    sentence: str
    link: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in words: of one notice, or the digest of several. `more` is said where not all of them fit in."""

    language: str
    subject: str
    greeting: str
    items: Sequence[Item]
    open: str
    more: str
    link: str
    closing: str


def letter(about: Sequence[Told]) -> Letter:
    """The mail to a person about one notice, or the digest of several, in the person's language."""
    first, rest = about[0], len(about) - MOST_ITEMS
    with override(first.language):
        several = _("%(count)s notices about reports") % {"count": len(about)}
        return Letter(
            language=first.language,
            subject=" ".join((first.title if len(about) == 1 else several).split()),
            greeting=_("Dear comrade %(name)s,") % {"name": first.person},
            items=[Item(one.word, one.sentence, one.link) for one in about[:MOST_ITEMS]],
            open=_("Open in the system"),
            more=_("%(count)s more notices can be read in the system.") % {"count": rest} if rest > 0 else "",
            link=f"{settings.SITE_URL}/thong-bao/",
            closing=_("This is an automatic message; please do not answer it. Details can be read in the system only."),
        )

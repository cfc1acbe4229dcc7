"""The invariants of design.md section 5, each as one query that must find nothing."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from workflow.models import PaperFile, Seal, UrgingLetter
from workflow.models.heads import heads
from workflow.rules.canonical import bytes_hash, content_hash
from workflow.rules.urging import signed_text


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken invariant: its name and the ids of the rows concerned (at most 20)."""

    invariant: str
    ids: tuple[Any, ...]


# Each finds the rows that break the invariant of its name.
INVARIANTS: dict[str, str] = {
    "one report per campaign and organisation": """
        SELECT min(id) FROM workflow_report GROUP BY campaign_id, organization_id HAVING count(*) > 1""",
    "every report's state is explained by its last event": """
        SELECT report.id FROM workflow_report report
          LEFT JOIN LATERAL (SELECT state_to FROM workflow_event WHERE stream = 'report' AND stream_id = report.id
                              ORDER BY seq DESC LIMIT 1) last ON true
         WHERE last.state_to IS DISTINCT FROM report.state""",
    "every event follows from the state before it": """
        SELECT id FROM (SELECT id, state_from, lag(state_to, 1, '') OVER (PARTITION BY stream_id ORDER BY seq) AS before
                          FROM workflow_event WHERE stream = 'report') step
         WHERE state_from IS DISTINCT FROM before""",
    "every campaign's state is explained by its last event": """
        SELECT campaign.id FROM workflow_campaign campaign
          LEFT JOIN LATERAL (SELECT state_to FROM workflow_event WHERE stream = 'campaign'
                                AND stream_id = campaign.id AND state_to <> '' ORDER BY seq DESC LIMIT 1) last ON true
         WHERE last.state_to IS DISTINCT FROM campaign.state""",
    "a revision's hash is its content's": """
        SELECT id FROM workflow_revision WHERE sha256 <> encode(sha256(convert_to(content, 'UTF8')), 'hex')""",
    "a document's hash is its content's": """
        SELECT id FROM workflow_issueddocument WHERE sha256 <> encode(sha256(convert_to(content, 'UTF8')), 'hex')""",
    "an issued urging letter's document is the signed letter": """
        SELECT letter.id FROM workflow_urgingletter letter
          JOIN workflow_issueddocument document ON document.id = letter.document_id
          JOIN workflow_campaign campaign ON campaign.id = letter.campaign_id
         WHERE document.organization_id <> campaign.issuer_id OR document.document_type <> 'CV'
            OR document.report_id IS NOT NULL OR document.revision_id IS NOT NULL
            OR (document.authority, document.position, document.subject)
               IS DISTINCT FROM (letter.authority, letter.position, letter.subject)
            OR encode(sha256(convert_to(document.content::jsonb #>> '{letter,content}', 'UTF8')), 'hex')
               IS DISTINCT FROM letter.sha256""",
    "a signed hash is its revision's": """
        SELECT signature.id FROM workflow_signature signature
          JOIN workflow_revision revision ON revision.id = signature.revision_id
         WHERE signature.sha256 <> revision.sha256 OR signature.report_id <> revision.report_id""",
    "what is signed or sent has a valid signature, unless it came on paper": """
        SELECT report.id FROM workflow_report report
         WHERE (report.state = 'SIGNED' AND NOT EXISTS (
                SELECT 1 FROM workflow_signature WHERE revision_id = report.signed_revision_id AND void_at IS NULL))
            OR (report.state IN ('SENT', 'RECEIVED', 'CONSOLIDATED', 'SUPPLEMENT') AND NOT EXISTS (
                SELECT 1 FROM workflow_signature WHERE revision_id = report.sent_revision_id AND void_at IS NULL)
                AND NOT EXISTS (SELECT 1 FROM workflow_revision WHERE id = report.sent_revision_id
                                   AND verb = 'register_paper'))""",
    "a report's revisions are its own": """
        SELECT report.id FROM workflow_report report JOIN workflow_revision revision
            ON revision.id IN (report.current_revision_id, report.signed_revision_id, report.sent_revision_id,
                               report.received_revision_id)
         WHERE revision.report_id <> report.id""",
    "an open round belongs to a report under review": """
        SELECT report.id FROM workflow_report report
          LEFT JOIN workflow_reviewround round ON round.report_id = report.id AND round.closed_at IS NULL
         WHERE (report.state = 'REVIEW') <> (round.id IS NOT NULL)""",
    "a draft has no adopted review and no valid signature of an unsent revision": """
        SELECT report.id FROM workflow_report report
         WHERE report.state = 'DRAFT' AND (
               EXISTS (SELECT 1 FROM workflow_reviewround WHERE report_id = report.id AND result = 'ADOPTED')
            OR report.signed_revision_id IS NOT NULL)""",
    "an open supplement belongs to a report that is being supplemented": """
        SELECT report.id FROM workflow_report report
          LEFT JOIN workflow_supplement supplement ON supplement.report_id = report.id AND supplement.closed_at IS NULL
         WHERE (report.state = 'SUPPLEMENT' AND supplement.id IS NULL)
            OR (supplement.id IS NOT NULL AND report.state IN ('SENT', 'RECEIVED', 'CONSOLIDATED', 'EXEMPT'))""",
    "single answers or minutes, never both": """
        SELECT round.id FROM workflow_reviewround round
         WHERE round.minutes_date IS NOT NULL
           AND EXISTS (SELECT 1 FROM workflow_opinion WHERE round_id = round.id)""",
    "no number twice": """
        SELECT min(id) FROM workflow_issueddocument
         GROUP BY organization_id, document_type, term_id, number HAVING count(*) > 1""",
    "no reminder twice": """
        SELECT min(id) FROM workflow_climbedrung GROUP BY report_id, rung_id, due HAVING count(*) > 1""",
    "no notice without an event, and none missing": """
        SELECT event.id FROM workflow_event event
          LEFT JOIN (SELECT event_id, count(*) AS persons FROM workflow_notice GROUP BY event_id) heard
            ON heard.event_id = event.id
         WHERE event.told <> coalesce(heard.persons, 0) OR (heard.persons > 0 AND NOT event.fanned_out)""",
    "what waits to be delivered has a next attempt, and nothing else has": """
        SELECT id FROM workflow_delivery WHERE (state IN ('WAITING', 'SENDING')) <> (next_attempt_at IS NOT NULL)""",
    "no notice is delivered twice by one channel": """
        SELECT min(id) FROM workflow_delivery GROUP BY notice_id, channel HAVING count(*) > 1""",
    "an issued revision's figures are those it froze": """
        SELECT issued.id FROM workflow_issuedvalue issued
          JOIN workflow_revision revision ON revision.id = issued.revision_id
          JOIN workflow_indicator indicator ON indicator.id = issued.indicator_id
         WHERE issued.number IS NOT NULL AND NOT EXISTS (
               SELECT 1 FROM jsonb_array_elements(revision.content::jsonb -> 'values') frozen
                WHERE frozen ->> 'code' = indicator.code AND (frozen ->> 'number')::numeric = issued.number)""",
    "a consolidated report's upper report is signed": """
        SELECT report.id FROM workflow_report report JOIN workflow_campaign campaign ON campaign.id = report.campaign_id
          JOIN workflow_report upper ON upper.id = campaign.answers_id
         WHERE report.state = 'CONSOLIDATED' AND campaign.state IN ('OPEN', 'CONSOLIDATING')
           AND upper.state NOT IN ('SIGNED', 'SENT', 'RECEIVED', 'CONSOLIDATED')""",
    "the chain has no gap": """
        SELECT id FROM (SELECT id, seq, row_number() OVER (PARTITION BY stream, stream_id ORDER BY seq) AS place
                          FROM workflow_event) event
         WHERE seq <> place""",
    "the chain's hashes follow from one another": """
        SELECT id FROM (SELECT event.id, event.hash, workflow_event_hash(
                               lag(event.hash) OVER (PARTITION BY event.stream, event.stream_id ORDER BY event.seq),
                               event) AS expected
                          FROM workflow_event event) chained
         WHERE hash IS DISTINCT FROM expected""",
}

SHOWN = 20


def check_integrity() -> list[Problem]:
    """Every invariant that does not hold; an empty list is a clean bill."""
    found = [Problem(name, ids) for name, query in INVARIANTS.items() if (ids := _ids(query))]
    return [*found, *_broken_letters(), *_broken_papers(), *_broken_seals()]


def _ids(query: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return tuple(row[0] for row in cursor.fetchmany(SHOWN))


def _broken_letters() -> Iterator[Problem]:
    """Signed urging letters whose subject, text or annex are not what was signed."""
    signed = UrgingLetter.objects.filter(signed_at__isnull=False).order_by("pk")
    broken = [letter.pk for letter in signed.iterator() if content_hash(signed_text(letter)) != letter.sha256]
    if broken:
        yield Problem("a signed urging letter's hash is its content's", tuple(broken[:SHOWN]))


def _broken_papers() -> Iterator[Problem]:
    """Frozen papers whose file is missing, or is not the one that was frozen."""
    broken = []
    for pk, name, sha256 in PaperFile.objects.order_by("pk").values_list("pk", "file", "sha256").iterator():
        path = Path(settings.MEDIA_ROOT) / name
        if not path.is_file() or bytes_hash(path.read_bytes()) != sha256:
            broken.append(pk)
    if broken:
        yield Problem("a frozen paper's file is the one that was frozen", tuple(broken[:SHOWN]))


def _broken_seals() -> Iterator[Problem]:
    """Seals that no longer fit: the newest row, and every line kept outside the database."""
    rows = [(seal.last_event, seal.events, seal.streams, seal.sha256) for seal in Seal.objects.order_by("-pk")[:1]]
    for last_event, events, streams, digest in {*rows, *_kept_outside()}:
        if heads(last_event) != (streams, events, digest):
            yield Problem("the chain verifies against the seal", (last_event,))


def _kept_outside() -> Iterator[tuple[int, int, int, str]]:
    """The newest whole line; one that was cut short by a full disk is passed over."""
    path = Path(settings.SEAL_DIRECTORY) / "seals.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    for line in reversed(lines):
        with suppress(json.JSONDecodeError):
            kept = json.loads(line)
            yield kept["last_event"], kept["events"], kept["streams"], kept["sha256"]
            return

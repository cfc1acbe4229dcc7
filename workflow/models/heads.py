"""The heads of the audit trail's chains: what a seal is made of and checked against."""

from workflow.models.sql import read

HEADS = """
    SELECT count(*), coalesce(sum(seq), 0)::bigint,
           encode(sha256(convert_to(coalesce(string_agg(
               stream || ' ' || stream_id || ' ' || encode(hash, 'hex'), ' ' ORDER BY stream, stream_id), ''), 'UTF8')),
               'hex')
      FROM (SELECT DISTINCT ON (stream, stream_id) stream, stream_id, seq, hash FROM workflow_event
             WHERE id <= %s ORDER BY stream, stream_id, seq DESC) head
"""


def heads(last_event: int) -> tuple[int, int, str]:
    """Streams, events and the hash over the heads of all streams, as of an event id."""
    [(streams, events, digest)] = read(HEADS, [last_event])
    return streams, events, digest

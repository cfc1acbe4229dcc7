"""The audit trail's guard: the hash chain, and triggers that refuse to rewrite history."""

from django.db import migrations

CHAIN = """
CREATE FUNCTION workflow_event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    previous record;
BEGIN
    SELECT seq, hash INTO previous FROM workflow_event
     WHERE stream = NEW.stream AND stream_id = NEW.stream_id ORDER BY seq DESC LIMIT 1;
    NEW.seq := coalesce(previous.seq, 0) + 1;
    NEW.recorded_at := clock_timestamp();
    NEW.hash := workflow_event_hash(previous.hash, NEW);
    RETURN NEW;
END $$;

CREATE TRIGGER event_chain BEFORE INSERT ON workflow_event
    FOR EACH ROW EXECUTE FUNCTION workflow_event_chain();
"""

# Nothing here may depend on a session: instants as epoch seconds, jsonb in its canonical text.
HASH = """
CREATE FUNCTION workflow_event_hash(previous bytea, event workflow_event) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(coalesce(previous, ''::bytea) || convert_to(concat_ws('|',
        event.stream, event.stream_id, event.seq, event.verb, event.state_from, event.state_to,
        coalesce(event.actor_id::text, '-'), coalesce(event.seat_id::text, '-'),
        coalesce(event.stand_in_id::text, '-'), coalesce(event.revision_id::text, '-'),
        extract(epoch FROM event.at)::text, extract(epoch FROM event.recorded_at)::text, event.facts::text), 'UTF8'))
$$;
"""

REFUSAL = """
CREATE FUNCTION workflow_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER event_refuse_update BEFORE UPDATE ON workflow_event FOR EACH ROW
    WHEN ((OLD.id, OLD.stream, OLD.stream_id, OLD.seq, OLD.verb, OLD.state_from, OLD.state_to, OLD.actor_id, OLD.seat_id,
           OLD.stand_in_id, OLD.revision_id, OLD.at, OLD.recorded_at, OLD.facts, OLD.hash)
          IS DISTINCT FROM
          (NEW.id, NEW.stream, NEW.stream_id, NEW.seq, NEW.verb, NEW.state_from, NEW.state_to, NEW.actor_id, NEW.seat_id,
           NEW.stand_in_id, NEW.revision_id, NEW.at, NEW.recorded_at, NEW.facts, NEW.hash))
    EXECUTE FUNCTION workflow_refuse_rewriting();
CREATE TRIGGER event_refuse_delete BEFORE DELETE ON workflow_event FOR EACH ROW
    EXECUTE FUNCTION workflow_refuse_rewriting();
CREATE TRIGGER event_refuse_truncate BEFORE TRUNCATE ON workflow_event FOR EACH STATEMENT
    EXECUTE FUNCTION workflow_refuse_rewriting();
"""

GUARDED = ("workflow_revision", "workflow_issuedvalue", "workflow_issueddocument", "workflow_seal")


def refuse(table: str) -> str:
    return f"""
    CREATE TRIGGER {table}_refuse_rewriting BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW
        EXECUTE FUNCTION workflow_refuse_rewriting();
    CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT
        EXECUTE FUNCTION workflow_refuse_rewriting();
    """


UNDO = "".join(
    f"DROP TRIGGER {table}_refuse_rewriting ON {table}; DROP TRIGGER {table}_refuse_truncate ON {table};"
    for table in GUARDED
) + (
    "DROP TRIGGER event_refuse_update ON workflow_event; DROP TRIGGER event_refuse_delete ON workflow_event;"
    "DROP TRIGGER event_refuse_truncate ON workflow_event; DROP TRIGGER event_chain ON workflow_event;"
    "DROP FUNCTION workflow_refuse_rewriting(); DROP FUNCTION workflow_event_chain();"
    "DROP FUNCTION workflow_event_hash(bytea, workflow_event);"
)


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial")]

    operations = [
        migrations.RunSQL(HASH + CHAIN + REFUSAL + "".join(map(refuse, GUARDED)), UNDO),
    ]

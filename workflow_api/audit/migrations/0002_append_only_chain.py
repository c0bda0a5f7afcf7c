"""Rows are appended by one function that chains them, and can't be changed by anybody."""

from django.db import migrations

APPEND = """
CREATE FUNCTION audit_append(entries jsonb) RETURNS TABLE (id bigint, previous_hash text, hash text)
LANGUAGE plpgsql AS $$
DECLARE
    head audit_head%ROWTYPE;
    entry jsonb;
BEGIN
    -- The lock on the chain's end: until this transaction ends, nobody else appends.
    SELECT * INTO head FROM audit_head WHERE audit_head.id = 1 FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_head (id, last_id, last_hash) VALUES (1, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
        SELECT * INTO head FROM audit_head WHERE audit_head.id = 1 FOR UPDATE;
    END IF;
    FOR entry IN SELECT value FROM jsonb_array_elements(entries) WITH ORDINALITY ORDER BY ordinality LOOP
        id := head.last_id + 1;
        previous_hash := head.last_hash;
        hash := encode(sha256(convert_to(head.last_hash || (entry ->> 'content_hash'), 'UTF8')), 'hex');
        INSERT INTO audit_logs (id, at, actor_id, actor_name, on_behalf_of_id, action, object_type, object_id,
            ticket_number, old, new, reason, request_id, ip_address, previous_hash, hash)
        VALUES (audit_append.id, (entry ->> 'at')::timestamptz, (entry ->> 'actor_id')::bigint,
            entry ->> 'actor_name', (entry ->> 'on_behalf_of_id')::bigint, entry ->> 'action',
            entry ->> 'object_type', entry ->> 'object_id', entry ->> 'ticket_number',
            NULLIF(entry -> 'old', 'null'::jsonb), NULLIF(entry -> 'new', 'null'::jsonb), entry ->> 'reason',
            entry ->> 'request_id', (entry ->> 'ip_address')::inet, audit_append.previous_hash, audit_append.hash);
        head.last_id := id;
        head.last_hash := hash;
        RETURN NEXT;
    END LOOP;
    UPDATE audit_head SET last_id = head.last_id, last_hash = head.last_hash WHERE audit_head.id = 1;
END
$$;
"""

REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_logs is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_logs_no_change BEFORE UPDATE OR DELETE ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_logs_no_truncate BEFORE TRUNCATE ON audit_logs
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(APPEND, "DROP FUNCTION audit_append(jsonb)"),
        migrations.RunSQL(
            REFUSE,
            "DROP TRIGGER audit_logs_no_truncate ON audit_logs; DROP TRIGGER audit_logs_no_change ON audit_logs;"
            " DROP FUNCTION audit_refuse()",
        ),
    ]

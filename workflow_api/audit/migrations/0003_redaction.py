"""Rows can be redacted: personal data taken out, the chain kept. See ADR 0039."""

from django.db import migrations, models

REDACT = """
CREATE FUNCTION audit_redact(changes jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    changed bigint;
BEGIN
    PERFORM set_config('audit.redacting', txid_current()::text, true);
    UPDATE audit_logs SET content_hash = change.content_hash, actor_name = change.actor_name, old = change.old,
        new = change.new, reason = change.reason
    FROM jsonb_to_recordset(changes)
        AS change(id bigint, content_hash text, actor_name text, old jsonb, new jsonb, reason text)
    WHERE audit_logs.id = change.id;
    GET DIAGNOSTICS changed = ROW_COUNT;
    PERFORM set_config('audit.redacting', '', true);
    RETURN changed;
END
$$;
"""

# What the function may do is checked here once more: the setting alone opens nothing else.
REFUSE = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('audit.redacting', true) = txid_current()::text THEN
        IF (NEW.id, NEW.at, NEW.actor_id, NEW.on_behalf_of_id, NEW.action, NEW.object_type, NEW.object_id,
                NEW.ticket_number, NEW.request_id, NEW.ip_address, NEW.previous_hash, NEW.hash)
            IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.actor_id, OLD.on_behalf_of_id, OLD.action, OLD.object_type,
                OLD.object_id, OLD.ticket_number, OLD.request_id, OLD.ip_address, OLD.previous_hash, OLD.hash)
            AND OLD.action <> 'audit.redacted'
            AND COALESCE(OLD.content_hash, NEW.content_hash) = NEW.content_hash
            AND encode(sha256(convert_to(OLD.previous_hash || NEW.content_hash, 'UTF8')), 'hex') = OLD.hash
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit_logs is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
"""

REFUSE_ALWAYS = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_logs is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only_chain")]

    operations = [
        migrations.AddField("auditlog", "content_hash", models.CharField(max_length=64, null=True)),
        migrations.RunSQL(REDACT, "DROP FUNCTION audit_redact(jsonb)"),
        migrations.RunSQL(REFUSE, REFUSE_ALWAYS),
    ]

-- What ledger_record does (0001_ledger.sql), in two statements instead of five or six: the entry with the number of its
-- last row in one look, and all rows of the change in one INSERT. The functions ledger_key and ledger_digest are written
-- out, because PostgreSQL plans the body of such a function anew each time it is called. Not a byte of what is recorded
-- differs, or the audit would find it.

CREATE OR REPLACE FUNCTION ledger_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = truecopy, pg_catalog, pg_temp
SET timezone = 'UTC'
SET extra_float_digits = 1
SET bytea_output = 'hex'
AS $$
DECLARE
  _entry bigint;
  _salt bytea;
  _last integer;
  _columns text[] := TG_ARGV;
BEGIN
  IF coalesce(current_setting('truecopy.writer', true), '') = '' THEN
    RETURN NULL; -- a hand at the database: what it changes is not recorded, and so the audit finds it
  END IF;
  SELECT e.id, e.salt, coalesce((SELECT max(r.ordinal) FROM ledger_row r WHERE r.entry_id = e.id), 0)
    INTO _entry, _salt, _last
    FROM ledger_entry e
   WHERE e.id = nullif(current_setting('truecopy.entry', true), '')::bigint AND e.ticket IS NULL;
  IF _entry IS NULL THEN
    IF TG_OP = 'DELETE' THEN
      IF NOT EXISTS (SELECT FROM before) THEN RETURN NULL; END IF;
    ELSIF NOT EXISTS (SELECT FROM after) THEN
      RETURN NULL;
    END IF;
    SELECT o.entry, o.salt, 0 INTO _entry, _salt, _last FROM ledger_open() o;
  END IF;
  IF TG_OP = 'DELETE' THEN
    INSERT INTO ledger_row
    SELECT _entry, _last + row_number() OVER (ORDER BY b.key), 'D', TG_TABLE_NAME, b.key,
           sha256(_salt || convert_to(TG_TABLE_NAME || E'\n' || (
             SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}')::text
             FROM jsonb_each(b.content) m WHERE m.value <> 'null'), 'UTF8'))
    FROM (SELECT i.content, (SELECT jsonb_agg(i.content -> c.name ORDER BY c.place)::text
                             FROM unnest(_columns) WITH ORDINALITY AS c(name, place)) AS key
          FROM (SELECT to_jsonb(_t) AS content FROM before _t) i) b;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO ledger_row
    SELECT _entry, _last + row_number() OVER (ORDER BY a.key), 'I', TG_TABLE_NAME, a.key,
           sha256(_salt || convert_to(TG_TABLE_NAME || E'\n' || (
             SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}')::text
             FROM jsonb_each(a.content) m WHERE m.value <> 'null'), 'UTF8'))
    FROM (SELECT i.content, (SELECT jsonb_agg(i.content -> c.name ORDER BY c.place)::text
                             FROM unnest(_columns) WITH ORDINALITY AS c(name, place)) AS key
          FROM (SELECT to_jsonb(_t) AS content FROM after _t) i) a;
  ELSE
    WITH a AS MATERIALIZED (
      SELECT i.content, (SELECT jsonb_agg(i.content -> c.name ORDER BY c.place)::text
                         FROM unnest(_columns) WITH ORDINALITY AS c(name, place)) AS key
      FROM (SELECT to_jsonb(_t) AS content FROM after _t) i
    ), b AS ( -- a row that got another key has left its old one
      SELECT i.content, (SELECT jsonb_agg(i.content -> c.name ORDER BY c.place)::text
                         FROM unnest(_columns) WITH ORDINALITY AS c(name, place)) AS key
      FROM (SELECT to_jsonb(_t) AS content FROM before _t) i
    ), both_of AS (
      SELECT 'D' AS operation, b.key, b.content FROM b WHERE NOT EXISTS (SELECT FROM a WHERE a.key = b.key)
      UNION ALL
      SELECT 'U', a.key, a.content FROM a
    )
    INSERT INTO ledger_row
    SELECT _entry, _last + row_number() OVER (ORDER BY x.operation, x.key), x.operation, TG_TABLE_NAME, x.key,
           sha256(_salt || convert_to(TG_TABLE_NAME || E'\n' || (
             SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}')::text
             FROM jsonb_each(x.content) m WHERE m.value <> 'null'), 'UTF8'))
    FROM both_of x;
  END IF;
  RETURN NULL;
END $$;

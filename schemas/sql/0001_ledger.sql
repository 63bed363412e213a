-- The ledger: see storage/ledger.h for what it promises, storage/audit.c for how the promise is checked.
-- Everything truecopy keeps lies in the schema truecopy. Every table of it is watched (ledger_watch below, called after
-- each migration), but for the four tables of the ledger itself, whose content is covered by the tree and its heads.

CREATE SCHEMA IF NOT EXISTS truecopy;
SET LOCAL search_path = truecopy;

CREATE SEQUENCE ledger_ticket AS bigint;

-- One for each transaction that changed a row. Sealed (ticket, at, leaf) when the transaction commits; placed in the
-- tree (leaf_index) by the sequencer. Without its salt an entry tells nothing: that is how one is disposed of.
CREATE TABLE ledger_entry (
  id bigint PRIMARY KEY DEFAULT nextval('ledger_ticket'),
  salt bytea CHECK (octet_length(salt) = 32),
  ticket bigint UNIQUE,
  at text CHECK (at ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$'),
  leaf bytea CHECK (octet_length(leaf) = 32),
  leaf_index bigint UNIQUE CHECK (leaf_index >= 0),
  CHECK (num_nulls(ticket, at, leaf) IN (0, 3)),
  CHECK (leaf_index IS NULL OR leaf IS NOT NULL)
);
CREATE INDEX ledger_entry_unplaced ON ledger_entry (ticket) WHERE leaf_index IS NULL;

-- The rows a transaction changed, in their order. row_key: the values of the primary key, a JSON array.
CREATE TABLE ledger_row (
  entry_id bigint NOT NULL REFERENCES ledger_entry,
  ordinal integer NOT NULL CHECK (ordinal >= 1),
  operation text NOT NULL CHECK (operation IN ('I', 'U', 'D')),
  table_name text NOT NULL,
  row_key text NOT NULL,
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  PRIMARY KEY (entry_id, ordinal)
);
CREATE INDEX ledger_row_of ON ledger_row (table_name, row_key);

-- Complete subtrees above the leaves, for proofs; level 1 is a pair of leaves.
CREATE TABLE ledger_node (
  level integer NOT NULL CHECK (level BETWEEN 1 AND 62),
  node_index bigint NOT NULL CHECK (node_index >= 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (level, node_index)
);

CREATE TABLE ledger_head (
  tree_size bigint PRIMARY KEY CHECK (tree_size > 0),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  at text NOT NULL,
  key_id text NOT NULL,
  signature bytea NOT NULL -- empty: unsigned
);

-- The canonical content of a row: its JSON with keys in order and NULL columns left out, so that a column added later
-- does not change what was recorded earlier.
CREATE FUNCTION ledger_image(content jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT coalesce(jsonb_object_agg(key, value), '{}')::text FROM jsonb_each(content) WHERE value <> 'null' $$;

CREATE FUNCTION ledger_key(content jsonb, columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT jsonb_agg(content -> name ORDER BY place)::text FROM unnest(columns) WITH ORDINALITY AS k(name, place) $$;

-- The entry of this transaction, made when it first changes a row.
CREATE FUNCTION ledger_open(OUT entry bigint, OUT salt bytea)
LANGUAGE plpgsql
AS $$
BEGIN
  entry := nullif(current_setting('truecopy.entry', true), '')::bigint;
  IF entry IS NOT NULL THEN
    SELECT e.salt INTO ledger_open.salt FROM ledger_entry e WHERE e.id = entry AND e.ticket IS NULL;
    IF FOUND THEN
      RETURN;
    END IF;
  END IF;
  INSERT INTO ledger_entry (salt) VALUES (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
  RETURNING ledger_entry.id, ledger_entry.salt INTO entry, ledger_open.salt;
  PERFORM set_config('truecopy.entry', entry::text, true);
END $$;

-- One line of the transaction's account.
CREATE FUNCTION ledger_digest(salt bytea, table_name text, content jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT sha256(salt || convert_to(table_name || E'\n' || ledger_image(content), 'UTF8')) $$;

-- Statement triggers with transition tables: one call for any number of rows. TG_ARGV: the primary key's columns.
-- _t and _columns stand in one scope with the table's own columns, hence their names.
CREATE FUNCTION ledger_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = truecopy, pg_catalog, pg_temp
SET timezone = 'UTC'
SET extra_float_digits = 1
SET bytea_output = 'hex'
AS $$
DECLARE
  entry bigint;
  salt bytea;
  last integer;
  _columns text[] := TG_ARGV;
BEGIN
  IF coalesce(current_setting('truecopy.writer', true), '') = '' THEN
    RETURN NULL; -- a hand at the database: what it changes is not recorded, and so the audit finds it
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM before) THEN RETURN NULL; END IF;
  ELSIF NOT EXISTS (SELECT FROM after) THEN
    RETURN NULL;
  END IF;
  SELECT o.entry, o.salt INTO entry, salt FROM ledger_open() o;
  SELECT coalesce(max(r.ordinal), 0) INTO last FROM ledger_row r WHERE r.entry_id = entry;
  IF TG_OP = 'DELETE' THEN
    INSERT INTO ledger_row
    SELECT entry, last + row_number() OVER (ORDER BY b.key), 'D', TG_TABLE_NAME, b.key,
           ledger_digest(salt, TG_TABLE_NAME, b.content)
    FROM (SELECT to_jsonb(_t) AS content, ledger_key(to_jsonb(_t), _columns) AS key FROM before _t) b;
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' THEN -- a row that got another key has left its old one
    INSERT INTO ledger_row
    SELECT entry, last + row_number() OVER (ORDER BY b.key), 'D', TG_TABLE_NAME, b.key,
           ledger_digest(salt, TG_TABLE_NAME, b.content)
    FROM (SELECT to_jsonb(_t) AS content, ledger_key(to_jsonb(_t), _columns) AS key FROM before _t) b
    WHERE NOT EXISTS (SELECT FROM after _t WHERE ledger_key(to_jsonb(_t), _columns) = b.key);
    SELECT coalesce(max(r.ordinal), 0) INTO last FROM ledger_row r WHERE r.entry_id = entry;
  END IF;
  INSERT INTO ledger_row
  SELECT entry, last + row_number() OVER (ORDER BY a.key), left(TG_OP, 1), TG_TABLE_NAME, a.key,
         ledger_digest(salt, TG_TABLE_NAME, a.content)
  FROM (SELECT to_jsonb(_t) AS content, ledger_key(to_jsonb(_t), _columns) AS key FROM after _t) a;
  RETURN NULL;
END $$;

-- The leaf: RFC 6962, section 2.1, over salt and canonical JSON (keys sorted, no white space). Runs at commit, while
-- the transaction still holds its row locks: of two transactions that change a row, the later has the higher ticket.
CREATE FUNCTION ledger_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = truecopy, pg_catalog, pg_temp
AS $$
DECLARE
  _ticket bigint := nextval('ledger_ticket');
  _at text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  rows text;
BEGIN
  SELECT string_agg(format('["%s",%s,%s,"%s"]', r.operation, to_json(r.table_name), to_json(r.row_key),
                           encode(r.digest, 'hex')), ',' ORDER BY r.ordinal)
    INTO rows FROM ledger_row r WHERE r.entry_id = NEW.id;
  UPDATE ledger_entry e
     SET ticket = _ticket, at = _at,
         leaf = sha256('\x00'::bytea || e.salt || convert_to(
           format('{"at":"%s","id":%s,"rows":[%s],"ticket":%s,"v":1}', _at, e.id, rows, _ticket),
           'UTF8'))
   WHERE e.id = NEW.id;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_seal AFTER INSERT ON ledger_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.ticket IS NULL) EXECUTE FUNCTION ledger_seal();
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_seal;

CREATE FUNCTION ledger_refuse_truncate() RETURNS trigger
LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'TRUNCATE goes past the ledger: use DELETE'; END $$;

-- Columns of a table's primary key, in their order.
CREATE FUNCTION ledger_key_columns(of_table regclass) RETURNS text[]
LANGUAGE sql STABLE STRICT
AS $$
  SELECT array_agg(a.attname::text ORDER BY k.place)
  FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(number, place), pg_attribute a
  WHERE i.indrelid = of_table AND i.indisprimary AND a.attrelid = of_table AND a.attnum = k.number
$$;

-- Puts every table that is not watched yet under the ledger, with the rows it has. Called after each migration.
CREATE FUNCTION ledger_watch() RETURNS void
LANGUAGE plpgsql
SET search_path = truecopy, pg_catalog, pg_temp
AS $$
DECLARE
  t pg_catalog.record; -- a table is called record too
  arguments text;
BEGIN
  FOR t IN
    SELECT c.oid, c.relname FROM pg_class c
    WHERE c.relnamespace = 'truecopy'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname NOT IN ('ledger_entry', 'ledger_row', 'ledger_node', 'ledger_head')
      AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgname = 'ledger_insert')
    ORDER BY c.relname
  LOOP
    IF ledger_key_columns(t.oid) IS NULL THEN
      RAISE EXCEPTION 'table % has no primary key', t.relname;
    END IF;
    SELECT string_agg(quote_literal(name), ', ') INTO arguments FROM unnest(ledger_key_columns(t.oid)) AS k(name);
    EXECUTE format('CREATE TRIGGER ledger_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS after'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION ledger_record(%s)', t.relname, arguments);
    EXECUTE format('CREATE TRIGGER ledger_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS before NEW TABLE AS after'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION ledger_record(%s)', t.relname, arguments);
    EXECUTE format('CREATE TRIGGER ledger_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS before'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION ledger_record(%s)', t.relname, arguments);
    EXECUTE format('CREATE TRIGGER ledger_truncate BEFORE TRUNCATE ON %I'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_truncate()', t.relname);
    EXECUTE format('ALTER TABLE %1$I ENABLE ALWAYS TRIGGER ledger_insert, ENABLE ALWAYS TRIGGER ledger_update,'
                   ' ENABLE ALWAYS TRIGGER ledger_delete, ENABLE ALWAYS TRIGGER ledger_truncate', t.relname);
    PERFORM ledger_attest(t.oid);
  END LOOP;
END $$;

-- Records the rows of a table as they are: those that were there before it was watched, or all of them after a
-- migration that changed what a row looks like.
CREATE FUNCTION ledger_attest(of_table regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = truecopy, pg_catalog, pg_temp
SET timezone = 'UTC'
SET extra_float_digits = 1
SET bytea_output = 'hex'
AS $$
DECLARE
  entry bigint;
  salt bytea;
  last integer;
  name text := (SELECT relname FROM pg_class WHERE oid = of_table);
  empty boolean;
BEGIN
  EXECUTE format('SELECT NOT EXISTS (SELECT FROM %s)', of_table) INTO empty;
  IF empty THEN
    RETURN;
  END IF;
  SELECT o.entry, o.salt INTO entry, salt FROM ledger_open() o;
  SELECT coalesce(max(r.ordinal), 0) INTO last FROM ledger_row r WHERE r.entry_id = entry;
  EXECUTE format(
    'INSERT INTO ledger_row'
    ' SELECT $1, $2 + row_number() OVER (), ''I'', $3, ledger_key(to_jsonb(_t), $4),'
    '        ledger_digest($5, $3, to_jsonb(_t)) FROM %s _t', of_table)
  USING entry, last, name, ledger_key_columns(of_table), salt;
END $$;

-- Which migrations were applied, and the schema as it stood after the last one.
CREATE TABLE migration (
  number integer PRIMARY KEY CHECK (number >= 1),
  name text NOT NULL,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  applied_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE schema_state (
  id integer PRIMARY KEY CHECK (id = 1),
  server integer NOT NULL, -- major version of PostgreSQL that the fingerprint was taken with: definitions print differently
  fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$')
);

-- The present content of one row, by its ledger key: for proofs.
CREATE FUNCTION ledger_row_image(of_table text, key text) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = truecopy, pg_catalog, pg_temp
SET timezone = 'UTC'
SET extra_float_digits = 1
SET bytea_output = 'hex'
AS $$
DECLARE
  columns text[] := ledger_key_columns(format('truecopy.%I', of_table)::regclass);
  names text;
  keys text;
  wanted jsonb;
  image text;
BEGIN
  SELECT string_agg(format('_t.%I', name), ','), string_agg(format('_k.%I', name), ','),
         jsonb_object_agg(name, key::jsonb -> (place::integer - 1))
    INTO names, keys, wanted FROM unnest(columns) WITH ORDINALITY AS k(name, place);
  EXECUTE format('SELECT ledger_image(to_jsonb(_t)) FROM %1$I _t, jsonb_populate_record(NULL::%1$I, $1) _k'
                 ' WHERE (%2$s) = (%3$s)', of_table, names, keys) INTO image USING wanted;
  RETURN image;
END $$;

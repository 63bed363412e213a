-- The warehouse: offices, records and all that hangs on them. Every key begins with the office, so that the tables can
-- be spread over machines by it; digests name blobs, which belong to no office.
SET LOCAL search_path = truecopy;

CREATE DOMAIN office_id AS text CHECK (VALUE ~ '^[a-z0-9][a-z0-9-]{0,63}$');
CREATE DOMAIN record_id AS text CHECK (VALUE ~ '^[a-z2-7]{26}$');
CREATE DOMAIN digest AS bytea CHECK (octet_length(VALUE) = 32);
CREATE DOMAIN actor AS text CHECK (octet_length(VALUE) BETWEEN 1 AND 200);
CREATE DOMAIN record_state AS text CHECK (VALUE IN (
  'received', 'captured', 'recognised', 'confirmed', 'compared', 'prepared', 'signed', 'sealed', 'archived',
  'delivered', 'rescan_asked', 'refused', 'withdrawn', 'superseded', 'revoked', 'expired', 'disposed'));

-- An office that was merged or renamed stays, with its last day and its successor.
CREATE TABLE office (
  id office_id PRIMARY KEY,
  name text NOT NULL,
  valid_from date NOT NULL DEFAULT current_date,
  valid_to date CHECK (valid_to >= valid_from),
  successor office_id REFERENCES office,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Grades are policy: what a record of this grade needs before its bytes may be fixed, and which steps it may take.
CREATE TABLE grade (
  name text PRIMARY KEY CHECK (name ~ '^[a-z_]{1,32}$'),
  needs_comparison boolean NOT NULL,
  needs_number boolean NOT NULL,
  needs_certifier boolean NOT NULL,
  needs_agency boolean NOT NULL
);
CREATE TABLE grade_step (
  grade text NOT NULL REFERENCES grade,
  from_state record_state NOT NULL,
  to_state record_state NOT NULL,
  PRIMARY KEY (grade, from_state, to_state)
);

CREATE TABLE blob (
  sha256 digest PRIMARY KEY,
  size bigint NOT NULL CHECK (size >= 0),
  stored_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE record (
  office_id office_id NOT NULL REFERENCES office,
  id record_id NOT NULL,
  grade text NOT NULL REFERENCES grade,
  state record_state NOT NULL DEFAULT 'received',
  version bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
  document_type text CHECK (document_type ~ '^[a-z0-9_]{1,64}$'),
  type_confidence double precision,
  title text,
  channel text NOT NULL CHECK (channel IN ('counter', 'online', 'post')),
  purpose text,
  workstation text,
  device text,
  capture_mode text,
  sample boolean NOT NULL DEFAULT false,
  level text CHECK (level IN ('B', 'T', 'LT', 'LTA', 'pending')),
  superseded_by record_id,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (office_id, id)
);
CREATE INDEX record_by_id ON record (id);
CREATE INDEX record_newest ON record (office_id, created_at DESC, id);
CREATE INDEX record_by_state ON record (state, created_at);

-- Captures: original bytes, once an office. A record whose paper was refused gives its captures free again.
CREATE TABLE capture (
  office_id office_id NOT NULL REFERENCES office,
  sha256 digest NOT NULL REFERENCES blob,
  media_type text NOT NULL,
  file_name text,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (office_id, sha256)
);
CREATE INDEX capture_elsewhere ON capture (sha256);
CREATE TABLE record_capture (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal >= 0),
  sha256 digest NOT NULL,
  file_name text,
  PRIMARY KEY (office_id, record_id, ordinal),
  UNIQUE (office_id, record_id, sha256),
  FOREIGN KEY (office_id, record_id) REFERENCES record,
  FOREIGN KEY (office_id, sha256) REFERENCES capture
);
CREATE INDEX record_capture_of ON record_capture (office_id, sha256);

CREATE TABLE party (
  office_id office_id NOT NULL REFERENCES office,
  id record_id NOT NULL,
  kind text NOT NULL CHECK (kind IN ('person', 'organisation')),
  name text NOT NULL,
  identity text,
  address text,
  email text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (office_id, id)
);
CREATE INDEX party_identity ON party (office_id, identity);
CREATE TABLE record_party (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  party_id record_id NOT NULL,
  role text NOT NULL CHECK (role ~ '^[a-z_]{1,32}$'),
  authority text,
  PRIMARY KEY (office_id, record_id, party_id, role),
  FOREIGN KEY (office_id, record_id) REFERENCES record,
  FOREIGN KEY (office_id, party_id) REFERENCES party
);

CREATE TABLE page (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  number integer NOT NULL CHECK (number >= 1),
  capture integer NOT NULL CHECK (capture >= 0),
  capture_page integer NOT NULL CHECK (capture_page >= 0),
  width integer NOT NULL CHECK (width > 0),
  height integer NOT NULL CHECK (height > 0),
  dpi_x double precision NOT NULL DEFAULT 0 CHECK (dpi_x >= 0),
  dpi_y double precision NOT NULL DEFAULT 0 CHECK (dpi_y >= 0),
  sha256 digest,
  encoding text,
  skew double precision,
  skew_confidence double precision,
  turn integer,
  quality jsonb,
  capture_details jsonb,
  recognition_details jsonb,
  PRIMARY KEY (office_id, record_id, number),
  FOREIGN KEY (office_id, record_id, capture) REFERENCES record_capture
);

CREATE TABLE recognition (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  revision integer NOT NULL CHECK (revision >= 1),
  document_type text,
  type_confidence double precision,
  engine text,
  full_text text,
  words digest REFERENCES blob,
  actor actor NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (office_id, record_id, revision),
  FOREIGN KEY (office_id, record_id) REFERENCES record
);

-- A field's history: a row a revision, never changed; the last one holds.
CREATE TABLE field (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  key text NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 128),
  revision integer NOT NULL CHECK (revision >= 1),
  as_printed text,
  value text,
  status text NOT NULL CHECK (status IN ('sure', 'check', 'missing', 'blank', 'illegible', 'handwritten')),
  confidence double precision,
  assurance text NOT NULL CHECK (assurance IN ('machine', 'person', 'cross_checked')),
  page integer,
  place jsonb,
  evidence jsonb,
  details jsonb,
  note text,
  actor actor NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (office_id, record_id, key, revision),
  FOREIGN KEY (office_id, record_id) REFERENCES record
);
CREATE VIEW field_current AS
  SELECT DISTINCT ON (office_id, record_id, key) * FROM field ORDER BY office_id, record_id, key, revision DESC;

CREATE TABLE confirmation (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal >= 1),
  keys jsonb NOT NULL,
  actor actor NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (office_id, record_id, ordinal),
  FOREIGN KEY (office_id, record_id) REFERENCES record
);

-- The legal act: who held which original beside the capture.
CREATE TABLE comparison (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal >= 1),
  actor actor NOT NULL,
  name text NOT NULL,
  title text,
  original text NOT NULL,
  pages integer NOT NULL CHECK (pages >= 1),
  note text,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (office_id, record_id, ordinal),
  FOREIGN KEY (office_id, record_id) REFERENCES record
);

-- The register. A book's row is locked while a number is drawn; a transaction that fails gives the number back.
CREATE TABLE register_book (
  office_id office_id NOT NULL REFERENCES office,
  book text NOT NULL CHECK (book ~ '^[A-Za-z0-9._-]{1,64}$'),
  year integer NOT NULL CHECK (year BETWEEN 1900 AND 9999),
  last_number bigint NOT NULL DEFAULT 0 CHECK (last_number >= 0),
  PRIMARY KEY (office_id, book, year)
);
CREATE TABLE register_entry (
  office_id office_id NOT NULL,
  book text NOT NULL,
  year integer NOT NULL,
  number bigint NOT NULL CHECK (number >= 1),
  number_text text NOT NULL,
  record_id record_id NOT NULL,
  state text NOT NULL CHECK (state IN ('bound', 'issued', 'void')),
  date date NOT NULL,
  requester text,
  original_name text,
  signer text,
  signer_title text,
  copies integer NOT NULL CHECK (copies >= 1),
  pages integer NOT NULL CHECK (pages >= 0),
  fee bigint NOT NULL CHECK (fee >= 0),
  note text,
  bound_by actor NOT NULL,
  bound_at timestamptz NOT NULL DEFAULT now(),
  issued_at timestamptz,
  voided_by actor,
  voided_at timestamptz,
  void_reason text,
  PRIMARY KEY (office_id, book, year, number),
  FOREIGN KEY (office_id, book, year) REFERENCES register_book,
  FOREIGN KEY (office_id, record_id) REFERENCES record,
  CHECK ((state = 'issued') = (issued_at IS NOT NULL)),
  CHECK ((state = 'void') = (void_reason IS NOT NULL AND voided_at IS NOT NULL AND voided_by IS NOT NULL))
);
-- One number a record at a time; voided ones stay beside it.
CREATE UNIQUE INDEX register_entry_of ON register_entry (office_id, record_id) WHERE state <> 'void';

-- Each signature: exact bytes fixed (waiting), then filled (done), or given up for a newer preparation.
CREATE TABLE signing (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal >= 1),
  signer text NOT NULL CHECK (signer IN ('certifier', 'agency', 'officer')),
  status text NOT NULL CHECK (status IN ('waiting', 'done', 'given_up')),
  document digest NOT NULL REFERENCES blob,
  byte_range bigint[] NOT NULL CHECK (array_length(byte_range, 1) = 4),
  digest digest NOT NULL,
  details jsonb,
  prepared_by actor NOT NULL,
  prepared_at timestamptz NOT NULL DEFAULT now(),
  signed_document digest REFERENCES blob,
  level text CHECK (level IN ('B', 'T', 'LT', 'LTA', 'pending')),
  subject text,
  serial text,
  certificate text,
  signed_by actor,
  signed_at timestamptz,
  PRIMARY KEY (office_id, record_id, ordinal),
  FOREIGN KEY (office_id, record_id) REFERENCES record,
  CHECK ((status = 'done') = (signed_document IS NOT NULL AND level IS NOT NULL AND signed_by IS NOT NULL
                              AND signed_at IS NOT NULL))
);
CREATE UNIQUE INDEX signing_waiting ON signing (office_id, record_id) WHERE status = 'waiting';

-- What is handed out: nothing else ever is. A higher version is the same copy at a higher signature level.
CREATE TABLE certified_copy (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  sha256 digest NOT NULL REFERENCES blob,
  level text NOT NULL CHECK (level IN ('B', 'T', 'LT', 'LTA', 'pending')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (office_id, record_id, version),
  FOREIGN KEY (office_id, record_id) REFERENCES record
);
CREATE INDEX certified_copy_digest ON certified_copy (sha256);

CREATE TABLE delivery (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal >= 1),
  actor actor NOT NULL,
  recipient text NOT NULL,
  method text NOT NULL CHECK (method ~ '^[a-z_]{1,32}$'),
  proof jsonb,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (office_id, record_id, ordinal),
  FOREIGN KEY (office_id, record_id) REFERENCES record
);
CREATE TABLE reference (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal >= 1),
  actor actor NOT NULL,
  organisation text NOT NULL,
  procedure text NOT NULL,
  ground text NOT NULL CHECK (ground ~ '^[a-z_]{1,32}$'),
  note text,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (office_id, record_id, ordinal),
  FOREIGN KEY (office_id, record_id) REFERENCES record
);

-- The story of a record: who did what, when.
CREATE TABLE event (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal >= 1),
  kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,48}$'),
  from_state record_state,
  to_state record_state,
  reason text,
  actor actor NOT NULL,
  details jsonb,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (office_id, record_id, ordinal),
  FOREIGN KEY (office_id, record_id) REFERENCES record
);

INSERT INTO grade VALUES
  ('self_scanned', false, false, false, false),
  ('digitised', false, false, true, false),
  ('certified', true, true, true, true),
  ('born_digital', false, false, false, false);

-- The way of each grade …
INSERT INTO grade_step
SELECT grade, from_state, to_state FROM (VALUES
  ('self_scanned', 'received', 'captured'), ('self_scanned', 'captured', 'recognised'),
  ('self_scanned', 'recognised', 'confirmed'), ('self_scanned', 'recognised', 'archived'),
  ('self_scanned', 'confirmed', 'archived'),
  ('digitised', 'received', 'captured'), ('digitised', 'captured', 'recognised'),
  ('digitised', 'recognised', 'confirmed'), ('digitised', 'recognised', 'compared'),
  ('digitised', 'recognised', 'prepared'), ('digitised', 'confirmed', 'compared'),
  ('digitised', 'confirmed', 'prepared'), ('digitised', 'compared', 'prepared'), ('digitised', 'prepared', 'signed'),
  ('digitised', 'signed', 'archived'),
  ('certified', 'received', 'captured'), ('certified', 'captured', 'recognised'),
  ('certified', 'recognised', 'confirmed'), ('certified', 'recognised', 'compared'),
  ('certified', 'confirmed', 'compared'), ('certified', 'compared', 'prepared'), ('certified', 'prepared', 'signed'),
  ('certified', 'signed', 'sealed'), ('certified', 'sealed', 'archived'),
  ('born_digital', 'received', 'captured'), ('born_digital', 'captured', 'recognised'),
  ('born_digital', 'captured', 'archived'), ('born_digital', 'recognised', 'confirmed'),
  ('born_digital', 'recognised', 'archived'), ('born_digital', 'confirmed', 'archived')
) AS way(grade, from_state, to_state);

-- … and what can happen to any of them, before and after its archive.
INSERT INTO grade_step
SELECT g.name, s.from_state, t.to_state
FROM grade g,
     unnest(ARRAY['received', 'captured', 'recognised', 'confirmed', 'compared', 'prepared', 'signed', 'rescan_asked'])
       AS s(from_state),
     unnest(ARRAY['rescan_asked', 'refused', 'withdrawn']) AS t(to_state)
WHERE s.from_state <> t.to_state;
INSERT INTO grade_step
SELECT g.name, s.from_state, t.to_state
FROM grade g, unnest(ARRAY['archived', 'delivered']) AS s(from_state),
     unnest(ARRAY['delivered', 'superseded', 'revoked', 'expired']) AS t(to_state)
WHERE s.from_state <> t.to_state;
INSERT INTO grade_step
SELECT g.name, s.from_state, 'disposed'
FROM grade g, unnest(ARRAY['refused', 'withdrawn', 'superseded', 'revoked', 'expired', 'archived', 'delivered'])
  AS s(from_state);

-- A record as programs read it.
CREATE VIEW record_document AS
SELECT r.office_id, r.id, jsonb_build_object(
  'office', r.office_id, 'id', r.id, 'grade', r.grade, 'state', r.state, 'version', r.version,
  'document_type', r.document_type, 'document_type_confidence', r.type_confidence, 'title', r.title,
  'channel', r.channel, 'purpose', r.purpose, 'workstation', r.workstation, 'device', r.device,
  'capture_mode', r.capture_mode, 'sample', r.sample, 'level', r.level,
  'created_at', r.created_at, 'updated_at', r.updated_at,
  'office_name', (SELECT name FROM office o WHERE o.id = r.office_id),
  'captures', coalesce((
    SELECT jsonb_agg(jsonb_build_object('sha256', encode(x.sha256, 'hex'), 'file_name', x.file_name,
      'media_type', c.media_type, 'size', b.size, 'received_at', c.received_at) ORDER BY x.ordinal)
    FROM record_capture x JOIN capture c USING (office_id, sha256) JOIN blob b USING (sha256)
    WHERE x.office_id = r.office_id AND x.record_id = r.id), '[]'),
  'pages', coalesce((
    SELECT jsonb_agg(coalesce(x.capture_details, '{}') || coalesce(x.recognition_details, '{}') || jsonb_build_object(
      'number', x.number, 'capture', x.capture, 'capture_page', x.capture_page, 'width', x.width, 'height', x.height,
      'dpi_x', x.dpi_x, 'dpi_y', x.dpi_y, 'skew', x.skew, 'quality', x.quality) ORDER BY x.number)
    FROM page x WHERE x.office_id = r.office_id AND x.record_id = r.id), '[]'),
  'fields', coalesce((
    SELECT jsonb_object_agg(x.key, coalesce(x.details, '{}') || jsonb_build_object(
      'as_printed', x.as_printed, 'value', x.value, 'status', x.status, 'confidence', x.confidence,
      'assurance', x.assurance, 'page', x.page, 'quad', x.place, 'evidence', x.evidence, 'note', x.note,
      'revision', x.revision, 'actor', x.actor, 'at', x.at))
    FROM field_current x WHERE x.office_id = r.office_id AND x.record_id = r.id), '{}'),
  'text', (SELECT x.full_text FROM recognition x WHERE x.office_id = r.office_id AND x.record_id = r.id
           ORDER BY x.revision DESC LIMIT 1),
  'words', (SELECT encode(x.words, 'hex') FROM recognition x WHERE x.office_id = r.office_id AND x.record_id = r.id
            ORDER BY x.revision DESC LIMIT 1),
  'parties', coalesce((
    SELECT jsonb_agg(jsonb_build_object('role', x.role, 'authority', x.authority, 'kind', p.kind, 'name', p.name,
      'identity', p.identity, 'address', p.address, 'email', p.email) ORDER BY x.role, p.id)
    FROM record_party x JOIN party p ON p.office_id = x.office_id AND p.id = x.party_id
    WHERE x.office_id = r.office_id AND x.record_id = r.id), '[]'),
  'confirmations', coalesce((
    SELECT jsonb_agg(jsonb_build_object('actor', x.actor, 'at', x.at, 'keys', x.keys) ORDER BY x.ordinal)
    FROM confirmation x WHERE x.office_id = r.office_id AND x.record_id = r.id), '[]'),
  'comparison', (
    SELECT jsonb_build_object('actor', x.actor, 'name', x.name, 'title', x.title, 'original', x.original,
      'pages', x.pages, 'note', x.note, 'at', x.at)
    FROM comparison x WHERE x.office_id = r.office_id AND x.record_id = r.id ORDER BY x.ordinal DESC LIMIT 1),
  'number', (
    SELECT jsonb_build_object('number', x.number, 'book', x.book, 'year', x.year, 'text', x.number_text,
      'state', x.state, 'date', x.date, 'copies', x.copies, 'pages', x.pages, 'fee', x.fee, 'requester', x.requester,
      'signer', x.signer, 'signer_title', x.signer_title)
    FROM register_entry x WHERE x.office_id = r.office_id AND x.record_id = r.id AND x.state <> 'void'),
  'voided_numbers', coalesce((
    SELECT jsonb_agg(jsonb_build_object('text', x.number_text, 'reason', x.void_reason, 'at', x.voided_at)
      ORDER BY x.voided_at)
    FROM register_entry x WHERE x.office_id = r.office_id AND x.record_id = r.id AND x.state = 'void'), '[]'),
  'signatures', coalesce((
    SELECT jsonb_agg(jsonb_build_object('signer', x.signer, 'status', x.status, 'level', x.level, 'subject', x.subject,
      'serial', x.serial, 'prepared_at', x.prepared_at, 'signed_at', x.signed_at,
      'document', encode(x.signed_document, 'hex')) ORDER BY x.ordinal)
    FROM signing x WHERE x.office_id = r.office_id AND x.record_id = r.id), '[]'),
  'copy', (
    SELECT jsonb_build_object('sha256', encode(x.sha256, 'hex'), 'size', b.size, 'level', x.level,
      'version', x.version, 'created_at', x.created_at)
    FROM certified_copy x JOIN blob b USING (sha256)
    WHERE x.office_id = r.office_id AND x.record_id = r.id ORDER BY x.version DESC LIMIT 1),
  'events', coalesce((
    SELECT jsonb_agg(jsonb_build_object('kind', x.kind, 'from', x.from_state, 'to', x.to_state, 'reason', x.reason,
      'actor', x.actor, 'details', x.details, 'at', x.at) ORDER BY x.ordinal)
    FROM event x WHERE x.office_id = r.office_id AND x.record_id = r.id), '[]'),
  'references', coalesce((
    SELECT jsonb_agg(jsonb_build_object('organisation', x.organisation, 'procedure', x.procedure, 'ground', x.ground,
      'note', x.note, 'actor', x.actor, 'at', x.at) ORDER BY x.ordinal)
    FROM reference x WHERE x.office_id = r.office_id AND x.record_id = r.id), '[]'),
  'deliveries', coalesce((
    SELECT jsonb_agg(jsonb_build_object('recipient', x.recipient, 'method', x.method, 'proof', x.proof,
      'actor', x.actor, 'at', x.at) ORDER BY x.ordinal)
    FROM delivery x WHERE x.office_id = r.office_id AND x.record_id = r.id), '[]')) AS document
FROM record r;

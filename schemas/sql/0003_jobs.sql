-- The queue, taken from with FOR UPDATE SKIP LOCKED, and the answers kept for repeated requests.
SET LOCAL search_path = truecopy;

CREATE TABLE job (
  office_id office_id NOT NULL REFERENCES office,
  id record_id NOT NULL,
  kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,64}$'),
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  subject text,
  unique_key text,
  arguments jsonb NOT NULL DEFAULT '{}',
  priority integer NOT NULL DEFAULT 0,
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  attempts_max integer NOT NULL CHECK (attempts_max >= 1),
  due_at timestamptz NOT NULL DEFAULT now(),
  worker text,
  lease_until timestamptz,
  result jsonb,
  error_code text,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  PRIMARY KEY (office_id, id),
  CHECK ((state = 'running') = (lease_until IS NOT NULL)),
  CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL))
);
CREATE INDEX job_due ON job (priority DESC, due_at, id) WHERE state IN ('waiting', 'running');
CREATE UNIQUE INDEX job_once ON job (office_id, unique_key) WHERE state IN ('waiting', 'running');

CREATE TABLE idempotency (
  office_id office_id NOT NULL REFERENCES office,
  key text NOT NULL CHECK (key ~ '^[!-~]{1,200}$'),
  request digest NOT NULL,
  status integer,
  answer jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (office_id, key),
  CHECK (status IS NOT NULL OR answer IS NULL)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- The long life of copies: which level a copy is to reach, and when it is worked on next. A copy that did not reach its
-- level at once is due soon; one that did, before its archive time-stamp ends. The file that holds is the certified_copy
-- of the highest version.
SET LOCAL search_path = truecopy;

CREATE TABLE renewal (
  office_id office_id NOT NULL,
  record_id record_id NOT NULL,
  wanted text NOT NULL CHECK (wanted IN ('T', 'LT', 'LTA')),
  due_at timestamptz NOT NULL,
  taken_at timestamptz,
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  problem text,
  PRIMARY KEY (office_id, record_id),
  FOREIGN KEY (office_id, record_id) REFERENCES record
);
CREATE INDEX renewal_due ON renewal (due_at, office_id, record_id);

-- Copies from before this file.
INSERT INTO renewal (office_id, record_id, wanted, due_at)
SELECT DISTINCT office_id, record_id, 'LTA', now() FROM certified_copy;

-- A record as programs read it, with what its copy waits for.
ALTER VIEW record_document RENAME TO record_document_plain;
CREATE VIEW record_document AS
SELECT d.office_id, d.id, d.document || jsonb_build_object('renewal', (
  SELECT jsonb_build_object('wanted', x.wanted, 'pending', x.wanted IS DISTINCT FROM r.level, 'due_at', x.due_at,
    'attempt', x.attempt, 'problem', x.problem)
  FROM renewal x WHERE x.office_id = d.office_id AND x.record_id = d.id)) AS document
FROM record_document_plain d JOIN record r ON r.office_id = d.office_id AND r.id = d.id;

-- Several cards that lay on one glass are several papers of one capture: which of them a record is, counted from 1. No
-- number: the record has the whole capture.
SET LOCAL search_path = truecopy;

ALTER TABLE record_capture ADD COLUMN paper integer CHECK (paper >= 1);

/*
 * The long life of certified copies: raising a copy to its signature level, and the next archive time-stamp. A raised
 * copy is a new version of the same certified copy; the newest is the one that is handed out, the earlier ones stay
 * known (tc_record_find_copy), because somebody may hold them.
 *
 * What is due is taken by any number of workers (FOR UPDATE SKIP LOCKED): taking it puts its time off by a lease, so
 * that what a dead worker took comes back.
 * Threading: as the transaction's. Errors: as record.h.
 */
#pragma once

#include "storage/record.h"

typedef struct tc_renewal {
  const char *wanted;  /* T, LT or LTA */
  int64_t due_at;      /* seconds since 1970 */
  const char *problem; /* why the level was not reached; NULL: it was */
} tc_renewal;
/* Notes what comes next, or, with NULL, that nothing does. */
TC_NODISCARD bool tc_renewal_set(tc_db_tx *tx, const tc_record_ref *record, const tc_renewal *renewal, tc_error *err);

typedef struct tc_record_raise {
  const char *actor;
  tc_digest from; /* the copy that was raised: TC_CONFLICT where another is the newest by now */
  tc_digest document;
  int64_t size;
  const char *level; /* reached */
} tc_record_raise;
/* Writes the raised copy as the newest, the level, and an event. The record's state and version stay: nothing that a
   person decided on has changed. */
TC_NODISCARD bool tc_record_raised(tc_db_tx *tx, const tc_record_ref *record, const tc_record_raise *raise,
                                   tc_error *err);

typedef struct tc_renewal_want {
  const char *office;
  int64_t before; /* due before this time; seconds since 1970 */
  int64_t begun;  /* what was taken since tc_renewal_begin gave this is not taken again, so that a run that looks far
                     ahead ends; 0: it may be */
  int lease_s;
} tc_renewal_want;
/* The database's clock, in microseconds since 1970. */
TC_NODISCARD bool tc_renewal_begin(tc_db_tx *tx, int64_t *begun, tc_error *err);
/* Takes what is due first; *found false where nothing is. Records that were refused, withdrawn or disposed of are left
   alone. */
TC_NODISCARD bool tc_renewal_take(tc_db_tx *tx, const tc_renewal_want *want, char out_id[TC_ID_SIZE], bool *found,
                                  tc_error *err);

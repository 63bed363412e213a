/* What the files record_*.c and register.c share. */
#pragma once

#include "storage/record.h"

/* Locks the record's row until the transaction ends, checks the version that the caller saw, and reads it. */
TC_NODISCARD bool tc_record_begin_step(tc_db_tx *tx, const tc_record_ref *record, tc_record_info *out, tc_error *err);

typedef struct tc_record_event {
  const char *kind;
  const char *from, *to; /* NULL: no change of state */
  const char *reason;    /* NULL: none */
  const char *actor;
  const tc_json *details; /* NULL: none */
} tc_record_event;
TC_NODISCARD bool tc_record_add_event(tc_db_tx *tx, const tc_record_info *record, const tc_record_event *event,
                                      tc_error *err);
/* Moves a record that begin_step locked, if its grade allows the step; writes the event. info follows. */
TC_NODISCARD bool tc_record_move_to(tc_db_tx *tx, tc_record_info *record, tc_record_state to,
                                    const tc_record_event *why, tc_error *err);
/* A change without a move: the version counts on. */
TC_NODISCARD bool tc_record_touch(tc_db_tx *tx, tc_record_info *record, tc_error *err);
/* TC_CONFLICT that names the record's state, unless it is `wanted`. */
TC_NODISCARD bool tc_record_expect(const tc_record_info *record, tc_record_state wanted, tc_error *err);

/* Gives up the preparation that waits; voids the number that is bound but not issued. Both do nothing otherwise. */
TC_NODISCARD bool tc_record_give_up(tc_db_tx *tx, const tc_record_info *record, tc_error *err);
TC_NODISCARD bool tc_register_void_bound(tc_db_tx *tx, const tc_record_info *record, const char *reason,
                                         const char *actor, int64_t *voided, tc_error *err);

/* Names a blob that is in the store, so that rows can refer to it. */
TC_NODISCARD bool tc_record_name_blob(tc_db_tx *tx, const tc_digest *digest, int64_t size, tc_error *err);

/* A JSON document as a parameter; `text` keeps it and must live as long. NULL gives SQL NULL. */
TC_NODISCARD bool tc_record_json_param(const tc_json *value, tc_buf *text, tc_db_param *out, tc_error *err);

/* One row, one column of JSON. */
TC_NODISCARD bool tc_record_query_json(tc_db_tx *tx, const char *sql, const tc_db_param *params, size_t count,
                                       tc_json **out, tc_error *err);
